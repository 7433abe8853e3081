"""The guide, played: a new folder, an own workbook of 60 clients, to an opened team map.

Only the commands of docs/sv/start.md are run, as they stand there. The county's extract is made of
the embedded town's streets, with a border round them.
"""

import os
import re
import subprocess
import sys
from pathlib import Path
from xml.sax.saxutils import quoteattr

import numpy as np
import openpyxl
import pytest
from click.testing import CliRunner

from data.demo import make_municipality, make_streets
from data.geo import crs
from data.streets import ROAD_CLASSES
from data.tables import write_input
from data.tables.schema.columns import TABLES
from data.tables.schema.headers import match_header

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "sv" / "start.md"
PLACE = "Falkenberg"
MOST_COMMANDS = 3
_INSTALLED = os.environ.get("HEMRUNDA_COMMAND")
HEMRUNDA = [_INSTALLED] if _INSTALLED else [sys.executable, "-m", "hemrunda"]
"""The command of this venv; ``./run-guide.sh`` names one that it has installed from the wheel."""


def commands():
    """What the guide tells one to write for an own first picture."""
    text = GUIDE.read_text(encoding="utf-8")
    section = text.split("## Din egen första bild")[1].split("\n## ")[0]
    return re.findall(r"^    (hemrunda .*)$", section, flags=re.M)


def write_extract(path, network):
    """The town's streets and addresses as OpenStreetMap has them, within a border."""
    lon, lat = crs.transform(network.node_x, network.node_y, network.epsg, crs.EPSG_WGS84)
    parts = [f'<node id="{i + 1}" lat="{b:.7f}" lon="{a:.7f}"/>'
             for i, (a, b) in enumerate(zip(lon.tolist(), lat.tolist(), strict=True))]  # fmt: skip
    number = 10_000_000
    for one in network.addresses:
        a, b = crs.transform(np.array([one.x]), np.array([one.y]), network.epsg, crs.EPSG_WGS84)
        number += 1
        parts.append(
            f'<node id="{number}" lat="{b[0]:.7f}" lon="{a[0]:.7f}">'
            f'<tag k="addr:street" v={quoteattr(one.street)}/>'
            f'<tag k="addr:housenumber" v={quoteattr(one.number)}/></node>'
        )
    edges = (lon.min() - 0.01, lat.min() - 0.01, lon.max() + 0.01, lat.max() + 0.01)
    west, south, east, north = map(float, edges)
    for at, (a, b) in enumerate([(west, south), (east, south), (east, north), (west, north)], 1):
        parts.append(f'<node id="{20_000_000 + at}" lat="{b}" lon="{a}"/>')
    for s in range(network.n_segments):
        road = ROAD_CLASSES[network.road_class[s]]
        parts.append(
            f'<way id="{s + 1}"><nd ref="{network.segment_from[s] + 1}"/>'
            f'<nd ref="{network.segment_to[s] + 1}"/><tag k="highway" v={quoteattr(road)}/>'
            f'<tag k="name" v={quoteattr(network.name(s))}/></way>'
        )
    refs = "".join(f'<nd ref="{20_000_000 + at}"/>' for at in (1, 2, 3, 4, 1))
    parts.append(f'<way id="9000000">{refs}</way>')
    parts.append(
        '<relation id="1"><member type="way" ref="9000000" role="outer"/>'
        '<tag k="type" v="boundary"/><tag k="boundary" v="administrative"/>'
        f'<tag k="admin_level" v="7"/><tag k="name" v="{PLACE}s kommun"/></relation>'
    )
    path.write_text(f'<osm version="0.6">{"".join(parts)}</osm>', encoding="utf-8")


def fill(template, town, folder):
    """Type the municipality's own rows into the template, under the headers that it has."""
    write_input(town, folder / "egna.xlsx")
    own = openpyxl.load_workbook(folder / "egna.xlsx")
    (folder / "egna.xlsx").unlink()
    book = openpyxl.load_workbook(template)
    for name in ("Brukare", "Besök", "Personal", "Schema", "Lokaler"):
        header, *rows = own[name].iter_rows(values_only=True)
        sheet, table = book[name], next(one.name for one in TABLES if one.sheet == name)
        header = [match_header(table, title) for title in header]
        at = {match_header(table, cell.value): cell.column for cell in sheet[1] if cell.value}
        sheet.delete_rows(2, sheet.max_row)
        for line, row in enumerate(rows, 2):
            for title, value in zip(header, row, strict=True):
                if title in at and value is not None:
                    sheet.cell(line, at[title]).value = value
    book.save(template)


def test_the_guide_is_short():
    """First own picture in three commands, and the folder's whole way begins with them."""
    assert 1 <= len(commands()) <= MOST_COMMANDS
    assert any(PLACE in line for line in commands())


def test_a_place_that_the_extract_does_not_hold_is_told_with_the_way_out(tmp_path):
    """Public extracts are often without borders: the guide's outline or box is named at once."""
    write_extract(tmp_path / "lan.osm", make_streets(n_clients=60))
    line = [*HEMRUNDA, "network", "build", "--place", "Sala", "--out", "nat"]
    result = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True,
                            encoding="utf-8", timeout=300)  # fmt: skip
    assert result.returncode == 2, result.stderr
    assert "lan.osm har ingen yta att jämföra med som heter Sala." in result.stderr
    assert "--outline FIL, eller en ruta med --box" in result.stderr
    assert not (tmp_path / "nat").exists()


@pytest.mark.parametrize("answer", ["ja", "J", "y", "", "nej", "n", "jo då"])
def test_the_net_is_asked_only_after_a_yes(tmp_path, monkeypatch, answer):
    """In Swedish too: whoever answers ja is understood, and all that is no yes is a no."""
    import routing.network
    from hemrunda.cli import group

    asked = []

    def download(place, *_, **__):
        asked.append(place)
        return make_streets(n_clients=60)

    monkeypatch.setattr(routing.network, "download_place", download)
    words = ["network", "download", "--place", "Sala", "--out", str(tmp_path / "nat")]
    result = CliRunner().invoke(group, words, input=f"{answer}\n")
    is_yes = answer in ("ja", "J", "y")
    assert asked == (["Sala"] if is_yes else [])
    assert (result.exit_code == 0) == is_yes
    assert "Fortsätta? [j/N]" in result.output


@pytest.mark.parametrize(("language", "question"), [("sv", "Fortsätta? [j/N]"),
                                                    ("en", "Go on? [y/N]")])  # fmt: skip
def test_the_question_is_in_the_users_language(tmp_path, language, question):
    line = [*HEMRUNDA, "--language", language, "network", "download", "--place", "Sala", "--out",
            "nat"]  # fmt: skip
    result = subprocess.run(line, cwd=tmp_path, input="n\n", capture_output=True, text=True,
                            encoding="utf-8", timeout=300)  # fmt: skip
    assert question in result.stdout + result.stderr
    assert result.returncode == 130
    assert not list(tmp_path.iterdir())


def test_the_guides_commands_lead_to_an_opened_team_map(tmp_path, request):
    network = make_streets(n_clients=60)
    town = make_municipality(network, n_clients=60, n_days=3, seed=1)
    write_extract(tmp_path / "lan.osm", network)
    for line in commands():
        words = [*HEMRUNDA, *line.split()[1:]]
        result = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True,
                                encoding="utf-8", timeout=900)  # fmt: skip
        assert result.returncode == 0, (line, result.stdout, result.stderr)
        if " template " in line:
            fill(tmp_path / "mall.xlsx", town, tmp_path)
    assert "Nästa steg:" in result.stdout
    page = tmp_path / "plan" / "maps" / "teams.html"
    index = (tmp_path / "plan" / "index.html").read_text(encoding="utf-8")
    assert 'href="maps/teams.html"' in index
    context = request.getfixturevalue("browser").new_context()
    opened = context.new_page()
    complaints = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto((tmp_path / "plan" / "index.html").as_uri())
    opened.click('a[href="maps/teams.html"]')
    opened.wait_for_selector(".leaflet-container")
    assert opened.url == page.as_uri()
    assert complaints == []
    context.close()
