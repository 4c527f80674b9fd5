"""Errors in what the user asked for, each in one sentence that names the fix."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


class InputError(Exception):
    """A request that cannot be run; the message is one sentence for the user."""


class UnknownError(InputError):
    """A request that names something that nobody knows."""


class RunError(Exception):
    """A request that was fine and could not be finished; the message is one sentence that says what is kept."""


class PrintError(RunError):
    """An answer that standard output did not take, for lack of space for instance, as the system says."""

    def __init__(self, why: str, then: str = "send it elsewhere") -> None:
        super().__init__(f"What is printed could not be written to standard output ({why}): {then}.")
        self.why = why

    def beside(self, folder: Path) -> PrintError:
        """The same where all is stored nevertheless, in a folder."""
        return PrintError(self.why, f"the result is whole in {folder}, and the same command prints it again")


def unknown(kind: str, name: str, known: Iterable[str]) -> UnknownError:
    """The error for a name nobody knows, with the nearest names that exist."""
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(names) or 'none'}."
    return UnknownError(f"There is no {kind} named '{name}': {hint}")


def as_input_error(error: ValueError) -> InputError:
    """What the model says about a value or a file, as the sentence of a wrong request."""
    sentence = "; ".join(line.strip() for line in str(error).splitlines())
    first = sentence.partition(" ")[0]
    return InputError(sentence[0].upper() + sentence[1:] if first.isalpha() else sentence)  # never Drivers.csv
