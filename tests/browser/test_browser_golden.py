"""Golden images: canvases and paper as they were when a person looked at them and found them right.

``HEMRUNDA_GOLDEN=write`` makes them anew; look at them before committing. On a mismatch the
difference is written as a picture, and the message says where.
"""

from __future__ import annotations

import base64
import importlib.util
import io
import os
import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import maps
from maps.paper.cyclic_view import cyclic_sheet
from routing.answers.cyclic_weeks import CyclicCell

pytestmark = pytest.mark.browser

GOLDEN = Path(__file__).parent / "golden"
DIFFERENT = 40
"""Of 255, in any colour, of pixels averaged with their neighbours: antialiasing and hinting differ
by less between versions of Chromium, poppler and the machines' fonts."""
SHARE_MAX = {"team": 0.004, "before": 0.004, "round": 0.01}
PAPER_SHARE_MAX = 0.004
"""The round's stops have numbers in them, drawn by the machine's own font."""

MEASURES = {
    "municipality": {
        "n_clients": 24,
        "planned": {"planned_pct": 98.5, "n_unplanned": 3},
        "who": {"tier_pct": {"contact": 31.0, "vice": 14.0}, "contact_ceiling_pct": 44.0},
        "continuity": {"distinct_carers_mean": 7.9},
        "hours": {"client_time_pct": 66.0, "travel_pct": 13.1},
    },
    "teams": {},
}
BEFORE = {
    "municipality": {
        "planned": {"planned_pct": 97.0, "n_unplanned": 6},
        "who": {"tier_pct": {"contact": 22.0, "vice": 14.0}, "contact_ceiling_pct": 44.0},
        "continuity": {"distinct_carers_mean": 12.4},
        "hours": {"client_time_pct": 62.0, "travel_pct": 15.6},
    },
    "teams": {},
}

_spec = importlib.util.spec_from_file_location(
    "browser_maps_cases", Path(__file__).with_name("test_browser_maps.py")
)
_cases = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_cases)

MERGED = """() => {
  const box = Hemrunda.map.getContainer().getBoundingClientRect();
  const whole = document.createElement('canvas');
  whole.width = box.width;
  whole.height = box.height;
  const ctx = whole.getContext('2d');
  for (const one of document.querySelectorAll('.hr-canvas')) {
    const at = one.getBoundingClientRect();
    ctx.drawImage(one, at.left - box.left, at.top - box.top, at.width, at.height);
  }
  return whole.toDataURL('image/png');
}"""


def softened(picture: np.ndarray) -> np.ndarray:
    """Each pixel as the mean of the nine around it."""
    whole = np.pad(picture.astype(np.float32), ((1, 1), (1, 1), (0, 0)), mode="edge")
    rows = whole[:-2] + whole[1:-1] + whole[2:]
    return (rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:]) / 9


def compare(name: str, picture: bytes, tmp_path: Path) -> None:
    image = pytest.importorskip("PIL.Image")
    golden = GOLDEN / f"{name}.png"
    if os.environ.get("HEMRUNDA_GOLDEN") == "write":
        GOLDEN.mkdir(exist_ok=True)
        image.open(io.BytesIO(picture)).convert("RGB").save(golden, optimize=True)
    now = np.asarray(image.open(io.BytesIO(picture)).convert("RGB"), dtype=np.int16)
    was = np.asarray(image.open(golden).convert("RGB"), dtype=np.int16)
    assert now.shape == was.shape
    differs = np.abs(softened(now) - softened(was)).max(axis=2) > DIFFERENT
    if differs.mean() > SHARE_MAX.get(name, PAPER_SHARE_MAX):
        shown = np.where(differs[..., None], [255, 0, 0], 160 + was * 95 // 255).astype(np.uint8)
        image.fromarray(shown).save(tmp_path / f"{name}-difference.png")
        pytest.fail(f"{differs.mean():.2%} differs: see {tmp_path / f'{name}-difference.png'}")


def test_a_letter_drawn_a_little_otherwise_is_no_change():
    """Half a pixel of another font passes; a line that is gone does not."""
    text = np.full((60, 200, 3), 255, dtype=np.int16)
    text[20:40, 20:180:8] = 60
    other = text.copy()
    other[20:40, 21:181:8] = 200
    other[20:40, 20:180:8] = 110
    gone = np.full_like(text, 255)
    assert np.abs(softened(text) - softened(other)).max() <= DIFFERENT
    assert (np.abs(softened(text) - softened(gone)).max(axis=2) > DIFFERENT).mean() > 0.05


@pytest.mark.parametrize("name", ["team", "before", "round"])
def test_canvases_look_as_they_did(tmp_path, make_town, open_file, name):
    """What no assertion on numbers sees: order of layers, patterns, widths, colours."""
    write = _cases.write_round if name == "round" else _cases.write_team
    opened = open_file(write(tmp_path / "map.html", make_town()), width=1000, height=640)
    page = opened.page
    page.wait_for_selector("body[data-ready=yes]")
    # Letters are drawn by the machine's own fonts: leave them out.
    if name != "round":
        page.get_by_label("Arbetslagens namn").uncheck()
    if name == "before":
        page.get_by_label("Jämför med tidigare indelning").check()
    page.evaluate("Hemrunda.map.setZoom(14, { animate: false })")
    picture = base64.b64decode(page.evaluate(MERGED).split(",")[1])
    compare(name, picture, tmp_path)


def write_paper(folder: Path, town: SimpleNamespace) -> dict[str, Path]:
    """One file of each kind of paper."""
    plans = {"municipality": town.municipality, "team_plan": town.team_plan}
    drawn = {**plans, "network": town.network, "plan_id": "p"}
    sheets = maps.write_staff_sheets(
        folder, **drawn, round_plan=town.round_plan, leg_path=town.leg_path, day=town.day,
        phone_on_delay=["k01"],
    )  # fmt: skip
    made = {"paper-sheet": sheets[0]}
    for name in ("paper-report", "paper-cards", "paper-binder", "paper-base"):
        made[name] = folder / f"{name}.pdf"
    maps.write_report(
        made["paper-report"], **drawn, measures=MEASURES, before=BEFORE, profile="council",
        date="2026-03-02", team_table=town.team_table,
    )  # fmt: skip
    maps.write_contact_cards(made["paper-cards"], **plans, client_ids=town.ids[:3], stamp="p")
    maps.write_binder_page(
        made["paper-binder"], municipality=town.municipality, round_plan=town.round_plan,
        staff_id="s1", stamp="p",
    )  # fmt: skip
    cells = [CyclicCell(1, day, f"v{i}", town.ids[i], 1, "s1", 25_200 + 3_300 * k, 0, 1, 1 + k % 2)
             for day in range(5) for k, i in enumerate(range(day, day + 8)) if i != 7]  # fmt: skip
    sheet = cyclic_sheet(
        cells, **plans, dates=(town.day,), staff_id="s1", n_weeks=2, week_of=lambda _: 1
    )
    maps.write_cyclic_sheet(made["paper-base"], sheet, stamp="p")
    return made


@pytest.mark.parametrize(
    "name", ["paper-sheet", "paper-report", "paper-cards", "paper-binder", "paper-base"]
)
def test_paper_looks_as_it_did(tmp_path, make_town, name):
    """Each first page; the font is embedded, so that letters are the same on every machine."""
    tool = shutil.which("pdftoppm")
    if tool is None:
        pytest.skip("no pdftoppm on this machine (poppler-utils)")
    path = write_paper(tmp_path, make_town())[name]
    out = tmp_path / "page"
    command = [tool, "-r", "60", "-f", "1", "-l", "1", "-singlefile", "-png", path, out]
    subprocess.run(command, check=True, capture_output=True)
    compare(name, out.with_suffix(".png").read_bytes(), tmp_path)


def test_the_comparison_sees_a_change(tmp_path, monkeypatch):
    """A test that cannot fail proves nothing: a moved block is found, and drawn."""
    image = pytest.importorskip("PIL.Image")
    monkeypatch.delenv("HEMRUNDA_GOLDEN", raising=False)
    changed = np.asarray(image.open(GOLDEN / "team.png").convert("RGB")).copy()
    changed[100:200, 100:300] = 0
    out = io.BytesIO()
    image.fromarray(changed).save(out, format="PNG")
    with pytest.raises(pytest.fail.Exception, match="differs"):
        compare("team", out.getvalue(), tmp_path)
    assert (tmp_path / "team-difference.png").exists()
