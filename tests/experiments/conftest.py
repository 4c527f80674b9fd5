"""What several tests of the experiments ask for."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest


@contextmanager
def hearing_ctrl_c() -> Iterator[None]:
    """What starts inside answers SIGINT, also in the background of a shell, where it would be deaf to it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.fixture
def hears_ctrl_c() -> Iterator[None]:
    """What a test starts answers SIGINT."""
    with hearing_ctrl_c():
        yield
