"""One process at a time at one piece of work: a lock that ends with the process that holds it, however it ends."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

try:
    import fcntl
except ImportError:  # Windows: nothing is locked, and equal commands may do the same work twice
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

LOOK_EVERY = 0.2  # seconds between two tries


@contextmanager
def held(path: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold the lock file `path`, which exists only meanwhile.

    Where another process holds it, this one waits, and `waiting` is called once if that lasts. On a file
    system without locks nothing is held.
    """
    descriptor = _taken(path, waiting)
    try:
        yield
    finally:
        _released(path, descriptor)


@contextmanager
def tried(path: Path) -> Iterator[bool]:
    """Hold the lock file if nobody else does: whether it is held."""
    descriptor = _once(path)
    try:
        yield descriptor is not None
    finally:
        if descriptor is not None:
            _released(path, descriptor)


def _taken(path: Path, waiting: Callable[[], None]) -> int:
    looks = 0
    while (descriptor := _once(path)) is None:
        looks += 1
        if looks == 2:  # at the first look it may be another command that clears up
            waiting()
        time.sleep(LOOK_EVERY)
    return descriptor


def _once(path: Path) -> int | None:
    """The open lock file, locked as far as the file system can; None where another process holds it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if fcntl is not None:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    except OSError:
        return descriptor  # no locks here
    if _is_still(path, descriptor):
        return descriptor
    os.close(descriptor)  # whoever held it took its name away: the next try makes a new one
    return None


def _is_still(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _released(path: Path, descriptor: int) -> None:
    try:
        path.unlink(missing_ok=True)
    finally:
        os.close(descriptor)
