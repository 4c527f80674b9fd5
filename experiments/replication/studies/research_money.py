"""Q11: research money for young researchers at home, at the cut-off of the call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from experiments.replication.design import QuasiExperiment, Treatment
from experiments.replication.estimators.discontinuity import Discontinuity
from experiments.replication.studies.grants import EARLIER, output
from sim.instruments.policy import Policy
from sim.world.programmes import ProgrammeKind

if TYPE_CHECKING:
    import pandas as pd

    from experiments.replication.panel import FollowUp

_NAME, _CALLS, _YEARS = "young_grants", (2008, 2010), 5  # years of papers from the call on

GRANTS = Policy.from_dict(
    {
        "name": "grants_for_the_young",
        "title": "Research money for young researchers",
        "title_ja": "若手研究者への研究費（科研費・若手研究型）",
        "source": "KAK: KAKENHI grants for young scientists (B); in the model a project without members or ties",
        "start": 2007,
        "grade": "A",
        "programmes": [
            {
                "name": _NAME,
                "kind": "joint",
                "title": "Grants for young researchers",
                "title_ja": "若手研究",
                "source": "KAKENHI, young scientists (B): up to 5 million JPY over two to four years, to the age of 39",
                "grade": "M",
                "stages": ["postdoc", "fixed-term", "tenure-track", "permanent"],
                "regions": ["US"],
                "degree_within": {"value": 12, "unit": "years", "source": "up to the age of 39", "grade": "D"},
                "years": {"value": 3, "unit": "years", "source": "two to four years, recalled", "grade": "M"},
                "members": {"value": 0, "unit": "persons", "source": "a grant of one person", "grade": "A"},
                "research_money": {
                    "value": 1.2,
                    "unit": "million JPY/yr",
                    "source": "up to 5 million JPY over two to four years; mean awards are lower (recalled)",
                    "grade": "M",
                },
                "unit_cost": {"value": 1.2, "unit": "million JPY/yr", "source": "the money itself", "grade": "D"},
                "selection_merit": {"value": 1.0, "unit": "weight", "source": "assumed", "grade": "A"},
                "selection_ties": {"value": 0, "unit": "weight", "source": "no partner is asked for", "grade": "A"},
                "places": {
                    "unit": "teams/yr",
                    "by_year": [
                        {
                            "source": "new awards of about 2010, recalled; some 30 % of applicants won (kakenhi.com)",
                            "grade": "M",
                            "years": {2007: 6000},
                        }
                    ],
                },
            }
        ],
    }
)


def young_applicants(lives: FollowUp) -> pd.DataFrame:
    """Applicants of 2008 to 2010 with their papers, and the citations of these, in the five years from the call on."""
    sample = lives.applicants(_NAME, *_CALLS)
    output(lives, sample)
    cited = np.exp(sample["impact"])  # citations a paper, in units of the threshold of the top tenth
    return sample.assign(citations=np.where(sample["papers"] > 0, sample["papers"] * cited.fillna(0.0), 0.0))


RESEARCH_MONEY = QuasiExperiment(
    name="Q11",
    title="Research money for the young",
    until=_CALLS[1] + _YEARS - 1,
    arms={"grants": Treatment((GRANTS,))},
    sample=young_applicants,
    estimands={
        "papers": Discontinuity("papers", relative=True, covariates=EARLIER),
        "citations": Discontinuity("citations", relative=True, covariates=EARLIER),
    },
    kinds=(ProgrammeKind.JOINT,),
)
