"""Programmes made up for tests, and policies that bring them."""

from __future__ import annotations

from typing import Any

from sim import Policy

_NUMBERS = {"income": "million JPY/yr", "unit_cost": "million JPY/yr", "years": "years", "selection_merit": "weight"}


def made(kind: str, places: float, *, name: str = "made_up_programme", **fields: object) -> dict[str, Any]:
    """A record of a kind as a file holds it: numbers are given plain, and every one of them is assumed."""

    def sourced(field: str, value: object) -> object:
        if isinstance(value, bool) or not isinstance(value, int | float) or field == "income_year":
            return value
        return {"value": value, "unit": _NUMBERS.get(field, "unit"), "source": "test", "grade": "A"}

    given: dict[str, object] = {"unit_cost": 1.0, **fields}
    if kind != "early_exchange":
        given.setdefault("selection_merit", 1.0)
    return {
        "name": name,
        "kind": kind,
        "title": "Made up",
        "title_ja": "x",
        "source": "test",
        "grade": "A",
        "places": {"unit": "a year", "by_year": [{"source": "test", "grade": "A", "years": {2006: places}}]},
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


def bringing(*records: dict[str, Any], start: int = 2026, end: int | None = None, name: str = "made_up") -> Policy:
    """A policy that brings programmes and does nothing else."""
    said = {"name": name, "title": "x", "title_ja": "x", "source": "test", "grade": "A"}
    return Policy.from_dict({**said, "start": start, "end": end, "programmes": list(records)})
