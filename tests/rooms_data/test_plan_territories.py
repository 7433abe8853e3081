"""The teams' areas in ``plan.gpkg``: coarse, of whoever may be shown, and of nobody else."""

from dataclasses import replace

import pyogrio
import pytest

from data.demo import make_municipality, make_streets
from data.plans import RoundPlan, Team, TeamPlan
from data.store import Look, write_outputs

PAIR = 2


@pytest.fixture(scope="module")
def streets():
    return make_streets(n_clients=60)


@pytest.fixture(scope="module")
def town(streets):
    made = make_municipality(streets, n_clients=60, n_days=1, seed=1, name="Ekhamn")
    clients = tuple(replace(one, protected=i == 0) for i, one in enumerate(made.clients))
    return replace(made, clients=clients)


def divided(town, hidden_in):
    """A team of two, and the rest in two halves; the first client in the team named."""
    hidden, *others = town.clients
    ids = [one.client_id for one in sorted(others, key=lambda one: one.y)]
    parts = {"Få": ids[:PAIR], "Norr": ids[30:], "Söder": ids[PAIR:30]}
    parts[hidden_in].append(hidden.client_id)
    base = town.bases[0].base_id
    teams = tuple(Team(name, "O1", base, tuple(of)) for name, of in parts.items())
    return TeamPlan(teams, {}, {}, {}, {}, {}, {}, {})


def written(town, streets, folder, hidden_in="Norr"):
    plan = divided(town, hidden_in)
    write_outputs(folder, town, plan, RoundPlan((), (), ()), measures={}, manifest={},
                  look=Look(network=streets))  # fmt: skip
    return folder / "plan.gpkg"


def test_areas_are_a_layer_for_any_gis(town, streets, tmp_path):
    """Teams of five and more, in the municipality's own system, none over another."""
    frame = pyogrio.read_dataframe(written(town, streets, tmp_path), layer="territories")
    assert frame.crs.to_epsg() == town.epsg
    assert list(frame["team_id"]) == ["Norr", "Söder"]
    assert set(frame["area_id"]) == {"O1"}
    assert set(frame.geom_type) == {"MultiPolygon"}
    one, other = frame.geometry
    assert one.intersection(other).area < 1.0
    assert min(one.area, other.area) > 10_000.0


def test_a_protected_home_draws_nothing(town, streets, tmp_path):
    """Wherever she lives, and whichever team she has, the areas are the same bytes."""
    hidden = town.clients[0]
    far = max(town.clients, key=lambda one: (one.x - hidden.x) ** 2 + (one.y - hidden.y) ** 2)
    moved = replace(
        town, clients=(replace(hidden, x=far.x + 3.0, y=far.y + 3.0), *town.clients[1:])
    )
    seen = [
        pyogrio.read_dataframe(written(of, streets, tmp_path / team, team), layer="territories")
        for team, of in (("Norr", town), ("Söder", moved), ("Få", moved))
    ]
    first = [one.wkb for one in seen[0].geometry]
    assert all([one.wkb for one in other.geometry] == first for other in seen[1:])
    assert all(list(other["team_id"]) == ["Norr", "Söder"] for other in seen)
