"""An audit that could look up nothing is no clean one."""

from __future__ import annotations

import json
import re

import pytest

from tests.audit import FOUND, UNKNOWN, verdict

KNOWN = {"name": "a", "version": "1", "vulns": []}
WEAK = {"name": "b", "version": "2", "vulns": [{"id": "CVE-1"}]}
SKIPPED = {"name": "c", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("found", "code", "words"),
    [
        ([KNOWN], 0, "No weakness is known of the 1 locked"),
        ([KNOWN, WEAK], FOUND, r"b 2 \(CVE-1\)"),
        ([KNOWN, SKIPPED], UNKNOWN, "Only 1 of 2"),
        ([SKIPPED, WEAK], FOUND, "CVE-1"),
        ([], UNKNOWN, "Only 0 of 0"),
    ],
)
def test_what_was_not_looked_up_is_said(found: list[object], code: int, words: str) -> None:
    said, ends = verdict(json.dumps({"dependencies": found}))
    assert ends == code
    assert re.search(words, said), said


def test_no_report_is_no_clean_one() -> None:
    assert verdict("")[1] == UNKNOWN
