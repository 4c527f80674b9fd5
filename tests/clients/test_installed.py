"""What is installed elsewhere is whole, and works in an empty folder without a home."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
PACKAGES = ("sim", "experiments", "configs")
NOT_SHIPPED = {".gitignore"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from a copy of the packages alone, so that nothing of the checkout can fill a gap."""
    source = tmp_path_factory.mktemp("source")
    for name in PACKAGES:
        shutil.copytree(HOUSE / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(HOUSE / name, source)
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir"]
    subprocess.run([*build, str(source / "dist"), str(source)], check=True, capture_output=True, timeout=300)
    (built,) = (source / "dist").glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the installed wheel, and may not be written to."""
    target = tmp_path_factory.mktemp("installed")
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile", "--target", str(target)]
    subprocess.run([*install, str(wheel)], check=True, capture_output=True, timeout=300)
    for path in [target, *target.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    return target


def command(installed: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command of the installed packages in a folder, by a user without a home."""
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "PYTHONPATH": str(installed)}
    start = [sys.executable, "-P", "-B", "-m", "experiments", *arguments]
    return subprocess.run(
        start, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=300, check=False
    )


def test_the_wheel_holds_every_file_of_the_packages(wheel: Path) -> None:
    here = {
        path.relative_to(HOUSE).as_posix()
        for package in PACKAGES
        for path in (HOUSE / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.name not in NOT_SHIPPED
    }
    with zipfile.ZipFile(wheel) as built:
        shipped = {name for name in built.namelist() if ".dist-info/" not in name}
    assert shipped == here


def test_the_installed_command_explains_from_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    done = command(installed, tmp_path, "policy=overseas_weight", "explain=true")
    assert done.returncode == 0, done.stderr
    assert "hiring.overseas_weight" in done.stdout
    assert not list(tmp_path.iterdir())


def test_the_installed_packages_are_the_ones_that_run(installed: Path, tmp_path: Path) -> None:
    where = [sys.executable, "-P", "-c", "import sim, experiments; print(sim.__file__); print(experiments.__file__)"]
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "PYTHONPATH": str(installed)}
    found = subprocess.run(where, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True, timeout=60)
    assert all(Path(line).is_relative_to(installed) for line in found.stdout.split())


def test_a_wrong_name_is_one_sentence_there_too(installed: Path, tmp_path: Path) -> None:
    done = command(installed, tmp_path, "policy=overseas_wait")
    assert done.returncode == 2
    assert "overseas_weight" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not list(tmp_path.iterdir())
