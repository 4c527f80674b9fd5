"""What a run is asked to do, checked before anything is computed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from experiments.errors import InputError
from experiments.report.language import languages
from experiments.request.composition import defaults
from sim.world.country import in_full, is_path
from sim.world.portable import unportable
from sim.world.reading import NEEDED

Names = tuple[str, ...]
Window = tuple[int, int]
Whole = Annotated[int, Field(strict=True)]  # neither 'true' nor '1.0' is a count
Real = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Year = Annotated[Whole, Field(ge=1)]  # after the fork
USUAL_WINDOWS: tuple[Window, ...] = ((1, 5), (6, 10), (16, 20))
"""Windows of years after the fork where none are given."""
FIRST_READ: Window = (6, 10)
"""The window of years after the fork that is read first, where a run holds it."""

SHIPPED_ENSEMBLE = "shipped"
_NAME_BYTES = 180  # file systems take 255, of which ends of names need some
ASKED = frozenset(
    (
        *("policy", "against", "world", "arms", "budget", "levers", "levers_from"),
        *("fork", "until", "windows", "replicates", "sets"),
    )
)
"""Settings that say what is asked, of which a study refuses those that it does not read; the others say of which people
and parameters it is asked, how it is run, and how it is shown."""
LEAST_SCALE = 1e-4  # some forty persons: fewer are no country
MOST_REPLICATES, MOST_WORKERS = 100_000, 1_024


def _window(value: object) -> object:
    """A single year is a window of one year."""
    return (value, value) if isinstance(value, int) else value


class Section(BaseModel):
    """A part of the settings: fixed once read, and every key known."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ParameterSettings(Section):
    """Which parameter sets, and values that hold in every one of them.

    `ensemble`: `shipped` (that of the country), the path of an ensemble file, or None for the defaults of the parameter
    file.
    """

    ensemble: str | None = Field(default=SHIPPED_ENSEMBLE, min_length=1)
    overrides: dict[str, Real] = {}


class OutcomeSettings(Section):
    """Rows of the printed table by theme, each an outcome or outcome/group."""

    table: dict[str, Names]


class ExecutorSettings(Section):
    """Where replicates run: processes of this machine, one after the other, or a running Dask scheduler."""

    kind: Literal["processes", "serial", "dask"]
    address: str | None = None

    @model_validator(mode="after")
    def _address_for_dask_only(self) -> Self:
        if (self.kind == "dask") != (self.address is not None):
            wanted = "needs executor.address=tcp://HOST:PORT of a running scheduler"
            raise ValueError(f"executor={self.kind} {wanted if self.kind == 'dask' else 'takes no address'}")
        return self


class Settings(Section):
    """A checked run; see configs/settings/config.yaml for the meaning and the defaults of every entry."""

    name: str
    seed: Whole = Field(ge=0, lt=2**63)
    scale: Real = Field(gt=0, le=1)
    replicates: Whole = Field(ge=1, le=MOST_REPLICATES)
    sets: Whole = Field(default=40, ge=1, le=MOST_REPLICATES)
    workers: Whole | None = Field(default=None, ge=1, le=MOST_WORKERS)
    fork: Whole
    until: Whole
    windows: Annotated[tuple[Annotated[tuple[Year, Year], BeforeValidator(_window)], ...] | None, Field(min_length=1)]
    policy: Names | None = None
    against: Names = ()
    world: Names = ()
    library: Path | None = None
    arms: tuple[Names, ...] = ()
    budget: Annotated[Real, Field(gt=0)] | None = None
    levers: dict[str, Real] = {}
    levers_from: Whole | None = None
    country: str | None = Field(default=None, min_length=1)
    parameters: ParameterSettings
    outcomes: OutcomeSettings
    executor: ExecutorSettings
    output: Annotated[Path, AfterValidator(in_full)]
    language: str = "en"
    table: Literal["screen", "full"] = "screen"
    explain: bool = Field(default=False, strict=True)

    @field_validator("language")
    @classmethod
    def _a_language_there_is(cls, value: str) -> str:
        if value not in (known := languages()):
            raise ValueError(f"language: an answer can be given in {' or '.join(known)}, not in {value!r}")
        return value

    @field_validator("country", mode="before")
    @classmethod
    def _a_path_is_text(cls, value: object) -> object:
        return str(value.absolute()) if isinstance(value, Path) else value

    @field_validator("country")
    @classmethod
    def _a_folder_is_the_same_everywhere(cls, value: str | None) -> str | None:
        """Workers and jobs may run in another directory."""
        return str(in_full(value).absolute()) if value and is_path(value) else value

    @field_validator("name")
    @classmethod
    def _a_folder_can_be_called_so(cls, value: str) -> str:
        if not re.fullmatch(r"\w[\w.-]*", value):
            raise ValueError(f"name: {value!r} names a folder: letters, digits, '_', '-' and '.' alone, no dot first")
        if why := unportable(value):
            raise ValueError(f"name: {why}; choose another name")
        if len(value.encode()) > _NAME_BYTES:
            raise ValueError(f"name: {value!r} is too long for a folder; give {_NAME_BYTES // 3} letters or fewer")
        return unicodedata.normalize("NFC", value)

    @field_validator("scale")
    @classmethod
    def _there_are_people(cls, value: float) -> float:
        if value < LEAST_SCALE:
            raise ValueError(
                f"scale: at {value:g} hardly anybody is left; give {LEAST_SCALE:g} (1 person in 10,000) to 1"
            )
        return value

    @field_validator("policy", "against", "world", mode="before")
    @classmethod
    def _one_name_is_a_list(cls, value: object) -> object:
        return [str(value)] if isinstance(value, str | Path) else value

    @field_validator("policy", "against", "world")
    @classmethod
    def _each_has_a_name_and_is_given_once(cls, value: Names | None, info: ValidationInfo) -> Names | None:
        for name in value or ():
            if not name.strip():
                raise ValueError(
                    f"{info.field_name}: a name is missing; null takes none, and list shows those there are"
                )
            if (value or ()).count(name) > 1:
                raise ValueError(f"{info.field_name}: {name} is given twice; keep one")
        return value

    @field_validator("against", "world", mode="before")
    @classmethod
    def _nothing_is_the_baseline(cls, value: object) -> object:
        return () if value is None else value

    @field_validator("library")
    @classmethod
    def _a_library_is_the_same_everywhere(cls, value: Path | None) -> Path | None:
        return value and in_full(value).absolute()

    @field_validator("levers", mode="before")
    @classmethod
    def _dotted_names(cls, value: object) -> object:
        return dict(_flat(value)) if isinstance(value, Mapping) else value

    @model_validator(mode="after")
    def _years_in_order(self) -> Self:
        if self.until <= self.fork:
            raise ValueError(f"until ({self.until}) must be after the fork year ({self.fork})")
        windows, span = self.windows or (), self.until - self.fork
        if twice := [window for window in windows if windows.count(window) > 1]:
            raise ValueError(f"windows: {list(twice[0])} is given twice; keep one")
        if wrong := [window for window in windows if window[0] > window[1]]:
            raise ValueError(f"windows: {list(wrong[0])} ends before it begins; give the first and the last year")
        if late := [window for window in windows if window[1] > span]:
            enough = self.fork + max(last for _, last in late)
            raise ValueError(
                f"windows: {list(late[0])} ends after the run, which holds {span} years after {self.fork}; give an "
                f"earlier one, or until={enough}"
            )
        if self.levers_from is not None and not self.fork < self.levers_from <= self.until:
            raise ValueError(f"levers_from ({self.levers_from}) must lie between {self.fork + 1} and {self.until}")
        if self.levers_from is not None and not self.levers:
            raise ValueError(
                f"levers_from ({self.levers_from}) is the first year of levers.NAME=VALUE, and none is set: set one, "
                "or leave levers_from out; a policy file has its own start"
            )
        return self

    @property
    def draws(self) -> int:
        """Parameter sets drawn; 1 where there is no ensemble to draw from, and never more than there are replicates."""
        return 1 if self.parameters.ensemble is None else min(self.sets, self.replicates)

    @property
    def seeds(self) -> tuple[int, ...]:
        """Replicates of each parameter set: as even as can be, the first sets have one more."""
        each, more = divmod(self.replicates, self.draws)
        return tuple(each + (number < more) for number in range(self.draws))

    @property
    def reached(self) -> tuple[Window, ...]:
        """Windows (years after the fork) that effects are means over, in order: those given, or else the usual ones
        that lie wholly inside the run, and all its years where none does.
        """
        if self.windows is not None:
            return tuple(sorted(self.windows))
        span = self.until - self.fork
        return tuple(window for window in USUAL_WINDOWS if window[1] <= span) or ((1, span),)

    @property
    def read_first(self) -> Window:
        """The window that is read first: the sixth to the tenth year, or else the last one reached."""
        reached = self.reached
        return FIRST_READ if FIRST_READ in reached else reached[-1]

    @property
    def chosen(self) -> tuple[Names, ...]:
        """The policies of each arm: the arm asked for (levers alone are one too), or else those of the experiment."""
        if self.policy is not None:
            return (self.policy,)
        return ((),) if self.levers else self.arms

    def identity(self) -> dict[str, Any]:
        """What the numbers depend on, names of files and policies aside: not how a run is done, shown and stored."""
        kept = {"name", "seed", "scale", "replicates", "fork", "until", "windows", "budget"}
        return self.model_dump(mode="json", include=kept) | {"draws": self.draws}


def read_settings(config: Mapping[str, Any]) -> Settings:
    """Settings from a resolved configuration; an InputError names every entry that is wrong."""
    try:
        return Settings.model_validate(config)
    except ValidationError as error:
        raise InputError("; ".join(_sentence(dict(e)) for e in error.errors()) + ".") from None


def read_section[S: Section](
    config: Mapping[str, Any], name: str, kind: type[S], reads: Collection[str] = ()
) -> tuple[S, Settings]:
    """An experiment's own section of a resolved configuration, and the settings beside it; InputErrors as there.

    reads: those of `ASKED` that the experiment reads; any other that somebody gave is refused.
    """
    _refuse_unread(config, name, tuple(kind.model_fields), reads)
    try:
        own = kind.model_validate(config[name])
    except ValidationError as error:
        said = (f"{'.'.join(map(str, (name, *e['loc'])))}: {e['msg'].lower()}" for e in error.errors())
        raise InputError("; ".join(said) + ".") from None
    return own, read_settings({entry: value for entry, value in config.items() if entry != name})


def _refuse_unread(config: Mapping[str, Any], name: str, own: Iterable[str], reads: Collection[str]) -> None:
    usual = defaults()
    said = {one: "levers.NAME" if one == "levers" else one for one in sorted(ASKED)}
    given = [word for one, word in said.items() if one not in reads and config.get(one) != usual.get(one)]
    if given:
        read = [*(f"{name}.{entry}" for entry in own), *(said[one] for one in sorted(reads) if one != "arms")]
        raise InputError(
            f"experiment={name} does not read {' or '.join(given)}: leave {'it' if len(given) == 1 else 'them'} out; "
            f"what it is asked is set by {', '.join(read)}."
        )


def _flat(tree: Mapping[Any, object], above: str = "") -> list[tuple[str, object]]:
    """Leaves of a nested mapping under their dotted names: how `levers.hiring.overseas_weight=1` arrives."""
    leaves: list[tuple[str, object]] = []
    for key, value in tree.items():
        name = f"{above}{key}"
        leaves += _flat(value, f"{name}.") if isinstance(value, Mapping) else [(name, value)]
    return leaves


def _sentence(error: dict[str, Any]) -> str:
    entry = ".".join(str(part) for part in error["loc"])
    message = " ".join(error["msg"].removeprefix("Value error, ").split())
    if not entry or error["type"] == "value_error":
        return message
    if needed := NEEDED.get(error["type"]):
        return f"{entry}: {needed} is needed, not {error['input']!r}"
    given = f", not {error['input']!r}" if isinstance(error["input"], str | int | float) else ""
    return f"{entry}: {message[0].lower()}{message[1:]}{given}"
