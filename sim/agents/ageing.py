"""A year passes for one person: families change, people retire, study, and come to the end of stays and contracts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.agents import benefits, draws
from sim.engine.draws import Draw
from sim.rules import contracts, families, permits, retirement, studies
from sim.rules.benefits import NOBODY, RETURNEES
from sim.vocabulary import LEADING, Mode, Permit, Stage

if TYPE_CHECKING:
    from sim.agents.researcher import Researcher

_HAS_ENDING_CONTRACT = (Stage.POSTDOC, Stage.FIXED_TERM, Stage.TENURE_TRACK)


def grow_older(person: Researcher) -> None:
    """Families change, people retire, doctorates finish, stays abroad and contracts end."""
    if person.funded and person.stage is Stage.PERMANENT and person.contract_over:  # a programme paid its first years
        person.funded, person.programme, person.contract_end = False, -1, 0
    if person.here and not person.funded:
        person.programme = -1
    _family(person)
    _retire(person)
    if person.stage is Stage.DOCTORAL:
        _study(person)
    _end_stay(person)
    if person.contract_over and person.here and person.stage in _HAS_ENDING_CONTRACT:
        _end_contract(person)
    if (
        person.stage is Stage.POSTDOC
        and person.contract_end > 0
        and not person.post_kept
        and person.mode is not Mode.NONE
    ):
        _may_settle_abroad(person)
    if person.stage is Stage.PERMANENT and not person.here and person.region != person.origin and not person.post_kept:
        _may_lose_post_abroad(person)


def _family(person: Researcher) -> None:
    p = person.year.parameters
    if person.child_born:
        return
    if not person.partner:
        limit = int(p.partner_age_limit)
        person.partner = bool(families.finds_partner(person.age, limit, person.uniform(Draw.PARTNER), p.partner_rate))
        return
    ages = int(p.child_age_first), int(p.child_age_last)
    if families.has_first_child(person.age, *ages, person.uniform(Draw.CHILD), p.child_rate):
        person.child_born = person.year.number


def _retire(person: Researcher) -> None:
    """Retirement by kind of employer, abroad and outside academia at ages of their own; a few leave earlier."""
    p = person.year.parameters
    if not person.here:
        oldest = p.retirement_age_abroad
    elif person.tier == person.year.no_tier:
        oldest = p.retirement_age_outside
    else:
        oldest = person.year.world.posts.value("retirement_age", tier=person.year.world.tiers[person.tier])
    if retirement.retires(person.age, int(oldest)):
        person.leave("retired")
    elif retirement.leaves_research(person.uniform(Draw.EXIT), p.attrition):
        person.leave("left")


def _study(person: Researcher) -> None:
    """Some finish, after the least years of study at home or abroad; some give up."""
    p, studied = person.year.parameters, person.year.number - person.start_year
    least = p.least_study if person.here else p.least_study_abroad
    completion, dropout = p.completion_working if person.working else p.completion, p.dropout
    if person.stipend:
        premium = person.model.stipend_premium
        completion = float(studies.share_with_stipend(p.completion, p.stipend_completion, premium))
        dropout = float(studies.share_with_stipend(p.dropout, p.stipend_dropout, premium))
    draw = person.uniform(Draw.GRADUATION)
    finishes = studies.finishes_doctorate(studied, least, person.post_kept, draw, completion)
    if finishes:
        _graduate(person)
    elif studies.gives_up_doctorate(finishes, person.uniform(Draw.DROPOUT), dropout):
        person.leave("left")


def _graduate(person: Researcher) -> None:
    """At home back to the job or on the market; abroad with the host, on a contract that is over at once."""
    if person.here:
        person.year.count("graduates", "native" if person.native else "foreign")
    person.degree_year, person.degree_region = person.year.number, person.region
    person.degree_tier = person.tier if person.here else LEADING
    person.stipend = 0
    if not person.here:
        person.stage = Stage.POSTDOC
        person.start_year, person.contract_end = person.year.number, person.year.number - 1
    elif person.working:
        person.stage, person.tier, person.start_year = Stage.INDUSTRY, person.year.no_tier, person.year.number
    else:
        person.lose_post()


def _end_stay(person: Researcher) -> None:
    """Who kept a post goes back to it when the stay is over."""
    if (
        person.post_kept
        and person.away_until < person.year.number
        and person.stage is not Stage.LEFT
        and not person.here
    ):
        person.come_home()
        benefits.grant(person, RETURNEES if person.native else NOBODY)


def _end_contract(person: Researcher) -> None:
    """Renewal, tenure (where a permanent post is free: the model sees to that), or no post."""
    p, draw = person.year.parameters, person.uniform(Draw.RENEWAL)
    if person.stage is Stage.TENURE_TRACK:
        # settled once: who waits for a post keeps the right to it
        if contracts.is_granted_tenure(draws.uniform(person.draw_key, 0, Draw.TENURE), p.tenure_granted):
            person.model.granted_tenure.append(person)
        else:
            person.lose_post()
        return
    postdoc = person.stage is Stage.POSTDOC
    held = person.year.number - person.start_year
    chance, limit = (p.renew_postdoc, p.postdoc_limit) if postdoc else (p.renew_fixed, p.fixed_limit)
    if contracts.is_renewed(held, int(limit), person.funded, draw, chance):
        length = person.contract_years() if postdoc else int(p.contract_fixed)
        person.contract_end = person.year.number + length - 1
    else:
        person.lose_post()


def _may_settle_abroad(person: Researcher) -> None:
    """A host offers a lasting post, to good people sooner; another contract is an offer of the market."""
    p, quality = person.year.parameters, person.talent / person.year.parameters.sd_quality
    tenure, away = person.year.of_region(person.region, "host_tenure"), person.year.number - person.away_since
    chance = contracts.chance_of_lasting_post_abroad(tenure, quality, p.host_quality, p.host_quality_limit)
    draw = person.uniform(Draw.LASTING_POST_ABROAD)
    if contracts.gets_lasting_post_abroad(away, p.lasting_post_wait, draw, chance):
        person.stage, person.contract_end, person.programme = Stage.PERMANENT, 0, -1
        person.start_year = person.year.number


def _may_lose_post_abroad(person: Researcher) -> None:
    """A region with fewer jobs for foreigners than it had cuts lasting posts; the contract is then over."""
    openness, usual = person.year.of_region(person.region, "openness"), person.model.usual_openness[person.region]
    exposed, draw = draws.uniform(person.draw_key, 0, Draw.POST_EXPOSED), person.uniform(Draw.POST_CUT)
    if contracts.loses_lasting_post_abroad(exposed, openness, usual, draw, person.year.parameters.post_cut_years):
        person.stage, person.contract_end, person.start_year = Stage.POSTDOC, person.year.number - 1, person.year.number


def renew_permit(person: Researcher) -> None:
    """A foreigner at home has the permit of what the person does, or permanent residence after some years."""
    if person.native or not person.here:
        return
    p, now = person.year.parameters, person.year.number
    person.here_since = person.here_since or now
    draw = draws.uniform(person.draw_key, 0, Draw.HIGHLY_SKILLED)
    skilled = permits.is_highly_skilled(person.degree_year > 0, draw, p.highly_skilled)
    spans = p.permanent_years, p.permanent_years_skilled
    needed = permits.years_to_permanent(skilled, now, int(p.permanent_skilled_since), *spans)
    works, years = Stage.DOCTORAL < person.stage <= Stage.INDUSTRY, now - person.here_since
    granted = permits.gets_permanent(works, years, needed, person.uniform(Draw.PERMIT), p.permanent_rate)
    permit = Permit(int(permits.permit_of(person.stage, person.permit is Permit.PERMANENT or granted)))
    if permit is not person.permit:
        person.permit, person.permit_since = permit, now
