"""A `Picture` on a page of paper, as vectors."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from maps.common.drawing import Disc, Line, Picture
from maps.common.fonts import BOLD, FONT
from maps.common.sanitising import visible


def draw_picture(
    canvas: Any, picture: Picture, x: float, y: float, ground: str = "#f7f5f0"
) -> None:
    """Draw with the lower left corner at ``x``, ``y``; nothing goes beyond the frame."""
    canvas.saveState()
    canvas.translate(x, y)
    frame = canvas.beginPath()
    frame.rect(0, 0, picture.width, picture.height)
    canvas.clipPath(frame, stroke=0, fill=0)
    canvas.setFillColor(ink(ground))
    canvas.rect(0, 0, picture.width, picture.height, stroke=0, fill=1)
    canvas.setLineCap(1)
    canvas.setLineJoin(1)
    canvas._code.append(_strokes(picture.lines))
    for word in picture.words:
        canvas.saveState()
        canvas.translate(word.x, word.y)
        canvas.rotate(word.angle)
        canvas.setFont(FONT, word.size)
        canvas.setFillColor(ink("#46413a"))
        place = {
            "start": canvas.drawString,
            "middle": canvas.drawCentredString,
            "end": canvas.drawRightString,
        }[word.anchor]
        place(0, -word.size * 0.35, visible(word.text))
        canvas.restoreState()
    for disc in picture.discs:
        _disc(canvas, disc)
    canvas.restoreState()
    canvas.setStrokeColor(ink("#9aa3ad"))
    canvas.setLineWidth(0.6)
    canvas.rect(x, y, picture.width, picture.height, stroke=1, fill=0)


def _strokes(lines: Sequence[Line]) -> str:
    """The lines as PDF says them, a style told only where it changes.

    A street map is thousands of strokes; by the canvas's own calls they took nine tenths of the
    time of a sheet.
    """
    parts: list[str] = []
    style = {"fill": "", "colour": "", "width": "", "dash": ""}

    def set_state(key: str, code: str) -> None:
        if style[key] != code:
            style[key] = code
            parts.append(code)

    paths: dict[int, str] = {}
    for line in lines:
        path = paths.get(id(line.points))
        if path is None:  # a street is drawn twice: its edge, then itself
            form = "%.2f %.2f m " + " ".join(["%.2f %.2f l"] * (len(line.points) - 1))
            path = paths[id(line.points)] = form % tuple(line.points.ravel().tolist())
        if line.fill:
            set_state("fill", f"{_rgb(line.fill)} rg")
            parts.append(f"{path} f*")
            continue
        set_state("colour", f"{_rgb(line.colour)} RG")
        set_state("width", f"{line.width:g} w")
        set_state("dash", f"[{' '.join(f'{step:g}' for step in line.dash)}] 0 d")
        parts.append(f"{path} S")
    return "\n".join([*parts, "[] 0 d"])


@cache
def ink(colour: str) -> Any:
    """The colour as ReportLab's own: told by its text, it is parsed anew for every stroke."""
    from reportlab.lib.colors import HexColor

    return HexColor(colour)


@cache
def _rgb(colour: str) -> str:
    """``#rrggbb`` as PDF's three shares."""
    return " ".join(f"{int(colour[i : i + 2], 16) / 255:.4g}" for i in (1, 3, 5))


def _disc(canvas: Any, disc: Disc) -> None:
    if disc.has_ring:
        canvas.setFillColor(ink("#111111"))
        canvas.circle(disc.x, disc.y, disc.radius + 2, stroke=0, fill=1)
    canvas.setFillColor(ink("#ffffff" if disc.is_hollow else disc.colour))
    canvas.setStrokeColor(ink(disc.colour if disc.is_hollow else "#ffffff"))
    canvas.setLineWidth(1.3)
    canvas.circle(disc.x, disc.y, disc.radius, stroke=1, fill=1)
    canvas.setFillColor(ink(disc.colour if disc.is_hollow else "#ffffff"))
    canvas.setFont(BOLD, disc.label_size)
    canvas.drawCentredString(disc.x, disc.y - disc.label_size * 0.35, visible(disc.label))
