"""The page of `solara_app` for a browser of this machine: `python -m experiments.examples.watch [PORT]`.

It listens on the loopback alone, whatever the environment says, and asks no network: scripts, styles and fonts are
those that the package `solara-assets` brings.
"""

from __future__ import annotations

import os
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

HOST, PORT = "127.0.0.1", 8765
_NOWHERE = "http://127.0.0.1:9/"  # where nothing answers: what solara-assets does not bring is missed at once
_ENVIRONMENT = {
    "SOLARA_ASSETS_PROXY": "true",
    "SOLARA_ASSETS_CDN": _NOWHERE,
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "false",
}


def why_not() -> str:
    """Why the page would stay blank without internet; empty where it would not."""
    wanted = version("solara")
    try:
        brought = version("solara-assets")
    except PackageNotFoundError:
        brought = "none"
    if brought == wanted:
        return ""
    return f"The page's scripts are of solara-assets {brought}, not {wanted}: pip install solara-assets=={wanted}."


def main(arguments: list[str]) -> int:
    """Serve until Ctrl-C. The first argument is the port; 2 is returned where it is none or the scripts are missing."""
    port = arguments[0] if arguments else str(PORT)
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 2**16):
        print(f"The port {port!r} is no whole number from 1 to 65535.", file=sys.stderr)  # noqa: T201 - a command
        return 2
    if why := why_not():
        print(why, file=sys.stderr)  # noqa: T201 - a command
        return 2
    os.environ.update(_ENVIRONMENT)  # read when solara is imported
    from solara.__main__ import cli

    page = Path(__file__).with_name("solara_app.py")
    cli(["run", str(page), "--host", HOST, "--port", port, "--no-open", "--production"], standalone_mode=False)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
