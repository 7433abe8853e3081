"""Options that several commands share, worded once."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from hemrunda.speech.spoken import Renamed, Words

if TYPE_CHECKING:
    from hemrunda.config import Config

C = TypeVar("C", bound=Callable[..., Any])


def default_workers() -> int:
    """Two workers where the machine has two cores or more."""
    return min(2, os.cpu_count() or 1)


def folder_option(default: str) -> Callable[[C], C]:
    """A new folder for all that a command makes."""
    return click.option(
        "--out",
        type=click.Path(file_okay=False, path_type=Path),
        default=Path(default),
        show_default=True,
        help="Mapp för resultatet.",
    )


out_option = folder_option("out")


def tables_option(what: str, *, is_required: bool = False) -> Callable[[C], C]:
    """The tables, where they are not the command's own argument; ``what`` they are for."""
    return click.option(
        "--input",
        "source",
        type=click.Path(exists=True, path_type=Path),
        required=is_required,  # a default of None beside it would count as given
        help=what,
    )


def plan_beside_option(what: str) -> Callable[[C], C]:
    """A plan's folder to compare with; ``what`` it says."""
    return click.option(
        "--before",
        "--plan",
        "folder",
        cls=Renamed,
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        default=None,
        help=what,
    )


seed_option = click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    help="Samma tal ger samma plan.",
)
workers_option = click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=default_workers,
    help="Antal processorkärnor; planen blir densamma.  [annars 2]",
)
iterations_option = click.option(
    "--iterations", type=click.IntRange(min=0), default=None, help="Sökningens antal steg."
)
quick_option = click.option(
    "--quick",
    is_flag=True,
    help="En femtedel av sökningen: en första plan snabbt, med fler ansikten hos varje brukare.",
)
time_option = click.option(
    "--seconds",
    type=click.FloatRange(min=0),
    default=None,
    help="Tidsgräns för rundorna, i sekunder (0: en giltig plan utan sökning).",
)
replay_option = click.option(
    "--replay",
    "replay_folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=None,
    help="Gör om en plan exakt, också en som en tidsgräns eller Ctrl-C avbröt: dess mapp.",
)
map_days_option = click.option(
    "--map-days",
    type=click.IntRange(0, 28),
    default=28,
    show_default=True,
    help="Antal dagar att rita rundkartor för.",
)
late_option = click.option(
    "--late-suggestions",
    "suggest",
    is_flag=True,
    help="Säg också hur sent det oplanerade kan göras, i late.csv ([soft] suggest).",
)
IGNORE_UNKNOWN = "hemrunda.ignore_unknown"


def _remember(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    ctx.meta[IGNORE_UNKNOWN] = value


ignore_option = click.option(
    "--ignore-unknown",
    is_flag=True,
    expose_value=False,
    callback=_remember,
    help="Utelämna kolumner som inte förstås, i stället för att stanna. De räknas upp.",
)


def may_ignore_unknown() -> bool:
    """Whether the user has said, of the command that runs, that unknown columns may be left out."""
    ctx = click.get_current_context(silent=True)
    return ctx is not None and bool(ctx.meta.get(IGNORE_UNKNOWN))


json_option = click.option("--json", "as_json", is_flag=True, help="Skriv resultatet som JSON.")
network_option = click.option(
    "--network",
    "network_path",
    type=click.Path(exists=True, path_type=Path),
    default=None,
    help="Gatunät gjort med hemrunda network build.",
)
other_areas_option = click.option(
    "--other-areas",
    "other_areas",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=None,
    help="CSV med brukare och andra tjänsters områden: sjuksköterska, rehab, bistånd, natt.",
)
before_option = click.option(
    "--before",
    "before_path",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=None,
    help="Mapp med en tidigare plan, som rapporten jämför med (annars brukartabellens lag).",
)
after_option = click.option(
    "--after",
    "after_path",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=None,
    help="Mapp med planen före denna: återkommande insatser räknas från när de gjordes där.",
)
profile_option = click.option(
    "--profil",
    "--profile",
    "profile",
    cls=Renamed,
    type=Words({"manager": "chef", "anonymous": "anonym", "council": "nämnd"}),
    default="manager",
    show_default=True,
    help="Vem filen är för; de båda sista visar inga lag med färre än fem brukare.",
)
config_option = click.option(
    "--config",
    "config_path",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=None,
    help="Inställningar (annars hemrunda.toml bredvid indata, om den finns).",
)


def csv_option(what: str) -> Callable[[C], C]:
    """Where a command's table goes as CSV; ``what`` the table tells."""
    return click.option(
        "--out",
        "--csv",
        "csv_path",
        cls=Renamed,
        type=click.Path(dir_okay=False, path_type=Path),
        default=None,
        help=what,
    )


def decision_options(command: C) -> C:
    """Add who decides, and from when to when."""
    day = click.DateTime(formats=["%Y-%m-%d"])
    for option in (
        click.option("--until", type=day, default=None, help="Sista dagen, ÅÅÅÅ-MM-DD."),
        click.option("--from", "since", type=day, default=None, help="Första dagen, ÅÅÅÅ-MM-DD."),
        click.option("--by", required=True, help="Vem: en roll eller ett id, inget namn."),
    ):
        command = option(command)
    return command


def dates_of(by: str, since: dt.datetime | None, until: dt.datetime | None) -> dict[str, Any]:
    """Who, when, from and to, as `data.model.Decision` has them."""
    from data.model import DATE_MAX, DATE_MIN

    return {
        "decided_by": by,
        "decided_on": dt.date.today(),
        "valid_from": since.date() if since else DATE_MIN,
        "valid_to": until.date() if until else DATE_MAX,
    }


def to_option(what: str, *, is_required: bool = True) -> Callable[[C], C]:
    """The folder that is made of a plan at hand; ``what`` goes there."""
    return click.option(
        "--out",
        "--to",
        "target",
        cls=Renamed,
        type=click.Path(file_okay=False, path_type=Path),
        required=is_required,
        help=what,
    )


def first_dates(dates: tuple[dt.date, ...], n_days: int | None) -> tuple[dt.date, ...]:
    """The first ``n_days`` of the roster's dates; all of them where it is None."""
    return dates if n_days is None else dates[:n_days]


def with_suggestions(config: Config, suggest: bool) -> Config:
    """The settings, with late suggestions where the command line asks for them."""
    return replace(config, soft=replace(config.soft, suggest=True)) if suggest else config
