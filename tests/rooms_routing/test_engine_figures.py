"""The page of figures says what the benchmarks wrote, and nothing else."""

import json

from benchmarks.common import Row, finish
from benchmarks.figures import page


def test_every_row_of_every_file_is_on_the_page(tmp_path):
    """Value, unit, target, peers, machine and date; a target that was missed is in bold."""
    rows = [
        Row("R104", 0.25, "% gap", "≤ 0.3 %", True, {"PyVRP": 0.5}, "a machine", "2026-11-29"),
        Row("RC108", 0.75, "% gap", "≤ 0.3 %", False, {}, "a machine", "2026-11-29"),
    ]
    finish(rows, str(tmp_path / "pure.json"))
    text = page([tmp_path / "pure.json"])
    assert "## pure" in text
    assert "| R104 | 0.25 % gap | ≤ 0.3 % | yes | PyVRP 0.5 |" in text
    assert "| RC108 | 0.75 % gap | ≤ 0.3 % | **no** |  |" in text
    assert "a machine, 2026-11-29" in text
    assert len(json.loads((tmp_path / "pure.json").read_text("utf-8"))) == text.count("% gap |")
