"""The gallery shows what users' own commands write."""

import re
import runpy
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GALLERY = ROOT / "docs" / "gallery"
MAKE = runpy.run_path(str(GALLERY / "make.py"))
STUDIO = (GALLERY / "studio_pictures.py").read_text(encoding="utf-8")
SHOTS = [shot for step in MAKE["STEPS"] for shot in step.shots]


def pictures_shown():
    """Every picture that the README or the gallery shows, but those of how it was before."""
    pages = (ROOT / "README.md", GALLERY / "README.md")
    links = [
        link
        for page in pages
        for link in re.findall(r"\]\(([^)]+\.png)\)", page.read_text(encoding="utf-8"))
    ]
    return {Path(link).name for link in links if "changes/" not in link}


def test_every_picture_is_made_by_one_of_the_two_scripts():
    by_studio = {f"studio-{name}.png" for name in re.findall(r'take\(\w+, "([\w-]+)"\)', STUDIO)}
    made = {shot.picture for shot in SHOTS} | by_studio
    assert pictures_shown() == made
    assert made == {path.name for path in GALLERY.glob("*.png")}


def test_each_finding_has_its_picture_before_and_after():
    """Each picture of the folder is shown, beside its other half."""
    shown = re.findall(r"changes/([\w-]+)\.png", (GALLERY / "README.md").read_text("utf-8"))
    assert sorted(shown) == sorted(path.stem for path in (GALLERY / "changes").iterdir())
    before = [name.removesuffix("-before") for name in shown if name.endswith("-before")]
    after = [name.removesuffix("-after") for name in shown if name.endswith("-after")]
    assert len(before) > 20
    assert before == after


def test_users_commands_write_what_is_photographed(small_run, browser, tmp_path):
    """All but the first command, which made the small town; every picture has its page."""
    pytest.importorskip("playwright")
    shutil.copytree(small_run / "out", tmp_path / "out")
    pictures = tmp_path / "pictures"
    for step in MAKE["STEPS"]:
        if step.commands != ("demo",):
            MAKE["run"](tmp_path, step, effort=" --iterations 500 --workers 1")
        MAKE["photograph"](browser, tmp_path, pictures, step.shots)
    assert {path.name for path in pictures.iterdir()} == {shot.picture for shot in SHOTS}
