"""Programmes made up for tests, and policies that bring them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim import Policy
from sim.world.programme_numbers import NUMBERS, places_of
from sim.world.programme_records import ProgrammeKind

if TYPE_CHECKING:
    from sim import World


def made(
    kind: str, places: float, *, name: str = "made_up_programme", currency: str = "JPY", **fields: object
) -> dict[str, Any]:
    """A record of a kind as a file holds it: numbers are given plain, and every one of them is assumed."""

    def sourced(field: str, value: object) -> object:
        if isinstance(value, bool) or not isinstance(value, int | float) or field == "income_year":
            return value
        unit = NUMBERS[field].unit.format(currency=currency) if field in NUMBERS else "unit"
        return {"value": value, "unit": unit, "source": "test", "grade": "A"}

    paid = float(str(fields.get("income", 0))) * (float(str(fields["years"])) if kind == "stay_abroad" else 1.0)
    given: dict[str, object] = {"unit_cost": max(1.0, paid), **fields}
    if kind != "early_exchange":
        given.setdefault("selection_merit", 1.0)
    return {
        "name": name,
        "kind": kind,
        "title": "Made up",
        "title_ja": "x",
        "source": "test",
        "grade": "A",
        "places": {
            "unit": places_of(ProgrammeKind(kind)).unit,
            "by_year": [{"source": "test", "grade": "A", "years": {2006: places}}],
        },
        **{field: sourced(field, value) for field, value in given.items()},
    }


def abroad(places: float, **fields: object) -> dict[str, Any]:
    """A fellowship for two years abroad, open to everybody at home from a postdoc on."""
    stages = ["postdoc", "fixed-term", "tenure-track", "permanent", "unplaced"]
    usual = {"stages": stages, "origin": "any", "degree_within": 0, "years": 2, "income": 7.5, "income_year": 2024}
    return made("fellowship_abroad", places, **{**usual, "post_kept": True, "guarantee": 0, **fields})


def here(places: float, **fields: object) -> dict[str, Any]:
    """A fellowship for two years at home, for candidates from abroad."""
    return made("fellowship_here", places, **{"degree_within": 0, "years": 2, "income": 6.0, **fields})


def post(places: float, rank: str, **fields: object) -> dict[str, Any]:
    """Posts of a rank for people abroad, paid for five years."""
    return made("post_here", places, **{"rank": rank, "years": 5, "income": 9.0, **fields})


def joint(teams: float, regions: list[str], **fields: object) -> dict[str, Any]:
    """Teams that run for five years, led by professors, each with three members and a budget."""
    usual = {"stages": ["tenure-track", "permanent"], "years": 5, "members": 3, "ties": 0.5}
    money = {"unit_cost": 60.0, "research_money": 40.0}
    return made("joint", teams, **{"regions": regions, **usual, **money, **fields})


def shared(places: float, partner: str = "firm", **fields: object) -> dict[str, Any]:
    """Second appointments of professors for three years, a fifth of the time, with pay on top."""
    usual = {"stages": ["tenure-track", "permanent"], "years": 3, "share": 0.2, "research_time": 0.1, "extra_pay": 1.5}
    offer = {"offer": 0.3} if partner == "firm" else {}
    return made("shared_post", places, **{"partner": partner, **usual, **offer, **fields})


def of_every_kind(world: World) -> list[dict[str, Any]]:
    """Programmes of every kind, restricted and not, large enough to be seen in a small run."""
    tiers, fields, regions = world.tiers, world.fields, world.regions
    student = {"stages": ["doctoral"], "origin": "home", "degree_within": 0, "income_year": 2024}
    return [
        abroad(800, name="out", income=20.0, fields=list(fields[:2]), tiers=[tiers[0]], regions=list(regions[1:3])),
        made("stay_abroad", 800, name="months", **{**student, "years": 0.5, "income": 3.0}),
        made("degree_abroad", 400, name="degrees", income=6.0, income_year=2024, fields=[fields[0]]),
        made("degree_here", 900, name="scholars", income=4.0, years=3, origin_regions=list(regions[-3:]), language=0.1),
        here(800, name="guests", origin_regions=list(regions[-3:]), tier=tiers[1], unit_cost=9.0, research_money=3.0),
        here(400, name="back", origin="home"),
        post(800, "tenure-track", name="track", unit_cost=50.0, research_money=20.0),
        post(400, "fixed-term", name="fixed", years=2, fields=[fields[1]], origin="foreign"),
        post(400, "permanent", name="chairs", years=2, tier=tiers[1]),
        made("stipend", 3000, name="of_foreigners", years=3, income=2.4, origin="foreign", ties=0.1, visits=2),
        joint(1500, list(regions[1:3]), name="teams", fields=list(fields[:2]), visits=2, tie_half_life=12),
        made("joint", 500, name="seminars", regions=[regions[3]], stages=["permanent"], years=2, members=0, ties=0.3),
        made(
            "exchange",
            900,
            name="degrees_together",
            regions=[regions[2]],
            years=3,
            ties=0.3,
            visits=3,
            language=0.2,
            received=3000,
            come_back=0.3,
            lag=1,
        ),
        shared(1500, name="with_firms", stages=["fixed-term", "tenure-track", "permanent"], tiers=[tiers[0]]),
        shared(900, "host", name="with_hosts", regions=list(regions[1:3]), share=0.3, research_time=0.8),
        made(
            "early_exchange",
            40_000,
            name="young",
            regions=[regions[3]],
            cohort=100_000,
            lag=2,
            received=5000,
            come_back=0.3,
        ),
    ]


def bringing(*records: dict[str, Any], start: int = 2026, end: int | None = None, name: str = "made_up") -> Policy:
    """A policy that brings programmes and does nothing else."""
    said = {"name": name, "title": "x", "title_ja": "x", "source": "test", "grade": "A"}
    return Policy.from_dict({**said, "start": start, "end": end, "programmes": list(records)})
