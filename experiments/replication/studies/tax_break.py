"""Q10: a tax break for those who come back, with a job at home in hand and without."""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.replication.design import QuasiExperiment, Treatment
from experiments.replication.estimators.comparisons import Difference
from experiments.replication.estimators.estimates import Gap
from experiments.replication.studies.grants import FELLOWSHIP
from sim.instruments.policy import Policy
from sim.vocabulary import HOME, Mode, Stage

if TYPE_CHECKING:
    import pandas as pd

    from experiments.replication.estimators.estimates import Estimate
    from experiments.replication.panel import FollowUp

_START, _WITHIN = 2011, 4  # the programme's flat tax began in 2011; years in which a return is looked for (A)
_BROKEN = "tax break"

OFFERS = Policy.from_dict(
    {
        "name": "offers_at_home",
        "title": "A post at home for every overseas fellow who wants it",
        "title_ja": "海外特別研究員への国内ポストの提示",
        "source": "REP: applicants with and without a job offer at home; here a guaranteed post or none",
        "start": 2006,
        "grade": "A",
        "changes": [
            {
                "lever": f"programmes.{FELLOWSHIP}.guarantee",
                "set": 1,
                "source": "in both arms: some of those abroad hold an offer at home, the others none",
                "grade": "A",
            }
        ],
    }
)

TAX_BREAK = Policy.from_dict(
    {
        "name": "tax_break_on_return",
        "title": "A flat income tax for five years for those who come back",
        "title_ja": "帰国者の所得税率の一律化（5年間）",
        "source": "REP: Malaysia's Returning Expert Programme, 15 % for five years (Chicago Policy Review 2017)",
        "start": _START,
        "grade": "V",
        "changes": [
            {
                "lever": "benefits.returnees.share",
                "set": 0.09,
                "source": "tax of 2012: 14,325 MYR on 100,000 and 26 % beyond, so 22.1 % of 300,000; at 15 % net "
                "income is 0.85 / 0.779 = 1.09 times as much. The income is assumed (three in four who came back are "
                "in the top hundredth of incomes); cars free of duty are left out",
                "grade": "A",
            },
            {
                "lever": "benefits.returnees.years",
                "set": 5,
                "source": "REP: five years (Chicago Policy Review 2017)",
                "grade": "V",
            },
        ],
    }
)


def employed_abroad(lives: FollowUp) -> pd.DataFrame:
    """People of home origin with a doctorate whom a host abroad employs at the end of the year before the break.

    offer: a post at home is guaranteed to them. back: they have come home within the years after.
    """
    seen = lives.people(_START - 1)
    away = (seen["origin"] == HOME) & (seen["region"] != HOME) & (seen["mode"] == Mode.TRANSFER)
    works = seen["stage"].between(Stage.POSTDOC, Stage.PERMANENT) & (seen["degree_year"] > 0) & ~seen["post_kept"]
    sample = seen[away & works]
    returned = lives.latest("returned_year", sample["person"].to_numpy(), _START + _WITHIN - 1)
    back = (returned >= _START).astype(float)
    return sample[["person", "stage", "field"]].assign(offer=sample["guaranteed"], back=back)


RETURN = Difference("back", "treated", relative=True)
"""Return with the break less return without, over the latter."""


def _in_arms(sample: pd.DataFrame) -> pd.DataFrame:
    return sample.assign(treated=(sample["arm"] == _BROKEN).astype(float))


def with_offer(sample: pd.DataFrame) -> Estimate:
    """Effect on those who hold an offer."""
    return RETURN(_in_arms(sample[sample["offer"]]))


def without_offer(sample: pd.DataFrame) -> Estimate:
    """Effect on those who hold none."""
    return RETURN(_in_arms(sample[~sample["offer"]]))


def gap(sample: pd.DataFrame) -> Estimate:
    """The one less the other."""
    return Gap(RETURN, "offer")(_in_arms(sample))


RETURNING_EXPERTS = QuasiExperiment(
    name="Q10",
    title="Tax break for returning experts",
    until=_START + _WITHIN - 1,
    arms={"no break": Treatment((OFFERS,)), _BROKEN: Treatment((OFFERS, TAX_BREAK))},
    sample=employed_abroad,
    estimands={"with_offer": with_offer, "without_offer": without_offer, "with_less_without": gap},
    levers=tuple(change.name for change in TAX_BREAK.changes),
)
