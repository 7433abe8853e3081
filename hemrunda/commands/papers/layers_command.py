"""``hemrunda write layers``: the plan as layers for QGIS."""

from __future__ import annotations

from pathlib import Path

import click

from hemrunda.options import to_option
from hemrunda.workfolder.plan_folder import open_plan, plan_options


@click.command("layers", epilog="Exempel:  hemrunda write layers out")
@plan_options
@to_option("Mapp att skriva i.  [annars MAPP]", is_required=False)
def command(
    folder: Path,
    source: Path | None,
    network_path: Path | None,
    config_path: Path | None,
    target: Path | None,
) -> None:
    """Skriv planen som lager för QGIS: plan.gpkg.

    Brukare, lag, rundor och lagens områden, med färger; ingen skyddad är med.
    """
    from data.store import adding, write_layers
    from data.store.outputs import LAYERS
    from hemrunda.writing.plan_files_out import write_index_page

    plan = open_plan(folder, source, network_path, config_path)
    with adding(target or folder) as staged:
        write_layers(
            staged / LAYERS, plan.municipality, plan.team_plan, plan.round_plan, look=plan.look
        )
        if target is None:
            write_index_page(staged, plan, None, folder)
    click.echo(str((target or folder) / LAYERS))
