"""What a plan does to staff: each carer before and after, contacts that change, and why.

Clients with protected data are in no row and in no count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from hemrunda.speech.messages import heads_in, said_in
from partition.redesign.staff_changes import WHY_SV, CarerChange, ContactChange

if TYPE_CHECKING:
    from maps.common.html_parts import Part
    from routing.measures.person_measures import Person

CARER_HEADER: Final = (
    "Personal", "Arbetslag före", "Arbetslag efter", "Byter lag", "Brukare som kontakt före",
    "efter", "av dem samma", "Deras minuter/v före", "efter (min/v)", "Tvilling före",
    "Tvilling efter",
)  # fmt: skip
WORK_HEADER: Final = (
    "Besök före", "Besök efter", "Brukartid före %", "Brukartid efter %", "Resa före %",
    "Resa efter %", "Raster före", "Raster efter",
)  # fmt: skip
SHOWN_HEADER: Final = (
    "Personal",
    "Lag före",
    "Lag efter",
    "Brukare som kontakt",
    "Deras minuter/v",
)
CONTACT_HEADER: Final = ("Brukare", "Kontakt före", "Kontakt efter", "Varför")

Persons = Mapping[str, "Person"]


def carer_rows(
    changes: Sequence[CarerChange],
    persons: tuple[Persons, Persons] | None = None,
    language: str = "sv",
) -> list[tuple[Any, ...]]:
    """The rows of the carers' table; with measures of both plans their work too."""
    rows = []
    for change in changes:
        row: tuple[Any, ...] = (
            change.staff_id, change.team_before, change.team_after, change.changes_team,
            change.n_clients_before,
            change.n_clients_after, change.n_clients_kept, change.visit_min_before,
            change.visit_min_after,
            change.twin_before, change.twin_after,
        )  # fmt: skip
        if persons is not None:
            was, now = (side.get(change.staff_id) for side in persons)
            pairs = (_work(was, language), _work(now, language))
            row += tuple(cell for pair in zip(*pairs, strict=True) for cell in pair)
        rows.append(row)
    return rows


def _work(person: Person | None, language: str) -> tuple[Any, ...]:
    if person is None:
        return ("",) * 4
    time = person.hours
    breaks = said_in(f"{time.n_breaks_held} av {time.n_breaks_due}", language)
    return person.n_visits, time.client_time_pct, time.travel_pct, breaks


def contact_rows(
    changes: Sequence[ContactChange], language: str = "sv"
) -> list[tuple[str, str, str, str]]:
    """The rows of the contacts' table."""
    return [
        (change.client_id, change.before, change.after, said_in(WHY_SV[change.why], language))
        for change in changes
    ]


def write_staff_tables(
    folder: Path,
    suffix: str,
    carers: Sequence[CarerChange],
    contacts: Sequence[ContactChange],
    language: str = "sv",
) -> None:
    """Write ``staff{suffix}.csv`` and ``contacts{suffix}.csv``."""
    from data.atomic import write_text
    from data.tables.out.writing import csv_text

    staff = csv_text(heads_in(CARER_HEADER, language), carer_rows(carers))
    write_text(folder / f"staff{suffix}.csv", staff)
    clients = csv_text(heads_in(CONTACT_HEADER, language), contact_rows(contacts, language))
    write_text(folder / f"contacts{suffix}.csv", clients)


def _touched_row(change: CarerChange, language: str) -> tuple[str, ...]:
    """A carer's team, clients and minutes a week, before and after."""
    return (
        change.staff_id, change.team_before or "–", change.team_after or "–",
        said_in(f"{change.n_clients_before} → {change.n_clients_after} "
                f"({change.n_clients_kept} samma)", language),
        f"{change.visit_min_before} → {change.visit_min_after}",
    )  # fmt: skip


def write_comparison(
    folder: Path,
    carers: Sequence[CarerChange],
    contacts: Sequence[ContactChange],
    persons: tuple[Persons, Persons],
    scopes: tuple[Mapping[str, Any], Mapping[str, Any]],
    *,
    name: str,
    mark: str,
    language: str = "sv",
    exact: Path | None = None,
) -> list[Path]:
    """Write page and tables of two plans side by side; the page is the first.

    ``exact`` is a folder for each carer's work, where it would tell of hidden clients what she
    had time for: the shared table leaves it out then.
    """
    from data.atomic import write_text
    from data.tables.out.writing import csv_text
    from maps.common.html_parts import Heading, Table, Text
    from maps.common.plain_page import parts_page
    from maps.common.texts import texts
    from maps.reports.report_view import measures_table

    paths = [folder / file for file in ("compare.html", "staff.csv", "contacts.csv")]
    header = heads_in(CARER_HEADER, language)
    work_header = (*header, *heads_in(WORK_HEADER, language))
    work = csv_text(work_header, carer_rows(carers, persons, language))
    touched = [change for change in carers if change.is_touched]
    moved = sum(change.changes_team for change in carers)
    why = Counter(said_in(WHY_SV[change.why], language) for change in contacts)
    parts: list[Part] = [
        Text(said_in(
            f"{moved} av {len(carers)} medarbetare byter arbetslag; {len(touched)} berörs på "
            f"något sätt. {len(contacts)} brukare byter omsorgskontakt.", language)),
        Heading(said_in("Före och efter", language)),
        measures_table(scopes[1], scopes[0], texts(language)),
    ]  # fmt: skip
    if why:  # a heading over no rows would be read as a fault of the page
        rows = tuple((what, str(n)) for what, n in why.most_common())
        parts += [Heading(said_in("Varför kontakter byts", language)),
                  Table(heads_in(("Varför", "Brukare"), language), rows, (0.8, 0.2))]  # fmt: skip
    if touched:
        listed = tuple(_touched_row(change, language) for change in touched)
        shares = (0.16, 0.16, 0.16, 0.3, 0.22)
        parts += [Heading(said_in("Medarbetare som berörs", language)),
                  Table(heads_in(SHOWN_HEADER, language), listed, shares, 5)]  # fmt: skip
    title = said_in("Två planer bredvid varandra", language)
    write_text(paths[0], parts_page(parts, title, name, mark, language))
    if exact is not None:
        write_text(exact / "staff.csv", work)
        work = csv_text(header, carer_rows(carers))
    write_text(paths[1], work)
    clients = csv_text(heads_in(CONTACT_HEADER, language), contact_rows(contacts, language))
    write_text(paths[2], clients)
    return paths
