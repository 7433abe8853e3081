"""Headers of the tables that a plan leaves: Swedish for who opens them, English for programs.

The code goes by English columns. A shared table gets the header of the language that is set; what
is read back may have either.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from data.tables.out.writing import csv_text

SWEDISH: Final[dict[str, str]] = {
    "access_s": "Entrétid (s)",
    "aim": "Mål",
    "area_id": "Område",
    "arrive": "Framme",
    "at_work": "I tjänst",
    "care_min_week": "Omsorg (min/v)",
    "carer_no": "Personal nr",
    "carers_moved": "Personal byter lag",
    "cause": "Tillsammans med",
    "ceiling_pct": "Tak (%)",
    "change": "Ändring",
    "client_id": "Brukare",
    "clients_moved": "Byter lag",
    "column": "Kolumn",
    "compactness": "Samlat",
    "client_time_pct": "Brukartid (%)",
    "contact_id": "Omsorgskontakt",
    "contact_pct": "Av kontakten (%)",
    "contiguous": "Hänger ihop",
    "date": "Datum",
    "date_before": "Datum före",
    "distinct_carers": "Olika personal",
    "end": "Slut",
    "forced_contacts": "Måste byta kontakt",
    "fragments": "Lösa delar",
    "from": "Från",
    "from_team_id": "Från arbetslag",
    "granted_min": "Beviljat (min)",
    "group": "Grupp",
    "imbalance_pct": "Obalans (%)",
    "kind": "Slag",
    "late_min": "Sent (min)",
    "late_s": "Sent (s)",
    "measure": "Mått",
    "message": "Förklaring",
    "mode": "Färdsätt",
    "moment_of_inertia_min2": "Tröghetsmoment (min²)",
    "moved": "Bytt lag",
    "moved_min": "Flyttat (min)",
    "must_unplanned": "Måste, utan plats",
    "n_clients": "Antal brukare",
    "n_parts": "Delar",
    "needed": "Behövs",
    "new_contacts": "Byter kontakt",
    "next_cover_id": "Sedan",
    "of_clients": "Av brukare",
    "ordered_min": "Beställt (min)",
    "others_late_min": "Andra sena (min)",
    "overtime_min": "Övertid (min)",
    "pct_of_granted": "Av beviljat (%)",
    "performed_min": "Utfört (min)",
    "planned_min": "Planerat (min)",
    "phone": "Ska ringas",
    "point": "Punkt",
    "polsby_popper": "Rundhet",
    "previous_team_id": "Förra arbetslaget",
    "priority": "Prioritet",
    "reason": "Orsak",
    "remedy": "Åtgärd",
    "resource_area_id": "Resursområde",
    "round_id": "Runda",
    "rounds_day": "Rundor dag",
    "rounds_evening": "Rundor kväll",
    "rounds_off": "Rundor från medel",
    "row": "Rad",
    "rule": "Regel",
    "scope": "Nivå",
    "section_id": "Sektion",
    "seq": "Nr",
    "share_of_gain_pct": "Andel av vinsten (%)",
    "service": "Verksamhet",
    "shift": "Pass",
    "staff_after": "Personal efter",
    "staff_before": "Personal före",
    "staff_id": "Personal",
    "start": "Start",
    "start_after": "Start efter",
    "start_before": "Start före",
    "status": "Läge",
    "target_pct": "Mål (%)",
    "team_id": "Arbetslag",
    "tier": "Vem",
    "to_middle_min_week": "Väg till mitten (min/v)",
    "to_team_id": "Till arbetslag",
    "travel_min_week": "Restid (min/v)",
    "travel_s": "Restid (s)",
    "travel_shorter_min_week": "Kortare restid (min/v)",
    "travel_within_min": "Restid inom laget (min/v)",
    "unplanned_min": "Oplanerat (min)",
    "value": "Värde",
    "vice_id": "Vice",
    "evening_vice_id": "Kvällsvice",
    "travel_pct": "Resor (%)",
    "unplanned": "Utan plats",
    "visit_id": "Besök",
    "wait_s": "Väntan (s)",
    "without_contact": "Utan kontakt för att",
    "x": "E",
    "y": "N",
}
"""By the code's column; a column that is not here keeps its name."""
ENGLISH: Final = {swedish: english for english, swedish in SWEDISH.items()}
LANGUAGES: Final = ("sv", "en")


def headed(columns: Sequence[str], language: str) -> tuple[str, ...]:
    """The header of ``columns`` in a language."""
    if language == "en":
        return tuple(columns)
    return tuple(SWEDISH.get(column, column) for column in columns)


def columns_of(header: Sequence[str]) -> tuple[str, ...]:
    """The code's columns of a header in either language."""
    return tuple(ENGLISH.get(name, name) for name in header)


def shared_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]], language: str) -> str:
    """Rows as CSV under the header of a language; values as `csv_text` writes them."""
    return csv_text(headed(columns, language), rows)


def read_shared(text: str) -> list[dict[str, str]]:
    """The rows of a table of ours by the code's columns, whatever its header's language."""
    import csv
    import io

    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";")
    header = columns_of(next(rows, []))
    return [dict(zip(header, row, strict=False)) for row in rows]
