"""Names that Windows cannot give are seen on every system; all others are taken, whatever their script."""

from __future__ import annotations

import pytest

from sim.world.portable import unportable


@pytest.mark.parametrize("name", ["CON", "nul", "aux.yaml", "Prn.tar.gz", "com1", "LPT9.csv", "COM¹", "nul .txt"])
def test_devices_are_no_names(name: str) -> None:
    assert "is a device on Windows" in unportable(name)


@pytest.mark.parametrize("name", ["results.", "results ", "a.yaml...", "a. ", "日本 "])
def test_dots_and_spaces_at_the_end_would_be_lost(name: str) -> None:
    assert "ends in a dot or a space" in unportable(name)


@pytest.mark.parametrize(
    "name", ["", ".", "..", "con2", "com10", "COM0", "console.yaml", "a.con", " a", ".aux", "政策"]
)
def test_all_else_is_a_name(name: str) -> None:
    assert unportable(name) == ""
