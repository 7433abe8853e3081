"""The embedded municipality Ekhamn: streets, people, visits and roster from a seed.

Nothing is downloaded and nobody in it exists. `docs/figures/ekhamn.md` describes the
town and measures it against the sources.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from data.demo.municipality import make_municipality
    from data.demo.town.town_streets import make_streets

__all__ = ["make_municipality", "make_streets"]


def __getattr__(name: str) -> Any:
    """Load the makers when they are first asked for; they need numpy and shapely."""
    if name == "make_streets":
        from data.demo.town.town_streets import make_streets

        return make_streets
    if name == "make_municipality":
        from data.demo.municipality import make_municipality

        return make_municipality
    raise AttributeError(name)
