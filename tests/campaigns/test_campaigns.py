"""A slice of each campaign of generated lines and files: of files a case of every kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.campaigns import lines, policies, targets, worlds
from tests.campaigns.cases import Case, Owed, Seen, counted, judged

if TYPE_CHECKING:
    from types import ModuleType

SENTENCE = "There is no lever named 'a': did you mean b?"


@pytest.mark.parametrize(
    ("campaign", "number"),
    [
        (lines, 25),
        (policies, len(policies.MUTATIONS)),
        (worlds, len(worlds.MUTATIONS) + len(worlds.STRUCTURE)),
        (targets, len(targets.MUTATIONS)),
    ],
)
def test_what_is_wrong_is_refused_and_what_is_right_is_taken(campaign: ModuleType, number: int) -> None:
    found: list[str] = []
    with campaign.place() as home:
        count = counted(campaign.cases(number, 20, home), campaign.run, campaign.shown, found.append)
    assert count.cases == number
    assert found == []


@pytest.mark.parametrize(
    ("owed", "seen", "why"),
    [
        (Owed.REFUSED, Seen(refused=False, said=""), "taken in silence"),
        (Owed.TAKEN, Seen(refused=True, said=SENTENCE), "refused, though it is right"),
        (Owed.REFUSED, Seen(refused=True, said=f"{SENTENCE}\n{SENTENCE}"), "refused, but not in one sentence"),
        (Owed.REFUSED, Seen(refused=True, said="LexerNoViableAltException: x ^."), "names the insides"),
        (Owed.EITHER, Seen(refused=False, said="", fault="exit code 1"), "exit code 1"),
        (Owed.REFUSED, Seen(refused=True, said=SENTENCE), ""),
        (Owed.EITHER, Seen(refused=False, said=""), ""),
    ],
)
def test_a_wrong_answer_is_seen_as_one(owed: Owed, seen: Seen, why: str) -> None:
    assert judged(Case(0, "", owed, ""), seen).startswith(why)
    assert bool(judged(Case(0, "", owed, ""), seen)) == bool(why)
