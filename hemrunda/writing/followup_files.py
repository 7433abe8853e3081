"""What ``hemrunda followup`` leaves: a page, a workbook and two CSV tables, of what was performed.

Clients with protected data are in no row and no sum.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from routing.followup.group_figures import GroupFigures, Period

if TYPE_CHECKING:
    from data.tables.actuals.performed import Performed
    from maps.base.html_parts import Part, Table

CLIENT_HEADER: Final = (
    "Period", "Brukare", "Arbetslag", "Område", "Besök", "Av kontakten", "Av kontakten %",
    "Av vice", "Av timanställda", "Olika personal", "Olika personal, alla tider",
    "Räknas nationellt", "Utelämnas för", "Önskad tid ±15 %", "Önskad tid ±30 %",
    "Önskad person %", "Utförda minuter", "Beviljade minuter", "Beställda minuter",
    "Utfört av beviljat %",
)  # fmt: skip
GROUP_HEADER: Final = {
    "n_clients": "Brukare", "n_visits": "Besök", "contact_pct": "Av kontakten %",
    "vice_pct": "Av vice %", "hourly_pct": "Av timanställda %",
    "n_clients_at_target": "Brukare som når målet",
    "n_clients_with_contact": "Brukare med kontakt", "n_counted": "Räknas nationellt",
    "carers_mean": "Olika personal, medel", "carers_median": "Olika personal, median",
    "carers_max": "Olika personal, högst", "carers_any_age_mean": "Oavsett ålder, medel",
    "carers_everybody_mean": "Alla brukare, alla tider, medel",
    "wished_15_pct": "Önskad tid ±15 %", "wished_30_pct": "Önskad tid ±30 %",
    "person_wish_pct": "Önskad person %", "performed_min": "Utförda minuter",
    "granted_min": "Beviljade minuter", "ordered_min": "Beställda minuter",
    "performed_of_granted_pct": "Utfört av beviljat %", "n_over": "Över 105 %",
    "n_under": "Under 95 %",
}  # fmt: skip
LIGHTS: Final = {"reached": "når målet", "near": "nära målet", "under": "under målet", "": "–"}
FILES: Final = ("followup.html", "followup.xlsx", "followup.csv", "followup-groups.csv")


def _span(period: Period) -> str:
    return f"{period.first.isoformat()} – {period.last.isoformat()}"


def _share(part: float, of: float) -> float | None:
    return round(100 * part / of, 1) if of else None


def client_rows(periods: Sequence[Period]) -> Iterator[tuple[Any, ...]]:
    """The rows of ``followup.csv``: each client with a visit or something granted."""
    for period in periods:
        for client in period.clients:
            if not client.n_visits and not client.granted_min:
                continue
            yield (
                _span(period), client.client_id, client.team_id, client.area_id, client.n_visits,
                client.n_by_contact, _share(client.n_by_contact, client.n_visits), client.n_by_vice,
                client.n_by_hourly, client.n_carers, client.n_carers_all, client.is_counted,
                client.left_out, _share(client.n_within_15, client.n_wished),
                _share(client.n_within_30, client.n_wished),
                _share(client.n_person_met, client.n_person_wished), round(client.performed_min),
                round(client.granted_min), round(client.ordered_min),
                _share(client.performed_min, client.granted_min),
            )  # fmt: skip


def group_rows(periods: Sequence[Period], target_pct: int) -> Iterator[tuple[Any, ...]]:
    """The rows of ``followup-groups.csv``: municipality, areas and teams of each period."""
    for period in periods:
        levels: tuple[tuple[str, Mapping[str, GroupFigures]], ...] = (
            ("Kommun", {"": period.municipality}), ("Område", period.areas),
            ("Arbetslag", period.teams),
        )  # fmt: skip
        for level, groups in levels:
            for name, group_figures in groups.items():
                light = LIGHTS[group_figures.light(target_pct)]
                yield (_span(period), level, name, light, *asdict(group_figures).values())


def group_header() -> tuple[str, ...]:
    """The header of `group_rows`."""
    names = (GROUP_HEADER[field.name] for field in fields(GroupFigures))
    return ("Period", "Nivå", "Namn", "Mål för kontaktens andel", *names)


def write_followup(
    folder: Path,
    periods: Sequence[Period],
    performed: Performed,
    *,
    name: str,
    target_pct: int,
    mark: str,
    language: str = "sv",
) -> list[Path]:
    """Write all files; the page, to be opened first, is the first of them."""
    from data.atomic import write_text
    from data.tables.out.workbook import Workbook
    from data.tables.out.writing import csv_text
    from maps.base.plain_page import parts_page

    paths = [folder / file for file in FILES]
    rows, groups = list(client_rows(periods)), list(group_rows(periods, target_pct))
    parts = page_parts(periods, performed, target_pct)
    write_text(paths[0], parts_page(parts, "Uppföljning av utförda besök", name, mark, language))
    left_out = [(_span(period), why, n) for period in periods for why, n in period.left_out.items()]
    with Workbook(paths[1], title="Hemrunda uppföljning") as book:
        for level in ("Kommun", "Område", "Arbetslag"):
            book.sheet(level, group_header(), [row for row in groups if row[1] == level])
        book.sheet("Brukare", CLIENT_HEADER, rows)
        book.sheet("Räknas inte nationellt", ("Period", "Därför", "Brukare"), left_out)
        book.sheet("Exporten", ("Vad", "Rader"), list(performed.reasons.items()))
    write_text(paths[2], csv_text(CLIENT_HEADER, rows))
    write_text(paths[3], csv_text(group_header(), groups))
    return paths


def page_parts(periods: Sequence[Period], performed: Performed, target_pct: int) -> list[Part]:
    """The page: the municipality over the periods, the last period's groups, what is left out."""
    from maps.base.html_parts import Heading, Text

    last = periods[-1]
    whole = [(_span(period), period.municipality) for period in periods]
    parts: list[Part] = [
        Text(f"{performed.n_rows} rader lästes, {performed.n_left_out} är inte med."),
        Heading("Kommunen, period för period"),
        _who_table("Period", whole, target_pct),
        Text("Av kontakten: andelen utförda besök (varje persons besök) som den antagna "
             "omsorgskontakten, eller någon av brukarens fler kontakter, gjorde den dagen. "
             f"Målet är {target_pct} %; nära är minst fyra femtedelar av det."),
        _carers_table("Period", whole),
        Text("Olika personal, nationellt: 65 år och äldre med minst två besök alla 14 dagar, "
             "kl 7–22, inte digitala besök, inte borta någon dag. Oavsett ålder: detsamma utan "
             "frågan om ålder. Alla: varje brukare med besök, alla tider och besök."),
        _minutes_table("Period", whole),
        Text("Minuter: varje besök en gång, utan besök som inte tas av ramtiden. Utfört av "
             "beviljat räknas på de brukare som har beviljade minuter; utförda och beställda "
             "minuter är allas."),
    ]  # fmt: skip
    for title, groups in (("Områden", last.areas), ("Arbetslag", last.teams)):
        if groups:
            named = [
                (name or "utan arbetslag", group_figures) for name, group_figures in groups.items()
            ]
            parts += [
                Heading(f"{title}, {_span(last)}"), _who_table(title, named, target_pct),
                _carers_table(title, named), _minutes_table(title, named),
            ]  # fmt: skip
    parts.append(Heading(f"Brukare som det nationella måttet inte räknar, {_span(last)}"))
    parts.append(_counts(last.left_out, "Inga."))
    parts.append(Heading("Vad som var oklart i exporten"))
    parts.append(_counts(performed.reasons, "Ingenting."))
    return parts


def _counts(counts: Mapping[str, int], none: str) -> Part:
    from maps.base.html_parts import Table, Text

    if not counts:
        return Text(none)
    rows = tuple((what, str(n)) for what, n in counts.items())
    return Table(("Vad", "Antal"), rows, (0.8, 0.2))


Named = Sequence[tuple[str, GroupFigures]]


def _who_table(first: str, named: Named, target_pct: int) -> Table:
    from maps.base.html_parts import Table, number

    header = (first, "Mål", "Besök", "Av kontakten %", "Av vice %", "Av timanställda %",
              "Brukare som når målet")  # fmt: skip
    rows = tuple(
        (
            name, LIGHTS[group_figures.light(target_pct)], number(group_figures.n_visits, 0),
            number(group_figures.contact_pct, 1), number(group_figures.vice_pct, 1),
            number(group_figures.hourly_pct, 1),
            f"{group_figures.n_clients_at_target} av {group_figures.n_clients_with_contact}",
        )
        for name, group_figures in named
    )  # fmt: skip
    return Table(header, rows, (0.28, 0.12, 0.12, 0.12, 0.12, 0.12, 0.12), 2)


def _carers_table(first: str, named: Named) -> Table:
    from maps.base.html_parts import Table, number

    header = (first, "Räknas nationellt", "Olika personal, medel", "Median", "Högst",
              "Oavsett ålder", "Alla", "Önskad tid ±15 %", "±30 %", "Önskad person %")  # fmt: skip
    rows = tuple(
        (
            name, number(group_figures.n_counted, 0), number(group_figures.carers_mean, 1),
            number(group_figures.carers_median, 1), number(group_figures.carers_max, 0),
            number(group_figures.carers_any_age_mean, 1),
            number(group_figures.carers_everybody_mean, 1),
            number(group_figures.wished_15_pct, 1), number(group_figures.wished_30_pct, 1),
            number(group_figures.person_wish_pct, 1),
        )
        for name, group_figures in named
    )  # fmt: skip
    return Table(header, rows, (0.28, *(0.08,) * 9))


def _minutes_table(first: str, named: Named) -> Table:
    from maps.base.html_parts import Table, number

    header = (first, "Utförda minuter", "Beställda", "Beviljade", "Utfört av beviljat %",
              "Över 105 %", "Under 95 %")  # fmt: skip
    rows = tuple(
        (
            name, number(group_figures.performed_min, 0), number(group_figures.ordered_min, 0),
            number(group_figures.granted_min, 0), number(group_figures.performed_of_granted_pct, 1),
            number(group_figures.n_over, 0), number(group_figures.n_under, 0),
        )
        for name, group_figures in named
    )  # fmt: skip
    return Table(header, rows, (0.28, *(0.12,) * 6))
