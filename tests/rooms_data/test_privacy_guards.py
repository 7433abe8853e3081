"""Secrecy by default (faults.md A13, A14, G6, G9): found, dropped, counted, and never repeated."""

import dataclasses
import io
import logging
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import privacy
from data.addresses import Query, geocode
from data.errors import InputError
from data.plans import RoundPlan, Team, TeamPlan
from data.store import write_outputs
from data.tables import read_input, write_input
from data.tables.address_lists import write_review


# Skatteverket's published example numbers, and the same with 60 added to the day.
@pytest.mark.parametrize(
    ("text", "separated", "bare"),
    [
        ("640823-3234", 1, 0), ("640823+3234", 1, 0), ("19640823-3234", 1, 0),
        ("6408233234", 0, 1), ("196408233234", 0, 1), ("640883-3231", 1, 0),
        ("Anna 640823 3234 ringer", 1, 0), ("640823-3235", 0, 0), ("641323-3234", 0, 0),
        ("640832-3234", 0, 0), ("070-1234567", 0, 0), ("B0001", 0, 0), ("1640823-32345", 0, 0),
    ],
)  # fmt: skip
def test_identity_numbers_are_found(text, separated, bare):
    assert privacy.identity_numbers_in(text) == (separated, bare)


@given(st.integers(0, 10**9 - 1))
def test_luhn_against_its_definition(nine):
    # The naive twin: double every second digit from the left, sum the digits of the products.
    digits = f"{nine:09d}"
    total = sum(sum(map(int, str(int(d) * (2 if i % 2 == 0 else 1)))) for i, d in enumerate(digits))
    check = (10 - total % 10) % 10
    for last in range(10):
        assert privacy.luhn(digits + str(last)) == (last == check)


def test_columns_with_identity_numbers():
    # One among short ids is found; a column of ten-digit case numbers is left alone.
    assert privacy.holds_identity_numbers(["B1", "B2", "6408233234"])
    assert privacy.holds_identity_numbers(["B1", "640823-3234"])
    cases = [f"24{k % 12 + 1:02d}{k % 28 + 1:02d}{k * 37 % 10_000:04d}" for k in range(4000)]
    assert any(privacy.identity_numbers_in(case)[1] for case in cases)  # some do look like one
    assert not privacy.holds_identity_numbers(f"9{case}"[:10] for case in cases)
    assert not privacy.holds_identity_numbers(["600000", "6600000", None, 5])
    # Decimals of a coordinate may be anybody's number.
    assert not privacy.holds_identity_numbers([600225.9302185922])
    assert not privacy.holds_identity_numbers(["600225,6408233234"])
    assert privacy.holds_identity_numbers(["1. 6408233234"])


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("Personnummer", "personnummer"), ("Pnr", "personnummer"), ("Pers.nr", "personnummer"),
        ("Samordningsnr", "personnummer"), ("Namn", "namn"), ("Förnamn", "namn"),
        ("Telefon", "kontaktuppgift"), ("Mobiltelefon", "kontaktuppgift"),
        ("Portkod", "kontaktuppgift"), ("Nyckelnr", "kontaktuppgift"),
        ("Larmkod", "kontaktuppgift"),
        ("Anteckningar", "fritext"), ("Diagnos", "fritext"), ("Övrigt", "fritext"),
        ("Kontaktperson", "namn"), ("Färg", "okänd"),
    ],
)  # fmt: skip
def test_why_a_column_is_dropped(header, reason):
    assert privacy.drop_reason(header) == reason


@pytest.mark.parametrize(
    "value",
    ["Anna Karlsson", "Storgatan 12", "640823-3234", "6408233234", "070-123 45 67",
     "0701234567890", "<b>", "\x1b[31mröd"],
)  # fmt: skip
def test_what_is_shown_tells_nothing(value):
    # G9, F12: a length and no text; no escape sequence reaches the terminal.
    assert privacy.safe_found(value) == f"text, {len(value)} tecken"
    assert privacy.safe_id(value) == f"text, {len(value)} tecken"


@pytest.mark.parametrize("value", ["25:00", "12,5", "-3", "100 %", "2*30"])
def test_numbers_and_times_are_shown(value):
    assert privacy.safe_found(value) == value


CANARIES = ("Kanariefågelsson", "640823-3234", "070-987 65 43", "Kanariegatan 77", "kanariesjuka")


def canary_columns(tables):
    """Client data in every place where it does not belong."""
    for header, text in zip(
        ("Namn", "Personnummer", "Telefon", "Besöksanteckning", "Diagnos"), CANARIES, strict=True
    ):
        for sheet in ("Brukare", "Besök"):
            tables[sheet][0].append(header)
            for row in tables[sheet][1:]:
                row.append(text)
    return tables


def grep(folder):
    """Every byte of every file below ``folder``, archives unpacked."""
    import zipfile

    parts = []
    for path in folder.rglob("*"):
        parts.append(path.name.encode())
        if path.is_file():
            parts.append(path.read_bytes())
            if zipfile.is_zipfile(path):
                with zipfile.ZipFile(path) as archive:
                    parts.extend(archive.read(name) for name in archive.namelist())
    return b"\n".join(parts)


@pytest.mark.parametrize("kind", ["folder", "book"])
def test_canaries_are_in_no_byte_that_is_written(
    tables, write_folder, write_book, tmp_path_factory, kind, caplog, monkeypatch
):
    # G6: names, numbers and free text planted in the input; everything the data room writes,
    # and everything it leaves in the temporary folder and the log, is searched.
    out = tmp_path_factory.mktemp("ut")
    temporary = tmp_path_factory.mktemp("temporary")
    monkeypatch.setenv("TMPDIR", str(temporary))
    source = (write_folder if kind == "folder" else write_book)(canary_columns(tables))
    with caplog.at_level(logging.DEBUG):
        found = read_input(source)
        municipality = found.municipality
        teams = TeamPlan((Team("L", "O", "Lokal A", ("B01", "B02", "B03")),),
                         {}, {}, {}, {}, {}, {}, {})  # fmt: skip
        write_outputs(out, municipality, teams, RoundPlan((), (), ()), measures={},
                      manifest={"dropped": dict(found.dropped)})  # fmt: skip
        write_input(municipality, out / "tabeller")
        write_input(municipality, out / "tabeller.xlsx")
    assert sum(found.dropped.values()) == 10
    shown = "\n".join(map(str, found.warnings)) + caplog.text + repr(found)
    shown += repr(dataclasses.astuple(municipality))
    everything = grep(out) + grep(temporary) + shown.encode()
    for canary in CANARIES:
        for encoding in ("utf-8", "cp1252", "utf-16-le"):
            assert canary.encode(encoding) not in everything


def test_canaries_in_faults_and_tracebacks(tables, write_folder):
    # G9: the same text in columns that are read, so that every parser meets it.
    for sheet, rows in tables.items():
        if sheet != "Lokaler":
            for row in rows[1:]:
                row[1:] = [CANARIES[k % 5] for k in range(len(row) - 1)]
    with pytest.raises(InputError) as caught:
        read_input(write_folder(tables))
    buffer = io.StringIO()
    traceback.print_exception(caught.value, file=buffer)
    shown = buffer.getvalue() + "\n".join(map(str, caught.value.faults)) + repr(caught.value)
    assert len(caught.value.faults) > 10
    for canary in CANARIES:
        assert canary not in shown


def test_review_table_is_the_only_place_of_an_address(tmp_path):
    # The planner's own table names addresses, since she is to settle them; answers do not.
    queries = [Query("B1", "Kanariegatan 77")]
    answers = geocode(queries, ())
    assert "Kanarie" not in repr(answers)
    write_review(tmp_path / "granska.csv", queries, answers)
    assert b"Kanariegatan 77" in grep(tmp_path)


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("Förnamn", "namn"), ("Kundens namn", "namn"), ("Pnr", "personnummer"),
        ("Kund-pnr", "personnummer"), ("Medicin", "fritext"), ("Mobilnummer", "kontaktuppgift"),
        ("Mobil", "kontaktuppgift"), ("Passning", "okänd"), ("Gruppnr", "okänd"),
        ("Lagnamn", "okänd"), ("Medicindelegering", "okänd"), ("Övrig information", "fritext"),
        ("Trygghetslarmkod", "kontaktuppgift"), ("Besöksanteckning", "fritext"),
    ],
)  # fmt: skip
def test_only_what_is_private_is_dropped_by_its_header(header, reason):
    # "ssn" in Passning and "pnr" in Gruppnr took planning columns away without a question.
    from data.privacy import drop_reason

    assert drop_reason(header) == reason
