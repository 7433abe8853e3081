"""``hemrunda decide plan``: a plan, or a point of a redesign, is written back into the tables."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hemrunda.options import config_option, network_option, tables_option

if TYPE_CHECKING:
    from data.plans import RoundPlan, TeamPlan

WHAT_SV = {
    "team": "lag", "contact": "kontakt", "vice": "vice", "staff_team": "personals lag",
    "twin": "tvilling", "evening_vice": "kvällsvice", "premises": "lokal",
}  # fmt: skip


@click.command(
    "adopt",
    epilog="Exempel:  hemrunda decide plan out --out antagen --by enhetschef",
)
@click.argument(
    "folder", metavar="MAPP", type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@tables_option("Indata som planen gjordes av.  [annars MAPP/indata.xlsx]")
@click.option(
    "--out",
    "out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Mapp för tabellerna med planen inskriven.",
)
@click.option("--by", required=True, help="Vem som antar: en roll eller ett id, inget namn.")
@click.option("--point", type=click.IntRange(1, 99), default=None, help="Punkt i en omdelning.")
@network_option
@config_option
def command(
    folder: Path,
    source: Path | None,
    out: Path,
    by: str,
    point: int | None,
    network_path: Path | None,
    config_path: Path | None,
) -> None:
    """Anta en plan: skriv lag, kontakter, vice, tvillingar och vanliga tider i tabellerna.

    Nästa plan börjar därifrån: ingen byter lag eller kontakt om inget tvingar, tills någon ber om
    det (plan --changes). Vad som ändrades, av vem och när står i hemrunda-historik.csv.
    """
    from data.care.adoption import adopted, adoption_changes
    from data.store import adding, writing
    from data.tables import write_input
    from data.tables.sources import HISTORY_FILE
    from hemrunda.mending import keep_beside
    from hemrunda.workfolder.history import append_history, folder_of
    from hemrunda.workfolder.inputs import (
        load_streets,
        read_tables,
        settings_for,
        settings_path,
    )
    from hemrunda.workfolder.plan_folder import settings_of
    from hemrunda.workfolder.remembered import network_of, tables_of

    tables = source or tables_of(folder)
    config = settings_for(tables, config_path or settings_of(folder, source))
    streets_path = network_path or network_of(folder)
    network = load_streets(streets_path) if streets_path is not None else None
    before = read_tables(tables, config, network).municipality
    team_plan, round_plan = _plan_of(folder, point)
    after = adopted(before, team_plan, round_plan, on=dt.date.today())
    changes = adoption_changes(before, after)
    history = out / HISTORY_FILE
    beside = settings_path(tables, config_path)
    known = folder_of(tables) if (folder_of(tables) / HISTORY_FILE).exists() else out
    lines = [
        (WHAT_SV[change.what], change.about_id, change.before, change.after) for change in changes
    ]
    name = folder.name if point is None else f"{folder.name} punkt {point}"
    with writing(out), adding(out) as staged:
        write_input(after, staged / "indata.xlsx")
        keep_beside(staged, out, streets_path or folder / "network", beside)
        append_history(known, by, name, [("antagen", "", "", name), *lines], staged)
    counts = {what: sum(change.what == what for change in changes) for what in WHAT_SV}
    counted = ", ".join(f"{WHAT_SV[what]} {n}" for what, n in counts.items() if n)
    click.echo(f"Antagen av {by}. Ändrat i tabellerna: {counted or 'ingenting'}.")
    click.echo(f"Tabellerna: {out / 'indata.xlsx'}   Historik: {history}")


def _plan_of(folder: Path, point: int | None) -> tuple[TeamPlan, RoundPlan | None]:
    from data.store import read_outputs
    from hemrunda.workfolder.points import team_plan_of

    return read_outputs(folder) if point is None else (team_plan_of(folder, point), None)
