"""A `Picture` as SVG that stands in a page: numbers, and text escaped for markup."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from maps.common.drawing import Disc, Line, Picture, Points, point_texts
from maps.common.sanitising import visible


def svg(
    picture: Picture,
    label: str,
    ground: str = "#f4f1ea",
    links: Mapping[str, tuple[str, str]] | None = None,
) -> str:
    """The picture as an ``<svg>`` element named ``label`` for those who cannot see it.

    ``links`` leads from a disc, by its label, to a place of the page, with what it is called; a
    picture with links is a group, not one image.
    """
    role = "group" if links else "img"
    parts = [
        f'<svg viewBox="0 0 {picture.width:.0f} {picture.height:.0f}" role="{role}" '
        f'aria-label="{html.escape(visible(label))}">',
        f'<rect width="{picture.width:.0f}" height="{picture.height:.0f}" fill="{ground}"/>',
        *_lines(picture.lines, picture.height),
    ]
    for word in picture.words:
        y = picture.height - word.y
        parts.append(
            f'<text x="{word.x:.1f}" y="{y:.1f}" font-size="{word.size}" fill="#46413a" '
            f'text-anchor="{word.anchor}" dominant-baseline="central" '
            f'transform="rotate({-word.angle:.1f} {word.x:.1f} {y:.1f})">'
            f"{html.escape(visible(word.text))}</text>"
        )
    parts += [_linked(disc, picture.height, links or {}) for disc in picture.discs]
    return "\n".join([*parts, "</svg>"])


def _linked(disc: Disc, height: float, links: Mapping[str, tuple[str, str]]) -> str:
    drawn = _disc(disc, height)
    if disc.label not in links:
        return drawn
    target, name = (html.escape(visible(text)) for text in links[disc.label])
    return f'<a href="{target}" aria-label="{name}">{drawn}</a>'


def _lines(lines: Sequence[Line], height: float) -> Iterator[str]:
    """Each line; the points of a street, which is drawn twice, are written once."""

    def flipped(points: Points) -> NDArray[np.float64]:
        xy = points.astype(np.float64)
        xy[:, 1] = height - xy[:, 1]
        return xy

    written = point_texts(lines, _points_form, flipped)
    for line in lines:
        yield _line(line, written[id(line.points)])


@lru_cache(maxsize=1024)
def _points_form(n_points: int) -> str:
    return " ".join(["%.1f,%.1f"] * n_points)


def _line(line: Line, points: str) -> str:
    if line.fill:
        return f'<polygon points="{points}" fill="{line.fill}"/>'
    dash = f' stroke-dasharray="{" ".join(f"{d:g}" for d in line.dash)}"' if line.dash else ""
    return (
        f'<polyline points="{points}" fill="none" stroke="{line.colour}" '
        f'stroke-width="{line.width:g}" stroke-linejoin="round" stroke-linecap="round"{dash}/>'
    )


def _disc(disc: Disc, height: float) -> str:
    y = height - disc.y
    ring = f'<circle cx="{disc.x:.1f}" cy="{y:.1f}" r="{disc.radius + 2:g}" fill="#111111"/>'
    ink = disc.colour if disc.is_hollow else "#ffffff"
    fill = "#ffffff" if disc.is_hollow else disc.colour
    return (
        (ring if disc.has_ring else "")
        + f'<circle cx="{disc.x:.1f}" cy="{y:.1f}" r="{disc.radius:g}" fill="{fill}" '
        f'stroke="{disc.colour if disc.is_hollow else "#ffffff"}" stroke-width="1.4"/>'
        f'<text x="{disc.x:.1f}" y="{y:.1f}" font-size="{disc.label_size:.2f}" font-weight="700" '
        f'fill="{ink}" text-anchor="middle" dominant-baseline="central">'
        f"{html.escape(visible(disc.label))}</text>"
    )
