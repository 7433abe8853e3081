"""Headers mapped by choosing and addresses placed by hand: answered once, and kept for the next."""

from __future__ import annotations

import shutil

import openpyxl
import pytest

from data.errors import InputError, SettingsError
from hemrunda.config import Config
from hemrunda.studio import table_desk
from hemrunda.workfolder.inputs import load_streets, read_tables


@pytest.fixture
def folder(town, tmp_path):
    """A copy of the town to work in."""
    return shutil.copytree(town, tmp_path / "kommun")


def read(folder):
    network = load_streets(folder / "network")
    return read_tables(folder / "indata.xlsx", Config(), network)


def test_a_header_nobody_knows_is_mapped_by_choosing(folder):
    """The required column under a name of the house's own: asked for, answered, and read."""
    path = folder / "indata.xlsx"
    book = openpyxl.load_workbook(path)
    at = next(cell for cell in book["Besök"][1] if cell.value == "Minuter")
    at.value = "Tidsåtgång enl. biståndet"
    book.save(path)
    with pytest.raises(InputError):
        read(folder)
    block = table_desk.headers_payload(path)
    (one,) = [header for header in block["headers"] if header.header == at.value]
    column = next(name for name, header in block["columns"][one.table] if header == "Minuter")
    for wrong in ({"column": "ingen"}, {"header": "ingen"}, {"table": "ingen"}):
        answer = {"table": one.table, "header": one.header, "column": column} | wrong
        with pytest.raises(SettingsError):
            table_desk.map_headers(path, [answer])
    answer = {"table": one.table, "header": one.header, "column": column}
    table_desk.map_headers(path, [answer])
    assert at.value not in [header.header for header in table_desk.headers_payload(path)["headers"]]
    assert len(read(folder).municipality.visits) > 40


def with_addresses(folder):
    """Two clients without coordinates, at a street misspelt; the second of them protected."""
    path = folder / "indata.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book["Brukare"]
    header = {cell.value: cell.column for cell in sheet[1]}
    column = sheet.max_column + 1
    sheet.cell(1, column).value = "Adress"
    network = load_streets(folder / "network")
    house = network.addresses[0]
    ids = []
    for row, protected, other in ((2, "nej", house), (3, "ja", network.addresses[40])):
        ids.append(sheet.cell(row, header["Brukare"]).value)
        for name in ("E", "N"):
            sheet.cell(row, header[name]).value = None
        sheet.cell(row, header["Skyddade uppgifter"]).value = protected
        sheet.cell(row, column).value = f"{other.street}xx {other.number}"
    book.save(path)
    return path, network, ids, house


def test_an_address_without_a_hit_is_placed_and_a_protected_one_is_not_shown(folder):
    """The planner puts the open one on the map; of the protected one the page learns only that."""
    path, network, (open_id, hidden_id), house = with_addresses(folder)
    with pytest.raises(InputError):
        read(folder)
    block = table_desk.addresses_payload(path, network)
    assert [one["key"] for one in block["addresses"]] == [open_id]
    assert (block["n"], block["n_hidden"]) == (1, 1)
    lon, lat = table_desk._moved(house.x, house.y, network.epsg, 4326)
    for wrong in ({"key": hidden_id}, {"key": "ingen"}, {"lat": 0.0}):
        place = {"key": open_id, "lat": lat, "lon": lon, **wrong}
        with pytest.raises(SettingsError):
            table_desk.place_addresses(path, network, [place])
    table_desk.place_addresses(path, network, [{"key": open_id, "lat": lat, "lon": lon}])
    assert table_desk.addresses_payload(path, network)["addresses"] == []
    with pytest.raises(InputError) as told:  # the protected one is still to be placed
        read(folder)
    assert {one.row for one in told.value.faults if not one.is_warning} == {3}


def test_the_marked_copy_tells_each_fault_and_the_tables_are_not_touched(folder, tmp_path):
    """What is saved to send to whoever owns the export: every fault in it, ours as it was."""
    path, _, _, _ = with_addresses(folder)
    before = path.read_bytes()
    with pytest.raises(InputError) as told:
        read(folder)
    made = table_desk.marked_copy(path, tmp_path / "ny" / "m.xlsx", told.value.faults)
    book = openpyxl.load_workbook(made)
    assert book.sheetnames != openpyxl.load_workbook(path).sheetnames
    assert path.read_bytes() == before
