"""What the command says beside its answer: one line each on standard error."""

from __future__ import annotations

import sys


def notice(words: str) -> None:
    """Say one sentence to whoever watches."""
    print(" ".join(words.split()), file=sys.stderr, flush=True)  # noqa: T201 - this is the command's voice
