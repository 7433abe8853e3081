"""No text of a client's in any message: faults, warnings, receipt, and the marked workbook."""

import openpyxl
import pytest

from data.errors import InputError
from data.tables import read_input
from data.tables.review.marking import write_marked

CANARY = "Kanariefågelsson Ekströmsgatan"


def said_of(folder, target):
    """All that is said of an input, and all that the marked copy adds to it."""
    try:
        found = read_input(folder)
        faults, receipt = list(found.warnings), found.receipt
    except InputError as error:
        faults, receipt = list(error.faults), error.receipt
    write_marked(folder, target, faults)
    texts = [str(one) for one in faults]
    if receipt is not None:
        texts += [*receipt.lines(), str(receipt.as_list())]
    book = openpyxl.load_workbook(target)
    first = book.worksheets[0]
    assert first.title == "Att rätta"
    texts += [str(cell.value) for row in first.iter_rows() for cell in row]
    cells = [cell for page in book.worksheets for row in page.iter_rows() for cell in row]
    texts += [cell.comment.text for cell in cells if cell.comment is not None]
    return faults, "\n".join(texts)


ROSTERS = {
    "rullande": [
        ["Personal", "Vecka", "Mån", "Tis", "Ons", "Gäller från"],
        ["P01", CANARY, CANARY, "D", "", "2026-11-30"], ["P01", "1", CANARY, "D", "", CANARY],
        ["P01", "1", CANARY, "D", "", "2026-11-30"],
    ],
    "matris": [
        ["Personal", "2026-11-30", "2026-12-01", "2026-12-02"], ["P01", CANARY, "D", ""],
    ],
}  # fmt: skip


@pytest.mark.parametrize("roster", ROSTERS)
def test_rosters_of_other_forms(tables, write_folder, tmp_path, roster):
    tables["Schema"] = ROSTERS[roster]
    faults, said = said_of(write_folder(tables), tmp_path / "granskad.xlsx")
    assert faults
    assert "Kanarie" not in said


def test_every_cell_of_every_table(tables, write_folder, tmp_path):
    """The canary stands in each column in turn, beside what is right there."""
    n_told = 0
    for table in ("Brukare", "Besök", "Personal", "Schema"):
        for column in range(len(tables[table][0])):
            spoilt = {name: [list(row) for row in rows] for name, rows in tables.items()}
            spoilt[table][1][column] = CANARY
            faults, said = said_of(write_folder(spoilt), tmp_path / "granskad.xlsx")
            n_told += bool(faults)
            assert "Kanarie" not in said, (table, spoilt[table][0][column])
    assert n_told > 10


def test_weeks_and_units_that_are_none(tables, write_folder, tmp_path):
    tables["Besök"][0] += ["Varje antal veckor", "Delegering krävs", "Senast klar"]
    for row in tables["Besök"][1:]:
        row += [f"v. 1, {CANARY}", CANARY, CANARY]
    faults, said = said_of(write_folder(tables), tmp_path / "granskad.xlsx")
    assert faults
    assert "Kanarie" not in said
