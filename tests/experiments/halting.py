"""The command, with replicates that never end from number HALT_AT on: it cannot finish before a test has stopped it."""

import os
import signal

from experiments import __main__ as start
from experiments.run import simulation
from experiments.run.checkpoint import Piece
from experiments.run.replicates import Replicate, simulated


def halting(task: Replicate) -> Piece:
    """The lives of a replicate, or no answer at all; as a task of this file it makes every worker read it."""
    while task.number >= int(os.environ["HALT_AT"]):
        signal.pause()
    return simulated(task)


simulation.simulated = halting

if __name__ == "__main__":
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_DFL)  # tests that run under nohup would hand on that it is ignored
    start.main()
