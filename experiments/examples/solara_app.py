"""Mesa's SolaraViz shows the model's year: play, step, move two levers and begin again.

python -m experiments.examples.watch
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import seaborn as sns
import solara
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from mesa.visualization import Slider, SolaraViz
from mesa.visualization.utils import update_counter

from experiments.request.comparison import lever_policy
from sim import BrainCirculation

FORK, SCALE = 2025, 0.05
PEOPLE_TO_FOLLOW = 50


class Watched(BrainCirculation):
    """The model at the end of 2025, with two levers that hold from 2026 on; it stops where the world's data stop."""

    def __init__(
        self,
        overseas_weight: float = 0.0,
        fellowship_places: float = 195.0,
        *,
        scale: float | None = None,
        seed: int = 1,
    ) -> None:
        levers = {
            "hiring.overseas_weight": overseas_weight,
            "programmes.overseas_fellowship.places": fellowship_places,
        }
        super().__init__(policies=[lever_policy(levers, FORK + 1)], scale=scale or SCALE, seed=seed, chronicle=True)
        self.run_through(FORK)
        students = self.people.identity[self.people.stage == 0]
        self.followed = sorted(students.tolist())[:: max(1, len(students) // PEOPLE_TO_FOLLOW)]

    def step(self) -> None:
        """One year; nothing happens once the last year is over."""
        if self.year < self.world.last_year:
            super().step()
        self.running = self.year < self.world.last_year


SLIDERS = {
    "overseas_weight": Slider("Weight of time abroad in hiring, SD of score", 0.0, 0.0, 1.0, 0.1, dtype=float),
    "fellowship_places": Slider("Overseas fellowships a year, places", 195.0, 0.0, 975.0, 65.0, dtype=float),
}


def lines(model: BrainCirculation, outcome: str, groups: list[str], title: str, unit: str) -> Figure:
    """Groups of one outcome over the years, each labelled where it ends; the dotted line is where the levers begin."""
    table = model.table()
    table = table[(table["outcome"] == outcome) & table["group"].isin(groups)]
    wide = table.pivot_table(index="year", columns="group", values="value")
    colours = dict(zip(groups, sns.color_palette("colorblind", len(groups)), strict=True))
    figure = Figure(figsize=(6, 3.6), layout="constrained")
    axis = figure.subplots()
    gap, height = 0.055 * float(wide.to_numpy().max()), -np.inf
    for key, last in wide.iloc[-1].sort_values().items():
        name = str(key)
        axis.plot(wide.index, wide[name], color=colours[name], linewidth=1.4)
        height = max(last, height + gap)  # names must not lie on each other
        axis.text(wide.index[-1] + 0.3, height, name, color=colours[name], va="center", fontsize=8)
    axis.axvline(FORK + 0.5, color="0.5", linestyle=":", linewidth=1)
    axis.set(title=title, ylabel=unit, ylim=(0, None))
    axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    sns.despine(ax=axis)
    return figure


def abroad(model: BrainCirculation) -> list[str]:
    """The regions other than home."""
    return list(model.world.regions[1:])


def whereabouts(model: BrainCirculation) -> pd.DataFrame:
    """People at full size by stage and region, without candidates from elsewhere who were not hired."""
    people = model.researchers.select(candidate=False).to_frame(["stage", "region"])
    counts = pd.crosstab(people["stage"], people["region"]) / model.scale
    counts.columns = counts.columns.astype(str)
    return counts.round().astype(int).rename_axis(index="stage", columns=None).reset_index()


@solara.component  # type: ignore[untyped-decorator]  # Solara is an extra and not read
def Departures(model: BrainCirculation) -> None:  # noqa: N802 - Solara names components like classes
    """Who leaves, by region."""
    update_counter.get()
    solara.FigureMatplotlib(lines(model, "departures", abroad(model), "Departures by region", "persons/yr"))


@solara.component  # type: ignore[untyped-decorator]  # Solara is an extra and not read
def Faculty(model: BrainCirculation) -> None:  # noqa: N802
    """Faculty at home by rank."""
    update_counter.get()
    ranks = ["fixed-term", "tenure-track", "permanent"]
    solara.FigureMatplotlib(lines(model, "faculty", ranks, "Faculty by rank", "persons"))


@solara.component  # type: ignore[untyped-decorator]  # Solara is an extra and not read
def StockAbroad(model: BrainCirculation) -> None:  # noqa: N802
    """Researchers of home origin abroad, by region."""
    update_counter.get()
    solara.FigureMatplotlib(lines(model, "stock_abroad", abroad(model), "Researchers abroad", "persons"))


@solara.component  # type: ignore[untyped-decorator]  # Solara is an extra and not read
def Whereabouts(model: BrainCirculation) -> None:  # noqa: N802
    """A table of who is where."""
    update_counter.get()
    with solara.Card(f"Who is where at the end of {model.year}, persons"):
        solara.DataFrame(whereabouts(model), items_per_page=10)


@solara.component  # type: ignore[untyped-decorator]  # Solara is an extra and not read
def Life(model: BrainCirculation) -> None:  # noqa: N802
    """The life of one of those who were doctoral students at the end of 2025."""
    update_counter.get()
    number, choose = solara.use_state(0)
    identity = model.followed[min(number, len(model.followed) - 1)]
    with solara.Card(f"Researcher {identity}, in {model.year}"):
        solara.SliderInt("another person", value=number, on_value=choose, max=len(model.followed) - 1)
        solara.Markdown("\n".join(f"- {line}" for line in model.chronicle.of(identity)))


COMPONENTS = [(component, 0) for component in (Departures, Faculty, StockAbroad, Whereabouts, Life)]


@solara.component  # type: ignore[untyped-decorator]  # Solara is an extra and not read
def Page() -> None:  # noqa: N802
    """What a browser shows."""
    model = solara.use_memo(Watched, [])
    SolaraViz(
        model, components=COMPONENTS, model_params=SLIDERS, name="Brain circulation, year by year", play_interval=500
    )
