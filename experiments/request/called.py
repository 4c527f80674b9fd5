"""What a Python function was called with, as plain values; what it cannot take is refused in one sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeGuard

from experiments.errors import InputError

if TYPE_CHECKING:
    from sim.instruments.policy import Measure

_ELSEWHERE = {
    "policy": "policies are given as policies=, a name or a list such as ['package', 'weak_yen']",
    "arms": "one call takes one arm; give its policies as policies=, and call once more for the next",
    "explain": "a call computes; the command explains, with explain=true",
    "table": "a call prints no table; all rows are in .effects of the answer",
    "output": "a call writes nothing; .report(path) of the answer writes the report",
}
"""Settings of the command that a call has no use for, and what takes their place."""


def settings_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a call, with the plain numbers of arrays. Raises InputError for one that it has no use for."""
    for name, instead in _ELSEWHERE.items():
        if name in given:
            raise InputError(f"{name}: {instead}.")
    return {name: plain(value) for name, value in given.items()}


def wanted_of(name: str, given: object) -> list[str | Measure]:
    """Policies or worlds of a call as a list; paths become text. name: what an error calls them.

    Raises InputError for anything else than a name, a path, one that was read, and a list of these.
    """
    from sim import Policy, Scenario

    given = plain(given)
    found: list[str | Measure] = []
    for one in given if _is_list(given) else (given,):
        if not isinstance(one, str | Path | Policy | Scenario):
            raise InputError(
                f"{name}: a name, a path, a sim.Policy or a sim.Scenario is needed, or a list of these, not "
                f"{_called(one)}."
            )
        found.append(str(one) if isinstance(one, Path) else one)
    return found


def levers_of(given: object) -> dict[str, Any]:
    """Levers of a call by name, each with one value, which is checked as a setting is."""
    return {name: plain(value) for name, value in _by_name(given, 0.7).items()}


def values_of(given: object) -> dict[str, list[float]]:
    """Levers of a sweep by name, each with its values. Raises InputError where there is none, and for one given twice.

    An array or a series is taken as a list.
    """
    found = {name: _values(name, plain(values)) for name, values in _by_name(given, [0, 0.5, 1]).items()}
    if not found or not all(found.values()):
        raise InputError("A sweep needs at least one lever, and of each at least one value.")
    return found


def plain(value: object) -> Any:  # noqa: ANN401 - whatever a call was given
    """What an array, a series or a number of NumPy holds, as Python has it; anything else as it is."""
    listed = getattr(value, "tolist", None)
    return listed() if callable(listed) else value


def _by_name(given: object, example: object) -> Mapping[str, object]:
    if not isinstance(given, Mapping):
        raise InputError(
            f"levers: values by name are needed, such as {{'hiring.overseas_weight': {example}}}, not {_called(given)}."
        )
    return {str(name): value for name, value in given.items()}


def _values(name: str, values: object) -> list[float]:
    if not _is_list(values):
        raise InputError(f"levers.{name}: a list of values is needed, such as [0, 0.5, 1], not {_called(values)}.")
    found = [plain(value) for value in values]
    for value in found:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise InputError(f"levers.{name}: a number is needed, not {_called(value)}.")
    if twice := [value for value, times in Counter(found).items() if times > 1]:
        raise InputError(f"levers.{name} takes the value {twice[0]:g} twice; keep one.")
    return found


def _is_list(value: object) -> TypeGuard[Sequence[Any]]:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


def _called(value: object) -> str:
    """A value as an error shows it: itself where it is short, or else what it is."""
    return repr(value) if value is None or isinstance(value, str | bool | int | float) else f"a {type(value).__name__}"
