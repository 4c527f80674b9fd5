"""Files that were changed at random are read as what they say, or refused in one sentence that names the file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import Country, DataError, PolicyError
from sim.instruments.policy import read_measure
from sim.world.programmes import programme
from sim.world.reading import FormError, at_line, read_yaml

if TYPE_CHECKING:
    from collections.abc import Callable

CONFIGS = Path(__file__).parents[3] / "configs"
MEASURES = [
    path.read_text(encoding="utf-8") for kind in ("policy", "world") for path in (CONFIGS / kind).glob("*.yaml")
]
PROGRAMMES = [
    path.read_text(encoding="utf-8")
    for path in Path(str(Country.load().file("programmes"))).glob("*.yaml")
    if path.stem != "programmes"
]
VALUES = (
    *("yes", "no", "on", "Off", "0x1F", "0o17", "017", "1:30", "1_000", ".inf", "-.inf", ".nan", "1e999", "~", "null"),
    *(
        "true",
        "[]",
        "{}",
        "{2026: 1}",
        "{2026: yes}",
        "[1, 2]",
        "''",
        '"',
        "&a 1",
        "*a",
        "!!python/name:os.system",
        "\t1",
    ),
    *(
        "-1",
        "0",
        "1e-300",
        "1e300",
        "20x6",
        "2026-01-01",
        "題",
        "drivers.exchange_rate[US",
        "x" * 300,
        "\x00",
        "%",
        "- 1",
    ),
)


@st.composite
def mutated(draw: st.DrawFn, texts: list[str]) -> str:
    """One of these texts with one to three lines changed."""
    lines = draw(st.sampled_from(texts)).splitlines()
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(lines) - 1))
        line, value = lines[at], draw(st.sampled_from(VALUES))
        key, colon, _ = line.partition(":")
        lines[at : at + 1] = draw(
            st.sampled_from(
                [
                    [],
                    [line, line],
                    [f"{key}{colon} {value}"],
                    [f"{key}x{colon}{line.partition(':')[2]}"],
                    [f" {line}"],
                    [line[: len(line) // 2]],
                    [line, f"colour: {value}"],
                    [value],
                ]
            )
        )
        if not lines:
            break
    return "\n".join(lines)


def sentence_or_nothing(read: Callable[[Path], object], file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
    try:
        read(file)
    except (PolicyError, DataError, FormError) as error:
        said = str(error)
        assert said.endswith((".", "?")), said
        assert "\n" not in said
        assert "Traceback" not in said
        assert file.name in said


@settings(max_examples=100, deadline=None, derandomize=True)
@given(text=mutated(MEASURES))
def test_a_mutated_policy_or_world_is_read_or_refused_in_one_sentence(
    text: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    sentence_or_nothing(read_measure, tmp_path_factory.getbasetemp() / "mutated_measure.yaml", text)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(text=mutated(PROGRAMMES))
def test_a_mutated_programme_is_read_or_refused_in_one_sentence(
    text: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    def read(file: Path) -> None:
        try:
            programme(read_yaml(file))
        except FormError as error:
            raise DataError(f"{file.name}{at_line(file, error.where)}: {error}") from None

    sentence_or_nothing(read, tmp_path_factory.getbasetemp() / "mutated_programme.yaml", text)


GOOD = """kind: policy
name: mine
title: t
title_ja: t
source: s
grade: A
start: 2026
changes:
  - lever: hiring.overseas_weight
    add: 0.5
    source: s
    grade: A
"""


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("add: 0.5", "add: yes", r"mine\.yaml line 10: policy mine: changes\.0\.add: 'yes' is no number"),
        ("add: 0.5", "add: 017", r"line 10: .* '017' is no number"),
        ("add: 0.5", "add: 1:30", r"line 10: .* '1:30' is no number"),
        ("add: 0.5", "add: 1e999", r"line 10: .* inf is not finite"),
        ("add: 0.5", "add: {2026: yes}", r"line 10: .* 'yes' in 2026 is no number"),
        ("add: 0.5", "ad: 0.5", r"line \d+: .* did you mean 'add'"),
        ("grade: A\nstart", "grade: B\nstart", r"line 6: policy mine: grade"),
        ("start: 2026", "strat: 2026", r"did you mean 'start'"),
        ("name: mine", "name: aux", r"line 2: policy aux: name: 'aux' is a device on Windows.*; choose another name"),
        ("name: mine", "name: mine\nname: other", r"line 3: 'name' is given twice; keep one"),
        ("lever: hiring", "lever: hiring.x[", r"line 9: .* is no address"),
        ("changes:", "changes: {lever: a[b, c], add: 1}\nmore:", r"line \d+: .*"),
    ],
)
def test_what_is_wrong_is_found_by_file_and_line(old: str, new: str, words: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(PolicyError, match=words):
        read_measure(file)


def test_another_encoding_is_named(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_bytes(GOOD.replace("title_ja: t", "title_ja: 題").encode("cp932"))
    with pytest.raises(PolicyError, match=r"mine\.yaml is not UTF-8 text; save it in that encoding"):
        read_measure(file)
