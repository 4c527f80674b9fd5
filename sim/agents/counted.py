"""What a policy may put a price on, counted person by person; see `sim.instruments.counted`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.agents.clock import leaders
from sim.instruments import clock
from sim.instruments.language import TRAINING
from sim.vocabulary import Stage
from sim.world.programmes import ProgrammeKind, stipends

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.agents.institutions import Programme
    from sim.agents.model import PlainModel
    from sim.agents.researcher import Researcher

_OUTSIDE = (Stage.INDUSTRY, Stage.LEFT)


def count(item: str, model: PlainModel) -> float:
    """How many of an item there are this year, in simulated persons."""
    head, _, label = item.partition(".")
    if head in ("awards", "applications", "holders"):
        return _of_programme(head, label, model)
    if head in ("hires", "arrivals", "returns", "departures", "visits", "entrants", "graduates", "foreign_graduates"):
        return _of_events(head, label, model)
    if head in ("persons", "foreign", "abroad", "leaders", "learners"):
        return float(sum(map(_who(head, label, model), model.researchers)))
    return _of_levers(head, model)


def drawn_on(model: PlainModel, programme: Programme) -> int:
    """Who draws on a programme this year."""
    if programme.record.kind.runs_at_home:
        return int(model.present.tally["running", programme.number])
    if programme.record.kind is ProgrammeKind.EARLY_EXCHANGE:
        return programme.places()
    if programme.record.kind.held_as_stipend:
        (code,) = (code for code, one in stipends(model.programmes) if one is programme)
        return sum(person.stipend == code for person in model.researchers)
    if programme.record.kind is ProgrammeKind.STAY_ABROAD:
        return int(model.present.tally["stays", programme.number])
    return sum(x.programme == programme.number and x.stage is not Stage.LEFT for x in model.researchers)


def _of_programme(head: str, label: str, model: PlainModel) -> float:
    (one,) = (programme for programme in model.programmes if programme.record.name == label)
    if head == "holders":
        return float(drawn_on(model, one))
    return model.present.tally[head, one.number]


def _of_events(head: str, label: str, model: PlainModel) -> float:
    """Events of the year, in all or of one stage or region."""
    year = model.present
    stage = next((stage for stage in Stage if stage.label.replace(" ", "_") == label), None)
    known = [name.replace(" ", "_") for name in (model.world.tiers if head == "hires" else model.world.regions)]
    place = known.index(label) if label in known else None  # the last part of what is counted
    match head:
        case "entrants":
            return year.counted("entrants") - year.counted("entrants", "abroad")
        case "graduates":
            return year.counted("graduates")
        case "foreign_graduates":
            return year.counted("graduates", "foreign")
        case "arrivals" if stage is not None:
            return year.counted("arrivals", stage)
    return sum(number for key, number in year.tally.items() if key[0] == head and place in (None, key[-1]))


def _who(head: str, label: str, model: PlainModel) -> Callable[[Researcher], bool]:
    """Which people an item counts."""
    if head == "persons":
        return lambda x: x.here and x.stage.label.replace(" ", "_") == label
    if head == "foreign":
        return lambda x: (
            x.here and not x.native and (x.stage.label.replace(" ", "_") == label if label else x.stage not in _OUTSIDE)
        )
    if head == "abroad":
        region = model.world.regions.index(label) if label else None
        return lambda x: x.native and not x.here and x.stage not in _OUTSIDE and region in (None, x.region)
    if head == "leaders":
        return lambda x: x.stage in clock.LED_BY and (x.here or x.post_kept)
    training = model.present.array(TRAINING)
    return lambda x: x.here and not x.native and x.stage is not Stage.LEFT and bool(training[x.stage] > 0)


def _of_levers(head: str, model: PlainModel) -> float:
    """Staff, hours, and events that levers cause."""
    year = model.present
    if head == "year":
        return year.scale
    if head == "managers":
        return sum(leaders(model, tier) * float(year.array(clock.MANAGERS)[tier]) for tier in year.tiers) / 100
    if head == "hours":
        return sum(leaders(model, tier) * float(year.array(clock.COVER)[tier]) for tier in year.tiers)
    if head == "screened":
        return sum(map(_reached, model.researchers))
    return year.tally[head,]


def _reached(x: Researcher) -> float:
    """Whom rules of research security reach: leaders by the region of their ties, foreigners by their origin."""
    reached, gate = 0.0, x.model.gate
    if x.here and x.stage in clock.LED_BY:
        reached += gate.reached_in(x.field, x.tie_region)
    if x.here and not x.native and x.stage is not Stage.LEFT:
        reached += gate.reached_in(x.field, x.origin)
    return reached
