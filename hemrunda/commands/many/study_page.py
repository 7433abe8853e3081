"""What a study or a region comes to: a page that compares, and a few lines on the screen."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
import numpy as np
from numpy.typing import NDArray

from hemrunda.scale.study_table import CAUSE, CSV, KEY
from hemrunda.speech.spoken import said

if TYPE_CHECKING:
    import pandas as pd

    from maps.common.html_parts import Part

PAGE: Final = "index.html"
MOST_ROWS: Final = 300
"""On the page; the rest is in the table."""
SHOWN: Final[tuple[tuple[str, str, int], ...]] = (
    ("n_teams", "Arbetslag", 0),
    ("n_unplanned", "Utan plats", 0),
    ("n_unplanned_1", "Därav måste", 0),
    ("contact_pct", "Kontakt %", 1),
    ("distinct_carers_mean", "Olika personal", 1),
    ("travel_min", "Resor (min)", 0),
    ("client_time_pct", "Brukartid %", 1),
    ("n_change_team", "Byter lag", 0),
)
FRONTS: Final[tuple[tuple[str, str, str], ...]] = (
    ("travel_min", "contact_pct", "Resor (min) och andel besök av kontakten (%)"),
    ("travel_min", "distinct_carers_mean", "Resor (min) och olika personal per brukare"),
    ("n_change_team", "travel_min", "Brukare som byter lag och resor (min)"),
)
"""Pairs of measures that pull against each other."""


def write_page(folder: Path, frame: pd.DataFrame, varied: Sequence[str], name: str) -> Path:
    """Write the page, and give its path."""
    from data.atomic import write_text
    from maps.common.plain_page import parts_page

    title = said("Planer bredvid varandra")
    page = parts_page(
        page_parts(frame, varied), title, name, dt.date.today().isoformat(), "sv", is_dense=False
    )
    path = folder / PAGE
    write_text(path, page)
    return path


def page_parts(frame: pd.DataFrame, varied: Sequence[str]) -> list[Part]:
    """How many plans, the fronts, every plan, and what could not be planned."""
    from maps.common.html_parts import Chart, Heading, Table, Text, number
    from maps.reports.charts import scatter

    is_bad = _is_bad(frame)
    made, bad = frame[~is_bad], frame[is_bad]
    parts: list[Part] = [
        Text(
            said("{n} planer, {bad} gick inte att göra. Allt i {file}.").format(
                n=len(made), bad=len(bad), file=CSV
            )
        )
    ]
    for x, y, title in FRONTS if len(made) > 1 else ():
        if made[x].nunique() > 1 and made[y].nunique() > 1:
            points = scatter(_floats(made[x]), _floats(made[y]), width=520.0)
            parts += [Heading(said(title)), Chart(points, said(title))]
    names = list(varied) or [KEY]
    columns = [(key, said(text), digits) for key, text, digits in SHOWN if key in made.columns]
    header = ("Nr", *names, *(text for _, text, _ in columns))
    rows = tuple(
        (
            str(i + 1),
            *(str(row[name]) for name in names),
            *(number(_figure(row[key]), digits) for key, _, digits in columns),
        )
        for i, row in enumerate(made.head(MOST_ROWS).to_dict("records"))
    )
    if rows:
        share = 1 / len(header)
        parts.append(Heading(said("Planerna")))
        parts.append(Table(header, rows, (share,) * len(header), n_text=1 + len(names)))
    if len(bad):
        parts.append(Heading(said("Gick inte att planera")))
        listed = tuple(
            (", ".join(str(row[name]) for name in names), str(row[CAUSE]))
            for row in bad.head(MOST_ROWS).to_dict("records")
        )
        parts.append(Table((said("Plan"), said("Orsak")), listed, (0.3, 0.7), n_text=2))
    return parts


def _is_bad(frame: pd.DataFrame) -> NDArray[np.bool_]:
    """Which rows tell why there is no plan."""
    return np.array([bool(cause) for cause in frame[CAUSE]] if len(frame) else [], dtype=bool)


def _floats(values: pd.Series[Any]) -> NDArray[np.float64]:
    return values.to_numpy(dtype=np.float64)


def _figure(value: Any) -> float | None:
    return None if value is None or value != value else float(value)


def print_study(frame: pd.DataFrame, n_all: int, page: Path, *, as_json: bool) -> None:
    """Say how many plans there are, how many could not be made, and where to look."""
    n_bad = int(_is_bad(frame).sum())
    summary = {"n_asked": n_all, "n_made": len(frame) - n_bad, "n_failed": n_bad, "page": str(page)}
    if as_json:
        click.echo(json.dumps(summary, ensure_ascii=False))
        return
    click.echo(said("{made} av {all} planer gjorda.").format(made=summary["n_made"], all=n_all))
    if n_bad:
        click.echo(said("{n} gick inte att planera; orsaken står på sidan.").format(n=n_bad))
    if len(frame) < n_all:
        click.echo(said("Kör samma kommando igen för att gå vidare."))
    click.echo(said("Allt på en sida: {page}").format(page=page))
