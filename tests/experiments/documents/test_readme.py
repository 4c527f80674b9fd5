"""The commands that the documents show are accepted as they stand."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from hydra import compose, initialize_config_dir

from experiments.cli import overrides
from experiments.cli.main import study_of
from experiments.request.composition import SETTINGS, plain

HOUSE = Path(__file__).parents[3]
TEXTS = {
    name: (HOUSE / name).read_text(encoding="utf-8")
    for name in (
        "README.md",
        "README.ja.md",
        "CONTRIBUTING.md",
        "docs/quasi.md",
        "docs/responses.md",
        "docs/start.md",
        "docs/start_ja.md",
    )
}


def commands() -> list[str]:
    """The arguments of every command shown."""
    shown = [r'make run ARGS="(.+)"', r"^brain-circulation (?!schedule)([^#\n]+)"]
    found = [line.strip() for text in TEXTS.values() for form in shown for line in re.findall(form, text, re.MULTILINE)]
    return sorted(set(found))


@pytest.mark.parametrize("arguments", commands())
def test_commands_are_accepted(arguments: str) -> None:
    given = overrides.as_hydra_reads(shlex.split(arguments))
    if "-m" in given:
        given = [argument.partition(",")[0] for argument in given if argument != "-m"]  # its first point
    with initialize_config_dir(str(SETTINGS), version_base="1.3"):
        study = study_of(plain(compose("config", overrides=given)))
    assert study is not None


def test_settings_named_in_the_text_are_settings() -> None:
    with initialize_config_dir(str(SETTINGS), version_base="1.3"):
        known = plain(compose("config"))
    for name in re.findall(r"`(\w+)=[^`]*`", TEXTS["README.md"]):
        assert name in known or name in {"experiment", "chronicle", "observed", "calls"}, name
