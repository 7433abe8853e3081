"""Readers have limits of time, kind and size; what is no network is refused by a sentence.

A pipe waits for ever, a view in a GeoPackage may compute for ever, a crafted header may point
outside the file, and one attribute of 100 MB may take hours.
"""

import contextlib
import json
import os
import sqlite3
import struct
import zipfile

import numpy as np
import pytest

from data.errors import HemrundaError, InputError, NetworkError, SettingsError, StoreError
from data.geo import geopackage
from data.geo.geopackage import Layer, write_geopackage
from data.geo.outline import read_outline
from data.regular_files import json_of, parsed_json
from data.store.plan_files import parse_plan_json
from data.tables import read_input, write_template
from data.tables.address_lists import load_decisions, read_register, read_review
from data.tables.files.raw import FileFaultError
from data.tables.files.xlsx_files import MAX_TAG_BYTES, read_xlsx
from data.tables.mapping import load_mapping
from hemrunda.config import load
from hemrunda.workfolder.settings_paths import ALLOWED, file_of_settings
from routing.network import load_geopackage, load_network, read_corrections, save_network
from routing.network.container import MAGIC, read_arrays, write_arrays
from routing.network.network_store import ARRAYS

pipes = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")


@pipes
@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("a.csv", read_input),
        ("a.xlsx", read_input),
        ("a.gpkg", read_input),
        ("a.parquet", read_input),
        ("a.csv", read_register),
        ("a.gpkg", read_register),
        ("a.osm.pbf", read_register),
        ("a.csv", read_review),
        ("a.json", json_of),
        ("a.geojson", lambda path: read_outline(path, 3006)),
        ("a.poly", lambda path: read_outline(path, 3006)),
        ("a.gpkg", lambda path: read_outline(path, 3006)),
        ("a.gpkg", load_geopackage),
        ("nat", load_network),
        ("r.csv", read_corrections),
        ("hemrunda.toml", load),
    ],
)
def test_a_pipe_is_refused_and_not_waited_for(tmp_path, name, read):
    """Named on the command line, or lying in the folder of tables."""
    os.mkfifo(tmp_path / name)
    with pytest.raises((HemrundaError, ValueError)):
        read(tmp_path / name)


@pipes
@pytest.mark.parametrize("name", ["besök.csv", "besök.xlsx", "besök.gpkg", "besök.parquet"])
def test_a_pipe_among_the_tables(tmp_path, name):
    """The folder is read file by file."""
    os.mkfifo(tmp_path / name)
    with pytest.raises(InputError) as caught:
        read_input(tmp_path)
    assert any("vanlig fil" in fault.problem or "GeoPackage" in fault.problem
               for fault in caught.value.faults if fault.file == name)  # fmt: skip


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="no devices to name")  # noqa: PTH110
def test_a_device_is_refused():
    """/dev/zero never ends."""
    from pathlib import Path

    for read in (load_network, read_corrections, load, load_geopackage):
        with pytest.raises((HemrundaError, ValueError)):
            read(Path("/dev/zero"))


ENDLESS = (
    "CREATE VIEW {name} AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) "
    "SELECT NULL AS geom, sum(x) AS gata, 1 AS nummer, 'x' AS highway FROM n"
)


@pytest.fixture
def endless(tmp_path, monkeypatch):
    """A GeoPackage whose only layer is a view that never comes to its first row."""
    path = tmp_path / "a.gpkg"
    write_geopackage(path, [Layer("adr", {"gata": "TEXT", "nummer": "TEXT"}, [("A", "1")],
                                  [(600_000.0, 6_600_000.0)])], 3006)  # fmt: skip
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DROP TABLE adr")
        connection.execute(ENDLESS.format(name="adr"))
    monkeypatch.setattr(geopackage, "READ_SECONDS", 0.3)
    return path


def test_a_view_that_never_ends_is_given_up(endless):
    """Each reader of GeoPackages has the same clock; streets are never read from views."""
    for read in (read_input, read_register):
        with pytest.raises(InputError) as caught:
            read(endless)
        assert caught.value.faults[0].file == "a.gpkg"
    with pytest.raises(SettingsError, match=r"a\.gpkg"):
        read_outline(endless, 3006)
    with pytest.raises(NetworkError, match="inga gator"):
        load_geopackage(endless)


def test_a_cell_of_a_gigabyte_is_given_up(endless):
    """zeroblob makes a gigabyte of ten letters."""
    with contextlib.closing(sqlite3.connect(endless)) as connection, connection:
        connection.execute("DROP VIEW adr")
        connection.execute("CREATE VIEW adr AS SELECT NULL AS geom, zeroblob(900000000) AS gata, "
                           "1 AS nummer")  # fmt: skip
    with pytest.raises(InputError):
        read_register(endless)


@pytest.mark.parametrize("depth", [5_000, 200_000])
def test_nesting_is_damage(tmp_path, depth):
    """Files deep in brackets end Python's stack."""
    path = tmp_path / "djup.json"
    for text in ("[" * depth, '{"a":' * depth, "[" * depth + "]" * depth):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(ValueError):
            parsed_json(text)
        for read in (load_mapping, load_decisions):
            with pytest.raises(StoreError):
                read(path)
        with pytest.raises(StoreError):
            parse_plan_json(text)
        with pytest.raises(SettingsError):
            read_outline(path, 3006)
    settings = tmp_path / "hemrunda.toml"
    keys = ("a", '"a"', "'a b'")
    for text in (
        "a = " + "[" * depth, "a = " + "{a=" * depth, *(".".join([k] * depth) + "=1" for k in keys),
        "[" + " . ".join(["a"] * depth) + "]", "a = {b = 1, " + ".".join(["a"] * depth) + " = 1}",
    ):  # fmt: skip
        settings.write_text(text, encoding="utf-8")
        with pytest.raises(SettingsError, match=r"hemrunda\.toml"):
            load(settings)


def test_a_number_of_half_a_million_digits_is_no_setting(tmp_path):
    """Python reads no number of more than 4 300 digits, and says so in its own way."""
    (tmp_path / "hemrunda.toml").write_text("a = " + "9" * 500_000, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"hemrunda\.toml är inte giltig TOML"):
        load(tmp_path / "hemrunda.toml")


def test_settings_of_any_size_are_not_read(tmp_path):
    """A megabyte of settings is none."""
    (tmp_path / "hemrunda.toml").write_text("# " + "x" * 2_000_000, encoding="utf-8")
    with pytest.raises(SettingsError):
        load(tmp_path / "hemrunda.toml")


def _book_with(tmp_path, member, old, new):
    whole = tmp_path / "mall.xlsx"
    write_template(whole)
    path = tmp_path / "bok.xlsx"
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(path, "w") as target:  # not packed
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, content.replace(old, new, 1) if name == member else content)
    return path


@pytest.mark.parametrize("member", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml",
                                    "xl/sharedStrings.xml"])  # fmt: skip
def test_one_attribute_of_megabytes_in_a_workbook(tmp_path, member):
    """expat looks through an unfinished tag again with each block: hours for 100 MB."""
    huge = b'a="' + b"x" * (3 * MAX_TAG_BYTES) + b'" '
    for old in (b"xmlns=", b"<row ", b"<sheet ", b"<xf ", b"<si>", b"<Override "):
        new = old.replace(b">", b" " + huge + b">") if old.startswith(b"<si") else (
            huge + old if old == b"xmlns=" else old + huge
        )  # fmt: skip
        path = _book_with(tmp_path, member, old, new)
        if path.stat().st_size < MAX_TAG_BYTES:
            continue  # the member has no such tag
        with pytest.raises(FileFaultError, match="stor tagg"):
            read_xlsx(path)


def test_deep_nesting_in_a_workbook(tmp_path):
    """A hundred thousand elements in each other."""
    path = _book_with(tmp_path, "xl/styles.xml", b"<fonts", b"<a>" * 100_000 + b"<fonts")
    with pytest.raises(FileFaultError, match="kapslad"):
        read_xlsx(path)


@pytest.fixture
def saved(tmp_path, net_town):
    save_network(net_town, tmp_path / "nat")
    return tmp_path / "nat"


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04", b"x" * 5000, MAGIC, MAGIC + struct.pack("<Q", 2**62),
                MAGIC + struct.pack("<Q", 0) + b"\0" * 16, b"<osm></osm>"],
)  # fmt: skip
def test_files_that_are_no_network(tmp_path, content):
    """Whatever is named as --network: a sentence with its name."""
    (tmp_path / "nat").write_bytes(content)
    with pytest.raises(NetworkError, match=r"^nat är"):
        load_network(tmp_path / "nat")
    with pytest.raises(NetworkError, match="ingen vanlig fil"):
        load_network(tmp_path)


def _rewritten(saved, meta=None, **arrays):
    """The network file with some arrays or meta data replaced, and whole by its own digests."""
    old_meta, old = read_arrays(saved)
    old_meta.pop("digest")
    whole = {name: np.array(values) for name, values in old.items()} | arrays
    for name in [name for name, values in whole.items() if values is None]:
        del whole[name]
    new_meta = {key: value for key, value in {**old_meta, **(meta or {})}.items() if value != "-"}
    write_arrays(saved, new_meta, whole)


WRONG = {
    "an index beyond the nodes": lambda a: {"segment_to": a["segment_to"] + 10_000},
    "a negative index": lambda a: {"segment_from": a["segment_from"] - 100},
    "a name beyond the names": lambda a: {"name_idx": a["name_idx"] + 10_000},
    "a class beyond the classes": lambda a: {"road_class": a["road_class"] + np.uint8(100)},
    "shapes out of order": lambda a: {"shape_offset": a["shape_offset"][::-1].copy()},
    "shapes beyond their points": lambda a: {"shape_offset": a["shape_offset"] + 5},
    "lengths that differ": lambda a: {"forward": a["forward"][:-1].copy()},
    "another type": lambda a: {"segment_to": a["segment_to"].astype(np.int64)},
    "floats as indices": lambda a: {"segment_to": a["segment_to"].astype(np.float64)},
    "places that are no numbers": lambda a: {"node_x": a["node_x"] * np.nan},
    "an array that is gone": lambda a: {"shape_xy": None},
    "names that are no JSON": lambda a: {"names": np.frombuffer(b"[[", np.uint8)},
    "names nested deep": lambda a: {"names": np.frombuffer(b"[" * 100_000, np.uint8)},
    "features beyond their points": lambda a: {"feature_kind": a["feature_kind"] + np.uint8(99)},
}


@pytest.mark.parametrize("what", list(WRONG))
def test_a_network_whose_parts_do_not_fit_is_refused(saved, what):
    """Kernels follow the indices unseen: one beyond its array reads or writes foreign memory."""
    _, arrays = read_arrays(saved)
    _rewritten(saved, **WRONG[what]({name: np.array(values) for name, values in arrays.items()}))
    with pytest.raises(NetworkError, match="skadad"):
        load_network(saved)


@pytest.mark.parametrize("key", ["epsg", "bbox", "saved", "source", "feature_kinds", "attribution"])
def test_a_network_without_its_meta_data_is_refused(saved, key):
    """A file of another program that happens to bear our magic."""
    _rewritten(saved, meta={key: "-"})
    with pytest.raises(NetworkError, match="skadad"):
        load_network(saved)


@pytest.mark.parametrize(
    ("key", "layout"),
    [("node_x", ["|O", [2], 0]), ("node_x", ["<f8", [10**9], 0]), ("node_x", ["<f8", [2], -64]),
     ("node_x", ["<f8", [-1], 0]), ("node_x", ["nonsense", [2], 0]), ("node_x", [])],
)  # fmt: skip
def test_a_header_that_points_outside_the_file(saved, key, layout):
    """An array of objects would be an array of addresses in memory."""
    import hashlib

    content = saved.read_bytes()
    n_header = struct.unpack("<Q", content[8:16])[0]
    header = json.loads(content[32 : 32 + n_header])
    header["arrays"][key] = layout
    text = json.dumps(header).encode()
    text += b" " * (-(len(text) + 32) % 64)
    digest = hashlib.blake2b(text, digest_size=16).digest()
    start = MAGIC + struct.pack("<Q", len(text)) + digest
    saved.write_bytes(start + text + content[32 + n_header :])
    with pytest.raises(NetworkError, match="skadad"):
        load_network(saved)


def test_the_arrays_are_those_that_are_checked():
    """A new array needs its type in the check."""
    from routing.network.network_store import _TYPES

    assert len(_TYPES) == len(ARRAYS)


def test_corrections_in_any_dialect_of_csv(tmp_path):
    """Excel saves UTF-16 and cp1252; a cell too long and a table without headers are told."""
    path = tmp_path / "r.csv"
    text = "Gata;Åtgärd;Fart_procent\nStorgatan;fart;50\n;;\nÅsgatan;stängd;\n"
    for encoding in ("utf-8-sig", "cp1252", "utf-16"):
        path.write_bytes(text.encode(encoding))
        found = read_corrections(path)
        assert [(one.street, one.action, one.row) for one in found] == [
            ("Storgatan", "speed", 2), ("Åsgatan", "closed", 4),
        ]  # fmt: skip
    for wrong in ("a;b\n1;2\n", "gata;åtgärd\n" + "x" * 200_000 + ";stängd\n", "", "\0" * 100):
        path.write_text(wrong, encoding="utf-8")
        with pytest.raises(InputError) as caught:
            read_corrections(path)
        assert caught.value.faults[0].file == "r.csv"


@pytest.mark.parametrize(
    "named",
    ["../grans.geojson", "a/../../b", "/etc/passwd", "\\\\server\\share\\x.gpkg",
     "//server/share/x", "C:\\x.gpkg", "C:x.gpkg", "\\x", "a\\..\\..\\b", "NUL",
     "com1.gpkg", "a/aux/b", "x\0y", "\\\\?\\C:\\x", "nul .geojson", ".. /x"],
)  # fmt: skip
def test_paths_of_the_settings_stay_below_their_folder(tmp_path, named, monkeypatch):
    """Opening \\\\server\\share connects to it, and hands over the user's sign-in."""
    touched = []
    monkeypatch.setattr("pathlib.Path.resolve", lambda self: touched.append(self) or self)
    with pytest.raises(SettingsError, match="outline"):
        file_of_settings(tmp_path, named, "outline")
    assert not touched
    monkeypatch.setenv(ALLOWED, os.pathsep.join(["annat", named.replace("\0", "")]))
    if "\0" not in named and os.pathsep not in named:
        assert str(file_of_settings(tmp_path, named, "outline")) == named.replace("//s", "//s")


def test_a_link_that_leads_out_of_the_folder(tmp_path):
    """A link is a path too."""
    (tmp_path / "in").mkdir()
    (tmp_path / "ute.geojson").write_text("{}", encoding="utf-8")
    try:
        (tmp_path / "in" / "l.geojson").symlink_to(tmp_path / "ute.geojson")
    except OSError:
        pytest.skip("no links on this system")
    with pytest.raises(SettingsError, match=ALLOWED):
        file_of_settings(tmp_path / "in", "l.geojson", "outline")
    assert file_of_settings(tmp_path, "in/x.geojson", "outline") == tmp_path / "in" / "x.geojson"


def test_an_outline_that_crosses_itself_everywhere_is_refused(tmp_path):
    """Of 200 000 parts it took 12 GB and did not end; one that does so here and there is mended."""
    path = tmp_path / "gräns.geojson"
    rng = np.random.default_rng(1)
    tangle = (np.array([17.0, 59.0]) + rng.random((20_000, 2))).tolist()
    path.write_text(json.dumps({"type": "Polygon", "coordinates": [[*tangle, tangle[0]]]}))
    with pytest.raises(SettingsError, match="korsar sig själv"):
        read_outline(path, 3006)
    turn = np.linspace(0, 2 * np.pi, 20_000)
    shore = np.column_stack((17 + np.cos(turn) / 10, 59 + np.sin(2 * turn) / 10)).tolist()
    path.write_text(json.dumps({"type": "Polygon", "coordinates": [[*shore, shore[0]]]}))
    assert read_outline(path, 3006).inside(np.array([620_000.0]), np.array([6_541_000.0])).size
