"""``hemrunda template``: an Excel workbook to start from."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("template", epilog="Exempel:  hemrunda template mall.xlsx")
@click.argument(
    "path", metavar="FIL", type=click.Path(dir_okay=False, path_type=Path), default="mall.xlsx"
)
@click.option("--force", is_flag=True, help="Skriv över en fil som redan finns.")
def command(path: Path, force: bool) -> None:
    """Skriv en ifylld Excelmall med instruktioner på första bladet."""
    from data.errors import StoreError
    from data.tables import write_template

    if path.exists() and not force:
        raise StoreError(f"{path.name} finns redan. Välj ett annat namn eller lägg till --force.")
    write_template(path)
    click.echo(f"Mallen ligger i {path}. Fyll i och granska med:  hemrunda check {path}")
