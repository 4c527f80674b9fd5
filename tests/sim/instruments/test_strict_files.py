"""What a policy file says that cannot be so is refused with file, line, field and what it may be."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import yaml

from sim import BrainCirculation, Country, DataError, Parameters, Policy, PolicyError, World
from sim.instruments import counted
from sim.instruments.course import levers_in, refuse_misfits
from sim.instruments.policy import read_measure
from sim.world.programme_forms import FORMS
from sim.world.programme_numbers import NUMBERS
from sim.world.programmes import ProgrammeKind
from sim.world.units import fits, shown
from tests.sim.conftest import changing
from tests.sim.programmes import abroad, made

LAGOON = Path(__file__).parents[2] / "fixtures" / "lagoon"
GOOD = """schema: 2
kind: policy
name: mine
title: t
title_ja: t
rows: [A1, A2]
source: s
grade: A
start: 2026
includes: [nexus]
programmes:
  - name: teams
    kind: joint
    title: t
    title_ja: t
    source: s
    grade: A
    stages: [permanent, tenure-track]
    regions: [US, CHN]
    years: {value: 3, unit: years, source: s, grade: A}
    members:
      {value: 3, unit: persons, source: s, grade: A}
    selection_merit: {value: 1, unit: weight, source: s, grade: A}
    unit_cost: {value: 9, unit: million JPY/yr, source: s, grade: A}
    research_money: {value: 5, unit: million JPY/yr, source: s, grade: A}
    places:
      unit: teams/yr
      by_year:
        - {source: s, grade: A, years: {2026: 10, 2030: 20}}
changes:
  - {lever: hiring.overseas_weight, add: 0.5, source: s, grade: A}
costs:
  - {item: managers, value: 1, unit: JPY per manager and year, source: s, grade: A}
targets:
  - {outcome: returns, by: 2030, value: 10, source: s, grade: A}
"""
YEARLY = "  - {item: year, value: 1, unit: JPY per year, source: s, grade: A}\n"
MONEY = r"million XXX/yr \(XXX: the code of the country's currency\)"


def refused(tmp_path: Path, old: str, new: str) -> str:
    assert old in GOOD, old
    file = tmp_path / "mine.yaml"
    file.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PolicyError) as error:
        read_measure(file)
    assert str(error.value).startswith(f"{file} line "), error.value
    return str(error.value)


def test_the_file_itself_is_right(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(GOOD, encoding="utf-8")
    assert read_measure(file).programmes[0].currency == "JPY"


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("5, unit: million JPY/yr", "5, unit: USD", 25, rf"research_money cannot be in 'USD'; give it in {MONEY}"),
        ("9, unit: million JPY/yr", "9, unit: JPY/yr", 24, rf"unit_cost cannot be in 'JPY/yr'; give it in {MONEY}"),
        ("9, unit: million JPY/yr", "9, unit: million yen/yr", 24, MONEY),
        ("5, unit: million JPY/yr", "5, unit: million USD/yr", 25, "research_money is in USD and unit_cost in JPY"),
        ("unit: years", "unit: months", 20, "years cannot be in 'months'; give it in years"),
        ("unit: years", "unit: years per month", 20, "give it in years"),
        ("unit: persons,", "unit: share,", 22, "members cannot be in 'share'; give it in persons"),
        ("unit: weight", "unit: ''", 23, "unit"),
        ("unit: teams/yr", "unit: awards/yr", 27, "places cannot be in 'awards/yr'; give it in teams/yr"),
        ("JPY per manager and year", "USD", 33, "the price of managers cannot be in 'USD'; give it in XXX per manager"),
        ("JPY per manager and year", "JPY per manager and month", 33, "give it in XXX per manager and year"),
        ("JPY per manager and year", "JPY per hour", 33, "give it in XXX per manager and year"),
        ("includes: [nexus]", "includes: [nexus, nexus]", 10, "nexus is named twice; keep one"),
        ("includes: [nexus]", "includes:\n  - nexus\n  - mine", 12, "mine includes itself"),
        ("rows: [A1, A2]", "rows: [A1, A1]", 6, "A1 is named twice; keep one"),
        ("value: 3, unit: persons", "value: -3, unit: persons", 22, "members = -3 lies outside 0 to 50"),
        ("members:\n      {value: 3, unit: persons, source: s, grade: A}", "members: -3", 21, "members"),
        ("value: 3, unit: persons", "value: 2.5, unit: persons", 22, "members = 2.5 is no whole number"),
        ("value: 5, unit: million", "value: 50, unit: million", 25, "research_money = 50 is part of unit_cost"),
        ("stages: [permanent, tenure-track]", "stages: [permanent, permanent]", 18, "stages name permanent twice"),
        ("stages: [permanent, tenure-track]", "stages: [left]", 18, "there is no stage 'left'"),
        ("regions: [US, CHN]", "regions: [US, US]", 19, "regions name US twice; keep one"),
        ("2030: 20", "20300: 20", 29, "20300 is no year of 1900 to 2200"),
        ("2030: 20", "2030: -20", 29, "places of 2030 must lie between 0 and"),
        ("by: 2030", "by: 2020", 35, "2020 comes before the policy starts in 2026"),
        ("start: 2026\n", "start: 2026\nend: 2020\n", 10, "the last year 2020 comes before the first 2026"),
        ("kind: policy", "kind: polic", 2, "kind must be policy or world"),
        ("schema: 2", "schema: 1", 6, "rows came with schema 2, and this file says schema: 1; write schema: 2"),
        ("schema: 2\nkind: policy", "schema: 1", 5, "rows came with schema 2"),
        ("schema: 2", "schema: 3", 1, "this version reads schema: 2; write it in the form of docs/files.md"),
        ("schema: 2", "schema: 2.0", 1, "schema 2.0 is not known here"),
        ("title: t", "title: '  '", 4, "title: text is needed; write some"),
        ("source: s\ngrade", "source: ' '\ngrade", 7, "source: text is needed; write some"),
        ("rows: [A1, A2]", "rows: A1", 6, r"rows: a list such as \[A,B\] is needed, not 'A1'"),
        ("start: 2026", "start: 2026.5", 9, "start: a whole number is needed, not 2026.5"),
        ("grade: A\nstart", "sceptic: x\ngrade: A\nstart", 8, "sceptic and sceptic_ja .*; give both"),
        ("costs:\n", "costs:\n" + YEARLY * 2, 34, "the same price of year is given twice; keep one"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_its_line(tmp_path: Path, old: str, new: str, line: int, said: str) -> None:
    words = refused(tmp_path, old, new)
    assert f"line {line}: policy mine: " in words or f"line {line}: kind" in words, words
    assert re.search(said, words), words


OLD = """schema: 1
name: mine
title: t
title_ja: t
source: s
grade: A
start: 2026
changes:
  - {lever: hiring.overseas_weight, add: 0.5, source: s, grade: A, looked_for: nothing}
costs:
  - {item: managers, value: 1, unit: JPY per manager and year, source: s, grade: A}
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "name"),
    [
        ("lever: hiring.overseas_weight", "address: drivers.exchange_rate", 9, "address"),
        ("add: 0.5", "add: 0.5, part: {}", 9, "part"),
        ("value: 1", "value: 1, fixed: true", 11, "fixed"),
        ("start: 2026", "start: 2026\ntargets: []", 8, "targets"),
        ("title: t\n", "title: t\nsceptic: x\n", 4, "sceptic"),
    ],
)
def test_a_file_of_the_first_version_is_read_unless_it_says_what_came_later(
    tmp_path: Path, old: str, new: str, line: int, name: str
) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(OLD, encoding="utf-8")
    assert read_measure(file).name == "mine"
    file.write_text(OLD.replace(old, new), encoding="utf-8")
    with pytest.raises(PolicyError, match=rf"line {line}: policy mine: .*{name} came with schema 2"):
        read_measure(file)


def test_a_policy_of_the_first_version_may_be_written_out_whole(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(OLD, encoding="utf-8")
    whole = Policy.from_file(file).model_dump(by_alias=True, exclude_none=True)
    assert (whole["schema"], whole["kind"], whole["rows"]) == (1, "policy", ())
    assert Policy.model_validate(whole) == Policy.from_file(file)


def test_every_number_and_every_item_has_a_unit() -> None:
    for kind, form in FORMS.items():
        numbers = {name for name, field in form.model_fields.items() if "Sourced" in str(field.annotation)}
        assert numbers <= NUMBERS.keys(), kind
    assert all(item.unit.startswith("{currency} per ") for item in counted.of_instruments().values())
    assert all(item.unit.startswith("{currency} per ") for item in counted.COUNTED.values())
    for declared in (*(number.unit for number in NUMBERS.values()), counted.unit_of("year")):
        assert fits(declared, shown(declared, "XLG")), declared


def test_what_does_not_fit_the_country_is_said_with_its_line(tmp_path: Path, world: World) -> None:
    def said(old: str, new: str, there: World) -> str:
        file = tmp_path / "mine.yaml"
        file.write_text(GOOD.replace(old, new), encoding="utf-8")
        with pytest.raises(PolicyError) as error:
            refuse_misfits(there, [read_measure(file)])
        return str(error.value).removeprefix(str(file))

    lagoon = World.load(Country.load(LAGOON))
    assert said("[US, CHN]", "[US, JPN]", world).startswith(
        " line 19: policy mine: programme teams: there is no region 'JPN' abroad, as it is home; name one of "
    )
    assert "line 19" in said("[US, CHN]", "[US, CHNN]", world)
    assert said("JPY/yr", "USD/yr", world) == (
        " line 24: policy mine: programme teams: its money is in USD, and the country's currency is JPY; "
        "give it in that."
    )
    assert said("JPY per", "USD per", world) == (
        " line 33: policy mine: the price of managers is in USD; give it in JPY per manager and year."
    )
    assert "line 24" in said("[US, CHN]", "[North]", lagoon)
    assert "currency is XLG" in said("[US, CHN]", "[North]", lagoon)
    assert said("name: teams", "name: overseas_fellowship", world).startswith(
        " line 12: policy mine: the country has a programme overseas_fellowship already; rename this one."
    )
    with pytest.raises(PolicyError, match="as it is home"):
        BrainCirculation(world, policies=[read_measure(tmp(tmp_path, "[US, CHN]", "[US, JPN]"))], scale=0.01)


def tmp(folder: Path, old: str, new: str) -> Path:
    file = folder / "other.yaml"
    file.write_text(GOOD.replace(old, new), encoding="utf-8")
    return file


def test_a_country_s_programme_has_its_currency(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    shutil.copytree(LAGOON, mine)
    file = mine / "programmes" / "voyage.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("XLG", "USD"), encoding="utf-8")
    with pytest.raises(DataError, match=r"voyage\.yaml line 13: .* in USD, and the country's currency is XLG"):
        World.load(mine)
    file.write_text(text.replace("unit: years", "unit: months", 1), encoding="utf-8")
    with pytest.raises(DataError, match=r"voyage\.yaml line 9: .*degree_within cannot be in 'months'"):
        World.load(mine)


def test_a_value_out_of_range_names_every_change_that_makes_it_and_the_year(
    world: World, parameters: Parameters
) -> None:
    one = changing({"lever": "hiring.overseas_weight", "add": {2026: 1.0, 2028: 1.5}}, name="one")
    other = changing({"lever": "hiring.overseas_weight", "times": 2}, name="other")
    levers_in(world, parameters, [one, other], 2026)
    with pytest.raises(
        ValueError, match=r"it is 0 without a policy, policy one adds 1\.25, policy other takes it times 2"
    ):
        levers_in(world, parameters, [one, other], 2027)
    with pytest.raises(ValueError, match=r"would be 2\.5 in 2027, outside .*; weaken one of them"):
        levers_in(world, parameters, [one, other], 2027)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (
            "parameters.overrides.beta",
            r"analyst's uncertainty, .* ask for parameters\.overrides\.beta=VALUE beside policy=",
        ),
        ("parameters.overrides", r"ask for parameters\.overrides\.NAME=VALUE beside policy="),
        ("parameters.beta", r"is closed: .* ask for it beside policy= as parameters\.overrides\.beta=VALUE"),
    ],
)
def test_overrides_are_no_address(world: World, parameters: Parameters, address: str, said: str) -> None:
    with pytest.raises(PolicyError, match=said):
        levers_in(world, parameters, [changing({"address": address, "set": 1.0})], 2026)


def test_one_lever_under_two_spellings_is_set_twice() -> None:
    one = {"lever": "posts.opened[postdoc, science]", "set": 1, "source": "s", "grade": "A"}
    about = {"name": "x", "title": "x", "title_ja": "x", "source": "s", "grade": "A", "start": 2026}
    with pytest.raises(PolicyError, match="is set twice; keep one"):
        Policy.from_dict({**about, "changes": [one, {**one, "lever": "posts.opened[science,postdoc]", "set": 2}]})


def brought(**fields: object) -> Policy:
    about = {"name": "x", "title": "x", "title_ja": "x", "source": "s", "grade": "A", "start": 2026}
    return Policy.from_dict({**about, "programmes": [made(**fields)]})  # type: ignore[arg-type]


def test_a_programme_does_not_contradict_itself_or_the_data(world: World) -> None:
    young = {"kind": "early_exchange", "regions": ["US"], "lag": 2, "places": 400}
    with pytest.raises(PolicyError, match="400 places are more than the cohort of 100"):
        brought(**young, cohort=100)
    with pytest.raises(PolicyError, match="read together; give all three"):
        brought(**young, cohort=1000, come_back=0.5)
    sent = brought(**young, cohort=1000)
    for places in ({"set": 1000}, {"times": 2.5}):
        levers_in(
            world, Parameters.load(), [sent, changing({"lever": "programmes.made_up_programme.places", **places})], 2030
        )
    with pytest.raises(
        ValueError, match=r"programmes\.made_up_programme\.places would be 1200 in 2030, outside 0 to 1000 "
    ):
        levers_in(
            world,
            Parameters.load(),
            [sent, changing({"lever": "programmes.made_up_programme.places", "times": 3})],
            2030,
        )
    paid = "income comes to 9 and is part of unit_cost = 8.9, which is less; raise unit_cost"
    with pytest.raises(PolicyError, match=paid):
        Policy.from_dict(bringing_abroad(income=9.0, unit_cost=8.9))
    Policy.from_dict(bringing_abroad(income=9.0, unit_cost=9.0))
    stay = {"kind": "stay_abroad", "stages": ["doctoral"], "origin": "home", "degree_within": 0, "income_year": 2024}
    brought(**stay, places=10, years=0.25, income=12.0, unit_cost=3.0)
    with pytest.raises(PolicyError, match=r"income comes to 3\.6 and is part of unit_cost = 3"):
        brought(**stay, places=10, years=0.3, income=12.0, unit_cost=3.0)
    with pytest.raises(PolicyError, match="income_year: 26 is no year of 1900 to 2200"):
        Policy.from_dict(bringing_abroad(income_year=26))
    later = [{"years": {2027: 8.0}, "source": "s", "grade": "A"}] * 2
    with pytest.raises(PolicyError, match="income_later of 2027 is given twice"):
        Policy.from_dict(bringing_abroad(income_later=later))
    for wrong in ({"income_year": 1990}, {"income_year": 2024, "income_later": [{**later[0], "years": {2099: 8.0}}]}):
        with pytest.raises(PolicyError, match="has no exchange rate in the data, which go from 2006 to 2045"):
            refuse_misfits(world, [Policy.from_dict(bringing_abroad(**wrong))])
    with pytest.raises(PolicyError, match="a programme cannot be called managers"):
        refuse_misfits(world, [brought(**young, cohort=1000, name="managers")])


def bringing_abroad(**fields: object) -> dict[str, object]:
    about = {"name": "x", "title": "x", "title_ja": "x", "source": "s", "grade": "A", "start": 2026}
    return {**about, "programmes": [abroad(10, **fields)]}


def test_a_key_of_a_file_is_one_word(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(GOOD + "? [a, b]\n: x\n", encoding="utf-8")
    with pytest.raises(PolicyError, match="line 36: a key must be one word"):
        read_measure(file)


def test_parameters_of_another_country_are_in_the_units_that_rules_read(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    shutil.copytree(LAGOON, mine)
    file = mine / "parameters.csv"
    text = file.read_text(encoding="utf-8")
    for old, new, said in (
        (
            ",per log unit,",
            ",log unit,",
            r"parameters\.csv line \d+ of .*: beta is in 'log unit'; give it in 'per log unit'",
        ),
        (text.splitlines()[1].split(",")[1], "", r"parameters\.csv line 2: .* has no meaning; say what it is"),
    ):
        file.write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(DataError, match=said):
            Parameters.load(mine)


def test_shipped_files_and_programmes_are_in_the_declared_units(world: World) -> None:
    configs = Path(__file__).parents[3] / "configs" / "policy"
    policies = [read_measure(path) for path in sorted(configs.glob("*.yaml"))]
    for policy in policies:
        refuse_misfits(world, [policy])
    units = {
        (cost["item"].partition(".")[0], cost["unit"])
        for path in configs.glob("*.yaml")
        for cost in yaml.safe_load(path.read_text(encoding="utf-8")).get("costs") or ()
    }
    assert len(units) == len({item for item, _ in units}), "one word for one unit"
    assert {record.kind for record in world.programmes} <= set(ProgrammeKind)
