"""People respond: the right to remain, invitations, the language by rank, and support of families."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from sim import Scenario
from sim.engine.draws import Draw, key, keys_of_year
from sim.market import moves
from sim.market.hosts import count_supported
from sim.market.jobs import _outside
from sim.market.looking import consider
from sim.market.offers import Choice
from sim.market.stakes import Stakes, stakes
from sim.market.terms import of_position_at_home
from sim.process.contracts import _lasting_posts_abroad, _lasting_posts_cut
from sim.vocabulary import HOME, Permit, Stage
from tests import chance
from tests.sim.conftest import changing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim import BrainCirculation
    from sim.instruments.policy import Measure


def world(title: str, address: str, times: float) -> Scenario:
    """A number of the world that is another from 2026 on."""
    sourced = {"source": "assumed", "grade": "A"}
    about = {"kind": "world", "name": "another", "title": title, "title_ja": title, "start": 2026, **sourced}
    return Scenario.model_validate({**about, "changes": [{"address": address, "times": times, **sourced}]})


FEWER_JOBS = world("Fewer jobs for foreigners abroad", "regions.openness", 0.8)


def arrivals(history: BrainCirculation, *measures: Measure, **parameters: float) -> NDArray[np.int64]:
    """Foreigners who come in 2026, by stage; the same people with the same luck."""
    twin = history.fork(measures)
    twin.parameters = twin.parameters.replace(**parameters)
    found: NDArray[np.int64] = twin.run_through(2026).tally.arrivals.sum(axis=1)
    return found


def students(history: BrainCirculation, *measures: Measure, **parameters: float) -> int:
    return int(arrivals(history, *measures, **parameters)[Stage.DOCTORAL])


@pytest.mark.chance
def test_who_may_not_remain_comes_less_for_a_doctorate(history: BrainCirculation) -> None:
    def come(*measures: Measure) -> int:
        twin = history.fork(measures)
        return sum(int(twin.run_through(year).tally.arrivals[Stage.DOCTORAL].sum()) for year in range(2026, 2036))

    def residence(years: float) -> Measure:
        return changing(
            *({"lever": f"visa.{span}", "set": years} for span in ("permanent_years", "permanent_years_skilled"))
        )

    without_leave = 1 - come(changing({"lever": "visa.job_search", "set": 0})) / come()
    later = 1 - come(residence(20)) / come(residence(1))
    for what, lost in (("no leave to look for a job", without_leave), ("residence after 20 years, not one", later)):
        chance.within(
            f"share of students lost by {what}", lost, 0.001, np.inf, broken=0, by="nobody who thinks of it", exact=True
        )


def test_a_weaker_currency_brings_students_whose_money_comes_from_abroad(history: BrainCirculation) -> None:
    weak = world("A weak currency", "drivers.exchange_rate", 1.25)
    from_home = students(history, weak, money_from_abroad=0.0)
    assert students(history, money_from_abroad=0.3) == students(history, money_from_abroad=0.0), "the record counts"
    assert from_home < students(history, weak, money_from_abroad=0.15) < students(history, weak, money_from_abroad=0.3)


def test_lasting_posts_abroad_are_left_for_jobs_outside_academia_here_and_those_at_home_are_not(
    history: BrainCirculation,
) -> None:
    twin = history.fork()
    twin.parameters = twin.parameters.replace(later_offers=0.8)
    year = twin._open_year(2026)
    values = twin.position_values(year)
    seekers = consider(twin.state, twin.programmes, values, year)
    seekers.for_home[:] = True
    *_, asked, worth = _outside(seekers, values.common, year.parameters.record)
    lasting = np.isin(seekers.stage[asked], [Stage.PERMANENT, Stage.TENURE_TRACK, Stage.INDUSTRY])
    assert lasting.any()
    assert (seekers.region[asked[lasting]] != HOME).all()
    assert not (seekers.stage[asked] == Stage.DOCTORAL).any()
    assert np.isfinite(worth).all()


def test_foreigners_who_come_for_a_job_outside_academia_have_a_permit_from_their_first_year(
    history: BrainCirculation,
) -> None:
    model = history.fork()
    came = 0
    for now in range(2026, 2030):
        people = model.run_through(now).people
        works = (people.region == HOME) & (people.origin != HOME) & (people.stage == Stage.INDUSTRY)
        new = works & (people.here_since == now)
        came += np.count_nonzero(new)
        assert (people.here_since[works] > 0).all()
        assert (people.permit[works] != Permit.NONE).all()
        assert (people.away_since[people.region == HOME] == 0).all()
    assert came > 0


def test_only_abroad_a_contract_that_is_over_leaves_nothing_at_hand(history: BrainCirculation) -> None:
    twin = history.fork()
    twin.people.contract_end[:] = 2020
    year = twin._open_year(2026)
    seekers = consider(twin.state, twin.programmes, twin.position_values(year), year)
    over = seekers.out_of_contract & (seekers.stage != Stage.LEFT)
    assert over.any()
    assert not over[seekers.region == HOME].any()


def test_candidates_from_abroad_stay_where_they_are_unless_they_choose_to_come(history: BrainCirculation) -> None:
    twin = history.fork()
    twin.parameters = twin.parameters.replace(job_search_stay=0.5)
    twin.run_through(2026)
    year = twin._open_year(2027)
    people = twin.people
    people.candidate[:] |= (people.origin != HOME) & (people.region != HOME) & (people.stage == Stage.INDUSTRY)
    people.stage[people.candidate] = Stage.UNPLACED
    seekers = consider(twin.state, twin.programmes, twin.position_values(year), year)
    candidates = seekers.candidate & (seekers.region != HOME)
    assert candidates.any()
    assert (seekers.kind[candidates] == Choice.STAY).all()


def test_of_those_who_go_home_only_people_not_formed_here_are_lost_from_sight(history: BrainCirculation) -> None:
    people = history.people
    foreign = np.flatnonzero((people.origin != HOME) & (people.stage != Stage.LEFT))
    formed_here = (people.degree_year[foreign] > 0) & (people.degree_region[foreign] == HOME)
    here = people.region[foreign] == HOME
    assert (formed_here & here).any()
    assert moves.lost(people, foreign).tolist() == foreign[here & ~formed_here].tolist()


def test_applications_to_hosts_that_support_brought_are_booked_as_their_share(history: BrainCirculation) -> None:
    twin = history.fork([changing({"lever": "support.host_applications", "add": 0.25})])
    year = twin._open_year(2026)
    count_supported(1000, year)
    reach, before = year.parameters.host_reach, year.baseline.host_reach
    assert reach > before
    assert year.tally.events["supported_application"] == round(1000 * (reach - before) / reach)


def test_a_window_tells_only_people_of_home_origin_of_posts(history: BrainCirculation) -> None:
    rates = []
    for odds in (1.0, 3.0):
        twin = history.fork([changing({"lever": "contacts.window", "set": odds})])
        year = twin._open_year(2026)
        rates.append(consider(twin.state, twin.programmes, twin.position_values(year), year))
    before, after = rates
    native, abroad = before.origin == HOME, before.region != HOME
    looks = abroad & (before.look_rate > 0) & (before.look_rate < 1)
    np.testing.assert_array_equal(before.row, after.row)
    assert (after.look_rate[looks & native] > before.look_rate[looks & native]).all()
    np.testing.assert_array_equal(after.look_rate[~native], before.look_rate[~native])


def test_pay_of_posts_is_that_of_ranks_at_employers(history: BrainCirculation) -> None:
    plain, dearer = history.fork(), history.fork([changing({"lever": "pay.posts", "times": 1.1})])
    for tier, stage, more in (
        (0, Stage.POSTDOC, 1.1),
        (0, Stage.PERMANENT, 1.1),
        (0, Stage.DOCTORAL, 1.0),
        (history.world.no_tier, Stage.INDUSTRY, 1.0),
    ):
        before, after = (of_position_at_home(life._open_year(2026), tier, stage)["income"] for life in (plain, dearer))
        assert after - before == pytest.approx(np.log(more)), stage


def test_a_lasting_post_abroad_goes_to_who_is_on_a_contract_there_and_has_no_end(history: BrainCirculation) -> None:
    twin = history.fork()
    people, p = twin.people, twin.parameters
    outside = (people.stage == Stage.INDUSTRY) & (people.region != HOME)
    people.contract_end[outside] = 2030
    before = people.stage.copy()
    tenure = np.full(len(twin.world.regions), 0.5, np.float32)
    _lasting_posts_abroad(people, 2026, keys_of_year(2026), tenure, p.record)
    got = np.flatnonzero((people.stage == Stage.PERMANENT) & (before != Stage.PERMANENT))
    assert outside.any()
    assert len(got) > 10
    assert (before[got] == Stage.POSTDOC).all()
    assert (people.region[got] != HOME).all()
    assert (people.contract_end[got] == 0).all()
    assert (people.start_year[got] == 2026).all()


def test_who_thinks_of_calls_alone_is_among_those_who_consider_a_change(history: BrainCirculation) -> None:
    twin = history.fork([changing({"lever": "programmes.overseas_fellowship.income", "times": 2})])
    year = twin._open_year(2026)
    seekers = consider(twin.state, twin.programmes, twin.position_values(year), year)
    alone = seekers.for_calls & ~seekers.for_abroad & ~seekers.for_home
    assert (alone & (seekers.region == HOME)).any()


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


@pytest.mark.chance
def test_posts_are_cut_in_proportion_to_jobs_and_no_post_of_others(history: BrainCirculation) -> None:
    def cut(factor: float) -> NDArray[np.intp]:
        people, p = history.people.copy(), history.parameters.replace(post_cut_years=2)
        usual = history.world.by_region("openness")
        keys = key(0, Draw.POST_EXPOSED), key(2026, Draw.POST_CUT)
        lost = _lasting_posts_cut(people, 2026, keys, usual * np.float32(factor), usual, p.record)
        assert (people.contract_end[lost] < 2026).all(), "the contract is over, and not one more to come"
        assert (people.stage[lost] == Stage.POSTDOC).all()
        return lost

    people = history.people
    few, many, none = cut(0.9), cut(0.6), cut(1.0)
    assert set(few) < set(many)
    assert len(none) == 0
    lasting = (people.stage == Stage.PERMANENT) & (people.region != HOME) & (people.region != people.origin)
    exposed = int((lasting & ~people.post_kept).sum())
    rate = 0.4 / 2  # of a post to be cut this year
    error = (exposed * rate * (1 - rate)) ** 0.5
    deviate = (len(many) - rate * exposed) / error
    off = rate * exposed / error
    chance.within("posts cut, standard errors", deviate, -5, 5, broken=off, by="posts cut twice as often")
    assert not (people.region[many] == people.origin[many]).any()


def at_stake(history: BrainCirculation, *measures: Measure) -> Stakes:
    twin = history.fork(measures)
    year = twin._open_year(2026)
    return stakes(twin.position_values(year), twin.beliefs, twin.state.odds, twin.programmes, year)


def test_the_later_residence_comes_the_more_foreigners_here_gain_by_looking_home(history: BrainCirculation) -> None:
    later = [{"lever": f"visa.{span}", "add": 5} for span in ("permanent_years", "permanent_years_skilled")]
    now, then = at_stake(history), at_stake(history, changing(*later))
    research = [Stage.POSTDOC, Stage.FIXED_TERM, Stage.PERMANENT]
    assert (then.back[1:][:, research] > now.back[1:][:, research]).all()
    assert (then.leaving == now.leaving).all()  # natives have no residence to wait for


def test_support_of_families_makes_typical_people_look_to_other_countries(history: BrainCirculation) -> None:
    stages = [Stage.POSTDOC, Stage.FIXED_TERM, Stage.PERMANENT]
    now, then = at_stake(history), at_stake(history, changing({"lever": "family.support", "set": 0.5}))
    assert (then.leaving[stages] > now.leaving[stages]).all()
    assert (then.back[1:][:, stages] > now.back[1:][:, stages]).all()
