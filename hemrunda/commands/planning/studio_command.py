"""``hemrunda studio``: the whole of it in the browser, on this machine only."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.command("studio", epilog="Exempel:  hemrunda studio   eller   hemrunda studio out")
@click.argument(
    "folder",
    metavar="[ARBETSMAPP]",
    required=False,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port.  [annars en ledig]")
@click.option(
    "--idle", "idle_min", type=click.IntRange(1, 1440), default=30, show_default=True,
    help="Minuter utan öppen sida innan studion slutar.",
)  # fmt: skip
@click.option("--no-browser", is_flag=True, help="Öppna ingen webbläsare; skriv bara adressen.")
def command(folder: Path | None, port: int, idle_min: int, no_browser: bool) -> None:
    """Öppna studion i webbläsaren: tabeller, arbetslag, rundor, morgonbord, utskrifter.

    Allt räknas på den här datorn. Sidan svarar bara den webbläsare som öppnas, och ingenting
    skickas någon annanstans. ARBETSMAPP är mappen med indata.xlsx, gatunät och plan; utan den
    väljs den på sidan.
    """
    from hemrunda.studio.web.server import serve

    def announce(address: str) -> None:
        click.echo(f"Studion: {address}")
        click.echo("Adressen gäller en gång. Ctrl-C avslutar; allt är sparat.", err=True)
        sys.stdout.flush()
        if not no_browser:
            click.launch(address)

    root = folder.resolve().parent if folder else Path.cwd()
    chosen = folder.resolve() if folder else None
    serve(root, chosen, port=port, idle_s=60.0 * idle_min, announce=announce)
