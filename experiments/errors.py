"""What goes wrong because of what was typed, said in one sentence that names the fix."""

import difflib
from collections.abc import Iterable


class InputError(Exception):
    """A request that cannot be run; the message is one sentence for the person who typed it."""


def unknown(kind: str, name: str, known: Iterable[str]) -> InputError:
    """The error for a name nobody knows, with the nearest names that exist."""
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(names) or 'none'}."
    return InputError(f"There is no {kind} named '{name}': {hint}")


def as_input_error(error: ValueError) -> InputError:
    """What the model says about a value or a file, as the sentence of a wrong request."""
    sentence = "; ".join(line.strip() for line in str(error).splitlines())
    return InputError(sentence[0].upper() + sentence[1:])
