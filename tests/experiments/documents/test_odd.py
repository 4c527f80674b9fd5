"""The model description is current where a command writes it, and names only what the code has."""

import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from experiments.documents import data, marked, rules
from experiments.documents.__main__ import ODD, main, parts
from sim import World
from sim.vocabulary import Stage

HOUSE = Path(__file__).parents[3]
DOCUMENTS = [HOUSE / "README.md", HOUSE / "CONTRIBUTING.md", *sorted((HOUSE / "docs").glob("*.md"))]


def test_the_made_parts_are_current() -> None:
    assert main(["--check"]) == 0, "make odd"


def test_a_part_that_is_not_current_is_found_and_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = ODD.read_text(encoding="utf-8")
    stale = tmp_path / "odd.md"
    stale.write_text(text.replace(f"`{World.load().fingerprint[:12]}`", "`000000000000`"), encoding="utf-8")
    monkeypatch.setattr("experiments.documents.__main__.ODD", stale)
    assert main(["--check"]) == 1
    assert main([]) == 0
    assert stale.read_text(encoding="utf-8") == text


def test_every_part_has_one_place() -> None:
    text = "a\n<!-- made: one -->\nold\n<!-- end -->\nb\n"
    assert marked.filled(text, {"one": "new"}) == "a\n<!-- made: one -->\nnew\n<!-- end -->\nb\n"
    for wrong in ({}, {"two": "x"}, {"one": "x", "two": "y"}):
        with pytest.raises(ValueError, match="place"):
            marked.filled(text, wrong)
    with pytest.raises(ValueError, match="twice: \\['one'\\]"):
        marked.filled(text + text, {"one": "new"})


def test_every_series_is_read_by_some_module() -> None:
    """Those of places are read by the name of a programme, stocks of people by the label of their stage."""
    labels = {stage.label for stage in Stage}
    for path in sorted(data.folder(World.load()).glob("*.csv")):
        if path.name not in ("places.csv", "parameters.csv", "programmes.csv", "ensemble.csv"):
            for series in data.series_of(path):
                assert data.read_by(series) or series in labels, f"{path.name}: nothing reads {series}"


def test_tables_hold_the_data() -> None:
    made = parts()
    world = World.load()
    assert world.fingerprint[:12] in made["fingerprint"]
    for name in ("beta", "visit_gain"):
        assert f"| `{name}` |" in made["parameters"]
    openness = world.region_table.value("openness", region=world.regions[1])
    (line,) = [line for line in made["values"].splitlines() if line.startswith(f"| {world.regions[1]} | 9,700")]
    assert f" {openness:g} A |" in line


def test_rules_that_equations_point_to_are_rules_and_every_rule_is_listed() -> None:
    text = ODD.read_text(encoding="utf-8")
    known = {rule.__name__ for subject in rules.subjects() for rule in rules.of(subject)}
    pointed = re.findall(r"Rules?: ((?:`\w+`(?:, | for the \w+ pair, )?)+)", text)
    named_there = {name for names in pointed for name in re.findall(r"`(\w+)`", names)}
    assert len(named_there) > 15
    assert named_there <= known, f"no rules: {sorted(named_there - known)}"
    catalogue = rules.catalogue()
    assert all(f"| `{name}` |" in catalogue for name in known)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_names_of_modules_and_files_are_names_of_the_house(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for name in re.findall(r"`((?:sim|experiments|tests)(?:\.[a-z_]+)+)(?:\.[A-Z]\w*)*(?:\(\))?`", text):
        assert named(name), f"{path.name} names {name}, which the house does not have"
    for name in re.findall(r"`((?:sim|experiments|tests|configs|docs|results/reference)/[\w./-]*)`", text):
        assert (HOUSE / name).exists(), f"{path.name} names {name}, which the house does not have"


def named(name: str) -> bool:
    """Whether a dotted name is a module, or something in one."""
    module, _, last = name.rpartition(".")
    if find_spec(module) is None:
        return False
    if (found := find_spec(name) if find_spec(module).submodule_search_locations else None) is not None:  # type: ignore[union-attr]
        return bool(found)
    return hasattr(__import__(module, fromlist=[last]), last)
