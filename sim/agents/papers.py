"""What one person writes in a year, and how good and how international it is."""

from __future__ import annotations

from math import exp
from typing import TYPE_CHECKING

from sim.agents import draws
from sim.engine.draws import Draw
from sim.instruments.programmes import SHARE
from sim.instruments.return_posts import STARTUP
from sim.rules import appointments, research
from sim.vocabulary import Stage

if TYPE_CHECKING:
    from sim.agents.researcher import Researcher


def publish(person: Researcher) -> None:
    """A year's papers; of people at home also how many are top-tenth and international, as expected numbers."""
    p = person.year.parameters
    papers = draws.poisson(_paper_rate(person), person.uniform(Draw.PAPERS))
    person.output = float(research.output_after_a_year(person.output, papers, p.output_memory))
    threshold = p.top10_threshold + person.year.driver("top_tenth")
    share = research.share_in_top_tenth(person.talent, _environment(person), threshold, p.sd_luck)
    top10 = papers * float(share)
    base = p.coauthor_base + person.year.driver("coauthorship")
    together = person.model.gate.joint(person.field, person.tie_region) if person.here else 1.0
    international = papers * together * float(research.share_international(person.ties_abroad, base, p.coauthor_ties))
    person.papers += papers
    person.top10 += top10
    if person.here:
        person.year.count("papers", by=papers)
        person.year.count("top10", by=top10)
        person.year.count("international", by=international)


def _paper_rate(person: Researcher) -> float:
    """Papers expected this year: none outside academic research, fewer in a year of moving."""
    if person.candidate or person.stage in (Stage.INDUSTRY, Stage.LEFT):
        return 0.0
    at_host = not person.here and person.stage is not Stage.DOCTORAL
    rate = person.model.effort(person.tier, person.stage, at_host=at_host)
    if person.leads_abroad:
        rate *= person.model.team(person.year.world.positions.value("juniors_abroad"), person.field)
    elif person.here:
        juniors = person.model.juniors_per_leader[person.tier, person.field] if person.leads else 0.0
        if person.funded and person.programme < 0 and person.stage in (Stage.FIXED_TERM, Stage.TENURE_TRACK):
            juniors += person.model.juniors_paid_by(person.year.lever(STARTUP))
        if person.benefit_until >= person.year.number:
            juniors += person.model.juniors_paid_by(person.research_money)
        juniors += person.model.juniors_paid_by(person.model.grants.get(person, 0.0))
        rate *= person.model.team(juniors, person.field) * _over_the_post_alone(person)
    moved = person.year.number in (person.away_since, person.returned_year)
    dip = exp(person.year.parameters.move_dip) if moved else 1.0
    return float(research.papers_expected(rate, person.drive, dip))


def _over_the_post_alone(person: Researcher) -> float:
    """Papers with a second appointment over those without one."""
    shared = person.second_employer
    if shared is None:
        return 1.0
    here = person.model.time_for_research(person.tier, person.stage)
    both = appointments.time_of_both(shared.programme.lever(SHARE), here, shared.programme.record.research_time)
    return float(appointments.output_over_usual(both, here, person.year.parameters.time_elasticity))


def _environment(person: Researcher) -> float:
    """What the peers of the place of work, or colleagues with foreign ties, add to the impact of papers.

    Who has been abroad keeps a part of what the place was better than the one now.
    """
    p = person.year.parameters
    if not person.here:
        return float(research.impact_of_peers(person.year.of_region(person.region, "peers"), p.peers_gain))
    employed = person.tier in person.year.tiers
    peers = (
        person.year.world.positions.value("peers_tier", tier=person.year.world.tiers[person.tier]) if employed else 0.0
    )
    impact = research.impact_of_peers(peers, p.peers_gain)
    if person.years_abroad >= 1:
        there = person.year.of_region(person.tie_region, "peers")
        impact += research.impact_kept(there, peers, p.peers_gain, p.peers_kept)
    return float(impact) + (person.model.spillover[person.tier, person.field] if employed else 0.0)
