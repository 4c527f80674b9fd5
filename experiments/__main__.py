"""Where the command starts: Ctrl-C is heard before anything large is imported."""

from __future__ import annotations

import gc
import sys
import warnings

from experiments import stops

_STOPPED = 130  # exit code
_MADE_BEFORE_GARBAGE = 100_000  # objects: imports make as many, which stay; a tenth of a short command's time


def main() -> None:
    """Import the command and run it; see `experiments.cli.main`. What asks it to end is heard as Ctrl-C is."""
    gc.set_threshold(_MADE_BEFORE_GARBAGE)
    stops.hear()
    try:
        if sys.stderr.isatty():  # imports take a second or two; the next line that is printed takes the place of this
            print("Reading the request ...", end="\r", file=sys.stderr, flush=True)  # noqa: T201 - the command's own
        try:
            with stops.heeded():
                from experiments.cli import main as command
        except KeyboardInterrupt:
            print("Stopped before anything was run.", file=sys.stderr)  # noqa: T201 - the command's own output
            raise SystemExit(_STOPPED) from None
        command.main()
    except SystemExit as end:
        if end.code == _STOPPED:
            warnings.simplefilter("ignore", ResourceWarning)  # of a file that an import had open as the stop came
        raise
    finally:
        stops.hear_no_more()
        eval("None")  # noqa: S307 - else Python dies of SIGINT where Ctrl-C came while a library evaluated a string


if __name__ == "__main__":
    main()
