"""Offers that can be looked at: the terms add up, the choice is the one made, and memory is bounded."""

from __future__ import annotations

import numpy as np
import pytest

from sim import BrainCirculation, Policy
from sim.market.history import TERMS, _why
from sim.market.offers import Choice
from sim.population import chronicle
from tests.sim.conftest import POLICIES, changing


@pytest.fixture(scope="module")
def told() -> BrainCirculation:
    """Everybody's offers, the last ones under a policy that guarantees posts on return, and one that pays returnees."""
    model = BrainCirculation(seed=3, scale=0.02, chronicle=True).run_through(2025)
    grants = changing(
        {"lever": "benefits.returnees.share", "set": 0.2}, {"lever": "benefits.returnees.years", "set": 5}
    )
    return model.fork([Policy.from_file(POLICIES / "return_tenure_track.yaml"), grants]).run_through(2029)


def test_terms_add_up_to_the_value_for_every_kind_of_offer(told: BrainCirculation) -> None:
    seen = set()
    for kept in told.chronicle.offers.values():
        beta = kept.under.parameters.beta
        for kind in Choice:
            for j in np.flatnonzero(kept.offers.kind == kind)[:40]:
                terms = kept.terms(int(j))
                assert set(terms) == set(TERMS)
                worth = float(kept.offers.value[j]) / beta
                assert sum(terms.values()) == pytest.approx(worth, abs=2e-5), (kind, kept.year, terms)
                seen.add(kind)
    assert seen == set(Choice)


def test_what_is_chosen_is_the_best_of_what_was_held(told: BrainCirculation) -> None:
    kept = told.chronicle.offers[2029]
    chosen = kept.seekers.kind
    for k in range(0, len(kept.identity), 7):
        table = kept.table(int(kept.identity[k]))
        assert table["chosen"].sum() == 1
        best = table[table["chosen"]].iloc[0]
        assert best["worth"] == table["worth"].max()
        assert best["worth"] == pytest.approx(kept.seekers.value[k] / kept.under.parameters.beta, rel=1e-6)
        rows = np.flatnonzero(kept.offers.who == k)
        assert kept.offers.kind[rows[table["chosen"].to_numpy().argmax()]] == chosen[k]
        assert table["why"].str.len().min() > 10


def test_keeping_changes_nothing_and_following_keeps_only_those(told: BrainCirculation) -> None:
    who = told.chronicle.offers[2010].identity[:3].tolist()
    followed = BrainCirculation(seed=3, scale=0.02, chronicle=who).run_through(2010)
    alone = BrainCirculation(seed=3, scale=0.02).run_through(2010)
    assert followed.people.equals(alone.people)
    assert set(followed.chronicle.offers[2010].identity.tolist()) <= set(who)
    person = next(person for person in followed.researchers if person.identity == who[0])
    mine = person.offers(2010)
    assert mine.equals(told.chronicle.offers_of(who[0], 2010))
    assert person.life()
    stranger = next(person for person in followed.researchers if person.identity not in who)
    with pytest.raises(LookupError, match="not followed"):
        stranger.offers(2010)
    with pytest.raises(LookupError, match="no chronicle"):
        alone.researchers[0].offers(2010)


def test_the_oldest_years_go_where_there_would_be_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chronicle, "OFFER_ROWS", 500)
    model = BrainCirculation(seed=3, scale=0.01, chronicle=True).run_through(2008)
    assert 2006 not in model.chronicle.offers
    assert 2008 in model.chronicle.offers
    with pytest.raises(LookupError, match="oldest years"):
        model.researchers[0].offers(2006)


def test_the_sentence_names_the_rival_the_gap_and_the_term_that_made_it() -> None:
    def option(name: str, detail: str, **terms: float) -> dict[str, object]:
        known = dict.fromkeys(TERMS, 0.0) | terms
        return {"option": name, "detail": detail, "worth": sum(known.values()), **known}

    first, second = TERMS[:2]
    rows = [
        option("stays", "", **{first: 1.0, second: 0.5}),
        option("post", "a university", **{first: 2.0, second: 1.0}),
    ]
    chosen = f"Chosen: worth 1.50 more in log income than stays, most of it by {first} (+1.00)."
    other = f"Not chosen: worth 1.50 less in log income than post (a university), most of it by {first} (-1.00)."
    assert (_why(rows, 1, 1), _why(rows, 0, 1)) == (chosen, other)
    assert _why(rows[:1], 0, 0) == "Nothing else was on offer."
