"""Screen, table, sentences and figures of an answer: short, whole, and never saying more than the numbers."""

from __future__ import annotations

import re
from functools import cache
from itertools import product

import pandas as pd
import pytest
import yaml
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st

from experiments.analysis.certainty import FEWEST, judged
from experiments.report import answer_figures, full, language, letters, screen
from experiments.report.answer import WhatIfAnswer
from experiments.report.caution import Caution, beware_within, of_the_sizes
from experiments.report.figures import house_style
from experiments.report.finding import NUMBERS, chosen
from experiments.report.language import TEXTS, TITLES, Words, languages
from experiments.report.numbers import Scale, Shown, sentence
from experiments.report.summary import summary
from experiments.request.comparison import arm, question
from sim import World
from sim.instruments import counted
from sim.measures.outcomes import CATALOGUE
from tests.experiments.request.test_settings import settings

DIRECTIONS = {"en": {"higher", "lower"}, "ja": {"増加", "減少"}}
FIRST, LAST = 2031, 2035


def effect(values: list[float], outcome: str = "returns", group: str = "all", **more: object) -> dict[str, object]:
    """A row of the table of effects from one value a set."""
    measure = CATALOGUE[outcome]
    size = measure.size.at(1000.0)
    unit = measure.unit.replace("currency", "JPY")
    where = {"outcome": outcome, "group": group, "unit": unit, "window": "6-10", "first": FIRST, "last": LAST}
    return {**_judged(tuple(values), size), **where, "size": size, "against": "baseline", **more}


@cache  # answers about many policies have the same values of each
def _judged(values: tuple[float, ...], size: float) -> dict[str, object]:
    given_ = {"member": range(len(values)), "difference": values, "reference": 1000.0, "size": size, "cell": 0}
    return judged(pd.DataFrame(given_), ["cell"], matters="size").iloc[0].to_dict()


def answer(*policies: str, **outcomes: list[float]) -> WhatIfAnswer:
    """An answer about policies of the library with these effects of each."""
    asked = settings(f"policy=[{','.join(policies)}]" if len(policies) == 1 else "policy=package")
    asked = asked.model_copy(update={"policy": None, "arms": tuple((name,) for name in policies)})
    rows = [effect(values, outcome, policy=name) for name, (outcome, values) in product(policies, outcomes.items())]
    rows += [
        effect([number] * 40, outcome, status, policy=name)
        for name, outcome, (status, number) in product(
            policies, ("gaining", "losing"), {"postdoc": 120.0, "industry": 80.0, "all": 200.0}.items()
        )
    ]
    return WhatIfAnswer(asked, question(asked), pd.DataFrame(rows))


def sure(level: float) -> list[float]:
    return [level + number / 10 for number in range(40)]


MANY = {
    "returns": sure(60),
    "departures": sure(200),
    "stock_abroad": sure(-300),
    "doctoral_entrants": sure(900),
    "arrivals": sure(40),
    "overseas_experience_share": [0.01] * 40,
    "in_post_after_return_0": [0.05] * 40,
    "in_post_after_return_1": [0.06] * 40,
    "papers": [100.0, -100.0] * 20,
    "cost": [2.4e9 + 1e7 * number for number in range(40)],
}


@how(deadline=None)
@given(
    values=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=45),
    outcome=st.sampled_from(["returns", "foreign_share", "cost"]),
    code=st.sampled_from(["en", "ja"]),
)
def test_a_sentence_claims_a_direction_only_where_the_sets_agree(values: list[float], outcome: str, code: str) -> None:
    row, words = effect(values, outcome), Words(code)
    said = sentence(row, outcome, words).removeprefix(words.outcome(outcome))
    claims = {word for word in DIRECTIONS[code] if re.search(rf"{word}\b" if code == "en" else word, said)}
    agree = max(sum(v > 0 for v in values), sum(v < 0 for v in values)) / len(values)
    if claims:
        assert len(values) >= FEWEST
        assert agree >= 0.8 - 1e-9
        assert claims == {words.say(f"certainty.{'higher' if sum(values) > 0 else 'lower'}")}
    if agree < 0.975 and claims:
        assert ("probably" if code == "en" else "おそらく") in said


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([120.0] * 20 + [80.0] * 20, "Returns: higher by 100 persons a year (80 to 120); 100 % of the parameter sets,"),
        ([-120.0] * 20 + [-80.0] * 20, "Returns: lower by 100 persons a year (-120 to -80); 100 % of the"),
        ([60.0, 60.0, 60.0, -90.0] * 10, "Returns: open, +22 persons a year (-90 to +60); 75 % of the parameter sets"),
        ([0.0] * 40, "Returns: no effect."),
        ([3.0] * 40, "Returns: too small to matter, +3.0 persons a year (3.0 to 3.0)."),
        ([30.0] * 3, "Returns: +30 persons a year (30 to 30); too few parameter sets to say how sure."),
    ],
)
def test_sentences_hold_effect_unit_range_and_agreement(values: list[float], said: str) -> None:
    assert sentence(effect(values), "returns", Words()).startswith(said)


@pytest.mark.parametrize(
    ("outcome", "values", "code", "number", "between"),
    [
        ("departures", sure(1000), "en", "+1,002", "1,000 to 1,004"),
        ("foreign_share", [0.0123] * 40, "en", "+1.2", "1.2 to 1.2"),
        ("cost", [2.5e9, 3.5e9] * 20, "en", "+3.0", "2.5 to 3.5"),
        ("cost", [2.5e9, 3.5e9] * 20, "ja", "+30", "25～35"),
        ("papers", [-20.0, 10.0] * 20, "en", "-5", "-20 to +10"),
    ],
)
def test_numbers_have_the_digits_they_can_bear(
    outcome: str, values: list[float], code: str, number: str, between: str
) -> None:
    shown = Shown.of(effect(values, outcome), outcome, Words(code, "", "yen"))
    assert (shown.number, shown.range) == (number, between)


def test_levels_are_readable() -> None:
    assert Scale.of("departures", "persons/yr").number(12345.6) == "12,346"
    assert Scale.of("postdocs", "persons").number(-0.3) == "0"
    assert Scale.of("foreign_share", "share").number(0.1234) == "12.3"
    assert Scale.of("cost", "JPY/yr").number(12.34e9) == "12.3"


def test_the_numbers_of_a_policy_are_chosen_by_rule() -> None:
    one = answer("package", **MANY)
    names = list(one.findings[0].numbers)
    assert names[0] == "returns"
    assert len(names) == NUMBERS
    assert not {"in_post_after_return_0", "in_post_after_return_1"} <= set(names)  # one of a kind
    assert "papers" not in names  # open, and others are sure
    themes = [CATALOGUE[name].theme for name in names]
    assert max(map(themes.count, themes)) <= 2
    rows = {name: pd.Series(effect(values, name)) for name, values in MANY.items()}
    assert chosen(rows, list(reversed(list(MANY)))) == chosen(rows, list(MANY))  # whatever the order of the table


@pytest.mark.parametrize("code", ["en", "ja"])
@pytest.mark.parametrize("arms", [1, 4, 7, 30])
def test_the_screen_is_24_lines_of_100_columns_and_one_says_where_it_lies(code: str, arms: int) -> None:
    library = ["package", "overseas_weight", "doctoral_stipends", "fellowships_doubled", "return_guarantee"]
    names = (library * 6)[:arms]
    one = answer(*names, **MANY)
    lines = screen.screen(one, one.words(code)).splitlines()
    assert len(lines) <= screen.LINES == 24
    assert max(map(letters.width, lines)) <= screen.COLUMNS
    text = "\n".join(lines)
    assert "+62" in text  # returns
    assert ("+2.6 (2.4 to 2.8)" if code == "en" else "+26（24～28）") in text  # cost
    if arms <= 4:
        assert (
            "200 people stand better, 200 worse" if code == "en" else "有利になる人数200人、不利になる人数200人"
        ) in text
        assert text.count("120") >= arms  # postdocs are most of those who lose


@pytest.mark.parametrize("code", ["en", "ja"])
@pytest.mark.parametrize("room", [1, 2, 4])
def test_what_is_left_out_of_what_to_beware_of_is_counted_and_nothing_is_cut(code: str, room: int) -> None:
    words = Words.of(code, World.load())
    found = [
        Caution("small", {"number": 8, "scale": "0.08"}, "overseas_fellowship"), Caution("grade_a"),
        Caution("response", rows=("F1", "F2"), verdict="outside"), Caution("chance"),
    ]  # fmt: skip
    lines = beware_within(found, words, screen.COLUMNS - 2, room)
    said = " ".join(lines) if code == "en" else "".join(lines)
    told = [one for one in found if one.said(words) in said]
    assert 1 <= len(lines) <= room
    assert found[1] in told or found[2] not in told  # an assumed size is told before what a row of the card says
    left = len(found) - len(told)
    without = words.say("screen.beware", cautions="")
    more = words.say("screen.beware_more", cautions="", number=left).removeprefix(without)
    assert said.endswith(more) if left else len(told) == len(found)


@pytest.mark.parametrize("code", ["en", "ja"])
def test_many_policies_have_one_line_of_what_to_beware_of(code: str) -> None:
    library = ["package", "overseas_weight", "doctoral_stipends", "fellowships_doubled", "return_guarantee"]
    one = answer(*library, **MANY)
    words = one.words(code)
    assumed = sum("grade_a" in [caution.key for caution in finding.cautions] for finding in one.findings)
    assert assumed
    assert words.say("screen.beware_many", number=assumed, all=5) in screen.screen(one, words)


@pytest.mark.parametrize(("returns", "told"), [(sure(60), True), ([30.0, 30.0, 30.0, 30.0, -5.0] * 8, False)])
def test_returns_for_the_money_are_told_only_where_both_are_sure(returns: list[float], told: bool) -> None:
    one = answer("package", **{**MANY, "returns": returns})
    assert (one.findings[0].per_billion is not None) == told


@pytest.mark.parametrize("code", ["en", "ja"])
def test_the_full_table_holds_every_row_within_80_columns(code: str) -> None:
    one = answer("package", "overseas_weight", **MANY)
    words = one.words(code)
    text = full.full(one, words)
    assert max(map(letters.width, text.splitlines())) <= 80
    assert "…" not in text
    for outcome, values in MANY.items():
        assert words.outcome(outcome) in text.replace("\n", "")
        assert text.count(screen.cell(pd.Series(effect(values, outcome)), outcome, words)) >= 2


def test_sizes_that_are_assumed_and_few_sets_are_told() -> None:
    keys = [caution.key for caution in answer("overseas_weight", **MANY).findings[0].cautions]
    assert "grade_a" in keys
    for values, key in (([5.0] * 10, "few_sets"), ([0.0] * 40, "nothing")):
        one = answer("overseas_weight", returns=values)
        only = one.effects[one.effects["outcome"] == "returns"]
        told = WhatIfAnswer(one.settings, one.question, only).findings[0].cautions
        assert key in [caution.key for caution in told]


@pytest.mark.parametrize(("added", "unfilled"), [(60.0, "69"), (190.0, None)])
def test_places_that_stay_empty_are_told(added: float, unfilled: str | None) -> None:
    one = answer("fellowships_doubled", **MANY)
    award = effect([added] * 40, "awards", "overseas_fellowship", policy="fellowships_doubled")
    both = WhatIfAnswer(one.settings, one.question, pd.concat([one.effects, pd.DataFrame([award])]))
    told = {caution.key: caution for caution in both.findings[0].cautions}
    assert ("unfilled" in told) == (unfilled is not None)
    if unfilled:
        assert told["unfilled"].given["share"] == unfilled
        assert "Overseas research fellowship" in told["unfilled"].said(both.words("en"))
        assert "海外特別研究員" in told["unfilled"].said(both.words("ja"))


@pytest.mark.parametrize("code", ["en", "ja"])
def test_the_summary_says_how_sure_and_how_to_run_it_again(code: str) -> None:
    one = answer("package", **MANY)
    text = summary(one, "brain-circulation policy=package", one.words(code))
    assert "brain-circulation policy=package" in text
    assert one.words(code).say("summary.how_sure") in text
    assert sentence(pd.Series(effect(MANY["returns"])), "returns", one.words(code)) in text


def keys(table: object, above: str = "") -> dict[str, set[str]]:
    """Every text with its {places}."""
    if isinstance(table, dict):
        return {name: places for key, below in table.items() for name, places in keys(below, f"{above}{key}.").items()}
    return {above: set(re.findall(r"{(\w+)}", str(table)))}


def test_every_text_stands_in_every_language_with_the_same_places() -> None:
    assert languages() == ["en", "ja"]
    english, *others = (keys(yaml.safe_load((TEXTS / f"{code}.yaml").read_text("utf-8"))) for code in languages())
    for other in others:
        assert other == english


def test_every_group_and_title_has_its_word_in_japanese() -> None:
    words = answer("package", **MANY).words("ja")
    latin = re.compile(r"[A-Za-z]{3,}")
    allowed = {"ASEAN", "Top", "PI"}
    for outcome in CATALOGUE:
        assert set(latin.findall(words.outcome(outcome))) <= allowed
    items = [*counted.COUNTED, *counted.of_instruments(), "persons.tenure-track", "posts", "pay", "benefits"]
    for unit in {measure.unit for measure in CATALOGUE.values()} - {"currency/yr"}:
        assert words.table("unit").get(unit), unit
        assert set(latin.findall(words.table("unit")[unit])) <= allowed
    for name in [*words.places, *language.texts("en")["group"], *items, "research_money", "startup"]:
        assert set(latin.findall(words.group(name))) <= allowed, name
    assert arm(["package"]).title_ja in words.policy(arm(["package"]))


def test_every_parameter_that_an_ensemble_draws_has_its_words_in_both_languages() -> None:
    named = yaml.safe_load((TITLES / "parameters.yaml").read_text("utf-8"))
    with World.load().country.ensemble().open(encoding="utf-8") as file:
        drawn = file.readline().strip().split(",")
    assert [*named] == drawn[2:]
    for one in named.values():
        assert set(one) == set(languages())
        assert not re.search("[A-Za-z]", one["ja"])
    for code in languages():
        assert len({one[code] for one in named.values()}) == len(named)  # no two alike


@pytest.mark.parametrize(
    ("unit", "outcome", "value", "said"),
    [
        ("ties", "foreign_ties", 0.0213, "0.021"),  # a level of nothing beside an effect would be no level
        ("regions", "partner_regions", 5.18, "5.2"),
        ("doctorates/yr per million", "doctorates_per_million", 134.7, "135"),
        ("persons/yr", "returns", 4.6, "5"),
    ],
)
def test_small_levels_have_two_digits_where_the_unit_is_no_count(
    unit: str, outcome: str, value: float, said: str
) -> None:
    assert Scale.of(outcome, unit).number(value) == said


def test_a_small_effect_is_no_zero_beside_its_mark() -> None:
    row = effect([0.0004] * 20 + [0.0006] * 20, "foreign_ties")
    shown = Shown.of(row, "foreign_ties", Words())
    assert (shown.number, shown.range) == ("+0.00050", "0.00040 to 0.00060")


@pytest.mark.parametrize("code", ["en", "ja"])
def test_every_figure_is_drawn_and_nothing_reaches_beyond_it(code: str) -> None:
    one = answer("package", "overseas_weight", **MANY)
    by_year = pd.concat(
        [one.effects[one.effects["outcome"] == "returns"].assign(first=year, last=year) for year in range(2026, 2046)]
    )
    figures = answer_figures.in_language(one, by_year, code)
    assert {"effects", "effect-returns", "money", "paths-package", "people-overseas_weight"} <= set(figures)
    with house_style():
        for name, draw in figures.items():
            figure = draw()
            figure.canvas.draw()
            whole = figure.bbox
            for text in [*figure.texts, *(text for axis in figure.axes for text in axis.texts)]:
                box = text.get_window_extent()
                assert whole.x0 <= box.x0, (name, text.get_text())
                assert box.x1 <= whole.x1, (name, text.get_text())


@pytest.mark.parametrize(("policy", "assumed"), [("sicorp", True), ("joint_degrees", True), ("expert_j", False)])
def test_places_that_are_assumed_are_a_size_that_is(policy: str, assumed: bool) -> None:
    said = [caution.key for caution in of_the_sizes([arm([policy])])]
    assert said == (["grade_a"] if assumed else [])
