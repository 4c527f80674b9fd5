"""The Python that the README shows runs as it stands, on fewer people."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest


HOUSE = Path(__file__).parents[2]


def test_the_python_of_the_readme_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(HOUSE)
    (block,) = re.findall(r"```python\n(.*?)```", (HOUSE / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    quick = block.replace("scale=0.02, replicates=8", "scale=0.005, replicates=2, workers=1").replace("0.05", "0.01")
    assert quick != block
    script = tmp_path / "readme.py"
    script.write_text(quick, encoding="utf-8")
    names: dict[str, object] = {}
    exec(compile(quick, str(script), "exec"), names)  # noqa: S102 - it is our own text
    assert names["arm"].year == 2035  # type: ignore[attr-defined]
