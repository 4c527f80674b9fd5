"""What a Python function was called with: arrays are lists, and what cannot be taken is one sentence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.errors import InputError
from experiments.request.called import levers_of, settings_of, values_of, wanted_of
from experiments.request.policies import load


def test_arrays_and_series_are_lists_of_plain_numbers() -> None:
    wanted = {"a": [0.0, 0.5, 1.0]}
    for values in (np.linspace(0, 1, 3), pd.Series([0, 0.5, 1]), (0, 0.5, 1), [np.float32(0), np.float64(0.5), 1]):
        found = values_of({"a": values})
        assert found == wanted
        assert {type(value) for value in found["a"]} <= {int, float}
    assert values_of({"a": range(2), "b": np.arange(2)}) == {"a": [0, 1], "b": [0, 1]}
    assert repr(levers_of({"a": np.float32(0.5), "b": 1})) == "{'a': 0.5, 'b': 1}"
    assert repr(settings_of({"seed": np.int64(3), "windows": np.array([1, 2])})) == "{'seed': 3, 'windows': [1, 2]}"


def test_policies_are_names_paths_and_what_was_read_alone_or_in_a_list() -> None:
    read = load("overseas_weight")
    assert wanted_of("policies", "a") == ["a"]
    assert wanted_of("policies", Path("a.yaml")) == ["a.yaml"]
    assert wanted_of("policies", ("a", Path("b.yaml"), read)) == ["a", "b.yaml", read]
    assert wanted_of("policies", pd.Series(["a", "b"])) == wanted_of("policies", np.array(["a", "b"])) == ["a", "b"]
    assert wanted_of("policies", ()) == []


@pytest.mark.parametrize(
    ("given", "called"),
    [
        (None, "None"),
        (5, "5"),
        ({"a"}, "a set"),
        ((name for name in "ab"), "a generator"),
        ({"a": 1}, "a dict"),
        (["a", None], "None"),
        ([["a"]], "a list"),
        (b"a", "a bytes"),
    ],
)
def test_what_is_no_policy_is_refused(given: object, called: str) -> None:
    with pytest.raises(InputError) as refused:
        wanted_of("against", given)
    said = "against: a name, a path, a sim.Policy or a sim.Scenario is needed, or a list of these, not"
    assert str(refused.value) == f"{said} {called}."


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (None, "levers: values by name are needed, such as {'hiring.overseas_weight': [0, 0.5, 1]}, not None."),
        ([0, 1], "levers: values by name are needed, such as {'hiring.overseas_weight': [0, 0.5, 1]}, not a list."),
        ({"a": 0.5}, "levers.a: a list of values is needed, such as [0, 0.5, 1], not 0.5."),
        ({"a": np.float64(0.5)}, "levers.a: a list of values is needed, such as [0, 0.5, 1], not 0.5."),
        ({"a": None}, "levers.a: a list of values is needed, such as [0, 0.5, 1], not None."),
        ({"a": {0, 1}}, "levers.a: a list of values is needed, such as [0, 0.5, 1], not a set."),
        ({"a": iter([0])}, "levers.a: a list of values is needed, such as [0, 0.5, 1], not a list_iterator."),
        ({"a": "01"}, "levers.a: a list of values is needed, such as [0, 0.5, 1], not '01'."),
        ({"a": [0, "1"]}, "levers.a: a number is needed, not '1'."),
        ({"a": [0, True]}, "levers.a: a number is needed, not True."),
        ({"a": np.zeros((2, 2))}, "levers.a: a number is needed, not a list."),
        ({"a": [0.5, 0.5]}, "levers.a takes the value 0.5 twice; keep one."),
        ({"a": [1, 1.0]}, "levers.a takes the value 1 twice; keep one."),
        ({"a": np.array([])}, "A sweep needs at least one lever, and of each at least one value."),
    ],
)
def test_what_are_no_values_of_levers_is_refused(given: object, said: str) -> None:
    with pytest.raises(InputError) as refused:
        values_of(given)
    assert str(refused.value) == said


@pytest.mark.parametrize(
    ("name", "instead"),
    [("policy", "policies="), ("arms", "policies="), ("explain", "explain=true"), ("table", ".effects"),
     ("output", ".report(path)")],
)  # fmt: skip
def test_a_setting_that_a_call_has_no_use_for_names_what_takes_its_place(name: str, instead: str) -> None:
    with pytest.raises(InputError) as refused:
        settings_of({"scale": 0.1, name: "overseas_weight"})
    assert str(refused.value).startswith(f"{name}: ")
    assert instead in str(refused.value)
