"""The page about the tables names every table, column, header and rule of what may stand there."""

from pathlib import Path

import pytest

from data.tables.schema.columns import ROUNDS, TABLES

PAGE = Path(__file__).resolve().parents[2] / "docs" / "en" / "data.md"


@pytest.mark.parametrize("table", [*TABLES, ROUNDS], ids=lambda table: table.name)
def test_every_column_is_on_the_page(table):
    # A column that is added or renamed must be described: planners read this, not the code.
    text = PAGE.read_text(encoding="utf-8")
    section = text.split(f"### {table.sheet} (`{table.name}`)")[1].split("\n### ")[0]
    for column in table.columns:
        must = "yes" if column.is_required else ""
        allowed = column.allowed.replace("|", "\\|")
        assert f"| `{column.name}` | {column.header} | {must} | {allowed} |" in section


def test_headers_are_told_apart_within_each_table():
    # No header or synonym may stand for two columns of one table, save where the first wins
    # knowingly: the contract's own names and headers must always win.
    from data.tables.schema.headers import header_key, headers_of

    for table in (*TABLES, ROUNDS):
        known = headers_of(table.name)
        for column in table.columns:
            assert known[header_key(column.header)] == column.name
            assert known[header_key(column.name)] == column.name
