"""What ``hemrunda ask rounds`` leaves: each round's quality, and how the plan stands delays."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from routing.answers.delay_trial import DelayTrial
from routing.answers.round_quality import RoundQuality, TeamRounds

if TYPE_CHECKING:
    from maps.base.html_parts import Part

HEADER: Final = (
    "Datum", "Pass", "Personal", "Arbetslag", "Besök", "Brukare", "Brukartid %",
    "Väg och dörr (min)", "Längsta väg (min)", "Luft (min)", "I rad utan luft", "Tunga",
    "Kvar i slutet (min)", "Att se över",
)  # fmt: skip
PARTS_SV: Final = {"day": "dag", "evening": "kväll", "night": "natt"}
FILES: Final = ("rounds-quality.html", "rounds-quality.csv")


def rows_of(rounds: Sequence[RoundQuality]) -> list[tuple[object, ...]]:
    """The rows of the table."""
    return [
        (
            quality.date.isoformat(), PARTS_SV.get(quality.part, quality.part), quality.staff_id,
            quality.team_id,
            quality.n_visits, quality.n_clients, quality.client_pct, quality.travel_min,
            quality.longest_leg_min,
            quality.air_min, quality.most_in_a_row, quality.n_heavy, quality.spare_at_end_min,
            "; ".join(quality.faults),
        )
        for quality in rounds
    ]  # fmt: skip


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
    from maps.base.plain_page import parts_page

    paths = [folder / file for file in FILES]
    parts = page_parts(rounds, teams, trial)
    write_text(paths[0], parts_page(parts, "Rundornas kvalitet", name, mark, language))
    write_text(paths[1], csv_text(HEADER, rows_of(rounds)))
    return paths


def page_parts(
    rounds: Sequence[RoundQuality], teams: Sequence[TeamRounds], trial: DelayTrial
) -> list[Part]:
    """What to look over, each team's rounds, and the trial of delays."""
    from maps.base.html_parts import Heading, Table, Text, number

    poor = [quality for quality in rounds if quality.faults]
    listed = tuple(
        (
            f"{quality.date} {PARTS_SV.get(quality.part, quality.part)}",
            quality.staff_id,
            "; ".join(quality.faults),
        )
        for quality in poor
    )
    trial_rows = tuple(
        (what, f"{number(value, 1)} %")
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
         "utanför" if team_rounds.is_outside else "inom")
        for team_rounds in teams
    )  # fmt: skip
    first: list[Part] = [
        Text(f"{len(rounds)} rundor, {len(poor)} att se över."),
        Heading("Rundor att se över"),
    ]
    shown: Part = Text("Inga.")
    if listed:
        shown = Table(("Pass", "Personal", "Varför"), listed, (0.22, 0.12, 0.66), 3)
    return [
        *first,
        shown,
        Heading("Dagrundor per vardag"),
        Table(("Arbetslag", "Minst", "Mest", "Medel", "Riktvärde"), team_rows, (0.4, *(0.15,) * 4)),
        Heading("Håller planen en dålig dag?"),
        Text(f"{trial.n_trials} dagar dragna, där {number(trial.share_delayed_pct, 0)} % av "
             f"besöken tar {trial.delay_min} minuter längre och ingen lagar planen."),
        Table(("Vad", "Andel"), trial_rows, (0.75, 0.25)),
    ]  # fmt: skip
