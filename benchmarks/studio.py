"""The studio with a whole city open: ``python -m benchmarks.studio [CLIENTS] [DAYS]``.

Starts a studio on a made-up town (5 300 clients by default), opens its page in Chromium, and
measures what a planner waits for: the first view, a pan of the map and a drag's feedback in the
page, a client's move answered, and the memory of server and worker. The town is made before, and
the opening is told apart: it is behind a progress bar.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.common import Row, finish

WAIT_MS = 1_800_000
PANS = """async () => {
  const map = document.querySelector('.st-map-holder');
  const box = map.getBoundingClientRect();
  const at = (kind, x, y) => map.dispatchEvent(new PointerEvent(kind, {
    bubbles: true, clientX: x, clientY: y, button: 0, pointerId: 1, isPrimary: true }));
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  const taken = [];
  let [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  at('pointermove', x, y);
  await frame();
  for (let i = 0; i < 40; i += 1) {
    const begun = performance.now();
    x += 6; y += 3;
    at('pointermove', x, y);
    await frame();
    taken.push(performance.now() - begun);
  }
  return taken;
}"""


def main() -> None:
    """Measure, and print the table."""
    from playwright.sync_api import sync_playwright

    from data.progress import Progress
    from hemrunda.studio.folders import make_demo

    n_clients = int(sys.argv[1]) if len(sys.argv) > 1 else 5300
    n_days = int(sys.argv[2]) if len(sys.argv) > 2 else 14
    root = Path(tempfile.mkdtemp(prefix="studio-"))
    folder = make_demo(root, n_clients, n_days, Progress())
    serving = subprocess.Popen(
        [sys.executable, "-m", "hemrunda", "studio", "--no-browser", str(folder)],
        cwd=root, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    memory = Memory(serving.pid)
    try:
        address = (serving.stdout.readline() if serving.stdout else "").split()[-1]
        named = os.environ.get("HEMRUNDA_CHROMIUM") or shutil.which("chromium")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=named, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.set_default_timeout(WAIT_MS)
            rows = measured(page, address, n_clients)
            browser.close()
        most_mb = memory.most_mb()
        rows.append(_row(f"{n_clients} brukare: server och arbetare, mest", most_mb, "MB", 1536))
    finally:
        serving.terminate()
        serving.wait()
        shutil.rmtree(root)
    finish(rows, None)


def measured(page: Any, address: str, n_clients: int) -> list[Row]:
    """What a planner waits for, in order."""
    begun = time.perf_counter()
    page.goto(address)
    until(page, "document.querySelector('.st-teams') !== null")
    opening_s = time.perf_counter() - begun
    rows = [Row(f"{n_clients} brukare: öppna mappen", round(opening_s, 1), "s", "–", None)]
    origin = re.match(r"http://[^/]+", address)[0]  # type: ignore[index]
    firsts = [timed(lambda: first_view(page, origin)) for _ in range(3)]
    rows.append(_row("första vyn", 1000 * statistics.median(firsts), "ms", 2000))
    page.wait_for_timeout(1000)
    pans = page.evaluate(PANS)
    rows.append(_row("kartan under pekaren, en bild", statistics.median(pans), "ms", 100))
    moves = [move(page, i) for i in range(5)]
    rows.append(_row("en flytt besvarad", statistics.median(moves), "ms", 300))
    return rows


def first_view(page: Any, origin: str) -> None:
    """The page anew, until the teams are drawn."""
    page.goto("about:blank")
    page.goto(f"{origin}/#/arbetslag")
    until(page, "document.querySelector('.st-teams') !== null")


def move(page: Any, i: int) -> float:
    """Milliseconds of a client's move, asked as the page asks."""
    found = page.evaluate(
        """async (i) => {
          const state = await (await fetch('/api/state')).json();
          const teams = await (await fetch('/api/teams')).json();
          const counts = Hemrunda.decode(teams.clients.team);
          const home = counts.findIndex((n) => n > 0);
          const to = teams.teams[(home + 1 + i) % teams.teams.length].id;
          const client = teams.clients.id.find(
            (id) => !teams.locked.includes(id) && !teams.moved[id]);
          const begun = performance.now();
          const answer = await fetch('/api/act', { method: 'POST', body: JSON.stringify({
            rev: state.rev, kind: 'move', args: { client_ids: [client], team_id: to } }) });
          const text = await answer.text();
          return [performance.now() - begun, answer.status, text.slice(0, 200)];
        }""",
        i,
    )
    if found[1] != 200:
        raise RuntimeError(found[2])
    return float(found[0])


def timed(run: Callable[[], None]) -> float:
    """Seconds by the wall."""
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun


def until(page: Any, is_so: str) -> None:
    """Look until it is so; the page's policy forbids what playwright would wait with."""
    end_s = time.monotonic() + WAIT_MS / 1000
    while not page.evaluate(is_so):
        if time.monotonic() > end_s:
            raise TimeoutError(is_so)
        time.sleep(0.01)


def family(pid: int) -> list[int]:
    """A process and its children."""
    found = [pid]
    tasks = Path(f"/proc/{pid}/task/{pid}/children")
    with contextlib.suppress(OSError):
        for child in tasks.read_text().split():
            found += family(int(child))
    return found


class Memory:
    """The most that a process and its children have held, looked at four times a second.

    What two of them share is counted once (``Pss``): that is what the machine must have.
    """

    def __init__(self, pid: int) -> None:
        self._pid, self._most_mb, self._is_over = pid, 0.0, threading.Event()
        self._watching = threading.Thread(target=self._watch, daemon=True)
        self._watching.start()

    def _watch(self) -> None:
        while not self._is_over.wait(0.25):
            self._most_mb = max(self._most_mb, sum(_held_mb(pid) for pid in family(self._pid)))

    def most_mb(self) -> float:
        """Leave off looking."""
        self._is_over.set()
        self._watching.join()
        return self._most_mb


def _held_mb(pid: int) -> float:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:  # it has just ended
        return 0.0
    return sum(int(kb) for kb in re.findall(r"^Pss:\s+(\d+)", text, re.MULTILINE)) / 1024


def _row(work: str, value: float, unit: str, most: float) -> Row:
    return Row(work, round(value, 1), unit, f"≤ {most} {unit}", value <= most)


if __name__ == "__main__":
    main()
