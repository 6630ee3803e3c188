"""How soon the inspector page shows an event, and whom it slows down: `python -m benchmarks.page`.

It needs Chromium (apt package chromium) and Playwright. First the time from an event's own response to its row on the
page; then what a sender at a steady rate gets, without and with the page open; last how the page bears a long log.
The browser takes its part of the same machine.
"""

from __future__ import annotations

import http.client
import platform
import shutil
import statistics
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from random import uniform
from time import perf_counter
from typing import NamedTuple

import orjson
import uvloop
from playwright.sync_api import Page, sync_playwright

from benchmarks import events, load
from benchmarks.speed import MOCK, Server, server
from benchmarks.waits import _send_steadily
from mock_capi.world import DEFAULT_KEY

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
SINGLES, PER_SECOND, SECONDS, ROUNDS = 100, 500, 10, 3
LONG_LOG = 50_000
# Notes when each row is in the page: at the next frame after it was put there.
_WATCH = """
() => {
  window.shown = {};
  const note = (id) => requestAnimationFrame(() => { window.shown[id] = performance.timeOrigin + performance.now(); });
  new MutationObserver((changes) => {
    for (const change of changes) for (const node of change.addedNodes) note(node.id);
  }).observe(document.getElementById("list-rows"), { childList: true });
}
"""
_LONG_TASKS = """
() => {
  window.longest = 0;
  const note = (task) => { window.longest = Math.max(window.longest, task.duration); };
  new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type: "longtask" });
}
"""
_TO_THE_END = """
(total) => {
  const list = document.getElementById("list");
  list.scrollTop = list.scrollHeight;
  const last = document.querySelector(`[aria-rowindex="${total + 1}"]`);
  return Boolean(last);
}
"""


class Steady(NamedTuple):
    """What a sender at a steady rate got."""

    per_second: float
    p99_ms: float


def main() -> None:
    print(f"Python {platform.python_version()}, {platform.system()} {platform.machine()}")
    _show_delay()
    alone = [_steady(with_page=False) for _ in range(ROUNDS)]
    beside = [_steady(with_page=True) for _ in range(ROUNDS)]
    one, other = (statistics.median(found.per_second for found in rounds) for rounds in (alone, beside))
    print(f"a sender of {PER_SECOND} events a second reaches {one:.1f} alone, {other:.1f} with the page open")
    print(f"  which is {100 * (1 - other / one):.1f} % less")
    for label, rounds in (("alone", alone), ("with the page open", beside)):
        print(f"  its p99 {label}: {statistics.median(found.p99_ms for found in rounds):.2f} ms")
    _show_long_log()


@contextmanager
def page(running: Server) -> Iterator[Page]:
    """The inspector, live."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        shown = browser.new_page()
        shown.goto(f"http://127.0.0.1:{running.port}/_inspect")
        shown.wait_for_selector("#connection[data-state=live]")
        yield shown
        browser.close()


def _show_delay() -> None:
    with server(*MOCK) as running, page(running) as shown:
        shown.evaluate(_WATCH)
        answered = dict(_answers(running))
        shown.wait_for_function("count => Object.keys(window.shown).length >= count", arg=SINGLES)
        seen: dict[str, float] = shown.evaluate("window.shown")
    delays = sorted(seen[f"row-{name}"] - at for name, at in answered.items())
    p95 = delays[int(len(delays) * 0.95)]
    print(f"from an event's response to its row: median {statistics.median(delays):.0f} ms, p95 {p95:.0f} ms")


def _answers(running: Server) -> Iterator[tuple[str, float]]:
    """Sends events now and then; each one's id, and when it was answered, in epoch milliseconds."""
    connection = http.client.HTTPConnection("127.0.0.1", running.port)
    headers = {"Authorization": f"Bearer {DEFAULT_KEY}", "Content-Type": "application/json"}
    for number in range(SINGLES):
        time.sleep(uniform(0.05, 0.25))  # noqa: S311 - nobody gains from guessing it
        connection.request("POST", "/v1/events", events.single(number), headers)
        answer = connection.getresponse().read()
        yield orjson.loads(answer)["submission_id"], time.time() * 1000


def _steady(*, with_page: bool) -> Steady:
    with server(*MOCK) as running:
        if not with_page:
            return _measured(running)
        with page(running) as shown:
            # Playwright keeps its own event loop running in this thread.
            with ThreadPoolExecutor(1) as sender:
                found = sender.submit(_measured, running).result()
            shown.wait_for_selector("#list-rows .row")
            return found


def _measured(running: Server) -> Steady:
    count = PER_SECOND * SECONDS
    started = perf_counter()
    latencies: Sequence[float] = uvloop.run(_send_steadily(running, count))
    return Steady(count / (perf_counter() - started), latencies[int(count * 0.99)] * 1000)


def _show_long_log() -> None:
    with server(*MOCK) as running:
        requests = [load.post("/v1/events", events.single(number), DEFAULT_KEY) for number in range(LONG_LOG)]
        assert not load.run(running.port, requests, 8).refused
        started = perf_counter()
        with page(running) as shown:
            shown.wait_for_selector("#list-rows .row")
            print(
                f"{LONG_LOG:,} submissions: the page is there after {perf_counter() - started:.1f} s, browser and all"
            )
            shown.evaluate(_LONG_TASKS)
            started = perf_counter()
            shown.wait_for_function(_TO_THE_END, arg=LONG_LOG, timeout=300_000)
            built = shown.locator("#list-rows .row").count()
            print(f"  the oldest is reached by scrolling after {perf_counter() - started:.1f} s,", end=" ")
            print(f"longest task {shown.evaluate('window.longest'):.0f} ms, {built} rows built")


if __name__ == "__main__":
    main()
