"""Experiments on the model: what would a policy change, against the baseline, and how sure are we?

from experiments import compare, sweep
answer = compare("overseas_weight", scale=0.02, replicates=8, until=2035)
answer.effects, answer.outcomes, print(answer.summary)
response = sweep({"hiring.overseas_weight": [0, 0.5, 1]}, scale=0.02, replicates=8, until=2035)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from experiments.api import Answer, compare, sweep

__all__ = ["Answer", "compare", "sweep"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a module's attribute
    if name in __all__:  # only when asked for, so that the command starts without pandas
        from experiments import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
