"""The worked example of the documents runs as it stands."""

import re
from pathlib import Path

DOC = Path(__file__).parents[2] / "docs" / "en" / "rounds.md"


def test_the_worked_example_runs(capsys):
    """What people copy must work; its own asserts prove the plans."""
    code = re.search(r"## A worked example.*?```python\n(.*?)```", DOC.read_text("utf-8"), re.S)[1]
    exec(compile(code, "docs/en/rounds.md", "exec"), {})
    shown = capsys.readouterr().out
    assert "rounds," in shown
    assert "→" in shown
