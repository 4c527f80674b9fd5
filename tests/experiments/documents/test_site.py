"""The site builds without a warning, with every page, formulas set, and nothing fetched from elsewhere."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from experiments.documents import site
from experiments.documents.docstrings import fenced

HOUSE = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    done = subprocess.run(command, cwd=HOUSE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_every_document_and_room_has_a_page(built: Path) -> None:
    for name in ("index", "architecture", "odd", "odd_summary", "glossary", "changelog", "contributing"):
        assert (built / ("index.html" if name == "index" else f"{name}/index.html")).is_file(), name
    for package in ("sim", "experiments"):
        for room, modules in site.rooms(package).items():
            page = (built / "reference" / Path(*room.split(".")) / "index.html").read_text(encoding="utf-8")
            assert all(f'id="{module}"' in page for module in modules), room


def test_formulas_are_set_and_nothing_is_fetched(built: Path) -> None:
    page = (built / "odd" / "index.html").read_text(encoding="utf-8")
    assert "<math" in page
    assert "arithmatex" not in page
    for path in built.rglob("*.html"):
        assert not re.search(
            r'<(?:script|link|img)[^>]+(?:src|href)="(?:https?:)?//', path.read_text(encoding="utf-8")
        ), path


def test_examples_of_docstrings_are_code(built: Path) -> None:
    assert fenced("A.\n\n>>> f(1)\n2\n\nB.") == "A.\n\n```pycon\n>>> f(1)\n2\n```\n\nB."
    assert fenced("A.\n>>> f(1)\n2") == "A.\n```pycon\n>>> f(1)\n2\n```"
    page = (built / "reference" / "sim" / "rules" / "index.html").read_text(encoding="utf-8")
    assert "&gt;&gt;&gt;" in page
    assert "<blockquote>" not in page
