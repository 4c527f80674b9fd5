"""The page of the watched model in a real browser on a closed network: it draws, steps, plays and moves a lever."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from experiments.examples import watch
from tests.clients.browser import chromium, needs_chromium

if TYPE_CHECKING:
    from collections.abc import Iterator

HOUSE = Path(__file__).parents[2]
HERE = "http://127.0.0.1"
SECONDS = 240
ELSEWHERE = {"HOST": "0.0.0.0", "SOLARA_HOST": "0.0.0.0", "SOLARA_ASSETS_PROXY": "false"}  # noqa: S104  is refused
pytestmark = [
    needs_chromium,
    pytest.mark.skipif(
        bool(watch.why_not()) and not os.environ.get("CI"), reason=watch.why_not() or "scripts are there"
    ),
]


@pytest.fixture(scope="module")
def port() -> int:
    with socket.socket() as free:
        free.bind((watch.HOST, 0))
        number: int = free.getsockname()[1]
    return number


def answers(port: int) -> bool:
    with socket.socket() as asking:
        return not asking.connect_ex((watch.HOST, port))


@pytest.fixture(scope="module")
def served(port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the page, served in an environment that would have it listen to everybody."""
    log = tmp_path_factory.mktemp("page") / "log"
    start = [sys.executable, "-m", "experiments.examples.watch", str(port)]
    with (
        log.open("w") as out,
        subprocess.Popen(start, cwd=HOUSE, env=os.environ | ELSEWHERE, stdout=out, stderr=out) as running,
    ):
        deadline = time.monotonic() + SECONDS
        while not answers(port):
            assert running.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.2)
        yield f"{HERE}:{port}/"
        running.terminate()


@pytest.fixture(scope="module")
def page(served: str) -> Iterator[Any]:
    """The page as it is loaded, with every request that left this machine."""
    with chromium() as browser:
        shown = browser.new_page(viewport={"width": 1400, "height": 1000})
        shown.set_default_timeout(SECONDS * 1000)
        shown.asked_elsewhere = []
        shown.route(
            lambda address: not address.startswith((HERE, "data:", "blob:")),
            lambda route: (shown.asked_elsewhere.append(route.request.url), route.abort()),
        )
        shown.goto(served)
        yield shown


def year(page: Any) -> int:  # noqa: ANN401 - playwright is not needed to read this
    title = page.get_by_text(re.compile(r"Who is where at the end of \d{4}")).first
    title.wait_for()
    return int(re.findall(r"\d{4}", title.inner_text())[0])


def until(page: Any, wanted: int) -> None:  # noqa: ANN401
    page.get_by_text(f"Who is where at the end of {wanted}").first.wait_for()


def test_it_listens_on_the_loopback_alone(served: str, port: int) -> None:
    assert served
    listening = Path("/proc/net/tcp")
    if not listening.exists():
        pytest.skip("sockets are listed in /proc/net/tcp of Linux alone")
    rows = [row.split() for row in listening.read_text().splitlines()[1:]]
    bound = {row[1].split(":")[0] for row in rows if row[3] == "0A" and int(row[1].split(":")[1], 16) == port}
    assert bound == {"0100007F"}


def test_it_draws_steps_plays_and_moves_a_lever(page: Any) -> None:  # noqa: ANN401
    assert year(page) == 2025
    pictures = page.locator("img, svg.main-svg, .solara-svg svg, canvas, svg[viewBox]")
    pictures.first.wait_for()
    before = page.locator("body").inner_html()
    page.get_by_role("button", name="Step").click()
    until(page, 2026)
    assert page.locator("body").inner_html() != before

    slider = page.locator(".v-slider__thumb-container").first
    slider.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="Reset").click()
    until(page, 2025)

    page.get_by_role("button", name="▶").click()
    until(page, 2027)
    page.get_by_role("button", name="❚❚").click()
    assert page.asked_elsewhere == []
