"""``hemrunda cluster``: what a cluster needs before it may see anything."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from hemrunda.speech.spoken import said


@click.group("cluster")
def command() -> None:
    """Räkna på flera maskiner, krypterat och med bevis i båda ändar."""


@command.command("certificates", epilog="Exempel:  hemrunda cluster certificates cert")
@click.argument("folder", metavar="MAPP", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--host",
    "hosts",
    multiple=True,
    metavar="NAMN",
    help="En maskins namn eller adress; kan upprepas.",
)
def certificates(folder: Path, hosts: tuple[str, ...]) -> None:
    """Gör certifikat för schemaläggare, arbetare och den som ger dem arbete.

    De gäller i 397 dagar. Nyckeln som skrev under dem sparas inte: gör nya i stället för fler.
    """
    from hemrunda.scale.certificates import write_certificates

    made = write_certificates(folder, hosts, dt.datetime.now(dt.UTC))
    text = said("{n_files} filer i {folder}. Schemaläggare och arbetare startas så här:")
    click.echo(text.format(n_files=len(made), folder=folder))
    tls = f"--tls-ca-file {folder / 'ca.pem'}"
    for role, rest in (
        ("scheduler", "--no-dashboard --protocol tls"),
        ("worker", "tls://MASKIN:8786 --no-dashboard --nthreads 1 --nworkers auto"),
    ):
        own = f"--tls-cert {folder / f'{role}.pem'} --tls-key {folder / f'{role}-key.pem'}"
        click.echo(f"  dask {role} {rest} {tls} {own}")
