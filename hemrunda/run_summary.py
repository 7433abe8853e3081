"""The last words of a run: a short summary, and what to open."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hemrunda.console import plain, show_pairs

if TYPE_CHECKING:
    from data.receipt import Receipt
    from hemrunda.pipeline import Outcome


def tell(outcome: Outcome, out: Path, *, as_json: bool, receipt: Receipt | None = None) -> None:
    """Print the summary in Swedish, or as JSON for machines."""
    if as_json:
        result = {
            "out": str(out),
            "summary": dict(outcome.summary),
            "files": [path.name for path in outcome.files],
            "stage_seconds": outcome.stage_seconds,
            "notes": outcome.notes,
            "late_suggestions": outcome.late,
            "receipt": receipt.as_list() if receipt else [],
        }
        click.echo(json.dumps(result, ensure_ascii=False, indent=2))
        return
    for note in outcome.notes:
        click.echo(f"Obs: {plain(note)}", err=True)
    show_pairs("Planen i korthet", outcome.summary)
    if outcome.late:
        click.echo("\nDet som inte fick plats, om det får bli sent (förslag, inte plan):")
        for line in outcome.late:
            click.echo(f"  {plain(line)}")
    click.echo("\nÖppna i webbläsaren (fungerar utan nät):")
    for path in outcome.files:
        if path.suffix == ".html":
            click.echo(f"  {path}")
    click.echo(f"Tabeller att öppna i Excel:  {out / 'rounds.xlsx'}, {out / 'clients.csv'}")
