"""A `Picture` on a page of paper, as vectors."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from maps.base.drawing import Disc, Line, Picture
from maps.base.fonts import BOLD, FONT
from maps.base.sanitising import visible


def draw_picture(
    canvas: Any, picture: Picture, x: float, y: float, ground: str = "#f7f5f0"
) -> None:
    """Draw with the lower left corner at ``x``, ``y``; nothing goes beyond the frame."""
    canvas.saveState()
    canvas.translate(x, y)
    frame = canvas.beginPath()
    frame.rect(0, 0, picture.width, picture.height)
    canvas.clipPath(frame, stroke=0, fill=0)
    canvas.setFillColor(ground)
    canvas.rect(0, 0, picture.width, picture.height, stroke=0, fill=1)
    canvas.setLineCap(1)
    canvas.setLineJoin(1)
    canvas._code.append(_strokes(picture.lines))
    for word in picture.words:
        canvas.saveState()
        canvas.translate(word.x, word.y)
        canvas.rotate(word.angle)
        canvas.setFont(FONT, word.size)
        canvas.setFillColor("#46413a")
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
    canvas.setStrokeColor("#9aa3ad")
    canvas.setLineWidth(0.6)
    canvas.rect(x, y, picture.width, picture.height, stroke=1, fill=0)


def _strokes(lines: Sequence[Line]) -> str:
    """The lines as PDF says them, a style told only where it changes.

    A street map is thousands of strokes; by the canvas's own calls they took nine tenths of the
    time of a sheet.
    """
    parts: list[str] = []
    style = {"fill": "", "colour": "", "width": "", "dash": ""}

    def tell(key: str, code: str) -> None:
        if style[key] != code:
            style[key] = code
            parts.append(code)

    for line in lines:
        (x, y), *others = line.points.tolist()
        path = f"{x:.2f} {y:.2f} m " + " ".join(f"{x:.2f} {y:.2f} l" for x, y in others)
        if line.fill:
            tell("fill", f"{_rgb(line.fill)} rg")
            parts.append(f"{path} f*")
            continue
        tell("colour", f"{_rgb(line.colour)} RG")
        tell("width", f"{line.width:g} w")
        tell("dash", f"[{' '.join(f'{step:g}' for step in line.dash)}] 0 d")
        parts.append(f"{path} S")
    return "\n".join([*parts, "[] 0 d"])


@cache
def _rgb(colour: str) -> str:
    """``#rrggbb`` as PDF's three shares."""
    return " ".join(f"{int(colour[at : at + 2], 16) / 255:.4g}" for at in (1, 3, 5))


def _disc(canvas: Any, disc: Disc) -> None:
    if disc.has_ring:
        canvas.setFillColor("#111111")
        canvas.circle(disc.x, disc.y, disc.radius + 2, stroke=0, fill=1)
    canvas.setFillColor("#ffffff" if disc.is_hollow else disc.colour)
    canvas.setStrokeColor(disc.colour if disc.is_hollow else "#ffffff")
    canvas.setLineWidth(1.3)
    canvas.circle(disc.x, disc.y, disc.radius, stroke=1, fill=1)
    canvas.setFillColor(disc.colour if disc.is_hollow else "#ffffff")
    canvas.setFont(BOLD, disc.label_size)
    canvas.drawCentredString(disc.x, disc.y - disc.label_size * 0.35, visible(disc.label))
