"""The library of policies and worlds: one readable file each, found by name or by path."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.errors import InputError, UnknownError, as_input_error, unknown
from experiments.request.composition import CONFIGS, refuse_country
from experiments.request.listed import check_listed
from sim.world.country import in_full, is_file
from sim.world.portable import unportable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sim import Policy, Scenario
    from sim.instruments.policy import Measure

type Folders = tuple[Path, ...]
"""Where files are looked for by name, in this order."""

LIBRARY: Folders = (CONFIGS / "policy", CONFIGS / "world")
BASELINE = "baseline"
LEVERS = "levers"
"""Name of the policy that holds the levers set for a run."""
NO_CHANGE = "no_change"
"""Name of a life in which nothing changes, beside another that it is compared with."""
_RESERVED = {
    BASELINE: "the life without any policy",
    LEVERS: "what levers.NAME=value sets",
    NO_CHANGE: "the life in which nothing changes",
}
"""Names that no file may have, and what each is the name of."""
KINDS = ("policy", "world")
_INCLUDED = "file"
"""What an error calls what a file includes."""


def names(library: Folders = LIBRARY, kind: str | None = None) -> list[str]:
    """Every file of a library by name; of one kind, policy or world, where that is given."""
    found = sorted({path.stem for folder in library for path in folder.glob("*.yaml")})
    return [name for name in found if kind is None or load(name, library).kind == kind]


def with_own(folder: Path | None) -> Folders:
    """The library with a folder of one's own, which is looked through first. Raises InputError where it is none."""
    if folder is None:
        return LIBRARY
    if not folder.is_dir():
        raise InputError(f"library: there is no folder {folder}; give one that holds files of policies or worlds.")
    return (folder, *LIBRARY)


def load(name: str, library: Folders = LIBRARY, asked_as: str = "policy") -> Measure:
    """One policy or world by name or by the path of its file.

    asked_as: what an error calls it. Raises InputError with the nearest names, or with what is wrong with the file.
    """
    return _found(name, library, asked_as)[0]


def scenario(name: str, library: Folders = LIBRARY) -> Scenario:
    """One world by name or path. Raises InputError as `load` does, and where it is a policy or a country."""
    from sim import Scenario

    refuse_country(name)
    found = load(name, library, "world")
    if not isinstance(found, Scenario):
        raise InputError(f"{name} is a policy, which holds on one side alone: ask for it as policy={name}.")
    return found


def policy(name: str, library: Folders = LIBRARY) -> Policy:
    """One policy by name or path. Raises InputError as `load` does, and where it is a world."""
    from sim import Policy

    found = load(name, library)
    if not isinstance(found, Policy):
        raise InputError(f"{name} is a world file, not a policy.")
    return found


def is_path(name: str) -> bool:
    """Whether a name is that of a file of one's own: it has a folder in it, or ends in .yaml."""
    return "/" in name or "\\" in name or name.startswith((".", "~")) or name.endswith((".yaml", ".yml"))


def with_included(wanted: str | Measure, library: Folders = LIBRARY) -> list[Measure]:
    """What a policy or world includes, each before what includes it, and itself last.

    wanted: a name, a path, or one that was read before. Files beside a file that was given by its path are found first.
    """
    measure, folders = _found(wanted, library) if isinstance(wanted, str) else (wanted, library)
    refuse_reserved(measure)
    return list(_included(measure, folders, ()))


def _included(measure: Measure, library: Folders, above: Sequence[str]) -> Iterator[Measure]:
    above = (*above, measure.name)
    inside: list[Measure] = []
    for place, name in enumerate(measure.includes):
        given = measure.given("includes", place)
        path = _from_its_file(name, given.file) if is_path(name) else name
        if is_path(name) and not is_file(path):
            raise InputError(
                f"{given}: includes: there is no file {name}; correct the path, which begins in the folder of this "
                "file, or give a name alone."
            )
        try:
            inner, folders = _found(path, library, _INCLUDED)
        except UnknownError as error:
            raise InputError(f"{given}: includes: {error}") from None
        if inner.kind != measure.kind:
            raise InputError(
                f"{given}: {measure.name} is a {measure.kind} and includes {name}, a {inner.kind}: a {measure.kind} "
                f"includes files of its kind; ask for {inner.kind}={name} beside it."
            )
        if inner.name in above:
            way = " -> ".join((*above[above.index(inner.name) :], inner.name))
            raise InputError(f"{given}: {inner.name} includes itself ({way}); take {name} out here.")
        inside += _included(inner, folders, above)
    _refuse_years_of_a_bundle(measure, inside)
    yield from (*inside, measure)


def _refuse_years_of_a_bundle(measure: Measure, inside: Sequence[Measure]) -> None:
    """Raise an InputError, with file and line, for years of a file that only includes others where they are not those
    of what it includes: nothing would hold to them.
    """
    if not inside or measure.changes or measure.programmes or measure.costs:
        return
    starts = [one.start for one in inside]
    ends = [one.end for one in inside]
    last = None if None in ends else max(end for end in ends if end is not None)
    what = f"{measure.name} only includes others, which hold in their own years"
    if not min(starts) <= measure.start <= max(starts):
        when = f"in {min(starts)}" if min(starts) == max(starts) else f"in {min(starts)} to {max(starts)}"
        raise InputError(
            f"{measure.given('start')}: start: {what}: write {min(starts)}, as they start {when}, or copy what should "
            f"start in {measure.start} into a file of its own."
        )
    if measure.end is not None and measure.end != last:
        fix = "take end out" if last is None else f"write {last}, as the last of them does"
        raise InputError(
            f"{measure.given('end')}: end: {what}: {fix}, or copy what should end in {measure.end} into a file of its "
            "own."
        )


def _from_its_file(name: str, file: Path | None) -> str:
    """The path of what a file includes: one that begins nowhere begins in the folder of that file."""
    return name if file is None else str(file.absolute().parent / in_full(name))


def refuse_reserved(measure: Measure) -> None:
    """Raise an InputError, with file and line, for a policy or world whose name means something else."""
    if meaning := _RESERVED.get(measure.name):
        raise InputError(
            f"{measure.given('name')}: name: {measure.name} is the name of {meaning}; give this {measure.kind} another "
            "name."
        )


def _found(name: str, library: Folders, asked_as: str = "policy") -> tuple[Measure, Folders]:
    """A policy or world, and where what it includes is looked for."""
    if is_path(name):
        path = in_full(name)
        if path.is_dir():
            raise InputError(f"{name} is a folder: name one of its files, or give library={name} and a name.")
        if why := unportable(path.name):
            raise InputError(f"{asked_as}={name}: {why}; give the file another name.")
        return _read(path), (path.absolute().parent, *library)
    for folder in library:
        if is_file(path := folder / f"{name}.yaml"):
            measure = _read(path)
            if measure.name != name:
                raise InputError(
                    f"The {measure.kind} file {name}.yaml holds a {measure.kind} named {measure.name}: give both one "
                    "name."
                )
            return measure, library
    known = names(library, "world" if asked_as == "world" else None)
    raise unknown(asked_as, name, known if asked_as == _INCLUDED else [*known, BASELINE])


def _read(path: Path) -> Measure:
    try:
        changed = path.stat().st_mtime_ns
    except OSError:
        changed = 0
    return _kept(path, changed)


@lru_cache(maxsize=1024)
def _kept(path: Path, _changed: int) -> Measure:
    from sim.instruments.policy import read_measure

    try:
        measure = read_measure(path)
    except ValueError as error:
        raise as_input_error(error) from None
    refuse_reserved(measure)
    check_listed(measure)
    return measure
