"""A `Picture` on a page of paper, as vectors."""

from __future__ import annotations

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
    for line in picture.lines:
        _line(canvas, line)
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


def _line(canvas: Any, line: Line) -> None:
    path = canvas.beginPath()
    path.moveTo(*map(float, line.points[0]))
    for point in line.points[1:]:
        path.lineTo(*map(float, point))
    if line.fill:
        canvas.setFillColor(line.fill)
        canvas.drawPath(path, stroke=0, fill=1)
        return
    canvas.setStrokeColor(line.colour)
    canvas.setLineWidth(line.width)
    canvas.setDash(list(line.dash))
    canvas.drawPath(path, stroke=1, fill=0)
    canvas.setDash([])


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
