"""One process at a time: who waits says so, and nobody says so for a moment in which another command clears up."""

import threading
import time
from pathlib import Path

import pytest

from experiments.run.lock import LOOK_EVERY, held, tried


@pytest.mark.parametrize(("looks", "said"), [(0.5, []), (2.5, ["waits"])], ids=["a moment", "longer"])
def test_who_waits_says_so_once_and_only_if_it_lasts(looks: float, said: list[str], tmp_path: Path) -> None:
    path, words, holds = tmp_path / ".run.lock", list[str](), threading.Event()

    def other() -> None:
        with tried(path) as alone:
            assert alone
            holds.set()
            time.sleep(looks * LOOK_EVERY)

    thread = threading.Thread(target=other)
    thread.start()
    holds.wait()
    with held(path, lambda: words.append("waits")):
        assert words == said
    thread.join()
    assert list(tmp_path.iterdir()) == []
