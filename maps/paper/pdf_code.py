"""What stands on a page of paper as PDF itself says it: text, boxes, lines, discs.

ReportLab's own calls for these go through every number and every letter by themselves. For the
sheets of a day they took most of the time; what is drawn is the same.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any, Final

from maps.common.fonts import FONT, encoded

BOW: Final = 4 / 3 * (math.sqrt(2) - 1)
"""How far a circle's handles lie from its ends, in radii."""


@cache
def rgb(colour: str) -> str:
    """``#rrggbb`` as PDF's three shares."""
    return " ".join(f"{int(colour[i : i + 2], 16) / 255:.4g}" for i in (1, 3, 5))


def put(canvas: Any, code: str) -> None:
    """Add to the page at hand."""
    canvas._code.append(code)


def text_code(
    canvas: Any,
    where: tuple[float, float],
    text: str,
    size: float,
    font: str = FONT,
    colour: str = "#22262b",
    turn: tuple[float, float] = (1.0, 0.0),
) -> str:
    """A line of text that begins at ``where``; ``turn`` is the cosine and sine of its angle."""
    cosine, sine = turn
    shown = " ".join(
        f"{name} {size:g} Tf ({letters}) Tj" for name, letters in encoded(canvas, text, font)
    )
    return (
        f"BT {cosine:.6f} {sine:.6f} {-sine:.6f} {cosine:.6f} {where[0]:.3f} {where[1]:.3f} Tm "
        f"{rgb(colour)} rg {shown} ET"
    )


def box_code(
    left: float, bottom: float, width: float, height: float, edges: Sequence[float], fill: str
) -> str:
    """A table's row: its fill, the line under it, and lines at ``edges`` where it has a grid."""
    parts = [f"{rgb('#9aa3ad')} RG 0.5 w"]
    if fill:
        parts.append(f"{rgb(fill)} rg {left:.3f} {bottom:.3f} {width:.3f} {height:.3f} re f")
    parts.append(f"{left:.3f} {bottom:.3f} m {left + width:.3f} {bottom:.3f} l S")
    if edges:
        top = bottom + height
        parts.append(f"{left:.3f} {top:.3f} m {left + width:.3f} {top:.3f} l S")
        parts += [f"{left + e:.3f} {bottom:.3f} m {left + e:.3f} {top:.3f} l S" for e in edges]
    return " ".join(parts)


@lru_cache(maxsize=64)
def _circle(radius: float) -> str:
    """A circle about the origin."""
    r, b = radius, BOW * radius
    return (
        f"{r:.4f} 0 m {r:.4f} {b:.4f} {b:.4f} {r:.4f} 0 {r:.4f} c "
        f"{-b:.4f} {r:.4f} {-r:.4f} {b:.4f} {-r:.4f} 0 c "
        f"{-r:.4f} {-b:.4f} {-b:.4f} {-r:.4f} 0 {-r:.4f} c "
        f"{b:.4f} {-r:.4f} {r:.4f} {-b:.4f} {r:.4f} 0 c h"
    )


def circle_code(x: float, y: float, radius: float, fill: str, stroke: str = "") -> str:
    """A filled circle, with an edge of 1.3 points where a colour is given."""
    inked = f"{rgb(stroke)} RG 1.3 w " if stroke else ""
    painted = "B" if stroke else "f"
    return f"q 1 0 0 1 {x:.3f} {y:.3f} cm {rgb(fill)} rg {inked}{_circle(radius)} {painted} Q"
