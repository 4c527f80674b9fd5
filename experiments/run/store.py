"""Results on disk: a folder named by what it was computed from, there whole or not at all."""

import hashlib
import json
import math
import os
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

HOUSE = Path(__file__).parents[2]
LIBRARIES = ("brain-circulation", "mesa", "numpy", "pandas", "scipy", "pyarrow", "hydra-core")


@dataclass(frozen=True)
class Result:
    """A finished run with its main table; its outcomes are read from disk only when asked for."""

    folder: Path
    effects: "pd.DataFrame"
    manifest: dict[str, Any]

    @property
    def outcomes(self) -> "pd.DataFrame":
        """Every replicate's outcomes in one tidy table."""
        import pandas as pd

        return pd.read_parquet(self.folder / "outcomes.parquet")

    @property
    def points(self) -> "pd.DataFrame":
        """The points of a sweep and whether each is done."""
        import pandas as pd

        return pd.read_csv(self.folder / "points.csv", keep_default_na=False)


@dataclass(frozen=True)
class Store:
    """The finished results under one directory; an InputError says so if it cannot be written.

    table: the file of a result's main table, its `effects`. beside: files without which a result is not whole.
    """

    root: Path
    table: str = "effects.csv"
    beside: tuple[str, ...] = ("outcomes.parquet",)

    def __post_init__(self) -> None:
        try:
            self.root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"Results cannot be written to '{self.root}': {error.strerror}.") from None
        if not os.access(self.root, os.W_OK | os.X_OK):
            raise InputError(f"Results cannot be written to '{self.root}': choose another folder with output=.")

    def read(self, run: str) -> Result | None:
        """The finished result of this name, or None where there is none or it can no longer be read."""
        import pandas as pd

        folder = self.root / run
        try:
            manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
            effects = pd.read_csv(folder / self.table)
        except (FileNotFoundError, NotADirectoryError, ValueError):
            return None
        there = all((folder / name).is_file() for name in self.beside)
        whole = isinstance(manifest, dict) and there and not effects.empty
        return Result(folder, effects, manifest) if whole else None

    def save(
        self,
        run: str,
        tables: "Mapping[str, pd.DataFrame]",
        manifest: Mapping[str, Any],
        illustrate: Callable[[Path], None],
    ) -> Result:
        """Write a run's tables, the main one among them, as `write` does, and hand them back as a result."""
        return Result(self.write(run, tables, manifest, illustrate), tables[self.table], dict(manifest))

    def write(
        self,
        run: str,
        tables: "Mapping[str, pd.DataFrame]",
        manifest: Mapping[str, Any],
        illustrate: Callable[[Path], None],
    ) -> Path:
        """Write checked tables (by file name), manifest and all else aside; the folder takes its name when it is whole.

        `illustrate` writes what is made from the tables, given a folder that holds an empty `figures`.
        """
        aside = Path(tempfile.mkdtemp(prefix=f".{run}-", dir=self.root))
        try:
            for name, table in tables.items():
                write_table(table, aside / name)
            (aside / "figures").mkdir()
            illustrate(aside)
            text = json.dumps(_finite(manifest), indent=2, ensure_ascii=False)
            (aside / "manifest.json").write_text(text + "\n", encoding="utf-8")
            aside.chmod(0o755)
            shutil.rmtree(self.root / run, ignore_errors=True)
            aside.rename(self.root / run)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
        return self.root / run


def write_table(table: "pd.DataFrame", path: Path) -> None:
    """A table as Parquet or CSV, by the ending of its name."""
    if path.suffix == ".parquet":
        table.to_parquet(path, index=False)
    else:
        table.to_csv(path, index=False)


def fingerprint(identity: Mapping[str, Any]) -> str:
    """SHA-256 of everything the numbers depend on, code included."""
    text = json.dumps({**identity, "code": code_version()}, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def code_version() -> str:
    """SHA-256 of the model's and the experiments' sources."""
    digest = hashlib.sha256()
    for path in sorted([*(HOUSE / "sim").rglob("*.py"), *(HOUSE / "experiments").rglob("*.py")]):
        digest.update(path.relative_to(HOUSE).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
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
    describe = [git, "-C", str(HOUSE), "describe", "--always", "--dirty", "--abbrev=40"]
    return subprocess.run(describe, capture_output=True, text=True, check=False).stdout.strip() or None  # noqa: S603


def _finite(value: object) -> object:
    """The same tree with null where JSON has no number."""
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
