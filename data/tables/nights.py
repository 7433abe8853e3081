"""Rows of the night (22–07), which is not planned here: left out and told of, not refused."""

from __future__ import annotations

from typing import Final

from data.tables.parsed import Findings, ParsedSheet
from data.units import EVENING_TO_S, HOUR_S

SHIFTS: Final = "nattpass, utelämnade: natten planeras inte"
VISITS: Final = "nattbesök, utelämnade: natten planeras inte"
STAFF: Final = "nattpersonal, utelämnade: natten planeras inte"
_EVENING_S: Final = 18 * HOUR_S
_LATE_S: Final = 20 * HOUR_S
_MORNING_S: Final = 6 * HOUR_S
_FORENOON_S: Final = 11 * HOUR_S


def is_night_shift(start_s: int | None, end_s: int | None) -> bool:
    """Whether a shift goes on past midnight, from the evening into the morning."""
    if start_s is None or end_s is None:
        return False
    return start_s >= _EVENING_S and 0 < end_s <= _FORENOON_S


def is_night_visit(earliest_s: int | None, latest_s: int | None, shift: str | None) -> bool:
    """Whether a visit is the night's: by its shift, or by a window that lies in the night."""
    if shift == "night":
        return True
    if earliest_s is None or latest_s is None:
        return earliest_s is not None and earliest_s >= EVENING_TO_S
    passes_midnight = earliest_s >= _LATE_S and latest_s < earliest_s and latest_s <= _FORENOON_S
    return earliest_s >= EVENING_TO_S or passes_midnight or 0 <= latest_s < _MORNING_S


def leave_out(sheet: ParsedSheet, what: str, findings: Findings) -> None:
    """Count a row that is left out, and tell of the kind once a sheet."""
    if not sheet.read.counts[what]:
        findings.warnings.append(
            sheet.fault(0, "", f"{what.split(',')[0]} utelämnade",
                        "Natten (22–07) planeras inte här; kvittot säger hur många.", warn=True)
        )  # fmt: skip
    sheet.read.counts[what] += 1
