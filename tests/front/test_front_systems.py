"""A network in a local zone: ``check`` and ``plan`` take the network's own system."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from hemrunda.cli import group

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases"


def run(*arguments):
    from hemrunda.error_messages import run_guarded

    runner = CliRunner()
    with runner.isolation() as streams:
        code = run_guarded(lambda: group(list(map(str, arguments)), standalone_mode=False))
        return code, streams[0].getvalue().decode() + streams[1].getvalue().decode()


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """A town of four streets with addresses, and eight clients in it."""
    folder = tmp_path_factory.mktemp("town")
    nodes = "".join(
        f'<node id="{10 * row + column}" lat="{59.6 + 0.002 * row}" '
        f'lon="{17.08 + 0.003 * column}"/>'
        for row in range(1, 5)
        for column in range(1, 5)
    )
    doors = "".join(
        f'<node id="{100 + at}" lat="59.6021" lon="{17.083 + 0.001 * at}">'
        f'<tag k="addr:street" v="Radgatan"/><tag k="addr:housenumber" v="{at}"/></node>'
        for at in range(1, 9)
    )
    ways = "".join(
        f'<way id="{row}">'
        + "".join(f'<nd ref="{10 * row + c}"/>' for c in range(1, 5))
        + '<tag k="highway" v="residential"/></way>'
        f'<way id="{10 + row}">'
        + "".join(f'<nd ref="{10 * r + row}"/>' for r in range(1, 5))
        + '<tag k="highway" v="residential"/></way>'
        for row in range(1, 5)
    )
    path = folder / "by.osm"
    path.write_text(f'<osm version="0.6">{nodes}{doors}{ways}</osm>', encoding="utf-8")
    return path


@pytest.mark.parametrize("epsg", ["404000", "4326", "0", "-1", "3857", "4619"])
def test_impossible_systems_are_one_sentence(town, tmp_path, epsg):
    """404000 crashed and 4326 built a network of 0 × 0 km."""
    code, said = run("network", "build", "--osm", town, "--out", tmp_path / "nat", "--epsg", epsg)
    assert code in (1, 2)
    assert "Oväntat" not in said
    assert "3006" in said
    assert not (tmp_path / "nat").exists()


@pytest.mark.skipif(not CASES.exists(), reason="the small cases are not on this machine")
@pytest.mark.parametrize("epsg", ["3006", "3011", "3021", "25833"])
def test_tables_follow_the_network(tmp_path, epsg):
    """With --epsg 3011 no input fitted, and the messages sent the user in a circle."""
    base = CASES / "00-base"
    built = run(
        "network", "build", "--osm", base / "by.osm", "--out", tmp_path / "n", "--epsg", epsg
    )
    assert built[0] == 0, built[1]
    code, said = run("check", base / "in", "--network", tmp_path / "n")
    assert code == 0, said
    out = tmp_path / "plan"
    code, said = run("plan", base / "in", "--network", tmp_path / "n", "--out", out, "--days", "1",
                     "--seconds", "0", "--map-days", "0")  # fmt: skip
    assert code == 0, said
    code, said = run("write", "layers", out)
    assert code == 0, said
    assert (out / "plan.gpkg").exists()
    assert "plan.gpkg" in (out / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("epsg", ["404000", "4326"])
def test_settings_with_an_impossible_system(tmp_path, epsg):
    """The settings file is refused by the key, before anything is read."""
    (tmp_path / "hemrunda.toml").write_text(f"[general]\nepsg = {epsg}\n", encoding="utf-8")
    (tmp_path / "besök.csv").write_text("Brukare\nB1\n", encoding="utf-8")
    code, said = run("check", tmp_path)
    assert code == 2
    assert "[general] epsg" in said
