"""Small valid tables that each test spoils in one way, and writers independent of our own."""

import copy
import csv
import io

import openpyxl
import pytest

VALID = {
    "Brukare": [
        ["Brukare", "E", "N", "Arbetslag", "Omsorgskontakt", "Skyddade uppgifter"],
        ["B01", "600000", "6600000", "Lag 1", "P01", "nej"],
        ["B02", "600100,5", "6600050", "Lag 1", "P01", "nej"],
        ["B03", "600200", "6600090", "Lag 1", "P02", "ja"],
    ],
    "Besök": [
        ["Besök", "Brukare", "Insats", "Veckodagar", "Minuter", "Tidigast start", "Senast start"],
        ["V01", "B01", "morgon", "alla dagar", "35", "07:30", "09:30"],
        ["V02", "B02", "städ", "1 av mån-fre", "80", "08:00", "14:00"],
        ["V03", "B03", "kväll", "mån, ons", "20", "18:00", "20:00"],
    ],
    "Personal": [
        ["Personal", "Roll", "Passgrupp", "Titel", "Delegeringar"],
        ["P01", "kontakt", "dag", "undersköterska", "läkemedel (2027-12-31); insulin"],
        ["P02", "löpare", "båda", "vårdbiträde", ""],
    ],
    "Schema": [
        ["Personal", "Datum", "Start", "Slut"],
        ["P01", "2026-11-30", "07:00", "15:00"],
        ["P02", "2026-11-30", "15:00", "22:00"],
    ],
    "Lokaler": [["Lokal", "E", "N"], ["Lokal A", "600050", "6600020"]],
}


@pytest.fixture
def tables():
    """A copy of the valid tables, to be spoilt."""
    return copy.deepcopy(VALID)


def _csv_bytes(rows, delimiter, encoding):
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter).writerows(rows)
    return buffer.getvalue().encode(encoding)


@pytest.fixture
def write_folder(tmp_path):
    """Write tables as a folder of CSV files with the standard library."""

    def write(tables, delimiter=";", encoding="utf-8-sig", name="indata"):
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        for sheet, rows in tables.items():
            (folder / f"{sheet}.csv").write_bytes(_csv_bytes(rows, delimiter, encoding))
        return folder

    return write


@pytest.fixture
def write_book(tmp_path):
    """Write tables as XLSX with openpyxl, after ``change(workbook)`` where given."""

    def write(tables, change=None, name="indata.xlsx"):
        book = openpyxl.Workbook()
        book.remove(book.active)
        for sheet, rows in tables.items():
            page = book.create_sheet(sheet)
            for row in rows:
                page.append(row)
        if change is not None:
            change(book)
        path = tmp_path / name
        book.save(path)
        return path

    return write
