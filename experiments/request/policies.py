"""The policy library: one readable file a policy, found by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.errors import InputError, as_input_error, unknown
from experiments.request.composition import CONFIGS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sim import Policy

LIBRARY = CONFIGS / "policy"
BASELINE = "baseline"


def names(library: Path = LIBRARY) -> list[str]:
    """Every policy of the library."""
    return sorted(path.stem for path in library.glob("*.yaml"))


def load(name: str, library: Path = LIBRARY) -> Policy:
    """One policy by name; an InputError offers the nearest names or says what is wrong with its file."""
    if name not in names(library):
        raise unknown("policy", name, [*names(library), BASELINE])
    from sim import Policy

    try:
        policy = Policy.from_file(library / f"{name}.yaml")
    except ValueError as error:
        raise as_input_error(error) from None
    if policy.name != name:
        raise InputError(f"The policy file {name}.yaml holds a policy named {policy.name}: give both one name.")
    return policy


def with_included(policy: Policy, library: Path = LIBRARY, above: tuple[str, ...] = ()) -> Iterator[Policy]:
    """The policies that a policy includes, each before what includes it, and the policy itself last."""
    if policy.name in above:
        raise InputError(f"Policy {policy.name} includes itself; remove it from {above[-1]}.")
    for name in policy.includes:
        yield from with_included(load(name, library), library, (*above, policy.name))
    yield policy
