"""Results on disk: a folder named by what it was computed from, there whole or not at all."""

from __future__ import annotations

import csv
import glob
import hashlib
import json
import math
import os
import platform
import shutil
import subprocess
import tempfile
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.errors import InputError
from experiments.notices import notice
from experiments.run.checkpoint import Checkpoint
from experiments.run.files import checksum, put
from experiments.run.lock import held, tried
from sim.world.portable import unportable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

ROOT = Path(__file__).parents[2]
LIBRARIES = ("brain-circulation", "mesa", "numpy", "pandas", "scipy", "pyarrow", "hydra-core")
SCHEMA = 4
"""Version of the result files: what is in a manifest and in the tables. A result of another version is made again."""

MANIFEST = "manifest.json"
CHECKSUM = "checksum"
"""Where a manifest holds the checksum of all else in it."""

EFFECTS = "effects.csv"
TARGETS = "targets.csv"
TEXTS = (
    *("policy", "against", "outcome", "group", "unit", "window", "certainty"),
    *("named_by", "limit", "source", "grade"),
)
"""Columns of tables that hold texts, also where they look like numbers, as a window of one year does."""

_AT_A_TIME = 20_000  # rows that are read
_LOCK = ".lock"
_WRITING = ".writing-"  # between the name of a run and what tells two tries to write it apart


@dataclass(frozen=True)
class Result:
    """A finished run. Its tables are read from disk when they are asked for, or held where nothing was stored."""

    folder: Path
    manifest: Mapping[str, Any]
    held: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    def table(self, name: str, **how: Any) -> pd.DataFrame:  # noqa: ANN401 - as in pandas.read_csv
        """A table by the name of its file, exactly as it was computed; `how` is for pandas.read_csv."""
        if name in self.held:
            return self.held[name]
        import pandas as pd

        if name.endswith(".parquet"):
            return pd.read_parquet(self.folder / name)
        table: pd.DataFrame = pd.read_csv(self.folder / name, **_as_written(how))
        return table

    def some_rows(self, name: str, keep: Callable[[pd.DataFrame], NDArray[np.bool_]]) -> pd.DataFrame:
        """The rows of a table that a rule keeps; a CSV file is never in memory as a whole."""
        if name in self.held:
            table = self.held[name]
            return table[keep(table)].reset_index(drop=True)
        import pandas as pd

        with pd.read_csv(self.folder / name, chunksize=_AT_A_TIME, **_as_written({})) as parts:
            return pd.concat([part[keep(part)] for part in parts], ignore_index=True)

    def effects_of(self, window: str) -> list[dict[str, Any]]:
        """The rows of `effects` that are means over one window of years, by column.

        They are read without pandas, which takes a fourth of a second to import: a third of showing a stored result.
        """
        return self._lines(EFFECTS, lambda row: row["window"] == window)

    @property
    def targets(self) -> list[dict[str, Any]]:
        """The targets of the documents beside the levels of the model, if any; read as `effects_of` is."""
        return self._lines(TARGETS) if TARGETS in self.manifest["files"] else []

    def _lines(self, name: str, keep: Callable[[dict[str, str]], bool] = lambda _: True) -> list[dict[str, Any]]:
        with (self.folder / name).open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.DictReader(file) if keep(row)]
        return [{column: cell if column in TEXTS else _number(cell) for column, cell in row.items()} for row in rows]

    @property
    def effects(self) -> pd.DataFrame:
        """The effects of a what-if or a sweep."""
        return self.table(EFFECTS)

    @property
    def outcomes(self) -> pd.DataFrame:
        """Every replicate's outcomes in one tidy table."""
        return self.table("outcomes.parquet")

    @property
    def points(self) -> pd.DataFrame:
        """The points of a sweep and whether each is done."""
        return self.table("points.csv", na_values=[])


@dataclass(frozen=True)
class Store:
    """The finished results under one directory, which need not be writable for one of them to be read back."""

    root: Path

    def find(self, run: str, mark: str) -> Result | None:
        """The finished result of this name and fingerprint, or None where there is none that is whole."""
        return None if self._fault(run, mark) else Result(self.root / run, self._manifest(run))

    def prepare(self) -> None:
        """Have a directory that can be written to; an InputError says so if there is none."""
        try:
            for folder in (self.root, *self.root.parents):
                if folder.exists():
                    break  # what is there has its name already
                if why := unportable(folder.name):
                    raise InputError(f"Results cannot be written to '{self.root}': {why}.")
            self.root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"Results cannot be written to '{self.root}': {error.strerror}.") from None
        if not os.access(self.root, os.W_OK | os.X_OK):
            raise InputError(f"Results cannot be written to '{self.root}': choose another folder with output=.")

    @contextmanager
    def held(self, run: str) -> Iterator[None]:
        """Be the only one who makes this result; another command that makes it is waited for.

        Meanwhile what commands that were killed while writing have left behind is cleared.
        """
        lock = self.root / f".{run}{_LOCK}"
        with held(lock, lambda: notice("The same command is running already: waiting for its result.")):
            self._clear(run)
            yield

    def checkpoint(self, run: str) -> Checkpoint:
        """Where the finished pieces of this run are kept until it is stored."""
        return Checkpoint(self.root / f".{run}.pieces")

    def set_aside(self, run: str, mark: str) -> None:
        """Rename what has the name of this run and is no whole result of it, and say so."""
        folder = self.root / run
        if not folder.exists() or not (fault := self._fault(run, mark)):
            return
        number = 1
        while (aside := self.root / f"{run}.damaged-{number}").exists():
            number += 1
        folder.rename(aside)
        notice(f"The result in {folder} cannot be used ({fault}): it was set aside as {aside.name} and is made again.")

    def write(
        self,
        run: str,
        tables: Mapping[str, pd.DataFrame | Path],
        manifest: Mapping[str, Any],
        illustrate: Callable[[Path], None],
    ) -> Result:
        """Write checked tables (by file name), manifest and all else aside; the folder takes its name when it is whole.

        A table that is a path is a file that was written already, and is moved. `illustrate` writes what is made from
        the tables, given a folder that holds an empty `figures`. The manifest gets the version of the files, the
        checksum of every one of them, figures too, and one of its own.
        """
        aside = Path(tempfile.mkdtemp(prefix=f".{run}{_WRITING}", dir=self.root))
        try:
            for name, table in tables.items():
                write_table(table, aside / name)
            (aside / "figures").mkdir()
            illustrate(aside)
            whole = _sealed({"schema": SCHEMA, **manifest, "files": _checksums(aside)})
            (aside / MANIFEST).write_text(json.dumps(whole, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
            aside.chmod(0o755)
            shutil.rmtree(self.root / run, ignore_errors=True)  # of an equal command, where there are no locks
            put(aside, self.root / run)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
        return Result(self.root / run, self._manifest(run))

    def _manifest(self, run: str) -> dict[str, Any]:
        manifest: dict[str, Any] = json.loads((self.root / run / MANIFEST).read_text(encoding="utf-8"))
        return manifest

    def _fault(self, run: str, mark: str) -> str | None:
        """Why what is there is no whole result of this run; None where it is one."""
        folder = self.root / run
        try:
            manifest = self._manifest(run)
            if manifest["schema"] != SCHEMA:
                return f"its files are of version {manifest['schema']}, not {SCHEMA}"
            if manifest[CHECKSUM] != _of_manifest(manifest):
                return f"{MANIFEST} changed since it was written"
            if manifest["fingerprint"] != mark:
                return "it was computed from something else"
            files: dict[str, str] = manifest["files"]
            changed = [name for name, known in files.items() if checksum(folder / name) != known]
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            missing = Path(error.filename).name if isinstance(error, OSError) and error.filename else MANIFEST
            return f"{missing} is missing or cannot be read"
        return f"{', '.join(changed)} changed since it was written" if changed else None

    def _clear(self, run: str) -> None:
        """Remove what was half written by processes that are gone: of this run, which is held, and of others."""
        self._clear_one(run)
        writing = {path.name[1:].rpartition(_WRITING)[0] for path in self.root.glob(f".*{_WRITING}*")}
        locked = {path.name[1:].removesuffix(_LOCK) for path in self.root.glob(f".*{_LOCK}")}
        for other in (writing | locked) - {run}:
            with suppress(OSError), tried(self.root / f".{other}{_LOCK}") as alone:
                if alone:
                    self._clear_one(other)

    def _clear_one(self, run: str) -> None:
        for aside in self.root.glob(f".{glob.escape(run)}{_WRITING}*"):
            shutil.rmtree(aside, ignore_errors=True)


def _as_written(how: Mapping[str, Any]) -> dict[str, Any]:
    """How pandas reads a CSV table as it was computed; `how` beside it."""
    types = {**dict.fromkeys(TEXTS, str), **how.get("dtype", {})}
    return {"keep_default_na": False, "na_values": [""], **how, "dtype": types}


def write_table(table: pd.DataFrame | Path, path: Path) -> None:
    """A table as Parquet or CSV, by the ending of its name, with the version of the files; a file that is one moves."""
    if isinstance(table, Path):
        table.replace(path)
    elif path.suffix == ".parquet":
        table = table.copy(deep=False)
        table.attrs["schema"] = SCHEMA
        table.to_parquet(path, index=False)
    else:
        table.to_csv(path, index=False)


def _checksums(folder: Path) -> dict[str, str]:
    """Checksums of all files in a folder and below, by names that are the same on every system."""
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: checksum(files[name]) for name in sorted(files)}


def _sealed(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """A manifest as it is read back, with a checksum by which any change of it is noticed."""
    read_back: dict[str, Any] = json.loads(json.dumps(_finite(manifest)))
    return {**read_back, CHECKSUM: _of_manifest(read_back)}


def _of_manifest(manifest: Mapping[str, Any]) -> str:
    """SHA-256 of what a manifest holds beside its own checksum; how it is laid out in lines does not count."""
    text = json.dumps({key: value for key, value in manifest.items() if key != CHECKSUM}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def fingerprint(identity: Mapping[str, Any]) -> str:
    """SHA-256 of everything the numbers depend on, code included."""
    text = json.dumps({**identity, "code": code_version()}, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def code_version() -> str:
    """SHA-256 of the model's and the experiments' sources."""
    digest = hashlib.sha256()
    for path in sorted([*(ROOT / "sim").rglob("*.py"), *(ROOT / "experiments").rglob("*.py")]):
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def provenance() -> dict[str, Any]:
    """Python, library versions, code and commit that a result was made with."""
    return {
        "python": platform.python_version(),
        "packages": {name: version(name) for name in LIBRARIES},
        "code": code_version(),
        "commit": _commit(),
    }


def _commit() -> str | None:
    git = shutil.which("git")
    if git is None:
        return None
    describe = [git, "-C", str(ROOT), "describe", "--always", "--dirty", "--abbrev=40"]
    said = subprocess.run(describe, capture_output=True, encoding="utf-8", errors="replace", check=False)  # noqa: S603
    return said.stdout.strip() or None


def _number(cell: str) -> float:
    """What stands in a cell of a CSV table; NaN where nothing does."""
    return int(cell) if cell.removeprefix("-").isdigit() else float(cell or "nan")


def _finite(value: object) -> object:
    """The same tree with null where JSON has no number."""
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
