"""Hooks of mkdocs: pages that stand outside docs/, formulas as MathML, and the reference of the code, a page a room.

The site needs nothing from elsewhere: no fonts, no scripts that set formulas.
"""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

HOUSE = Path(__file__).parents[2]
OUTSIDE = {"index.md": "README.md", "changelog.md": "CHANGELOG.md", "contributing.md": "CONTRIBUTING.md"}
"""Pages of the site that are files of the root, by the name that they have in the site."""

_LINK = re.compile(r"(?<!!)\[([^\]]+)\]\(([^)\s]+)\)")
_FORMULA = re.compile(r'<(span|div) class="arithmatex">\\[(\[](.*?)\\[)\]]</\1>', re.DOTALL)


def rooms(package: str) -> dict[str, list[str]]:
    """The modules of a package by room, a subpackage of the first level; those beside the rooms under the package."""
    found: dict[str, list[str]] = {}
    for path in sorted((HOUSE / package).rglob("*.py")):
        parts = path.relative_to(HOUSE).with_suffix("").parts
        parts = parts[:-1] if parts[-1] == "__init__" else parts
        if parts[-1] == "__main__" or "hydra_plugins" in parts:
            continue
        is_room = len(parts) > 1 and (HOUSE / package / parts[1]).is_dir()
        found.setdefault(".".join(parts[: 2 if is_room else 1]), []).append(".".join(parts))
    return {room: modules for room, modules in sorted(found.items()) if (HOUSE / room.replace(".", "/")).is_dir()}


def page(room: str, modules: list[str]) -> str:
    """The page of a room: the directives that mkdocstrings makes its modules' documents of."""
    directives = "\n\n".join(f"::: {module}\n    options: {{show_submodules: false}}" for module in modules)
    return f"# {room}\n\n{directives}\n"


def on_config(config: Any) -> Any:  # noqa: ANN401 - mkdocs gives its own types, which need not be installed
    """Put a page for every room at the end of the contents."""
    pages = {package: [{room: _path(room)} for room in rooms(package)] for package in ("sim", "experiments")}
    config.nav.append({"Reference": [{package: entries} for package, entries in pages.items()]})
    return config


def on_files(files: Any, config: Any) -> Any:  # noqa: ANN401
    """Add the pages that are no files of docs/."""
    from mkdocs.structure.files import File

    for name, source in OUTSIDE.items():
        files.append(File.generated(config, name, content=_text(source)))
    for package in ("sim", "experiments"):
        for room, modules in rooms(package).items():
            files.append(File.generated(config, _path(room), content=page(room, modules)))
    return files


def _text(source: str) -> str:
    """A file of the root, whose pictures lie where the site has them."""
    return (HOUSE / source).read_text(encoding="utf-8").replace("](docs/pictures/", "](pictures/")


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:  # noqa: ANN401
    """Make links between documents those of the site; what the site does not hold is named without a link."""
    here = HOUSE / OUTSIDE.get(page.file.src_uri, f"docs/{page.file.src_uri}")
    names = {(HOUSE / source).resolve(): name for name, source in OUTSIDE.items()}

    def linked(match: re.Match[str]) -> str:
        text, target = match.groups()
        path, mark, anchor = target.partition("#")
        if not path or ":" in path:
            return match[0]
        file = (here.parent / path).resolve()
        if not file.exists():
            return match[0]  # mkdocs says that it is broken
        if file.suffix == ".md" and file.parent == HOUSE / "docs":
            return f"[{text}]({file.name}{mark}{anchor})"
        return f"[{text}]({names[file]}{mark}{anchor})" if file in names else text

    return _LINK.sub(linked, markdown)


def on_page_content(html: str, **_: Any) -> str:  # noqa: ANN401
    """Set formulas as MathML."""
    return _FORMULA.sub(lambda match: mathml(match[2], block=match[1] == "div"), html)


def mathml(formula: str, *, block: bool) -> str:
    """A formula in TeX, escaped for HTML, as an element that browsers draw by themselves."""
    from latex2mathml.converter import convert

    made = str(convert(html.unescape(formula).strip(), display="block" if block else "inline"))
    return f'<div class="formula">{made}</div>' if block else made


def _path(room: str) -> str:
    return f"reference/{room.replace('.', '/')}/index.md" if "." in room else f"reference/{room}/index.md"
