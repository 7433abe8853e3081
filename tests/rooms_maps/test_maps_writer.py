"""The writer: nothing of the user's in templates, inert data, protected clients nowhere."""

from __future__ import annotations

import hashlib
import json
import random
import re
import string
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import maps
from data.errors import SettingsError, StoreError
from maps.common import vendored
from maps.common.colours import ROUND_COLOURS, colour_indices
from maps.common.polyline_encoding import encode, encode_deltas
from maps.common.safe_page import inert_json
from maps.common.texts import texts

SV, EN = texts("sv"), texts("en")
ASSETS = Path(maps.__file__).parent / "assets"
LETTERS = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"


def naive_decode(text: str) -> list[int]:
    """The reader written the slow way."""
    numbers, value, place = [], 0, 0
    for letter in text:
        digit = LETTERS.index(letter)
        value += (digit % 32) << (5 * place)
        place += 1
        if digit < 32:
            numbers.append(-((value + 1) // 2) if value % 2 else value // 2)
            value = place = 0
    return numbers


@given(st.lists(st.integers(-(2**33), 2**33)))
def test_numbers_survive_the_letters(numbers):
    """What Python writes is what the page reads."""
    assert naive_decode(encode(np.array(numbers, dtype=np.int64))) == numbers


def test_too_large_numbers_are_refused():
    """A wrong map is worse than none."""
    with pytest.raises(ValueError, match="too large"):
        encode(np.array([2**40]))


def test_steps_add_up_to_points():
    points = np.array([[5, -7], [5, -7], [100, 200]])
    steps = np.array(naive_decode(encode_deltas(points))).reshape(-1, 2)
    assert np.array_equal(np.cumsum(steps, axis=0), points)


@given(st.text())
def test_inert_json_holds_no_markup_and_loses_nothing(text):
    """F4, F6: whatever the text, the block can neither end early nor be read otherwise."""
    made = inert_json({text: [text]})
    assert not set(made) & set("<>&\u2028\u2029")
    assert made.isascii()
    assert json.loads(made) == {text: [text]}


def test_vendored_files_are_the_ones_listed():
    """J1: others' files are unchanged, and every one of them is on the list."""
    listed = dict(
        reversed(line.split()) for line in (ASSETS / "vendored-sha256.txt").read_text().splitlines()
    )
    assert {"leaflet.js", "leaflet.css", "leaflet-LICENSE.txt"} <= set(listed)
    for name, digest in listed.items():
        assert hashlib.sha256((ASSETS / name).read_bytes()).hexdigest() == digest


def test_a_changed_vendored_file_is_refused(monkeypatch):
    monkeypatch.setattr(vendored, "_hashes", lambda: {"core.js": "0" * 64})
    vendored.asset.cache_clear()
    vendored.vendored_bytes.cache_clear()
    with pytest.raises(StoreError):
        vendored.asset("core.js")
    vendored.asset.cache_clear()
    vendored.vendored_bytes.cache_clear()


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_white_text_can_be_read_on_every_colour():
    """WCAG 2.1, 1.4.3: at least 4.5 to 1."""
    for colour in ROUND_COLOURS:
        assert 1.05 / (_luminance(colour) + 0.05) >= 4.5, colour


def test_neighbours_differ_in_colour():
    """I4: a ring of 40 teams, each beside the next two."""
    ids = [str(i) for i in range(40)]
    beside = {one: {ids[(i + d) % 40] for d in (-2, -1, 1, 2)} for i, one in enumerate(ids)}
    chosen = colour_indices(ids, beside)
    assert all(chosen[a] != chosen[b] for a in ids for b in beside[a])


def test_languages_have_the_same_texts():
    assert set(SV) == set(EN)
    for key in SV:
        assert set(re.findall(r"\{\w+\}", SV[key])) == set(re.findall(r"\{\w+\}", EN[key])), key


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_text_is_a_plain_one(language):
    """A table or a number in a catalogue would reach a page as something else than words."""
    assert all(isinstance(text, str) and text.strip() for text in texts(language).values())


def test_every_text_the_scripts_ask_for_exists():
    """A missing text is a page error; find it here and not at the user's."""
    for script in sorted(set(ASSETS.glob("*.js")) - {ASSETS / "leaflet.js"}):
        for key in re.findall(r'\bt\("(\w+)"', script.read_text(encoding="utf-8")):
            assert key in SV, (script.name, key)


@pytest.fixture
def team_page(tmp_path, make_town):
    def write(town=None, **more):
        town = town or make_town()
        path = tmp_path / "team.html"
        maps.write_team_map(
            path,
            municipality=town.municipality,
            team_plan=town.team_plan,
            network=town.network,
            team_table=town.team_table,
            **{"profile": "manager", "plan_id": "p", "date": "2026-03-02", **more},
        )
        return path.read_text(encoding="utf-8")

    return write


@pytest.fixture
def round_page(tmp_path, make_town):
    def write(town=None, **more):
        town = town or make_town()
        path = tmp_path / "round.html"
        maps.write_round_map(
            path,
            municipality=town.municipality,
            team_plan=town.team_plan,
            round_plan=town.round_plan,
            network=town.network,
            leg_path=town.leg_path,
            day=town.day,
            **{"profile": "manager", "plan_id": "p", **more},
        )
        return path.read_text(encoding="utf-8")

    return write


def _block(page: str, name: str):
    found = re.search(rf'<script type="application/json" id="data-{name}">(.*?)</script>', page)
    return json.loads(found.group(1))


def _without_blocks(page: str) -> str:
    return re.sub(r'<script type="application/json".*?</script>', "", page, flags=re.S)


def test_users_text_is_in_the_data_blocks_only(team_page, make_town):
    """F1: the page around the blocks is the same whatever the ids are."""
    wild = tuple(f"{{{{ {i} }}}}<b>" for i in range(24))
    plain = _without_blocks(team_page())
    hostile = _without_blocks(
        team_page(make_town(wild, teams=("<i>", "{{ 7*7 }}")), plan_id="</p>")
    )
    assert plain == hostile


def test_the_same_plan_makes_the_same_file(team_page, round_page):
    """D4: no random names, no clock."""
    assert team_page() == team_page()
    assert round_page() == round_page()


def test_pages_link_to_nothing(team_page, round_page):
    """G1: no address of any host outside comments, licences and namespaces."""
    for page in (team_page(), round_page()):
        assert not re.search(r"<(?:script|img|iframe|link)[^>]+(?:src|href)=", page)
        assert "url(" not in re.sub(r"<script.*?</script>", "", page, flags=re.S)
        assert "connect-src &#x27;none&#x27;" in page


@pytest.mark.parametrize("profile", ["manager", "anonymous", "council"])
def test_protected_clients_are_in_no_team_map(team_page, profile):
    """C7: neither id nor place, whatever the profile."""
    page = team_page(profile=profile)
    view = _block(page, "view")
    assert "k07" not in page
    if profile == "manager":
        assert len(view["clients"]["id"]) == 23
        assert "1 brukare med skyddade" in _block(page, "page")["hidden"]
    else:
        assert "clients" not in view


def test_shared_profiles_hold_no_person(team_page):
    """NO-27, G7: no client or staff id, and no cell under five."""
    for profile in ("anonymous", "council"):
        page = team_page(profile=profile)
        assert not re.search(r"\bk\d\d\b", _without_leaflet(page))
        assert '"s1"' not in page
        view = _block(page, "view")
        assert all(cell[2] >= 5 and cell[2] % 5 == 0 for cell in view.get("cells", []))


def _without_leaflet(page: str) -> str:
    return "".join(re.findall(r'application/json" id="data-view">(.*?)</script>', page))


def test_no_way_and_no_carer_is_told_while_anybody_is_protected(make_town, round_page):
    """C7: a line on the street would tell where they live, and so would who makes which visit."""
    town = make_town()
    page = round_page(town)
    assert "k07" not in page
    assert 'v7"' not in page
    assert town.asked == []
    told = [(one["staff"], one["team"]) for one in _block(page, "view")["rounds"]]
    assert told == [("", "T1"), ("", "T2")]
    stops = {s["client"]: s for one in _block(page, "view")["rounds"] for s in one["stops"]}
    # All stops alike: were only the next one's way left out, it would point at the hidden one.
    seen = {(stop["travel"], stop["leg"], stop["mode"], stop["tier"]) for stop in stops.values()}
    assert seen == {(None, "", "", "")}
    assert _block(page, "view")["rough"] == 7200
    assert len(stops) == 21
    assert "private/rounds.xlsx" in _block(page, "page")["hidden"]


def test_unknown_profiles_and_languages_are_refused(team_page, round_page):
    """C8: fail closed, and write nothing."""
    for wrong in ({"profile": "chef"}, {"language": "no"}):
        with pytest.raises(SettingsError):
            team_page(**wrong)
    for profile in ("council", "anonymous"):
        with pytest.raises(SettingsError):
            round_page(profile=profile)
    with pytest.raises(SettingsError):
        round_page(profile="staff")


def test_staff_profile_holds_one_round(round_page):
    page = round_page(profile="staff", round_id="2026-03-02-day-s2")
    view = _block(page, "view")
    assert [one["staff"] for one in view["rounds"]] == ["s2"]
    assert "k02" not in page
    assert view["unplanned"] == []


def test_order_of_clients_does_not_matter(team_page, make_town):
    """D4: the same map whatever the input's row order."""
    town = make_town()
    first = team_page(town)
    clients = list(town.municipality.clients)
    random.Random(1).shuffle(clients)
    from dataclasses import replace

    town.municipality = replace(town.municipality, clients=tuple(clients))
    assert _block(team_page(town), "view") == _block(first, "view")


def test_layers_are_named_by_plain_words_only():
    """F1: no text of a user's can come into the script by a layer's name."""
    from maps.screen.folium_layers import offline_map

    bounds = [[58.0, 12.0], [59.0, 13.0]]
    for layers in ({"a(": "view"}, {"team": '");alert(1);("'}, {"": "view"}):
        with pytest.raises(ValueError, match="plain words"):
            offline_map(bounds, layers)
