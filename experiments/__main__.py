"""Where the command starts: Ctrl-C is heard before anything large is imported."""

from __future__ import annotations

import sys


def main() -> None:
    """Import the command and run it; see `experiments.cli.main`."""
    try:
        from experiments.cli import main as command
    except KeyboardInterrupt:
        print("Stopped before anything was run.", file=sys.stderr)  # noqa: T201 - the command's own output
        raise SystemExit(130) from None
    command.main()


if __name__ == "__main__":
    main()
