"""The market for posts at home: employers rank, applicants prefer, deferred acceptance matches."""

from __future__ import annotations

from collections import Counter
from statistics import fmean, pvariance
from typing import TYPE_CHECKING

from sim.agents.beliefs import peers_of
from sim.agents.choice import Kind, Offer
from sim.agents.institutions import merit
from sim.agents.year import RANKS
from sim.engine.draws import Draw
from sim.rules import hiring as rules
from sim.rules.utility import ties_value
from sim.vocabulary import HOME, LEADING, Mode, Stage
from sim.world.programmes import ProgrammeKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sim.agents.calls import Call
    from sim.agents.choice import Seeker
    from sim.agents.researcher import Researcher
    from sim.agents.year import Cell, Year

Option = tuple[int, Stage]
"""A kind of employer and a rank in the applicant's own field."""

_ALWAYS = 99  # years after the doctorate within which other posts are open


def _number(option: Option) -> int:
    """Number of an option: ranks of a tier in a row."""
    return option[0] * len(RANKS) + RANKS.index(option[1])


def vacancies(posts: dict[Cell, int], people: Iterable[Researcher]) -> dict[Cell, int]:
    """Posts to fill; a cell cut below its holders fills none until enough have left."""
    held = Counter(person.cell for person in people if person.holds_post)
    return {cell: max(number - held[cell], 0) for cell, number in posts.items()}


# ---------------------------------------------------------------------- what employers rank by


def hiring_score(person: Researcher, option: Option, year: Year) -> float:
    """H of a person in an option: what is common to all options, own graduates, seniority by rank, and noise."""
    tier, rank = option
    noise = year.parameters.interview_noise * person.normal(Draw.HIRING_RANKING, _number(option))
    return common_score(person, year) + _own_graduate(person, tier, year) + _by_rank(person, rank, year) + noise


def common_score(person: Researcher, year: Year) -> float:
    """Merit, prestige of the doctorate, experience abroad, time away without a post, ties at home, language."""
    p = year.parameters
    famous = person.degree_tier == LEADING or person.degree_region != HOME
    fame = rules.prestige_of_degree(p.prestige, person.since_degree) if famous else 0.0
    experience = _experience(person, year)
    attached = person.here or person.post_kept or person.candidate or person.mode is Mode.NONE
    absence = 0.0 if attached else p.away_penalty * (year.number - person.away_since)
    links, gap = ties_value(person.ties_home, p.home_ties_hiring), _language_gap(person, year)
    return float(rules.common_score(merit(person, year), fame, experience, absence, links, gap))


def _experience(person: Researcher, year: Year) -> float:
    p = year.parameters
    return float(rules.experience_abroad(p.overseas_weight, person.years_abroad, p.return_rank_horizon))


def _language_gap(person: Researcher, year: Year) -> float:
    return float(rules.language_gap(person.native, year.parameters.language_hiring, person.language))


def _own_graduate(person: Researcher, tier: int, year: Year) -> float:
    """Now and then there is an opening at the own university, for those who graduated at home."""
    own = person.degree_tier == tier and person.degree_region == HOME
    opens = person.uniform(Draw.OWN_OPENING) < year.parameters.own_opening
    return float(rules.own_graduate(year.parameters.own_graduate, own and opens))


def _by_rank(person: Researcher, rank: Stage, year: Year) -> float:
    """Lasting posts go to the senior, others to the recent; postdocs and tenure tracks do with less of the language."""
    p = year.parameters
    weight = {Stage.POSTDOC: p.language_postdoc, Stage.TENURE_TRACK: p.language_track}.get(rank, 1.0)
    overlooked = float(rules.overlooked_gap(weight, _language_gap(person, year)))
    if rank in (Stage.TENURE_TRACK, Stage.PERMANENT):
        return float(rules.seniority(p.seniority, person.since_degree)) + overlooked
    recent = float(rules.recency(p.recency, person.since_degree))
    return (2 * recent if rank is Stage.POSTDOC else recent) + overlooked


# ---------------------------------------------------------------------- what applicants prefer


def wishes(seeker: Seeker) -> dict[Option, float]:
    """The options that beat the best offer so far, with what each is worth beyond it."""
    options = [(tier, rank) for tier in seeker.t.year.tiers for rank in RANKS]
    gains = {option: _worth(seeker, option) - seeker.best.worth for option in options if not _barred(seeker, option)}
    return {option: gain for option, gain in gains.items() if gain > 0}


def _worth(seeker: Seeker, option: Option) -> float:
    """beta V + taste of a post, the move to it counted."""
    (_, rank), o, t = option, seeker.prospects, seeker.t
    value = t.home[option] + o.secure * t.security[rank] + o.here + o.after(seeker.chance_of_lasting(rank))
    return seeker.worth(value - _cost_of_moving(seeker) + seeker.benefit, Draw.TASTE_POST, _number(option))


def _cost_of_moving(seeker: Seeker) -> float:
    person, t = seeker.person, seeker.t
    if person.candidate:
        return seeker.prospects.family - (t.coming[person.origin] + t.p.foreign_post_taste)
    if not person.here:
        return seeker.moving_cost
    return t.p.domestic_moving_cost if person.stage <= Stage.PERMANENT else 0.0


def _barred(seeker: Seeker, option: Option) -> bool:
    """No step down, no change to the same kind of post, and tenure tracks are for recent doctorates only."""
    person, (tier, rank) = seeker.person, option
    rank_now = person.stage if person.here and person.stage <= Stage.PERMANENT else Stage.DOCTORAL
    if rank == rank_now and tier == person.tier:
        return True
    going = person.here and seeker.best.kind in (Kind.HOST, Kind.PROGRAMME)
    taken_up = going and rank in (Stage.POSTDOC, Stage.FIXED_TERM)  # an award is taken up before short contracts
    within = rules.RECENT if rank is Stage.TENURE_TRACK else _ALWAYS
    return bool(rules.is_barred(rank, rank_now, person.since_degree, within, taken_up))


# ---------------------------------------------------------------------- who gets what


def fill_posts(seekers: list[Seeker], vacant: dict[Cell, int], year: Year) -> None:
    """Match applicants and posts; those who are matched take the post, and everybody sees who succeeded."""
    prefers = {s: wishes(s) for s in seekers if s.for_home and s.person.degree_year}
    applicants = {s: wished for s, wished in prefers.items() if wished}
    match = deferred_acceptance(applicants, vacant, year)
    successes: dict[Seeker, bool] = {}
    for seeker in applicants:
        cell = match.get(seeker)
        if _is_peer(seeker.person):
            successes[seeker] = cell is not None and cell[2] in (Stage.TENURE_TRACK, Stage.PERMANENT)
        if cell is not None:
            seeker.best = Offer(Kind.POST, _worth(seeker, (cell[0], cell[2])), HOME, cell=cell)
    _see(successes, year)


def deferred_acceptance(
    wishes: dict[Seeker, dict[Option, float]], vacant: dict[Cell, int], year: Year
) -> dict[Seeker, Cell]:
    """Gale & Shapley (1962): propose in order of preference; each cell keeps its best so far and refuses the rest."""
    limit = int(year.parameters.applications)
    left = {s: sorted(wished, key=wished.__getitem__)[-limit:] for s, wished in wishes.items()}  # best last
    kept: dict[Cell, list[tuple[float, int, Seeker]]] = {}
    proposers = list(wishes)
    while proposers:
        seeker = proposers.pop()
        if not left[seeker]:
            continue
        option = left[seeker].pop()
        cell = option[0], seeker.person.field, option[1]
        queue, score = kept.setdefault(cell, []), hiring_score(seeker.person, option, year)
        if not rules.is_fit(
            score, _experience(seeker.person, year), year.parameters.hiring_floor
        ):  # the post stays open
            proposers.append(seeker)
            continue
        queue.append((score, seeker.person.draw_key, seeker))
        if len(queue) > vacant[cell]:
            worst = min(queue, key=lambda entry: entry[:2])
            queue.remove(worst)
            proposers.append(worst[2])
    return {seeker: cell for cell, queue in kept.items() for _, _, seeker in queue}


def _is_peer(person: Researcher) -> bool:
    """Whose search others watch: people in academia without a lasting post, or abroad."""
    if person.candidate or person.stage is Stage.INDUSTRY:
        return False
    return not person.here or person.stage not in (Stage.TENURE_TRACK, Stage.PERMANENT)


def see_posts_of_programmes(calls: list[Call], year: Year) -> None:
    """Who was abroad and got a lasting post that a programme pays has searched with success."""
    for call in calls:
        programme = call.programme
        if programme.record.kind is ProgrammeKind.POST_HERE and programme.rank >= Stage.TENURE_TRACK:
            for one in call.queue:
                if one.holds and _is_peer(one.seeker.person):
                    group = peers_of(one.seeker.person, year.number)
                    year.count("searches", group)
                    year.count("successes", group)


def _see(successes: dict[Seeker, bool], year: Year) -> None:
    """Count who looked for a lasting post and who got one, and how steeply success rises with the score."""
    scores: dict[bool, list[float]] = {True: [], False: []}
    for seeker, lasting in successes.items():
        group = peers_of(seeker.person, year.number)
        year.count("searches", group)
        if lasting:
            year.count("successes", group)
        scores[lasting].append(common_score(seeker.person, year))
    if scores[True] and scores[False]:
        gap, share = fmean(scores[True]) - fmean(scores[False]), len(scores[True]) / len(successes)
        within = pvariance(scores[True] + scores[False]) - share * (1 - share) * gap**2
        year.tally["hiring_odds_slope",] = gap / within if within > 0 else 0.0  # the slope of a linear discriminant
