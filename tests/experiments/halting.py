"""The command, with replicates that never end from number HALT_AT on: it cannot finish before a test has stopped it."""

import os
import signal

from experiments import cli, ensemble, sweeps

seed_of = ensemble.replicate_seed


def halting(seed: int, replicate: int) -> int:
    """The seed of a replicate, or no answer at all."""
    while replicate >= int(os.environ["HALT_AT"]):
        signal.pause()
    return seed_of(seed, replicate)


ensemble.replicate_seed = sweeps.replicate_seed = halting  # here, and in every worker: each reads this file first

if __name__ == "__main__":
    cli.main()
