"""The plain sentences claim no more than the numbers."""

import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.analysis.effects import effects
from experiments.report.summary import sentence, summary
from experiments.request.comparison import Arm, Question
from experiments.run.replicates import Plan
from tests.experiments.fake import FORK, UNTIL, Shift, fake, run
from tests.experiments.request.test_settings import settings

CLAIMS = re.compile(r"\b(higher|lower|fewer|rises?|falls?|increase|decrease)\b")
finite = st.floats(-1e12, 1e12)


@given(
    effect=finite,
    half=st.one_of(st.just(float("nan")), st.floats(0, 1e12)),
    reference=st.floats(0, 1e13),
    unit=st.sampled_from(["persons/yr", "share", "JPY/yr"]),
)
def test_a_direction_is_claimed_only_where_the_interval_excludes_zero(
    effect: float, half: float, reference: float, unit: str
) -> None:
    low, high = effect - half, effect + half
    clear = low > 0 or high < 0
    row = {"effect": effect, "low": low, "high": high, "clear": clear, "reference": reference, "unit": unit}
    row |= {"members": 1, "chance": half, "parameters": 0.0}
    text = sentence("returns", pd.Series(row), "baseline")
    claims = set(CLAIMS.findall(text))
    assert claims == (({"higher"} if effect > 0 else {"lower"}) if clear else set())
    if half > 0 and not clear:
        assert "cannot be told from zero" in text
    if clear:
        assert "95 % interval" in text


@pytest.mark.parametrize(
    ("effect", "low", "high", "text"),
    [
        (120, 80, 160, "Returns: higher by 120 persons/yr (95 % interval +80 to +160; baseline 900 persons/yr)."),
        (-120, -160, -80, "Returns: lower by 120 persons/yr (95 % interval -160 to -80; baseline 900 persons/yr)."),
        (
            12,
            -5,
            29,
            "Returns: cannot be told from zero, +12 persons/yr (95 % interval -5 to +29; baseline 900 persons/yr).",
        ),
        (0, 0, 0, "Returns: the same in every replicate (baseline 900 persons/yr)."),
        (0.3, 0.1, 0.5, "Returns: higher by 0.3 persons/yr (95 % interval +0.1 to +0.5; baseline 900 persons/yr)."),
    ],
)
def test_sentences_hold_effect_unit_interval_and_level(effect: float, low: float, high: float, text: str) -> None:
    row = {"effect": effect, "low": low, "high": high, "clear": low > 0 or high < 0, "reference": 900}
    row |= {"members": 1, "chance": (high - low) / 2, "parameters": 0.0}
    assert sentence("returns", pd.Series(row | {"unit": "persons/yr"}), "baseline") == text


def test_a_sentence_shows_chance_and_parameters_apart() -> None:
    row = {"effect": 120, "low": 80, "high": 160, "clear": True, "reference": 900, "unit": "persons/yr"}
    row |= {"members": 10, "chance": 12.0, "parameters": 36.0}
    assert sentence("returns", pd.Series(row), "baseline") == (
        "Returns: higher by 120 persons/yr (95 % interval +80 to +160, ±12 by chance and ±36 by parameters; "
        "baseline 900 persons/yr)."
    )


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ((), "Intervals hold chance only, not uncertain parameters: there is one parameter set."),
        ((3, 3, 3, 3), "Intervals hold chance only, not uncertain parameters: there is one parameter set."),
        ((3, 3, 7, 7), "Intervals hold chance and parameters over the 2 parameter sets drawn from those that were not"),
        (
            (1, 2, 3, 4),
            "over the 4 parameter sets drawn from those that were not ruled out; with one seed each, the two",
        ),
    ],
)
def test_the_page_says_what_its_intervals_hold(members: tuple[int, ...], words: str) -> None:
    plan = Plan(fake, {"push": (Shift(40, noise=5),)}, FORK, UNTIL, (1, 10), members=members)
    table = effects(run(plan, seed=1, replicates=4), FORK)
    asked = settings(f"until={UNTIL}", "replicates=4", "policy=package")
    text = summary(asked, Question((Arm("push", "A push"),)), table, "again")
    assert words in text
    assert ("by chance and" in text) == (members == (3, 3, 7, 7))
    assert ("for one such parameter set" in text) == (len(set(members)) > 1)


def test_the_page_holds_years_cost_losers_grades_cautions_and_the_command() -> None:
    plan = Plan(fake, {"push": (Shift(40, cost=2e9),), "still": ()}, FORK, UNTIL, (1, 10))
    table = effects(run(plan, seed=1, replicates=4), FORK)
    asked = settings(f"until={UNTIL}", "replicates=4", "policy=package")
    arms = Question((Arm("push", "A push"), Arm("still", "Nothing at all")))
    text = summary(asked, arms, table, "brain-circulation policy=push")
    push, still = text.split("## Nothing at all")
    assert f"After 10 years ({FORK + 10}):" in push
    assert "Departures for a year or more: higher by 40 persons/yr (95 % interval +40 to +40" in push
    assert "Public cost, mean of 2026 to 2035: higher by 2.0 bn JPY/yr" in push
    assert not CLAIMS.search(still.partition("## How sure")[0])
    assert "Evidence grades:" in text
    assert "4 paired replicates. Intervals hold chance only, not uncertain parameters" in text
    assert text.endswith("```sh\nbrain-circulation policy=push\n```\n")
