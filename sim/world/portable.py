"""Names that a file or a folder can have on every system, so that what was made on one can be taken to another."""

from __future__ import annotations

_DEVICES = {"CON", "PRN", "AUX", "NUL", *(f"{port}{number}" for port in ("COM", "LPT") for number in "123456789¹²³")}


def unportable(name: str) -> str:
    """Why no file or folder of Windows can have a name; empty where one can."""
    if name.partition(".")[0].rstrip().upper() in _DEVICES:
        return f"{name!r} is a device on Windows, with any ending"
    if name.strip(".") and name[-1] in ". ":
        return f"{name!r} ends in a dot or a space, which Windows takes away"
    return ""
