"""Ids that a spreadsheet wrote in another way: matched and told of once, or missing by row."""

import pytest

from data.errors import InputError
from data.tables import read_input


def renamed(tables, table, column, form):
    at = tables[table][0].index(column)
    for row in tables[table][1:]:
        row[at] = form(row[at])


@pytest.mark.parametrize(
    "form",
    [
        lambda text: text.lower(),
        lambda text: f"{text[0]}{int(text[1:])}",  # B1 for B01
        lambda text: f"{text[0]} {text[1:]}",
        lambda text: f"{text[0]}00{text[1:]}",
    ],
    ids=["gemener", "utan nollor", "mellanslag", "fler nollor"],
)
@pytest.mark.parametrize(
    ("table", "column"), [("Besök", "Brukare"), ("Schema", "Personal")], ids=["besök", "schema"]
)
def test_an_id_in_another_form_is_the_same(tables, write_folder, table, column, form):
    plain = read_input(write_folder(tables)).municipality
    renamed(tables, table, column, form)
    found = read_input(write_folder(tables))
    assert found.municipality == plain
    (said,) = [one for one in found.warnings if "på annat sätt" in one.problem]
    assert said.row == 0


def test_numbers_through_a_column_of_decimals(tables, write_folder):
    for table, column in (("Brukare", "Brukare"), ("Besök", "Brukare")):
        renamed(tables, table, column, lambda text: f"10{text[1:]}")
    plain = read_input(write_folder(tables)).municipality
    at = tables["Besök"][0].index("Brukare")
    tables["Besök"][1][at] += ".0"  # one cell alone
    assert read_input(write_folder(tables)).municipality == plain


def test_two_who_could_be_meant_are_not_matched(tables, write_folder):
    """7 and 007 are two persons: nobody guesses which of them 07 is."""
    at = tables["Brukare"][0].index("Brukare")
    tables["Brukare"][1][at], tables["Brukare"][2][at] = "7", "007"
    visit_at = tables["Besök"][0].index("Brukare")
    for row, name in zip(tables["Besök"][1:], ("7", "07", "B03"), strict=False):
        row[visit_at] = name
    with pytest.raises(InputError) as caught:
        read_input(write_folder(tables))
    assert any(
        "saknas bland brukarna" in one.problem and one.row == 3 for one in caught.value.faults
    )
