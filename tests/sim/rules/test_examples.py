"""Every rule shows an example worked by hand, and it is right."""

from __future__ import annotations

import doctest
import pkgutil
from importlib import import_module
from inspect import getmembers, isfunction
from typing import TYPE_CHECKING

import pytest

from sim import rules

if TYPE_CHECKING:
    from types import ModuleType

MODULES = [import_module(f"sim.rules.{module.name}") for module in pkgutil.iter_modules(rules.__path__)]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_examples_are_right(module: ModuleType) -> None:
    results = doctest.testmod(module)
    assert results.attempted
    assert not results.failed


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_every_rule_has_an_example(module: ModuleType) -> None:
    without = [
        name
        for name, function in getmembers(module, isfunction)
        if function.__module__ == module.__name__ and ">>>" not in (function.__doc__ or "")
    ]
    assert not without, f"{module.__name__}: no example in {', '.join(without)}"
