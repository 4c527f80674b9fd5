"""Running the notebooks: a source becomes an executed copy, as a notebook and as a page to read in a browser."""

from __future__ import annotations

import html
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jupytext
import nbformat
from markdown_it import MarkdownIt
from nbclient import NotebookClient
from traitlets.config import Config

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from nbformat import NotebookNode

SOURCES = Path(__file__).parent
ROOT = SOURCES.parents[1]
NOTEBOOKS = ("first_what_if", "two_levers", "two_lives")
_PARAMETERS = "parameters"  # tag of the cell that sets the size of the run
_SECONDS = 1800  # for one cell
_STYLE = """
body { font: 16px/1.5 sans-serif; max-width: 940px; margin: 2em auto; padding: 0 1em; color: #222 }
table { border-collapse: collapse; font-size: 14px; margin: 1em 0 } td, th { padding: 2px 10px; text-align: left }
tr { border-bottom: 1px solid #ddd } img { max-width: 100%; height: auto } pre { overflow-x: auto; font-size: 13px }
summary { color: #888; font-size: 13px; cursor: pointer }
"""


def execute(name: str, changes: Mapping[str, object] | None = None) -> NotebookNode:
    """A notebook run from top to bottom, the values of its parameter cell changed as asked.

    Raises nbclient's CellExecutionError for a cell that fails, ValueError for a parameter the notebook does not have.
    """
    notebook: NotebookNode = jupytext.read(SOURCES / f"{name}.py")
    if changes:
        _change(notebook, changes)
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"  # the same in every copy
    client = NotebookClient(
        notebook,
        timeout=_SECONDS,
        kernel_name="python3",
        record_timing=False,
        resources={"metadata": {"path": str(ROOT)}},
        config=Config({"KernelManager": {"transport": "ipc"}}),
    )
    client.execute()
    return notebook


def write(notebook: NotebookNode, name: str, folder: Path) -> list[Path]:
    """Keep an executed copy as .ipynb and as one .html file that needs nothing else."""
    folder.mkdir(parents=True, exist_ok=True)
    copy, page = folder / f"{name}.ipynb", folder / f"{name}.html"
    copy.write_text(f"{nbformat.writes(notebook)}\n", encoding="utf-8")
    page.write_text("\n".join(_page(notebook, name)), encoding="utf-8")
    return [copy, page]


def _change(notebook: NotebookNode, changes: Mapping[str, object]) -> None:
    """Put assignments below the parameter cell."""
    places = [i for i, cell in enumerate(notebook.cells) if _PARAMETERS in cell.metadata.get("tags", ())]
    if len(places) != 1:
        raise ValueError(f"a notebook needs one cell tagged {_PARAMETERS}, not {len(places)}.")
    given = {line.partition("=")[0].strip() for line in notebook.cells[places[0]].source.splitlines()}
    if strange := sorted(set(changes) - given):
        raise ValueError(f"the notebook has no parameter {', '.join(strange)}; it has {', '.join(sorted(given))}.")
    source = "\n".join(f"{name} = {value!r}" for name, value in changes.items())
    notebook.cells.insert(places[0] + 1, nbformat.v4.new_code_cell(source))


def _page(notebook: NotebookNode, name: str) -> Iterator[str]:
    markdown = MarkdownIt("commonmark").enable("table")
    yield f"<!doctype html><html lang='en'><head><meta charset='utf-8'><title>{name.replace('_', ' ')}</title>"
    yield f"<style>{_STYLE}</style></head><body>"
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            yield markdown.render(cell.source)
        elif cell.cell_type == "code":
            yield f"<details><summary>code</summary><pre>{html.escape(cell.source)}</pre></details>"
            for output in cell.outputs:
                yield _shown(output, markdown)
    yield "</body></html>"


def _shown(output: Any, markdown: MarkdownIt) -> str:  # noqa: ANN401 - a notebook's node
    data = output.get("data", {})
    if "image/png" in data:
        return f"<img alt='figure' src='data:image/png;base64,{data['image/png'].strip()}'>"
    if "text/html" in data:
        return str(data["text/html"])
    if "text/markdown" in data:
        return str(markdown.render(data["text/markdown"]))
    return f"<pre>{html.escape(data.get('text/plain', output.get('text', '')))}</pre>"
