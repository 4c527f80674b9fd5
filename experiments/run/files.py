"""Files that are there whole or not at all, also after a power cut."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_BLOCK = 1 << 20


def sync(path: Path) -> None:
    """Have a file, or the names in a folder, on the disk before anything that follows."""
    if path.is_dir() and os.name != "posix":
        return  # elsewhere a folder cannot be opened
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def put(aside: Path, path: Path) -> None:
    """Give what was written aside, a file or a folder, its name; it is on the disk before it has it."""
    for file in (file for file in aside.rglob("*") if file.is_file()) if aside.is_dir() else ():
        sync(file)
    sync(aside)
    aside.replace(path)
    sync(path.parent)


def checksum(path: Path) -> str:
    """SHA-256 of a file's bytes, read block by block."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
