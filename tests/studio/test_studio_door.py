"""The one door of a folder of files: it names what is there, and nothing that is private."""

from __future__ import annotations

import re
from urllib.parse import unquote

from hemrunda.studio.studio_exports import write_out_index
from maps.common.texts import texts
from maps.reports.index_page import IndexFacts


def test_the_door_leads_to_every_file_and_to_nothing_private(tmp_path):
    """Relative links that open from a disk; odd names are text; nothing gets in or out."""
    made = [
        "staff/2026-03-02/P1.pdf", "maps/teams.html", "plan/rounds.xlsx", "report.html",
        "maps/<b>&.html", "maps/å b.html",
    ]  # fmt: skip
    for name in (*made, "plan/private/rounds.xlsx", "plan/manifest.json", "index.html"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x", encoding="utf-8")
    facts = IndexFacts("<i>Ekhamn", [texts("sv")["index_draft"]], "abc")
    text = write_out_index(tmp_path, facts, "sv").read_text(encoding="utf-8")
    links = [unquote(one) for one in re.findall(r'href="([^"]+)"', text)]
    assert sorted(links) == sorted(made)
    assert all((tmp_path / one).is_file() for one in links)
    assert "<i>" not in text
    assert "<b>" not in text
    assert "Utkast" in text
    assert "default-src &#x27;none&#x27;" in text
    assert "<script" not in text
