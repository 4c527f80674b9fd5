"""The configuration that Hydra composes: the command and the Python functions read the same one."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import yaml

from experiments.errors import InputError, unknown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from omegaconf import DictConfig

CONFIGS = Path(__file__).parents[2] / "configs"
SETTINGS = CONFIGS / "settings"
"""What Hydra composes. Policies lie beside it: they are files with names, no choices of a group."""


def library(kind: str) -> list[str]:
    """Names of the files of a library beside the settings, such as configs/policy."""
    return sorted(path.stem for path in (CONFIGS / kind).glob("*.yaml"))


def plain(config: DictConfig) -> dict[str, Any]:
    """The resolved configuration without Hydra's own part, as plain values."""
    from omegaconf import OmegaConf

    ours = OmegaConf.masked_copy(config, [str(key) for key in config if key != "hydra"])
    found = cast("dict[str, Any]", OmegaConf.to_object(ours))
    return {str(key): value for key, value in found.items()}


def line(overrides: Sequence[str]) -> dict[str, Any]:
    """The configuration that the overrides of a command line ask for; raises Hydra's errors."""
    from hydra import compose, initialize_config_dir  # workers compose nothing, and are ready sooner

    with initialize_config_dir(str(SETTINGS), version_base="1.3"):
        return plain(compose("config", overrides=list(overrides)))


def composed(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - checked by `read_settings`
    """The default configuration with changes: a group such as executor by name, all else by value.

    Raises InputError for a name that is no setting and for a choice that its group does not have.
    """
    groups = {name: choice for name, choice in changes.items() if isinstance(choice, str) and is_group(name)}
    for group, choice in groups.items():
        known = _choices(group)
        if choice not in known:
            raise unknown(group, choice, known)
    config = _composed(tuple(sorted(groups.items())))
    for name in changes:
        if name not in config:
            raise unknown("setting", name, config)
    return config | {name: value for name, value in changes.items() if name not in groups}


def refuse_country(name: str) -> None:
    """Raise InputError where a world is asked for by what is a country, which `world` once chose."""
    from sim.world.country import ABOUT, in_full, is_file, is_path, shipped

    if name in shipped() or (is_path(name) and is_file(in_full(name) / ABOUT)):
        raise InputError(
            f"world= does not choose the country: write country={name}; world= takes files of shocks and assumptions, "
            "which hold on both sides."
        )


@cache
def defaults() -> dict[str, Any]:
    """What every setting is where neither the user nor an experiment says anything, choices of groups aside."""
    found: dict[str, Any] = yaml.safe_load((SETTINGS / "config.yaml").read_text("utf-8"))
    return {name: value for name, value in found.items() if name not in ("defaults", "hydra")}


@cache
def _composed(groups: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    return line([f"{group}={choice}" for group, choice in groups])


def is_group(name: str) -> bool:
    """Whether a setting is a choice of files, such as world or executor."""
    return (SETTINGS / name).is_dir()


def put(config: dict[str, Any], name: str, value: object) -> None:
    """Set a value by its dotted name, as an override of the command line would."""
    *above, last = name.split(".")
    for key in above:
        below = config.get(key)
        if not isinstance(below, dict):
            below = config[key] = {}
        config = below
    config[last] = value


def _choices(group: str) -> list[str]:
    return sorted(path.stem for path in (SETTINGS / group).glob("*.yaml"))
