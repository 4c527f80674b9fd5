"""A programme that a policy brings, in words and numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim import World
    from sim.world.programmes import ProgrammeRecord

_GIFTS = {
    "ties": "ties a year",
    "visits": "months a year with the partner",
    "language": "of the missing language learned a year",
    "host_hours": "hours a year of leaders at home",
    "tie_half_life": "years in which ties fall to half",
    "members": "members of a team beside its leader",
    "received": "partner students a year",
    "share": "of the working time with the second employer",
    "research_time": "of the time there for research that is published",
    "offer": "chance a year of a job with the firm",
}

_UNITS = {"stay_abroad": "per stay", "joint": "per team and year", "shared_post": "per appointment and year"}


def number(value: float) -> str:
    """A number of whatever size as it is read: never 1e+07."""
    return f"{value:,.6g}" if abs(value) < 1e6 else f"{value:,.0f}"


def brought(record: ProgrammeRecord, world: World) -> Iterator[str]:
    """A programme that a policy brings."""
    from sim.world.programmes import reads

    currency = world.country.about.currency
    yield f"    brings {record.title} ({record.name}), a {record.kind.value.replace('_', ' ')}"
    yield f"      {record.title_ja}"
    places = ", ".join(f"{year}: {number(places)}" for year, places in record.places.items())
    income = f"; income {number(record.income)} million {currency} a year" if "income" in reads(record.kind) else ""
    yield f"      places a year: {places}{income}"
    if who := _who(record):
        yield f"      for: {who}"
    if gives := _gives(record, currency):
        yield f"      gives: {gives}"
    yield f"      unit cost: {number(record.unit_cost)} million {currency} {_unit(record)}"
    yield f"      from: {record.source} [{record.grade}]"


def _who(record: ProgrammeRecord) -> str:
    """Who is eligible, as far as a record says."""
    origin = f"{record.origin} origin" if record.origin != "any" else ""
    named = record.stages, record.origin_regions, record.fields, record.tiers
    leads = f"with or to {', '.join(record.regions)}" if record.regions else ""
    leads = f"with a {record.partner} {leads}".rstrip() if record.partner else leads
    rank = f"into a post as {record.rank}" if record.rank else ""
    return "; ".join(filter(None, [*(", ".join(names) for names in named), origin, leads, rank]))


def _gives(record: ProgrammeRecord, currency: str) -> str:
    """What an award gives besides an income."""
    said = [f"{number(value)} {words}" for name, words in _GIFTS.items() if (value := getattr(record, name))]
    if record.research_money:
        said.append(f"{number(record.research_money)} million {currency} a year for research")
    if record.extra_pay:
        said.append(f"{number(record.extra_pay)} million {currency} a year of pay on top")
    return "; ".join(said)


def _unit(record: ProgrammeRecord) -> str:
    """What a unit cost is for."""
    return _UNITS.get(record.kind.value, "per award and year")
