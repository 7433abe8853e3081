"""``hemrunda purge``: old outputs found and deleted."""

from __future__ import annotations

from pathlib import Path

import click

from hemrunda.console import plain


@click.command("purge", epilog="Exempel:  hemrunda purge . --older-than 30 --yes")
@click.argument(
    "folder", metavar="MAPP", type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option(
    "--older-than",
    "days",
    type=click.IntRange(min=0),
    required=True,
    help="Ålder i dagar.",
)
@click.option("--yes", is_flag=True, help="Radera; annars visas bara vad som skulle raderas.")
@click.option("--dry-run", is_flag=True, help="Visa bara, också med --yes.")
def command(folder: Path, days: int, yes: bool, dry_run: bool) -> None:
    """Radera gamla planer, kartor och rester i en mapp.

    Bara filer som Hemrunda har skrivit och som ingen har ändrat sedan dess raderas; allt annat
    ligger kvar.
    """
    from data.store.retention import old_outputs, purge

    is_done = yes and not dry_run
    outputs = purge(folder, days) if is_done else old_outputs(folder, days)
    for old in outputs:
        click.echo(f"{old.age_days:5d} dagar  {plain(str(old.path))}")
    done = "raderade" if is_done else "skulle raderas; lägg till --yes"
    click.echo(f"{len(outputs)} {done}.")
