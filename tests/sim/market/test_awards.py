"""Lists of calls: places go down the list past those who decline, and a late round refills what a post takes away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from sim.market import odds
from sim.market.awards import Applicants, award, late_round
from sim.market.awards import holders as holders_of
from sim.market.calls_here import seen_by_peers
from sim.market.offers import Choice, OfferBook
from sim.market.search import Seekers
from sim.rules.applications import CLASSES
from sim.vocabulary import Stage
from tests.sim.programmes import bringing, post

if TYPE_CHECKING:
    from sim import BrainCirculation
    from sim.year import Year


@pytest.fixture
def year(history: BrainCirculation) -> Year:
    return history._open_year(2026)


def a_book(at_hand: list[float]) -> OfferBook:
    """Seekers who hold what is worth so much to them."""
    seekers = Seekers(len(at_hand))
    seekers.memory[:] = 0
    seekers.value[:] = seekers.at_hand[:] = at_hand
    seekers.target[:] = -1
    seekers.draw_key[:] = np.arange(len(at_hand))
    return OfferBook(seekers)


def a_list(history: BrainCirculation, worth: list[float], places: int, number: int = 0) -> Applicants:
    """Everybody in a book applied, in the order of the ranking."""
    n = len(worth)
    programme = history.programmes[number]
    merit, region = np.arange(n, dtype=np.uint8) % CLASSES, np.ones(n, np.uint8)
    return Applicants(
        programme, np.arange(n), np.array(worth, np.float32), region, -np.arange(n, dtype=float), merit, places
    )


def holders(book: OfferBook, number: int = 0) -> list[int]:
    seekers = book.seekers
    held = (seekers.kind == Choice.AWARD) & (seekers.target == number)
    return np.flatnonzero(held).tolist()


def test_places_go_down_the_list_past_those_who_hold_something_better(history: BrainCirculation) -> None:
    book = a_book([0.0, 9.0, 0.0, 0.0])
    award(book, [a_list(history, [5.0, 5.0, 5.0, 5.0], places=2)])
    assert holders(book) == [0, 2]


def test_who_won_two_awards_takes_the_better_and_leaves_the_other_to_the_reserve_list(
    history: BrainCirculation, year: Year
) -> None:
    book = a_book([0.0, 0.0])
    lists = [a_list(history, [5.0, 5.0], 1, 0), a_list(history, [7.0, 4.0], 1, 1)]
    award(book, lists)
    assert holders(book, 0) == []
    late_round(book, lists, year)
    assert (holders(book, 0), holders(book, 1)) == ([1], [0])


def test_a_post_at_home_leaves_its_award_to_the_next_on_the_list(history: BrainCirculation, year: Year) -> None:
    book, lists = a_book([0.0, 0.0, 0.0]), [a_list(history, [5.0, 5.0, 5.0], places=1)]
    award(book, lists)
    book.settle(np.array([0]), Choice.POST, np.array([8.0], np.float32), np.array([3]))
    late_round(book, lists, year)
    assert holders(book) == [1]
    assert year.tally.awards[0] == 1
    assert year.tally.events["awards_declined"] == 1
    places, applied, offered = year.tally.contests[history.programmes[0].record.name]
    assert (places, applied.tolist(), offered.tolist()) == (1, [1, 1, 1, 0], [1, 1, 0, 0])


def test_a_call_without_places_awards_nothing(history: BrainCirculation, year: Year) -> None:
    book, lists = a_book([0.0]), [a_list(history, [5.0], places=0)]
    award(book, lists)
    late_round(book, lists, year)
    assert holders(book) == []


def test_known_odds_follow_what_calls_show(year: Year) -> None:
    p, known = year.parameters, {}
    few, many = np.array([10, 10, 10, 10]), np.array([100, 100, 100, 100])
    year.tally.contests["a call"] = 40, many, np.array([0, 0, 0, 30])
    odds.learn(known, year)
    assert known["a call"][3] > known["a call"][0]
    assert (known["a call"][:3] < p.first_odds).all()
    before = known["a call"].copy()
    year.tally.contests["a call"] = 0, few, few
    odds.learn(known, year)
    np.testing.assert_array_equal(known["a call"], before)
    year.tally.contests["a call"] = 40, few * 0, few * 0
    odds.learn(known, year)
    assert (known["a call"] > before).all()


@pytest.mark.parametrize(("rank", "seen"), [("postdoc", 0), ("fixed-term", 0), ("tenure-track", 2), ("permanent", 2)])
def test_lasting_posts_that_a_programme_pays_are_seen_by_peers(
    history: BrainCirculation, year: Year, rank: str, seen: int
) -> None:
    programme = history.fork([bringing(post(2, rank))]).programmes[-1]
    book = a_book([0.0, 0.0, 0.0])
    one = a_list(history, [5.0, 5.0, 5.0], places=2)._replace(programme=programme)
    award(book, [one])
    seen_by_peers(book, [one], year)
    assert holders(book, programme.number) == [0, 1]
    assert [year.tally.searches.sum(), year.tally.successes.sum()] == [seen, seen]


def test_who_holds_what_is_counted_by_programme(history: BrainCirculation) -> None:
    people, programmes = history.people, len(history.programmes)
    awards, drawn = holders_of(people, programmes, int(people.stipend.max()))
    active = people.stage != Stage.LEFT
    assert awards.tolist() == [int(np.sum(active & (people.programme == number))) for number in range(programmes)]
    assert drawn.tolist() == np.bincount(people.stipend).tolist()
    assert awards.any()
    assert drawn[1:].all()
