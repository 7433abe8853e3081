"""All staff sheets of a day: PDF, phone page, GPX and calendar for each round."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from data.care.matters import walks_along
from data.model import Municipality
from data.plans import RoundPlan, TeamPlan
from data.streets import StreetNetwork
from maps.common.audiences import StaffRound
from maps.common.sanitising import slug
from maps.files.gpx import write_gpx
from maps.files.ics import write_sheet_ics
from maps.files.sealed import write_sealed_sheet
from maps.files.sheet_phone import write_sheet_phone
from maps.paper.sheet_pdf import write_sheet_pdf
from maps.paper.sheet_view import Sheet, sheet_view
from maps.screen.map_page import stamp
from maps.screen.round_view import LegPath, OwnRound, rounds_view

NAMED: Final = "-med-namn.pdf"
"""How a paper with names on it ends: it is made on purpose only."""


def write_staff_sheets(
    folder: Path,
    *,
    municipality: Municipality,
    team_plan: TeamPlan,
    round_plan: RoundPlan,
    network: StreetNetwork,
    leg_path: LegPath,
    day: dt.date,
    plan_id: str,
    part: str | None = None,
    staff_id: str | None = None,
    phone_on_delay: Collection[str] = (),
    passphrase: str | Callable[[str], str] | None = None,
    planner_phone: str = "",
    late_advice: str = "",
    language: str = "sv",
    names: Mapping[str, str] | None = None,
) -> list[Path]:
    """Write four files for each round of ``day`` and return their paths, in order.

    A new colleague who walks along has the same files of her tutor's round, in her name (MA-41).

    Parameters
    ----------
    folder : Path
        Files are named by date, part, a number and the carer's id as far as it may stand in a
        file name.
    part, staff_id : str, optional
        Only these rounds.
    phone_on_delay : collection of str
        Ids of clients who want to be phoned when the carer is late (MA-28), beside those of whom
        the tables say so.
    passphrase : str or callable, optional
        Seals the phone pages: each opens by it only, or by what the callable gives for the
        carer's id. Paper, GPX and calendar are not sealed.
    planner_phone : str, optional
        Whom to phone when late: who, and the number.
    late_advice : str, optional
        What else to do when late.
    names : mapping of id to name, optional
        Of clients and carers, for a paper of its own beside the others (`NAMED`); nothing else has
        them.

    Raises
    ------
    SettingsError
        Where the passphrase could be guessed; nothing is written then.
    NotAvailableError
        Where what seals is missing.
    StoreError
        Where a file cannot be written.
    """
    # What is told of a round is of its own day: nobody goes through a fortnight for each of them.
    round_plan = replace(round_plan, rows=tuple(r for r in round_plan.rows if r.date == day))
    along = walks_along(municipality, day)
    wanted = {staff_id, along.get(staff_id or "", staff_id)}
    chosen = [
        (round_id, rows[0])
        for round_id, rows in round_plan.rounds.items()
        if (part is None or rows[0].shift == part)
        and (staff_id is None or rows[0].staff_id in wanted)
    ]
    phone_on_delay = {
        *phone_on_delay, *(c.client_id for c in municipality.clients if c.phone_on_delay)
    }  # fmt: skip
    written: list[Path] = []
    mark = stamp(StaffRound(), plan_id, day.isoformat(), language)
    for number, (round_id, first) in enumerate(chosen, 1):
        own = rounds_view(
            municipality, team_plan, round_plan, leg_path, StaffRound(), day=day, round_id=round_id
        )
        assert isinstance(own, OwnRound)
        sheet = sheet_view(own, municipality, network, phone_on_delay=phone_on_delay)
        sheet = replace(sheet, planner_phone=planner_phone, late_advice=late_advice)
        mine = (municipality.client_by_id[stop.client_id] for stop in sheet.visits)
        codes = {client.client_id: client.door_code for client in mine if client.door_code}
        readers = [
            first.staff_id,
            *(new for new, tutor in along.items() if tutor == first.staff_id),
        ]
        for reader in readers if staff_id is None else [staff_id]:
            name = f"{day.isoformat()}-{first.shift}-{number:03d}-{slug(reader)}"
            phrase = passphrase(reader) if callable(passphrase) else passphrase
            beside = Path(folder) / name
            written += _four_files(beside, sheet, network, (phrase, codes), mark, language)
            if names:
                written.append(beside.with_name(f"{beside.name}{NAMED}"))
                write_sheet_pdf(
                    written[-1], _with_names(sheet, names), network, stamp=mark, language=language
                )
    return written


def _with_names(sheet: Sheet, names: Mapping[str, str]) -> Sheet:
    """The same with names after the ids of those who have one: two may be called the same."""

    def name_of(member_id: str) -> str:
        return f"{member_id} {names[member_id]}" if names.get(member_id) else member_id

    stops = tuple(
        replace(
            stop,
            client_id=name_of(stop.client_id),
            partners=tuple(map(name_of, stop.partners)),
            relieves=name_of(stop.relieves),
            relieved_by=name_of(stop.relieved_by),
        )
        for stop in sheet.stops
    )
    return replace(sheet, staff_id=name_of(sheet.staff_id), stops=stops)


def _four_files(
    name: Path,
    sheet: Sheet,
    network: StreetNetwork,
    secret: tuple[str | None, Mapping[str, str]],
    mark: str,
    language: str,
) -> list[Path]:
    """Paper, phone page, GPX and calendar of one sheet for one reader.

    ``secret`` is what seals the phone page, and the codes of doors, which go nowhere else.
    """
    phrase, codes = secret
    paths = [name.with_name(f"{name.name}{kind}") for kind in (".pdf", ".html", ".gpx", ".ics")]
    if phrase is None:
        write_sheet_phone(paths[1], sheet, network, stamp=mark, language=language)
    else:
        write_sealed_sheet(
            paths[1], sheet, network, passphrase=phrase, stamp=mark, language=language,
            door_codes=codes,
        )  # fmt: skip
    write_sheet_pdf(paths[0], sheet, network, stamp=mark, language=language)
    write_gpx(paths[2], sheet, epsg=network.epsg, language=language)
    write_sheet_ics(paths[3], sheet, language=language)
    return paths
