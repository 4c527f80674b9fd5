"""What to beware of is said where it holds, and only there: years in force, starts before the fork, prices, places."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest
import yaml

from experiments.report.answer import WhatIfAnswer
from experiments.report.caution import of_the_card, of_the_targets
from experiments.report.language import Words
from experiments.report.track_record import missed
from experiments.request.comparison import Arm, arm, question
from sim import Country, Policy
from tests.experiments.report.test_answer import MANY, answer, effect, sure
from tests.experiments.request.test_settings import settings
from tests.sim.test_another_country import FOLDER as LAGOON

if TYPE_CHECKING:
    from pathlib import Path

    from experiments.report.caution import Caution

FREE = {**{name: values for name, values in MANY.items() if name != "cost"}, "cost": [0.0] * 40}
LEVER = {"lever": "information.pessimism", "times": 0.9, "source": "s", "grade": "D"}
ABOUT = {"title": "Mine", "title_ja": "政策", "source": "s", "grade": "D"}
NUMBERS = {
    "years": (2, "years"),
    "income": (5, "million JPY/yr"),
    "unit_cost": (6, "million JPY/yr"),
    "selection_merit": (1, "weight"),
    "degree_within": (5, "years"),
    "guarantee": (0, "probability"),
}
STAYS = {
    **ABOUT,
    "name": "my_fellows",
    "kind": "fellowship_abroad",
    "stages": ["postdoc"],
    "origin": "home",
    "income_year": 2025,
    "post_kept": False,
    "places": {"unit": "awards/yr", "by_year": [{"source": "s", "grade": "D", "years": {2026: 100}}]},
    **{name: {"value": value, "unit": unit, "source": "s", "grade": "D"} for name, (value, unit) in NUMBERS.items()},
}


def told(
    folder: Path, outcomes: dict[str, list[float]], awards: float | None = None, **more: object
) -> dict[str, Caution]:
    """What to beware of in a policy of one's own with these effects, by key."""
    about = {"schema": 2, "name": "mine", **ABOUT, "start": 2026, "changes": [LEVER], **more}
    path = folder / "mine.yaml"
    path.write_text(yaml.safe_dump(about, allow_unicode=True), encoding="utf-8")
    asked = settings(f"policy={path}")
    rows = [effect(values, outcome, policy="mine") for outcome, values in outcomes.items()]
    rows += [effect([awards] * 40, "awards", "my_fellows", policy="mine", reference=0.0)] if awards is not None else []
    made = WhatIfAnswer(asked, question(asked), pd.DataFrame(rows))
    return {caution.key: caution for caution in made.findings[0].cautions}


@pytest.mark.parametrize(("end", "held"), [(None, None), (2035, None), (2033, 3), (2028, 0)])
def test_a_policy_that_is_over_in_the_years_shown_says_so(tmp_path: Path, end: int | None, held: int | None) -> None:
    found = told(tmp_path, MANY, end=end)
    assert ("in_force" in found) == (held is not None)
    if held is not None:
        assert found["in_force"].given == {"held": held, "years": 5}


@pytest.mark.parametrize(("start", "early"), [(2026, False), (2015, True)])
def test_a_start_before_the_fork_is_told(tmp_path: Path, start: int, early: bool) -> None:
    assert ("early" in told(tmp_path, MANY, start=start)) == early


def test_what_was_observed_in_a_year_without_a_level_is_told() -> None:
    one = {"outcome": "returns", "by": 2030, "value": 1, "source": "s", "grade": "A"}
    seen = {
        **ABOUT,
        "schema": 2,
        "name": "mine",
        "start": 2026,
        "targets": [{**one, "observed": 4, "observed_in": 1995}],
    }
    asked = Arm("mine", policies=(Policy.from_dict(seen),))
    row = {"policy": "mine", "outcome": "returns", "group": "all", "last": 2030, "limit": "at least"}
    (caution,) = of_the_targets(asked, [{**row, "observed": float("nan")}])
    assert "Returns" in caution.said(Words("en"))
    assert "1995" in caution.said(Words("ja"))
    assert list(of_the_targets(asked, [{**row, "observed": 4.0}])) == []


STILL = {name: [0.0] * 40 for name in MANY}


@pytest.mark.parametrize(
    ("outcomes", "key"),
    [
        (STILL, "nothing"),
        ({**STILL, "cost": sure(2e9)}, "nothing_but_cost"),
        ({**STILL, "returns": sure(90)}, None),
    ],
)
def test_a_policy_that_no_outcome_answers_to_says_so_whatever_it_costs(
    tmp_path: Path, outcomes: dict[str, list[float]], key: str | None
) -> None:
    found = told(tmp_path, outcomes)
    assert [one for one in found if one.startswith("nothing")] == ([] if key is None else [key])


def test_an_outcome_that_does_not_move_at_all_is_not_said_to_be_missed() -> None:
    still = answer("doctoral_stipends", **{**MANY, "doctoral_entrants": [0.0] * 40}).findings[0]
    assert "doctoral_entrants" not in [
        name for caution in still.cautions if caution.key == "missed" for name in caution.outcomes
    ]


def test_what_costs_nothing_as_no_price_is_stated_says_so(tmp_path: Path) -> None:
    priced = [{"item": "year", "value": 1, "unit": "JPY per year", "source": "s", "grade": "D"}]
    assert "no_cost" in told(tmp_path, FREE)
    assert "no_cost" not in told(tmp_path, FREE, costs=priced)
    assert "no_cost" not in told(tmp_path, {**FREE, "cost": sure(2e9)}), "what it moves is booked"
    shock = answer("weak_yen", **FREE).findings[0]
    assert "no_cost" not in [caution.key for caution in shock.cautions], "nobody pays for a shock"


def test_what_has_no_price_is_named_beside_what_has_one(tmp_path: Path) -> None:
    booked = {"lever": "benefits.returnees.money", "set": 1, "source": "s", "grade": "D"}
    staff = {"lever": "clock.managers", "add": 10, "source": "s", "grade": "D"}
    found = told(tmp_path, MANY, changes=[staff, booked])["no_cost_of"]
    assert "no cost is stated of: research managers and support staff beside" in found.said(Words("en"))
    assert "URA等の支援人材の追加配置" in found.said(Words("ja"))
    assert "no_cost_of" not in told(tmp_path, MANY, changes=[booked])
    price = [{"item": "managers", "value": 9, "unit": "JPY per manager and year", "source": "s", "grade": "D"}]
    assert "no_cost_of" not in told(tmp_path, MANY, changes=[staff, booked], costs=price)
    two = {caution.key: caution for caution in answer("package", **MANY).findings[0].cautions}
    assert [one if isinstance(one, str) else one.title for one in two["no_cost_of"].moved] == [
        "weight of three years abroad in the ranking of applicants"
    ]


@pytest.mark.parametrize(("spent", "idle"), [(0.0, "managers"), (5e8, None)])
def test_a_price_of_what_never_happens_is_told(tmp_path: Path, spent: float, idle: str | None) -> None:
    path = tmp_path / "mine.yaml"
    price = {"item": "managers", "value": 9, "unit": "JPY per manager and year", "source": "s", "grade": "D"}
    about = {"schema": 2, "name": "mine", **ABOUT, "start": 2026, "changes": [LEVER], "costs": [price]}
    path.write_text(yaml.safe_dump(about, allow_unicode=True), encoding="utf-8")
    asked = settings(f"policy={path}")
    rows = [effect(values, outcome, policy="mine") for outcome, values in MANY.items()]
    rows += [effect([spent] * 40, "cost", "managers", policy="mine", reference=0.0)]
    found = WhatIfAnswer(asked, question(asked), pd.DataFrame(rows)).findings[0].cautions
    assert [one.given["items"] for one in found if one.key == "idle_price"] == ([idle] if idle else [])


@pytest.mark.parametrize(("awards", "share"), [(44.0, "56"), (99.0, None)])
def test_empty_places_of_a_programme_that_is_brought_are_told(tmp_path: Path, awards: float, share: str | None) -> None:
    found = told(tmp_path, MANY, awards, programmes=[STAYS])
    assert (found["unfilled"].given["share"] if "unfilled" in found else None) == share
    assert "small" in found, "ten of a hundred awards are simulated at 1:10"


STIPEND = {
    **ABOUT,
    "name": "my_stipend",
    "kind": "stipend",
    "places": {"unit": "persons supported", "by_year": [{"source": "s", "grade": "D", "years": {2026: 1000}}]},
    **{
        name: {"value": value, "unit": unit, "source": "s", "grade": "D"}
        for name, (value, unit) in {
            "selection_merit": (1, "weight"),
            "years": (3, "years"),
            "income": (2, "million JPY/yr"),
            "unit_cost": (2, "million JPY/yr"),
        }.items()
    },
}


@pytest.mark.parametrize(("held", "share"), [(1000, None), (950, None), (400, "60"), (0, "100")])
def test_places_of_a_stipend_are_people_whom_its_money_reaches(tmp_path: Path, held: int, share: str | None) -> None:
    path = tmp_path / "mine.yaml"
    about = {"schema": 2, "name": "mine", **ABOUT, "start": 2026, "changes": [LEVER], "programmes": [STIPEND]}
    path.write_text(yaml.safe_dump(about, allow_unicode=True), encoding="utf-8")
    asked = settings(f"policy={path}")
    rows = [effect(values, outcome, policy="mine") for outcome, values in MANY.items()]
    rows += [effect([held / 3] * 40, "awards", "my_stipend", policy="mine", reference=0.0)]
    rows += [effect([held * 2e6] * 40, "cost", "my_stipend", policy="mine", reference=0.0)]
    found = WhatIfAnswer(asked, question(asked), pd.DataFrame(rows)).findings[0].cautions
    assert [one.given["share"] for one in found if one.key == "unfilled"] == ([share] if share else [])


def test_a_programme_that_awards_nothing_in_the_run_is_told(tmp_path: Path) -> None:
    late = {**STAYS, "places": {"unit": "awards/yr", "by_year": [{"source": "s", "grade": "D", "years": {2060: 9}}]}}
    assert told(tmp_path, MANY, programmes=[late])["inert"].given["levers"] == "programmes.my_fellows"
    opened = {"lever": "programmes.my_fellows.places", "set": 100, "source": "s", "grade": "D"}
    assert "inert" not in told(tmp_path, MANY, programmes=[late], changes=[opened]), "a lever opens places"
    assert "inert" not in told(tmp_path, MANY, programmes=[STAYS])


def test_what_held_before_the_fork_did_something(tmp_path: Path) -> None:
    assert "inert" not in told(tmp_path, MANY, start=2010, end=2015)


def test_rows_of_the_card_are_named_once_whichever_arms_lean_on_them() -> None:
    one, both = arm(["fellowships_doubled"]), [arm(["fellowships_doubled"]), arm(["package"])]
    (alone,) = of_the_card([one], Country.load())
    assert alone.verdict == "outside"
    told = [row for caution in of_the_card(both, Country.load()) for row in caution.rows]
    assert set(alone.rows) <= set(told)
    assert len(set(told)) == len(told)


def test_an_outcome_whose_later_observations_are_missed_is_named() -> None:
    found = {caution.key: caution for caution in answer("doctoral_stipends", **MANY).findings[0].cautions}
    assert tuple(found["missed"].outcomes) == ("doctoral_entrants",)
    assert "Doctoral entrants: the model misses" in found["missed"].said(answer("package", **MANY).words("en"))
    assert missed(Country.load(LAGOON)) == frozenset(), "nothing is kept of it"
