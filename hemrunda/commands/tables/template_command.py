"""``hemrunda template``: an Excel workbook to start from."""

from __future__ import annotations

from pathlib import Path

import click

from hemrunda.options import network_option


@click.command("template", epilog="Exempel:  hemrunda template mall.xlsx")
@click.argument(
    "path", metavar="FIL", type=click.Path(dir_okay=False, path_type=Path), default="mall.xlsx"
)
@network_option
@click.option("--force", is_flag=True, help="Skriv över en fil som redan finns.")
def command(path: Path, network_path: Path | None, force: bool) -> None:
    """Skriv en ifylld Excelmall med instruktioner på första bladet.

    Med --network bor exemplets brukare på de gatorna, så att mallen går att planera som den står.
    """
    from data.errors import StoreError
    from data.tables import write_template
    from hemrunda.workfolder.inputs import load_streets

    if path.exists() and not force:
        raise StoreError(f"{path.name} finns redan. Välj ett annat namn eller lägg till --force.")
    write_template(path, load_streets(network_path) if network_path else None)
    click.echo(f"Mallen ligger i {path}. Fyll i och granska med:  hemrunda check {path}")
