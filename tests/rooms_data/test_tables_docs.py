"""The page of tables and settings is made from the contract, and what it shows can be used."""

import importlib.util
from pathlib import Path

from data.tables.schema.columns import ROUNDS, TABLES
from hemrunda.config import Config, load

EN = Path(__file__).resolve().parents[2] / "docs" / "en"


def _maker():
    spec = importlib.util.spec_from_file_location("make_formats", EN / "make_formats.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_what_the_contract_says():
    """Users read this and not the code: a column or setting that is renamed must be there."""
    assert (EN / "formats.md").read_text(encoding="utf-8") == _maker().page()


def test_every_table_is_on_the_guides_page():
    """Whoever fills in a workbook reads what a row of each sheet is."""
    guide = (EN / "data.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1].strip(" *") for line in guide.splitlines() if line.startswith("| ")]
    assert [table.sheet for table in (*TABLES, ROUNDS) if table.sheet not in rows] == []


def test_the_settings_shown_are_the_defaults(tmp_path):
    """Copied as they stand they change nothing; none is missing and none is unknown."""
    shown = (EN / "formats.md").read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
    (tmp_path / "hemrunda.toml").write_text(shown, encoding="utf-8")
    assert load(tmp_path / "hemrunda.toml") == Config()
    blocks = (EN / "formats.md").read_text(encoding="utf-8").split("```toml\n")[2].split("```")[0]
    (tmp_path / "hemrunda.toml").write_text(blocks, encoding="utf-8")
    assert [rule.name for rule in load(tmp_path / "hemrunda.toml").blocks] == [
        "planering", "larmreserv",
    ]  # fmt: skip


def test_headers_are_told_apart_within_each_table():
    # No header or synonym may stand for two columns of one table, save where the first wins
    # knowingly: the contract's own names and headers must always win.
    from data.tables.schema.headers import header_key, headers_of

    for table in (*TABLES, ROUNDS):
        known = headers_of(table.name)
        for column in table.columns:
            assert known[header_key(column.header)] == column.name
            assert known[header_key(column.name)] == column.name
