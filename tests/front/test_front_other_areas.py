"""Areas of other services by client (FA-07, NO-20): read as any file of the user's."""

import pytest

from data.errors import InputError
from hemrunda.config import load
from hemrunda.layers.other_areas import MAX_SERVICES, other_areas_for, read_other_areas

CLIENTS = {"1", "2", "K-03"}
WHOLE = {"sjuksköterska": {"1": "Norr", "2": "Söder"}, "natt": {"1": "A"}}


def written(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "andra.csv"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_as_excel_saves_it(tmp_path, encoding, delimiter):
    rows = [["Brukare", "sjuksköterska", "natt"], ["1", "Norr", "A"], ["2", "Söder", ""], [""]]
    text = "\r\n".join(delimiter.join(row) for row in rows)
    assert read_other_areas(written(tmp_path, text, encoding), CLIENTS) == WHOLE


def test_names_numbers_and_notes_are_not_services(tmp_path):
    text = "brukare;namn;personnummer;telefon;sjuksköterska\n1;Eva Ek;19;070;Norr\n"
    read = read_other_areas(written(tmp_path, text), CLIENTS)
    assert read == {"sjuksköterska": {"1": "Norr"}}


def test_clients_who_have_ended_are_left_out(tmp_path):
    text = "Rapport\n\nbrukare;natt\n1;A\n77;B\n"
    assert read_other_areas(written(tmp_path, text), CLIENTS) == {"natt": {"1": "A"}}


def test_every_fault_at_once_with_its_row(tmp_path):
    text = "brukare;natt;natt\n1;A;\n;B;\n1;C;\nK-03;" + "x" * 200 + ";\n"
    with pytest.raises(InputError) as caught:
        read_other_areas(written(tmp_path, text), CLIENTS)
    told = [(fault.row, fault.column, fault.problem) for fault in caught.value.faults]
    assert told == [
        (1, "natt", "samma kolumn finns två gånger"), (3, "brukare", "tom cell"),
        (4, "brukare", "1 för andra gången"), (5, "natt", "text, 200 tecken"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "filen är tom"),
        (b"kund och annat\n1\n", "inga sådana rubriker"),
        (b"brukare;namn\n1;Eva\n", "inga sådana rubriker"),
        (b'brukare;natt\n"1;A\n', "citattecken"),
        (b"brukare;natt\n8;A\n", "ingen brukare som finns"),
        (b"brukare;natt\n1;\n", "ingen brukare"),
        (b"\x1akundnr;natt\n8;A\n", "kolumn kundnr: ingen brukare"),  # found by fuzzing
        (b"PK\x03\x04", "en Excelfil"),
        (b"a\x00b" * 99, "NUL-tecken"),
        (b"brukare;" + b";".join(b"s%d" % i for i in range(MAX_SERVICES + 1)), "21 tjänster"),
        (b"brukare;natt\nEva Ekstr\xc3\xb6m, Storgatan 1;A\n", "text, 24 tecken"),
    ],
)
def test_what_is_no_such_table_is_told(tmp_path, content, found):
    path = tmp_path / "andra.csv"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_other_areas(path, CLIENTS)
    told = [str(fault) for fault in caught.value.faults]
    assert any(found in one for one in told)
    assert all("andra.csv" in one and "Eva" not in one and one.isprintable() for one in told)


def test_the_settings_name_it_beside_the_input(tmp_path):
    written(tmp_path, "brukare;natt\n1;A\n")
    (tmp_path / "hemrunda.toml").write_text('[general]\nother_areas = "andra.csv"\n')
    config = load(tmp_path / "hemrunda.toml")
    assert other_areas_for(tmp_path, config, CLIENTS) == {"natt": {"1": "A"}}
    assert other_areas_for(tmp_path / "in.xlsx", config, CLIENTS) == {"natt": {"1": "A"}}
    assert other_areas_for(tmp_path, load(None), CLIENTS) == {}
    (tmp_path / "andra.csv").unlink()
    with pytest.raises(InputError, match="1 fel"):
        other_areas_for(tmp_path, config, CLIENTS)
