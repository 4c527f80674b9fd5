"""The notebooks run from top to bottom at a tiny size, show what they promise, and are kept as copies."""

import base64
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from experiments.notebooks import running
from experiments.notebooks.showing import effect_table

if TYPE_CHECKING:
    from nbformat import NotebookNode

TINY = {
    "first_what_if": {"scale": 0.01, "replicates": 4, "until": 2030, "workers": 1},
    "two_levers": {
        "weights": [0, 1],
        "stipends": [22500, 42500],
        "scale": 0.005,
        "replicates": 2,
        "until": 2028,
        "workers": 1,
    },
    "two_lives": {"scale": 0.01, "until": 2030},
}
SHOWS = {
    "first_what_if": (2, ["**Overseas experience weighted in hiring**", "of the spread", "Run it again"]),
    "two_levers": (2, ["4 points, each with 2 paired replicates", "changes nothing: **0**", "both minus the sum"]),
    "two_lives": (
        1,
        ["people change course by 2030", "The two lives part in **20", "**With the policy**: ", "in this decision: **"],
    ),
}


def outputs(notebook: "NotebookNode") -> list[dict[str, str]]:
    found = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert [output for output in found if output.output_type == "stream"] == []  # no warning, no progress bar
    return [output["data"] for output in found]


def test_every_source_is_run() -> None:
    folder = Path(running.__file__).parent
    sources = {path.stem for path in folder.glob("*.py") if "# %%" in path.read_text(encoding="utf-8")}
    assert sources - {"running"} == set(running.NOTEBOOKS) == set(TINY)


@pytest.mark.parametrize("name", running.NOTEBOOKS)
def test_a_notebook_runs_and_shows(name: str, tmp_path: Path) -> None:
    notebook = running.execute(name, TINY[name])
    shown = outputs(notebook)
    figures, phrases = SHOWS[name]
    pictures = [base64.b64decode(data["image/png"]) for data in shown if "image/png" in data]
    assert len(pictures) == figures
    assert all(picture.startswith(b"\x89PNG") for picture in pictures)
    text = "\n".join(data.get("text/markdown", "") + data.get("text/plain", "") for data in shown)
    for phrase in phrases:
        assert phrase in text
    copies = running.write(notebook, name, tmp_path)
    assert [path.suffix for path in copies] == [".ipynb", ".html"]
    for path in copies:
        kept = path.read_text(encoding="utf-8")
        assert str(running.ROOT) not in kept
        assert len(kept) < 600_000
    assert copies[1].read_text(encoding="utf-8").count("<img ") == figures


def test_parameters_are_changed_below_their_cell_and_unknown_ones_refused() -> None:
    notebook = running.jupytext.read(running.SOURCES / "two_lives.py")
    cells = len(notebook.cells)
    running._change(notebook, {"scale": 0.005})
    place = next(i for i, cell in enumerate(notebook.cells) if "parameters" in cell.metadata.get("tags", ()))
    assert notebook.cells[place + 1].source == "scale = 0.005"
    assert len(notebook.cells) == cells + 1
    with pytest.raises(ValueError, match=r"no parameter scael; it has policy, scale, seed, until"):
        running._change(notebook, {"scael": 0.005})


def test_effects_are_shown_with_unit_mark_and_range() -> None:
    years = {"reference": 1000.0, "agreement": 1.0, "sets": 40, "replicates": 40, "group": "all"}
    columns = ["outcome", "unit", "first", "last", "effect", "low", "high", "certainty"]
    rows = [
        ("departures", "persons/yr", 2026, 2030, 12.0, 10.0, 14.0, "higher"),
        ("departures", "persons/yr", 2031, 2035, 1.0, -4.0, 6.0, "open"),
        ("fixed_term_share", "share", 2026, 2030, 0.01, 0.005, 0.015, "higher"),
        ("cost", "JPY/yr", 2026, 2030, -36e6, -46e6, -26e6, "lower"),
        ("returns", "persons/yr", 2026, 2030, 0.0, 0.0, 0.0, "no effect"),
        ("returns", "persons/yr", 2031, 2035, 5.0, float("nan"), float("nan"), "too few sets"),
    ]
    effects = pd.DataFrame(rows, columns=columns).assign(**years)
    table = effect_table(effects, ["departures", "fixed_term_share", "cost", "returns"])
    assert table.columns.tolist() == ["unit", "2026-2030", "2031-2035"]
    at = table.loc["Departures for a year or more"].tolist()
    assert at == ["persons a year", "▲ +12 (10 to 14)", "? +1.0 (-4.0 to +6.0)"]
    assert table.loc["Fixed-term share of faculty"].tolist()[:2] == ["percentage points", "▲ +1.0 (0.5 to 1.5)"]
    assert table.loc["Public cost"].tolist()[:2] == ["bn JPY a year", "▼ -0.036 (-0.046 to -0.026)"]
    assert table.loc["Returns"].tolist() == ["persons a year", "- 0", "· +5.0"]
