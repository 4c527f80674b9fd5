"""SALib drives the model: which of five levers matter most, ten years on? Morris's elementary effects.

python -m experiments.examples.morris
"""

from __future__ import annotations

# ruff: noqa: T201 - a program that prints its answer
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from SALib.analyze import morris as analysis
from SALib.sample import morris as sampling

from experiments.request.comparison import lever_policy
from sim import BrainCirculation, Parameters

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

FORK = 2025
_POINT = Parameters.load()
LEVERS = {  # each from its value without a policy to the strongest case that is looked at
    "hiring.overseas_weight": (0.0, 1.0),  # SD of the ranking score
    "programmes.overseas_fellowship.places": (195.0, 600.0),  # a year
    "programmes.doctoral_support.places": (22_500.0, 42_500.0),
    "support.host_applications": (_POINT.host_reach, 0.9),  # chance of reaching a host abroad
    "leave.feasible": (_POINT.leave_feasible, 0.9),  # chance of being let go on a visit
}
OUTCOMES = {"departures": "persons/yr", "overseas_experience_share": "share"}
PROBLEM = {"num_vars": len(LEVERS), "names": list(LEVERS), "bounds": [list(bounds) for bounds in LEVERS.values()]}


def effects(past: BrainCirculation, designs: NDArray[np.float64], until: int) -> NDArray[np.float64]:
    """Effects of every design (a row: one value a lever) in the last year, one column an outcome, on one history."""
    baseline = _outcomes(past.fork(), until)
    lives = (past.fork([lever_policy(dict(zip(LEVERS, row, strict=True)), FORK + 1)]) for row in designs.tolist())
    return np.array([_outcomes(life, until) - baseline for life in lives])


def elementary(
    *, trajectories: int = 10, replicates: int = 4, scale: float = 0.05, until: int = 2035, seed: int = 1
) -> pd.DataFrame:
    """Morris's measures of every outcome and lever: outcome, lever, mu, mu_star, mu_star_conf, sigma, unit.

    The measures are in the outcome's unit, for a lever moved over its whole range. Designs share their histories, so
    chance cancels within a replicate; the effects of the replicates are averaged.
    """
    designs = sampling.sample(PROBLEM, trajectories, seed=seed)
    pasts = (BrainCirculation(seed=seed + number, scale=scale).run_through(FORK) for number in range(replicates))
    answers = np.mean([effects(past, designs, until) for past in pasts], axis=0)
    return measured(designs, answers, OUTCOMES, seed)


def measured(
    designs: NDArray[np.float64], answers: NDArray[np.float64], outcomes: Mapping[str, str], seed: int
) -> pd.DataFrame:
    """SALib's measures of each column of the answers, strongest lever first."""
    tables = []
    for (outcome, unit), answer in zip(outcomes.items(), answers.T, strict=True):
        found = analysis.analyze(PROBLEM, designs, answer, seed=seed)
        table = pd.DataFrame({name: found[name] for name in ("mu", "mu_star", "mu_star_conf", "sigma")})
        table.insert(0, "lever", list(LEVERS))
        table.insert(0, "outcome", outcome)
        tables.append(table.assign(unit=unit).sort_values("mu_star", ascending=False))
    return pd.concat(tables, ignore_index=True)


def _outcomes(model: BrainCirculation, until: int) -> NDArray[np.float64]:
    table = model.run_through(until).table()
    last = table[(table["year"] == until) & (table["group"] == "all")].set_index("outcome")["value"]
    return last[list(OUTCOMES)].to_numpy()


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the measures; see --help for the size of the run."""
    from argparse import ArgumentParser

    parser = ArgumentParser(prog="morris", description=__doc__)
    for name, default in {"trajectories": 10, "replicates": 4, "scale": 0.05, "until": 2035, "seed": 1}.items():
        parser.add_argument(f"--{name}", type=type(default), default=default)
    asked = vars(parser.parse_args(arguments))
    table = elementary(**asked)
    print(f"Effect of each lever moved over its whole range, in {asked['until']}, against no policy.")
    print("mu_star: mean size; mu_star_conf: half its 95 % interval; mu: mean with its sign;")
    print("sigma: how much the effect depends on where the other levers stand (and on chance).\n")
    print(table.to_string(index=False, float_format="{:.3g}".format))


if __name__ == "__main__":
    main()
