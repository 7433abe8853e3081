"""The studio's pictures from a real Chromium: ``python docs/gallery/studio_pictures.py [FOLDER]``.

It walks as a planner does, in a folder of its own (a temporary one by default), over the made-up
municipality; the pictures are put beside this script.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
WAIT_MS = 3_600_000


def main() -> None:
    """Start a studio, walk through it, and take the pictures."""
    from playwright.sync_api import sync_playwright

    folder = Path(sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp(prefix="studio-"))
    named = os.environ.get("HEMRUNDA_CHROMIUM") or shutil.which("chromium")
    serving = subprocess.Popen(
        [sys.executable, "-m", "hemrunda", "studio", "--no-browser"],
        cwd=folder,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        address = (serving.stdout.readline() if serving.stdout else "").split()[-1]
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=named, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.set_default_timeout(WAIT_MS)
            page.goto(address)
            walk(page)
            browser.close()
    finally:
        serving.terminate()
        serving.wait()


def take(page: Any, name: str) -> None:
    """One picture, when the page has come to rest; of a telephone's width where the name says."""
    is_narrow = name.endswith("-390")
    if is_narrow:
        page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_timeout(1500)
    page.screenshot(path=HERE / f"studio-{name}.png")
    if is_narrow:
        page.set_viewport_size({"width": 1440, "height": 900})


def go(page: Any, name: str, there: str) -> None:
    """Another view."""
    page.evaluate(f"location.hash = '#/{name}'")
    page.wait_for_selector(there)


def walk(page: Any) -> None:
    """From the three doors to the morning desk."""
    page.wait_for_selector(".st-door")
    take(page, "start")
    take(page, "start-390")
    page.evaluate(
        "fetch('/api/demo', {method: 'POST', headers: {'content-type': 'application/json'}, "
        "body: JSON.stringify({n_clients: 400, n_days: 7})})"
    )
    page.wait_for_selector(".st-teams")
    page.locator(".st-team-name").nth(3).click()
    page.locator(".st-lines.is-two .st-line").nth(2).click()
    page.locator(".st-team-button").first.click()
    page.wait_for_selector(".is-effect")
    take(page, "teams")
    take(page, "teams-390")
    go(page, "tabeller", ".st-page")
    take(page, "tables-390")
    go(page, "forslag", ".st-swipe")
    page.get_by_role("button", name="Räkna fram vägarna").click()
    page.wait_for_selector("#st-front")
    page.locator("#st-front").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(".st-pairs")
    page.wait_for_selector(".st-panel:not([aria-busy])")
    take(page, "proposals")
    go(page, "kontakter", ".st-client")
    page.locator(".st-client").nth(3).click()
    page.get_by_role("button", name="Önskar annan kontakt").click()
    page.wait_for_selector(".is-asked")
    page.wait_for_selector(".st-candidate")
    take(page, "contacts")
    page.get_by_role("button", name="Planera rundor").click()
    page.get_by_label("Snabb").check()
    page.get_by_role("button", name="Börja").click()
    page.wait_for_selector(".st-dialog.is-job .st-tile")
    page.locator(".st-best", has_text=re.compile(r": \d+ rundor")).wait_for()
    take(page, "planning")
    page.get_by_role("button", name="Använd planen").click()
    go(page, "rundor", ".st-visit")
    page.wait_for_timeout(1500)
    visit = page.locator(".st-visit[data-hollow=false]").nth(6)
    visit.click()
    page.wait_for_selector(".st-place-line")
    visit.focus()
    page.keyboard.press("f")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(".hr-lane.is-legal, .hr-lane.is-illegal")
    take(page, "rounds")
    page.keyboard.press("Escape")
    take(page, "rounds-390")
    go(page, "morgon", ".st-desk")
    box = page.get_by_label("Sjuk", exact=True)
    box.fill(page.evaluate("fetch('/api/people').then((r) => r.json()).then((p) => p[2].id)"))
    box.press("Enter")
    page.get_by_role("button", name="Visa lagningar").click()
    page.wait_for_selector(".st-repair")
    take(page, "desk")
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator(".st-repair").first.evaluate("(one) => one.scrollIntoView()")
    take(page, "desk-390")
    go(page, "kontakter", ".st-client")
    take(page, "contacts-390")
    go(page, "ut", ".st-way")
    take(page, "out-390")


if __name__ == "__main__":
    main()
