"""Coordinates as they come (faults.md B): swapped, in another zone, in degrees, or nowhere."""

import numpy as np
import pytest

from data.errors import InputError
from data.geo import crs
from data.streets import AddressPoint
from data.tables import read_input, write_input

BOUNDS = (595_000.0, 6_595_000.0, 605_000.0, 6_605_000.0)


def faults_of(path, **options):
    with pytest.raises(InputError) as caught:
        read_input(path, **options)
    return caught.value.faults


def with_points(tables, points, headers=("E", "N")):
    """The clients moved to ``points``, in columns called ``headers``."""
    tables["Brukare"][0][1:3] = headers
    for row, point in zip(tables["Brukare"][1:], points, strict=True):
        row[1:3] = [str(value) for value in point]
    return tables


def in_system(epsg):
    """Three points of the municipality, written in another system."""
    east, north = np.array([600000.0, 600100.5, 600200.0]), np.array([6.6e6, 6600050.0, 6600090.0])
    x, y = crs.transform(east, north, 3006, epsg)
    return [(f"{a:.3f}", f"{b:.3f}") for a, b in zip(x, y, strict=True)]


def declare(tables, text):
    tables["Kommun"] = [["Kommun", "Koordinatsystem"], ["Ekhamn", text]]
    tables["Lokaler"] = [["Lokal", "Latitud", "Longitud"], ["Lokal A", "59.52", "16.76"]]


def test_swapped_columns_stop_the_whole_table(tables, write_folder):
    # B1: one fault for the column, never a silent swap of single rows.
    with_points(tables, [(y, x) for x, y in in_system(3006)])
    faults = [f for f in faults_of(write_folder(tables)) if f.file == "Brukare.csv"]
    assert len(faults) == 1
    assert (faults[0].row, "bytt plats" in faults[0].problem) == (0, True)


@pytest.mark.parametrize("wrong", [3008, 3010, 3015, 3018])
def test_wrong_zone_is_caught_and_the_right_one_named(tables, write_folder, wrong):
    # B2: read in the wrong local zone the points lie 42–434 km off, still in Sweden.
    with_points(tables, in_system(3011))
    declare(tables, str(wrong))
    faults = faults_of(write_folder(tables), network_bounds=BOUNDS, epsg=3006)
    assert len(faults) == 1
    assert "0 % av punkterna" in faults[0].problem
    assert "SWEREF 99 18 00 (EPSG:3011)" in faults[0].allowed


def test_undeclared_zone_is_not_taken_for_tm(tables, write_folder):
    # B2: what cannot be SWEREF 99 TM is asked for, with the fitting system named.
    with_points(tables, in_system(3011))
    faults = faults_of(write_folder(tables), network_bounds=BOUNDS)
    assert "lokal SWEREF 99-zon" in faults[0].problem
    assert "EPSG:3011" in faults[0].allowed


@pytest.mark.parametrize(
    ("epsg", "text"),
    [(3011, "SWEREF 99 18 00"), (3021, "RT 90 2,5 gon V"), (3010, "EPSG:3010"), (3006, "3006")],
)
def test_declared_systems_become_metres_of_the_network(tables, write_folder, epsg, text):
    # B2, B3: transformed into the network's system to within a centimetre.
    with_points(tables, in_system(epsg))
    declare(tables, text)
    found = read_input(write_folder(tables), network_bounds=BOUNDS, epsg=3006).municipality
    assert [(round(c.x, 1), round(c.y)) for c in found.clients] == [
        (600000.0, 6600000), (600100.5, 6600050), (600200.0, 6600090),
    ]  # fmt: skip
    assert found.epsg == 3006


def test_headers_may_name_the_system(tables, write_folder):
    # B2: an export that says it where it belongs; the other tables stay in SWEREF 99 TM.
    with_points(tables, in_system(3011), ("E (SWEREF 99 18 00)", "N (SWEREF 99 18 00)"))
    found = read_input(write_folder(tables), network_bounds=BOUNDS).municipality
    assert abs(found.clients[1].x - 600100.5) < 0.01
    assert found.bases[0].x == 600050


def test_rt90_undeclared_is_recognised(tables, write_folder):
    # B3.
    with_points(tables, in_system(3021))
    assert "RT 90" in faults_of(write_folder(tables))[0].problem


@pytest.mark.parametrize(
    ("lat", "lon"),
    [
        ("59,5286", "16,7673"),
        ("59.5286", "16.7673"),
        ("59°31'43,0\"", "16°46'2,3\""),
        ("N59° 31.717'", "E16° 46.038'"),
    ],
)
def test_degrees_in_every_writing(tables, write_folder, lat, lon):
    # B4: decimals by comma or point, minutes, seconds.
    with_points(tables, [(lat, lon)] * 3, ("Latitud", "Longitud"))
    client = read_input(write_folder(tables)).municipality.clients[0]
    assert abs(client.x - 599967) < 3
    assert abs(client.y - 6600244) < 3


def test_swapped_degrees(tables, write_folder):
    # B4.
    with_points(tables, [("16.7673", "59.5286")] * 3, ("Latitud", "Longitud"))
    assert "longitud och latitud" in faults_of(write_folder(tables))[0].problem


@pytest.mark.parametrize("pair", ["59,65, 17,08", "saknas", "inf", "NaN", "1e999"])
def test_what_is_no_number_is_named_by_its_row(tables, write_folder, pair):
    # B4, B5.
    tables["Brukare"][2][1] = pair
    faults = faults_of(write_folder(tables))
    assert [(f.row, f.column) for f in faults] == [(3, "E")]


@pytest.mark.parametrize("pair", [("0", "0"), ("99999", "99999"), ("", ""), ("600000", "")])
def test_points_that_are_nowhere_are_listed(tables, write_folder, pair):
    # B5: a client without a place is told of, never routed to (0, 0).
    tables["Brukare"][2][1:3] = pair
    faults = faults_of(write_folder(tables))
    assert [f.row for f in faults] == [3]


def test_one_point_far_out_is_a_fault_and_the_rest_stand(tables, write_folder):
    tables["Brukare"] += [[f"C{i}", str(600000 + i), "6600000", "", "", "nej"] for i in range(60)]
    tables["Brukare"][5][1] = "100"
    assert [f.row for f in faults_of(write_folder(tables))] == [6]


def test_outside_the_network_is_told(tables, write_folder):
    # B6: one of many outside is a warning with its row; most outside is a stop.
    tables["Brukare"] += [[f"C{i}", str(600000 + i), "6600000", "", "", "nej"] for i in range(60)]
    tables["Brukare"][5][1] = "660000"
    found = read_input(write_folder(tables), network_bounds=BOUNDS)
    assert [w.row for w in found.warnings if "utanför vägnätet" in w.problem] == [6]


def test_other_municipality_stops(tables, write_folder):
    # B9, seen from the tables: a network of another town.
    faults = faults_of(write_folder(tables), network_bounds=(3e5, 6.2e6, 3.1e5, 6.21e6))
    assert any("fel kommun" in f.allowed.lower() for f in faults)


def test_sixty_clients_of_one_building_share_it(tables, write_folder):
    # B7: one point, one building, and nobody is lost.
    tables["Brukare"] += [[f"C{i}", "600300", "6600000", "", "", "nej"] for i in range(60)]
    found = read_input(write_folder(tables)).municipality
    buildings = {c.building_id for c in found.clients if c.client_id.startswith("C")}
    assert len(buildings) == 1
    assert buildings != {""}
    assert found.client_by_id["B01"].building_id == ""


REGISTER = (
    AddressPoint("Storgatan", "12", "73330", "Sala", 600000.0, 6600000.0, "flat"),
    AddressPoint("Storgatan", "12B", "73330", "Sala", 600010.0, 6600000.0),
    AddressPoint("Storgatan", "1", "73330", "Sala", 600020.0, 6600000.0),
    AddressPoint("Storgatan", "1", "73390", "Möklinta", 603000.0, 6603000.0),
)


def _addressed(tables, rows):
    tables["Brukare"] = [["Brukare", "Adress", "Postnr", "Ort", "Skyddade uppgifter"]] + [
        [f"B0{i + 1}", *row, "nej"] for i, row in enumerate(rows)
    ]
    return tables


def test_addresses_get_their_places_from_the_register(tables, write_folder):
    rows = [("Storg. 12 b lgh 1102", "733 30", ""), ("STORGATAN 1", "73390", "Möklinta"),
            ("Storgatan 12", "", "Sala")]  # fmt: skip
    found = read_input(write_folder(_addressed(tables, rows)), network_addresses=REGISTER)
    assert [c.x for c in found.municipality.clients] == [600010.0, 603000.0, 600000.0]
    # "lgh 1102" says flat, the register says it of Storgatan 12: stairs cost minutes.
    assert [c.dwelling for c in found.municipality.clients] == ["flat", "house", "flat"]


def test_same_street_in_two_localities_is_never_guessed(tables, write_folder):
    # B10.
    rows = [("Storgatan 1", "", ""), ("Storgatan 12", "", ""), ("Storgatan 12", "", "")]
    faults = faults_of(write_folder(_addressed(tables, rows)), network_addresses=REGISTER)
    assert [f.row for f in faults] == [2]
    assert "Storgatan" not in str(faults[0])


def test_addresses_without_a_register_say_what_to_do(tables, write_folder):
    rows = [("Storgatan 1", "", "")] * 3
    faults = faults_of(write_folder(_addressed(tables, rows)))
    assert len(faults) == 1
    assert "check addresses" in faults[0].allowed


def with_homes(tables, begins, east="600050.5", north="6600020.25"):
    tables["Personal"][0] += ["Börjar hemma", "Slutar hemma", "Hem E", "Hem N"]
    for row in tables["Personal"][1:]:
        row += ["nej", "nej", "", ""]
    tables["Personal"][1][-4:] = [begins, "nej", east, north]
    return tables


def test_homes_are_read_where_they_are_used(tables, write_folder, tmp_path):
    # A home that no shift begins or ends at is not kept: nobody needs it.
    town = read_input(write_folder(with_homes(tables, "ja"))).municipality
    one, *others = town.staff
    assert (one.starts_home, one.ends_home, one.home) == (True, False, (600050.5, 6600020.25))
    assert "600050" not in repr(one)
    assert {other.home for other in others} <= {None}
    write_input(town, tmp_path / "ut.xlsx")
    assert read_input(tmp_path / "ut.xlsx").municipality.staff == town.staff


def test_unused_homes_are_dropped(tables, write_folder):
    town = read_input(write_folder(with_homes(tables, "nej"))).municipality
    assert town.staff[0].home is None


@pytest.mark.parametrize(("east", "north"), [("", ""), ("600050", ""), ("0", "0")])
def test_who_begins_at_home_must_have_one(tables, write_folder, east, north):
    faults = faults_of(write_folder(with_homes(tables, "ja", east, north)))
    assert {fault.file for fault in faults} == {"Personal.csv"}
    assert "hemmets plats saknas" in {fault.problem for fault in faults}
