"""A `Picture` on a page of paper, as vectors."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maps.common.drawing import Disc, Line, Picture, Points, Word, point_texts
from maps.common.fonts import BOLD, FONT, text_width
from maps.common.sanitising import visible
from maps.paper.pdf_code import circle_code, put, rgb, text_code


def draw_picture(
    canvas: Any, picture: Picture, x: float, y: float, ground: str = "#f7f5f0"
) -> None:
    """Draw with the lower left corner at ``x``, ``y``; nothing goes beyond the frame."""
    width, height = picture.width, picture.height
    put(
        canvas,
        f"q 1 0 0 1 {x:.3f} {y:.3f} cm 0 0 {width:.3f} {height:.3f} re W n "
        f"{rgb(ground)} rg 0 0 {width:.3f} {height:.3f} re f 1 J 1 j",
    )
    put(canvas, _strokes(picture.lines))
    for word in picture.words:
        put(canvas, _word(canvas, word))
    for disc in picture.discs:
        put(canvas, _disc(canvas, disc))
    put(canvas, "Q")
    frame = f"{x:.3f} {y:.3f} {width:.3f} {height:.3f}"
    put(canvas, f"{rgb('#9aa3ad')} RG 0.6 w {frame} re S")


FINE = 100
"""Parts of a unit in which lines are told: whole numbers are shorter to write and to pack."""


def _strokes(lines: Sequence[Line]) -> str:
    """The lines as PDF says them, a style told only where it changes.

    A street map is thousands of strokes; by the canvas's own calls they took nine tenths of the
    time of a sheet.
    """
    parts: list[str] = ["q 0.01 0 0 0.01 0 0 cm"]
    style = {"fill": "", "colour": "", "width": "", "dash": ""}

    def set_state(key: str, code: str) -> None:
        if style[key] != code:
            style[key] = code
            parts.append(code)

    paths = point_texts(lines, _path_form, _fine)
    for line in lines:
        path = paths[id(line.points)]
        if line.fill:
            set_state("fill", f"{rgb(line.fill)} rg")
            parts.append(f"{path} f*")
            continue
        set_state("colour", f"{rgb(line.colour)} RG")
        set_state("width", f"{FINE * line.width:g} w")
        set_state("dash", f"[{' '.join(f'{FINE * step:g}' for step in line.dash)}] 0 d")
        parts.append(f"{path} S")
    return "\n".join([*parts, "Q"])


def _fine(points: Points) -> NDArray[np.int64]:
    return np.rint(points * FINE).astype(np.int64)


@lru_cache(maxsize=1024)
def _path_form(n_points: int) -> str:
    return "%d %d m" + " %d %d l" * (n_points - 1)


def _word(canvas: Any, word: Word) -> str:
    text = visible(word.text)
    share = {"start": 0.0, "middle": 0.5, "end": 1.0}[word.anchor]
    along = -share * text_width(text, word.size)
    down = -word.size * 0.35
    turn = (math.cos(math.radians(word.angle)), math.sin(math.radians(word.angle)))
    where = (
        word.x + along * turn[0] - down * turn[1],
        word.y + along * turn[1] + down * turn[0],
    )
    return text_code(canvas, where, text, word.size, FONT, "#46413a", turn)


def _disc(canvas: Any, disc: Disc) -> str:
    parts = []
    if disc.has_ring:
        parts.append(circle_code(disc.x, disc.y, disc.radius + 2, "#111111"))
    inside, outside = ("#ffffff", disc.colour) if disc.is_hollow else (disc.colour, "#ffffff")
    parts.append(circle_code(disc.x, disc.y, disc.radius, inside, outside))
    size, label = disc.label_size, visible(disc.label)
    where = (disc.x - text_width(label, size, BOLD) / 2, disc.y - size * 0.35)
    parts.append(text_code(canvas, where, label, size, BOLD, outside))
    return " ".join(parts)
