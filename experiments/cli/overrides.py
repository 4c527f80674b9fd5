"""Arguments as the user gives them and as Hydra reads them."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from experiments.errors import InputError, unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

OPTIONS = ("-m", "--multirun", "-h", "--help", "--hydra-help", "--version", "-c", "--cfg", "--resolve", "-i", "--info")
SCHEDULE = "schedule"
_SETTING = re.compile(r"[~+-]*\w[\w./@:-]*(=|$)")


def as_hydra_reads(arguments: Sequence[str]) -> list[str]:
    """Arguments for Hydra. Raises InputError for an unknown option and for what is no NAME=value.

    `-m` may stand anywhere, but Hydra wants it first. `schedule` in front asks for the experiment of that name.
    """
    if arguments[:1] == [SCHEDULE]:
        arguments = [f"experiment={SCHEDULE}", *arguments[1:]]
    for argument in arguments:
        option = argument.partition("=")[0]
        if argument.startswith("-") and option not in OPTIONS:
            raise unknown("option", option, OPTIONS)  # Hydra's own answer would be a page
        if not _SETTING.match(argument):
            raise InputError(f"{argument!r} is not a setting: write NAME=value, such as scale=0.05.")
    return sorted(map(setting, arguments), key=lambda argument: argument not in {"-m", "--multirun"})


def is_about_hydra(argument: str) -> bool:
    """Whether an argument is an option, or a setting of Hydra itself, its launchers and sweepers."""
    return argument.startswith("-") or argument.lstrip("+~").startswith(("hydra.", "hydra/"))


def setting(argument: str) -> str:
    """One setting for Hydra, told to let in levers and parameters: the model knows them, not the configuration."""
    return re.sub(r"^(levers\.|parameters\.overrides\.)", r"++\1", argument)


def as_typed(text: str) -> str:
    """The reverse, for what goes back to a reader."""
    return re.sub(r"\+\+(levers\.|parameters\.overrides\.)", r"\1", text)


def command(arguments: Sequence[str]) -> str:
    """The line that asks for the same again, from the arguments that Hydra was given."""
    return shlex.join(["brain-circulation", *map(as_typed, arguments)])
