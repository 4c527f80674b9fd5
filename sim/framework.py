"""What the model takes from Mesa, imported without what Mesa imports for models in space.

`import mesa` takes 0.5 s, nine tenths of it for pandas, SciPy and networkx, which only Mesa's grids, networks and
recorders of data use. Here these are put off until somebody asks Mesa for one of them.
"""

from __future__ import annotations

import inspect
import sys
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

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


@contextmanager
def _nearest_callers() -> Iterator[None]:
    """Meanwhile `inspect` gives a frame and its caller alone, where it would give all callers with their sources.

    Mesa asks only for the name of the module that it is in; the sources would take longer than the imports themselves.
    """

    def nearest(frame: FrameType, _context: int = 1) -> list[tuple[FrameType, str, int, str]]:
        both = (one for one in (frame, frame.f_back) if one is not None)
        return [(one, one.f_code.co_filename, one.f_lineno, one.f_code.co_name) for one in both]

    whole = inspect.getouterframes
    inspect.getouterframes = nearest  # type: ignore[assignment]
    try:
        yield
    finally:
        inspect.getouterframes = whole


with _put_off(_PUT_OFF), _nearest_callers():
    from mesa import Agent, Model
    from mesa.agentset import AbstractAgentSet, GroupBy
    from mesa.time import Priority

__all__ = ["AbstractAgentSet", "Agent", "GroupBy", "Model", "Priority"]
