"""What the fuzzers throw at every reader, and what a reader may answer.

A target takes bytes, puts them where a user's file would be, and reads. The one allowed end beside
success is an error of `data.errors`, whole and printable. `benchmarks.fuzz_readers` drives these
with Hypothesis and with atheris.
"""

from __future__ import annotations

import contextlib
import io
import random
import sqlite3
import struct
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks import fuzz_dialects
from data.errors import HemrundaError, InputError
from data.geo.outline import read_outline
from data.model import Municipality
from data.tables import read_input, write_input
from data.tables.actuals.actual_rounds import read_rounds
from data.tables.actuals.performed import read_performed
from data.tables.address_lists import load_decisions, read_register
from data.tables.address_lists.address_review import read_review
from data.tables.mapping import load_mapping, map_columns
from data.tables.out.template import write_template
from data.tables.schema.columns import TABLES
from data.tables.schema.synonyms import MORE
from data.travel_times import TravelTimes
from data.units import EPSG_SWEREF99_TM
from hemrunda.config import load
from hemrunda.layers.other_areas import read_other_areas
from routing.network.osm import load_osm

CAREFOX = (
    "Kundnr;Gata;Postnr;Ort;weekday;originalstarttime;Längd;Min före;Min efter;Dubbelid;Slinga;"
    "Insatser\r\n1;Storgatan 1;12345;Ekhamn;mån;08:00;30;15;30;D1;Slinga 1;Morgonbesök, insulin\r\n"
    "1;Storgatan 1;12345;Ekhamn;mån;08:00;30;15;30;D1;Slinga 2;Morgonbesök\r\n"
).encode("cp1252")
WIDE = (
    "Nr;Adress;Postnr;Ort;Morgon 7-9;Lunch 11-13;Sen kväll 19-21;Dusch;Behöver läkemedel\r\n"
    "1;Storgatan 1;12345;Ekhamn;30*2;20;15 + 10;1 ggr/v;Ja\r\n"
).encode()
ROUNDS = (
    "Datum;Medarbetare;Besök;Kundnr;Start;Slut;Minuter\r\n"
    "2026-11-30;P01;;B01;07:30;08:00;\r\n2026-11-30;P01;;;12:00;;30\r\n"
).encode()
PERFORMED = (
    "Personal;Kund;Planerad start;Planerad slut;Utf\u00f6rd start;Utf\u00f6rd slut;Status\r\n"
    "P01;B01;2026-11-30 07:30;2026-11-30 08:00;2026-11-30 07:41;2026-11-30 08:02;Utf\u00f6rd\r\n"
    "P02;B01;2026-11-30 11:30;2026-11-30 12:00;;;Avbokad\r\n"
    "P02;B02;2026-11-30T23:30:00Z;2026-12-01 00:15;2026-11-30 23:35;2026-12-01 00:10;klar\r\n"
).encode()
REGISTER = b"gata;nummer;postnummer;ort;E;N\r\nStorgatan;1 B;12345;Ekhamn;600000;6600000\r\n"
REVIEW = (
    "Nyckel;Adress;Postnummer;Ort;Orsak;Beslut;Förslag 1;E 1;N 1\r\n"
    "1;Storgatan 1;12345;Ekhamn;flera;1;Storgatan 1;600000,0;6600000,0\r\n"
).encode()
OSM = (
    b'<osm version="0.6"><node id="1" lat="59.6" lon="17.0" version="1">'
    b'<tag k="addr:street" v="Storgatan"/><tag k="addr:housenumber" v="1"/></node></osm>'
)
GEOJSON = (
    b'{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"namn": '
    b'"Ekhamn"}, "geometry": {"type": "Polygon", "coordinates": [[[17.0, 59.6], [17.2, 59.6], '
    b"[17.2, 59.8], [17.0, 59.6]], [[17.1, 59.65], [17.12, 59.65], [17.12, 59.67], "
    b"[17.1, 59.65]]]}}]}"
)
BOUNDARY = (
    b'<osm version="0.6"><node id="1" lat="59.6" lon="17.0" version="1"/><node id="2" lat="59.6" '
    b'lon="17.2" version="1"/><node id="3" lat="59.8" lon="17.2" version="1"/><way id="1" '
    b'version="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="1"/></way><relation id="1" '
    b'version="1"><member type="way" ref="1" role="outer"/><tag k="type" v="boundary"/><tag '
    b'k="boundary" v="administrative"/><tag k="admin_level" v="7"/><tag k="name" v="Ekhamn"/>'
    b"</relation></osm>"
)
STREETS = (
    b'<osm version="0.6"><node id="1" lat="59.6" lon="17.0" version="1"/><node id="2" lat="59.61" '
    b'lon="17.01" version="1"><tag k="barrier" v="gate"/></node><node id="3" lat="59.62" '
    b'lon="17.0" version="1"/><way id="1" version="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/>'
    b'<tag k="highway" v="residential"/><tag k="name" v="Storgatan"/><tag k="maxspeed" v="40"/>'
    b'<tag k="oneway" v="yes"/></way><way id="2" version="1"><nd ref="1"/><nd ref="3"/>'
    b'<tag k="route" v="ferry"/><tag k="duration" v="00:10"/></way><way id="3" version="1">'
    b'<nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="1"/><tag k="natural" v="water"/></way></osm>'
)
SETTINGS = (
    b'[general]\npreset = "lund"\nmode = "bike"\n[teams]\nclients_min = 15\nclients_max = 35\n'
    b"[rounds]\nhandover_min = 10\nclash_limits = { dusch = 2 }\n[prices]\n"
    b"unplanned = { 1 = 900 }\n"
    b"[travel]\nbike_kmh = 14.5\n[access]\n[soft]\n[layers]\nabsence_pct = 12\n"
)
PINS = (
    "Datum;Låst besök;Låst personal;Låst starttid;Personal nr;Ordning\r\n"
    "2026-11-30;B01;P001;07:30;1;\r\n2026-11-30;;P001;;;1\r\n"
).encode()
OTHER_AREAS = "brukare;sjuksköterska;natt\r\n1;Norr;A\r\n2;Söder;'=B\r\n".encode("cp1252")
WORDS = tuple(
    "Brukare Besök Veckodagar Minuter Insats alla_dagar mån-fre varannan_vecka 07:30 30*2 1_av_mån "
    "nej ja Skyddade_uppgifter sep=; <row <c t=\"s\" t=\"inlineStr\" <is><t> <v> </v> <f> _x000D_ "
    "r=\"A1\" <mergeCell <!DOCTYPE <![CDATA[ &#0; &amp; PK GPKG PAR1 1e308 -1 24:00 2026-11-30"
    .replace("_a", " a").replace("_m", " m").split()
) + fuzz_dialects.WORDS  # fmt: skip
UNITS = (
    *("(tim)", "(min)", "(h)", "(%)", "[timmar]", "i sekunder", "/vecka", " tim", " min.", "1:30"),
    *("0,5 tim", "½ tim", "1½", "1 h 30 min", "PT30M", "ca 30", "75 %", "0,75", "1001.0", "B1.0"),
    *("kl. 7.30", "7:30 AM", "730", "1.3125", "07-15", "22-07", "2026-11-30T06:30:00Z", "+01:00"),
    *("30/11-26", "30.11.26", "30 nov 26", "270111", "11 jan 2027", "v. 1, 3", "jämna veckor"),
    *("varannan tisdag", "M-F", "varannan vecka från v. 10", "2 av tis", "#SAKNAS!", "Fel:502"),
    *("Err:504", "#N/A", "\x1a", '""', '"', "\r\n", ";;;;", "Vecka 1", "V1 mån", "D", "K", "L"),
)
HEADERS = tuple(dict.fromkeys(
    text for table in TABLES for column in table.columns
    for text in (column.header, *column.synonyms, *MORE.get(table.name, {}).get(column.name, ()))
))  # fmt: skip
"""Every header that is known: what the readers must tell apart."""
DICTIONARIES = (WORDS, UNITS, HEADERS)


@dataclass(frozen=True)
class Target:
    """One reader: its name, a whole file to begin from, and how bytes are read."""

    name: str
    seed: bytes
    read: Callable[[bytes], object]


def _small(folder: Path) -> Municipality:
    return read_input(write_template(folder / "mall.xlsx")).municipality


def _travel(municipality: Municipality) -> TravelTimes:
    ids = [f"client:{c.client_id}" for c in municipality.clients]
    ids += [f"base:{b.base_id}" for b in municipality.bases]
    seconds = np.full((len(ids), len(ids)), 300, dtype=np.int32)
    return TravelTimes(tuple(ids), dict.fromkeys(("walk", "bike", "ebike", "car"), seconds))


def _outline(path: Path) -> object:
    return read_outline(path, EPSG_SWEREF99_TM, "Ekhamn")


def _write_outline(path: Path) -> None:
    """A GeoPackage of one polygon."""
    import shapely

    blob = b"GP\x00\x01" + struct.pack("<i", EPSG_SWEREF99_TM)
    blob += shapely.to_wkb(shapely.box(600_000, 6_600_000, 610_000, 6_610_000))
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE gpkg_geometry_columns (table_name, column_name, srs_id)")
        connection.execute("INSERT INTO gpkg_geometry_columns VALUES ('kommun', 'geom', 3006)")
        connection.execute("CREATE TABLE kommun (fid INTEGER PRIMARY KEY, geom BLOB, namn TEXT)")
        connection.execute("INSERT INTO kommun VALUES (1, ?, 'Ekhamn')", (blob,))
        connection.commit()


def _member_swapped(whole: bytes, member: str) -> Callable[[bytes], bytes]:
    """A workbook that is whole but for one member; stored, not packed, so that it is quick."""
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}

    def build(content: bytes) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
            for name, part in parts.items():
                archive.writestr(name, content if name == member else part)
        return buffer.getvalue()

    return build


def targets(folder: Path) -> list[Target]:
    """Every reader of users' files, with whole seeds made in ``folder``."""
    municipality = _small(folder)
    travel = _travel(municipality)
    book = folder / "hel.xlsx"
    write_input(municipality, book)
    write_input(municipality, folder / "hel.gpkg")
    write_input(municipality, folder / "csv")
    write_input(municipality, folder / "pq", kind="parquet")
    desk = Path(tempfile.mkdtemp(dir=folder))

    def file(name: str, read: Callable[[Path], object]) -> Callable[[bytes], object]:
        path = desk / name

        def go(content: bytes) -> object:
            path.write_bytes(content)
            return read(path)

        return go

    def beside(name: str) -> Callable[[bytes], object]:
        """Among the other tables, which are whole, so that rules across tables are reached."""
        path = folder / "csv" / name

        def go(content: bytes) -> object:
            path.write_bytes(content)
            return read_input(folder / "csv")

        return go

    found = [
        Target(f"csv:{name}", (folder / "csv" / name).read_bytes(), beside(name))
        for name in sorted(path.name for path in (folder / "csv").iterdir())
    ]
    whole = book.read_bytes()
    with zipfile.ZipFile(book) as archive:
        for member in archive.namelist():
            if member.endswith((".xml", ".rels")) and not member.startswith("docProps"):
                build = _member_swapped(whole, member)
                read = file("bok.xlsx", read_input)
                found.append(
                    Target(f"xlsx:{member}", archive.read(member),
                           lambda content, build=build, read=read: read(build(content)))
                )  # fmt: skip
    read_as = read_input
    outline = folder / "outline.gpkg"
    _write_outline(outline)
    found += [
        Target("xlsx", whole, file("hel.xlsx", read_as)),
        Target("gpkg", (folder / "hel.gpkg").read_bytes(), file("hel.gpkg", read_as)),
        Target("parquet", (folder / "pq" / "besok.parquet").read_bytes(),
               file("besok.parquet", read_as)),
        Target("layout:rows", CAREFOX, file("export.csv", read_as)),
        Target("layout:wide", WIDE, file("veckor.csv", read_as)),
        Target("rounds", ROUNDS,
               file("rundor.csv", lambda p: read_rounds(p, municipality, travel))),
        Target("performed", PERFORMED,
               file("utfort.csv", lambda p: read_performed(p, municipality))),
        Target("performed:rounds", PERFORMED,
               file("utfort.csv", lambda p: read_rounds(p, municipality, travel))),
        Target("rounds:weekly", CAREFOX,
               file("slingor.csv", lambda p: read_rounds(p, municipality, travel))),
        Target("register:csv", REGISTER, file("register.csv", read_register)),
        Target("register:gpkg", (folder / "hel.gpkg").read_bytes(),
               file("register.gpkg", read_register)),
        Target("register:osm", OSM, file("register.osm", read_register)),
        Target("review", REVIEW, file("granska.csv", read_review)),
        Target("mapping", b'{"clients": {"kund": "client_id"}}',
               file("rubriker.json", load_mapping)),
        Target("decisions", b'{"a": [1.0, 2.0]}', file("adresser.json", load_decisions)),
        Target("map-columns", CAREFOX,
               file("fraga.csv", lambda p: map_columns(p, desk / "svar.json", lambda _: None))),
        Target("outline:geojson", GEOJSON, file("kommun.geojson", _outline)),
        Target("outline:gpkg", outline.read_bytes(), file("kommun.gpkg", _outline)),
        Target("outline:osm", BOUNDARY, file("kommun.osm", _outline)),
        Target("streets:osm", STREETS, file("gator.osm", load_osm)),
        Target("settings", SETTINGS, file("hemrunda.toml", load)),
        Target("csv:lasningar.csv", PINS, beside("lasningar.csv")),
        Target("other-areas", OTHER_AREAS,
               file("andra.csv", lambda p: read_other_areas(p, {"1", "2"}))),
    ]  # fmt: skip
    return found + fuzz_dialects.map_targets(folder, file, Target)


def complaint(target: Target, content: bytes) -> str:
    """What is wrong with how ``target`` took ``content``; empty where nothing is."""
    try:
        target.read(content)
    except InputError as error:
        for fault in error.faults:
            if not (fault.file and fault.problem and fault.allowed):
                return f"a fault without file, found or allowed: {fault!r}"
            if not str(fault).isprintable():
                return "a fault that cannot be printed"
        return "" if error.faults else "an InputError without faults"
    except HemrundaError:
        return ""
    except Exception as error:
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        place = "" if trace is None else f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
        return f"{type(error).__name__} at {'/'.join(Path(place).parts[-3:])}"
    return ""


def spoil(content: bytes, rng: random.Random, other: bytes) -> bytes:
    """Bytes changed, cut out, doubled, replaced by known words or by parts of another file."""
    spoilt = bytearray(content)
    for _ in range(rng.randint(1, 8)):
        at = rng.randrange(len(spoilt) + 1)
        kind = rng.randrange(7)
        if kind == 0 and at < len(spoilt):
            spoilt[at] = rng.randrange(256)
        elif kind == 1:
            del spoilt[at : at + rng.randint(1, 60)]
        elif kind == 2:
            spoilt[at:at] = spoilt[at : at + rng.randint(1, 60)]
        elif kind == 3:
            word = rng.choice(rng.choice(DICTIONARIES)).encode()
            spoilt[at : at + rng.choice((0, len(word)))] = word
        elif kind == 4:
            begin = rng.randrange(len(other) + 1)
            spoilt[at:at] = other[begin : begin + rng.randint(1, 60)]
        elif kind == 5 and rng.random() < 0.3:
            del spoilt[at:]
        else:
            digits = [k for k, byte in enumerate(spoilt) if 48 <= byte <= 57]
            if digits:
                spoilt[rng.choice(digits)] = rng.choice(b"0123456789-.:e")
    return bytes(spoilt)
