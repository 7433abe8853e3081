"""What ``hemrunda followup`` leaves: a page, a workbook and two CSV tables, of what was performed.

Clients with protected data are in no row and no sum.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from hemrunda.speech.messages import heads_in, said_in
from routing.followup.group_figures import GroupFigures, Period

if TYPE_CHECKING:
    from data.tables.actuals.performed import Performed
    from maps.common.html_parts import Part, Table

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
LEVELS: Final = ("Kommun", "Område", "Arbetslag")
FILES: Final = ("followup.html", "followup.xlsx", "followup.csv", "followup-groups.csv")


def _span(period: Period) -> str:
    return f"{period.first.isoformat()} – {period.last.isoformat()}"


def _share(part: float, whole: float) -> float | None:
    return round(100 * part / whole, 1) if whole else None


def client_rows(periods: Sequence[Period], language: str = "sv") -> Iterator[tuple[Any, ...]]:
    """The rows of ``followup.csv``: each client with a visit or something granted."""
    for period in periods:
        for client in period.clients:
            if not client.n_visits and not client.granted_min:
                continue
            yield (
                _span(period), client.client_id, client.team_id, client.area_id, client.n_visits,
                client.n_by_contact, _share(client.n_by_contact, client.n_visits), client.n_by_vice,
                client.n_by_hourly, client.n_carers, client.n_carers_all, client.is_counted,
                said_in(client.left_out, language), _share(client.n_within_15, client.n_wished),
                _share(client.n_within_30, client.n_wished),
                _share(client.n_person_met, client.n_person_wished), round(client.performed_min),
                round(client.granted_min), round(client.ordered_min),
                _share(client.performed_min, client.granted_min),
            )  # fmt: skip


def group_rows(
    periods: Sequence[Period], target_pct: int, language: str = "sv"
) -> Iterator[tuple[Any, ...]]:
    """The rows of ``followup-groups.csv``: municipality, areas and teams of each period."""
    for period in periods:
        levels: tuple[tuple[str, Mapping[str, GroupFigures]], ...] = (
            (LEVELS[0], {"": period.municipality}), (LEVELS[1], period.areas),
            (LEVELS[2], period.teams),
        )  # fmt: skip
        for level, groups in levels:
            for name, group_figures in groups.items():
                light = said_in(LIGHTS[group_figures.light(target_pct)], language)
                row = (_span(period), *heads_in((level,), language), name, light)
                yield (*row, *asdict(group_figures).values())


def group_header(language: str = "sv") -> tuple[str, ...]:
    """The header of `group_rows`."""
    names = (GROUP_HEADER[field.name] for field in fields(GroupFigures))
    return heads_in(("Period", "Nivå", "Namn", "Mål för kontaktens andel", *names), language)


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
    from maps.common.plain_page import parts_page

    paths = [folder / file for file in FILES]
    rows = list(client_rows(periods, language))
    groups = list(group_rows(periods, target_pct, language))
    parts = page_parts(periods, performed, target_pct, language)
    title = said_in("Uppföljning av utförda besök", language)
    write_text(paths[0], parts_page(parts, title, name, mark, language))
    left_out = [
        (_span(period), said_in(why, language), n)
        for period in periods
        for why, n in period.left_out.items()
    ]
    reasons = [(said_in(why, language), n) for why, n in performed.reasons.items()]
    header, by_group = heads_in(CLIENT_HEADER, language), group_header(language)
    with Workbook(paths[1], title=said_in("Hemrunda uppföljning", language)) as book:
        for level in heads_in(LEVELS, language):
            book.sheet(level, by_group, [row for row in groups if row[1] == level])
        sheets: Mapping[str, tuple[Sequence[str], Sequence[tuple[Any, ...]]]] = {
            "Brukare": (header, rows),
            "Räknas inte nationellt": (
                heads_in(("Period", "Därför", "Brukare"), language), left_out
            ),
            "Exporten": (heads_in(("Vad", "Rader"), language), reasons),
        }  # fmt: skip
        for sheet, (head, listed) in sheets.items():
            book.sheet(said_in(sheet, language), head, listed)
    write_text(paths[2], csv_text(header, rows))
    write_text(paths[3], csv_text(by_group, groups))
    return paths


def page_parts(
    periods: Sequence[Period], performed: Performed, target_pct: int, language: str = "sv"
) -> list[Part]:
    """The page: the municipality over the periods, the last period's groups, what is left out."""
    from maps.common.html_parts import Heading, Text

    last = periods[-1]
    whole = [(_span(period), period.municipality) for period in periods]
    parts: list[Part] = [
        Text(said_in(
            f"{performed.n_rows} rader lästes, {performed.n_left_out} är inte med.", language)),
        Heading(said_in("Kommunen, period för period", language)),
        _who_table("Period", whole, target_pct, language),
        Text(said_in(
            "Av kontakten: andelen utförda besök (varje persons besök) som den antagna "
            "omsorgskontakten, eller någon av brukarens fler kontakter, gjorde den dagen. "
            f"Målet är {target_pct} %; nära är minst fyra femtedelar av det.", language)),
        _carers_table("Period", whole, language),
        Text(said_in(
            "Olika personal, nationellt: 65 år och äldre med minst två besök alla 14 dagar, "
            "kl 7–22, inte digitala besök, inte borta någon dag. Oavsett ålder: detsamma utan "
            "frågan om ålder. Alla: varje brukare med besök, alla tider och besök.", language)),
        _minutes_table("Period", whole, language),
        Text(said_in(
            "Minuter: varje besök en gång, utan besök som inte tas av ramtiden. Utfört av "
            "beviljat räknas på de brukare som har beviljade minuter; utförda och beställda "
            "minuter är allas.", language)),
    ]  # fmt: skip
    nameless = said_in("utan arbetslag", language)
    for title, groups in (("Områden", last.areas), ("Arbetslag", last.teams)):
        if groups:
            named = [(name or nameless, group_figures) for name, group_figures in groups.items()]
            (shown,) = heads_in((title,), language)
            parts += [
                Heading(f"{shown}, {_span(last)}"), _who_table(title, named, target_pct, language),
                _carers_table(title, named, language), _minutes_table(title, named, language),
            ]  # fmt: skip
    uncounted = f"Brukare som det nationella måttet inte räknar, {_span(last)}"
    parts.append(Heading(said_in(uncounted, language)))
    parts.append(_counts(last.left_out, "Inga.", language))
    parts.append(Heading(said_in("Vad som var oklart i exporten", language)))
    parts.append(_counts(performed.reasons, "Ingenting.", language))
    return parts


def _counts(counts: Mapping[str, int], none: str, language: str) -> Part:
    from maps.common.html_parts import Table, Text

    if not counts:
        return Text(said_in(none, language))
    rows = tuple((said_in(what, language), str(n)) for what, n in counts.items())
    return Table(heads_in(("Vad", "Antal"), language), rows, (0.8, 0.2))


Named = Sequence[tuple[str, GroupFigures]]


def _who_table(first: str, named: Named, target_pct: int, language: str) -> Table:
    from maps.common.html_parts import Table, number

    header = (first, "Mål", "Besök", "Av kontakten %", "Av vice %", "Av timanställda %",
              "Brukare som når målet")  # fmt: skip
    rows = tuple(
        (
            name, said_in(LIGHTS[group_figures.light(target_pct)], language),
            number(group_figures.n_visits, 0),
            number(group_figures.contact_pct, 1), number(group_figures.vice_pct, 1),
            number(group_figures.hourly_pct, 1),
            said_in(f"{group_figures.n_clients_at_target} av "
                    f"{group_figures.n_clients_with_contact}", language),
        )
        for name, group_figures in named
    )  # fmt: skip
    return Table(heads_in(header, language), rows, (0.28, 0.12, 0.12, 0.12, 0.12, 0.12, 0.12), 2)


def _carers_table(first: str, named: Named, language: str) -> Table:
    from maps.common.html_parts import Table, number

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
    return Table(heads_in(header, language), rows, (0.28, *(0.08,) * 9))


def _minutes_table(first: str, named: Named, language: str) -> Table:
    from maps.common.html_parts import Table, number

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
    return Table(heads_in(header, language), rows, (0.28, *(0.12,) * 6))
