"""What asks the command to end - Ctrl-C, a system's end, a closed terminal - is heard in one way and never lost.

Each becomes a KeyboardInterrupt wherever the program happens to be. That may be deep inside a library, which can make
another error of it, or a callback, whose errors Python drops: so the asking is also written down.
"""

from __future__ import annotations

import signal
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

_ASKING = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
_AGAIN = 0.01  # seconds until a stop that was dropped is asked for again
_asked = threading.Event()


def hear() -> None:
    """Hear from now on whatever asks this process to end, but what it was started to ignore (a job under nohup)."""
    for number in _ASKING:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _stop)
    sys.unraisablehook = _hear_again


def hear_no_more() -> None:
    """All is said: Python tidies up undisturbed."""
    for number in _ASKING:
        signal.signal(number, signal.SIG_IGN)


@contextmanager
def heeded() -> Iterator[None]:
    """Raise KeyboardInterrupt for a stop that came inside, also where a library made another error of it or none."""
    try:
        yield
    except Exception:
        if _asked.is_set():
            raise KeyboardInterrupt from None
        raise
    if _asked.is_set():
        raise KeyboardInterrupt


def _stop(_signal: int, _frame: FrameType | None) -> None:
    _asked.set()
    raise KeyboardInterrupt


def _hear_again(dropped: sys.UnraisableHookArgs) -> None:
    """Ask once more where Python had to drop a KeyboardInterrupt: it cannot leave a callback."""
    if issubclass(dropped.exc_type, KeyboardInterrupt):
        threading.Timer(_AGAIN, _ask).start()
    else:
        sys.__unraisablehook__(dropped)


def _ask() -> None:
    main = threading.main_thread().ident
    if hasattr(signal, "pthread_kill") and main is not None:
        signal.pthread_kill(main, signal.SIGINT)  # wakes it, should it wait
    else:
        signal.raise_signal(signal.SIGINT)
