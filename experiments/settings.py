"""What a run is asked to do, checked before anything is computed."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from experiments.errors import InputError

Names = tuple[str, ...]


class Section(BaseModel):
    """A part of the settings: fixed once read, and every key known."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class WorldSettings(Section):
    """Which world: its name for the reader, its data directory (None: the one that comes with the model)."""

    name: str
    data: Path | None = None


class ParameterSettings(Section):
    """Parameter values that replace the defaults of the parameter file."""

    overrides: dict[str, float] = {}


class OutcomeSettings(Section):
    """Rows of the printed table by theme, each an outcome or outcome/group."""

    table: dict[str, Names]


class Settings(Section):
    """A checked run; see configs/config.yaml for the meaning and the defaults of every entry."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
    seed: int = Field(ge=0)
    scale: float = Field(gt=0, le=1)
    replicates: int = Field(ge=1)
    workers: int | None = Field(default=None, ge=1)
    fork: int
    until: int
    horizons: tuple[Annotated[int, Field(ge=1)], ...] = Field(min_length=1)
    policy: Names | None = None
    arms: tuple[Names, ...] = ()
    levers: dict[str, float] = Field(default={}, max_length=0)
    world: WorldSettings
    parameters: ParameterSettings
    outcomes: OutcomeSettings
    output: Path

    @field_validator("policy", mode="before")
    @classmethod
    def _one_name_is_a_list(cls, value: object) -> object:
        return ([value] if value else []) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _years_in_order(self) -> Self:
        if self.until <= self.fork:
            raise ValueError(f"until ({self.until}) must be after the fork year ({self.fork})")
        if not self.reached:
            raise ValueError(f"no horizon of {list(self.horizons)} years is reached by {self.until}")
        return self

    @property
    def reached(self) -> tuple[int, ...]:
        """Horizons (years after the fork) that lie inside the run, in order."""
        return tuple(sorted({h for h in self.horizons if self.fork + h <= self.until}))

    @property
    def chosen(self) -> tuple[Names, ...]:
        """The arms to run: the one asked for, or else those of the experiment."""
        return self.arms if self.policy is None else (self.policy,)

    def identity(self) -> dict[str, Any]:
        """What the numbers depend on, names of files and policies aside: not how a run is done, shown and stored."""
        unused = {"workers", "output", "outcomes", "policy", "arms", "world", "parameters"}
        return self.model_dump(mode="json", exclude=unused)


def read_settings(config: Mapping[str, Any]) -> Settings:
    """Settings from a resolved configuration; an InputError names every entry that is wrong."""
    try:
        return Settings.model_validate(config)
    except ValidationError as error:
        raise InputError("; ".join(_sentence(dict(e)) for e in error.errors()) + ".") from None


def _sentence(error: dict[str, Any]) -> str:
    entry = ".".join(str(part) for part in error["loc"])
    message = error["msg"].removeprefix("Value error, ")
    if not entry:
        return message
    given = f", not {error['input']!r}" if isinstance(error["input"], str | int | float) else ""
    return f"{entry}: {message[0].lower()}{message[1:]}{given}"
