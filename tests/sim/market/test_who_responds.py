"""People respond: the right to remain, invitations, the language by rank, and support of families."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim import Scenario
from sim.market.looking import consider
from sim.market.stakes import stakes
from sim.vocabulary import HOME, Stage
from tests.sim.conftest import changing

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sim import BrainCirculation
    from sim.instruments.policy import Measure

FEWER_JOBS = Scenario.model_validate(
    {
        "kind": "world",
        "name": "fewer_jobs",
        "title": "Fewer jobs for foreigners abroad",
        "title_ja": "海外における外国人向けの職の減少",
        "source": "assumed",
        "grade": "A",
        "start": 2026,
        "changes": [{"address": "regions.openness", "times": 0.8, "source": "assumed", "grade": "A"}],
    }
)


def arrivals(history: BrainCirculation, *measures: Measure, **parameters: float) -> NDArray[np.int64]:
    """Foreigners who come in 2026, by stage; the same people with the same luck."""
    twin = history.fork(measures)
    twin.parameters = twin.parameters.replace(**parameters)
    found: NDArray[np.int64] = twin.run_through(2026).tally.arrivals.sum(axis=1)
    return found


def students(history: BrainCirculation, *measures: Measure, **parameters: float) -> int:
    return int(arrivals(history, *measures, **parameters)[Stage.DOCTORAL])


def test_who_may_not_remain_comes_less_for_a_doctorate(history: BrainCirculation) -> None:
    usual = students(history)
    assert students(history, changing({"lever": "visa.job_search", "set": 0})) < usual
    later = [{"lever": f"visa.{span}", "add": 5} for span in ("permanent_years", "permanent_years_skilled")]
    assert students(history, changing(*later)) < usual


def seeking(history: BrainCirculation, **parameters: float) -> set[int]:
    """Rows of those abroad who look for a post at home in 2026, with a thousand faculty posts to fill in each cell."""
    twin = history.fork()
    twin.parameters = twin.parameters.replace(**parameters)
    year = twin._open_year(2026)
    year.tally.vacancies += 1000
    seekers = consider(twin.state, twin.programmes, twin.position_values(year), year)
    return set(seekers.row[seekers.for_home & (seekers.region != HOME)].tolist())


def test_invitations_add_to_those_who_look_and_take_nobody_away(history: BrainCirculation) -> None:
    none, some, many = (seeking(history, invitations=k) for k in (0.0, 0.001, 0.1))
    assert none < some < many


def test_a_language_that_counts_less_on_the_tenure_track_brings_foreigners_into_it(history: BrainCirculation) -> None:
    more_posts = changing({"lever": "posts.tenure_track", "set": 4})

    def foreigners(weight: float) -> int:
        twin = history.fork([more_posts])
        twin.parameters = twin.parameters.replace(language_track=weight)
        people = twin.run_through(2026).people
        return int(((people.stage == Stage.TENURE_TRACK) & (people.origin != HOME) & (people.region == HOME)).sum())

    assert foreigners(0.2) > foreigners(1.0)


def test_a_region_with_fewer_jobs_cuts_lasting_posts_of_foreigners_in_proportion(history: BrainCirculation) -> None:
    us = history.world.regions.index("US")
    before = history.people
    settled = (before.stage == Stage.PERMANENT) & (before.region == us) & ~before.post_kept
    who = set(before.identity[settled].tolist())

    def kept(*measures: Measure) -> int:
        people = history.fork(measures).run_through(2030).people
        still = (people.stage == Stage.PERMANENT) & (people.region == us)
        return len(who & set(people.identity[still].tolist()))

    usual, cut = kept(), kept(FEWER_JOBS)
    assert 0.7 * usual < cut < usual  # a fifth is exposed, and some of them are not yet cut after five years


def test_support_of_families_makes_typical_people_look_to_other_countries(history: BrainCirculation) -> None:
    def leaving(*measures: Measure) -> NDArray[np.float32]:
        twin = history.fork(measures)
        year = twin._open_year(2026)
        return stakes(twin.position_values(year), twin.beliefs, twin.state.odds, twin.programmes, year).leaving

    stages = [Stage.POSTDOC, Stage.FIXED_TERM, Stage.PERMANENT]
    assert (leaving(changing({"lever": "family.support", "set": 0.5}))[stages] > leaving()[stages]).all()
