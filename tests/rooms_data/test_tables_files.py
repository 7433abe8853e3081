"""Files as offices have them (faults.md A): each is read right, or refused with what to do."""

import dataclasses
import datetime as dt
import os
import stat
import sys
import unicodedata
import zipfile

import geopandas as gpd
import pytest

from data.errors import InputError, NotAvailableError
from data.tables import read_input, write_input
from data.tables.files.csv_files import decode
from data.tables.files.raw import FileFaultError
from data.tables.parsed import Findings
from data.tables.schema.headers import headers_of, match_header, whole_header
from data.tables.sources import raw_sheets, table_of


def faults_of(path, **options):
    with pytest.raises(InputError) as caught:
        read_input(path, **options)
    return caught.value.faults


def one_fault(path, **options):
    faults = faults_of(path, **options)
    assert len(faults) == 1, [str(fault) for fault in faults]
    return faults[0]


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
def test_every_encoding_and_delimiter_reads_the_same(tables, write_folder, delimiter, encoding):
    # A1, A3, A4, A5, A6: exports differ by office; the municipality must not.
    found = read_input(write_folder(tables, delimiter, encoding))
    assert [c.client_id for c in found.municipality.clients] == ["B01", "B02", "B03"]
    assert found.municipality.clients[1].x == 600100.5
    assert found.municipality.staff[1].title == "care_assistant"
    told = any("cp1252" in str(warning) for warning in found.warnings)
    assert told == (encoding == "cp1252")  # A1: the choice is shown


def test_the_words_of_the_header_are_shown_for_cp1252(tables, write_folder):
    # A1: which encoding was taken, with something to judge it by; no cell of a client's is shown.
    tables["Personal"].append(["Ågren", "kontakt", "dag", "vårdbiträde", ""])
    tables["Besök"][0][3] = "När"
    warnings = read_input(write_folder(tables, encoding="cp1252")).warnings
    shown = {w.file: str(w) for w in warnings if "cp1252" in w.problem}
    assert "Rubrikerna lästes som Besök, När." in shown["Besök.csv"]
    assert "Ågren" not in "".join(shown.values())
    assert "Rubrikerna" not in shown["Personal.csv"]  # its headers are plain


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet", ".gpkg"])
def test_a_file_beyond_every_limit_is_refused_unread(tmp_path, suffix):
    # A18: a sparse file of a gigabyte; its size alone is enough.
    path = tmp_path / f"brukare{suffix}"
    with path.open("wb") as file:
        file.write(b"PK\x03\x04")
        file.truncate(1_000_000_000)
    assert "200 MB" in faults_of(path)[0].problem


def _gis_file(path):
    """Two clients as a GIS saves them, in a local zone."""
    frame = gpd.GeoDataFrame(
        {"brukare_id": ["B01", "B02"], "boende": ["villa", "lägenhet"]},
        geometry=gpd.points_from_xy([150_100.0, 150_200.5], [6_600_000.0, 6_600_100.0]),
        crs=3011,
    )
    frame.to_parquet(path) if "parquet" in path.suffix else frame.to_file(path)


@pytest.mark.parametrize(
    "name",
    ["Brukare.gpkg", "Brukare.geojson", "Brukare.shp", "Brukare.parquet", "Brukare.geoparquet"],
)
def test_layers_of_gis_programs_are_tables_with_their_own_system(tmp_path, name):
    """The points' system is the layer's word, and letters beyond ASCII survive."""
    _gis_file(tmp_path / name)
    findings = Findings()
    (sheet,) = raw_sheets(tmp_path / name, findings)
    assert not findings.faults
    assert table_of(sheet, findings).name == "clients"
    header, first, second = sheet.rows
    assert sheet.epsg == 3011
    assert dict(zip(header, first, strict=True)) == {
        "brukare_id": "B01", "boende": "villa", "E": 150_100.0, "N": 6_600_000.0
    }  # fmt: skip
    assert second[header.index("boende")] == "lägenhet"


def test_a_shapefiles_cut_headers_are_those_that_begin_so(tmp_path):
    """A Shapefile's names have ten letters: who saves clients from a GIS loses the rest of them."""
    frame = gpd.GeoDataFrame(
        {
            "brukare_id": ["B01"],
            "granted_min_week": [60],
            "preferred_staff": ["M1"],
            "annat": ["x"],
        },
        geometry=gpd.points_from_xy([150_100.0], [6_600_000.0]),
        crs=3011,
    )
    with pytest.warns(UserWarning, match="10 characters"):
        frame.to_file(tmp_path / "Brukare.shp")
    (sheet,) = raw_sheets(tmp_path / "Brukare.shp", Findings())
    assert sheet.rows[0] == [
        "brukare_id", "granted_min_week", "preferred_staff", "annat", "E", "N",
    ]  # fmt: skip
    for column in headers_of("clients").values():
        cut = whole_header("clients", column[:10])
        assert match_header("clients", cut) in {column, None}  # where two begin so nobody guesses
    assert whole_header("clients", "valid_from") == "valid_from"
    assert whole_header("clients", "granted") == "granted"


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson", ".shp"])
def test_gdal_is_handed_only_what_a_file_says_it_is(tmp_path, suffix):
    """GDAL guesses by content: a virtual layer under another name would open other files."""
    _gis_file(tmp_path / "hemlig.geojson")
    path = tmp_path / f"brukare{suffix}"
    path.write_text(
        "<OGRVRTDataSource><OGRVRTLayer name='hemlig'><SrcDataSource>"
        f"{tmp_path / 'hemlig.geojson'}</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
    )
    assert "ingen hel" in one_fault(path).problem


def test_parquet_without_its_extra_is_refused_with_what_to_install(
    tables, write_folder, tmp_path, monkeypatch
):
    """165 MB that few need is an extra; who needs it is told its name, and nothing fails oddly."""
    town = read_input(write_folder(tables)).municipality
    (tmp_path / "brukare.parquet").write_bytes(b"PAR1")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert "hemrunda[parquet]" in str(one_fault(tmp_path / "brukare.parquet"))
    with pytest.raises(NotAvailableError, match=r"hemrunda\[parquet\]"):
        write_input(town, tmp_path / "ut", kind="parquet")


def test_a_million_columns(tables, write_folder):
    # A18: bounded, and told in one line.
    folder = write_folder(tables)
    (folder / "Brukare.csv").write_bytes(b"Brukare;E;N" + b";x" * 1_000_000 + b"\r\nB;1;2\r\n")
    assert "kolumner" in faults_of(folder)[0].problem


def test_folders_as_people_name_them(tables, write_folder):
    # A20: å, spaces, brackets, and a path of more than 260 signs.
    name = "Åre kommun – kopia (2)/" + "/".join(f"mapp nummer {k} ä" for k in range(20))
    folder = write_folder({}, name=".")
    deep = folder / name
    deep.mkdir(parents=True)
    assert len(str(deep)) > 260
    whole = write_folder(tables)
    for file in whole.iterdir():
        file.rename(deep / file.name)
    assert len(read_input(deep).municipality.clients) == 3


def test_xlsx_and_csv_agree(tables, write_folder, write_book):
    # The two doors lead to the same room.
    book = read_input(write_book(tables)).municipality
    folder = read_input(write_folder(tables)).municipality
    assert book == folder


def test_mojibake_is_refused(tables, write_folder):
    # A2: UTF-8 opened as cp1252 and saved again; å is lost for good, so nothing may be guessed.
    folder = write_folder(tables)
    spoilt = (folder / "Personal.csv").read_bytes().decode("cp1252").encode("utf-8")
    (folder / "Personal.csv").write_bytes(spoilt)
    fault = one_fault(folder)
    assert fault.file == "Personal.csv"
    assert "förvanskade" in fault.problem


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "tom"),
        (b" \r\n", "tom"),
        (b"Brukare;E\x00\x00\x00;N\r\n", "NUL"),
        (b"Brukare;E;N\r\nB01;\x81\x8d", "teckenkodning"),
        (b"PK\x03\x04rest", "Excelfil"),
        (b'Brukare;E;N\r\nB01;"600000;66', "citattecken"),
        (b"Brukare;E;N\r\n" + b"x" * 5000, "5000 tecken"),
        (b";" * 500, "501 kolumner"),
    ],
)  # fmt: skip
def test_broken_csv_says_what_is_wrong(tables, write_folder, content, said):
    # A18: each its own message.
    folder = write_folder(tables)
    (folder / "Brukare.csv").write_bytes(content)
    fault = one_fault(folder)
    assert said in fault.problem
    assert fault.file == "Brukare.csv"


def test_comma_as_both_separator_and_decimal(tables, write_folder):
    # A6: never guessed silently.
    folder = write_folder(tables)
    lines = ["Brukare,E,N", "B01,600000,5,6600000,5"]
    (folder / "Brukare.csv").write_text("\n".join(lines), encoding="utf-8")
    faults = faults_of(folder)
    assert any("5 fält men 3 rubriker" in f.problem and "komma" in f.allowed for f in faults)


def test_last_line_cut(tables, write_folder):
    # A18: a download that stopped in the middle.
    folder = write_folder(tables)
    path = folder / "Schema.csv"
    path.write_bytes(path.read_bytes()[:-20])
    fault = one_fault(folder)
    assert (fault.row, "avkortad" in fault.allowed) == (3, True)


def test_header_only(tables, write_folder):
    tables["Schema"] = tables["Schema"][:1]
    assert "inga rader" in one_fault(write_folder(tables)).problem


def test_sep_line_of_excel(tables, write_folder):
    # Excel writes "sep=;" first; it is not the header.
    folder = write_folder(tables)
    path = folder / "Brukare.csv"
    path.write_bytes(b"sep=;\r\n" + path.read_bytes().removeprefix(b"\xef\xbb\xbf"))
    assert len(read_input(folder).municipality.clients) == 3


@pytest.mark.parametrize("text", ["600 100,5", "600\u00a0100,5", "600\u202f100.5 m", "600100.5"])
def test_numbers_as_people_write_them(tables, write_folder, text):
    # A5, A7.
    tables["Brukare"][2][1] = text
    assert read_input(write_folder(tables)).municipality.clients[1].x == 600100.5


def test_ids_and_null_words_stay_text(tables, write_folder):
    # A8: pandas would make 7 of 007 and nothing of NA.
    for old, new in (("B01", "007"), ("B02", "NA"), ("B03", "null")):
        for sheet in ("Brukare", "Besök"):
            for row in tables[sheet]:
                row[:] = [new if cell == old else cell for cell in row]
    found = read_input(write_folder(tables)).municipality
    assert [c.client_id for c in found.clients] == ["007", "NA", "null"]


def test_numeric_ids_in_excel_keep_the_zeros_shown(tables, write_book):
    # A8: Excel stores 7 and shows 007 by its format.
    def change(book):
        for sheet, column in (("Brukare", 1), ("Besök", 2)):
            cell = book[sheet].cell(2, column)
            cell.value, cell.number_format = 7, "000"

    assert read_input(write_book(tables, change)).municipality.clients[0].client_id == "007"


def test_date_in_an_address_column(tables, write_book):
    # A9: house number 3-4 that Excel made a date.
    tables["Brukare"][0].append("Adress")
    tables["Brukare"][1].append(dt.datetime(2026, 4, 3))
    fault = one_fault(write_book(tables))
    assert (fault.row, fault.column, fault.problem) == (2, "Adress", "ett datum")


def test_formula_never_calculated(tables, write_book):
    # A10: a value that Excel never computed is not a missing value.
    tables["Besök"][1][4] = "=30+5"
    fault = one_fault(write_book(tables))
    assert (fault.row, fault.column) == (2, "Minuter")
    assert "formel" in fault.problem


def test_title_rows_hidden_rows_merged_cells_and_instructions(tables, write_book):
    # A11: sheets as people make them.
    tables["Brukare"] = [["Brukare i Ekhamn"], [], *tables["Brukare"]]
    tables["Läs mig"] = [["Här står hur man gör"]]

    def change(book):
        book["Brukare"].merge_cells("A1:C1")
        book["Brukare"].row_dimensions[4].hidden = True
        book["Schema"].sheet_state = "hidden"

    found = read_input(write_book(tables, change))
    assert len(found.municipality.clients) == 3
    told = [str(warning) for warning in found.warnings]
    assert any("1 dolda rader" in text and "Brukare" in text for text in told)
    assert any("bladet är dolt" in text and "Schema" in text for text in told)


def test_rows_merged_downwards_are_told(tables, write_book):
    # A11: a merged id is stored in its first row only.
    def change(book):
        book["Brukare"].merge_cells("A2:A3")

    faults = faults_of(write_book(tables, change))
    assert any(f.row == 3 and "sammanslagna" in f.problem for f in faults)


@pytest.mark.parametrize("header", ["Kund-ID", "kundid ", "Kund id\n", "KUNDNR", "Brukare (id)"])
def test_header_variants(tables, write_folder, header):
    # A12.
    tables["Brukare"][0][0] = header
    assert len(read_input(write_folder(tables)).municipality.clients) == 3


def test_missing_and_misspelt_header_names_the_nearest(tables, write_folder):
    # A12: the planner sees which of her own columns was probably meant.
    tables["Besök"][0][4] = "Minutter"
    fault = one_fault(write_folder(tables))
    assert fault.column == "Minuter"
    assert "Minutter" in fault.problem


def test_duplicate_header(tables, write_folder):
    for row, extra in zip(tables["Brukare"], ("Kundnr", "1", "2", "3"), strict=True):
        row.append(extra)
    assert "två gånger" in one_fault(write_folder(tables)).problem


@pytest.mark.parametrize("turned", [False, True])
def test_two_headers_of_one_meaning(tables, write_folder, turned):
    # A12: Kommundel beside Ort. The contract's own header is used, the other told of; the order of
    # the columns does not matter. For ids and the flag of protection it is a fault (above).
    extra = [["Kommundel", "Ort"], *[["Möklinta", "Sala"]] * 3]
    for row, more in zip(tables["Brukare"], extra, strict=True):
        row.extend(reversed(more) if turned else more)
    found = read_input(write_folder(tables))
    assert [(w.column, "Ort" in w.problem) for w in found.warnings if w.row == 0] == [
        ("Kommundel", True)
    ]
    assert dict(found.dropped) == {"dubblett": 1}


def test_two_flags_of_protection_stop(tables, write_folder):
    # C8: nobody is to guess which of two flags holds.
    for row, cell in zip(tables["Brukare"], ("Sekretess", "ja", "nej", "nej"), strict=True):
        row.append(cell)
    assert "två gånger" in one_fault(write_folder(tables)).problem


def test_a_saved_mapping_goes_before_the_synonyms(tables, write_folder):
    # A12: what the synonyms do not know, the user tells once.
    tables["Besök"][0][4] = "Zeit"
    mapping = {"visits": {"zeit": "duration_min"}}
    found = read_input(write_folder(tables), mappings=mapping).municipality
    assert found.visits[0].duration_s == 35 * 60


def test_free_text_names_and_numbers_are_dropped_and_counted(tables, write_folder):
    # A13, A14: 640823-3234 is the example number of Skatteverket; no value may survive.
    extra = [
        ["Namn", "Personnummer", "Anteckning", "Larmkod", "Favoritfärg"],
        *[["Anna Ek", "640823-3234", "diabetes", "1234", "blå"]] * 3,
    ]
    for row, more in zip(tables["Brukare"], extra, strict=True):
        row.extend(more)
    found = read_input(write_folder(tables), ignore_unknown=True)
    assert dict(found.dropped) == {
        "namn": 1, "personnummer": 1, "fritext": 1, "kontaktuppgift": 1, "okänd": 1,
    }  # fmt: skip
    whole = repr(found) + repr(dataclasses.astuple(found.municipality))
    assert "B01" in whole
    assert "Anna" not in whole
    assert "640823" not in whole


@pytest.mark.parametrize("number", ["640823-3234", "19640823-3234", "6408233234", "640883-3231"])
def test_identity_numbers_as_ids_are_refused_and_not_repeated(tables, write_folder, number):
    # A13: with century or without, with hyphen or without, samordningsnummer too.
    tables["Brukare"][1][0] = number
    tables["Besök"][1][1] = number
    faults = faults_of(write_folder(tables))
    assert any("personnummer" in fault.problem for fault in faults)
    assert not any(number in str(fault) for fault in faults)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "lösenordsskyddad"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ".xls"),
        ("a.xlsx", b"Kund;Namn", "ingen Excelfil"),
        ("a.xlsx", b"", "tom"),
        ("a.xlsx", b"PK\x03\x04trunc", "skadad"),
    ],
)
def test_files_that_are_not_what_they_say(tmp_path, name, content, said):
    # A15.
    (tmp_path / name).write_bytes(content)
    assert said in one_fault(tmp_path / name).problem


@pytest.mark.parametrize(
    ("member", "said"), [("xl/workbook.bin", ".xlsb"), ("content.xml", ".ods"), ("a", "zip")]
)
def test_other_archives(tmp_path, member, said):
    # A15.
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(member, "x")
    assert said in one_fault(path).problem


def _with_member(book, name, content):
    """The workbook with one member replaced."""
    other = book.with_name("spoilt.xlsx")
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            new.writestr(member, content if member == name else old.read(member))
    return other


def test_zip_bomb_is_refused_before_it_is_unpacked(tables, write_book):
    # A16: 20 MB of zeros from a few kB.
    path = _with_member(write_book(tables), "xl/styles.xml", b"<a>" + b" " * 20_000_000 + b"</a>")
    assert path.stat().st_size < 100_000
    assert "packad" in one_fault(path).problem


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused(tables, write_book, encoding):
    # A17: billion laughs and external files, in any encoding.
    text = '<?xml version="1.0" encoding="%s"?><!DOCTYPE a [<!ENTITY b "c">]><styleSheet/>'
    content = (text % encoding).encode(encoding)
    path = _with_member(write_book(tables), "xl/styles.xml", content)
    assert "XML-deklaration" in one_fault(path).problem


def test_missing_path_empty_folder_and_lock_files(tmp_path, tables, write_folder):
    # A19, A20: Excel's own ~$ file is not a table; nothing there is said so.
    assert "finns inte" in one_fault(tmp_path / "nej").problem
    (tmp_path / "tom").mkdir()
    assert "inga tabeller" in one_fault(tmp_path / "tom").problem
    folder = write_folder(tables, name="åäö mapp " + "x" * 60)
    (folder / "~$Brukare.xlsx").write_bytes(b"\x00lock")
    assert len(read_input(folder).municipality.clients) == 3


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="rights of a plain user")
def test_unreadable_file_as_a_plain_user(tables, write_folder):
    folder = write_folder(tables)
    (folder / "Brukare.csv").chmod(0)
    assert "Excel" in faults_of(folder)[0].allowed


def test_locked_file_says_close_excel(tables, write_folder, monkeypatch):
    # A19: Windows refuses a file that Excel holds open.
    folder = write_folder(tables)

    def refuse(path, _score):
        raise PermissionError(13, "sharing violation", str(path))

    monkeypatch.setattr("data.tables.sources.read_csv", refuse)
    assert all("Stäng filen i Excel" in fault.allowed for fault in faults_of(folder))


@pytest.mark.skipif(sys.platform == "win32", reason="symbolic links need rights on Windows")
def test_symlink_to_itself(tmp_path):
    # A20.
    (tmp_path / "a.xlsx").symlink_to(tmp_path / "a.xlsx")
    assert one_fault(tmp_path / "a.xlsx").allowed
    (tmp_path / "b.csv").symlink_to(tmp_path / "b.csv")
    assert faults_of(tmp_path)


def test_nfd_ids_meet_nfc_ids(tables, write_folder):
    # A22: a Mac writes Å as A + ring; it is the same client.
    tables["Brukare"][1][0] = unicodedata.normalize("NFC", "Å1")
    tables["Besök"][1][1] = unicodedata.normalize("NFD", "Å1")
    assert read_input(write_folder(tables)).municipality.clients[0].client_id == "Å1"


@pytest.mark.parametrize("sign", ["\u202e", "\u200b", "\u00ad", "\x07"])
def test_hidden_signs_in_ids_are_refused(tables, write_folder, sign):
    # A22: direction overrides, zero-width, soft hyphen and control signs make two ids look alike.
    tables["Brukare"][1][0] = f"B{sign}01"
    faults = faults_of(write_folder(tables))
    assert faults[0].row == 2
    assert sign not in str(faults[0])


def test_a_single_csv_file_of_one_table_names_what_is_missing(tables, write_folder):
    folder = write_folder({"export": tables["Besök"]})
    faults = faults_of(folder)
    missing = {fault.problem for fault in faults}
    assert missing == {f"tabellen {name} saknas" for name in
                       ("Brukare", "Personal", "Schema", "Lokaler")}  # fmt: skip


def test_english_headers_and_values(tmp_path):
    # The column names of the contract itself.
    content = {
        "clients": "client_id,lat,lon,protected\nC1,59.65,17.08,no\n",
        "visits": "visit_id,client_id,task,shift,weekdays,duration_min\n"
                  "V1,C1,morning,day,mon-fri,30\n",
        "staff": "staff_id,role,shift_group,title\nS1,contact,day,assistant_nurse\n",
        "roster": "staff_id,date,start,end,kind\nS1,2026-11-30,07:00,15:00,work\n",
        "bases": "base_id,lat,lon\nB1,59.651,17.081\n",
    }  # fmt: skip
    for name, text in content.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    found = read_input(tmp_path).municipality
    assert found.visits[0].weekdays == (0, 1, 2, 3, 4)
    assert (found.visits[0].earliest_s, found.visits[0].latest_s) == (7 * 3600, 14.5 * 3600)
    assert 6_600_000 < found.clients[0].y < 6_650_000  # degrees became metres


def test_all_faults_come_at_once_with_their_cells(tables, write_book):
    # The planner fixes the file once, not once per fault.
    tables["Besök"][1][4] = "lång"
    tables["Besök"][2][3] = "nångång"
    tables["Personal"][1][1] = "chef"
    tables["Schema"][2][2] = "25:00"
    faults = faults_of(write_book(tables))
    cells = [(f.sheet, f.row, f.column) for f in faults]
    assert cells == [
        ("Besök", 2, "Minuter"), ("Besök", 3, "Veckodagar"), ("Personal", 2, "Roll"),
        ("Schema", 3, "Start"),
    ]  # fmt: skip
    assert all(f.problem and f.allowed for f in faults)


def test_no_client_text_in_faults(tables, write_folder):
    # G9: shifted columns put names and addresses where codes should be.
    tables["Besök"][1][2:5] = ["Anna Karlsson", "Storgatan 12", "hjärtsvikt"]
    shown = " ".join(map(str, faults_of(write_folder(tables))))
    for secret in ("Anna", "Karlsson", "Storgatan", "hjärt"):
        assert secret not in shown


def test_decode_refuses_nothing_that_is_plain():
    assert decode("Åsa;Örn".encode(), "a.csv") == ("Åsa;Örn", "utf-8")
    with pytest.raises(FileFaultError):
        decode(b"\xef\xbb\xbfa\xff", "a.csv")


def test_written_files_are_private(tables, write_folder, tmp_path):
    # E8: home-care tables are nobody else's on the machine.
    from data.tables import write_input

    found = read_input(write_folder(tables)).municipality
    if sys.platform != "win32":
        for path in write_input(found, tmp_path / "ut") + write_input(found, tmp_path / "a.xlsx"):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
