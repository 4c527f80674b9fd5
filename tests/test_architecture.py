"""The arrows of the house: which room may import which, and no circle between modules.

Imports that only a type checker sees are not counted: they are names, and nothing runs.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sim import Country

if TYPE_CHECKING:
    from collections.abc import Iterator

HOUSE = Path(__file__).parents[1]

FLOORS: tuple[tuple[str, ...], ...] = (
    ("vocabulary", "framework"),
    ("engine",),
    ("rules", "world"),
    ("population", "year"),
    ("market", "process", "instruments"),
    ("measures",),
    ("state", "schedule", "agents"),
    ("model",),
)
"""The rooms of sim from the ground up. A room imports rooms of lower floors, and of its own floor."""

ONLY = {"engine": set(), "vocabulary": set(), "rules": {"engine", "vocabulary"}, "world": {"engine", "vocabulary"}}
"""Rooms that may import no others than these."""


def modules(package: str) -> dict[str, Path]:
    """The modules of a package by dotted name."""
    return {
        ".".join(path.relative_to(HOUSE).with_suffix("").parts).removesuffix(".__init__"): path
        for path in sorted((HOUSE / package).rglob("*.py"))
        if "hydra_plugins" not in path.parts
    }


@cache  # each module is asked about by several tests
def parsed(path: Path) -> ast.Module:
    """A module's text as Python reads it."""
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path, known: set[str]) -> Iterator[str]:
    """The modules, among the known ones, that run when this one is imported; imports inside functions are left out."""

    def statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
        for node in body:
            if isinstance(node, ast.If) and "TYPE_CHECKING" not in ast.unparse(node.test):
                yield from statements([*node.body, *node.orelse])
            elif isinstance(node, ast.Try):
                yield from statements([*node.body, *node.orelse, *node.finalbody])
            elif isinstance(node, ast.Import | ast.ImportFrom):
                yield node

    for node in statements(parsed(path).body):
        if isinstance(node, ast.Import):
            found = [alias.name for alias in node.names]
        else:
            assert isinstance(node, ast.ImportFrom)
            assert not node.level, f"{path}: relative import"
            found = [name for alias in node.names for name in (f"{node.module}.{alias.name}", str(node.module))]
            found = [name for name in found if name in known][:1] if node.module in known else found
        yield from (name for name in found if name in known)


def everything(path: Path) -> set[str]:
    """Every module that a file imports anywhere, for a type checker or inside functions too."""
    tree = ast.walk(parsed(path))
    return {
        name
        for node in tree
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [str(node.module)]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }


def room(module: str) -> str:
    """The room of a module: the package or module below sim or experiments."""
    return [*module.split("."), ""][1]


def texts(path: Path) -> Iterator[str]:
    """The texts of a program, those that only explain it left out."""
    tree = parsed(path)
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.value


SIM = modules("sim")
EXPERIMENTS = modules("experiments")


@pytest.mark.parametrize("module", SIM)
def test_the_model_knows_nothing_of_the_experiments(module: str) -> None:
    assert not [name for name in everything(SIM[module]) if name.split(".")[0] in ("experiments", "hydra", "omegaconf")]


@pytest.mark.parametrize("module", [module for module in SIM if room(module)])
def test_rooms_of_the_model_import_downward(module: str) -> None:
    floor = {name: level for level, floor in enumerate(FLOORS) for name in floor}
    own = room(module)
    assert own in floor, f"{module}: give the room {own} a floor"
    others = {room(name) for name in imports(SIM[module], set(SIM))} - {own, ""}
    upward = sorted(other for other in others if floor[other] > floor[own])
    assert not upward, f"{module} imports {upward}, above it"
    if own in ONLY:
        assert others <= ONLY[own], f"{module} imports {sorted(others - ONLY[own])}"


@pytest.mark.parametrize("package", [SIM, EXPERIMENTS], ids=["sim", "experiments"])
def test_no_circle(package: dict[str, Path]) -> None:
    arrows = {module: set(imports(path, set(package))) - {module} for module, path in package.items()}
    while leaves := [module for module, targets in arrows.items() if not targets & arrows.keys()]:
        for module in leaves:
            del arrows[module]
    assert not arrows, f"import one another: {sorted(arrows)}"


OF_A_COUNTRY = ("experiments.notebooks", "experiments.replication.studies")
"""Rooms that speak of the shipped country: the notebooks run it, and studies that are repeated were made there."""


@pytest.mark.parametrize("module", [one for one in (*SIM, *EXPERIMENTS) if not one.startswith(OF_A_COUNTRY)])
def test_code_knows_no_country(module: str) -> None:
    """Neither what it and its money are called, nor its regions, fields and tiers."""
    country = Country.load()
    about = country.about
    words = {country.name, about.title, about.title_home, about.currency, about.currency_name}
    names = {one.name for one in (*about.regions, *about.fields, *about.tiers)} | {one.title for one in about.regions}
    said = re.compile(rf"\b({'|'.join(map(re.escape, words))})\b")
    found = [text for text in texts((SIM | EXPERIMENTS)[module]) if text in names or said.search(text)]
    assert not found, f"{module} says {found}: read it from the world"


def test_nothing_imports_the_command() -> None:
    above = {
        module: everything(path) for module, path in EXPERIMENTS.items() if room(module) not in ("cli", "__main__")
    }
    assert not {module for module, names in above.items() if any(name.startswith("experiments.cli") for name in names)}
