"""The files that docs/files.md shows are files that can be run."""

import re
from pathlib import Path

import pytest

from experiments.report.explain import explanation
from experiments.request.comparison import check, question
from tests.experiments.request.test_settings import settings

PAGE = (Path(__file__).parents[3] / "docs" / "files.md").read_text(encoding="utf-8")
FILES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("text", FILES, ids=["policy", "world"])
def test_a_file_that_is_shown_can_be_asked_for_and_does_something(text: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(text, encoding="utf-8")
    asked = settings(f"policy={file}", "parameters=point")
    wanted = question(asked)
    check(asked, wanted)
    assert "will do nothing" not in explanation(asked, wanted)
