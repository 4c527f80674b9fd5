"""An answer is legible wherever it is printed: marks stay apart, and no output makes the command fail."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.errors import InputError
from experiments.report.language import TEXTS, texts
from experiments.report.letters import can_be_written, legible, width, wrapped
from experiments.report.screen import MARKS
from experiments.run.study import _refuse_illegible

if TYPE_CHECKING:
    from collections.abc import Iterator

ENCODINGS = ["ascii", "latin-1", "cp437", "cp850", "cp932", "cp1252", "euc_jp"]


def printed(text: str, encoding: str, errors: str = "strict") -> str:
    """What a reader of an output sees. errors: what the output does of itself with what it does not know."""
    kept = io.BytesIO()
    stream = io.TextIOWrapper(kept, encoding=encoding, errors=errors)
    legible(stream)
    stream.write(text)
    stream.flush()
    return kept.getvalue().decode(encoding, errors)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_marks_of_certainty_stay_apart(encoding: str) -> None:
    seen = [printed(mark, encoding) for mark in MARKS.values()]
    assert len(set(seen)) == len(MARKS)
    assert [mark for mark in MARKS.values() if printed(mark, encoding) == "?"] == [MARKS["open"]]
    assert {len(mark) for mark in seen} == {1}  # columns stay where they are


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_minus_signs_and_letters_of_an_english_answer_are_legible(encoding: str) -> None:
    said = "".join(every(texts("en"))) + "│ → … — \u2212 \u00d7 ½ Schröder"
    lost = {letter for letter in said if letter != "?" and printed(letter, encoding) == "?"}
    assert lost <= set("日本語◀▶✕")  # of the page alone


def every(found: object) -> Iterator[str]:
    """All texts of a language."""
    if isinstance(found, dict):
        for one in found.values():
            yield from every(one)
    else:
        yield str(found)


def test_a_name_that_is_no_text_does_not_stop_the_answer() -> None:
    assert printed("results/\udcff", "utf-8") == "results/?"


@pytest.mark.parametrize("encoding", [*ENCODINGS, "utf-8"])
def test_a_system_without_a_language_shows_what_others_do_and_names_as_they_are(encoding: str) -> None:
    said = "".join(every(texts("en"))) + "".join(MARKS.values()) + "日本語 ½"
    assert printed(said, encoding, "surrogateescape") == printed(said, encoding)
    name = b"results/\xff".decode(encoding, "surrogateescape")
    assert printed(f"日{name}日", encoding, "surrogateescape")[1:-1] == name


def test_what_an_output_was_told_to_do_it_does() -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii", errors="backslashreplace")
    legible(stream)
    assert stream.errors == "backslashreplace"


@pytest.mark.parametrize(
    ("language", "encoding", "known"),
    [("en", "ascii", True), ("ja", "utf-8", True), ("ja", "cp932", True), ("ja", "euc_jp", True)]
    + [("ja", encoding, False) for encoding in ("ascii", "latin-1", "cp437", "cp1252")],
)
def test_a_language_that_cannot_be_printed_is_refused_before_anything_is_run(
    language: str, encoding: str, known: bool
) -> None:
    if known:
        _refuse_illegible(language, encoding)
    else:
        with pytest.raises(InputError, match="set PYTHONIOENCODING=utf-8, or give language=en"):
            _refuse_illegible(language, encoding)


@pytest.mark.parametrize("encoding", ["cp932", "euc_jp"])
def test_encodings_of_japan_know_every_letter_of_the_japanese_texts(encoding: str) -> None:
    assert can_be_written((TEXTS / "ja.yaml").read_text(encoding="utf-8"), encoding)


@pytest.mark.parametrize(
    ("text", "columns", "lines"),
    [
        ("渡航先別の増減（人/年）", 22, ["渡航先別の増減", "（人/年）"]),
        ("帰国（2031～2035年の平均）", 18, ["帰国", "（2031～2035年の", "平均）"]),
        ("割合、ポイント（政策なし 23.5 ％）", 22, ["割合、ポイント", "（政策なし 23.5 ％）"]),
        ("三施策のパッケージ", 14, ["三施策の", "パッケージ"]),
        ("one two three", 8, ["one two", "three"]),
        ("ありのままのひらがな", 6, ["ありの", "ままの", "ひらが", "な"]),  # nowhere to break: letter by letter
    ],
)
def test_lines_end_where_a_reader_expects_it(text: str, columns: int, lines: list[str]) -> None:
    assert list(wrapped(text, columns)) == lines


@given(text=st.text("日本の研究者は、（2031～2035年）ポストー人/年 a", max_size=60), columns=st.integers(24, 100))
def test_lines_are_no_longer_than_they_may_be_and_lose_nothing(text: str, columns: int) -> None:
    lines = list(wrapped(text, columns))
    assert all(width(line) <= columns or " " not in line.strip() for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
