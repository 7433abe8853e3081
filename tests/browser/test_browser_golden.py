"""Golden images: the canvases as they were when a person looked at them and found them right.

``HEMRUNDA_GOLDEN=write`` makes them anew; look at them before committing. On a mismatch the
difference is written as a picture, and the message says where.
"""

from __future__ import annotations

import base64
import importlib.util
import io
import os
from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.browser

GOLDEN = Path(__file__).parent / "golden"
DIFFERENT = 40
"""Of 255, in any colour: antialiasing differs by less between versions of Chromium."""
SHARE_MAX = {"team": 0.004, "before": 0.004, "round": 0.01}
"""The round's stops have numbers in them, drawn by the machine's own font."""

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


def compare(name: str, picture: bytes, tmp_path: Path) -> None:
    image = pytest.importorskip("PIL.Image")
    golden = GOLDEN / f"{name}.png"
    if os.environ.get("HEMRUNDA_GOLDEN") == "write":
        GOLDEN.mkdir(exist_ok=True)
        image.open(io.BytesIO(picture)).convert("RGB").save(golden, optimize=True)
    now = np.asarray(image.open(io.BytesIO(picture)).convert("RGB"), dtype=np.int16)
    was = np.asarray(image.open(golden).convert("RGB"), dtype=np.int16)
    assert now.shape == was.shape
    differs = np.abs(now - was).max(axis=2) > DIFFERENT
    if differs.mean() > SHARE_MAX[name]:
        shown = np.where(differs[..., None], [255, 0, 0], 160 + was * 95 // 255).astype(np.uint8)
        image.fromarray(shown).save(tmp_path / f"{name}-difference.png")
        pytest.fail(f"{differs.mean():.2%} differs: see {tmp_path / f'{name}-difference.png'}")


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
