"""Every figure told of a plan is what a short script of its own makes of the CSV files."""

import csv
import datetime as dt
import importlib.util
import json
import re
from pathlib import Path

import openpyxl
import pytest

SCRIPT = Path(__file__).with_name("figures_by_script.py")
LINES_MOST = 60
IN_REPORT = {
    "Besök planerade, %": "planned.planned_pct",
    "Besök av fast omsorgskontakt, %": "who.tier_pct.contact",
    "Besök av vice eller tvilling, %": "who.tier_pct.vice",
    "Besök av övriga i arbetslaget, %": "who.tier_pct.team",
    "Olika personal, medel": "continuity.distinct_carers_mean",
    "Olika personal, median": "continuity.distinct_carers_median",
    "Önskad tid inom 30 min, %": "continuity.wished_within_30_pct",
    "Spridning i starttid, median min": "continuity.start_spread_median_min",
    "Brukartid, %": "hours.client_time_pct",
    "Resor, %": "hours.travel_pct",
    "Resa per besök, min": "hours.travel_per_visit_min",
}
ON_SCREEN = {
    "Besök planerade": "planned.planned_pct",
    "Besök av omsorgskontakt": "who.tier_pct.contact",
    "Olika personal på 3 dagar": "continuity.distinct_carers_mean",
    "Brukartid": "hours.client_time_pct",
    "Resor av arbetstiden": "hours.travel_pct",
}


def as_csv(folder, book):
    """The workbook's visits and roster as CSV, by openpyxl."""
    for sheet, name in (("Besök", "besok.csv"), ("Schema", "schema.csv")):
        with (folder / name).open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream, delimiter=";")
            for row in book[sheet].iter_rows(values_only=True):
                writer.writerow([_text(cell) for cell in row])


def _text(cell):
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    return "" if cell is None else str(cell)


@pytest.fixture(scope="module")
def by_script(small_run, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tabeller")
    as_csv(folder, openpyxl.load_workbook(small_run / "out" / "indata.xlsx"))
    spec = importlib.util.spec_from_file_location("figures_by_script", SCRIPT)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return lambda everybody: script.figures(small_run / "out", folder, everybody)


def test_the_script_is_short_and_its_own():
    text = SCRIPT.read_text(encoding="utf-8")
    assert text.count("\n") <= LINES_MOST
    imported = set(re.findall(r"^(?:import|from) (\w+)", text, flags=re.M))
    assert imported == {"csv", "statistics", "collections"}


def test_measures_are_what_the_script_finds(by_script, small_run):
    """LU-16, FA-19: shares, faces, times and hours, of those who may be shown."""
    told = json.loads((small_run / "out" / "measures.json").read_text("utf-8"))["municipality"]
    found = by_script(everybody=False)
    assert len(found) >= 18
    for place, value in found.items():
        at = told
        for step in place.split("."):
            at = at[step]
        whole = isinstance(at, int)
        assert at == pytest.approx(value, abs=0.5 if whole else 0.0501), place


def test_the_report_says_what_the_script_finds(by_script, small_run):
    page = (small_run / "out" / "report.html").read_text("utf-8")
    found = by_script(everybody=False)
    for label, place in IN_REPORT.items():
        cell = re.search(rf">{re.escape(label)}</th><td[^>]*>([\d, ]+)<", page)
        assert cell, label
        shown = float(cell[1].replace(",", ".").replace(" ", ""))
        n_decimals = len(cell[1].partition(",")[2])
        assert shown == pytest.approx(found[place], abs=0.5 * 10**-n_decimals + 0.005), label


def test_the_screen_says_what_the_script_finds(by_script, small_run):
    """The five figures are of everybody; what is planned is never rounded up to the whole."""
    text = (small_run / "shown.txt").read_text("utf-8")
    found = by_script(everybody=True)
    for label, place in ON_SCREEN.items():
        figure = re.search(rf"^{label} +([\d,]+)", text, flags=re.M)
        assert figure, label
        assert float(figure[1].replace(",", ".")) == pytest.approx(found[place], abs=0.1), label
    n_must = found["planned.n_unplanned_by_priority.1"]
    page = (small_run / "out" / "index.html").read_text("utf-8")
    said = f"MÅSTE GÖRAS, UTAN PLATS: {n_must} besök" if n_must else "har plats"
    assert said in text
    assert said in page
