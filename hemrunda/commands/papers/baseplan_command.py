"""``hemrunda write baseplan``: each carer's cyclic plan, on paper and screen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hemrunda.options import to_option
from hemrunda.workfolder.plan_folder import open_plan, plan_options

if TYPE_CHECKING:
    from data.plans import PlanRow

DAYS_FOR_FOUR_WEEKS = 15


@click.command("baseplan", epilog="Exempel:  hemrunda write baseplan out --weeks 4 --staff P0007")
@plan_options
@click.option(
    "--weeks",
    type=click.Choice(["1", "2", "4"]),
    default=None,
    help="Veckor i schemat.  [annars 2, eller 4 där planen är längre än två veckor]",
)
@click.option("--staff", "staff_id", default=None, help="Bara en medarbetare (id).")
@click.option("--team", "team_id", default=None, help="Bara ett arbetslag (id).")
@click.option(
    "--paper",
    type=click.Choice(["a4", "a3"], case_sensitive=False),
    default="a4",
    show_default=True,
    help="Pappersstorlek, liggande.",
)
@to_option("Mapp att skriva i.  [annars MAPP/grundschema]", is_required=False)
def command(
    folder: Path,
    source: Path | None,
    network_path: Path | None,
    config_path: Path | None,
    weeks: str | None,
    staff_id: str | None,
    team_id: str | None,
    paper: str,
    target: Path | None,
) -> None:
    """Skriv grundschemat för varje medarbetare: måndag–söndag, vecka för vecka.

    Finns en grundplan (hemrunda plan --base) är det den, annars det vanligaste i planens dagar.
    Bladet följer Malmös mall: rader är tid, kolumner dagar, besöken i den ordning de görs. Det
    skrivs som PDF och som sida för skärmen.
    """
    from data.errors import SettingsError
    from data.store import adding
    from hemrunda.writing.plan_files_out import write_index_page
    from maps.common.audiences import StaffRound
    from maps.common.sanitising import slug
    from maps.paper.cyclic_sheet import write_cyclic_sheet
    from maps.paper.cyclic_view import cyclic_sheet
    from maps.screen.map_page import stamp
    from routing.answers.cyclic_weeks import cyclic_plan, week_of_cycle

    plan = open_plan(folder, source, network_path, config_path)
    dates = plan.round_plan.dates
    n_weeks = int(weeks) if weeks else 4 if len(dates) >= DAYS_FOR_FOUR_WEEKS else 2
    if staff_id is not None and staff_id not in plan.municipality.staff_by_id:
        raise SettingsError(f"Medarbetaren {staff_id} finns inte i planen.")
    if team_id is not None and team_id not in plan.team_plan.team_by_id:
        raise SettingsError(f"Arbetslaget {team_id} finns inte i planen.")
    rounds = replace(plan.round_plan, rows=plan.base) if plan.base else plan.round_plan
    cyclic = cyclic_plan(rounds, n_weeks)
    chosen = [
        carer_id
        for carer_id in sorted({cell.staff_id for cell in cyclic.cells})
        if staff_id in (None, carer_id)
        and team_id in (None, plan.team_plan.staff_team.get(carer_id))
    ]
    breaks = _breaks(rounds.rows)
    language = plan.config.general.language
    mark = stamp(StaffRound(), plan.plan_id, dt.date.today().isoformat(), language)
    with adding(target or folder) as staged:
        place = staged if target else staged / "grundschema"
        for number, carer_id in enumerate(chosen, 1):
            sheet = cyclic_sheet(
                cyclic.of_carer(carer_id), municipality=plan.municipality,
                team_plan=plan.team_plan, dates=dates, staff_id=carer_id, n_weeks=n_weeks,
                breaks=breaks.get(carer_id, ()),
                week_of=partial(week_of_cycle, n_weeks=n_weeks),
            )  # fmt: skip
            for kind in ("pdf", "html"):
                write_cyclic_sheet(
                    place / f"grundschema-{number:03d}-{slug(carer_id)}.{kind}",
                    sheet,
                    stamp=mark,
                    paper=paper.lower(),
                    language=language,
                )
        if target is None:
            write_index_page(staged, plan, None, folder)
    click.echo(f"{2 * len(chosen)} filer i {target or folder / 'grundschema'}")


def _breaks(rows: Iterable[PlanRow]) -> dict[str, list[tuple[dt.date, int]]]:
    """When each carer's breaks begin."""
    worked: dict[str, list[tuple[dt.date, int]]] = {}
    for row in rows:
        if row.kind == "break":
            worked.setdefault(row.staff_id, []).append((row.date, row.start_s))
    return worked
