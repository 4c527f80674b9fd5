"""Where the command starts: Ctrl-C is heard before anything large is imported."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType


def main() -> None:
    """Import the command and run it; see `experiments.cli.main`. What asks it to end is heard as Ctrl-C is."""
    for name in ("SIGTERM", "SIGHUP"):  # the second is not known everywhere
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _stop)
    if sys.stderr.isatty():  # imports take a second or two; the next line that is printed takes the place of this one
        print("Reading the request ...", end="\r", file=sys.stderr, flush=True)  # noqa: T201 - the command's own output
    try:
        from experiments.cli import main as command
    except KeyboardInterrupt:
        print("Stopped before anything was run.", file=sys.stderr)  # noqa: T201 - the command's own output
        raise SystemExit(130) from None
    command.main()


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
