"""Which columns of an export are meant where it tells both what was planned and what was made.

Planning systems write "Planerad start" and "Utförd start" side by side. Today's plan is measured by
what was planned, a follow-up by what was performed; the other column is left out and told of.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from data.errors import Fault, InputError
from data.tables.files.raw import RawSheet
from data.tables.heading import LEFT_OUT, find_header
from data.tables.parsed import Findings
from data.tables.schema.columns import ROUNDS
from data.tables.schema.headers import header_key, match_header

CANCELLED: Final = "avbokad eller ej utförd"
"""Why a row that was called off is left out, of plans and of what was performed."""
_PERFORMED: Final = ("utför", "utfört", "faktisk", "verklig", "registrer", "incheck", "utcheck",
                     "ankomst", "avfärd")  # fmt: skip
"""Words of headers that tell of what was made."""


def of_kind(raw: RawSheet, *, is_performed: bool) -> Mapping[str, str]:
    """By header, the column that it is read as, or that it is left out; empty where it is plain."""
    header_idx = find_header(raw, ROUNDS)
    by_column: dict[str, list[str]] = defaultdict(list)
    for cell in raw.rows[header_idx] if header_idx is not None else ():
        name = match_header(ROUNDS.name, cell)
        if name is not None and isinstance(cell, str):
            by_column[name].append(cell)
    mapping = {}
    for name, headers in by_column.items():
        wanted = [header for header in headers if _tells_of_made(header) == is_performed]
        if len(headers) < 2 or len(wanted) in (0, len(headers)):
            continue
        for header in headers:
            mapping[header_key(header)] = name if header in wanted else LEFT_OUT
    return mapping


def _tells_of_made(header: str) -> bool:
    key = header_key(header)
    return any(word in key for word in _PERFORMED)


def stop_at_columns(findings: Findings, *, ignore_unknown: bool) -> None:
    """Stop where columns could not be understood.

    Raises
    ------
    InputError
        With all faults, those of rows too.
    """
    columns = [fault for fault in findings.faults if not fault.row]
    ends = [] if ignore_unknown else [_as_of_ends(fault) for fault in findings.unknown]
    if columns or ends:
        raise InputError(sorted({*findings.faults, *ends}))


def _as_of_ends(fault: Fault) -> Fault:
    """Ask by words that fit an export, whose headers no command remembers."""
    return Fault(
        fault.file, fault.sheet, 0, fault.column,
        f"{fault.problem}, och ingen annan säger när besöken slutar",
        "Döp om den till Slut eller Minuter, eller utelämna den med --ignore-unknown.",
    )  # fmt: skip
