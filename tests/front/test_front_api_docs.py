"""The page of the Python face is made from the docstrings, and the notebooks run as they stand."""

import importlib.util
import json
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs" / "en"


def test_the_page_is_what_the_docstrings_say():
    """A name that changes without its page is a broken promise."""
    spec = importlib.util.spec_from_file_location("make_api", DOCS / "make_api.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (DOCS / "api.md").read_text(encoding="utf-8") == module.page()


@pytest.mark.parametrize("name", sorted(path.name for path in DOCS.glob("*.ipynb")))
def test_notebooks_run(name):
    """Each cell in order, in one namespace, as a reader would."""
    cells = json.loads((DOCS / name).read_text(encoding="utf-8"))["cells"]
    space: dict[str, object] = {}
    for cell in cells:
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), name, "exec"), space)
    assert len(cells) >= 5
