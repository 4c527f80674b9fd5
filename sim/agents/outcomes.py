"""The headline outcomes of a year at full size, under the names and groups of `sim.outcomes`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.agents.utility import FACULTY
from sim.vocabulary import HOME, LEADING, Mode, Stage
from sim.world.programmes import ProgrammeKind

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

    from sim.agents.model import PlainModel
    from sim.agents.researcher import Researcher
    from sim.agents.year import Year

Row = dict[tuple[str, str], float]
_MODES = (Mode.DEGREE, Mode.FELLOWSHIP, Mode.TRANSFER, Mode.VISIT)


def observe(model: PlainModel, costs: dict[str, float]) -> Row:
    """(outcome, group) to value."""
    rows = _flows(model.present) | _stocks(model) | _shares(model) | _beliefs(model)
    for programme in model.programmes:
        name, number = programme.record.name, programme.number
        rows["awards", name] = model.present.tally["awards", number] / model.present.scale
        if tried := model.present.tally["applications", number]:
            rows["success_rate", name] = model.present.tally["awards", number] / tried
    rows |= _second_appointments(model)
    return rows | {("cost", "all"): sum(costs.values())} | {("cost", name): value for name, value in costs.items()}


def _flows(year: Year) -> Row:
    def real(*what: Hashable) -> float:
        return year.counted(*what) / year.scale

    rows: Row = {}
    for outcome in ("departures", "returns"):
        rows[outcome, "all"] = real(outcome)
        rows |= {(outcome, mode.label): real(outcome, mode) for mode in _MODES}
    students = real("student_long_stays")
    long = real("departures", Mode.VISIT) + real("departures", Mode.FELLOWSHIP) - students
    rows["dispatches", "all"] = real("visits", "employed") + long
    rows["dispatches", "over a year"], rows["dispatches", "students"] = long, real("visits", "student") + students
    rows["foreign_departures", "all"] = real("foreign_departures")
    rows["arrivals", "all"] = real("arrivals")
    rows["arrivals", "doctoral"] = real("arrivals", Stage.DOCTORAL)
    rows["arrivals", "postdoc"] = real("arrivals", Stage.POSTDOC)
    rows["arrivals", "faculty"] = sum(real("arrivals", rank) for rank in FACULTY)
    rows["doctoral_entrants", "all"] = real("entrants") - real("entrants", "abroad")
    for group in ("from master", "working adult", "foreign", "abroad"):
        rows["doctoral_entrants", group] = real("entrants", group)
    for group, experienced in (("with overseas experience", True), ("without overseas experience", False)):
        rows["hires", group] = sum(real("hires", rank, experienced) for rank in Stage)
    rows["hires", "all"] = real("hires")
    rows["hires", "lasting posts"] = real("hires", Stage.TENURE_TRACK) + real("hires", Stage.PERMANENT)
    rows["papers", "all"], rows["top10_papers", "all"] = real("papers"), real("top10")
    rows["international_coauthorship", "all"] = real("international") / max(real("papers"), 1e-9)
    return rows


def _second_appointments(model: PlainModel) -> Row:
    """Holders of a second appointment, all, and where a programme has such places with firms."""
    kind = ProgrammeKind.SHARED_POST
    if not any(programme.record.kind is kind for programme in model.programmes):
        return {("shared_posts", "all"): 0.0}
    held = [team.region for team in model.teams if team.programme.record.kind is kind]
    scale = model.present.scale
    return {("shared_posts", "all"): len(held) / scale, ("shared_posts", "firms"): held.count(HOME) / scale}


def _stocks(model: PlainModel) -> Row:
    def at_home(stage: Stage) -> float:
        return float(sum(x.here and x.stage is stage for x in model.researchers) / model.present.scale)

    abroad = sum(x.native and not x.here and x.stage is not Stage.LEFT for x in model.researchers)
    faculty = [x.stage for x in model.researchers if x.stage in FACULTY and (x.here or x.post_kept)]
    rows = {("faculty", rank.label): faculty.count(rank) / model.present.scale for rank in FACULTY}
    rows["faculty", "all"] = sum(rows.values())
    return rows | {
        ("postdocs", "all"): at_home(Stage.POSTDOC),
        ("between_posts", "all"): at_home(Stage.UNPLACED),
        ("stock_abroad", "all"): abroad / model.present.scale,
    }


def _shares(model: PlainModel) -> Row:
    year = model.present.number
    faculty = [x for x in model.researchers if x.stage in FACULTY and (x.here or x.post_kept)]
    inside = [x for x in faculty if x.tier == LEADING]
    native = [x for x in faculty if x.native]
    rows: Row = {}
    for group, members in (("all", faculty), (model.world.tiers[LEADING], inside)):
        rows["fixed_term_share", group] = _share(members, lambda x: x.stage is Stage.FIXED_TERM)
        rows["under_40_share", group] = _share(members, lambda x: x.birth_year > year - 40)
    for group, members in (("all", native), ("under 40", [x for x in native if x.birth_year > year - 40])):
        rows["overseas_experience_share", group] = _share(members, lambda x: x.years_abroad >= 1)
    for stage in (Stage.DOCTORAL, Stage.POSTDOC):
        members = [x for x in model.researchers if x.here and x.stage is stage]
        rows["foreign_share", stage.label] = _share(members, lambda x: not x.native)
    rows["foreign_share", "faculty"] = _share(faculty, lambda x: not x.native)
    return rows


def _beliefs(model: PlainModel) -> Row:
    postdocs = [x for x in model.researchers if x.here and x.stage is Stage.POSTDOC]
    if not postdocs:
        return {}
    return {
        ("belief", "stay"): sum(x.belief_home for x in postdocs) / len(postdocs),
        ("belief", "go"): sum(x.belief_away for x in postdocs) / len(postdocs),
    }


def _share(members: Iterable[Researcher], counts: Callable[[Researcher], bool]) -> float:
    answers = [counts(person) for person in members]
    return sum(answers) / len(answers) if answers else 0.0
