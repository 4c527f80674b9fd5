"""A factorial on one screen, in full, and in plain sentences."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from experiments.analysis.names import COST
from experiments.analysis.windows import label
from experiments.portfolio.contrasts import ALONE, BEYOND, MAIN, PAIR, SEPARATOR, TOGETHER, named
from experiments.portfolio.design import FULL
from experiments.report.caution import beware, beware_within, of_the_card, of_the_run, of_the_sizes
from experiments.report.finding import chosen, multiple
from experiments.report.full import block
from experiments.report.language import Words
from experiments.report.letters import cut, pad, width, wrapped
from experiments.report.numbers import Scale, Shown, percent, records
from experiments.report.screen import COLUMNS, LINES, cell, footer, run
from experiments.report.summary import page
from experiments.request.build import Build

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd

    from experiments.portfolio.design import Design
    from experiments.report.caution import Caution
    from experiments.report.numbers import Row
    from experiments.request.comparison import Question
    from experiments.request.settings import Settings
    from sim import World

_SHOWN = 2  # outcomes beside the cost
_CELL = 14  # columns that an outcome has at least
_SAID = 2  # sentences about pairs on the screen
_SURE = {"higher": "above", "lower": "below"}
_RANKS = {"higher": 3, "lower": 3, "probably higher": 2, "probably lower": 2, "open": 1}


@dataclass(frozen=True)
class FactorialAnswer:
    """The result of a factorial as its pages need it. table: as `contrasts.measured`; question: a policy an arm."""

    settings: Settings
    design: Design
    question: Question
    table: pd.DataFrame

    @cached_property
    def window(self) -> str:
        """The window that is read first."""
        return label(self.settings.read_first)

    @cached_property
    def whole(self) -> pd.DataFrame:
        """Effects on everybody in that window."""
        return self.table[(self.table["window"] == self.window) & (self.table["group"] == "all")]

    @cached_property
    def strongest(self) -> Mapping[str, Row]:
        """By outcome, the main effect that is largest beside what matters."""
        mains = self.whole[self.whole["kind"] == MAIN].groupby("outcome", sort=False)
        return {str(outcome): max(records(rows), key=multiple) for outcome, rows in mains}

    @cached_property
    def numbers(self) -> Sequence[str]:
        """The outcomes that matter, by the rule of a single policy, each at the policy that moves it most."""
        listed = [row.partition("/")[0] for rows in self.settings.outcomes.table.values() for row in rows]
        return chosen(self.strongest, listed)

    @cached_property
    def rows(self) -> Mapping[tuple[str, str, str, str], Row]:
        """The rows of the window by kind, policy, other and outcome."""
        keys = ("kind", "policy", "second", "outcome")
        return {tuple(str(row[key]) for key in keys): row for row in records(self.whole)}  # type: ignore[misc]

    @cached_property
    def pairs(self) -> Sequence[tuple[str, str, str]]:
        """Two policies and the pairs that they cannot be told apart from; of pairs that cannot, the first alone."""
        found: list[tuple[str, str, str]] = []
        known: set[str] = set()
        for effect in self.design.pairs:
            others = [named(self.design, one) for one in self.design.aliases(effect)]
            if named(self.design, effect) not in known:
                first, second = (self.design.policies[place] for place in sorted(effect))
                found.append((first, second, "; ".join(others)))
                known.update(others)
        return found

    @property
    def years(self) -> tuple[int, int]:
        """The first and the last year of the window."""
        row = records(self.whole.head(1))[0]
        return int(row["first"]), int(row["last"])

    def words(self, code: str) -> Words:
        """The words of a language for this answer."""
        return Words.of(code, self.world, self.question.brought)

    @cached_property
    def world(self) -> World:
        """The country's data."""
        return Build.of(self.settings).inputs()[0]

    def title(self, policy: str, words: Words) -> str:
        """What a reader calls a policy, shortened to the part before a colon; the name itself where it is no policy."""
        titles = {arm.name: words.briefly(arm) for arm in self.question.arms}
        return titles.get(policy, policy)

    def titles(self, policies: str, words: Words) -> str:
        """The titles of some policies of one name."""
        return SEPARATOR.join(self.title(name, words) for name in policies.split(SEPARATOR))

    def sure_pairs(self) -> list[tuple[str, Row]]:
        """Outcome and row of every pair that surely gives more or less than the sum, in the outcomes that matter.

        The largest beside what matters come first. Cost is among them.
        """
        found = [
            (outcome, row)
            for first, second, _ in self.pairs
            for outcome in (*self.numbers, COST)
            if (row := self.rows.get((PAIR, first, second, outcome))) is not None and row["certainty"] in _SURE
        ]
        return sorted(found, key=lambda one: -multiple(one[1]))

    def pair_sentence(self, outcome: str, row: Row, words: Words) -> str:
        """That two policies together give more, or less, than the sum; of pairs that are confounded, that one does."""
        shown = Shown.of(row, outcome, words)
        given = {
            "one": self.title(row["policy"], words), "second": self.title(row["second"], words),
            "outcome": words.outcome(outcome), "number": shown.number, "unit": shown.unit, "range": shown.range,
            "share": percent(float(row["agreement"])),
        }  # fmt: skip
        key = _SURE[row["certainty"]]
        if row["aliases"]:
            others = words.listed([self.titles(two, words) for two in str(row["aliases"]).split("; ")])
            return words.say(f"factorial.{key}_confounded", others=others, **given)
        return words.say(f"factorial.{key}", **given)

    def beyond_sentence(self, words: Words) -> str:
        """What all together give beyond the sum of each alone, in the first outcome; empty where no run tells."""
        whole = SEPARATOR.join(self.design.policies)
        outcome = self.numbers[0] if self.numbers else ""
        row, all_of = self.rows.get((BEYOND, whole, "", outcome)), self.rows.get((TOGETHER, whole, "", outcome))
        if row is None or all_of is None:
            return ""
        shown, together = Shown.of(row, outcome, words), Shown.of(all_of, outcome, words)
        key = {"higher": "more", "lower": "less"}.get(row["certainty"], "unsure")
        return words.say(
            f"factorial.all_{key}", outcome=words.outcome(outcome), together=together.number, number=shown.number,
            unit=shown.unit, range=shown.range or words.say("no_range"),
            certainty=words.say(f"certainty.{row['certainty']}"),
        )  # fmt: skip

    def fraction_sentence(self, words: Words) -> str:
        """What a fraction takes for granted; empty where every combination was run."""
        if self.design.is_full:
            return ""
        confounded = sum(bool(others) for _, _, others in self.pairs)
        key = "fraction_pairs" if confounded else "fraction"
        return words.say(
            f"factorial.{key}", runs=len(self.design.runs), all=2 ** len(self.design.policies),
            resolution=self.design.resolution,
        )  # fmt: skip

    @cached_property
    def cautions(self) -> Sequence[Caution]:
        """What to beware of, the gravest first."""
        rows = {(outcome, "all"): row for outcome, row in self.strongest.items()}
        arms, country = self.question.arms, self.world.country
        return [*of_the_sizes(arms), *of_the_card(arms, country), *of_the_run(rows)]

    def beware(self, words: Words) -> str:
        """What to beware of, in a line; empty where there is nothing."""
        return beware(self.cautions, words)

    def sentences(self, words: Words) -> Iterator[str]:
        """The answer in sentences, which say more or less than the sum only where the sets agree."""
        if text := self.beyond_sentence(words):
            yield text
        sure = self.sure_pairs()
        for outcome, row in sure:
            yield self.pair_sentence(outcome, row, words)
        if not sure:
            outcomes = words.listed([words.outcome(name) for name in (*self.numbers, COST)])
            yield words.say("factorial.no_pair", outcomes=outcomes)
        if text := self.fraction_sentence(words):
            yield text
        if text := self.beware(words):
            yield text + words.say("stop")


def screen(answer: FactorialAnswer, words: Words) -> str:
    """At most 24 lines: policies beside each other, pairs beyond their sums, all together."""
    lines = [line for text in head(answer, words) for line in wrapped(text, COLUMNS)]
    end = footer(answer.settings, words)
    said = [answer.pair_sentence(outcome, row, words) for outcome, row in answer.sure_pairs()[:_SAID]]
    said = said or [words.say("factorial.no_pair_short")]
    said += [text for text in [answer.fraction_sentence(words)] if text]
    said += beware_within(answer.cautions, words, COLUMNS, 1)
    columns = [*answer.numbers[:_SHOWN], COST]
    body = _lines(answer, columns, words)
    cells = [texts for _, texts in body]
    wide = [max([_CELL, *(width(texts[at]) for texts in cells if texts)]) for at in range(len(columns))]
    name = COLUMNS - sum(wide) - 2 * len(wide)
    units = [Scale.of(outcome, _unit(answer, outcome), words).of_difference for outcome in columns]
    lines += [_row("", [words.short(outcome) for outcome in columns], name, wide), _row("", units, name, wide)]
    room = LINES - len(lines) - len(end) - len(said)
    shown = body if len(body) <= room else body[: room - 1]
    lines += [_row(text, texts, name, wide) if texts else text for text, texts in shown]
    if len(shown) < len(body):
        lines.append(words.say("screen.further", number=len(body) - len(shown)))
    return "\n".join(cut(line, COLUMNS) for line in [*lines, *said, *end])


def head(answer: FactorialAnswer, words: Words) -> list[str]:
    """What the numbers are and what they were made with."""
    asked = words.say(
        "factorial.asked", country=words.country, number=len(answer.design.policies), runs=len(answer.design.runs),
        years=words.years(*answer.years), against=words.against(answer.question),
    )  # fmt: skip
    return [asked, run(answer.settings, words)]


def full(answer: FactorialAnswer, words: Words) -> str:
    """Every effect with every row of the settings' table and every window."""
    lines = [*(line for text in (*head(answer, words), answer.beware(words)) for line in wrapped(text)), ""]
    keys = ["kind", "policy", "second", "aliases"]
    for (kind, policy, other, aliases), rows in answer.table.groupby(keys, sort=False):
        lines += wrapped(heading(answer, str(kind), str(policy), str(other), str(aliases), words))
        lines += [*block(rows, answer.settings.outcomes.table, words), ""]
    sets = words.say("screen.sets", number=answer.settings.draws)
    return "\n".join([*lines, *wrapped(words.say("full.legend", sets=sets))])


def summary(answer: FactorialAnswer, command: str, words: Words) -> str:
    """A page in Markdown: the sentences, how sure, how to run it again."""
    title = words.say("factorial.title", number=len(answer.design.policies), country=words.country)
    return page(title, answer.settings, answer.years, list(answer.sentences(words)), command, words)


def heading(answer: FactorialAnswer, kind: str, policy: str, other: str, aliases: str, words: Words) -> str:
    """What an effect is called."""
    if kind == PAIR:
        text = words.say("factorial.of_pair", one=answer.title(policy, words), second=answer.title(other, words))
        others = words.listed([answer.titles(two, words) for two in aliases.split("; ")]) if aliases else ""
        return f"{text} {words.say('factorial.or', others=others)}" if others else text
    if kind in (MAIN, ALONE):
        return words.say(f"factorial.of_{kind}", policy=answer.title(policy, words))
    return words.say(f"factorial.of_{kind}")


def _lines(answer: FactorialAnswer, columns: Sequence[str], words: Words) -> list[tuple[str, list[str]]]:
    """The lines between heading and sentences: a text, and the cells beside it where it is a row."""
    numbers = {name: place for place, name in enumerate(answer.design.policies, 1)}

    def cells(kind: str, policy: str, other: str = "") -> list[str]:
        found = [answer.rows.get((kind, policy, other, outcome)) for outcome in columns]
        return ["" if row is None else cell(row, outcome, words) for row, outcome in zip(found, columns, strict=True)]

    lines = [(words.say("factorial.each"), list[str]())]
    lines += [(f"  {numbers[name]} {answer.title(name, words)}", cells(MAIN, name)) for name in numbers]
    pairs = [(f"  {_numbered(first, second, others, numbers, words)}", cells(PAIR, first, second), first, second)
             for first, second, others in answer.pairs]  # fmt: skip
    if len(answer.design.policies) > FULL - 1:  # more than a screen holds: what is surest first
        outcome = columns[0]
        pairs.sort(key=lambda one: _order(answer.rows.get((PAIR, one[2], one[3], outcome))))
    lines += [(words.say("factorial.two"), []), *((text, texts) for text, texts, _, _ in pairs)]
    whole = SEPARATOR.join(answer.design.policies)
    if any(together := cells(TOGETHER, whole)):
        lines.insert(1 + len(numbers), (words.say("factorial.of_together"), together))
    return lines


def _numbered(first: str, second: str, others: str, numbers: Mapping[str, int], words: Words) -> str:
    """A pair by the numbers of its policies, with those that it cannot be told apart from."""
    known = [(first, second), *(two.split(SEPARATOR) for two in others.split("; ") if two)]
    return " / ".join(words.say("factorial.pair", one=numbers[one], second=numbers[other]) for one, other in known)


def _order(row: Row | None) -> tuple[float, float]:
    return (0, 0) if row is None else (-_RANKS.get(row["certainty"], 0), -multiple(row))


def _unit(answer: FactorialAnswer, outcome: str) -> str:
    return str(answer.whole.loc[answer.whole["outcome"] == outcome, "unit"].iloc[0])


def _row(name: str, cells: Sequence[str], room: int, wide: Sequence[int]) -> str:
    parts = [pad(name, room), *(pad(text, columns) for text, columns in zip(cells, wide, strict=True))]
    return "  ".join(parts).rstrip()
