"""Texts in columns of a terminal or a figure, in which letters of East Asian scripts are twice as wide, and what is
written where an output does not know a letter.
"""

from __future__ import annotations

import codecs
import io
from itertools import pairwise
from typing import TYPE_CHECKING
from unicodedata import combining, east_asian_width, normalize

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

COLUMNS = 80
_CLOSING = "、。）：％～ー\uff1b"  # never first in a line

_INSTEAD = {
    "▲": "^", "▼": "v", "△": "/", "▽": "\\", "≈": "~", "·": ":",  # marks of an answer: no two alike, and never ?
    "│": "|", "→": ">", "…": ".", "—": "-", "●": "*", "±": "+-",
    "\u2212": "-", "\u00d7": "x", "\u2044": "/",  # minus, times, and the bar of a fraction
}  # fmt: skip
"""What is written where an output does not know a letter that an English answer has."""

_LEGIBLE = "brain_circulation.legible"


def legible(stream: TextIO) -> None:
    """Let an output that does not know a letter, such as one in a code page of Windows, write the nearest that it does.

    Where there is none, that is a question mark. An output that was told what to do then (PYTHONIOENCODING) does that.
    """
    if isinstance(stream, io.TextIOWrapper) and stream.errors == "strict":
        codecs.register_error(_LEGIBLE, _nearest)
        stream.reconfigure(errors=_LEGIBLE)


def can_be_written(text: str, encoding: str) -> bool:
    """Whether an output of this encoding knows the letters of a text; signs do not count, `legible` finds others."""
    try:
        "".join(filter(str.isalpha, text)).encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _nearest(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_simpler, error.object[error.start : error.end])), error.end


def _simpler(letter: str) -> str:
    parts = [letter] if letter in _INSTEAD else normalize("NFKD", letter)
    text = "".join(_INSTEAD.get(part, part) for part in parts if not combining(part))
    return text if text and text.isascii() else "?"


def width(text: str) -> int:
    """Columns that a text takes in a terminal."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def cut(text: str, columns: int) -> str:
    """A text that fits, with … where it did not."""
    if width(text) <= columns:
        return text
    while width(text) > columns - 1:
        text = text[:-1]
    return f"{text.rstrip()}…"


def pad(text: str, columns: int) -> str:
    """A text filled up with spaces to so many columns, cut where it is longer."""
    text = cut(text, columns)
    return text + " " * (columns - width(text))


def wrapped(text: str, columns: int = COLUMNS) -> Iterator[str]:
    """A text in lines of so many columns, broken between words, or between letters where there are no words."""
    current = ""
    for word in _words(text):
        if current and width(current + word.rstrip()) > columns:
            yield current.rstrip()
            current = ""
        current += word
    if current.strip():
        yield current.rstrip()


def _words(text: str) -> Iterator[str]:
    """Words with the space after them; letters of scripts without spaces one by one, with what closes after them."""
    word = ""
    for letter, following in pairwise([*text, ""]):
        word += letter
        if letter == " " or (width(letter) > 1 and following not in _CLOSING):
            yield word
            word = ""
    if word:
        yield word
