"""Pictures of a validation, to be read on paper: every series over its band, and skill beside simpler models."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import seaborn as sns

from experiments.calibration.targets import FIT_UNTIL
from experiments.report.figures import panels, save_all, titled
from experiments.validation.baselines import AVERAGE, BASELINES
from experiments.validation.fit_table import ordered
from experiments.validation.forecasts import CHANGE, LEVEL, SAMPLES
from experiments.validation.skill import ERRORS
from sim.vocabulary import LEADING

if TYPE_CHECKING:
    from collections.abc import Container, Sequence
    from pathlib import Path

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim import World

FIRST_YEAR = 2008
_INNER, _OUTER, _LINE = "0.75", "0.93", "0.35"
_FITTED, _KEPT = "#0072b2", "#d55e00"  # told apart by colour-blind readers; points by shape as well
_FOLLOWED = {"0 years": "half a year", "1 year": "1.5 years", "3 years": "3.5 years", "6 years": "6.5 years"}


@dataclass(frozen=True)
class Panel:
    """One statistic and group under the title a reader sees."""

    statistic: str
    group: str
    title: str


SHEETS = ("flows_out", "flows_in", "careers", "foreigners", "dispatch_and_fellows")
"""Every figure of series."""


def sheets(world: World, observed: Container[tuple[str, str]]) -> dict[str, tuple[str, tuple[Panel, ...]]]:
    """Every figure of series of a country: its title and its panels.

    observed: statistics with the groups that were observed there; but for flows, no other region is shown.
    """
    regions = dict(zip(world.abroad, world.names.regions_in_words[1:], strict=True))

    def flows(way: str, rate: str) -> tuple[Panel, ...]:
        shown = {"all": "All regions", **regions}
        by_region = (Panel(f"scholar_{way}", group, title) for group, title in shown.items())
        return (Panel(rate, "all", "Over all published scholars"), *by_region)

    def seen(statistic: str, title: str) -> tuple[Panel, ...]:
        known = ((group, name) for group, name in regions.items() if (statistic, group) in observed)
        return tuple(Panel(statistic, group, title.format(name)) for group, name in known)

    careers = _careers(world.tiers[LEADING], seen("doctorates_abroad", "Doctorates in\n{}"))
    shown = (
        ("Published scholars who leave, by destination", flows("outflow", "scholar_outmigration_rate")),
        ("Published scholars who come, by origin", flows("inflow", "scholar_inmigration_rate")),
        ("Careers and research", careers),
        ("Foreigners", _foreigners(seen("foreign_doctorates_origin", "Foreign doctorates\nfrom {}"))),
        ("Dispatch and overseas fellows", _FELLOWS),
    )
    return dict(zip(SHEETS, shown, strict=True))


_AGES = ("under 40", "40-49", "50-59", "60 and over")


def _careers(leading: str, abroad: tuple[Panel, ...]) -> tuple[Panel, ...]:
    return (
        Panel("doctoral_entrants", "all", "Doctoral entrants"),
        Panel("doctoral_entrants", "working adult", "Entrants who keep a job"),
        Panel("doctoral_entrants", "from master", "Entrants of home\nwithout a job"),
        Panel("doctoral_students", "all", "Doctoral students"),
        Panel("doctoral_students", "working adult", "Students who keep a job"),
        Panel("postdocs", "all", "Postdocs"),
        Panel("postdoc_mean_age", "all", "Mean age of postdocs"),
        Panel("postdoc_to_lasting_post", "all", "Postdocs to a lasting post"),
        Panel("fixed_term_share", leading, f"Fixed-term share,\n{leading}"),
        Panel("under_40_share", leading, f"Under 40,\n{leading}"),
        Panel("research_university_faculty", "permanent", f"Permanent members,\n{leading}"),
        Panel("research_university_faculty", "fixed-term", f"Fixed-term members,\n{leading}"),
        Panel("new_doctorates_abroad", "all", "New doctorates abroad"),
        *abroad,
        Panel("papers", "all", "Papers"),
        Panel("top10_papers", "all", "Top-10 % papers"),
        Panel("coauthored_share", "all", "Papers with authors abroad"),
        *(Panel("teachers_by_age", group, f"Teachers {group}") for group in _AGES),
        *(Panel("teacher_hires_by_age", group, f"Teachers hired {group}") for group in _AGES),
    )


def _foreigners(origins: tuple[Panel, ...]) -> tuple[Panel, ...]:
    return (
        Panel("acceptance_over_30_days", "all", "Accepted over 30 days"),
        *(
            Panel("foreign_share", group, f"Foreign share: {group}")
            for group in ("new doctorates", "doctoral", "postdoc", "faculty")
        ),
        *(
            Panel("foreign_doctorates_here", group, f"Foreign doctorates here\nafter {title}")
            for group, title in _FOLLOWED.items()
        ),
        Panel("doctoral_entrants", "foreign", "Foreign doctoral entrants\nin April"),
        *(
            Panel("foreign_doctorates_placed", group, f"New foreign doctorates\n{group}")
            for group in ("here", "employed here")
        ),
        *origins,
    )


_FELLOWS = (
    Panel("dispatch_over_30_days", "all", "Dispatched over 30 days"),
    Panel("dispatch_over_1_year", "all", "Dispatched over a year"),
    Panel("return_hazard", "first five years", "Back within a year"),
    Panel("fellowship_awards", "all", "Overseas fellowships"),
    Panel("fellowship_applications", "all", "Applicants for overseas\nfellowships"),
    Panel("fellowship_success_rate", "all", "Fellowship success rate"),
    *(
        Panel("fellows_in_post", group, f"Former fellows in post\nafter {group}")
        for group in ("0 years", "1 year", "5 years")
    ),
)

_NOTE = (
    "Line and dark band: median and 90 % of the model's runs, with the chance that everybody simulated would have. "
    "Light band: 90 % for an observation, with the error that its tolerance stands for; wide by construction. Points: "
    f"observed, filled to {FIT_UNTIL} (could be fitted), open after it (kept back)."
)
_BY = {"equal": "", "by flow": " by flow"}
_FIT_NOTE = "In half-widths of the tolerance: within 1 (grey) is inside; beyond 6 is drawn at 6. * core."
_SKILL_NOTE = (
    "Error of the model over that of a simpler model, flows by region and year in both directions; below 1 the model "
    "is better. Points: the ensemble's median; bars: 90 % of single runs, with chance as at 1:1."
)


def draw_all(
    fit: pd.DataFrame, series: pd.DataFrame, skill: pd.DataFrame, world: World, caption: str, folder: Path
) -> None:
    """Draw every figure as PNG."""
    known = series.dropna(subset="observed")
    observed = set(zip(known["statistic"], known["group"], strict=True))
    drawn = {name: partial(sheet, title, shown, series) for name, (title, shown) in sheets(world, observed).items()}
    save_all(drawn, _NOTE, caption, folder)
    save_all({"moments": lambda: moments(fit)}, _FIT_NOTE, caption, folder)
    save_all({"skill": lambda: ratios(skill)}, _SKILL_NOTE, caption, folder)


def sheet(title: str, shown: Sequence[Panel], series: pd.DataFrame) -> Figure:
    """Small multiples of observed series over their bands."""
    figure, axes = panels(len(shown), columns=4, height=2.15, width=10.6)
    rows = series[series["year"] >= FIRST_YEAR].set_index(["statistic", "group"]).sort_index()
    last = int(series["year"].max())
    for axis, panel in zip(axes, shown, strict=True):
        _panel(axis, panel, rows.loc[[(panel.statistic, panel.group)]], last)
    _explained(figure)
    return titled(figure, title)


def _panel(axis: Axes, panel: Panel, rows: pd.DataFrame, last: int) -> None:
    unit = str(rows["unit"].iloc[0])
    factor = 100 if unit.startswith("share") else 1
    year = rows["year"].to_numpy()
    low, middle, high, seen = (rows[name].to_numpy(float) * factor for name in ("low", "simulated", "high", "observed"))
    lowest, highest = (rows[f"observation_{end}"].to_numpy(float) * factor for end in ("low", "high"))
    axis.fill_between(year, lowest, highest, color=_OUTER, linewidth=0)
    axis.fill_between(year, low, high, color=_INNER, linewidth=0)
    axis.plot(year, middle, color=_LINE, linewidth=1.3)
    fitted = year <= FIT_UNTIL
    axis.scatter(year[fitted], seen[fitted], s=15, color=_FITTED, zorder=3)
    axis.scatter(year[~fitted], seen[~fitted], s=19, facecolors="white", edgecolors=_KEPT, linewidths=1.3, zorder=3)
    axis.axvline(FIT_UNTIL + 0.5, color="0.6", linewidth=0.7, linestyle=(0, (3, 2)))
    axis.set_xlim(FIRST_YEAR - 0.5, last + 0.5)
    bottom, top = axis.get_ylim()
    bottom = 0 if bottom > 0 and bottom < 0.6 * top else max(bottom, 0)
    axis.set_ylim(bottom, top + 0.2 * (top - bottom))  # room for the labels of the line
    write = partial(axis.text, y=0.99, va="top", fontsize=6.5, transform=axis.get_xaxis_transform())
    write(FIT_UNTIL + 0.3, s=f"to {FIT_UNTIL}", ha="right", color=_FITTED)
    write(FIT_UNTIL + 0.7, s="kept back", ha="left", color=_KEPT)
    axis.set_xticks([2008, 2012, 2016, 2020], ["2008", "12", "16", "20"])
    axis.set_title(panel.title)
    axis.set_ylabel(unit.replace("share", "%"))
    axis.yaxis.set_major_formatter(lambda value, _: f"{value:,.10g}")
    sns.despine(ax=axis)


def _explained(figure: Figure) -> None:
    """Say once what is what, above the panels, where no observation can lie."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    point = partial(Line2D, [], [], linestyle="none", marker="o")
    handles: list[Any] = [
        (Patch(color=_INNER), Line2D([], [], color=_LINE, linewidth=1.3)),
        Patch(color=_OUTER),
        point(markersize=4, color=_FITTED),
        point(markersize=4.5, markerfacecolor="white", color=_KEPT),
    ]
    names = ["model", "band of an observation", "observed, could be fitted", "observed, kept back"]
    figure.legend(handles, names, loc="upper right", ncols=len(names), frameon=False, fontsize=7.5)


def moments(fit: pd.DataFrame) -> Figure:
    """Distance of every moment from its target, fitted ones beside those kept back or only checked."""
    uses = {"fit": "Fitted", "validate": "Kept back", "check": "Given, only checked"}
    counts = [int((fit["use"] == use).sum()) for use in uses]
    figure, (left, *right) = _columns(counts)
    for axis, use in zip((left, *right), uses, strict=True):
        rows = ordered(fit[fit["use"] == use])
        y = np.arange(len(rows))
        scaled = [(rows[name] - rows["observed"]) / rows["tolerance"] for name in ("low", "simulated", "high")]
        low, middle, high = (values.clip(-6, 6).to_numpy() for values in scaled)
        colours = [_FITTED if held else _KEPT for held in rows["inside"]]
        axis.axvspan(-1, 1, color="0.92")
        axis.hlines(y, low, high, colors=colours, linewidth=1.6)
        axis.scatter(middle, y, color=colours, s=14, zorder=3)
        names = [
            f"{'* ' if core else ''}{name.replace('_', ' ')}"
            for name, core in zip(rows["moment"], rows["core"], strict=True)
        ]
        axis.set_yticks(y, names, fontsize=7)
        axis.set_ylim(len(rows) - 0.4, -0.6)
        axis.set_xlim(-6.2, 6.2)
        axis.set_xticks([-6, -3, -1, 0, 1, 3, 6])
        axis.set_title(uses[use])
        sns.despine(ax=axis)
    left.set_xlabel("half-widths of the tolerance (blue: inside)")
    right[-1].set_xlabel("half-widths of the tolerance")
    return titled(figure, "Moments: median and 90 % band, the farthest core ones first")


def _columns(counts: Sequence[int]) -> tuple[Figure, list[Axes]]:
    """A figure with one tall panel left and the others below each other right, as high as their rows ask."""
    from matplotlib.figure import Figure

    tall, *others = counts
    figure = Figure(figsize=(10.6, 0.185 * max(tall, sum(others) + 5) + 1.2), layout="constrained")
    grid = figure.add_gridspec(1, 2)
    below = grid[0, 1].subgridspec(len(others), 1, height_ratios=[number + 1 for number in others])
    return figure, [figure.add_subplot(grid[0, 0]), *(figure.add_subplot(below[row, 0]) for row in range(len(others)))]


def ratios(skill: pd.DataFrame) -> Figure:
    """Error ratios against every baseline, one panel a sample and forecast."""
    samples = list(skill[["sample", "forecast"]].drop_duplicates().itertuples(index=False, name=None))
    words = {LEVEL: "the model's own level", CHANGE: "observed level, model's change"}
    figure, axes = panels(len(samples), columns=3, height=4.4, width=10.6, sharey=True)
    origins = {sample.name: sample.before for sample in SAMPLES}
    rows = skill[(skill["way"] == "both") & skill["error"].isin(ERRORS)].assign(
        row=lambda t: (
            t["baseline"] + ": " + t["error"].map(_short) + t["weights"].map({"equal": "", "by flow": " by flow"})
        )
    )
    rows = rows.sort_values("baseline", key=lambda names: names.map([*BASELINES, AVERAGE].index), kind="stable")
    names = list(dict.fromkeys(rows["row"]))
    y = np.arange(len(names))
    for axis, (sample, forecast) in zip(axes, samples, strict=True):
        shown = rows[(rows["sample"] == sample) & (rows["forecast"] == forecast)].set_index("row").reindex(names)
        axis.set_xscale("log")
        axis.set_xlim(0.2, 12)
        if shown["ratio"].notna().any():
            axis.axvline(1, color="0.6", linewidth=0.8)
            low, middle, high = (shown[name].clip(0.2, 12) for name in ("low", "ratio", "high"))
            colours = [_FITTED if ratio < 1 else _KEPT for ratio in shown["ratio"]]
            axis.hlines(y, low, high, colors=colours, linewidth=1.6)
            axis.scatter(middle, y, color=colours, s=16, zorder=3)
        else:
            said = f"skipped: this needs the\nensemble of a fit to {origins[sample]}"
            axis.text(1.5, len(names) / 2, said, ha="center", va="center", fontsize=7, color="0.4")
        axis.set_yticks(y, names, fontsize=7)
        axis.set_ylim(len(names) - 0.4, -0.6)
        axis.set_xticks([0.25, 0.5, 1, 2, 4, 8], ["¼", "½", "1", "2", "4", "8"])
        axis.minorticks_off()
        axis.set_title(f"{sample[0].upper()}{sample[1:]}\n{words[forecast]}")
        axis.set_xlabel("error, model over baseline")
        sns.despine(ax=axis)
    return titled(figure, "Flows by region: the model beside simpler models")


def _short(error: str) -> str:
    return {"root mean squared error": "RMSE", "mean absolute log error": "log error"}[error]
