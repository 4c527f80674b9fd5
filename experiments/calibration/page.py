"""What a fit says, in pictures and a page: where the kept sets lie, what comes back, how far from every target."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import seaborn as sns
from scipy.stats import binom

from experiments.calibration import fit, recovery
from experiments.calibration.fit import Wave, weighted_quantile
from experiments.calibration.plausible import KEPT
from experiments.calibration.space import DRAWN, FREE, Space
from experiments.report.figures import panels, save_all, titled

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from matplotlib.figure import Figure

    from experiments.calibration.plausible import Judged
    from experiments.calibration.recovery import Recovered
    from experiments.calibration.targets import Moment

EDGE = 0.05  # of the range: a median nearer than this to a bound is at the edge
_NOTE = "Moments in half-widths of their tolerance: within 1 is inside. Parameters over their range in parameters.csv."


def draw_all(
    space: Space,
    waves: Sequence[Wave],
    kept: pd.DataFrame,
    moments: Sequence[Moment],
    folder: Path,
) -> None:
    """Draw every figure as PNG."""
    figures = {
        "moments": lambda: distances(waves, kept, moments),
        "parameters": lambda: parameters(space, kept),
    }
    save_all(figures, _NOTE, f"{len(kept)} kept sets; {sum(len(wave.sets) for wave in waves[:-1]):,} simulated", folder)


def draw_recovery(recovered: Recovered, truths: int, folder: Path) -> None:
    """Draw what comes back and the ridges as PNG."""
    figures = {
        "recovery": lambda: recovery_bars(recovered),
        "ranks": lambda: ranks(recovered),
        "ridge": lambda: ridge(recovered),
    }
    note = "Each known set in turn is taken for the world, and sets are drawn that fit its synthetic data."
    save_all(figures, note, f"{truths} known sets", folder)


def distances(waves: Sequence[Wave], kept: pd.DataFrame, moments: Sequence[Moment]) -> Figure:
    """Distance of every moment from its target: the first design in grey, the kept sets in colour."""
    last = waves[-1]
    nearest = last.spread.nsmallest(len(kept)).index
    figure, (axis,) = panels(1, columns=1, height=0.21 * len(moments), width=7.5)
    y = np.arange(len(moments))
    names = [one.moment for one in moments]
    axis.axvspan(-1, 1, color="0.93")
    for table, colour, lift in ((waves[0].distances, "0.6", 0.17), (last.distances.loc[nearest], "C0", -0.17)):
        low, middle, high = (table[names].quantile(share).clip(-8, 8) for share in (0.05, 0.5, 0.95))
        axis.hlines(y - lift, low, high, colors=colour, linewidth=1.6)
        axis.scatter(middle, y - lift, color=colour, s=13, zorder=3)
    axis.set_yticks(y, [f"{'* ' if one.core else ''}{one.moment.replace('_', ' ')}" for one in moments], fontsize=7)
    axis.set_ylim(len(moments) - 0.4, -0.6)
    axis.set_xlim(-8.2, 8.2)
    axis.set_xlabel("distance from the target, half-widths of the tolerance (grey: before the fit; * core)")
    sns.despine(ax=axis)
    return titled(figure, "Fitted moments: median and 90 % of the sets")


def parameters(space: Space, kept: pd.DataFrame) -> Figure:
    """Where the kept sets lie in the range of each free and swept parameter."""
    names = [name for name, use in zip(space.names, space.use, strict=True) if use != DRAWN]
    names.sort(key=lambda name: (space.use[space.names.index(name)] != FREE, name))
    unit = pd.DataFrame(space.unit(kept), columns=list(space.names))
    figure, (axis,) = panels(1, columns=1, height=0.2 * len(names), width=7.0)
    for row, name in enumerate(names):
        free = space.use[space.names.index(name)] == FREE
        low, middle, high = (
            weighted_quantile(unit[name].to_numpy(), kept["weight"].to_numpy(), q) for q in (0.05, 0.5, 0.95)
        )
        colour = "C0" if free else "0.4"
        axis.hlines(row, 0, 1, colors="0.92", linewidth=5, zorder=0)
        axis.hlines(row, low, high, colors=colour, linewidth=2)
        axis.scatter(middle, row, color=colour, s=16, zorder=3)
    axis.set_yticks(range(len(names)), [name.replace("_", " ") for name in names], fontsize=7)
    axis.set_ylim(len(names) - 0.4, -0.6)
    axis.set_xticks([0, 0.5, 1], ["lowest", "middle", "highest"])
    axis.set_xlabel("place in the range of the parameter file (blue: free, grey: swept)")
    sns.despine(ax=axis)
    return titled(figure, "Kept parameter sets: median and 90 %")


def recovery_bars(recovered: Recovered) -> Figure:
    """How much of the truth a blind fit explains, parameter by parameter."""
    table = recovered.parameters
    figure, (axis,) = panels(1, columns=1, height=0.19 * len(table), width=7.0)
    colours = {"comes back": "C2", "narrowed": "C1", "not identified": "0.7"}
    axis.barh(range(len(table)), table["explained"], color=[colours[verdict] for verdict in table["verdict"]])
    axis.set_yticks(range(len(table)), [name.replace("_", " ") for name in table["parameter"]], fontsize=7)
    axis.set_ylim(len(table) - 0.4, -0.6)
    axis.set_xlim(0, 1)
    axis.set_xlabel("share of the variance of the truth that the fit explains\n(green: comes back, orange: narrowed)")
    sns.despine(ax=axis)
    return titled(figure, "Recovery of known parameters")


def ranks(recovered: Recovered) -> Figure:
    """Rank histograms: of all parameters together, and of each free one, with what chance does to even ranks."""
    table, known = recovered.ranks, recovered.parameters
    free = [str(name) for name in known.loc[known["use"] == FREE, "parameter"]]
    groups = {"all free": free, "all swept": [name for name in map(str, table.columns) if name not in free]}
    shown = {name: table[columns].to_numpy().ravel() for name, columns in groups.items() if columns}
    shown |= {name.replace("_", " "): table[name].to_numpy() for name in free}
    figure, axes = panels(len(shown), columns=4, height=1.7, width=10.0)
    truths, bins = len(table), recovery.BINS
    low, high = (float(binom.ppf(share, truths, 1 / bins)) / truths for share in (0.05, 0.95))
    for axis, (name, values) in zip(axes, shown.items(), strict=True):
        counts = np.histogram(values, bins, (0.0, 1.0))[0] / len(values)
        axis.axhspan(low, high, color="0.9")  # of one parameter; those together share their truths
        axis.bar((np.arange(bins) + 0.5) / bins, counts, 0.9 / bins, color="C0")
        axis.set_xticks([0, 0.5, 1], ["lowest", "", "highest"])
        axis.set_ylim(0, max(2.5 / bins, 1.05 * counts.max()))
        axis.set_title(name, fontsize=8)
        sns.despine(ax=axis)
    return titled(figure, "Ranks of the truth among the sets drawn for it (grey: 90 % by chance; two heaps: too sure)")


def ridge(recovered: Recovered) -> Figure:
    """Correlation among the sets of one blind fit, of parameters that departures can hardly tell apart."""
    names = [*recovery.RIDGE, "search_abroad", "home_origin", "moving_cost", "beta"]
    names = [name for name in names if name in recovered.ridge]  # one may have been fixed
    shown = recovered.ridge.reindex(index=names, columns=names)
    figure, (axis,) = panels(1, columns=1, height=4.4, width=6.0)
    words = [name.replace("_", " ") for name in names]
    sns.heatmap(
        shown, vmin=-1, vmax=1, cmap="vlag", annot=True, fmt=".2f", annot_kws={"size": 7}, ax=axis, cbar=False,
        xticklabels=words, yticklabels=words,
    )  # fmt: skip
    return titled(figure, "Ridges: correlation among the sets that fit one truth")


def at_the_edge(space: Space, kept: pd.DataFrame) -> list[str]:
    """Free and swept parameters whose weighted median lies at a bound of their range."""
    unit = pd.DataFrame(space.unit(kept), columns=list(space.names))
    weight = kept["weight"].to_numpy()
    middle = {name: weighted_quantile(unit[name].to_numpy(), weight, 0.5) for name in space.used(FREE, "swept")}
    return [name for name, place in middle.items() if not EDGE <= place <= 1 - EDGE]


def summary(
    space: Space,
    waves: Sequence[Wave],
    last: Wave,
    kept: pd.DataFrame,
    moments: Sequence[Moment],
    manifest: Mapping[str, Any],
    ahead: Judged | None,
) -> str:
    """A page in plain sentences, bad news first. last: the last wave, less the sets that were dropped."""
    middle = fit.centre(last, manifest["calibrate"]["kept"])
    core = [one.moment for one in moments if one.core and abs(middle[one.moment]) > 1]
    other = [one.moment for one in moments if not one.core and abs(middle[one.moment]) > 1]
    inside = len(moments) - len(core) - len(other)
    edge = at_the_edge(space, kept)
    said = [
        "# Fit",
        *_fixed(manifest),
        f"Of {len(moments)} fitted moments {inside} are inside their tolerance in the median of the kept sets.",
        *_flattery(last, manifest["calibrate"]["kept"], moments),
        f"Core moments outside: {_listed([f'{name} ({middle[name]:+.1f})' for name in core])}.",
        f"Other moments outside: {_listed([f'{name} ({middle[name]:+.1f})' for name in other])}.",
        f"Parameters at the edge of their range: {_listed(edge)}.",
        *_plausible(ahead, waves[-1], len(last.sets), manifest["calibrate"]["kept"]),
        _how(waves, kept, manifest),
        "",
        f"The same fit again: `{manifest['command']}`",
    ]
    return "\n".join(said) + "\n"


def recovery_summary(recovered: Recovered, truths: int, manifest: Mapping[str, Any]) -> str:
    """Which parameters come back, and which lie on a ridge."""
    back, even = recovered.parameters, recovery.calibration(recovered)
    pairs = recovery.strongest_pairs(recovered.ridge, 8)
    ridges = [f"{row['first']} with {row['second']} ({row['correlation']:+.2f})" for _, row in pairs.iterrows()]
    said = [
        "# Recovery",
        *_fixed(manifest),
        f"{truths} known parameter sets from all over the space were each taken for the world: could a fit find them?",
        f"On average the 90 % bands of the blind fits hold {back['covered'].mean():.0%} of the true values.",
        f"Truths take every rank among their sets evenly for {(even['verdict'] == 'even').sum()} of {len(even)}.",
        *(
            f"Ranks, {word}: {_listed(list(even.loc[even['verdict'] == word, 'parameter']))}."
            for word in ("too sure", "not sure enough", "truths lie higher", "truths lie lower")
            if (even["verdict"] == word).any()
        ),
        "",
        *(
            f"- {word}: {_listed(list(back.loc[back['verdict'] == word, 'parameter']))}"
            for word in ("comes back", "narrowed", "not identified")
        ),
        f"- strongest ridges: {_listed(ridges)}",
        "",
        f"The same again: `{manifest['command']}`",
    ]
    return "\n".join(said) + "\n"


def _how(waves: Sequence[Wave], kept: pd.DataFrame, manifest: Mapping[str, Any]) -> str:
    *searched, last = waves
    done, minutes = sum(len(wave.sets) for wave in searched), manifest["wall_seconds"] / 60
    seeds = f"{last.seeds} new seeds" if last.seeds > 1 else "a new seed"
    effective = 1 / float((kept["weight"] ** 2).sum())
    return (
        f"{done:,} parameter sets were simulated at 1:{1 / manifest['scale']:,.0f} in {minutes:.0f} minutes; of the"
        f" last {len(searched[-1].sets)} the nearest {len(last.sets)} once more with {seeds} each, the run that chose"
        f" them dropped; the {len(kept)} nearest of these are kept, with weights (effective number {effective:.0f})."
    )


def _flattery(last: Wave, kept: int, moments: Sequence[Moment]) -> list[str]:
    """How much of the agreement is due to the seeds that chose: nothing to say where each set has only one."""
    if last.seeds < 2:
        return []
    alone = fit.held_out(last, kept, moments)
    inside = [str(count) for count in (alone.abs() <= 1).sum(axis=1)]
    said = (
        f"Part of this is chance, since these runs chose the sets: with each of the {last.seeds} seeds in turn left out"
        f" of the choice and the sets judged by it alone, {_listed(inside)} are inside."
    )
    return [said]


def _plausible(ahead: Judged | None, whole: Wave, left: int, kept: int) -> list[str]:
    """How many sets each rule dropped, and how many sets met the bars before."""
    if ahead is None:
        return ["No set was run beyond the fitted years, and none was dropped for what it does there."]
    rules, would_be_kept = ahead.dropped(), fit.chosen(whole, kept)
    many, run = len(ahead.plausible), len(whole.sets)
    said = f"{run - many} of the {run} sets leave the plausible after the fitted years and are dropped."
    if left == run and many < run:
        said = f"Only {many} of {run} sets stay within the plausible after the fitted years: none is dropped."
    elif left < kept:
        said += f" That leaves {left}, fewer than the {kept} that were to be kept."
    dropped = [
        f"- {row['rule']}: {row['dropped']} outside, {row['alone']} of them by this rule alone"
        for _, row in rules.iterrows()
    ]
    bars = ahead.bars(would_be_kept)
    bars = bars[bars["wanted"].notna() & (bars["of"] == KEPT)]
    met = [
        f"- {'' if row['met'] else 'missed: '}{row['bar']}: {row['share']:.0%} of {row['sets']} sets, "
        f"wanted {row['wanted']:.0%}"
        for _, row in bars.sort_values("met", kind="stable").iterrows()
    ]
    return ["", said, *dropped, "", "Before any set is dropped, of the sets that would be kept:", *met, ""]


def _fixed(manifest: Mapping[str, Any]) -> list[str]:
    given = [f"{name} = {value:g}" for name, value in manifest["fixed"].items()]
    return [f"Fixed, not searched: {_listed(given)}."] if given else []


def _listed(items: Sequence[str]) -> str:
    return ", ".join(items) if items else "none"
