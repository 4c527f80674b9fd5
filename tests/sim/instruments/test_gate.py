"""The gate: whom it keeps out, whom it does not mean, what else answers, and that it stands open without a policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from sim.instruments.gate import IN, JOINT, OUT
from sim.market.gate import gate_of
from sim.process.clock import _hours_of_the_gate
from sim.vocabulary import HOME, Stage
from tests import chance
from tests.sim.conftest import changing

if TYPE_CHECKING:
    from sim import BrainCirculation

TARGET, PARTNER = "CHN", "US"
END = 2029


def after(history: BrainCirculation, *changes: dict[str, object], until: int = END) -> BrainCirculation:
    return history.fork([changing(*changes)] if changes else []).run_through(until)


def value(model: BrainCirculation, outcome: str, group: str = "all") -> float:
    table = model.table()
    of_group = table[(table["outcome"] == outcome) & (table["group"] == group)]
    return float(of_group["value"].mean())


def gate(history: BrainCirculation, *changes: dict[str, object]):  # noqa: ANN201
    made = gate_of(history.fork([changing(*changes)])._open_year(2026))
    assert made is not None
    return made


def test_it_stands_open_without_a_policy(history: BrainCirculation) -> None:
    year = history.fork()._open_year(2026)
    assert gate_of(year) is None
    assert year.time_gained is None


def test_nobody_passes_a_closed_gate_and_other_ways_stay_open(history: BrainCirculation) -> None:
    plain, shut = after(history), after(history, {"lever": f"gate.share[{TARGET}]", "set": 0.0})
    code = history.world.regions.index(TARGET)
    for counts in shut.counts:
        assert counts.departures[:, code].sum() == 0
        assert counts.visits[:, code].sum() == 0
        assert counts.arrivals[:, code].sum() == 0
    others = [region for region in history.world.abroad if region != TARGET]
    for outcome in ("departures", "arrivals"):
        left = [sum(value(life, outcome, region) for region in others) for life in (plain, shut)]
        assert left[1] > 0.95 * left[0], outcome  # who cannot go there is not sent elsewhere by force, nor kept from it


@pytest.mark.parametrize(
    ("direction", "outcome", "stays"), [("out", "departures", "arrivals"), ("in", "arrivals", "departures")]
)
def test_a_direction_is_that_direction(history: BrainCirculation, direction: str, outcome: str, stays: str) -> None:
    plain, half = after(history), after(history, {"lever": f"gate.share[{direction}]", "set": 0.5})
    assert value(half, outcome) < 0.7 * value(plain, outcome)
    assert value(half, stays) > 0.9 * value(plain, stays)


@pytest.mark.chance
def test_a_stricter_gate_keeps_out_those_of_a_milder_one_and_more(history: BrainCirculation) -> None:
    keys = history.people.draw_key[:4000].copy()
    field, region = np.zeros(len(keys), np.uint8), np.full(len(keys), 3, np.uint8)
    let = [
        gate(history, {"lever": "gate.share", "set": share}).let(OUT, keys, field, region, 2026) for share in (0.2, 0.6)
    ]
    assert (let[1] | ~let[0]).all()
    chance.within("share let through of 0.2", let[0].mean(), 0.16, 0.24, broken=0.3, by="half as many more")
    chance.within("share let through of 0.6", let[1].mean(), 0.55, 0.65, broken=0.7, by="a sixth more")


def test_waiting_and_hours_act_as_numbers_on_it(history: BrainCirculation) -> None:
    waiting = gate(history, {"lever": "gate.delay[in]", "set": history.parameters.gate_patience})
    assert waiting.passes[IN, :, 1:] == pytest.approx(np.exp(-1), abs=1e-3)
    assert (waiting.passes[OUT] == 1).all()
    assert not waiting.delay[OUT].any()
    assert (waiting.delay[IN, :, 1:] == history.parameters.gate_patience).all()
    assert not waiting.delay[IN, :, HOME].any()
    plain, busy = after(history), after(history, {"lever": "gate.hours[joint]", "set": 100.0})
    assert value(busy, "papers") < value(plain, "papers")


def test_screening_means_its_region_and_sensitive_fields_and_chills_the_rest_less(history: BrainCirculation) -> None:
    made = gate(history, {"lever": f"security.strictness[{TARGET}]", "set": 0.5})
    target, other = history.world.regions.index(TARGET), history.world.regions.index(PARTNER)
    sensitive = history.world.positions.along("field", history.world.fields, "sensitive_share")
    most, least = int(sensitive.argmax()), int(sensitive.argmin())
    assert made.passes[JOINT, most, target] == pytest.approx(1 - 0.5 * sensitive[most], abs=1e-6)
    assert (made.passes[:, :, other] == 1).all()
    chill = 1 - made.considers[OUT]
    assert chill[most, target] > chill[least, target] > chill[most, other] > 0
    assert chill[most, other] / chill[most, target] < history.parameters.chill_spill
    assert (made.passes[:, :, HOME] == 1).all()
    assert (made.considers[:, :, HOME] == 1).all()


def test_exemption_and_guidance_soften_it(history: BrainCirculation) -> None:
    strict = {"lever": f"security.strictness[{TARGET}]", "set": 0.5}
    plain = gate(history, strict)
    exempt = gate(history, strict, {"lever": "security.exempt", "set": 0.5})
    guided = gate(history, strict, {"lever": "security.guidance", "set": 0.5})
    target = history.world.regions.index(TARGET)
    assert (exempt.passes[..., target] > plain.passes[..., target]).all()
    assert (guided.passes == plain.passes).all()  # advice does not change the rules
    assert guided.hours.sum() == pytest.approx(plain.hours.sum() / 2)
    assert (1 - guided.considers[OUT, :, target]) == pytest.approx((1 - plain.considers[OUT, :, target]) / 2, abs=1e-6)


def test_too_little_security_costs_access_and_more_gives_it_back(history: BrainCirculation) -> None:
    asks = {"lever": f"security.partner_requires[{PARTNER}]", "set": 0.6}
    partner = history.world.regions.index(PARTNER)
    shut = gate(history, asks).joint[:, partner]
    met = gate(history, asks, {"lever": "security.protection", "set": 0.6}).joint[:, partner]
    strict = gate(history, asks, {"lever": f"security.strictness[{TARGET}]", "set": 0.6}).joint[:, partner]
    assert shut == pytest.approx(0.4, abs=1e-6)
    assert met == pytest.approx(1.0, abs=1e-6)
    assert (strict > 0.9).all()  # screening others meets it too, but for the chill


def test_work_together_needs_that_it_passes_and_that_it_is_considered(history: BrainCirculation) -> None:
    strict = {"lever": f"security.strictness[{TARGET}]", "set": 0.6}
    made = gate(history, strict, {"lever": "gate.share[joint]", "set": 0.5})
    passes, considers = made.passes[JOINT], made.considers[JOINT]
    assert (considers[:, HOME + 1 :] < 1).any(), "rules chill"
    np.testing.assert_allclose(made.joint, passes * considers, rtol=1e-6)
    assert (made.joint <= np.minimum(passes, considers)).all()
    assert (made.joint < passes).any()


def test_work_together_falls_and_ties_stay(history: BrainCirculation) -> None:
    """Ties that the gate sets aside are back in the year in which it opens."""
    closed = {"lever": "gate.share[joint]", "set": 0.0}
    plain = after(history, until=2026)
    shut = history.fork([changing(closed, end=2026)]).run_through(2026)
    assert value(shut, "international_coauthorship") < value(plain, "international_coauthorship")
    np.testing.assert_array_equal(shut.people.ties_abroad, plain.people.ties_abroad)


def test_a_policy_that_leaves_it_open_changes_nothing(history: BrainCirculation) -> None:
    null = [{"lever": "gate.share", "times": 1.0}, {"lever": "security.strictness", "add": 0.0}]
    assert after(history, *null).people.equals(after(history).people)


def test_reputation_follows_openness_and_outreach_late_and_moves_who_comes(history: BrainCirculation) -> None:
    seen = {"lever": "reputation.visibility", "set": 0.3}
    plain, shown = after(history, until=2032), after(history, seen, until=2032)
    reputation = shown.state.reputation
    assert reputation is not None
    assert plain.state.reputation is None
    assert 0.2 < reputation[1] < 0.3  # seven years on the way
    assert reputation[HOME] == 0
    assert value(shown, "arrivals") > 1.05 * value(plain, "arrivals")
    shut = after(history, {"lever": f"gate.share[{TARGET}, in]", "set": 0.0}, until=2028).state.reputation
    assert shut is not None
    assert shut[history.world.regions.index(TARGET)] < 0 == shut[history.world.regions.index(PARTNER)]


def test_what_people_think_outlasts_the_policy(history: BrainCirculation) -> None:
    policy = changing({"lever": "reputation.visibility", "set": 0.3}, end=2028)
    found = [history.fork([policy]).run_through(year).state.reputation for year in (2028, 2030)]
    assert found[0] is not None
    assert found[1] is not None
    assert 0 < found[1][1] < found[0][1]


@pytest.mark.parametrize("name", ["gate.share[XYZ]", "gate.share[sideways]", "security.strictness[JPN]"])
def test_a_label_that_is_not_there_is_refused(history: BrainCirculation, name: str) -> None:
    with pytest.raises(ValueError, match=r"XYZ|sideways|JPN"):
        history.fork([changing({"lever": name, "set": 0.5})]).run_through(2026)


def test_screening_trades_openness_for_leakage_where_it_is_strict(history: BrainCirculation) -> None:
    plain = after(history)
    strict = after(history, {"lever": f"security.strictness[{TARGET}]", "set": 0.8})
    for outcome in ("openness", "leakage"):
        assert value(strict, outcome, TARGET) < value(plain, outcome, TARGET)
    lost = [
        1 - value(strict, "coauthorship_by_region", region) / value(plain, "coauthorship_by_region", region)
        for region in (TARGET, PARTNER)
    ]
    assert lost[0] > 0.1
    assert -0.02 < lost[1] < lost[0] / 2


def test_a_change_meant_for_a_part_of_a_region_acts_by_its_share(history: BrainCirculation) -> None:
    part = {"title": "United Kingdom", "title_ja": "x", "share": 0.25, "source": "test", "grade": "A"}
    region = history.world.regions.index("UK_EU")
    shut = gate(history, {"lever": "gate.share[UK_EU]", "times": 0.0, "part": part})
    assert shut.passes[:, :, region] == pytest.approx(0.75)
    assert (np.delete(shut.passes, region, axis=2) == 1).all()
    busy = gate(history, {"lever": "gate.hours[UK_EU]", "add": {2026: 8.0, 2028: 80.0}, "part": part})
    assert busy.hours[:, :, region] == pytest.approx(2.0)
    pull = changing({"address": "regions.openness[UK_EU]", "times": 0.6, "part": part})
    model = history.fork([pull])
    was, now = (one.by_region("openness") for one in (history.world, model._open_year(2026).world))
    assert now[region] == pytest.approx(0.9 * was[region])
    assert np.array_equal(np.delete(now, region), np.delete(was, region))


def test_nothing_is_set_for_a_part_and_a_share_is_above_nothing() -> None:
    part = {"title": "United Kingdom", "title_ja": "x", "share": 0.25, "source": "test", "grade": "A"}
    with pytest.raises(ValueError, match="United Kingdom alone cannot be"):
        changing({"lever": "gate.share[UK_EU]", "set": 0.5, "part": part})
    for share in (0.0, 1.5):
        with pytest.raises(ValueError, match="share"):
            changing({"lever": "gate.share[UK_EU]", "times": 0.5, "part": part | {"share": share}})


@pytest.mark.parametrize("hours", [0.25, 8.0])
def test_hours_of_foreigners_and_of_who_is_away_add_up_however_few(history: BrainCirculation, hours: float) -> None:
    people, tiers, shape = (
        history.people,
        len(history.world.tiers),
        (len(history.world.fields), len(history.world.regions)),
    )
    taken = np.zeros((3, *shape))
    taken[[IN, OUT]] = hours
    of_each, _ = _hours_of_the_gate(people, taken, tiers)
    works, here = people.stage <= Stage.PERMANENT, people.region == HOME
    assert of_each[IN].sum() == hours * np.count_nonzero(works & here & (people.origin != HOME)) > 0
    assert of_each[OUT].sum() == hours * np.count_nonzero(people.post_kept & ~here) > 0
    assert of_each[JOINT].sum() == 0
