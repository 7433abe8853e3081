"""What ``hemrunda ask rounds`` leaves: each round's quality, and how the plan stands delays."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hemrunda.speech.messages import heads_in, said_in
from routing.answers.delay_trial import DelayTrial
from routing.answers.round_quality import RoundQuality, TeamRounds

if TYPE_CHECKING:
    from maps.common.html_parts import Part

HEADER: Final = (
    "Datum", "Pass", "Personal", "Arbetslag", "Besök", "Brukare", "Brukartid %",
    "Väg och dörr (min)", "Längsta väg (min)", "Luft (min)", "I rad utan luft", "Tunga",
    "Kvar i slutet (min)", "Att se över",
)  # fmt: skip
TEAM_HEADER: Final = ("Arbetslag", "Minst", "Mest", "Medel", "Riktvärde")
PARTS_SV: Final = {"day": "dag", "evening": "kväll", "night": "natt"}
FILES: Final = ("rounds-quality.html", "rounds-quality.csv")


def rows_of(rounds: Sequence[RoundQuality], language: str = "sv") -> list[tuple[object, ...]]:
    """The rows of the table."""
    return [
        (
            quality.date.isoformat(), _part(quality, language), quality.staff_id,
            quality.team_id,
            quality.n_visits, quality.n_clients, quality.client_pct, quality.travel_min,
            quality.longest_leg_min,
            quality.air_min, quality.most_in_a_row, quality.n_heavy, quality.spare_at_end_min,
            _faults(quality, language),
        )
        for quality in rounds
    ]  # fmt: skip


def _part(quality: RoundQuality, language: str) -> str:
    return said_in(PARTS_SV.get(quality.part, quality.part), language)


def _faults(quality: RoundQuality, language: str) -> str:
    return "; ".join(said_in(fault, language) for fault in quality.faults)


def write_quality(
    folder: Path,
    rounds: Sequence[RoundQuality],
    teams: Sequence[TeamRounds],
    trial: DelayTrial,
    *,
    name: str,
    mark: str,
    language: str = "sv",
) -> list[Path]:
    """Write page and table; the page is the first."""
    from data.atomic import write_text
    from data.tables.out.writing import csv_text
    from maps.common.plain_page import parts_page

    paths = [folder / file for file in FILES]
    parts = page_parts(rounds, teams, trial, language)
    title = said_in("Rundornas kvalitet", language)
    write_text(paths[0], parts_page(parts, title, name, mark, language))
    write_text(paths[1], csv_text(heads_in(HEADER, language), rows_of(rounds, language)))
    return paths


def page_parts(
    rounds: Sequence[RoundQuality],
    teams: Sequence[TeamRounds],
    trial: DelayTrial,
    language: str = "sv",
) -> list[Part]:
    """What to look over, each team's rounds, and the trial of delays."""
    from maps.common.html_parts import Heading, Table, Text, number

    poor = [quality for quality in rounds if quality.faults]
    listed = tuple(
        (
            f"{quality.date} {_part(quality, language)}",
            quality.staff_id,
            _faults(quality, language),
        )
        for quality in poor
    )
    trial_rows = tuple(
        (said_in(what, language), f"{number(value, 1)} %")
        for what, value in (
            ("Besök som ändå börjar inom tidsfönstret", trial.in_window_pct),
            ("Besök som blir mer än en kvart sena", trial.late_pct),
            ("– av dem direkt efter ett försenat", trial.late_after_one_pct),
            ("Raster som hinns med", trial.breaks_kept_pct),
            ("Pass som slutar i tid", trial.ends_kept_pct),
        )
    )
    team_rows = tuple(
        (team_rounds.team_id, str(team_rounds.least), str(team_rounds.most),
         number(team_rounds.mean, 1),
         said_in("utanför" if team_rounds.is_outside else "inom", language))
        for team_rounds in teams
    )  # fmt: skip
    first: list[Part] = [
        Text(said_in(f"{len(rounds)} rundor, {len(poor)} att se över.", language)),
        Heading(said_in("Rundor att se över", language)),
    ]
    shown: Part = Text(said_in("Inga.", language))
    if listed:
        shown = Table(
            heads_in(("Pass", "Personal", "Varför"), language), listed, (0.22, 0.12, 0.66), 3
        )
    return [
        *first,
        shown,
        Heading(said_in("Dagrundor per vardag", language)),
        Table(heads_in(TEAM_HEADER, language), team_rows, (0.4, *(0.15,) * 4)),
        Heading(said_in("Håller planen en dålig dag?", language)),
        Text(said_in(
            f"{trial.n_trials} dagar dragna, där {number(trial.share_delayed_pct, 0)} % av "
            f"besöken tar {trial.delay_min} minuter längre och ingen lagar planen.", language)),
        Table(heads_in(("Vad", "Andel"), language), trial_rows, (0.75, 0.25)),
    ]  # fmt: skip
