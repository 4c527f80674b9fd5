"""The track record as a report shows it: each test once, with what it bears on, and a sentence a policy."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import isnan
from typing import TYPE_CHECKING

from experiments.report.language import ENGLISH, titles
from experiments.report.track_record import REFERENCE, leaning, nearest, repeated

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from experiments.report.language import Words
    from experiments.report.track_record import Leaning
    from experiments.request.comparison import Arm
    from sim import World

COLUMNS = ("row", "test", "published", "ours", "verdict", "nearness", "source", "grade")
_AGREE, _OPEN = ("inside", "overlaps", "sign_right"), ("sign_open", "none")


@dataclass(frozen=True)
class Record:
    """What the model was held against that bears on some arms."""

    arms: Sequence[Arm]
    world: World

    @cached_property
    def tests(self) -> Mapping[str, Sequence[Leaning]]:
        """Every test of the model by arm, the nearest first."""
        country = self.world.country
        return {arm.name: nearest(leaning(arm, country), repeated(arm, self.world)) for arm in self.arms}

    def sentence(self, arm: Arm, words: Words) -> str:
        """How the tests that an arm leans on came out."""
        near = [one for one in self.tests[arm.name] if one.nearness != "context"]
        direct = [one.verdict for one in near if one.nearness == "direct"]
        if not near:
            return words.say("page.record_none", policy=words.policy(arm))
        agree, undecided = (sum(verdict in some for verdict in direct) for some in (_AGREE, _OPEN))
        return words.say(
            "page.record_of" if direct else "page.record_similar", policy=words.policy(arm), direct=len(direct),
            agree=agree, open=undecided, against=len(direct) - agree - undecided, similar=len(near) - len(direct),
        )  # fmt: skip

    def near(self, words: Words) -> list[tuple[str, ...]]:
        """The tests that bear directly, or by their like, on an arm; cells in the order of `COLUMNS`."""
        found: dict[tuple[str, str], tuple[Leaning, dict[str, list[str]]]] = {}
        for arm in self.arms:
            short = words.briefly(arm)
            for one in self.tests[arm.name]:
                if one.nearness != "context":
                    kept = found.setdefault((one.row, one.outcome), (one, {}))
                    kept[1].setdefault(one.nearness, []).append(short)
        order = sorted(found.values(), key=lambda kept: "direct" not in kept[1])
        return [_cells(one, self._bears(on, words), words) for one, on in order]

    def context(self, words: Words) -> list[tuple[str, ...]]:
        """The other tests."""
        near = {(one.row, one.outcome) for tests in self.tests.values() for one in tests if one.nearness != "context"}
        (*_, last) = ((), *self.tests.values())
        said = words.say("page.near_context")
        return [_cells(one, said, words) for one in last if (one.row, one.outcome) not in near]

    def fit(self, words: Words) -> str:
        """How the model fits and what its bands hold, of the country's kept validation."""
        import pandas as pd

        fit, held = (REFERENCE / "validate" / name for name in ("fit.csv", "coverage.csv"))
        if not (self.world.country.is_default and fit.is_file() and held.is_file()):
            return words.say("page.record_no_fit")
        moments, coverage = pd.read_csv(fit), pd.read_csv(held).set_index("part")
        fitted = moments[moments["use"] == "fit"]
        bands = {name: f"{100 * float(coverage[name]['validate']):.0f}" for name in ("model", "observation")}
        return words.say("page.record_fit", inside=int(fitted["inside"].sum()), all=len(fitted), **bands)

    def _bears(self, on: Mapping[str, Sequence[str]], words: Words) -> str:
        """How near a test is, and to which arms where there are several."""
        if len(self.arms) == 1:
            return words.listed([words.say(f"page.near_{nearness}") for nearness in on])
        colon = words.say("colon")
        said = (f"{words.say(f'page.near_{near}')}{colon}{words.listed(arms)}" for near, arms in on.items())
        return words.say("semicolon").join(said)


def _cells(one: Leaning, bears: str, words: Words) -> tuple[str, ...]:
    return (
        one.row,
        _test(one, words),
        words.say(f"page.sign_{one.sign}") if isnan(one.published[0]) else _between(words, *one.published),
        words.say("with_range", number=_signed(one.ours[0]), range=_between(words, *one.ours[1:])),
        words.say(f"page.verdict_{one.verdict}"),
        bears,
        one.source,
        one.grade,
    )


def _test(one: Leaning, words: Words) -> str:
    """What a test is called: its title, what is measured, of whom, when, and in which unit."""
    known = titles("tests")
    title = one.title if words.code == ENGLISH else known["titles"].get(one.title, one.title)
    measured = known["outcomes" if one.years else "estimands"].get(one.outcome)
    parts = [one.outcome.replace("_", " ") if measured is None else measured[words.code]]
    if one.population not in ("", "all"):
        who = known["populations"].get(one.population)
        parts.append(words.group(one.population) if who is None else who[words.code])
    if one.years:
        parts.append(known["horizon_1" if one.years == 1 else "horizon"][words.code].format(years=one.years))
    unit = known["units"].get(one.unit)
    named = one.unit if unit is None else unit[words.code]
    return words.say("with_range", number=f"{title}{words.say('colon')}{words.listed(parts)}", range=named)


def _between(words: Words, low: float, high: float) -> str:
    return words.say("range", low=_signed(low), high=_signed(high))


def _signed(value: float) -> str:
    """To two digits, with its sign; nothing is never negative."""
    rounded = round(value, 2)
    return f"{rounded:+.2f}" if rounded else "0.00"
