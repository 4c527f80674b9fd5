"""Exact results: the bits of every column in every year, beside the tolerant golden table.

`python -m tests.sim.test_fingerprints` writes the file anew, which only a commit may do that means to move numbers and
says so in the changelog. Another processor or NumPy may round a table of the year differently in its last bit; the file
says on which arithmetic it was made, and elsewhere the test asks for `make fingerprints BASE=<commit>`, which compares
two commits on one machine.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from sim import BrainCirculation, Policy
from sim.population.columns import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

KEPT = Path(__file__).with_name("fingerprints.json")
POLICIES = Path(__file__).parents[2] / "configs" / "policy"
FORK, END = 2025, 2032
ARMS = {
    "baseline": (),
    "package": ("package", "overseas_weight", "doctoral_stipends", "fellowships_doubled"),
    "guarantee": ("return_tenure_track", "transfer_support"),
}
RUNS = {"1:50 seed 1": (1, 0.02), "1:50 seed 2": (2, 0.02), "1:50 seed 3": (3, 0.02), "1:5 seed 4": (4, 0.2)}
WIDE = {"f": np.float64, "i": np.int64, "b": np.int64, "u": np.uint64}  # so that a narrower column changes nothing


def arithmetic() -> str:
    """A digest of what this machine makes of the functions of NumPy that the tables of a year are worked out with."""
    x = np.linspace(0.01, 9, 997)
    made = [np.exp(-x), np.log(x), np.log1p(x), x**0.37, np.sqrt(x), np.exp(-x.astype(np.float32))]
    return digest(*made)


def digest(*arrays: np.ndarray) -> str:
    found = hashlib.sha256()
    for array in arrays:
        found.update(np.ascontiguousarray(array).tobytes())
    return found.hexdigest()[:16]


def state(model: BrainCirculation) -> dict[str, np.ndarray]:
    """Every column at a fixed width, people in the order of their identity."""
    people = model.people
    order = np.argsort(people.identity, kind="stable")
    return {column.name: people[column.name][order].astype(WIDE[np.dtype(column.dtype).kind]) for column in SCHEMA}


def tables(model: BrainCirculation) -> dict[str, Any]:
    """Each outcome, and observations, as text of ten digits: sums of floats may know the order of adding."""

    def text(table: pd.DataFrame) -> np.ndarray:
        rows = table.astype({"value": float}).to_dict("records")
        lines = sorted(" ".join(f"{x:.10g}" if isinstance(x, float) else str(x) for x in row.values()) for row in rows)
        return np.frombuffer("\n".join(lines).encode(), np.uint8)

    outcomes = {str(name): digest(text(rows)) for name, rows in model.table().groupby("outcome")}
    return {"outcomes": outcomes, "observations": digest(text(model.observations()))}


def lives(seed: int, scale: float) -> Iterator[tuple[str, BrainCirculation, range]]:
    history = BrainCirculation(seed=seed, scale=scale, observed=True)
    yield "history", history, range(history.world.first_year, FORK + 1)
    for name, policies in ARMS.items():
        chosen = [Policy.from_file(POLICIES / f"{policy}.yaml") for policy in policies]
        yield name, history.fork(chosen), range(FORK + 1, END + 1)


def fingerprints(seed: int, scale: float) -> dict[str, Any]:
    """By part of a run: the digest of each year over all columns, of each column over all years, and of the tables."""
    found = {}
    for part, model, span in lives(seed, scale):
        years, columns = {}, {column.name: hashlib.sha256() for column in SCHEMA}
        for year in span:
            now = state(model.run_through(year))
            years[str(year)] = digest(*now.values())
            for name, values in now.items():
                columns[name].update(values.tobytes())
        ends = {name: column.hexdigest()[:16] for name, column in columns.items()}
        found[part] = {"years": years, "columns": ends, **tables(model)}
    return found


@pytest.mark.parametrize("run", RUNS)
def test_every_bit_is_as_it_was(run: str) -> None:
    kept = json.loads(KEPT.read_text(encoding="utf-8"))
    if kept["arithmetic"] != arithmetic():
        pytest.skip("made on other arithmetic: compare two commits here with make fingerprints BASE=<commit>")
    found = fingerprints(*RUNS[run])
    for part, was in kept[run].items():
        now = found[part]
        moved = [year for year, value in was["years"].items() if now["years"].get(year) != value]
        changed = [name for name, value in was["columns"].items() if now["columns"].get(name) != value]
        assert not moved, f"{part}: from {moved[0]} on other people or states; columns that differ: {changed}"
        other = [name for name, value in was["outcomes"].items() if now["outcomes"].get(name) != value]
        assert not other, f"{part}: other outcomes: {other}"  # one that is new has moved nothing
        assert now["observations"] == was["observations"], part


def write(path: Path) -> None:
    made = {run: fingerprints(*of) for run, of in RUNS.items()}
    path.write_text(json.dumps({"arithmetic": arithmetic(), **made}, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else KEPT)
