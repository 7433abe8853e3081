"""What reports are made of: headings, texts, tables and charts, the same on page and paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from data.units import number_text
from maps.common.drawing import Picture

CHART_WIDTH = 520.0


@dataclass(frozen=True, slots=True)
class Heading:
    """Begins a section."""

    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """``shares`` are the columns' parts of the width; columns from ``n_text`` on are numbers."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    shares: tuple[float, ...]
    n_text: int = 1


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture with a text for those who cannot see it."""

    picture: Picture
    label: str


Part = Heading | Text | Table | Chart


def number(value: float | None, digits: int) -> str:
    """As Swedes write it; – where there is none."""
    return number_text(value, digits)


def change_text(
    was: float | None, now: float | None, digits: int, better: int, words: Mapping[str, str]
) -> str:
    """The change in words; ``better`` is 1 or -1 where more or less is better."""
    if was is None or now is None:
        return "–"
    step = now - was
    if round(step, digits) == 0:
        return words["unchanged"]
    text = f"{'+' if step > 0 else '−'}{number(abs(step), digits)}"
    if not better:
        return text
    return f"{text} {words['is_better' if step * better > 0 else 'is_worse']}"
