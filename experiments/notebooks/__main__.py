"""Run every notebook and keep the executed copies: python -m experiments.notebooks [NAME ...]."""

from __future__ import annotations

import sys
import time

from experiments.notebooks.running import NOTEBOOKS, ROOT, execute, write

FOLDER = ROOT / "results" / "notebooks"


def main() -> None:
    """Run the notebooks named on the command line, or all of them."""
    wanted = sys.argv[1:] or NOTEBOOKS
    if unknown := [name for name in wanted if name not in NOTEBOOKS]:
        raise SystemExit(f"There is no notebook {', '.join(unknown)}; there are {', '.join(NOTEBOOKS)}.")
    for name in wanted:
        start = time.perf_counter()
        paths = write(execute(name), name, FOLDER)
        shown = ", ".join(str(path.relative_to(ROOT)) for path in paths)
        print(f"{name}: {time.perf_counter() - start:.0f} s -> {shown}")  # noqa: T201 - the command's own output


if __name__ == "__main__":
    main()
