"""What a report takes a second to load, loaded while something else is waited for."""

from __future__ import annotations

from importlib import import_module
from threading import Thread

_LARGE = (
    *("experiments.report.schema", "experiments.report.whatif_page", "experiments.analysis.effects", "scipy.special"),
    *("fontTools.subset", "fontTools.ttLib", "xlsxwriter", "matplotlib.backends.backend_svg"),
)


def load_meanwhile() -> None:
    """Import the libraries of the report beside what this process does; whoever needs one earlier waits for it."""
    Thread(target=_load, name="report", daemon=True).start()


def _load() -> None:
    for name in _LARGE:
        import_module(name)
