"""Programmes as records: fellowships abroad and here, stays, degrees abroad and stipends, one YAML file each.

The same records come with a country's folder and with a policy that brings a programme of its own.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pydantic import ValidationError

from sim.world.programme_forms import FORMS, reads
from sim.world.programme_numbers import MONEY
from sim.world.programme_records import ProgrammeKind, ProgrammeRecord, open_stipends, stipends
from sim.world.reading import FormError, at_line, place_of, read_yaml, said_by
from sim.world.tables import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from importlib.resources.abc import Traversable

    from sim.world.schema import Domains
    from sim.world.tables import Tidy

__all__ = [
    "MONEY",
    "Land",
    "ProgrammeKind",
    "ProgrammeRecord",
    "check_record",
    "check_stipends",
    "files_in",
    "open_stipends",
    "programme",
    "programmes_in",
    "reads",
    "stipends",
]


MOST_STIPENDS = 255
"""As many as the codes of a column of bytes, less the one for none."""


def programme(content: Mapping[str, Any]) -> ProgrammeRecord:
    """A record from a mapping as a file holds it. Raises FormError in one sentence for what its kind cannot hold."""
    name = content.get("name", "?")
    kinds = [kind.value for kind in ProgrammeKind]
    if content.get("kind") not in kinds:
        near = get_close_matches(str(content.get("kind")), kinds, n=1, cutoff=0)
        raise FormError(
            f"programme {name}: kind {content.get('kind')!r} must be one of {', '.join(kinds)}; nearest: {near[0]}.",
            ("kind",),
        )
    kind = ProgrammeKind(content["kind"])
    if unread := [key for key in content if key not in reads(kind)]:
        known = {key for other in ProgrammeKind for key in reads(other)}
        near = get_close_matches(str(unread[0]), reads(kind), n=1)
        missing = "there is no such field" + (f", did you mean {near[0]!r}?" if near else "")
        why = f"a {kind.value} does not read it" if unread[0] in known else missing
        raise FormError(f"programme {name}: {unread[0]}: {why}; it reads {', '.join(reads(kind))}.", (str(unread[0]),))
    try:
        return FORMS[kind].model_validate(content).record()
    except ValidationError as error:
        first = error.errors()[0]
        place = place_of(first)
        where = ".".join(str(part) for part in place)
        said = said_by(first)
        raise FormError(f"programme {name}: {where or 'record'}: {said}.", place) from None


def programmes_in(folder: Traversable, land: Land) -> tuple[ProgrammeRecord, ...]:
    """The programmes of a country's folder, in the order of `programmes.yaml`, which names them.

    Raises DataError for a file that is missing, damaged, named otherwise than its programme or not listed, and for what
    it says that does not fit the country.
    """
    if others := sorted(
        path.name for path in folder.iterdir() if not path.name.endswith(".yaml") and not path.name.startswith(".")
    ):
        raise DataError(
            f"the folder {folder} holds {others[0]}, which nothing reads; remove it, or let it end in .yaml."
        )
    order = _order(folder)
    if unlisted := sorted(files_in(folder) - {"programmes", *order}):
        raise DataError(
            f"programmes.yaml does not name {unlisted[0]}; add it to the order or remove {unlisted[0]}.yaml."
        )
    records = []
    for name in order:
        path = folder / f"{name}.yaml"
        try:
            record = programme(read_yaml(path))
            check_record(record, land)
        except FormError as error:
            raise DataError(f"{path.name}{at_line(path, error.where)}: {error}") from None
        if record.name != name:
            raise DataError(f"{path.name} holds a programme named {record.name}: give both one name.")
        records.append(record)
    return tuple(records)


def _order(folder: Traversable) -> list[str]:
    """The names in `programmes.yaml`."""
    read = read_yaml(folder / "programmes.yaml")
    if unknown := [key for key in read if key != "order"]:
        raise DataError(f"programmes.yaml: nothing reads {unknown[0]!r}; it holds order: [NAME, ...] alone.")
    order = read.get("order")
    if not isinstance(order, list) or not all(isinstance(name, str) and name.isidentifier() for name in order):
        raise DataError("programmes.yaml: order must be a list of names; write order: [NAME, ...].")
    if twice := [name for name in order if order.count(name) > 1]:
        raise DataError(f"programmes.yaml: {twice[0]} is named twice; keep one.")
    return order


def files_in(folder: Traversable) -> set[str]:
    """Names of the records in a folder, without their ending."""
    return {path.name.removesuffix(".yaml") for path in folder.iterdir() if path.name.endswith(".yaml")}


def check_stipends(records: Iterable[ProgrammeRecord]) -> None:
    """Raise DataError where there are more stipends and scholarships than students can hold by a code."""
    held = [record.name for record in records if record.kind.held_as_stipend]
    if len(held) > MOST_STIPENDS:
        raise DataError(f"there are {len(held)} stipends and scholarships; keep {MOST_STIPENDS} or fewer.")


_NEAR: Final = 0.5  # likeness of names from which one may be meant for the other
_TIMES_THE_PAY: Final = {"income": 100, "extra_pay": 100, "unit_cost": 1000, "research_money": 1000}
"""Amounts of a programme, and how many times the best paid post each may be: above, its unit is surely wrong."""


class Land(NamedTuple):
    """What of a country a programme must fit: what it may name, the currency, the years of the data, and the highest
    pay of a position there, millions a year.
    """

    domains: Domains
    currency: str
    years: tuple[int, int]
    pay: float

    @classmethod
    def of(cls, domains: Domains, currency: str, drivers: Tidy, positions: Tidy) -> Land:
        """That of a country with these tables."""
        years = drivers.years()
        pay = max(number.value for number in positions.numbers["income"].values())
        return cls(domains, currency, (years[0], years[-1]), pay)


def check_record(record: ProgrammeRecord, land: Land) -> None:
    """Raise FormError where a programme names what a country does not have, or its money is in another currency, of
    a year whose exchange rate the country does not know, or out of all proportion to what posts are paid there.
    """
    domains, (first, last) = land.domains, land.years
    abroad, home = domains.regions[1:], domains.regions[0]
    named: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
        "regions": ("region {!r} abroad", record.regions, abroad),
        "origin_regions": ("region {!r} abroad", record.origin_regions, abroad),
        "fields": ("field {!r}", record.fields, domains.fields),
        "tiers": ("tier {!r}", record.tiers, domains.tiers),
        "tier": ("tier {!r}", tuple(filter(None, [record.tier])), domains.tiers),
    }
    for key, (what, names, known) in named.items():
        for at, name in enumerate(names):
            if name in known:
                continue
            where = (key,) if key == "tier" else (key, at)
            near = get_close_matches(name, known, n=1, cutoff=_NEAR)
            hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(known)}."
            said = f"there is no {what.format(name)}; {hint}"
            if name == home and known is abroad:
                said = f"there is no {what.format(name)}, as it is home; name one of {', '.join(abroad)}."
            raise FormError(f"programme {record.name}: {said}", where)
    _check_money(record, land)
    if record.kind.spent_abroad:
        for key, years in (("income_year", (record.income_year,)), ("income_later", tuple(record.income_later))):
            if wrong := [year for year in years if not first <= year <= last]:
                said = f"{key} {wrong[0]} has no exchange rate in the data, which go from {first} to {last}."
                raise FormError(f"programme {record.name}: {said}", (key,))


def _check_money(record: ProgrammeRecord, land: Land) -> None:
    """As `check_record`, of amounts of money."""
    if record.currency != land.currency:
        said = f"its money is in {record.currency}, and the country's currency is {land.currency}; give it in that."
        raise FormError(f"programme {record.name}: {said}", ("unit_cost", "unit"))
    for key, times in _TIMES_THE_PAY.items():
        if (amount := getattr(record, key)) > times * land.pay:
            of = f"{key} of {amount:,.0f} million {land.currency} a year"
            said = f"{of} is {amount / land.pay:,.0f} times the best paid post; give it in millions."
            raise FormError(f"programme {record.name}: {said}", (key, "value"))
