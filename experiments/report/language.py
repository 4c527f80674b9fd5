"""The words of an answer in each language: sentences from a file each, titles from the catalogue and the country."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from experiments.request.comparison import Arm, Question
    from sim import World
    from sim.world.programmes import ProgrammeRecord

TEXTS = Path(__file__).parent / "text"
TITLES = Path(__file__).parent / "titles"
ENGLISH = "en"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the first is ten times as fast, where there is one


def languages() -> list[str]:
    """Codes (ISO 639-1) of the languages that an answer can be given in."""
    return sorted(path.stem for path in TEXTS.glob("*.yaml"))


def languages_from(first: str) -> list[str]:
    """The same, this one first."""
    return [first, *(code for code in languages() if code != first)]


def to_digits(value: float, digits: int, *, signed: bool = False) -> str:
    """A number to so many digits, thousands separated; large ones are not written as powers of ten."""
    rounded, sign = float(f"{value:.{digits}g}"), "+" if signed else ""
    return f"{rounded:{sign},.0f}" if abs(rounded) >= 10 ** (digits - 1) else f"{rounded:{sign}.{digits}g}"


def shortened(title: str) -> str:
    """A title up to a colon."""
    return title.partition(":")[0].partition("：")[0]


@cache
def texts(code: str) -> Mapping[str, Any]:
    """All texts of a language, as nested mappings."""
    found: dict[str, Any] = yaml.load((TEXTS / f"{code}.yaml").read_text(encoding="utf-8"), _LOADER)  # noqa: S506 - a safe one
    return found


@cache
def titles(file: str) -> Mapping[str, Any]:
    """What is called by name in both languages: a file of the folder `titles`."""
    found: dict[str, Any] = yaml.load((TITLES / f"{file}.yaml").read_text(encoding="utf-8"), _LOADER)  # noqa: S506 - a safe one
    return found


@cache
def _text(code: str, key: str) -> str:
    found: Any = texts(code)
    for part in key.split("."):
        found = found[part]
    return str(found)


class Titled(Protocol):
    """What a reader has a word for."""

    @property
    def title(self) -> str:
        """In English."""

    @property
    def title_ja(self) -> str:
        """In Japanese."""


@dataclass(frozen=True)
class Words:
    """How a reader of one language is spoken to about one country.

    places: titles of regions, fields, employers and programmes by their names. currency: what money is called.
    """

    code: str = ENGLISH
    country: str = ""
    currency: str = ""
    places: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, code: str, world: World, programmes: Sequence[ProgrammeRecord] = ()) -> Words:
        """The words of a language for a country and for the programmes that policies bring."""
        about = world.country.about
        home = about.language == code
        named = {region.name: (home and region.title_home) or region.title for region in about.regions}
        named |= {one.name: (home and one.title_home) or one.name for one in about.fields}
        named |= {one.name: (home and one.title_home) or one.name for one in about.tiers}
        named |= {one.name: one.title_ja if code == "ja" else one.title for one in (*world.programmes, *programmes)}
        return cls(
            code,
            about.title_home if home else about.title,
            about.currency_home if home else about.currency,
            named,
        )

    def say(self, key: str, /, **values: object) -> str:
        """A text by its dotted key, with what stands in its {places}. Raises KeyError for a key that is not there."""
        return _text(self.code, key).format(**values)

    def table(self, key: str) -> Mapping[str, str]:
        """A whole mapping of texts, such as the certainty words."""
        found: Mapping[str, str] = texts(self.code)[key]
        return found

    def money(self, value: float) -> str:
        """A sum a year with its unit. value: in the currency."""
        unit = self.table("short_unit")["money"].format(currency=self.currency)
        return self.say("sum", number=to_digits(value * 10.0 ** -int(self.say("money_power")), 3), unit=unit)

    def listed(self, parts: Sequence[str]) -> str:
        """Several things in a row."""
        return self.say("list").join(parts)

    def outcome(self, name: str, group: str = "all") -> str:
        """What a reader calls an outcome, or one of its groups."""
        from sim.measures.outcomes import CATALOGUE

        measure = CATALOGUE[name]
        title = self.title_of(measure)
        return title if group == "all" else f"{title}{self.say('colon')}{self.group(group)}"

    def short(self, name: str) -> str:
        """A title that fits a line of the screen."""
        return self.table("short").get(name) or self.outcome(name)

    def group(self, name: str) -> str:
        """What a reader calls a group; the name itself where nothing better is known."""
        from sim.measures.distribution import FIELD, TIER

        bare = name.removeprefix(FIELD).removeprefix(TIER)
        known = self.table("group")
        if word := known.get(bare) or self.places.get(bare) or known.get(bare.replace("-", " ")):
            return word
        head, dot, label = bare.partition(".")  # an item of public cost, and whose it is
        return f"{self.group(head)}{self.say('colon')}{self.group(label)}" if dot else bare.replace("_", " ")

    def parameter(self, name: str) -> str:
        """What a reader calls a parameter; the name itself where nothing better is known."""
        known: Mapping[str, Mapping[str, str]] = titles("parameters")
        return known[name][self.code] if name in known else name

    def years(self, first: int, last: int) -> str:
        """A window of calendar years."""
        return self.say("years" if first != last else "year", first=first, last=last)

    def policy(self, arm: Arm) -> str:
        """What a reader calls an arm."""
        return self.title_of(arm)

    def title_of(self, one: Titled) -> str:
        """The title of what has one in English and Japanese: an arm, a policy, a world, a lever, an outcome."""
        return one.title_ja if self.code == "ja" else one.title

    def thing(self, question: Question, *, many: bool = False) -> str:
        """What is compared: policies, or worlds where no arm holds a policy."""
        return self.say(f"{'things' if many else 'thing'}.{self._kind(question)}")

    @staticmethod
    def _kind(question: Question) -> str:
        kinds = {one.kind for arm in question.arms for one in arm.policies}
        return "world" if kinds == {"world"} else "policy"

    def against(self, question: Question) -> str:
        """What a reader calls the life that arms are compared with, and the world that holds on both sides."""
        named, worlds = self.reference(question), self.world(question)
        return self.say("in_world", against=named, world=worlds) if worlds else named

    def reference(self, question: Question) -> str:
        """What a reader calls the life that arms are compared with."""
        arm = question.against
        return self.say("quoted", title=self.briefly(arm)) if arm.policies else self.say("baseline")

    def world(self, question: Question) -> str:
        """The worlds that hold on both sides; empty where there is none."""
        return self.say("plus").join(self.say("quoted", title=self.title_of(one)) for one in question.world)

    def briefly(self, arm: Arm) -> str:
        """What a reader calls an arm, shortened to the part before a colon."""
        return shortened(self.policy(arm))

    def level(self, question: Question, level: str) -> str:
        """The level of an outcome in the life that arms are compared with. level: with its unit."""
        return self.say(f"level.{'against' if question.against.policies else self._kind(question)}", level=level)
