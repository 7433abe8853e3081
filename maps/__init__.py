"""Maps and sheets that open with no network and leak nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from maps.base_sheet import write_base_sheet
    from maps.binder import write_binder_page
    from maps.card import write_contact_cards
    from maps.continuity_page import write_continuity
    from maps.ics import write_next_contact_visits
    from maps.report import write_report
    from maps.round_map import write_round_map
    from maps.sheets import write_staff_sheets
    from maps.team_map import write_team_map
    from maps.teams_page import write_teams_page

__all__ = [
    "write_base_sheet",
    "write_binder_page",
    "write_contact_cards",
    "write_continuity",
    "write_next_contact_visits",
    "write_report",
    "write_round_map",
    "write_staff_sheets",
    "write_team_map",
    "write_teams_page",
]

_HOMES = {
    "write_base_sheet": "base_sheet",
    "write_binder_page": "binder",
    "write_contact_cards": "card",
    "write_continuity": "continuity_page",
    "write_next_contact_visits": "ics",
    "write_report": "report",
    "write_round_map": "round_map",
    "write_staff_sheets": "sheets",
    "write_team_map": "team_map",
    "write_teams_page": "teams_page",
}


def __getattr__(name: str) -> Any:
    """Import a writer when it is first asked for: drawing libraries are heavy."""
    if name not in _HOMES:
        raise AttributeError(f"module 'maps' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"maps.{_HOMES[name]}"), name)
