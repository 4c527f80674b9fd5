"""Each file of the library can be asked for on the command line: what a run refuses, no shipped file holds."""

from __future__ import annotations

import pytest

from experiments.request.comparison import check, question
from experiments.request.policies import load, names
from tests.experiments.request.test_settings import settings


@pytest.mark.parametrize("name", names())
def test_a_file_of_the_library_can_be_asked_for(name: str) -> None:
    kind = load(name).kind
    others = ["policy=overseas_weight"] if kind == "world" else []
    asked = settings(f"{kind}={name}", *others, "parameters=point")
    check(asked, question(asked))
