"""The EMA Workbench drives the model: do two policies keep their effects where behaviour is uncertain?

python -m experiments.examples.ema
"""

from __future__ import annotations

# ruff: noqa: T201 - a program that prints its answer
import warnings
from functools import lru_cache
from typing import TYPE_CHECKING

from experiments.request.comparison import lever_policy
from sim import BrainCirculation, Parameters

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd

with warnings.catch_warnings():
    warnings.filterwarnings("ignore", "ipyparallel not installed", UserWarning)
    from ema_workbench import (
        Model,
        RealParameter,
        Sample,
        ScalarOutcome,
        SequentialEvaluator,
        perform_experiments,
    )

FORK = 2025
UNCERTAIN = ("pessimism", "away_penalty", "search_abroad", "own_graduate", "home_origin", "seek_return")
LEVERS = {
    "overseas_weight": ("hiring.overseas_weight", 0.0, 1.0),
    "fellowship_places": ("programmes.overseas_fellowship.places", 195.0, 600.0),
}
POLICIES = (
    Sample("weight", overseas_weight=0.5, fellowship_places=195.0),
    Sample("places", overseas_weight=0.0, fellowship_places=600.0),
    Sample("both", overseas_weight=0.5, fellowship_places=600.0),
)
OUTCOMES = {"departures": "persons/yr", "returns": "persons/yr", "overseas_experience_share": "share"}


def workbench(*, scale: float, until: int, seed: int) -> Model:
    """The model as the workbench sees it: uncertainties are parameters over their ranges, outcomes are effects."""
    known = Parameters.load().catalogue
    model = Model("brain_circulation", function=paired(scale=scale, until=until, seed=seed))
    model.uncertainties = [RealParameter(name, known[name].low, known[name].high) for name in UNCERTAIN]
    model.levers = [RealParameter(name, low, high) for name, (_, low, high) in LEVERS.items()]
    model.outcomes = [ScalarOutcome(name) for name in OUTCOMES]
    return model


def paired(*, scale: float, until: int, seed: int) -> Callable[..., dict[str, float]]:
    """A function of parameters and levers that gives the effects in the last year; a history is run once a future."""

    @lru_cache(maxsize=64)
    def past(uncertain: tuple[tuple[str, float], ...]) -> tuple[BrainCirculation, pd.Series[float]]:
        parameters = Parameters.load().replace(**dict(uncertain))
        history = BrainCirculation(parameters=parameters, seed=seed, scale=scale).run_through(FORK)
        return history, _outcomes(history.fork(), until)

    def effects(**values: float) -> dict[str, float]:
        history, baseline = past(tuple((name, values[name]) for name in UNCERTAIN))
        policy = lever_policy({lever: values[name] for name, (lever, *_) in LEVERS.items()}, FORK + 1)
        difference = _outcomes(history.fork([policy]), until) - baseline
        return {str(name): round(float(value), 9) for name, value in difference.items()}

    return effects


def explore(
    *,
    futures: int = 24,
    policies: int | Sequence[Sample] = POLICIES,
    scale: float = 0.05,
    until: int = 2035,
    seed: int = 1,
) -> pd.DataFrame:
    """One row an experiment: the parameters, the levers, the policy's name, and the effect on every outcome."""
    model = workbench(scale=scale, until=until, seed=seed)
    with SequentialEvaluator(model) as evaluator:
        experiments, effects = perform_experiments(
            model,
            futures,
            policies,
            evaluator=evaluator,
            uncertainty_sampling_kwargs={"rng": seed},
            lever_sampling_kwargs={"rng": seed},
        )
    table: pd.DataFrame = experiments.assign(**effects)
    return table


def robustness(experiments: pd.DataFrame) -> pd.DataFrame:
    """By outcome and policy: the middle effect over the futures, its range, and the share of futures above zero."""
    names = list(OUTCOMES)
    long = experiments.melt(id_vars="policy", value_vars=names, var_name="outcome", value_name="effect")
    table = long.groupby(["outcome", "policy"], observed=True, sort=False)["effect"].agg(
        median="median", lowest="min", highest="max", above_zero=lambda effect: (effect > 0).mean()
    )
    return table.reset_index().assign(unit=lambda rows: rows["outcome"].map(OUTCOMES))


def _outcomes(model: BrainCirculation, until: int) -> pd.Series[float]:
    table = model.run_through(until).table()
    last = table[(table["year"] == until) & (table["group"] == "all")].set_index("outcome")["value"]
    return last[list(OUTCOMES)]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print how the effects hold over uncertain futures; see --help for the size of the run."""
    from argparse import ArgumentParser

    parser = ArgumentParser(prog="ema", description=__doc__)
    for name, default in {"futures": 24, "scale": 0.05, "until": 2035, "seed": 1}.items():
        parser.add_argument(f"--{name}", type=type(default), default=default)
    asked = vars(parser.parse_args(arguments))
    table = robustness(explore(**asked))
    print(f"Effects in {asked['until']} over {asked['futures']} sets of parameters, each against no policy.")
    print("One replicate each: what differs between futures is behaviour and some chance.\n")
    print(table.to_string(index=False, float_format="{:.3g}".format))


if __name__ == "__main__":
    main()
