"""How the command speaks of what went wrong: one sentence on standard error and an exit code, never a traceback."""

from __future__ import annotations

import os
import re
import sys
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

from hydra.errors import HydraException, MissingConfigException, OverrideParseException
from omegaconf import DictConfig
from omegaconf.errors import ConfigAttributeError, ConfigKeyError, ConfigTypeError, OmegaConfBaseException
from yaml import YAMLError

from experiments.cli.overrides import as_typed
from experiments.errors import InputError, RunError, unknown
from experiments.stops import heeded

if TYPE_CHECKING:
    from collections.abc import Iterator

SHOW_FAULTS = "BRAIN_CIRCULATION_TRACEBACK"
WRONG, FAILED, STOPPED = 2, 1, 130
_MISFIT = "Error merging override"  # Hydra's words for a list where there is a group, or the reverse


@contextmanager
def one_sentence(*, reading: bool = False) -> Iterator[None]:
    """Turn what can go wrong into one sentence and an exit code: 2 wrong request, 1 failure, 130 Ctrl-C.

    While the command line is still being `reading`, even an unforeseen exception is taken as an error in it.
    """
    try:
        with heeded():
            yield
    except KeyboardInterrupt as stop:
        words = stop.args[0] if stop.args else "what was finished before is kept, and nothing half-finished."
        _say(f"Stopped; {words}", STOPPED)
    except Exception as error:
        if os.environ.get(SHOW_FAULTS):
            raise
        _say(*sentence(error, reading=reading))


def sentence(error: Exception, *, reading: bool = False) -> tuple[str, int]:
    """What to say of an error, and the exit code."""
    said = " ".join(str(error).split())
    match error:
        case InputError():
            return str(error), WRONG
        case RunError():
            return str(error), FAILED
        case HydraException() | OmegaConfBaseException() | YAMLError():
            return _about_the_line(error), WRONG
        case BrokenExecutor():
            return "A worker process ended without a word, most likely for lack of memory: try fewer workers=.", FAILED
        case MemoryError():
            return "Not enough memory: try a smaller scale= or fewer workers=.", FAILED
        case OSError():
            return f"{error.strerror or said}: {error.filename or 'while writing results'}.", FAILED
        case _ if reading:
            return f"The command line cannot be used: {as_typed(said) or 'Hydra cannot read it'}", WRONG
    return f"A fault of this program ({type(error).__name__}: {said}); {SHOW_FAULTS}=1 shows where.", FAILED


def _about_the_line(error: Exception) -> str:
    """What Hydra could not make of the command line, with the nearest names that it knows."""
    match error, error.__cause__:
        case MissingConfigException(), _ if error.options and error.missing_cfg_file:
            group, _, name = error.missing_cfg_file.rpartition("/")
            return as_typed(str(unknown(group, name, error.options)))
        case OverrideParseException(), _:
            return f"{as_typed(error.override)} cannot be read: check its brackets, commas and quotes."
        case _, OverrideParseException():
            return _about_the_line(error.__cause__)
        case _, ConfigAttributeError() | ConfigKeyError() as missing:
            return _no_such_setting(missing)
        case _, ConfigTypeError() if str(error).startswith(_MISFIT):
            return _misfit(error)
    return f"The command line cannot be used: {as_typed(_first_part(error))}"


def _no_such_setting(missing: ConfigAttributeError | ConfigKeyError) -> str:
    """A name that the configuration does not have, with the nearest ones beside which it was looked for."""
    name, beside = as_typed(str(missing.full_key)), missing.parent_node
    group = name.rpartition(".")[0]
    keys = list(beside) if isinstance(beside, DictConfig) else []
    known = [as_typed(f"{group}.{key}" if group else str(key)) for key in keys if key != "hydra"]
    if not known or name in known:
        single = name if name in known else group
        return f"{single} has no settings of its own: give it as {single}=VALUE."
    return str(unknown("setting", name, known))


def _misfit(error: Exception) -> str:
    """What a setting is that was given as something else."""
    key = str(error).removeprefix(_MISFIT).strip().partition("=")[0]
    if getattr(error.__cause__, "object_type", None) is dict:
        return f"{key} is a group of settings: set one of them, {key}.NAME=VALUE."
    return f"{key} is a list: give it as {key}=[A,B]."


def _first_part(error: Exception) -> str:
    """What is wrong, without the advice about Hydra that follows."""
    said = re.split(r"\n(?:To append|See https|Config search path|\s+full_key)", str(error))[0]
    return " ".join(said.split())


def _say(words: str, code: int) -> None:
    print(" ".join(words.split()), file=sys.stderr)  # noqa: T201 - the command's own output
    raise SystemExit(code)
