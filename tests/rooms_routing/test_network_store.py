"""Saved networks come back whole, or not at all (faults.md B9)."""

import numpy as np
import pytest

from data.errors import NetworkError
from routing.network import digest_of, load_network, save_network
from routing.network.network_store import ARRAYS


@pytest.fixture
def saved(tmp_path, net_town):
    path = tmp_path / "ekhamn.gatunat"
    save_network(net_town, path)
    return path


def test_round_trip(saved, net_town):
    """Every array, name, feature and address survives."""
    back = load_network(saved)
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(back, name), getattr(net_town, name))
    assert (back.names, back.addresses) == (net_town.names, net_town.addresses)
    assert (back.source, back.epsg) == (net_town.source, net_town.epsg)
    assert [f.kind for f in back.features] == [f.kind for f in net_town.features]
    np.testing.assert_array_equal(back.features[0].xy, net_town.features[0].xy)
    assert digest_of(back) == digest_of(net_town)


def test_any_cut_is_refused(saved):
    """A copy that was broken off must not give a smaller town."""
    whole = saved.read_bytes()
    for n_bytes in (0, 5, 17, 200, len(whole) // 2, len(whole) - 1):
        saved.write_bytes(whole[:n_bytes])
        with pytest.raises(NetworkError):
            load_network(saved)


def test_a_flipped_bit_is_refused(saved):
    """Whatever byte is hit, in the header or in the arrays."""
    whole = bytearray(saved.read_bytes())
    for at in np.linspace(0, len(whole) - 1, 23).astype(int).tolist():
        whole[at] ^= 4
        saved.write_bytes(bytes(whole))
        with pytest.raises(NetworkError):
            load_network(saved)
        whole[at] ^= 4


def test_foreign_place_and_age(saved, net_town):
    """Another municipality's network, and one from last year, are refused by name."""
    west, south, east, north = net_town.bounds
    load_network(saved, inside=(west, south, east, north), max_age_days=1)
    with pytest.raises(NetworkError, match="annan plats"):
        load_network(saved, inside=(west + 1e5, south, east + 1e5, north))
    with pytest.raises(NetworkError, match="dagar gammal"):
        load_network(saved, max_age_days=-1)
    with pytest.raises(NetworkError, match="finns inte"):
        load_network(saved.with_name("saknas"))
