"""Fuzzing: whatever the bytes, the readers give a municipality or faults, and nothing else.

Faults must be whole (a file, what was found, what is allowed) and the reading bounded. Every crash
that fuzzing found has become a case of `test_found_by_fuzzing`.
"""

import contextlib
import copy
import os
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.addresses import Query, geocode
from data.errors import InputError
from data.streets import AddressPoint
from data.tables import read_input, write_input
from data.tables.address_lists import read_register, read_review
from data.tables.schema import clock_times as times
from data.tables.schema import how_often
from data.tables.schema.columns import ROUNDS, TABLES

N_EXAMPLES = int(os.environ.get("HEMRUNDA_FUZZ_EXAMPLES", "40"))
QUIET = settings(max_examples=N_EXAMPLES, suppress_health_check=list(HealthCheck))


def reads_or_tells(path):
    """Read; any exception but InputError fails the test."""
    try:
        return read_input(path)
    except InputError as error:
        faults = error.faults
    assert faults
    for fault in faults:
        assert all((fault.file, fault.problem, fault.allowed))
        assert str(fault).isprintable()
    return None


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """One valid input in every format, as bytes."""
    from data.tables.out.template import write_template

    folder = tmp_path_factory.mktemp("hel")
    municipality = read_input(write_template(folder / "mall.xlsx")).municipality
    write_input(municipality, folder / "b.xlsx")
    write_input(municipality, folder / "g.gpkg")
    write_input(municipality, folder / "csv")
    write_input(municipality, folder / "pq", kind="parquet")
    return {
        ".xlsx": (folder / "b.xlsx").read_bytes(),
        ".gpkg": (folder / "g.gpkg").read_bytes(),
        ".parquet": (folder / "pq" / "brukare.parquet").read_bytes(),
        ".csv": (folder / "csv" / "besok.csv").read_bytes(),
    }


@QUIET
@given(st.binary(max_size=400), st.sampled_from([".csv", ".xlsx", ".gpkg", ".parquet", ".txt"]))
def test_any_bytes(tmp_path_factory, content, suffix):
    path = tmp_path_factory.mktemp("fuzz") / f"besok{suffix}"
    path.write_bytes(content)
    assert reads_or_tells(path) is None


@QUIET
@given(st.data())
def test_spoilt_files(tmp_path_factory, whole, data):
    # Bytes changed, cut out, doubled and swapped in files that were whole.
    suffix = data.draw(st.sampled_from(sorted(whole)))
    rng = random.Random(data.draw(st.integers(0, 2**32)))
    content = bytearray(whole[suffix])
    for _ in range(rng.randint(1, 8)):
        at = rng.randrange(len(content) or 1)
        kind = rng.randrange(4)
        if kind == 0 and content:
            content[at] = rng.randrange(256)
        elif kind == 1:
            del content[at : at + rng.randint(1, 50)]
        elif kind == 2:
            content[at:at] = content[at : at + rng.randint(1, 50)]
        else:
            content = content[: max(1, at)]
    path = tmp_path_factory.mktemp("fuzz") / f"besok{suffix}"
    path.write_bytes(content)
    reads_or_tells(path)


def _cut_in_the_stream(content):
    """A workbook whose compressed sheets are spoilt, with the archive's own tables whole."""
    at = content.index(b"xl/worksheets/sheet2.xml") + 60
    return content[:at] + bytes(b ^ 0x5A for b in content[at : at + 40]) + content[at + 40 :]


@pytest.mark.parametrize(
    ("suffix", "spoil"),
    [
        (".xlsx", _cut_in_the_stream),  # zlib.error
        (".parquet", lambda content: content.replace(b"Adress", b"\x91dress")
         .replace("Hushåll".encode(), b"Hush\x91\x91ll")),  # a header that is no UTF-8
    ],
)  # fmt: skip
def test_found_by_fuzzing(tmp_path, whole, suffix, spoil):
    spoilt = spoil(whole[suffix])
    assert spoilt != whole[suffix]
    path = tmp_path / f"brukare{suffix}"
    path.write_bytes(spoilt)
    assert reads_or_tells(path) is None


def test_parquet_of_a_database_is_read_and_nested_cells_are_told(tmp_path, whole):
    # Lists and structs in cells broke the reader; decimals and NaN gaps were refused.
    import datetime as dt
    import decimal

    import pyarrow
    import pyarrow.parquet

    from data.tables.files.columnar_files import read_parquet
    from data.tables.files.raw import Odd

    path = tmp_path / "brukare.parquet"
    pyarrow.parquet.write_table(
        pyarrow.table({
            "Brukare": ["B1", "B2"], "E": [decimal.Decimal("1.50"), decimal.Decimal(2)],
            "N": [float("nan"), 2.0], "Adress": [["a"], ["b"]], "Kl": [dt.time(7, 30), None],
        }),
        path,
    )  # fmt: skip
    assert read_parquet(path).rows[1:] == [
        ["B1", 1.5, None, Odd.NESTED, dt.timedelta(hours=7, minutes=30)],
        ["B2", 2.0, 2.0, Odd.NESTED, None],
    ]
    assert reads_or_tells(path) is None


@pytest.mark.parametrize(
    "content",
    [
        b"Nyckel;Adress\r\n1;2\r\n", b"", b"\xff\xfe", b"PK\x03\x04", b"Beslut\r\n9\r\n",
        "Nyckel;Adress;Postnummer;Ort;Orsak;Beslut\r\n1;Å;1;X;f;7\r\n".encode("cp1252"),
    ],
)  # fmt: skip
def test_spoilt_review_tables_are_told(tmp_path, content):
    # A KeyError and a UnicodeDecodeError once.
    (tmp_path / "granska.csv").write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_review(tmp_path / "granska.csv")
    assert all(fault.file and fault.problem and fault.allowed for fault in caught.value.faults)


@pytest.mark.parametrize("place", ['lat="99" lon="17"', 'lat="59" lon="1700"', 'lat="x" lon="1"'])
def test_places_off_the_globe_are_told(tmp_path, place):
    # osmium.InvalidLocationError once.
    tags = '<tag k="addr:street" v="S"/><tag k="addr:housenumber" v="1"/>'
    text = f'<osm version="0.6"><node id="1" version="1" {place}>{tags}</node>'
    way = f'<way id="2" version="1"><nd ref="1"/>{tags}</way></osm>'
    (tmp_path / "r.osm").write_text(text + way)
    with contextlib.suppress(InputError):
        assert read_register(tmp_path / "r.osm") == []


def texts():
    hostile = [
        "=1+1", "{{ 7*7 }}", "\u202e", "\x00", "1e999", "-0", "9" * 60, "²", "٣", "½", "8:00",
        "mån-", "1 av", "()", "(2026-02-30)", ":", "V:", "a:1-", "0,5", "nan", "2026-13-01",
        "24:00:01", "°", "59°", "N", "ſ", "İ", "'", "''", "-", ";", "*", "3 av", "a:1.2.3",
    ]  # fmt: skip
    return st.one_of(st.sampled_from(hostile), st.text(max_size=12))


@QUIET
@given(st.data())
def test_hostile_cells(write_folder, tables, data):
    # Valid tables with any text in a few cells, headers among them.
    tables = copy.deepcopy(tables)
    for _ in range(data.draw(st.integers(1, 4))):
        sheet = data.draw(st.sampled_from(sorted(tables)))
        row = data.draw(st.sampled_from(tables[sheet]))
        row[data.draw(st.integers(0, len(row) - 1))] = data.draw(texts())
    try:
        folder = write_folder(tables, encoding="utf-8")
    except (UnicodeEncodeError, ValueError):
        return
    reads_or_tells(folder)


VALUES = st.one_of(
    texts(), st.integers(), st.floats(), st.booleans(), st.datetimes(), st.timedeltas(), st.dates(),
    st.none(), st.binary(max_size=4),
)  # fmt: skip


@QUIET
@given(VALUES)
def test_every_parser_takes_or_refuses_every_value(value):
    # A parser raises ValueError, TypeError or OverflowError, which the table turns into a fault.
    for table in (*TABLES, ROUNDS):
        for column in table.columns:
            try:
                parsed = column.parse(value)
            except (ValueError, TypeError, OverflowError):
                continue
            hash(parsed)  # records are frozen; what is in them can be hashed


@QUIET
@given(st.lists(st.tuples(texts(), texts(), texts()), min_size=1, max_size=5))
def test_any_address_against_any_register(rows):
    register = [AddressPoint(a, b, c, a, 0.0, float(k)) for k, (a, b, c) in enumerate(rows)]
    answers = geocode([Query("k", f"{a} {b}", c, a) for a, b, c in rows], register)
    assert len(answers) == len(rows)


@QUIET
@given(st.integers(0, 86_400))
def test_clock_there_and_back(time_s):
    # C4: one parser, round trip.
    from data.units import clock_exact

    assert times.clock_s(clock_exact(time_s)) == time_s


@QUIET
@given(st.sets(st.integers(0, 6), min_size=1), st.integers(0, 7))
def test_weekdays_there_and_back(days, times):
    from data.model import Visit
    from data.tables.out.writing import weekdays_text

    visit = Visit("v", "c", "other", 60, 0, 0, tuple(sorted(days)), n_per_period=times)
    assert how_often.weekdays(weekdays_text(visit)) == (visit.weekdays, times)
