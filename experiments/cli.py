"""The console script `brain-circulation`: configuration in, one table out."""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import hydra
from hydra.errors import HydraException
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from experiments.errors import InputError

if TYPE_CHECKING:
    from experiments.settings import Settings

CONFIGS = Path(__file__).parent.parent / "configs"


def main() -> None:
    """Run what the command line asks for; exit code 2 for a wrong request, 1 for a failed one, 130 for Ctrl-C."""
    os.environ.setdefault("HYDRA_FULL_ERROR", "1")  # errors come to us, and leave as one sentence
    sys.argv[1:] = [_as_value(argument) for argument in sys.argv[1:]]
    with one_sentence():
        command()


@hydra.main(version_base="1.3", config_path=str(CONFIGS), config_name="config")
def command(config: DictConfig) -> None:
    """Check the configuration, run the what-if and print it."""
    with one_sentence():
        from experiments.settings import read_settings

        asked = OmegaConf.to_container(config, resolve=True)
        show(read_settings(asked | {"policy": asked.pop("arm")}))


def show(settings: "Settings") -> None:
    """Run the what-if (or read it back) and print one block an arm."""
    from experiments import tables, whatif
    from experiments.store import Store

    tables.check_rows(settings.outcomes.table)
    arms = whatif.compose(settings)
    result, found = whatif.run(settings, arms, Store(settings.output))
    out = tables.console()
    out.print(tables.heading(settings, result.manifest))
    for arm in arms:
        out.print(tables.block(result.effects[result.effects["policy"] == arm.name], arm, settings.outcomes.table))
    out.print(tables.LEGEND)
    out.print(f"{'Read back from' if found else 'Written to'} {result.folder}")


@contextmanager
def one_sentence() -> Iterator[None]:
    """Turn what a user can cause into one sentence on standard error and an exit code."""
    try:
        yield
    except KeyboardInterrupt:
        _stop("Stopped; nothing half-finished was kept.", 130)
    except InputError as error:
        _stop(str(error), 2)
    except (HydraException, OmegaConfBaseException) as error:
        said = re.split(r"\n(?:To append|See https|Config search path|\s+full_key)", str(error))[0]
        _stop(f"The command line cannot be used: {' '.join(said.split())}", 2)
    except OSError as error:
        _stop(f"{error.strerror or error}: {error.filename or 'while writing results'}.", 1)


def _stop(sentence: str, code: int) -> NoReturn:
    print(sentence, file=sys.stderr)  # noqa: T201 - this is the command's voice
    raise SystemExit(code)


def _as_value(argument: str) -> str:
    """configs/policy is a folder, so Hydra would take `policy=` for a choice of group: hand it over as `arm=`."""
    return re.sub(r"^policy=", "arm=", argument)


if __name__ == "__main__":
    main()
