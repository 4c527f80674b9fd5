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
    "first_what_if": (2, ["**Overseas experience weighted in hiring**", "times** smaller", "Run it again"]),
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


def test_effects_are_shown_with_unit_interval_and_brackets() -> None:
    rows = [
        ("departures", "all", "persons/yr", 1, 12.0, 10.0, 14.0, True, 1, 2.0, 0.0),
        ("departures", "all", "persons/yr", 3, 1.0, -4.0, 6.0, False, 9, 3.0, 4.0),
        ("fixed_term_share", "all", "share", 1, 0.01, 0.005, 0.015, True, 9, 0.003, 0.004),
        ("cost_a_year", "all", "JPY/yr", 1, -36e6, -46e6, -26e6, True, 1, 10e6, 0.0),
        ("returns", "all", "persons/yr", 1, 0.0, 0.0, 0.0, False, 9, 0.0, 0.0),
        ("returns", "all", "persons/yr", 3, 5.0, float("nan"), float("nan"), False, 1, float("nan"), 0.0),
    ]
    columns = [
        "outcome",
        "group",
        "unit",
        "horizon",
        "effect",
        "low",
        "high",
        "clear",
        "members",
        "chance",
        "parameters",
    ]
    table = effect_table(
        pd.DataFrame(rows, columns=columns), ["departures", "fixed_term_share", "cost_a_year", "returns"], [1, 3, 20]
    )
    assert table.columns.tolist() == ["unit", "after 1 y", "after 3 y"]
    assert table.loc["Departures for a year or more"].tolist() == ["persons/yr", "+12 ± 2", "(+1 ± 5: ±3/±4)"]
    assert table.loc["Fixed-term share of faculty"].tolist()[:2] == ["percentage points", "+1.00 ± 0.50: ±0.30/±0.40"]
    assert table.loc["Cost a year so far"].tolist()[:2] == ["bn JPY/yr", "-0.036 ± 0.01"]
    assert table.loc["Returns"].tolist() == ["persons/yr", "0", "(+5 ± ?)"]
