"""`brain-circulation list [WHAT] [WORD]`: what can be asked for, with what it means, a line each."""

from __future__ import annotations

from difflib import get_close_matches
from itertools import chain
from typing import TYPE_CHECKING

from experiments.errors import InputError, unknown
from experiments.request.build import as_input_errors
from experiments.request.policies import load, names, with_own
from sim.world.country import in_full

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from experiments.request.policies import Folders
    from sim import World

type Entry = tuple[str, str]
"""A name, and what it means."""

_SETTINGS = ("country", "library")


def listed(arguments: Sequence[str]) -> Iterator[str]:
    """The lines that these arguments ask for. Raises InputError for a kind of thing that there is not.

    arguments: a kind (see `KINDS`), words that an entry must hold, and country=, library=.
    """
    kind, words, settings = _asked(arguments)
    library = with_own(in_full(settings["library"]) if "library" in settings else None)
    with as_input_errors():
        world = _world(settings.get("country"))
    shown = {name: about for name, about in KINDS.items() if kind in ("", name)}
    if not kind and not words:
        for name, (title, entries) in shown.items():
            yield f"{name:<12}{title}: {sum(1 for _ in entries(world, library)):,}"
        yield ""
        yield "brain-circulation list KIND WORD shows those that hold a word; list WORD looks through all of them."
        return
    any_found = False
    for title, entries in shown.values():
        found = [entry for entry in entries(world, library) if _holds(" ".join(entry), words)]
        any_found |= bool(found)
        if found:
            yield from chain([f"{title.capitalize()} ({len(found)})"], map(_line, found), [""])
        elif kind:
            yield f"None of the {kind} holds {' '.join(words)!r}."
    if not any_found and not kind:
        yield f"Nothing that can be listed holds {' '.join(words)!r}; KIND is one of {', '.join(KINDS)}."


def _asked(arguments: Sequence[str]) -> tuple[str, list[str], dict[str, str]]:
    """The kind that arguments name, empty for all; the words; the settings."""
    settings = dict(one.split("=", 1) for one in arguments if "=" in one)
    if wrong := sorted(set(settings) - set(_SETTINGS)):
        raise InputError(f"list takes {'= and '.join(_SETTINGS)}=, not {wrong[0]}=.")
    words = [one for one in arguments if "=" not in one]
    if not words:
        return "", [], settings
    if words[0] in KINDS:
        return words[0], words[1:], settings
    if len(words) > 1 or get_close_matches(words[0], KINDS, n=1, cutoff=0.75):  # not one word to look for
        raise unknown("list", words[0], KINDS)
    return "", words, settings


def _line(entry: Entry) -> str:
    name, means = entry
    return f"  {name}\n      {' '.join(means.split())}"


def _holds(text: str, words: Sequence[str]) -> bool:
    return all(word.casefold() in text.casefold() for word in words)


def _world(country: str | None) -> World:
    from sim import World

    return World.load(country)


def _files(kind: str) -> Callable[[World, Folders], Iterator[Entry]]:
    def entries(_: World, library: Folders) -> Iterator[Entry]:
        for name in names(library, kind):
            one = load(name, library)
            rows = f" [{', '.join(one.rows)}]" if one.rows else ""
            yield name, f"{one.title}; {one.title_ja}; from {one.start}{f' to {one.end}' if one.end else ''}{rows}"

    return entries


def _levers(world: World, _: Folders) -> Iterator[Entry]:
    from sim.instruments.lever import ArrayLever
    from sim.instruments.levers import catalogue

    for name, lever in catalogue(world).items():
        keys = f"[{', '.join(key.name for key in lever.keys)}]" if isinstance(lever, ArrayLever) else ""
        default = f"moves parameter {lever.default}" if isinstance(lever.default, str) else f"{lever.default:g} without"
        yield (
            f"{name}{keys}",
            f"{lever.title}; {lever.title_ja}; {lever.low:g} to {lever.high:g} {lever.unit}; {default}",
        )


def _addresses(world: World, _: Folders) -> Iterator[Entry]:
    from sim import Parameters
    from sim.instruments.posts import ADDED, ADDRESS, OPENED
    from sim.world.addresses import written
    from sim.world.schema import SCHEMA
    from sim.world.timeline import keys_of

    keys = ", ".join(key.name for key in OPENED.keys)
    yield f"{ADDRESS}[{keys}]", f"{OPENED.title} (times); {ADDED.title} (add)"
    for table, declared in SCHEMA.items():
        for series in declared:
            if series.closed:
                continue
            numbers = world.table(table).numbers[series.name]
            labels = keys_of(world.table(table), series.name)
            said = "; ".join(f"{key}: {', '.join(map(written, known))}" for key, known in labels.items())
            yield (
                f"{table}.{series.name}" + (f"[{', '.join(labels)}]" if labels else ""),
                f"{next(iter(numbers.values())).unit}; {series.low:g} to {series.high:g}"
                + (f"; {said}" if said else ""),
            )
    for name, known in Parameters.load(world.country).catalogue.items():
        if known.open_to:
            low, high = known.bounds
            to = "" if "policy" in known.open_to else " (world files alone)"
            yield f"parameters.{name}{to}", f"{known.meaning}; {low:g} to {high:g} {known.unit}"


def _items(world: World, _: Folders) -> Iterator[Entry]:
    from sim.instruments import counted
    from sim.world.units import shown

    currency = world.country.about.currency
    for item, own in counted.of_instruments().items():
        yield item, f"{own.title}; {own.title_ja}; {shown(own.unit, currency)}"
    for head, one in counted.COUNTED.items():
        about = f"{one.title}; {one.title_ja}; {shown(one.unit, currency)}"
        if one.whole:
            yield head, about
        for kind in one.of:
            labels = ", ".join(counted.countable(head, kind, world, world.programmes))
            more = ", or one that a policy brings" if kind == counted.PROGRAMME else ""
            yield f"{head}.{kind.upper()}", f"{about}; {kind}: {labels}{more}"


def _outcomes(_: World, __: Folders) -> Iterator[Entry]:
    from sim.measures.outcomes import CATALOGUE

    for name, one in CATALOGUE.items():
        yield (
            name,
            f"{one.title}; {one.title_ja}; {one.unit}; {one.theme}; matters from {one.size.value:g} {one.size.unit}",
        )


def _programmes(world: World, library: Folders) -> Iterator[Entry]:
    brought = [
        (record, f"; brought by {name}")
        for name in names(library, "policy")
        for record in load(name, library).programmes
    ]
    for record, by in [*((record, "") for record in world.programmes), *brought]:
        yield record.name, f"{record.title}; {record.title_ja}; {record.kind.value.replace('_', ' ')}{by}"


def _rows(_: World, library: Folders) -> Iterator[Entry]:
    from experiments.request.rows import read_rows

    for row in read_rows(library=library):
        held = [*row.files, *(f"{what} {name}" for what, name in row.held_by)]
        by = f": {', '.join(held)}" if held else f": {row.reason}" if row.kind == "context" else ""
        yield row.id, f"{row.title}; {row.title_ja}; {row.place}; {row.state}{by}"


KINDS: dict[str, tuple[str, Callable[[World, Folders], Iterator[Entry]]]] = {
    "policies": ("files for policy= and against=", _files("policy")),
    "worlds": ("files for world=, policy= and against=", _files("world")),
    "levers": ("levers that a change moves", _levers),
    "addresses": ("numbers that a change moves by their address", _addresses),
    "items": ("countable items that costs may put a price on", _items),
    "outcomes": ("outcomes of a run", _outcomes),
    "programmes": ("programmes of the country and of policies", _programmes),
    "rows": ("systems of the policy documents", _rows),
}
"""What can be listed: its title and its entries."""
