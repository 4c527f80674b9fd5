"""A slice of the campaigns of real commands: each kind stopped and gone on with, two pairs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from tests.campaigns import pairs, stops
from tests.campaigns.cases import counted
from tests.campaigns.commands import bar, words

if TYPE_CHECKING:
    from types import ModuleType

ERR = "\rpieces:  33%|## | 1/3 [00:04<00:08, 4.2s/piece]\nStopped; 1 of 3 pieces are kept.\n"


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc for the moment when a command hears")
@pytest.mark.parametrize(("campaign", "number"), [(stops, 3), (pairs, 2)], ids=["stops", "pairs"])
def test_nothing_is_lost_and_the_tables_are_the_same(campaign: ModuleType, number: int) -> None:
    found: list[str] = []
    with campaign.place() as home:
        count = counted(campaign.cases(number, 20, home), campaign.run, campaign.shown, found.append)
    assert count.cases == number
    assert found == []


def test_bars_are_no_words_and_say_with_how_many_pieces_they_began() -> None:
    assert words(ERR) == ["Stopped; 1 of 3 pieces are kept."]
    assert (bar(ERR), bar("Stopped.")) == (1, None)
