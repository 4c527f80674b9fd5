"""The quasi-experiments that the model is held against, by name."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from experiments.errors import unknown
from experiments.replication.studies.exchange import EXCHANGE
from experiments.replication.studies.grants import EUROPEAN_FELLOWSHIP, SWISS_GRANT
from experiments.replication.studies.movers import MOVERS
from experiments.replication.studies.promotion import PROMOTION
from experiments.replication.studies.research_money import RESEARCH_MONEY
from experiments.replication.studies.returns import RETURN_PROGRAMME
from experiments.replication.studies.scholarships import SCHOLARSHIP
from experiments.replication.studies.tax_break import RETURNING_EXPERTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from experiments.replication.design import QuasiExperiment

_ALL = (
    *(SWISS_GRANT, EUROPEAN_FELLOWSHIP, EXCHANGE, RETURN_PROGRAMME, MOVERS, PROMOTION),
    *(RETURNING_EXPERTS, RESEARCH_MONEY, SCHOLARSHIP),
)
EXPERIMENTS: Mapping[str, QuasiExperiment] = MappingProxyType({one.name: one for one in _ALL})


def chosen(names: Sequence[str] | None) -> list[QuasiExperiment]:
    """The experiments of these names, all without any; an InputError names one that does not exist."""
    if names is None:
        return list(EXPERIMENTS.values())
    for name in names:
        if name not in EXPERIMENTS:
            raise unknown("quasi-experiment", name, EXPERIMENTS)
    return [EXPERIMENTS[name] for name in dict.fromkeys(names)]
