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

HOUSE = Path(__file__).parent.parent
LIBRARIES = ("brain-circulation", "mesa", "numpy", "pandas", "scipy", "pyarrow", "hydra-core")


@dataclass(frozen=True)
class Result:
    """A finished run; its outcomes are read from disk only when asked for."""

    folder: Path
    effects: "pd.DataFrame"
    manifest: dict[str, Any]

    @property
    def outcomes(self) -> "pd.DataFrame":
        """Every replicate's outcomes in one tidy table."""
        import pandas as pd

        return pd.read_parquet(self.folder / "outcomes.parquet")


@dataclass(frozen=True)
class Store:
    """The finished results under one directory; an InputError says so if it cannot be written."""

    root: Path

    def __post_init__(self) -> None:
        try:
            self.root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(f"Results cannot be written to '{self.root}': {error.strerror}.") from None
        if not os.access(self.root, os.W_OK | os.X_OK):
            raise InputError(f"Results cannot be written to '{self.root}': choose another folder with output=.")

    def read(self, run: str) -> Result | None:
        """The finished result of this name, or None."""
        import pandas as pd

        folder = self.root / run
        if not (folder / "manifest.json").is_file():
            return None
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        return Result(folder, pd.read_csv(folder / "effects.csv"), manifest)

    def save(
        self,
        run: str,
        outcomes: "pd.DataFrame",
        effects: "pd.DataFrame",
        manifest: Mapping[str, Any],
        draw: Callable[[Path], None],
    ) -> Result:
        """Check both tables and write everything aside; the folder takes its name only when it is whole."""
        from experiments import schema

        outcomes = schema.OUTCOMES.validate(outcomes.assign(run=run)[list(schema.OUTCOMES.columns)])
        effects = schema.EFFECTS.validate(effects)
        aside = Path(tempfile.mkdtemp(prefix=f".{run}-", dir=self.root))
        try:
            outcomes.to_parquet(aside / "outcomes.parquet", index=False)
            effects.to_csv(aside / "effects.csv", index=False)
            (aside / "figures").mkdir()
            draw(aside / "figures")
            text = json.dumps(_finite(manifest), indent=2, ensure_ascii=False)
            (aside / "manifest.json").write_text(text + "\n", encoding="utf-8")
            aside.chmod(0o755)
            shutil.rmtree(self.root / run, ignore_errors=True)
            aside.rename(self.root / run)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
        return Result(self.root / run, effects, dict(manifest))


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
