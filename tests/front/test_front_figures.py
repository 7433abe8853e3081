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
OTHERS = sorted(Path(__file__).parent.glob("figures_of_*.py"))
LINES_MOST = 60
MAY_IMPORT = {"csv", "statistics", "collections", "datetime", "itertools"}
BOUNDS = {
    "who.contact_ceiling_pct", "who.contact_of_ceiling_pct", "who.n_non_daily_possible",
    "who.non_daily_of_possible_pct",
}  # fmt: skip
"""What somebody could have done is proved (`routing.bounds`), and stands in no table."""
SET = {"hours.band_pct", "hours.overhead_budget_pct", "who.contact_target_pct"}
"""What the settings say is no figure of the plan."""
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
    "Oplanerade besök": "planned.n_unplanned",
    "Besök av löpare, %": "who.tier_pct.floater",
    "Besök av resursgruppen, %": "who.tier_pct.pool",
    "Raster lagda": "hours.n_breaks_held",
    "Raster som krävs": "hours.n_breaks_due",
    "Luft i slutet av passet, median min": "hours.spare_at_end_median_min",
    "Ej dagliga insatser av kontakten, %": "who.non_daily_by_contact_pct",
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
    for sheet, name in (("Besök", "besok.csv"), ("Schema", "schema.csv"),
                        ("Brukare", "brukare.csv"), ("Personal", "personal.csv")):  # fmt: skip
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
    out, own = small_run / "out", {}
    with (out / "clients.csv").open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream, delimiter=";"):
            own[row["Brukare"]] = row["Omsorgskontakt"]

    def found(everybody):
        made = load(SCRIPT).figures(out, folder, everybody)
        for script in OTHERS if not everybody else ():
            made |= load(script).figures(out, folder, own)
        return made

    return found


def load(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    return script


def leaves(told, place=""):
    """Each figure of the measures by its place."""
    for name, value in told.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{place}{name}.")
        else:
            yield f"{place}{name}", value


@pytest.mark.parametrize("script", [SCRIPT, *OTHERS], ids=lambda path: path.stem)
def test_each_script_is_short_and_its_own(script):
    text = script.read_text(encoding="utf-8")
    assert text.count("\n") <= LINES_MOST
    imported = set(re.findall(r"^(?:import|from) (\w+)", text, flags=re.M))
    assert imported <= MAY_IMPORT


def test_every_measure_is_what_a_script_finds(by_script, small_run):
    """LU-16, FA-19: each figure there is, of those who may be shown; none is forgotten."""
    told = dict(leaves(json.loads((small_run / "out" / "measures.json").read_text("utf-8"))
                       ["municipality"]))  # fmt: skip
    found = by_script(everybody=False)
    assert set(told) - set(found) == BOUNDS | SET
    for place, value in found.items():
        at = told.get(place)
        if isinstance(at, list):
            assert at == pytest.approx(value, abs=0.0051), place
        elif at is None or isinstance(at, str):
            assert at == value, place
        else:
            assert at == pytest.approx(value, abs=0.5 if isinstance(at, int) else 0.0501), place


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
    """The five figures are of everybody; what is planned is never rounded up to the whole. The
    page that others read counts those only who may be shown."""
    text = (small_run / "shown.txt").read_text("utf-8")
    found = by_script(everybody=True)
    for label, place in ON_SCREEN.items():
        figure = re.search(rf"^{label} +([\d,]+)", text, flags=re.M)
        assert figure, label
        assert float(figure[1].replace(",", ".")) == pytest.approx(found[place], abs=0.1), label
    page = (small_run / "out" / "index.html").read_text("utf-8")
    for shown, everybody in ((text, True), (page, False)):
        n_must = by_script(everybody=everybody)["planned.n_unplanned_by_priority.1"]
        said = f"MÅSTE GÖRAS, UTAN PLATS: {n_must} besök" if n_must else "har plats"
        assert said in shown


def test_the_figures_of_the_readme_are_what_the_program_does():
    """What the first page says of sizes, days and hours is what is default, word for word."""
    from data.rules import Rules
    from hemrunda.commands.planning.demo_command import command

    readme = (Path(__file__).resolve().parents[2] / "README.md").read_text("utf-8")
    usual = {option.name: option.default for option in command.params}
    teams = Rules().teams
    assert f"teams of {teams.clients_min}–{teams.clients_max} clients" in readme
    assert f"({usual['clients']} clients, {usual['days']} days)" in readme
    hours = Rules().hours
    night = f"{hours.evening_to_s // 3600:02}–{hours.day_from_s // 3600:02}"
    assert f"Night ({night})" in readme
