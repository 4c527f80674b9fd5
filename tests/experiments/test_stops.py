"""A stop is heard wherever it comes: a library cannot make another error of it, and Python cannot drop it."""

import subprocess
import sys
from pathlib import Path

import pytest

ASKED = """
import os, signal, sys, time, weakref
from experiments.__main__ import main

def asked():
    os.kill(os.getpid(), signal.{signal})
    time.sleep(30)

class Thing: pass

def called_back():
    thing = Thing()
    watched = weakref.ref(thing, lambda _: asked())
    del thing  # whatever the callback raises is dropped here
    time.sleep(30)

def converted():
    try:
        asked()
    except BaseException as stop:
        raise ValueError("a value is missing") from stop

def swallowed():
    try:
        asked()
    except BaseException:
        pass

def in_a_task():
    from experiments.run.executors import Serial
    Serial().submit(swallowed)
    print("the next task")

import experiments.cli.main as command
from experiments.cli.messages import one_sentence

def wrapped():
    with one_sentence(reading=True):
        {moment}()
        print("went on")

command.main = wrapped
main()
"""


@pytest.mark.usefixtures("hears_ctrl_c")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("moment", ["asked", "called_back", "converted", "in_a_task"])
def test_a_stop_ends_the_command_as_one(moment: str, name: str, tmp_path: Path) -> None:
    program = ASKED.format(signal=name, moment=moment)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        capture_output=True, text=True, check=False, cwd=tmp_path, timeout=25,
    )  # fmt: skip
    words = "Stopped; what was finished before is kept, and nothing half-finished.\n"
    assert (done.returncode, done.stdout, done.stderr) == (130, "", words)


@pytest.mark.usefixtures("hears_ctrl_c")
def test_a_stop_that_broke_an_import_is_told_as_one(tmp_path: Path) -> None:
    stopping = """
import os, signal, sys, time
class Stopping:
    def find_spec(self, name, path, target=None):
        if name == "experiments.cli.main":
            try:
                os.kill(os.getpid(), signal.SIGINT)
                time.sleep(30)
            except KeyboardInterrupt:
                raise ImportError("no such module") from None
sys.meta_path.insert(0, Stopping())
from experiments.__main__ import main
main()
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", stopping], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert (done.returncode, done.stderr) == (130, "Stopped before anything was run.\n")


def test_other_errors_that_python_drops_are_still_shown(tmp_path: Path) -> None:
    program = """
import weakref
import experiments.cli.main as command
class Thing: pass
def dropped():
    thing = Thing()
    watched = weakref.ref(thing, lambda _: 1 / 0)
    del thing
command.main = dropped
from experiments.__main__ import main
main()
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0
    assert "ZeroDivisionError" in done.stderr
