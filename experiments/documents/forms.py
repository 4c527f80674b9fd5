"""What the tables of docs/files.md say of the forms: kinds of programmes, their fields, and what has a price."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

from experiments.documents.marked import number, table
from sim.instruments import counted
from sim.world.programme_forms import FORMS, STAGES
from sim.world.programme_numbers import NUMBERS, places_of
from sim.world.programme_records import ProgrammeKind
from sim.world.units import CURRENCY, SHOWN

if TYPE_CHECKING:
    from sim.world.programme_forms import Form

_OTHERS = {
    "name": "small letters, digits and underscores; the name of its levers and of its costs",
    "kind": "one of the kinds of the table above",
    "title": "text, in English",
    "title_ja": "text, in Japanese",
    "source": "text: where the programme is described",
    "grade": "grade of that",
    "stages": f"of whom it is for: {', '.join(STAGES)}",
    "origin": "home, foreign or any",
    "origin_regions": "regions abroad from which they come; all where it is left out",
    "fields": "fields of research; all where it is left out",
    "tiers": "kinds of employers of who applies; all where it is left out",
    "regions": "regions abroad to which it leads, or of the partners; all where it may be left out and is",
    "post_kept": "true or false: whether a lasting post at home is kept",
    "income_year": "the year in which the income was set, from which exchange rates count",
    "income_later": "incomes that later calls set, by year: a list of `{years: {2027: 8.1}, source: ..., grade: ...}`",
    "tier": "kind of employer where the post is; the leading one where it is left out",
    "rank": "postdoc, fixed-term, tenure-track or permanent",
    "partner": "firm, or host for one abroad",
}
"""What a field that is no number holds."""


def parts() -> dict[str, str]:
    """The made parts of the document."""
    return {"programmes": kinds(), "numbers": numbers(), "texts": texts(), "items": items()}


def kinds() -> str:
    """Every kind of programme: which fields it needs and may have besides those of all kinds, its places and years."""
    common = [
        name for name in next(iter(FORMS.values())).model_fields if all(_needs(form, name) for form in FORMS.values())
    ]
    lines = []
    for kind, form in FORMS.items():
        own = [name for name in form.model_fields if name not in common]
        needed, free = ([name for name in own if _needs(form, name) is must] for must in (True, False))
        years = form.numbers["years"]
        length = f"{number(years.low)} to {number(years.high)}" if "years" in own else "-"
        what = (inspect.getdoc(form) or "").partition("\n\n")[0]
        lines.append((f"`{kind.value}`", what, _listed(needed), _listed(free), places_of(kind).unit, length))
    head = ["kind", "what it is", "needs", "may have", "places in", "years"]
    return f"All kinds need {_listed(common)}.\n\n" + table(head, lines)


def numbers() -> str:
    """Every number of a record: unit, least and most, meaning."""
    lines = [
        (f"`{name}`", _unit(one.unit), "by kind" if _varies(name) else _range(one.low, one.high), one.means)
        for name, one in NUMBERS.items()
    ]
    first = places_of(ProgrammeKind.FELLOWSHIP_ABROAD)
    lines.append(("`places`", "by kind", _range(first.low, first.high), first.means))
    return table(["number", "unit", "least to most", "what it is"], lines)


def texts() -> str:
    """Every field of a record that is no number. Raises KeyError for one of which nothing is said."""
    found = dict.fromkeys(name for form in FORMS.values() for name in form.model_fields if name not in NUMBERS)
    return table(["field", "what it holds"], [(f"`{name}`", _OTHERS[name]) for name in found if name != "places"])


def items() -> str:
    """Everything on which a cost may put a price, with the unit of the price."""
    lines = [(f"`{name}`", one.title, _unit(one.unit)) for name, one in counted.of_instruments().items()]
    for head, one in counted.COUNTED.items():
        names = [head] * one.whole + [f"{head}.{kind.upper()}" for kind in one.of]
        lines.append((", ".join(f"`{name}`" for name in names), one.title, _unit(one.unit)))
    return table(["item", "what one of it is", "unit of the price"], lines)


def _needs(form: type[Form], name: str) -> bool:
    return name in form.model_fields and form.model_fields[name].is_required()


def _varies(name: str) -> bool:
    return len({form.numbers[name] for form in FORMS.values()}) > 1


def _unit(unit: str) -> str:
    return unit.replace(CURRENCY, SHOWN)


def _range(low: float, high: float) -> str:
    return f"{number(low)} to {number(high)}"


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "-"
