"""Address lines as care systems export them, and house numbers as maps hold them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.addresses import Query, geocode
from data.addresses.lines import numbers_of, one_number
from data.addresses.normal import normalise
from data.osm import Doors
from data.osm.osm_doors import numbers_between
from data.streets import AddressPoint
from data.tables.address_lists import read_register

CASE = Path(__file__).resolve().parents[3] / "shared" / "cases" / "33-addresses"

TAILS = [
    *("nb", "n.b.", "n b", "bv", "kv", "1 tr", "1tr", "1tr ö g", "1 tr ög", "2 tr u.h.", "ö g"),
    *("ö.g.", "ög", "u.h.", "uh", "u h", "gh", "t.h.", "th", "t v", "tv", "vån 2", "2 vån"),
    *("2:a vån", "våning 2", "lgh 1001", "lägenhet 1001", "(port A)", "(1 tr)", "(lgh 1102"),
    *("port A", "uppg B", "ingång C", ", Provby", ", 721 30 Provby", " 72130 Provby", "; Provby"),
    *(", nb", ", 1 tr, Provby", "[gaveln]", "c/o Svensson", ", c/o Svensson", "hos Svensson"),
    *("c/o Anna Svensson", "(c/o Svensson)", ", c/o", "- lgh 1102", "/ nb", "höger", "1102"),
    *("bakom kyrkan", "en trappa upp", ", 1102", "\nlgh 3", "."),
]
HEADS = ["c/o Svensson, ", "C/O Svensson; ", "c/o Anna Svensson, ", "hos Svensson, ", "Villa Ek, ",
         "lgh 1102, "]  # fmt: skip


@pytest.mark.parametrize("tail", TAILS)
def test_the_number_is_found_and_the_tail_set_aside(tail):
    """A client on a floor "saknar husnummer", and had to be placed by hand."""
    for number, letter in (("1", ""), ("12", "b")):
        wanted = normalise(f"Kungsgatan {number}{letter} {tail}")
        assert (wanted.street, wanted.number, wanted.letter) == ("kungsgatan", number, letter)


@pytest.mark.parametrize("head", HEADS)
def test_what_stands_before_the_street(head):
    """Whose home it is, or what the house is called, is no part of the street."""
    wanted = normalise(f"{head}Kungsgatan 1 nb")
    assert (wanted.street, wanted.number) == ("kungsgatan", "1")


@pytest.mark.parametrize(
    ("text", "street", "number", "letter"),
    [
        ("Kungsgatan1", "kungsgatan", "1", ""),
        ("Kungsgatan nr 1", "kungsgatan", "1", ""),
        ("KUNGSGATAN 01", "kungsgatan", "1", ""),
        ("Kungsgatan, 1", "kungsgatan", "1", ""),
        ("Kungsgatan 1 A", "kungsgatan", "1", "a"),
        ("Kungsgatan 1a nb", "kungsgatan", "1", "a"),
        ("Väg 13 4", "väg 13", "4", ""),
        ("17:e Novembergatan 2 nb", "17:e novembergatan", "2", ""),
        ("Norrby 112", "norrby", "112", ""),
        ("Box 123", "box", "123", ""),
        ("Ekby Västergård", "ekby västergård", "", ""),
        ("Ekby Västergård, Provby", "ekby västergård", "", ""),
        ("Storgatan 12 - 14", "storgatan", "12", ""),
        ("Nygatan 5, 2 tr, lgh 1201", "nygatan", "5", ""),
    ],
)
def test_other_forms(text, street, number, letter):
    """Neighbours of the tails, and what must stay as it was."""
    wanted = normalise(text)
    assert (wanted.street, wanted.number, wanted.letter) == (street, number, letter)


@given(st.text(alphabet="kungsgatan 123ab,.;-/()c/otr:\nlgh", max_size=40))
def test_any_line_is_taken_apart(text):
    """No line may stop the reading, and none may take long."""
    wanted = normalise(text)
    assert wanted.number == "" or wanted.number.isdecimal()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("16;18", ["16", "18"]),
        ("16; 18", ["16", "18"]),
        ("28, 30", ["28", "30"]),
        ("28 30", ["28", "30"]),
        ("1 och 3", ["1", "3"]),
        ("1 & 3", ["1", "3"]),
        ("12-14", ["12", "14"]),
        ("12–16", ["12", "14", "16"]),
        ("12 - 14", ["12", "14"]),
        ("12—14", ["12", "14"]),
        ("12/14", ["12", "14"]),
        ("20A-C", ["20a", "20b", "20c"]),
        ("20A-20C", ["20a", "20b", "20c"]),
        ("16A;B", ["16a", "16b"]),
        ("16A,18B", ["16a", "18b"]),
        ("2;4-8", ["2", "4", "6", "8"]),
        ("22 B", ["22b"]),
        ("1-999", ["1", "999"]),
        ("07", ["7"]),
        ("Villa", []),
        ("", []),
    ],
)
def test_lists_and_ranges_of_numbers(text, found):
    """16;18 stood for 18 alone."""
    assert [number + letter for number, letter in numbers_of(text)] == found


def test_one_house_is_told_from_several():
    """An entry of that very number goes before a range that holds it."""
    assert one_number("12 B") == ("12", "b", "")
    assert one_number("12–14") == ("12", "", "14")
    assert one_number("16;18") is None


@pytest.mark.parametrize(
    ("first", "last", "manner", "found"),
    [
        ("1", "9", "odd", ["3", "5", "7"]),
        ("9", "1", "odd", ["7", "5", "3"]),
        ("2", "8", "even", ["4", "6"]),
        ("1", "4", "all", ["2", "3"]),
        ("12A", "12D", "alphabetic", ["12B", "12C"]),
        ("10", "30", "10", ["20"]),
        ("1", "8", "odd", []),
        ("1", "9", "even", []),
        ("1", "99999", "odd", []),
        ("x", "9", "odd", []),
        ("1", "9", "0", []),
        ("1", "9", "sometimes", []),
    ],
)
def test_numbers_between_two(first, last, manner, found):
    """addr:interpolation: what the line says, and nothing where it does not agree with its ends."""
    assert numbers_between(first, last, manner) == found


def door(osm_id, street, number, lon, extra=""):
    return (
        f'<node id="{osm_id}" lat="59.6" lon="{lon}"><tag k="addr:street" v="{street}"/>'
        f'<tag k="addr:housenumber" v="{number}"/><tag k="addr:postcode" v="72130"/>{extra}</node>'
    )


def register_of(tmp_path, *inside, name="a.osm"):
    path = tmp_path / name
    path.write_text(f'<osm version="0.6">{"".join(inside)}</osm>', encoding="utf-8")
    return read_register(path, epsg=4326)


def test_addresses_on_relations_areas_and_lines(tmp_path):
    """Tags on a relation count as on its ring; a line between two numbers holds the others."""
    ring = "".join(
        f'<node id="{at}" lat="{59.6 + 0.001 * (at % 2)}" lon="{17.0 + 0.001 * (at // 12)}"/>'
        for at in (10, 11, 12, 13)
    )
    way = '<way id="7">' + "".join(f'<nd ref="{at}"/>' for at in (10, 11, 13, 12, 10)) + "</way>"
    tags = '<tag k="addr:street" v="Hyllgatan"/><tag k="addr:housenumber" v="9"/>'
    relation = (
        '<relation id="1"><member type="way" ref="7" role="outer"/>'
        f'<tag k="type" v="multipolygon"/><tag k="building" v="yes"/>{tags}</relation>'
    )
    line = '<way id="8"><nd ref="1"/><nd ref="2"/><tag k="addr:interpolation" v="odd"/></way>'
    doors = (
        door(1, "Radgatan", "1", 17.0),
        door(2, "Radgatan", "9", 17.004),
        door(3, "Radgatan", "5", 17.5),
    )
    found = {
        (p.street, p.number): (round(p.x, 4), round(p.y, 4))
        for p in register_of(tmp_path, *doors, ring, way, line, relation)
    }
    assert found["Hyllgatan", "9"] == (17.0005, 59.6005)
    assert found["Radgatan", "3"] == (17.001, 59.6)
    assert found["Radgatan", "5"] == (17.5, 59.6)  # the number itself goes before the line
    assert found["Radgatan", "7"] == (17.003, 59.6)


def test_a_street_that_a_relation_gives_its_houses(tmp_path):
    """associatedStreet: the houses bear numbers alone."""
    house = '<node id="5" lat="59.6" lon="17"><tag k="addr:housenumber" v="3"/></node>'
    street = (
        '<relation id="1"><member type="node" ref="5" role="house"/>'
        '<tag k="type" v="associatedStreet"/><tag k="name" v="Nygatan"/></relation>'
    )
    assert [(p.street, p.number) for p in register_of(tmp_path, house, street)] == [
        ("Nygatan", "3")
    ]


def test_registers_in_other_dialects(tmp_path):
    """What JOSM and Overpass write is read for addresses as for streets."""
    deleted = door(2, "Borta", "1", 17.1).replace("<node ", '<node action="delete" ')
    center = (
        '<way id="3"><center lat="59.6" lon="17.2"/><nd ref="900"/>'
        '<tag k="addr:street" v="Mitten"/><tag k="addr:housenumber" v="2"/></way>'
    )
    new = door(-4, "Nya", "3", 17.3)
    found = register_of(tmp_path, door(1, "Gamla", "1", 17.0), deleted, center, new, name="A.OSM")
    assert {(p.street, p.number, round(p.x, 2)) for p in found} == {
        ("Gamla", "1", 17.0), ("Mitten", "2", 17.2), ("Nya", "3", 17.3),
    }  # fmt: skip


def ask(address, points, postcode="72130", city="Provby"):
    (answer,) = geocode([Query("k", address, postcode, city)], points)
    return answer


def point(street, number, x, postcode="72130", city="Provby"):
    return AddressPoint(street, number, postcode, city, float(x), 0.0)


def test_farms_without_a_number():
    """A farm's name is an address where postcode or locality say that it is that farm."""
    farm = [point("Ekby Västergård", "", 1)]
    assert ask("Ekby Västergård", farm).x == 1
    assert ask("EKBY VÄSTERGÅRD, Provby", farm, "", "").x == 1
    unsure = [point("Ekby Västergård", "", 1, "", "")]
    assert not ask("Ekby Västergård", unsure).is_accepted
    assert ask("Ekby Västergård", unsure).candidates == (unsure[0],)
    assert not ask("Storgatan", [point("Storgatan", "1", 1)]).is_accepted


def test_a_name_before_the_street_without_a_comma():
    """The longest street that the register knows; never one whose first word may be a street's."""
    streets = [point("Nygatan", "3", 1), point("Kungsgatan", "3", 2)]
    assert ask("c/o Svensson Kungsgatan 3", streets).x == 2
    assert ask("c/o Anna Svensson Kungsg 3", streets).x == 2
    assert not ask("c/o Svensson Stora Nygatan 3", streets).is_accepted
    assert not ask("Svensson Kungsgatan 3", streets).is_accepted


def test_a_locality_in_the_address_that_is_another_goes_to_review():
    """ "Kungsgatan 1, Sala" in a row of Provby: which of the two is wrong, nobody knows."""
    points = [point("Kungsgatan", "1", 1), point("Bergsgatan", "1", 2, "73330", "Sala")]
    assert ask("Kungsgatan 1, Provby", points).x == 1
    assert not ask("Kungsgatan 1, Sala", points).is_accepted
    assert ask("Kungsgatan 1, gårdshuset", points).x == 1
    two = [point("Kungsgatan", "1", 1, ""), point("Kungsgatan", "1", 2, "", "Sala")]
    assert ask("Kungsgatan 1, Sala", two, "", "").x == 2


def test_saints_and_great_ones():
    """St. is Sankt or Stora: what the register has; review where it has both."""
    saint, great = point("Sankt Olofsgatan", "2", 1), point("Stora Olofsgatan", "2", 999)
    for text in ("St. Olofs gata 2", "St Olofsgatan 2", "S:t Olofsg. 2", "St. Olofsgatan 2 u.h."):
        assert ask(text, [saint]).x == 1, text
    assert ask("St. Olofsgatan 2", [great]).x == 999
    assert not ask("St. Olofsgatan 2", [saint, great]).is_accepted


def test_a_number_that_stands_in_the_street_too():
    """A mapper wrote "Dalvägen 8" as the street of number 8."""
    assert ask("Dalvägen 8", [point("Dalvägen 8", "8", 1)]).x == 1


def test_doors_without_anything():
    """An extract without addresses has none."""
    assert Doors().doors() == []


@pytest.mark.skipif(not CASE.exists(), reason="the small cases are not on this machine")
def test_the_small_case_of_addresses():
    """Case 33: found, but for the number that the street lacks and the box that is no place."""
    points = read_register(CASE / "by.osm")
    rows = (CASE / "in" / "brukare.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
    queries = [Query(*row.split(";")[:4]) for row in rows]
    lost = [answer.key for answer in geocode(queries, points) if not answer.is_accepted]
    assert lost == ["B002", "B032"]
