"""Texts in columns of a terminal or a figure, in which letters of East Asian scripts are twice as wide, and what is
written where an output does not know a letter.
"""

from __future__ import annotations

import codecs
import io
import re
from itertools import pairwise
from typing import TYPE_CHECKING
from unicodedata import combining, east_asian_width, normalize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import TextIO

COLUMNS = 80
_CLOSING = "、。）」：％～ー・/\uff1b"  # never first in a line
_OPENING = "（「～"  # never last in a line
_HIRAGANA = re.compile("[ぁ-ゟ]")
_IN_A_ROW = tuple(re.compile(f"[{letters}]+") for letters in ("ァ-ヺー", "一-鿿々"))

_INSTEAD = {
    "▲": "^", "▼": "v", "△": "/", "▽": "\\", "≈": "~", "·": ":",  # marks of an answer: no two alike, and never ?
    "│": "|", "→": ">", "…": ".", "—": "-", "●": "*", "±": "+-",
    "\u2212": "-", "\u00d7": "x", "\u2044": "/",  # minus, times, and the bar of a fraction
}  # fmt: skip
"""What is written where an output does not know a letter that an English answer has."""

_BYTE = 0xDC00  # above it stand the bytes of a name that is no text


def legible(stream: TextIO) -> None:
    """Let an output that does not know a letter, such as one in a code page of Windows, write the nearest that it does.

    Where there is none, that is a question mark. An output that was told what to do then (PYTHONIOENCODING) does that.
    One of a system without a language (LC_ALL=C) still gives names of files back as they are.
    """
    if isinstance(stream, io.TextIOWrapper) and stream.errors in _INSTEAD_OF:
        name, found = _INSTEAD_OF[stream.errors]
        codecs.register_error(name, found)
        stream.reconfigure(errors=name)


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


def _as_it_is_or_nearest(error: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    letter = error.object[error.start]
    byte = ord(letter) - _BYTE
    return bytes([byte]) if byte in range(0x80, 0x100) else _simpler(letter), error.start + 1


_INSTEAD_OF: Mapping[str | None, tuple[str, Callable[[UnicodeError], tuple[str | bytes, int]]]] = {
    "strict": ("brain_circulation.legible", _nearest),
    "surrogateescape": ("brain_circulation.legible_names", _as_it_is_or_nearest),
}
"""By what an output does of itself with a letter that it does not know: what it does instead, and a name for it."""


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
    """A text in lines of so many columns, broken between words, and where a reader of Japanese expects a break."""
    current = ""
    for word in _that_fit(_words(text), columns):
        if current and width(current + word.rstrip()) > columns:
            yield current.rstrip()
            current = ""
        current += word
    if current.strip():
        yield current.rstrip()


def _words(text: str) -> Iterator[str]:
    """Words with the space after them; of scripts without spaces what belongs together: a word with the kana that end
    it, a number with its unit, what stands in a row in one script.
    """
    word = ""
    for letter, following in pairwise([*text, ""]):
        word += letter
        if letter == " " or (width(letter) > 1 and _may_part(letter, following)):
            yield word
            word = ""
    if word:
        yield word


def _that_fit(words: Iterator[str], columns: int) -> Iterator[str]:
    """Words; those of wide letters that are longer than a line letter by letter."""
    for word in words:
        if width(word) > columns and any(width(letter) > 1 for letter in word):
            yield from word
        else:
            yield word


def _may_part(letter: str, following: str) -> bool:
    """Whether a line may end between a wide letter and the one that follows."""
    if not following or following in _CLOSING or letter in _OPENING:
        return False
    return not _HIRAGANA.match(following) and not any(one.fullmatch(letter + following) for one in _IN_A_ROW)
