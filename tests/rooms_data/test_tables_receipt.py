"""Nothing is lost in silence: every column is accounted for, and what is not understood stops."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.errors import InputError
from data.tables import read_input
from data.tables.out.template import write_template
from data.tables.schema import headers
from data.tables.schema.columns import ROUNDS, TABLES
from data.tables.schema.headers import header_key, match_header
from data.tables.schema.synonyms import GUESSES, MORE


def with_column(tables, sheet, header, *values):
    """The tables with a column more."""
    tables[sheet][0].append(header)
    for row, value in zip(tables[sheet][1:], values, strict=True):
        row.append(value)
    return tables


def faults_of(path, **options):
    with pytest.raises(InputError) as caught:
        read_input(path, **options)
    return caught.value.faults


def sheet_of(receipt, table):
    return next(sheet for sheet in receipt.as_list() if sheet["tabell"] == table)


@pytest.mark.parametrize(
    ("sheet", "header", "values", "near"),
    [
        ("Besök", "Passning", ("a", "b", "c"), ""),
        ("Brukare", "Spärad personal", ("P01", "", ""), "Spärrad personal"),
        ("Brukare", "Husdjuren", ("ja", "nej", "ja"), "Husdjur"),
        ("Brukare", "Allergi", ("ja", "nej", "nej"), "Personal"),
        ("Personal", "Färdsättet", ("bil", "cykel"), "Färdsätt"),
        ("Schema", "Rastlängd", ("30", "30"), ""),
    ],
)
def test_a_column_that_is_not_understood_stops(tables, write_folder, sheet, header, values, near):
    """A misspelt optional header must never vanish: the plan would look right and be wrong."""
    folder = write_folder(with_column(tables, sheet, header, *values))
    (fault,) = faults_of(folder)
    assert (fault.column, fault.row) == (header, 0)
    assert "förstås inte" in fault.problem
    assert near in fault.problem
    assert "check headers" in fault.allowed
    found = read_input(folder, ignore_unknown=True)
    assert sheet_of(found.receipt, sheet)["inte förstådda"] == [header]


def test_an_unknown_column_without_content_is_told_and_does_not_stop(tables, write_folder):
    """An empty column can lose nothing, so nobody needs be asked."""
    found = read_input(write_folder(with_column(tables, "Besök", "Zon", "", "", "")))
    assert sheet_of(found.receipt, "Besök")["tomma"] == ["Zon"]


@pytest.mark.parametrize("header", ["", 17])
def test_cells_without_a_header_stop(tables, write_book, header):
    """A column of values with no name above it was passed by without a word."""
    path = write_book(with_column(tables, "Besök", header, "x", "y", "z"))
    (fault,) = faults_of(path)
    assert fault.column == "kolumn H (utan rubrik)"


def test_columns_left_out_for_good_do_not_stop(tables, write_folder):
    """What the user has answered once is remembered, and stands in the receipt."""
    folder = write_folder(with_column(tables, "Besök", "Zon", "1", "2", "3"))
    found = read_input(folder, mappings={"visits": {"zon": "-"}})
    assert sheet_of(found.receipt, "Besök")["bortvalda"] == ["Zon"]


def test_the_windows_of_a_care_system_are_read(tables, write_folder):
    """Från kl, Till kl, Dubbelbemannad and Delegering krävs were the columns that vanished."""
    visits = tables["Besök"]
    visits[0][5:7] = ["Från kl", "Till kl"]
    visits[0] += ["Dubbelbemannad", "Delegering krävs", "Pass"]
    for row, more in zip(
        visits[1:], (["ja", "läkemedel", "dag"], ["nej", "nej", "dag"], ["", "", "kväll"]),
        strict=True,
    ):  # fmt: skip
        row += more
    found = read_input(write_folder(tables))
    first, second, third = found.municipality.visits
    assert (first.earliest_s, first.latest_s) == (7.5 * 3600, 9.5 * 3600)
    assert [v.carers_required for v in (first, second, third)] == [2, 1, 1]
    assert [sorted(v.skills) for v in (first, second, third)] == [["läkemedel"], [], []]
    told = sheet_of(found.receipt, "Besök")
    assert told["gissade"] == {"Till kl": "senaste start"}
    assert told["lästa"]["Delegering krävs"] == "Kompetens"


@pytest.mark.parametrize(
    ("header", "cells", "carers"),
    [
        ("Dubbelbemanning", ("1", "0", "0"), [2, 1, 1]),
        ("Dubbelbemanning", ("2", "1", ""), [2, 1, 1]),
        ("Dubbelbemannad", ("x", "", ""), [2, 1, 1]),
        ("Antal personer", ("2", "1", "1"), [2, 1, 1]),
        ("Antal personer", ("2 st", "en", "två"), [2, 1, 2]),
        ("Dubbelbemanning", ("2", "0", ""), [2, 1, 1]),
    ],
)
def test_double_staffing_by_yes_or_by_number(tables, write_folder, header, cells, carers):
    """1 is a yes where others are 0, and a count where others are 2."""
    found = read_input(write_folder(with_column(tables, "Besök", header, *cells)))
    assert [visit.carers_required for visit in found.municipality.visits] == carers


def test_double_staffing_that_may_mean_two_things_is_asked(tables, write_folder):
    """Only ones: yes, or one carer? Half the care is at stake, so nobody guesses."""
    (fault,) = faults_of(write_folder(with_column(tables, "Besök", "Dubbel", "1", "1", "1")))
    assert "ja eller en personal" in fault.problem


def test_a_delegation_without_its_name(tables, write_folder):
    """Yes is read only where there is one delegation to mean."""
    folder = write_folder(with_column(tables, "Besök", "Delegering krävs", "ja", "nej", ""))
    (fault,) = faults_of(folder)  # P01 has two
    assert "utan vilken delegering" in fault.problem
    tables["Personal"][1][4] = "insulin (2027-12-31)"
    visits = read_input(write_folder(tables)).municipality.visits
    assert [sorted(visit.skills) for visit in visits] == [["insulin"], [], []]


def test_two_columns_of_one_meaning_that_differ_stop(tables, write_folder):
    """Where both say the same one is enough; where they differ nobody may choose in silence."""
    with_column(tables, "Besök", "Prio", "1", "2", "3")
    same = with_column(tables, "Besök", "Prioritet", "1", "2", "3")
    assert sheet_of(read_input(write_folder(same)).receipt, "Besök")["dubbla"] == ["Prio"]
    same["Besök"][2][-2] = "1"
    (fault,) = faults_of(write_folder(same))
    assert "säger något annat" in fault.problem


def test_what_was_put_right_and_what_was_assumed_are_counted(tables, write_folder):
    """The planner sees how much of her table was read in another way than it stands."""
    tables["Besök"][1][5] = "0730"
    tables["Besök"][2][4] = "80 min"
    tables["Schema"][1][1] = "30/11 2026"
    with_column(tables, "Besök", "Antal personal", "2", "", "")
    receipt = read_input(write_folder(tables)).receipt
    visits, roster = sheet_of(receipt, "Besök"), sheet_of(receipt, "Schema")
    assert visits["rättade"] == {"Minuter": {"tal": 1}, "Tidigast start": {"klockslag": 1}}
    assert roster["rättade"] == {"Datum": {"datum": 1}}
    assert visits["antagna"]["Antal personal"] == "2 tomma"
    assert visits["antagna"]["Utförande"] == "fysiskt"
    assert (visits["fil"], visits["rubrikrad"], visits["rader"]) == ("Besök.csv", 1, 3)


def test_dropped_columns_are_counted_by_kind_and_not_named_by_content(tables, write_folder):
    """Names and free text are left out unread; the receipt says how many of each."""
    for header in ("Namn", "Diagnos", "Kommentar", "Personnummer"):
        with_column(tables, "Brukare", header, "Kanarie", "Kanarie", "Kanarie")
    receipt = read_input(write_folder(tables)).receipt
    told = sheet_of(receipt, "Brukare")["utelämnade"]
    assert told == {"namn": 1, "fritext": 2, "personnummer": 1}
    assert "Kanarie" not in str(receipt) + "".join(receipt.lines())


def test_a_sheet_that_is_no_table_is_told(tables, write_book):
    """A sheet that is passed by stands in the receipt."""
    receipt = read_input(write_book({**tables, "Blad7": [["a", "b"], ["c", "d"]]})).receipt
    assert any("Blad7: inte läst" in line for line in receipt.lines())


def test_the_receipt_comes_with_the_faults(tables, write_folder):
    """Where the reading stops, what was read helps to see why."""
    tables["Besök"][1][4] = "lång"
    with pytest.raises(InputError) as caught:
        read_input(write_folder(tables))
    assert sheet_of(caught.value.receipt, "Besök")["rader"] == 3


def test_our_own_template_has_nothing_unknown(tmp_path):
    """What we hand out must be understood by ourselves, column by column."""
    receipt = read_input(write_template(tmp_path / "mall.xlsx")).receipt
    assert not receipt.unknown


@pytest.mark.parametrize("table", [*TABLES, ROUNDS], ids=lambda table: table.name)
def test_a_word_means_one_column(table):
    """A synonym that stood for two columns would be read as the first, by the order of the code."""
    seen = {}
    for name, texts in MORE.get(table.name, {}).items():
        for text in texts:
            assert seen.setdefault(header_key(text), name) == name, text
            assert match_header(table.name, text) == name, text
    guesses = [text for name, text in GUESSES if name == table.name]
    assert all(match_header(table.name, text) for text in guesses)


CASES = Path(__file__).resolve().parents[3] / "shared" / "cases"


@pytest.mark.skipif(not CASES.is_dir(), reason="the shared cases are not on this machine")
def test_the_shared_case_of_misspelt_headers():
    """42: named, and stopped until the user decides."""
    faults = faults_of(CASES / "42-misspelt-optional" / "in")
    assert {f.column for f in faults} == {"Spärad personal", "Allergi", "Husdjuren"}


def test_what_is_read_is_not_remembered_for_ever():
    """A studio is open all day: cells that were looked at for headers are let go."""
    for n in range(30_000):
        match_header("visits", f"kanin {n}")
    assert match_header("visits", "Minuter" * 1000) is None
    for remembering in (headers._key, headers._match):
        kept = remembering.cache_info()
        assert kept.maxsize is not None
        assert kept.currsize <= kept.maxsize < 30_000
    assert match_header("visits", "Minuter") == "duration_min"
