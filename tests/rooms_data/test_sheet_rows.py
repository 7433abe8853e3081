"""Rows put into a workbook as its XML: each value reads back as what it was."""

import datetime as dt

import openpyxl
import pytest

from data.tables.out.workbook import Workbook

CELLS = [
    ("måndag", "måndag"),
    ("=1+1", "=1+1"),
    (" a < b & c ", " a < b & c "),
    ("rad\nett", "rad\nett"),
    (True, "ja"),
    (False, "nej"),
    (0, 0),
    (7, 7),
    (1.5, 1.5),
    (0.1 + 0.2, "0,30000000000000004"),
    (float("nan"), "nan"),
    (float("inf"), "inf"),
    (10**18 + 1, "1000000000000000001"),
    (dt.date(2026, 3, 2), dt.datetime(2026, 3, 2)),
    (dt.date(1850, 3, 2), "1850-03-02"),
    (dt.timedelta(hours=7, minutes=5), dt.timedelta(hours=7, minutes=5)),
    (dt.timedelta(hours=25, minutes=30), dt.timedelta(hours=25, minutes=30)),
    ("", None),
    (None, None),
]


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    path = tmp_path_factory.mktemp("book") / "bok.xlsx"
    with Workbook(path, "Prov") as made:
        made.contents("Innehåll", "Prov", [("Ett", "alla slag")])
        made.sheet("Ett", [f"K{i}" for i in range(30)], [[cell for cell, _ in CELLS]] * 3)
        made.sheet("Tomt", ["A"], [])
        made.sheet("Smalt", ["A", "B"], [["x"], ["y", 1]])
    return path


def test_every_kind_of_cell_reads_back(book):
    sheet = openpyxl.load_workbook(book)["Ett"]
    assert sheet.dimensions == "A1:AD4"
    for row in sheet.iter_rows(min_row=2, max_col=len(CELLS)):
        assert [cell.value for cell in row] == [value for _, value in CELLS]
    assert sheet["B2"].data_type != "f"
    assert sheet["N2"].number_format == "yyyy-mm-dd"
    assert sheet["P2"].number_format == "[hh]:mm"
    assert sheet.auto_filter.ref == "A1:AD4"
    assert sheet.freeze_panes == "B2"


def test_sheets_without_rows_or_with_short_ones(book):
    sheets = openpyxl.load_workbook(book)
    assert [cell.value for cell in sheets["Tomt"][1]] == ["A"]
    rows = [[cell.value for cell in row] for row in sheets["Smalt"].iter_rows()]
    assert rows == [["A", "B"], ["x", None], ["y", 1]]


def test_the_same_rows_make_the_same_bytes(tmp_path):
    paths = [tmp_path / "a.xlsx", tmp_path / "b.xlsx"]
    for path in paths:
        with Workbook(path, "Prov") as made:
            made.sheet("Ett", ["A"], [["ett"], [dt.date(2026, 3, 2)]])
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_control_signs_are_written_as_excel_does(tmp_path):
    """Our own reader takes them back; a plain text that looks like one stays what it was."""
    path = tmp_path / "a.xlsx"
    with Workbook(path, "Prov") as made:
        made.sheet("Ett", ["A", "B"], [["a\x01b\rc", "x" * 40_000]])
    (row,) = openpyxl.load_workbook(path)["Ett"].iter_rows(min_row=2)
    assert row[0].value == "a_x0001_b_x000D_c"
    assert len(row[1].value) == 32_767
