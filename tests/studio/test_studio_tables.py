"""Faults corrected in the page: the cell that was named is changed, and no other."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import openpyxl
import pytest

from data.errors import InputError, SettingsError
from data.progress import Progress
from data.tables.heading import ASK, ASK_BARE, ASK_TWICE
from hemrunda import studio
from hemrunda.studio.input_corrections import correct_cells
from hemrunda.studio.session import Session
from hemrunda.studio.table_desk import on_page

RECEIPT = [{"sheet": "Besök", "header_row": 1}]


def content(path):
    """Every cell of a workbook, by sheet, row and column."""
    book = openpyxl.load_workbook(path)
    return {
        (sheet.title, cell.row, cell.column): cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value not in (None, "")
    }


@pytest.fixture
def folder(town, tmp_path):
    """A copy of the town to work in."""
    return shutil.copytree(town, tmp_path / "kommun")


def column_of(path, header):
    sheet = openpyxl.load_workbook(path)["Besök"]
    return next(cell.column for cell in sheet[1] if cell.value == header)


def test_two_faults_are_mended_where_they_stand(folder):
    """The planner's walk: two cells wrong, both told with row and column, both corrected here."""
    path = folder / "indata.xlsx"
    good = content(path)
    book = openpyxl.load_workbook(path)
    sheet = book["Besök"]
    header = next(c.value for c in sheet[1] if c.value and "minut" in str(c.value).lower())
    at = column_of(path, header)
    was = [sheet.cell(row=row, column=at).value for row in (3, 5)]
    for row in (3, 5):
        sheet.cell(row=row, column=at).value = "hundra"
    book.save(path)
    with pytest.raises(InputError) as told:
        Session(folder, Progress())
    faults = [one for one in told.value.faults if not one.is_warning]
    assert [(one.sheet, one.row, one.column) for one in faults] == [
        ("Besök", 3, header),
        ("Besök", 5, header),
    ]
    cells = [
        {"sheet": one.sheet, "row": one.row, "column": one.column, "value": str(value)}
        for one, value in zip(faults, was, strict=True)
    ]
    correct_cells(path, cells, RECEIPT)
    assert content(path) == good
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_cell_below_a_date_is_mended_where_it_stands(folder):
    """A roster with dates across names its cells by their own dates, and they are found by them."""
    path = folder / "indata.xlsx"
    book = openpyxl.load_workbook(path)
    carer = book["Schema"].cell(row=2, column=1).value
    del book["Schema"]
    sheet = book.create_sheet("Schema")
    sheet.append(["Personal", dt.datetime(2026, 3, 2), dt.datetime(2026, 3, 3)])
    sheet.append([carer, "07-15", "Z9"])
    book.save(path)
    with pytest.raises(InputError) as told:
        Session(folder, Progress())
    (fault,) = (one for one in told.value.faults if one.sheet == "Schema" and not one.is_warning)
    assert (fault.row, fault.column) == (2, "2026-03-03")
    cell = {"sheet": "Schema", "row": 2, "column": fault.column, "value": "15-22"}
    correct_cells(path, [cell], [{"sheet": "Schema", "header_row": 1}])
    assert content(path)["Schema", 2, 3] == "15-22"


def test_advice_on_the_page_names_no_command():
    """What to do about a header is done at the top of the page."""
    for advice in (ASK, ASK_BARE, ASK_TWICE):
        told = on_page(f"Vilken gäller? {advice}")
        assert "hemrunda" not in told
        assert "--" not in told
        assert told.startswith("Vilken gäller? ")


@pytest.mark.parametrize(
    "wrong",
    [
        {"sheet": "Ingen"}, {"row": 1}, {"row": 2_000_000}, {"column": "Ingen"},
        {"value": "=HYPERLINK(1)"}, {"value": "x" * 300},
    ],
)  # fmt: skip
def test_what_cannot_be_corrected_changes_nothing(folder, wrong):
    """A formula, a cell that is not there: refused in words, and the book as it was."""
    path = folder / "indata.xlsx"
    before = path.read_bytes()
    header = openpyxl.load_workbook(path)["Besök"].cell(row=1, column=1).value
    right = {"sheet": "Besök", "row": 3, "column": header, "value": "1"}
    with pytest.raises(SettingsError):
        correct_cells(path, [right, {**right, **wrong}], RECEIPT)
    assert path.read_bytes() == before


def test_rows_of_the_night_are_told_where_the_book_is_read(folder):
    """NO-20: what is planned as a layer of its own is counted in the page."""
    path = folder / "indata.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book["Besök"]
    row = {header.value: cell.value for header, cell in zip(sheet[1], sheet[2], strict=True)}
    row |= {"Besök": "N-1", "Pass": "natt", "Veckodagar": "alla dagar", "Tidigast start": "23:00",
            "Senast start": "01:00", "Tid till annat besök": None, "Önskad tid": None,
            "Gånger per period": 0, "Antal personal": 1}  # fmt: skip
    sheet.append([row[header.value] for header in sheet[1]])
    book.save(path)
    receipt = Session(folder, Progress()).present().plan.receipt
    counts = {what: n for sheet in receipt.sheets for what, n in sheet.counts.items()}
    assert counts["nattbesök: planeras som ett eget lager"] == 1
    page = (Path(studio.__file__).parent / "assets" / "tables.js").read_text("utf-8")
    assert "Object.entries(sheet.counts)" in page
