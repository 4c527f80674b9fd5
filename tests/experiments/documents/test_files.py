"""The files that docs/files.md shows are files that can be run."""

import re
from pathlib import Path

import pytest

from experiments.documents.__main__ import main
from experiments.documents.forms import parts
from experiments.report.explain import explanation
from experiments.request.comparison import check, question
from sim.instruments import counted
from sim.world.programme_forms import FORMS
from tests.experiments.request.test_settings import settings

PAGE = (Path(__file__).parents[3] / "docs" / "files.md").read_text(encoding="utf-8")
_HEAD = "name: mine\ntitle: t\ntitle_ja: t\nsource: s\ngrade: A\nstart: 2026\n"
FILES = {
    "policy" if "kind: policy" in text else "programme" if text.startswith("programmes:") else "world": text
    for text in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
}
FILES["programme"] = _HEAD + FILES["programme"]


@pytest.mark.parametrize("text", FILES.values(), ids=FILES)
def test_a_file_that_is_shown_can_be_asked_for_and_does_something(text: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(text, encoding="utf-8")
    asked = settings(f"policy={file}", "parameters=point")
    wanted = question(asked)
    check(asked, wanted)
    assert "will do nothing" not in explanation(asked, wanted)


def test_every_kind_and_field_and_item_stands_in_the_made_parts() -> None:
    made = parts()
    for kind, form in FORMS.items():
        row = next(line for line in made["programmes"].splitlines() if line.startswith(f"| `{kind.value}`"))
        common = made["programmes"].splitlines()[0]
        for name in form.model_fields:
            assert f"`{name}`" in row or f"`{name}`" in common, (kind, name)
            assert f"| `{name}` |" in made["texts"] + made["numbers"], name
    for item in (*counted.COUNTED, *counted.of_instruments()):
        assert re.search(rf"`{item}[`.]", made["items"]), item


def test_a_part_of_the_page_that_is_not_current_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stale = tmp_path / "files.md"
    stale.write_text(PAGE.replace("XXX per hour", "XXX per day"), encoding="utf-8")
    monkeypatch.setattr("experiments.documents.__main__.FILES", stale)
    assert main(["--check"]) == 1
    assert main([]) == 0
    assert stale.read_text(encoding="utf-8") == PAGE
