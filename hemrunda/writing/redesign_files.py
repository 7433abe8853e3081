"""What ``hemrunda teams redesign`` leaves: a table, a page, and for each point moves and a map."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from data.atomic import write_text
from data.care.hidden import shown_municipality, shown_teams
from data.model import Municipality
from data.store.plan_files import plan_json
from data.streets import StreetNetwork
from data.tables.out.headings import shared_csv
from hemrunda.writing.staff_files import write_staff_tables
from partition.redesign.staff_changes import carer_changes, contact_changes, tables_plan

if TYPE_CHECKING:
    from hemrunda.config import Config
    from maps.common.drawing import Picture
    from maps.screen.territory_shapes import Rings
    from partition.redesign.redesign_front import RedesignPoint

COLUMNS = (
    "point",
    "aim",
    "clients_moved",
    "new_contacts",
    "forced_contacts",
    "carers_moved",
    "travel_min_week",
    "travel_shorter_min_week",
    "to_middle_min_week",
    "imbalance_pct",
    "rounds_off",
    "fragments",
    "share_of_gain_pct",
)
MOVE_COLUMNS = ("client_id", "from_team_id", "to_team_id", "reason")


def write_redesign_files(
    out: Path,
    points: Sequence[RedesignPoint],
    municipality: Municipality,
    network: StreetNetwork,
    config: Config,
    folder: str = "omdelning",
) -> None:
    """Write all files of points that `partition.shown_points` has made of those who may be shown.

    ``folder`` is what the command line calls ``out``, for the command that takes a point.
    """
    from maps import write_team_map
    from maps.common.audiences import Manager
    from maps.reports.redesign_page import FrontRow, write_redesign
    from maps.screen.territory_shapes import along_streets

    language = config.general.language
    today = dt.date.today().isoformat()
    moved = _write_staff(out, points, municipality, language)
    write_text(
        out / "redesign.csv",
        shared_csv(COLUMNS, map(_row, range(1, 1 + len(points)), points, moved), config.headers),
    )
    present = {c.client_id: c.team_id for c in municipality.clients if c.team_id}
    rings = along_streets(municipality, present, network, profile=Manager())
    rows = []
    for number, point in enumerate(points, 1):
        moves = tuple(
            (move.client_id, move.from_team_id, move.to_team_id, move.reason)
            for move in point.moves
            if not municipality.client_by_id[move.client_id].protected
        )
        write_text(out / f"moves-{number}.csv", shared_csv(MOVE_COLUMNS, moves, config.headers))
        write_text(out / "private" / f"point-{number}.json", plan_json(point.plan, ()))
        rows.append(
            FrontRow(
                number=number,
                aim=point.aim,
                n_moved=point.n_moved,
                n_new_contacts=point.n_new_contacts,
                n_forced_contacts=point.n_forced_contacts,
                n_carers_moved=moved[number - 1],
                travel_min_week=point.travel_min_week,
                travel_gain_min_week=point.travel_gain_min_week,
                imbalance_pct=point.imbalance_pct,
                n_fragments=point.n_fragments,
                gain_pct=100 * point.share_of_gain,
                moves=moves,
                picture=_picture(moves, municipality, rings, network),
            )
        )
        write_team_map(
            out / "maps" / f"point-{number}.html", municipality=municipality,
            team_plan=shown_teams(municipality, point.plan), network=network, profile="manager",
            plan_id=f"omdelning {number}",
            date=today,
            language=language,
        )  # fmt: skip
    mark = f"{today} · {network.attribution}"
    write_redesign(
        out / "redesign.html", rows, place=municipality.name, mark=mark, language=language,
        folder=folder,
    )  # fmt: skip


def _write_staff(
    out: Path, points: Sequence[RedesignPoint], municipality: Municipality, language: str
) -> list[int]:
    """Write what each point does to staff; how many carers change team at each (FA-21)."""
    seen, before = shown_municipality(municipality), tables_plan(municipality)
    moved: list[int] = []
    for number, point in enumerate(points, 1):
        shown = shown_teams(municipality, point.plan)
        carers = carer_changes(seen, before, shown)
        write_staff_tables(
            out, f"-{number}", carers, contact_changes(seen, before, shown), language,
        )  # fmt: skip
        moved.append(sum(change.changes_team for change in carers))
    return moved


def _picture(
    moves: Sequence[tuple[str, str, str, str]],
    municipality: Municipality,
    rings: Mapping[str, Rings],
    network: StreetNetwork,
) -> Picture | None:
    from maps.common.html_parts import CHART_WIDTH
    from maps.reports.move_picture import Mover, move_picture
    from maps.reports.redesign_page import MAP_HEIGHT

    movers = []
    for client_id, old, new, _ in moves:
        client = municipality.client_by_id[client_id]
        movers.append(Mover(client.x, client.y, old, new))
    teams = sorted({*rings, *(mover.to_team_id for mover in movers)})
    return move_picture(movers, teams, rings, network, CHART_WIDTH, MAP_HEIGHT)


def _row(number: int, point: RedesignPoint, n_carers: int) -> tuple[object, ...]:
    return (
        number,
        point.aim,
        point.n_moved,
        point.n_new_contacts,
        point.n_forced_contacts,
        n_carers,
        point.travel_min_week,
        point.travel_gain_min_week,
        point.to_middle_min_week,
        _sv(point.imbalance_pct),
        _sv(point.rounds_off),
        point.n_fragments,
        _sv(100 * point.share_of_gain),
    )


def _sv(number: float) -> str:
    return f"{number:.1f}".replace(".", ",")
