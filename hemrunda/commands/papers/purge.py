"""``hemrunda purge``: old outputs found and deleted."""

from __future__ import annotations

from pathlib import Path

import click


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
def command(folder: Path, days: int, yes: bool) -> None:
    """Radera gamla planer, kartor och rester i en mapp. Egna tabeller rörs aldrig."""
    from data.store.retention import old_outputs, purge

    found = purge(folder, days) if yes else old_outputs(folder, days)
    for old in found:
        click.echo(f"{old.age_days:5d} dagar  {old.path}")
    done = "raderade" if yes else "skulle raderas; lägg till --yes"
    click.echo(f"{len(found)} {done}.")
