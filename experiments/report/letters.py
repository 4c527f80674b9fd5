"""Texts in columns of a terminal or a figure, in which letters of East Asian scripts are twice as wide."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

if TYPE_CHECKING:
    from collections.abc import Iterator

COLUMNS = 80
_CLOSING = "、。）：％～ー\uff1b"  # never first in a line


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
