"""The levers: what a policy may move, with unit and range, and the algebra set / add / times that moves it."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sim.world.parameters import Parameters
    from sim.world.world import World

Operation = Literal["set", "add", "times"]


@dataclass(frozen=True)
class Lever:
    """One thing a policy can move, and the bounds that its value must keep in every year."""

    name: str
    meaning: str
    unit: str
    low: float
    high: float


_SHARED = (
    Lever(
        "hiring.overseas_weight", "weight of three years abroad in the ranking of applicants", "SD of score", -0.5, 2.0
    ),
    Lever("hiring.own_graduate_bonus", "bonus of own graduates in the ranking", "SD of score", -1.0, 2.0),
    Lever("hiring.language_weight", "loss in the ranking without the home language", "SD of score", 0.0, 10.0),
    Lever("posts.operating_grants", "operating grants over the world's path", "ratio", 0.3, 3.0),
    Lever("posts.external_funds", "external funds over the world's path", "ratio", 0.3, 3.0),
    Lever("posts.tenure_track", "tenure-track posts over the world's path", "ratio", 0.0, 50.0),
    Lever("return_posts.tenure_track", "share of guaranteed return posts on the tenure track", "share", 0.0, 1.0),
    Lever(
        "return_posts.startup",
        "start-up money of a guaranteed return post while it lasts",
        "million JPY/yr",
        0.0,
        100.0,
    ),
    Lever(
        "leave.feasible", "probability that an employer or a supervisor lets a person go on a visit", "share", 0.0, 1.0
    ),
    Lever(
        "support.host_applications",
        "probability that a person who looks abroad reaches hosts directly",
        "share",
        0.0,
        1.0,
    ),
    Lever("information.pessimism", "perceived over observed chance of a post", "ratio", 0.2, 1.0),
    Lever("visa.job_search", "share of foreigners without a post who may stay a year to find one", "share", 0.0, 1.0),
    Lever("doctoral.industry_offers", "chance of offers outside academia over the world's path", "ratio", 0.0, 3.0),
)

_PROGRAMME = (
    Lever("places", "places a year (supported persons for a stipend)", "places/yr", 0.0, 200_000.0),
    Lever("income", "income of an award", "million JPY/yr", 0.1, 50.0),
    Lever("years", "length of an award", "years", 0.1, 8.0),
    Lever("guarantee", "chance that the award comes with a post on return", "probability", 0.0, 1.0),
)


def catalogue(world: World) -> dict[str, Lever]:
    """Every lever of a world by name: the shared ones and four for each of its programmes."""
    levers = {lever.name: lever for lever in _SHARED}
    for record in world.programmes:
        for lever in _PROGRAMME:
            name = f"programmes.{record.name}.{lever.name}"
            levers[name] = Lever(name, f"{record.title}: {lever.meaning}", lever.unit, lever.low, lever.high)
    return levers


def nearest(name: str, known: Iterable[str]) -> str:
    """The sentence for a lever that does not exist, with the nearest ones that do."""
    near = get_close_matches(name, list(known), n=3, cutoff=0.4)
    return f"there is no lever {name!r}" + (f"; nearest: {', '.join(near)}." if near else ".")


def baseline(world: World, parameters: Parameters, year: int) -> dict[str, float]:
    """The value of every lever in a year with no policy."""
    values = {
        "hiring.overseas_weight": parameters.overseas_weight,
        "hiring.own_graduate_bonus": parameters.own_graduate,
        "hiring.language_weight": parameters.language_hiring,
        "posts.operating_grants": 1.0,
        "posts.external_funds": 1.0,
        "posts.tenure_track": 1.0,
        "return_posts.tenure_track": parameters.return_post_track,
        "return_posts.startup": 0.0,
        "leave.feasible": parameters.leave_feasible,
        "support.host_applications": parameters.host_reach,
        "information.pessimism": parameters.pessimism,
        "visa.job_search": parameters.job_search_stay,
        "doctoral.industry_offers": 1.0,
    }
    for record in world.programmes:
        values[f"programmes.{record.name}.places"] = world.places.value(record.name, year=year)
        values[f"programmes.{record.name}.income"] = record.income
        values[f"programmes.{record.name}.years"] = record.years
        values[f"programmes.{record.name}.guarantee"] = record.guarantee
    return values


def moved(value: float, operation: Operation, by: float) -> float:
    """The value after one change."""
    return {"set": by, "add": value + by, "times": value * by}[operation]


def checked(levers: Mapping[str, Lever], values: Mapping[str, float], changed: Iterable[str], year: int) -> None:
    """Raise ValueError where a changed lever has left its range, with the range."""
    for name in changed:
        lever, value = levers[name], values[name]
        if not lever.low <= value <= lever.high:
            raise ValueError(
                f"lever {name} would be {value:g} in {year}, outside {lever.low:g} to {lever.high:g} {lever.unit}; "
                "weaken the change."
            )
