"""The page of the Python face is made from the docstrings, and the notebooks run as they stand."""

import importlib.util
import json
import re
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs" / "en"


def _script(name):
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_what_the_docstrings_say():
    """A name that changes without its page is a broken promise."""
    assert (DOCS / "api.md").read_text(encoding="utf-8") == _script("make_api").page()


def _shown(notebook):
    """What each code cell shows, in plain text; a plan's id is its own, and k-means is not ours."""
    texts = []
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code" and "theirs" not in "".join(cell["source"]):
            plain = ["".join(output["data"]["text/plain"]) for output in cell["outputs"]]
            texts.append(re.sub(r"Plan \w{8}", "Plan", "".join(plain)))
    return texts


@pytest.mark.parametrize("name", sorted(path.name for path in DOCS.glob("*.ipynb")))
def test_notebooks_run_and_show_what_is_kept_in_them(name):
    """Each cell in order, in one namespace, as a reader would; `run_notebooks` makes them anew."""
    kept = json.loads((DOCS / name).read_text(encoding="utf-8"))
    assert len(kept["cells"]) >= 5
    assert any(_shown(kept))
    assert _shown(_script("run_notebooks").executed(DOCS / name)) == _shown(kept)
