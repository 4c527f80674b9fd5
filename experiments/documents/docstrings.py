"""How docstrings are read for the site: what a reader types at a prompt, with its answer, is code and not text."""

from __future__ import annotations

from typing import Any

from griffe import Extension, Object

PROMPT = ">>> "


class Examples(Extension):
    """Fences every worked example of a docstring."""

    def on_object(self, *, obj: Object, **_: Any) -> None:  # noqa: ANN401 - griffe passes what it likes
        """Rewrite the docstring of a module, class or function as it is read."""
        if obj.docstring and PROMPT in obj.docstring.value:
            obj.docstring.value = fenced(obj.docstring.value)


def fenced(text: str) -> str:
    """The text with each example, from its prompt to the next blank line, in a fence."""
    lines: list[str] = []
    inside = False
    for line in [*text.splitlines(), ""]:
        if line.startswith(PROMPT) and not inside:
            lines.append("```pycon")
            inside = True
        elif inside and not line.strip():
            lines.append("```")
            inside = False
        lines.append(line)
    return "\n".join(lines).rstrip()
