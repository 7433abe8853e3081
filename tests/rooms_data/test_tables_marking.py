"""The workbook comes back marked, and faults are told by cause."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pytest

from data.errors import Fault, InputError
from data.tables import read_input
from data.tables.out.causes import causes_of
from data.tables.review.marking import LIST_NAME, write_marked


def faults_of(path):
    with pytest.raises(InputError) as caught:
        read_input(path)
    return caught.value.faults


def test_a_copy_is_marked_and_its_content_is_the_same(tables, write_book, tmp_path):
    """Faulty cells are coloured and commented; every value, formula and comment stays."""
    tables["Besök"][1][4] = "lång"
    tables["Besök"][3][3] = "ibland"

    def change(book):
        book["Brukare"]["H1"] = "Anteckning"
        book["Brukare"]["H2"] = "=1+1"
        book["Schema"]["B2"] = dt.datetime(2026, 11, 30)
        book.create_sheet("Eget")["A1"] = "står kvar"

    source = write_book(tables, change)
    target = tmp_path / "granskad.xlsx"
    before = source.read_bytes()
    assert write_marked(source, target, faults_of(source)) == 2
    assert source.read_bytes() == before
    was, now = openpyxl.load_workbook(source), openpyxl.load_workbook(target)
    assert now.sheetnames == [LIST_NAME, *was.sheetnames]
    for name in was.sheetnames:
        cells = [[cell.value for cell in row] for row in now[name].iter_rows()]
        assert cells == [[cell.value for cell in row] for row in was[name].iter_rows()]
    marked = now["Besök"]["E2"]
    assert marked.fill.fgColor.rgb == "FFF4B6AE"
    assert "minuter" in marked.comment.text
    assert now["Besök"]["E3"].comment is None
    told = [row[2].value for row in now[LIST_NAME].iter_rows(min_row=5)]
    assert set(told) == {"Minuter", "Veckodagar"}


def test_the_marked_copy_is_read_again(tables, write_book, tmp_path):
    """She corrects in the copy: the list is no table, and marking again keeps one list."""
    tables["Besök"][1][4] = "lång"
    source, target = write_book(tables), tmp_path / "granskad.xlsx"
    write_marked(source, target, faults_of(source))
    assert len(faults_of(target)) == 1
    again = tmp_path / "igen.xlsx"
    write_marked(target, again, faults_of(target))
    book = openpyxl.load_workbook(again)
    assert book.sheetnames.count(LIST_NAME) == 1
    page = book["Besök"]
    page["E2"] = 35
    book.save(again)
    assert len(read_input(again).municipality.visits) == 3


def test_tables_in_a_folder_become_a_marked_workbook(tables, write_folder, tmp_path):
    """CSV has no colours, so a workbook is made; text is text there, never a formula."""
    tables["Besök"][1][2] = "=cmd|'/c calc'!A1"
    tables["Schema"][2][2] = "25:00"
    folder, target = write_folder(tables), tmp_path / "granskad.xlsx"
    assert write_marked(folder, target, faults_of(folder)) == 2
    book = openpyxl.load_workbook(target)
    assert book["Besök"]["C2"].data_type == "s"
    assert book["Schema"]["C3"].comment is not None


def test_a_column_that_is_not_understood_is_marked_in_its_header(tables, write_book, tmp_path):
    """What concerns a whole column is shown on its header."""
    for row, cell in zip(tables["Besök"], ("Zon", "1", "2", "3"), strict=True):
        row.append(cell)
    source, target = write_book(tables), tmp_path / "granskad.xlsx"
    write_marked(source, target, faults_of(source))
    assert openpyxl.load_workbook(target)["Besök"]["H1"].comment is not None


def test_merged_cells_and_warnings(tables, write_book, tmp_path):
    """A merged cell is marked at its corner, a warning in another colour."""

    def change(book):
        book["Besök"].merge_cells("E2:E3")

    source, target = write_book(tables, change), tmp_path / "granskad.xlsx"
    faults = faults_of(source)
    warning = Fault(source.name, "Personal", 2, "Titel", "ovanligt", "Se efter.", is_warning=True)
    write_marked(source, target, [*faults, warning])
    book = openpyxl.load_workbook(target)
    assert book["Besök"]["E2"].comment is not None
    assert book["Personal"]["D2"].fill.fgColor.rgb == "FFFCE9A9"


def test_faults_of_one_cause_are_one_line():
    """75 rows of one column are one line with its rows, whatever the ids and lengths are."""
    faults = [
        Fault("a.csv", "", row, "Datum", f"text, {row} tecken", "Ska vara ett datum.")
        for row in range(2, 77)
    ]
    faults.append(Fault("a.csv", "", 9, "Brukare", "B07 saknas bland brukarna", "Ska vara ett id."))
    faults.append(Fault("a.csv", "", 8, "Brukare", "B01 saknas bland brukarna", "Ska vara ett id."))
    dates, clients = causes_of(faults)
    assert (len(dates.rows), dates.rows[0]) == (75, 2)
    assert "75 rader (rad 2–76)" in str(dates)
    assert clients.rows == (8, 9)
    assert clients.rows_text() == "8, 9"
    mixed = causes_of([faults[0], *faults[3:5], *faults[7:12], faults[13]])[0]
    assert (mixed.rows_text(), mixed.rows_text(3)) == ("2, 5, 6, 9–13, 15", "2, 5, 6 …")
    assert str(causes_of(faults[:1])[0]) == str(faults[0])


def test_the_terminal_gets_forty_lines_at_most(capsys):
    """Nobody reads four hundred lines; the rest stands in the marked workbook."""
    from hemrunda.console import show_faults

    faults = [
        Fault(f"{n}.csv", "", 1, "A", "fel", "Rätta.", is_warning=n % 2 == 0) for n in range(300)
    ]
    show_faults(faults)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) <= 41
    assert "slag till" in "".join(lines)


def test_the_list_is_led_to_its_cells_and_fits_a_paper(tables, write_book, tmp_path):
    """A click goes to the cell itself; long advice has its lines; all columns on one width."""
    tables["Besök"][1][4] = "lång"
    tables["Besök"][3][3] = "ibland"
    source, target = write_book(tables), tmp_path / "granskad.xlsx"
    write_marked(source, target, faults_of(source))
    book = openpyxl.load_workbook(target)
    page = book[LIST_NAME]
    for row in page.iter_rows(min_row=5):
        sheet, cell = row[4].hyperlink.location.split("!")
        header = book[sheet.strip("'")][f"{cell[0]}1"].value
        assert header == row[2].value
        long = len(row[6].value) > page.column_dimensions["G"].width
        assert (page.row_dimensions[row[0].row].height > 15) == long
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert (page.page_setup.fitToWidth, page.page_setup.orientation) == (1, "landscape")
