"""How large, how fast to draw and how fast to move the team map is; folium's own way beside it.

``python -m benchmarks.maps [--clients N] [--quick] [--json FILE]`` draws the embedded
municipality's present division in headless Chromium. The peer is the same clients as
``folium.CircleMarker`` with pop-ups on the same Leaflet, inlined, since folium's default file
needs four hosts and cannot be drawn offline. Medians of several openings, in turn.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

# Each pan goes half a window, so that every one of them must draw what was not drawn.
DRAWN = """async () => {
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
  await frame();
  return performance.now();
}"""
PAN = """async () => {
  const map = typeof Hemrunda === "undefined" ? window.map_peer : Hemrunda.map;
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
  const times = [];
  for (const [dx, dy] of [[640, 0], [0, 400], [-640, 0], [0, -400], [640, 400], [-640, -400]]) {
    await frame();
    const from = performance.now();
    map.panBy([dx, dy], { animate: false });
    await frame();
    times.push(performance.now() - from);
  }
  return times.sort((a, b) => a - b)[3];
}"""


def write_ours(path: Path, network: Any, municipality: Any) -> None:
    """The team map of the present division."""
    import maps
    from data.plans import Team, TeamPlan

    ids = sorted({client.team_id for client in municipality.clients})
    members = {team: [] for team in ids}
    for client in municipality.clients:
        members[client.team_id].append(client.client_id)
    base = municipality.bases[0].base_id
    plan = TeamPlan(
        tuple(Team(team, "O1", base, tuple(members[team])) for team in ids),
        {}, {}, {}, {}, {}, {}, {},
    )  # fmt: skip
    maps.write_team_map(
        path,
        municipality=municipality,
        team_plan=plan,
        network=network,
        profile="manager",
        plan_id="benchmark",
        date="2026-03-02",
    )


def write_peer(path: Path, network: Any, municipality: Any) -> None:
    """The same clients and the streets as folium draws them, with Leaflet inlined."""
    import folium
    import numpy as np

    from maps.common.lonlat import lonlat
    from maps.common.safe_page import rendered
    from maps.common.vendored import asset

    places = lonlat(np.array([(c.x, c.y) for c in municipality.clients]), municipality.epsg)
    made = folium.Map(places.mean(axis=0)[::-1].tolist(), tiles=None, zoom_start=12)
    made._id, made._name = "peer", "map"
    lines = [
        lonlat(network.shape(s), network.epsg)[:, ::-1].tolist() for s in range(network.n_segments)
    ]
    folium.PolyLine(lines, weight=1, color="#999").add_to(made)
    for client, (lon, lat) in zip(municipality.clients, places.tolist(), strict=True):
        folium.CircleMarker((lat, lon), radius=4, popup=client.client_id).add_to(made)
    html, script = rendered(made)
    jquery = (
        "window.$ = (x) => [typeof x === 'string' ? "
        "new DOMParser().parseFromString(x, 'text/html').body.firstChild : x];"
    )
    path.write_text(
        f"<!DOCTYPE html><style>{asset('leaflet.css')}#map_peer{{height:800px}}</style>{html}"
        f"<script>{asset('leaflet.js')}</script><script>{jquery}{script};window.map_peer=map_peer;"
        "document.body.dataset.ready='yes'</script>",
        encoding="utf-8",
    )


def _chromium() -> str:
    named = os.environ.get("HEMRUNDA_CHROMIUM")
    names = ("chromium", "chromium-browser", "google-chrome")
    found = named or next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        raise SystemExit("No Chromium found; set HEMRUNDA_CHROMIUM to one.")
    return found


def _seconds(work: Callable[[], None]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def measure(paths: dict[str, Path], repeats: int) -> dict[str, dict[str, float]]:
    """Milliseconds to the first whole picture, of it the main thread's own, and for one pan.

    Medians by name. The main thread's time does not count others at work on the machine.
    """
    from playwright.sync_api import sync_playwright

    drawn: dict[str, list[float]] = {name: [] for name in paths}
    own: dict[str, list[float]] = {name: [] for name in paths}
    panned: dict[str, list[float]] = {name: [] for name in paths}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=["--no-sandbox"])
        for _ in range(repeats):
            for name, path in paths.items():
                page = browser.new_page(viewport={"width": 1280, "height": 800})
                session = page.context.new_cdp_session(page)
                session.send("Performance.enable", {"timeDomain": "threadTicks"})
                page.goto(path.as_uri())
                page.wait_for_selector("body[data-ready=yes]", state="attached")
                drawn[name].append(page.evaluate(DRAWN))
                told = session.send("Performance.getMetrics")["metrics"]
                own[name].append(1000 * {m["name"]: m["value"] for m in told}["TaskDuration"])
                panned[name].append(page.evaluate(PAN))
                page.close()
        browser.close()
    return {
        name: {
            "drawn": statistics.median(drawn[name]),
            "own": statistics.median(own[name]),
            "pan": statistics.median(panned[name]),
        }
        for name in paths
    }


def _row(
    work: str, value: float, unit: str, target: float | None, peer: float | None = None
) -> dict[str, Any]:
    return {
        "work": work,
        "value": round(value, 3),
        "unit": unit,
        "target": target,
        "holds": target is None or value <= target,
        "peers": {} if peer is None else {"folium CircleMarker": round(peer, 3)},
        "machine": f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores",
        "date": dt.date.today().isoformat(),
    }


def main() -> None:
    """Run, print the table, and write the file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clients", type=int, default=5300)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--written", type=Path, help="a round map at hand, instead")
    chosen = parser.parse_args()
    repeats = 1 if chosen.quick else 5
    rows = (
        written_rows(chosen.written, repeats)
        if chosen.written
        else town_rows(chosen.clients, repeats)
    )
    print("| Work | Value | Target | folium CircleMarker |\n|---|---|---|---|")
    for row in rows:
        target = "–" if row["target"] is None else f"≤ {row['target']} {row['unit']}"
        peer_value = row["peers"].get("folium CircleMarker", "–")
        print(f"| {row['work']} | {row['value']} {row['unit']} | {target} | {peer_value} |")
    if chosen.json:
        chosen.json.write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")


def written_rows(path: Path, repeats: int) -> list[dict[str, Any]]:
    """A whole period's round map that a plan has: 4 MB for 400 clients, drawn in a second."""
    times = measure({"ours": path}, repeats)["ours"]
    return [
        _row(f"{path.name}: size", path.stat().st_size / 1e6, "MB", 4.0),
        _row(f"{path.name}: drawn", times["drawn"], "ms", 1000),
        _row(f"{path.name}: drawn, main thread", times["own"], "ms", None),
        _row(f"{path.name}: pan", times["pan"], "ms", 60),
    ]


def town_rows(n_clients: int, repeats: int) -> list[dict[str, Any]]:
    """The team map of a made-up town, beside the same points as folium draws them."""
    from data.demo import make_municipality, make_streets

    network = make_streets(seed=1, n_clients=n_clients)
    municipality = make_municipality(network, n_clients=n_clients, n_days=14, seed=1)
    with tempfile.TemporaryDirectory() as folder:
        ours, peer = Path(folder) / "ours.html", Path(folder) / "peer.html"
        write_ours(ours, network, municipality)  # imports and caches
        own_s = _seconds(lambda: write_ours(ours, network, municipality))
        peer_s = _seconds(lambda: write_peer(peer, network, municipality))
        times = measure({"ours": ours, "peer": peer}, repeats)
        sizes = ours.stat().st_size / 1e6, peer.stat().st_size / 1e6
    what = f"team map, {n_clients} clients, {network.n_segments} segments"
    return [
        _row(f"{what}: size", sizes[0], "MB", 1.0, sizes[1]),
        _row(f"{what}: written", own_s, "s", None, peer_s),
        _row(f"{what}: drawn", times["ours"]["drawn"], "ms", 800, times["peer"]["drawn"]),
        _row(f"{what}: drawn, main thread", times["ours"]["own"], "ms", None, times["peer"]["own"]),
        _row(f"{what}: pan", times["ours"]["pan"], "ms", 60, times["peer"]["pan"]),
    ]


if __name__ == "__main__":
    main()
