"""What leaves the studio: sheets, maps, tables and report, made of the plan as it stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from data.care.hidden import hidden_clients
from data.errors import PlanRefusedError, SettingsError
from data.store import adding, writing
from hemrunda.studio.session import Present, Session, day_of
from hemrunda.studio.shown.room_rows import FileRow

if TYPE_CHECKING:
    from maps.reports.index_page import IndexFacts

KINDS: Final = ("sheets", "tables", "map", "rounds", "report", "cards")
FOR_STAFF: Final = ("sheets", "tables", "rounds", "cards")
"""Only of an approved plan."""
NAME_MOST: Final = 80
OPENS: Final = {".html", ".pdf", ".xlsx", ".csv", ".gpx", ".ics", ".json", ".gpkg"}


def deliver(session: Session, present: Present, asked: Mapping[str, Any]) -> list[FileRow]:
    """Make files of one kind in the folder's ``out``; their names, those to open first at the head.

    Raises
    ------
    PlanRefusedError
        Where the plan is not approved and the files are for staff.
    SettingsError
        Where there is no such kind, day or carer.
    """
    from maps.common.texts import texts
    from maps.files.staff_sheets import NAMED
    from maps.reports.index_page import IndexFacts

    kind = str(asked.get("kind"))
    if kind not in KINDS:
        raise SettingsError("Det kan inte göras.")
    if kind in FOR_STAFF and not present.scenario.is_approved:
        raise PlanRefusedError("Planen är ett utkast. Godkänn den först; då kan den lämnas ut.")
    out = session.folder / "out"
    out.mkdir(mode=0o700, exist_ok=True)
    plan, language = present.plan, present.plan.config.general.language
    state = texts(language)["index_approved" if present.scenario.is_approved else "index_draft"]
    mark = f"{plan.plan_id} · {dt.date.today().isoformat()} · {plan.network.attribution}"
    facts = IndexFacts(plan.municipality.name, [state], mark)
    with writing(out):
        if kind == "tables":
            made = _tables(present, out)
        else:
            write = {
                "sheets": _sheets, "map": _map, "rounds": _rounds, "report": _report,
                "cards": _cards,
            }[kind]  # fmt: skip
            with adding(out, (NAMED,)) as staged:
                made = [out / path.relative_to(staged) for path in write(present, asked, staged)]
        with adding(out) as staged:
            write_out_index(out, facts, language, staged)
    return [
        {"name": path.name, "path": path.relative_to(out).as_posix(), "size": path.stat().st_size}
        for path in made
        if path.suffix in OPENS
    ]


def write_out_index(
    out: Path, facts: IndexFacts, language: str, folder: Path | None = None
) -> Path:
    """Write ``index.html`` over the files that lie in ``out`` now: there, or to ``folder``."""
    from maps.reports.index_page import write_index

    names = [
        path.relative_to(out).as_posix()
        for path in sorted(out.rglob("*"))
        if path.is_file()
        and not any(
            part == "private" or part.startswith(".") for part in path.relative_to(out).parts
        )
    ]
    made = (folder or out) / "index.html"
    write_index(made, names, facts, language=language)
    return made


def _day(present: Present, asked: Mapping[str, Any]) -> dt.date:
    day: dt.date = day_of(present.plan, asked.get("day"))
    return day


def _sheets(present: Present, asked: Mapping[str, Any], out: Path) -> list[Path]:
    from maps.files.staff_sheets import write_staff_sheets

    plan, day = present.plan, _day(present, asked)
    team_id, staff_id = str(asked.get("team") or ""), str(asked.get("staff") or "")
    wanted = [staff_id] if staff_id else _carers(present, day, team_id)
    names = _names(present, asked)
    paths: list[Path] = []
    for carer_id in wanted:
        paths += write_staff_sheets(
            out / "staff" / day.isoformat(),
            municipality=plan.municipality,
            team_plan=plan.team_plan,
            round_plan=plan.round_plan,
            network=plan.network,
            leg_path=plan.engine.leg_path,
            day=day,
            plan_id=plan.plan_id,
            staff_id=carer_id,
            planner_phone=plan.config.general.whom_to_phone,
            late_advice=plan.config.general.late_advice,
            language=plan.config.general.language,
            names=names,
        )
    if not paths:
        raise SettingsError("Ingen runda passar det som valdes.")
    return sorted(paths, key=lambda path: (path.suffix != ".pdf", path.name))


def _names(present: Present, asked: Mapping[str, Any]) -> dict[str, str]:
    """Names that the page sends for these papers alone, as they can stand on a line.

    Of nobody hidden; they are kept nowhere.
    """
    known = present.plan.municipality
    hidden = hidden_clients(known)
    names: dict[str, str] = {}
    for member_id, sent in dict(asked.get("names") or {}).items():
        line = " ".join(str(sent).split())
        name = "".join(char for char in line if char.isprintable())[:NAME_MOST]
        is_known = member_id in known.client_by_id or member_id in known.staff_by_id
        if name and is_known and member_id not in hidden:
            names[member_id] = name
    return names


def _carers(present: Present, day: dt.date, team_id: str) -> list[str]:
    team_of = present.plan.team_plan.staff_team
    on_day = {row.staff_id for row in present.plan.round_plan.rows if row.date == day}
    return sorted(
        round_id for round_id in on_day if not team_id or team_of.get(round_id) == team_id
    )


def _cards(present: Present, asked: Mapping[str, Any], out: Path) -> list[Path]:
    """Contact cards, a file a team; a protected client has none."""
    from maps import write_contact_cards
    from maps.common.sanitising import slug

    plan, team_id = present.plan, str(asked.get("team") or "")
    shown = plan.shown.team_plan
    paths: list[Path] = []
    for team in shown.teams:
        carded = [client_id for client_id in team.client_ids if shown.contact.get(client_id)]
        if not carded or team_id not in ("", team.team_id):
            continue
        paths.append(out / "staff" / f"kontaktkort-{len(paths) + 1:03d}-{slug(team.team_id)}.pdf")
        write_contact_cards(
            paths[-1],
            municipality=plan.municipality,
            team_plan=plan.team_plan,
            client_ids=carded,
            stamp=f"{dt.date.today().isoformat()} · {plan.plan_id}",
            language=plan.config.general.language,
        )
    if not paths:
        raise SettingsError("Ingen av de valda brukarna har en fast omsorgskontakt.")
    return paths


def _tables(present: Present, out: Path) -> list[Path]:
    from data.store import write_outputs
    from hemrunda.writing.plan_files_out import facts_of

    plan = present.plan
    return write_outputs(
        out / "plan",
        plan.municipality,
        plan.team_plan,
        plan.round_plan,
        measures=plan.shown_measures,
        team_table=plan.team_rows,
        look=plan.look,
        manifest={"command": "studio", **facts_of(plan)},
    )


def _map(present: Present, asked: Mapping[str, Any], out: Path) -> list[Path]:
    from hemrunda.writing.plan_files_out import write_maps

    return write_maps(out / "maps", present.plan, [], _profile(asked))


def _rounds(present: Present, asked: Mapping[str, Any], out: Path) -> list[Path]:
    from hemrunda.writing.plan_files_out import write_maps

    return write_maps(out / "maps", present.plan, [_day(present, asked)])[1:]


def _report(present: Present, asked: Mapping[str, Any], out: Path) -> list[Path]:
    from hemrunda.writing.plan_files_out import write_report_page

    profile = _profile(asked)
    suffix = "" if profile == "manager" else f"-{profile}"
    return [write_report_page(out / f"report{suffix}.html", present.plan, profile)]


def _profile(asked: Mapping[str, Any]) -> str:
    profile = str(asked.get("profile") or "manager")
    if profile not in ("manager", "anonymous", "council"):
        raise SettingsError("Det finns ingen sådan profil.")
    return profile


def file_in(session: Session, asked: str) -> Path:
    """A file that has been made, by its path within ``out``.

    Raises
    ------
    SettingsError
        Where there is none, or the path leads out of the folder.
    """
    out = (session.folder / "out").resolve()
    if not asked.isprintable():
        raise SettingsError("Filen finns inte.")
    path = (out / asked).resolve()
    if not path.is_relative_to(out) or not path.is_file() or path.suffix not in OPENS:
        raise SettingsError("Filen finns inte.")
    return path
