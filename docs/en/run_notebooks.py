"""Runs the notebooks beside it and keeps what they show: ``python docs/en/run_notebooks.py``.

No Jupyter is needed: each cell in order, in one namespace, and of each the value of its last line.
"""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
HTML_MOST = 20_000
"""Characters; a map is seen when the cell is run, and is not kept."""


def outputs_of(source: str, space: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """Run a cell in a namespace; what a notebook shows of it, without its number."""
    body = ast.parse(source, name).body
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    exec(compile(ast.Module(body, []), name, "exec"), space)  # noqa: S102
    value = eval(compile(ast.Expression(last.value), name, "eval"), space) if last else None  # noqa: S307
    if value is None:
        return []
    text = re.sub(r" at 0x[0-9a-f]+", "", repr(value))
    data = {"text/plain": text.splitlines(keepends=True)}
    html = value._repr_html_() if hasattr(value, "_repr_html_") else ""
    if html and len(html) <= HTML_MOST:
        data["text/html"] = html.splitlines(keepends=True)
    return [{"data": data, "metadata": {}, "output_type": "execute_result"}]


def executed(path: Path) -> dict[str, Any]:
    """The notebook with its outputs made anew."""
    notebook: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    space: dict[str, Any] = {}
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    for number, cell in enumerate(cells, 1):
        made = outputs_of("".join(cell["source"]), space, path.name)
        cell["execution_count"] = number
        cell["outputs"] = [{**output, "execution_count": number} for output in made]
    return notebook


if __name__ == "__main__":
    for path in sorted(HERE.glob("*.ipynb")):
        text = json.dumps(executed(path), ensure_ascii=False, indent=1)
        path.write_text(text + "\n", encoding="utf-8")
