"""The policy library, and the arms an experiment composes from it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.errors import as_input_error, unknown

if TYPE_CHECKING:
    from sim import Policy

LIBRARY = Path(__file__).parent.parent / "configs" / "policy"
BASELINE = "baseline"


@dataclass(frozen=True)
class Arm:
    """One alternative life of the world: policies that hold together, composed in order (none: nothing changes)."""

    name: str
    title: str = "No change"
    policies: "tuple[Policy, ...]" = ()

    @property
    def evidence(self) -> str:
        """Evidence grades: of the policies as such, and of the sizes of what they change."""
        if not self.policies:
            return "none needed"
        sizes = sorted({change.grade for policy in self.policies for change in policy.changes})
        return f"policy {', '.join(sorted({policy.grade for policy in self.policies}))}; sizes {', '.join(sizes)}"


def names(library: Path = LIBRARY) -> list[str]:
    """Every policy of the library."""
    return sorted(path.stem for path in library.glob("*.yaml"))


def load(name: str, library: Path = LIBRARY) -> "Policy":
    """One policy by name; an InputError offers the nearest names or says what is wrong with its file."""
    if name not in names(library):
        raise unknown("policy", name, [*names(library), BASELINE])
    from sim import Policy

    try:
        return Policy.from_file(library / f"{name}.yaml")
    except ValueError as error:
        raise as_input_error(error) from None


def arm(wanted: Sequence[str], library: Path = LIBRARY) -> Arm:
    """The arm of these policies in this order; each holds once, after the policies it includes."""
    chosen = [load(name, library) for name in wanted if name != BASELINE]
    if not chosen:
        return Arm("no_change")
    composed = {policy.name: policy for top in chosen for policy in _with_included(top, library)}
    return Arm("+".join(p.name for p in chosen), " + ".join(p.title for p in chosen), tuple(composed.values()))


def _with_included(policy: "Policy", library: Path, above: tuple[str, ...] = ()) -> "Iterator[Policy]":
    if policy.name in above:
        raise as_input_error(ValueError(f"policy {policy.name} includes itself; remove it from {above[-1]}."))
    for name in policy.includes:
        yield from _with_included(load(name, library), library, (*above, policy.name))
    yield policy
