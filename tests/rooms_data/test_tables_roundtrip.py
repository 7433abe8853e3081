"""What we write reads back to the same, whatever the ids; and our XLSX reader against openpyxl."""

import datetime as dt
import re
import sqlite3
import time
from dataclasses import replace

import numpy as np
import openpyxl
import pyogrio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.care.decisions import undecided
from data.care.hidden import with_households_hidden
from data.errors import InputError
from data.model import (
    DATE_MAX,
    DATE_MIN,
    PLANNING_TASKS,
    Base,
    Client,
    Municipality,
    Shift,
    Staff,
    TimeLag,
    Visit,
)
from data.tables import read_input, write_input
from data.tables.files.xlsx_files import read_xlsx
from data.tables.out.writing import csv_safe
from data.tables.schema.cells import unescape_formula

# Ids as hostile as the contract allows: formula signs, quotes, markup, braces, emoji.
ID = st.text(
    st.sampled_from("0123456789ABåÖ=+-@'\"<>&{}%#$€ .:/\\_()🙂"), min_size=1, max_size=8
).filter(
    lambda text: (
        text == text.strip()
        and text == unescape_formula(text)
        and not re.fullmatch(r"\d+\.0|#{3,}", text)
    )
)
"""Ids that a table can give: an apostrophe before a formula's sign is our own escape (F7), 1001.0
is 1001 that passed through a column of decimals, and ### is what a spreadsheet shows of no room."""
WORD = st.sampled_from(["läkemedel", "insulin", "=stomi", "åäö b"])
DATES = st.dates(dt.date(1950, 1, 1), dt.date(2100, 1, 1))
METRES = st.floats(0, 1, allow_nan=False)


@st.composite
def spans(draw):
    start, end = sorted([draw(DATES), draw(DATES)])
    return draw(st.sampled_from([(DATE_MIN, DATE_MAX), (start, end), (start, DATE_MAX)]))


@st.composite
def visits_of(draw, visit_ids, clients):
    found = []
    for visit_id in visit_ids:
        earliest = draw(st.integers(21_600, 70_000))  # the night is left out
        # Under a minute is refused, and a column of 1,5 and its like asked of: hours or minutes?
        duration = draw(st.integers(780, 7 * 3600))
        latest = draw(st.integers(earliest, max(earliest, 86_400 - duration)))
        duration = min(duration, 86_400 - latest)
        if duration < 780:
            duration, latest = 780, earliest
        days = tuple(sorted(draw(st.sets(st.integers(0, 6), min_size=1))))
        weeks = draw(st.integers(1, 8))
        span = draw(spans())
        found.append(
            Visit(
                visit_id,
                draw(st.sampled_from(clients)).client_id,
                draw(st.sampled_from(PLANNING_TASKS)),
                duration,
                earliest,
                latest,
                days,
                weeks,
                draw(st.integers(0, min(31, len(days) * weeks))),
                draw(st.none() | st.integers(earliest, latest)),
                draw(st.integers(1, 2)),
                draw(st.frozensets(WORD)),
                draw(st.integers(1, 3)),
                draw(st.sampled_from(["physical", "digital", "external"])),
                (),
                draw(st.sampled_from(["HSL", "SoL", "wish"])),
                *span,
            )
        )
    return found


def with_gaps(draw, visits):
    """Some visits get a time-lag to a sibling."""
    by_client = {}
    for at, visit in enumerate(visits):
        other = by_client.setdefault(visit.client_id, visit)
        if other is not visit and draw(st.booleans()):
            low = draw(st.integers(0, 86_400))
            lag = TimeLag(other.visit_id, low, draw(st.integers(low, 86_400)))
            fields = {name: getattr(visit, name) for name in Visit.__slots__}
            visits[at] = Visit(**{**fields, "gap_after": (lag,)})
    return visits


@st.composite
def municipalities(draw):
    staff_ids = draw(st.lists(ID, min_size=2, max_size=4, unique=True))
    anyone = st.sampled_from(staff_ids)
    teams = st.sampled_from(["", "Lag 1", "=Lag 2"])
    clients = []
    for client_id in draw(st.lists(ID, min_size=1, max_size=4, unique=True)):
        wanted = draw(st.frozensets(anyone, max_size=2))
        pause = draw(spans())
        pause_from, pause_to = (None, None) if pause[0] == DATE_MIN else pause
        contact = draw(st.just("") | anyone)
        clients.append(
            Client(
                client_id,
                600_000 + draw(METRES) * 250,  # those of one building live in one place
                6_600_000 + draw(METRES) * 250,
                draw(st.sampled_from(["house", "flat"])),
                draw(st.sampled_from(["", "b1"])),
                draw(st.sampled_from(["", "=h1"])),
                draw(st.booleans()),
                draw(teams),
                contact,
                draw(st.sampled_from(["", *(s for s in staff_ids if s != contact)])),
                draw(st.booleans()),
                wanted,
                draw(st.frozensets(anyone, max_size=2)) - wanted,
                draw(st.sampled_from(["", "finska"])),
                draw(st.booleans()),
                draw(st.booleans()),
                pause_from,
                pause_to,
                draw(st.integers(0, 10_080)),
                draw(st.booleans()),
                draw(st.sampled_from(["", "+Egen regi"])),
                *draw(spans()),
                draw(st.sampled_from(["", "-g1"])),
            )
        )
    visits = draw(visits_of(draw(st.lists(ID, min_size=1, max_size=5, unique=True)), clients))
    staff = tuple(
        Staff(
            staff_id,
            draw(st.sampled_from(["contact", "floater", "pool"])),
            draw(st.sampled_from(["day", "evening", "both"])),
            draw(st.sampled_from(["assistant_nurse", "care_assistant"])),
            draw(teams),
            draw(st.dictionaries(WORD, DATES | st.just(DATE_MAX), max_size=3)),
            draw(st.sampled_from(["walk", "bike", "ebike", "car"])),
            draw(st.integers(2, 100)),  # only ones could be per cents or full posts: asked
            draw(st.booleans()),
            draw(st.just("") | anyone),
            draw(st.booleans()),
            draw(st.frozensets(st.sampled_from(["finska", "somaliska"]))),
            draw(st.sampled_from(["", "Lokal =A"])),
        )
        for staff_id in staff_ids
    )
    first = draw(DATES)
    roster = [Shift(staff_ids[0], first, 0, 8 * 3600 + 1)]
    for day, start in enumerate(draw(st.lists(st.integers(0, 86_399), max_size=4)), start=1):
        end = draw(st.integers(start + 1, 86_400))
        kind = draw(st.sampled_from(["work", "meeting", "leave", "sick"]))
        roster.append(Shift(draw(anyone), first + dt.timedelta(days=day), start, end, kind))
    bases = (Base("Lokal =A", 600_000.25, 6_600_000 + draw(METRES), ("Lag 1", "=Lag 2")),)
    return Municipality(
        draw(st.sampled_from(["Ekhamn", "=Å kommun"])),
        tuple(clients),
        tuple(with_gaps(draw, visits)),
        staff,
        tuple(roster),
        bases,
    )


@settings(max_examples=80, suppress_health_check=list(HealthCheck))
@given(municipalities(), st.sampled_from(["ut.xlsx", "csv", "parquet", "ut.gpkg"]))
def test_read_of_write_is_the_same_municipality(tmp_path_factory, municipality, name):
    path = tmp_path_factory.mktemp("tur") / name
    write_input(municipality, path, kind=name if "." not in name else "csv")
    clients, *_ = with_households_hidden(municipality.clients)  # fail closed, on reading
    # Service that is rare has its first time laid by the reading (NO-14), over what is written.
    assert undecided(read_input(path).municipality) == replace(municipality, clients=clients)


def test_written_workbook_has_no_formula_and_no_link(tmp_path, tables, write_folder):
    # F7: ids that look like formulas stay text when Excel opens them.
    tables["Brukare"][1][0] = tables["Besök"][1][1] = '=HYPERLINK("http://x")'
    for sheet in ("Brukare", "Besök"):
        tables[sheet][1] = [cell.replace("=HYPER", "'=HYPER") for cell in tables[sheet][1]]
    municipality = read_input(write_folder(tables)).municipality
    assert municipality.clients[0].client_id.startswith("=HYPER")
    (path,) = write_input(municipality, tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[0] == "Instruktion"
    types = {cell.data_type for sheet in book for row in sheet.rows for cell in row}
    assert "f" not in types
    assert not any(cell.hyperlink for sheet in book for row in sheet.rows for cell in row)
    folder = tmp_path / "csv"
    write_input(municipality, folder)
    text = (folder / "brukare.csv").read_text(encoding="utf-8-sig")
    assert "'=HYPERLINK" in text  # CSV: an apostrophe before, as documented


def test_geopackage_says_its_own_system(tmp_path, tables, write_folder):
    # Points drawn in QGIS in a local zone arrive in the network's system, undeclared elsewhere.
    import dataclasses

    from data.geo import crs

    here = read_input(write_folder(tables)).municipality

    def moved(item):
        x, y = crs.transform(np.array([item.x]), np.array([item.y]), 3006, 3011)
        return dataclasses.replace(item, x=float(x[0]), y=float(y[0]))

    there = dataclasses.replace(
        here,
        epsg=3011,
        clients=tuple(map(moved, here.clients)),
        bases=tuple(map(moved, here.bases)),
    )
    (path,) = write_input(there, tmp_path / "a.gpkg")
    with sqlite3.connect(path) as connection:
        connection.execute("DELETE FROM gpkg_contents WHERE table_name = 'Kommun'")
    assert read_input(path).municipality.clients == there.clients
    layers = dict(pyogrio.list_layers(path).tolist())  # another reader sees the same
    assert (layers["Brukare"], layers["Besök"]) == ("Point", None)
    assert pyogrio.read_info(path, layer="Brukare")["crs"] == "EPSG:3011"
    back = read_input(path, epsg=3006).municipality
    assert abs(back.clients[1].x - 600100.5) < 0.001


@pytest.mark.parametrize("name", ["a.gpkg", "a.parquet"])
def test_spoilt_columnar_files(tmp_path, name):
    (tmp_path / name).write_bytes(b"PAR1 this is neither")
    with pytest.raises(InputError) as caught:
        read_input(tmp_path / name)
    assert caught.value.faults[0].file == name


def test_our_reader_agrees_with_openpyxl(tmp_path):
    # The naive twin: every kind of cell that Excel stores, read by both.
    rows = [
        ["Text", "Tal", "Datum", "Tid", "Ja"],
        ["åäö 🙂 <&>", 1, dt.datetime(2026, 11, 30), dt.time(8, 30), True],
        [" a  b ", 1.5, dt.datetime(2026, 1, 2, 3, 4, 5), dt.time(23, 59, 59), False],
        [None, -3e-9, None, None, None],
        ["x", 12345678901234, None, None, None],
    ]
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.active.cell(7, 3).value = "=1+1"
    path = tmp_path / "a.xlsx"
    book.save(path)
    (ours,) = read_xlsx(path)
    theirs = openpyxl.load_workbook(path, data_only=True).active
    for at, row in enumerate(theirs.iter_rows(max_row=5, values_only=True)):
        mine = [*ours.rows[at], *[None] * (5 - len(ours.rows[at]))]
        for left, right in zip(mine, row, strict=True):
            if isinstance(right, dt.time):
                assert left == dt.timedelta(hours=right.hour, minutes=right.minute,
                                            seconds=right.second)  # fmt: skip
            else:
                assert left == right
    assert "formel" in ours.rows[6][2].value


def test_a_workbook_of_inline_strings_reads(tmp_path):
    # Some exporters write text inside the cells instead of in a shared table.
    import xlsxwriter

    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("Brukare")
    sheet.write_row(0, 0, ["Brukare", "E"])
    sheet.write_row(1, 1, [5.5])
    book.close()
    (raw,) = read_xlsx(path)
    assert raw.rows == [["Brukare", "E"], [None, 5.5]]


@pytest.mark.slow
def test_malmo_validates_within_seconds(tmp_path):
    # Issue 8: 5 300 clients and 20 000 visits; a loose limit against a fall into quadratic time.
    clients = tuple(
        Client(f"B{i:04d}", 600_000.0 + i, 6_600_000.0, team_id=f"Lag {i // 25}")
        for i in range(5300)
    )
    visits = tuple(
        Visit(f"V{i:05d}", f"B{i % 5300:04d}", "morning", 1800, 25_200, 32_400)
        for i in range(20_000)
    )
    staff = (Staff("P001"),)
    roster = (Shift("P001", dt.date(2026, 11, 30), 25_200, 54_000),)
    municipality = Municipality("Stor", clients, visits, staff, roster, (Base("L", 6e5, 6.6e6),))
    write_input(municipality, tmp_path / "in")
    began = time.process_time()
    assert read_input(tmp_path / "in").municipality == municipality
    assert time.process_time() - began < 4


@pytest.mark.parametrize(
    ("written", "read"),
    [("'=1", "=1"), ("''=1", "=1"), ("'''+a", "+a"), ("''", "'"), ("'a", "'a"), ("'", "'")],
)
def test_apostrophes_before_a_formula_are_taken_away_for_good(written, read):
    # Found by Hypothesis: '= was read from CSV, kept, written to XLSX and read back as =.
    assert unescape_formula(written) == read
    assert unescape_formula(read) == unescape_formula(csv_safe(read)) == read
