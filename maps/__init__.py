"""Maps and sheets that open with no network and leak nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from maps.files.ics import write_next_contact_visits
    from maps.files.staff_sheets import write_staff_sheets
    from maps.paper.binder import write_binder_page
    from maps.paper.contact_cards import write_contact_cards
    from maps.paper.cyclic_sheet import write_cyclic_sheet
    from maps.reports.division_report import write_report
    from maps.reports.teams_page import write_teams_page
    from maps.screen.continuity_page import write_continuity
    from maps.screen.round_map import write_round_map
    from maps.screen.team_map import write_team_map

__all__ = [
    "write_binder_page",
    "write_contact_cards",
    "write_continuity",
    "write_cyclic_sheet",
    "write_next_contact_visits",
    "write_report",
    "write_round_map",
    "write_staff_sheets",
    "write_team_map",
    "write_teams_page",
]

_HOMES = {
    "write_cyclic_sheet": "paper.cyclic_sheet",
    "write_binder_page": "paper.binder",
    "write_contact_cards": "paper.contact_cards",
    "write_continuity": "screen.continuity_page",
    "write_next_contact_visits": "files.ics",
    "write_report": "reports.division_report",
    "write_round_map": "screen.round_map",
    "write_staff_sheets": "files.staff_sheets",
    "write_team_map": "screen.team_map",
    "write_teams_page": "reports.teams_page",
}


def __getattr__(name: str) -> Any:
    """Import a writer when it is first asked for: drawing libraries are heavy."""
    if name not in _HOMES:
        raise AttributeError(f"module 'maps' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"maps.{_HOMES[name]}"), name)
