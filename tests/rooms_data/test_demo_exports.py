"""Ekhamn's tables as other systems write them, and its addresses as offices write them."""

import csv
import io
from collections import Counter
from dataclasses import replace
from functools import cache

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.demo import make_municipality, make_streets
from data.demo.exports import (
    CSV_HEADERS,
    HIDDEN,
    INSATSER,
    WINDOWS,
    carefox_csv,
    skelleftea_workbook,
)
from data.demo.noise import NOISE, noisy_addresses
from data.errors import NetworkError
from data.model import PLANNING_TASKS


@cache
def network():
    return make_streets(seed=3, n_clients=150)


@cache
def town():
    made = make_municipality(network(), n_clients=150, seed=3)
    first = replace(made.clients[0], protected=True)
    return replace(made, clients=(first, *made.clients[1:]))


def csv_rows(**options):
    text = carefox_csv(town(), network(), **options).decode("cp1252")
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def test_csv_has_a_row_for_each_visit_weekday_and_carer():
    """Importers are judged on finding the same visits again; none may be lost in writing."""
    rows = csv_rows()
    assert tuple(rows[0]) == CSV_HEADERS
    wanted = sum(
        v.carers_required * (len(v.weekdays) if v.n_per_period == 0 else 1) for v in town().visits
    )
    n_rows = len(rows) - 1
    assert wanted < n_rows < 1.02 * wanted, "a few rows are given twice"
    pairs = Counter(row[9] for row in rows[1:] if row[9])
    assert set(pairs.values()) <= {2, 3}
    assert len(pairs) == sum(
        len(v.weekdays) if v.n_per_period == 0 else 1
        for v in town().visits
        if v.carers_required == 2
    )


def test_every_planning_type_has_a_word():
    """A task without one would stop the export of a town that has it."""
    assert set(INSATSER) == set(PLANNING_TASKS)


def test_csv_is_as_untidy_as_it_says():
    """The stated ways of writing must all be there, or tests on them test nothing."""
    rows = csv_rows(title_row=True)
    assert rows[0][0].startswith("Grundplanering")
    body = [dict(zip(CSV_HEADERS, row, strict=True)) for row in rows[2:]]
    clocks = {"colon" if ":" in r["Start"] else "dot" if "." in r["Start"] else "bare"
              for r in body}  # fmt: skip
    assert clocks == {"colon", "dot", "bare"}
    assert {r["Veckodag"].split(",")[0] for r in body} == {"Varje vecka", "Varannan vecka"}
    assert any(r["Veckodag"].endswith("valfri vardag") for r in body)
    paused = {c.client_id.removeprefix("B") for c in town().clients if c.pause_from is not None}
    assert {r["Kundnr"] for r in body if r["Vilande besök"] == "Ja"} == paused
    with pytest.raises(UnicodeDecodeError):
        carefox_csv(town(), network()).decode("utf-8")


def test_protected_clients_have_no_address_in_any_export():
    """The flag fails closed here too (C7): such a row names no street."""
    hidden = town().clients[0]
    rows = [row for row in csv_rows() if row[0] == hidden.client_id.removeprefix("B")]
    assert rows
    assert {tuple(row[1:4]) for row in rows} == {(HIDDEN, "", "")}
    book = openpyxl.load_workbook(io.BytesIO(skelleftea_workbook(town(), network())))
    sheet = book["Individer, brukare"]
    shown = [[cell.value or "" for cell in row[:4]] for row in sheet.iter_rows(min_row=2)]
    assert [hidden.client_id, HIDDEN, "", ""] in shown


def test_workbook_adds_up_to_the_daily_minutes():
    """ "30*2" and "15 + 20" are how minutes are written there; their sum must be the town's."""
    book = openpyxl.load_workbook(io.BytesIO(skelleftea_workbook(town(), network())))
    assert book.sheetnames == ["Individer, brukare", "Medarbetare"]
    rows = list(book["Individer, brukare"].iter_rows(values_only=True))
    assert list(rows[0][4:11]) == list(WINDOWS)
    minutes = 0
    for row in rows[1:]:
        for cell in row[4:11]:
            for part in str(cell or "0").split(" + "):
                length, _, carers = part.partition("*")
                minutes += int(length) * int(carers or 1)
    wanted = sum(v.duration_s // 60 * v.carers_required for v in town().visits if v.is_daily)
    assert minutes == wanted
    assert any("*2" in str(cell) for row in rows[1:] for cell in row)
    assert len(list(book["Medarbetare"].iter_rows())) == 1 + len(town().staff)


def test_exports_are_the_same_to_the_byte():
    """Other tests keep hashes of imports; a time stamp inside would break them tomorrow."""
    assert carefox_csv(town(), network()) == carefox_csv(town(), network())
    assert skelleftea_workbook(town(), network()) == skelleftea_workbook(town(), network())
    assert carefox_csv(town(), network(), seed=2) != carefox_csv(town(), network())


def test_a_network_without_addresses_is_refused():
    """Real extracts may lack addresses: say so, do not write a table without them."""
    with pytest.raises(NetworkError, match="adress"):
        carefox_csv(town(), replace(network(), addresses=()))


def test_noise_has_the_stated_shares():
    """A noise model is only a model if the lines follow it."""
    lines = noisy_addresses(network().addresses, 6000, seed=1)
    assert lines == noisy_addresses(network().addresses, 6000, seed=1)
    count = Counter(kind for line in lines for kind in line.noise)
    for kind in ("upper", "typo", "flat", "spaces", "unknown", "no_postcode"):
        assert count[kind] / 6000 == pytest.approx(NOISE[kind], rel=0.25)
    assert set(count) == set(NOISE)
    for line in lines:
        assert (line.truth is None) == ("unknown" in line.noise)
        assert line.postcode or line.city, "something must tell two Storgatan apart"


@given(st.sampled_from(sorted(NOISE)), st.integers(0, 10_000))
def test_each_kind_of_noise_does_only_what_it_says(kind, seed):
    """Kinds are drawn apart, so that a geocoder's failures can be told by kind."""
    for line in noisy_addresses(network().addresses, 5, seed=seed, chances={kind: 1.0}):
        assert set(line.noise) <= {kind}
        if line.truth is None:
            continue
        clean = f"{line.truth.street} {line.truth.number}"
        changed = line.line != clean
        kept = line.postcode == line.truth.postcode and line.city == line.truth.city
        touches_line = kind not in ("postcode_joined", "postcode_wrong", "no_postcode",
                                    "city_upper", "no_city")  # fmt: skip
        assert changed == (touches_line and bool(line.noise))
        assert kept == touches_line


@given(st.integers(0, 10_000))
def test_no_noise_leaves_the_register(seed):
    """With nothing asked for, lines are the register's own."""
    for line in noisy_addresses(network().addresses, 5, seed=seed, chances={}):
        assert line.line == f"{line.truth.street} {line.truth.number}"
        assert line.noise == ()
