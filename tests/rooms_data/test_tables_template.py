"""The template reads as it stands; the mapping is asked once and remembered."""

import openpyxl
import pytest

from data.errors import InputError, StoreError
from data.tables import read_input
from data.tables.mapping import load_mapping, map_columns, open_headers
from data.tables.out.meanings import FIRST, MEANINGS
from data.tables.out.template import header_of, ordered, write_template
from data.tables.schema.columns import TABLES
from data.tables.schema.headers import match_header


def test_template_reads_as_it_is(tmp_path):
    # The first thing a planner tries must work, without a warning.
    found = read_input(write_template(tmp_path / "mall.xlsx"))
    assert found.warnings == ()
    assert dict(found.dropped) == {}
    assert len(found.municipality.clients) == 16
    assert found.municipality.name == "Exempelkommun"
    assert len(found.municipality.dates) == 14


def test_example_rows_left_among_real_ones_are_told(tmp_path):
    # A planner who fills in her own below and forgets to delete: nobody lives at the example's.
    path = write_template(tmp_path / "mall.xlsx")
    book = openpyxl.load_workbook(path)
    page = book["Brukare"]
    header = [cell.value for cell in page[1]]
    for row in range(2, 16):  # fourteen replaced, two forgotten
        page.cell(row, header.index("E") + 1).value = 610_000 + row
    book.save(path)
    with pytest.raises(InputError) as caught:
        read_input(path)
    assert [(f.row, f.problem) for f in caught.value.faults] == [
        (16, "en exempelrad ur mallen står kvar"), (17, "en exempelrad ur mallen står kvar"),
    ]  # fmt: skip


def test_template_explains_every_column(tmp_path):
    # Instructions first; each column of each table is there and has its comment.
    book = openpyxl.load_workbook(write_template(tmp_path / "mall.xlsx"))
    assert book.sheetnames == ["Instruktion", *(table.sheet for table in TABLES)]
    told = {cell.value for row in book["Instruktion"].rows for cell in row}
    for table in TABLES:
        sheet = book[table.sheet]
        columns = ordered(table)  # eight that all need, then the others
        assert {column.name for column in columns} == {column.name for column in table.columns}
        header = [cell.value for cell in sheet[1]]
        assert header == [header_of(table, column) for column in columns]
        assert [match_header(table.name, text) for text in header] == [c.name for c in columns]
        for cell, column in zip(sheet[1], columns, strict=True):
            assert MEANINGS[table.name][column.name] in cell.comment.text
        hidden = [d.hidden for letter, d in sheet.column_dimensions.items() if letter != "A"]
        assert any(hidden) == (len(columns) > len(FIRST.get(table.name, columns)))
        assert set(header) <= told
    lists = {v.formula1 for v in book["Personal"].data_validations.dataValidation}
    assert '"kontakt,löpare,resurs"' in lists
    tasks = book["Besök"].data_validations.dataValidation
    assert any("morgon" in v.formula1 and not v.showErrorMessage for v in tasks)


def test_mapping_is_asked_once(tables, write_folder, tmp_path):
    # A12: headers of another system; the answer is kept, and unknown ones get suggestions.
    tables["Besök"][0][4] = "Minutter"
    tables["Besök"][0].append("Farbror")
    for row in tables["Besök"][1:]:
        row.append("x")
    folder = write_folder(tables)
    with pytest.raises(InputError):
        read_input(folder)
    asked = []

    def ask(header):
        asked.append(header)
        return header.suggestions[0] if header.header == "Minutter" else "-"

    saved = tmp_path / "kolumner.json"
    mappings = map_columns(folder, saved, ask)
    assert {header.header for header in asked} == {"Minutter", "Farbror"}
    assert read_input(folder, mappings=mappings).municipality.visits[0].duration_s == 2100
    assert open_headers(folder, load_mapping(saved)) == []
    map_columns(folder, saved, lambda header: pytest.fail("asked again"))


def test_a_column_with_nothing_in_it_is_no_question(tables, write_folder):
    """It is told of as empty, and as unknown as soon as anything stands below."""
    tables["Besök"][0].append("Farbror")
    for row in tables["Besök"][1:]:
        row.append("")
    assert [one.reason for one in open_headers(write_folder(tables))] == ["tom"]
    tables["Besök"][-1][-1] = "x"
    assert [one.reason for one in open_headers(write_folder(tables))] == ["okänd"]


def test_an_answer_that_is_no_column(tables, write_folder, tmp_path):
    tables["Besök"][0][4] = "Minutter"
    with pytest.raises(ValueError, match="ingen kolumn"):
        map_columns(write_folder(tables), tmp_path / "k.json", lambda header: "hittepå")


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"visits": {"a": "hittepå"}}', '{"xx": {}}', '{"visits": 3}']
)
def test_damaged_mapping(tmp_path, text):
    (tmp_path / "k.json").write_text(text, encoding="utf-8")
    with pytest.raises(StoreError, match=r"k\.json"):
        load_mapping(tmp_path / "k.json")


def test_headers_of_a_file_that_cannot_be_read_are_not_said_to_be_known(tmp_path):
    (tmp_path / "a.xlsx").write_bytes(b"\0" * 100)
    with pytest.raises(InputError):
        map_columns(tmp_path / "a.xlsx", tmp_path / "k.json", lambda header: None)
    assert not (tmp_path / "k.json").exists()
