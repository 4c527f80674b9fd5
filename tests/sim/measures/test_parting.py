"""Where two lives part: a case made by hand, two forks that are the same, and two that are not."""

from __future__ import annotations

import pytest

from sim import BrainCirculation
from sim.measures.parting import DECISIONS, _difference, parting, share_parted
from tests.sim.conftest import changing

STAY, HOST, AWARD = ("stay as before", "JPN", ""), ("post that a host pays", "US", ""), ("award", "US", "fellowship")


@pytest.fixture(scope="module")
def past() -> BrainCirculation:
    return BrainCirculation(seed=5, scale=0.01, chronicle=True).run_through(2009)


def test_the_first_decision_that_differs_is_named() -> None:
    held = ({STAY, HOST}, HOST)
    assert _difference(held, held, [], []) is None
    assert _difference(None, None, [], []) is None
    assert _difference(held, None, [], []) == ("looking", "looked around", "did not look around")
    assert _difference(held, ({STAY, AWARD, HOST}, AWARD), [], []) == ("offer", "", "award US fellowship")
    assert _difference(held, ({STAY, HOST}, STAY), [], []) == (
        "choice",
        "post that a host pays US",
        "stay as before JPN",
    )
    renewed = [("renewed", "renewed home postdoc")]
    assert _difference(held, None, renewed, []) == ("before the market", "renewed home postdoc", "")
    assert _difference(held, held, [("returned", "returned home")], []) == ("outcome", "returned home", "")


def test_equal_forks_never_part(past: BrainCirculation) -> None:
    one, other = past.fork().run_through(2011), past.fork().run_through(2011)
    assert parting(one, other).empty
    assert share_parted(one, other)["share"].tolist() == [0.0, 0.0]


def test_lives_part_at_what_the_policy_moves(past: BrainCirculation) -> None:
    more = changing({"lever": "posts.external_funds", "times": 2.0}, start=2010)
    one, other = past.fork().run_through(2012), past.fork([more]).run_through(2012)
    first = parting(one, other)
    assert len(first) > 20
    assert first["identity"].is_unique
    assert set(first["decision"]) <= set(DECISIONS)
    assert set(first["year"]) <= {2010, 2011, 2012}
    assert (first.loc[first["year"] == 2010, "decision"] == "offer").mean() > 0.5  # posts come or do not come
    person = first[(first["year"] == 2011) & (first["decision"] == "offer")].iloc[0]
    before = [life.chronicle.offers_of(person["identity"], 2010) for life in (one, other)]
    now = [life.chronicle.offers_of(person["identity"], 2011) for life in (one, other)]
    assert before[0][["option", "detail", "chosen"]].equals(before[1][["option", "detail", "chosen"]])
    assert not now[0][["option", "detail"]].equals(now[1][["option", "detail"]])
    shares = share_parted(one, other)
    assert shares["share"].is_monotonic_increasing
    assert 0 < shares["share"].iloc[-1] < 1


def test_what_cannot_be_compared_is_refused(past: BrainCirculation) -> None:
    with pytest.raises(ValueError, match="two forks"):
        parting(past, past.fork())
    alone = BrainCirculation(seed=5, scale=0.01).run_through(2008)
    with pytest.raises(ValueError, match="chronicle"):
        parting(alone.fork().run_through(2009), alone.fork().run_through(2009))
