"""What the command says beside its answer: one line each on standard error."""

from __future__ import annotations

import sys


def notice(words: str) -> None:
    """Print one sentence for the user."""
    print(" ".join(words.split()), file=sys.stderr, flush=True)  # noqa: T201 - the command's own output
