"""Main effects and pair effects of policies, set by set, from the means of a design's runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd

from experiments.analysis.effects import CELL, WINDOW, of_means
from sim.measures.outcomes import CATALOGUE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from experiments.portfolio.design import Design, Effect

KEYS: Final = ("kind", "policy", "second", "aliases")
MAIN, PAIR, ALONE, TOGETHER, BEYOND = KINDS = ("main", "pair", "alone", "together", "beyond")
"""main: a policy, on average over the others with and without. pair: what two bring together beyond the sum of the two,
on average over the others. alone: a policy by itself. together: all of them. beyond: all of them beyond the sum of each
alone. The last three where the design has the runs that they need.
"""
SEPARATOR: Final = " + "
"""Between the policies of one name: of all together, and of pairs that cannot be told apart."""
_REPLICATE = ["replicate", "member", *CELL, *WINDOW]


class Contrast(NamedTuple):
    """One effect. weights: what each run counts, (runs,)."""

    kind: str
    policy: str
    other: str
    aliases: str
    weights: NDArray[np.float64]


def contrasts(design: Design) -> Iterator[Contrast]:
    """Every effect that a design gives, mains first; of effects that cannot be told apart each, with the others."""
    for kind, effects in ((MAIN, design.mains), (PAIR, design.pairs)):
        for effect in effects:
            first, other = [design.policies[place] for place in sorted(effect)] + [""] * (2 - len(effect))
            aliases = "; ".join(named(design, one) for one in design.aliases(effect))
            yield Contrast(kind, first, other, aliases, design.weights(effect))
    alone = [design.run_of(one) for one in design.mains]
    for name, run in zip(design.policies, alone, strict=True):
        if run is not None:
            yield Contrast(ALONE, name, "", "", _at(design, run))
    whole = design.run_of(frozenset(range(len(design.policies))))
    if whole is None:
        return
    everything = SEPARATOR.join(design.policies)
    yield Contrast(TOGETHER, everything, "", "", _at(design, whole))
    if all(run is not None for run in alone):
        sum_of_each = sum((_at(design, run) for run in alone if run is not None), np.zeros(len(design.runs)))
        yield Contrast(BEYOND, everything, "", "", _at(design, whole) - sum_of_each)


def named(design: Design, effect: Effect) -> str:
    """The policies of an effect."""
    return SEPARATOR.join(design.policies[place] for place in sorted(effect))


def measured(means: pd.DataFrame, design: Design, weights: Mapping[int, float] | None = None) -> pd.DataFrame:
    """How large and how sure every effect is, in every outcome, group and window.

    means: as `windows.averaged` gives them, by `point`, the place of a run in the design; the run without policies has
    none, or differences of 0. Columns: KEYS and those of `effects.of_means`. A count or sum that a run does not report
    is 0 in it; a share that one of the runs of an effect lacks leaves the effect out for that replicate.
    """
    wide = means.pivot_table(index=_REPLICATE, columns="point", values="difference", sort=False)
    wide = wide.reindex(columns=range(len(design.runs)))
    wide[0] = wide[0].fillna(0.0)
    sums = np.array([CATALOGUE[name].kind.adds_up for name in wide.index.get_level_values("outcome")], np.bool_)
    values = np.where(np.isnan(wide.to_numpy()) & sums[:, None], 0.0, wide.to_numpy())
    level = means.groupby(_REPLICATE, sort=False)["reference"].first().reindex(wide.index)
    tables = []
    for kind, policy, other, aliases, counts in contrasts(design):
        needed = counts != 0
        table = level.to_frame().assign(difference=values[:, needed] @ counts[needed]).reset_index()
        for place, (key, value) in enumerate(zip(KEYS, (kind, policy, other, aliases), strict=True)):
            table.insert(place, key, value)
        tables.append(table.dropna(subset="difference"))
    found = of_means(pd.concat(tables, ignore_index=True), KEYS, weights)
    order = [dict(zip(names, range(len(names)), strict=True)) for names in (KINDS, design.policies, design.policies)]
    places = {key: found[key].map(by).fillna(0) for key, by in zip(KEYS, order, strict=False)}
    return found.iloc[np.lexsort([places[key] for key in reversed(KEYS[:3])])].reset_index(drop=True)


def _at(design: Design, run: int) -> NDArray[np.float64]:
    counts: NDArray[np.float64] = (np.arange(len(design.runs)) == run).astype(np.float64)
    return counts
