"""What the model takes from Mesa, imported without what Mesa imports for models in space.

`import mesa` takes 0.5 s, nine tenths of it for pandas, SciPy and networkx, which only Mesa's grids, networks and
recorders of data use. Here these are put off until somebody asks Mesa for one of them.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_PUT_OFF = (
    *("pandas", "networkx", "mesa.discrete_space"),
    *("mesa.experimental.continuous_space", "mesa.experimental.meta_agents"),
)


class _Later(ModuleType):
    """Stands for a module until one of its attributes is asked for."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        if sys.modules.get(self.__name__) is self:
            if name.startswith(
                "__"
            ):  # who looks over all modules, as `inspect` does, asks none of them for its content
                raise AttributeError(name)
            del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), name)


@contextmanager
def _put_off(names: tuple[str, ...]) -> Iterator[None]:
    """Import none of these meanwhile, and all of them as ever afterwards."""
    standing_for = {name: _Later(name) for name in names if name not in sys.modules}
    sys.modules.update(standing_for)
    try:
        yield
    finally:
        for name, later in standing_for.items():
            if sys.modules.get(name) is later:
                del sys.modules[name]


with _put_off(_PUT_OFF):
    from mesa import Agent, Model
    from mesa.agentset import AbstractAgentSet, GroupBy
    from mesa.time import Priority

__all__ = ["AbstractAgentSet", "Agent", "GroupBy", "Model", "Priority"]
