"""Charts as `Picture`s, for page and paper alike; readable in grey, values written out (I4)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from data.units import number_text
from maps.common.drawing import Disc, Line, Picture, Word

DARK, MID, LIGHT = "#1d3f66", "#7fa3c7", "#dde5ec"
INK = "#22262b"
ROW = 15.0


def bars(
    labels: Sequence[str],
    values: Sequence[float],
    before: Sequence[float | None] | None = None,
    *,
    width: float,
    digits: int = 0,
) -> Picture:
    """Lying bars with their values; a thin pale bar under each tells what was before."""
    left, right = 74.0, 52.0
    most = max([*values, *(b for b in before or () if b is not None)], default=1.0) or 1.0
    scale = (width - left - right) / most
    height = ROW * len(values) + 10
    mean_x = left + sum(values) / max(1, len(values)) * scale
    lines: list[Line] = []
    words: list[Word] = []
    for i, (label, value) in enumerate(zip(labels, values, strict=True)):
        y = height - 5 - ROW * (i + 0.5)
        was = before[i] if before is not None else None
        if was is not None:
            lines.append(_box(left, y - 6, left + was * scale, y - 3, MID))
        lines.append(_box(left, y - 2.5, left + value * scale, y + 5.5, DARK))
        words.append(Word(left - 5, y + 1, 0, 7.5, label[:14], "end"))
        shown = number_text(value, digits)
        x = left + value * scale + 4
        # A number that the line of the mean would strike through stands after it.
        is_struck = x - 3 < mean_x < x + 6 * len(shown)
        words.append(Word(mean_x + 4 if is_struck else x, y + 1, 0, 7.5, shown, "start"))
    lines.append(Line(np.array([[mean_x, 4.0], [mean_x, height - 3]]), INK, 0.9, (3, 2)))
    return Picture(width, height, tuple(lines), tuple(words), ())


def load_curve(
    quarters: Sequence[str],
    at_clients: Sequence[float],
    on_the_way: Sequence[float],
    on_duty: Sequence[float],
    *,
    width: float,
    names: tuple[str, str, str],
) -> Picture:
    """Staff through the day: with clients, on the way above that, and the line of all on duty."""
    height, left, low, top = 170.0, 30.0, 18.0, 26.0
    n = len(quarters)
    most = max([*on_duty, *(a + b for a, b in zip(at_clients, on_the_way, strict=True))], default=1)
    step = (width - left - 8) / max(1, n)
    scale = (height - low - top) / max(1.0, most)
    lines: list[Line] = []
    words: list[Word] = []
    for q in range(n):
        x = left + q * step
        first = low + at_clients[q] * scale
        lines.append(_box(x, low, x + step, first, DARK))
        lines.append(_box(x, first, x + step, first + on_the_way[q] * scale, MID))
        if quarters[q].endswith(":00") and int(quarters[q][:2]) % 2 == 1:
            words.append(Word(x, low - 9, 0, 7.5, quarters[q]))
            lines.append(Line(np.array([[x, low - 3], [x, low]]), INK, 0.6))
    duty = [(left + (q + h) * step, low + on_duty[q] * scale) for q in range(n) for h in (0, 1)]
    if duty:
        lines.append(Line(np.array(duty), "#ffffff", 3.2))
        lines.append(Line(np.array(duty), INK, 1.6))
    for value in _ticks(most):
        y = low + value * scale
        lines.insert(0, Line(np.array([[left, y], [width - 8, y]]), "#d5d9de", 0.5))
        words.append(Word(left - 4, y, 0, 7.5, f"{value:g}", "end"))
    for i, (name, colour) in enumerate(zip(names, (DARK, MID, ""), strict=True)):
        x = left + i * (width - left) / 3
        lines.append(
            _box(x, height - 14, x + 12, height - 6, colour)
            if colour
            else Line(np.array([[x, height - 10], [x + 12, height - 10]]), INK, 1.6)
        )
        words.append(Word(x + 16, height - 10, 0, 7.5, name, "start"))
    return Picture(width, height, tuple(lines), tuple(words), ())


def front(
    moved: Sequence[int],
    gain_pct: Sequence[float],
    *,
    width: float,
    numbers: Sequence[int] | None = None,
) -> Picture:
    """Points of a redesign: clients who move along, share of the possible gain up, numbered."""
    height, left, low, top = 220.0, 40.0, 26.0, 16.0
    most = max([*moved, 1])
    x = [left + (width - left - 20) * n / most for n in moved]
    y = [low + (height - low - top) * max(0.0, share) / 100 for share in gain_pct]
    lines = [Line(np.array([[left, low], [width - 8, low]]), INK, 0.8)]
    words = []
    for share in (0, 50, 100):
        line_y = low + (height - low - top) * share / 100
        lines.append(Line(np.array([[left, line_y], [width - 8, line_y]]), LIGHT, 0.6))
        words.append(Word(left - 5, line_y, 0, 7.5, f"{share} %", "end"))
    for tick in _ticks(float(most)):
        tick_x = left + (width - left - 20) * tick / most
        words.append(Word(tick_x, low - 10, 0, 7.5, f"{tick:.0f}", "middle"))
    lines.append(Line(np.column_stack([x, y]), MID, 1.6))
    shown = numbers if numbers is not None else range(1, 1 + len(x))
    discs = [Disc(x[i], y[i], 7.0, DARK, str(n)) for i, n in enumerate(shown)]
    return Picture(width, height, tuple(lines), tuple(words), tuple(discs))


def scatter(x: NDArray[np.float64], y: NDArray[np.float64], *, width: float) -> Picture:
    """Plans by two measures that pull against each other, numbered; axes from least to most."""
    height, left, low, top = 240.0, 46.0, 26.0, 16.0
    lines = [
        Line(np.array([[left, low], [width - 8, low]]), INK, 0.8),
        Line(np.array([[left, low], [left, height - top]]), INK, 0.8),
    ]
    words = []
    across, up = _spread(x, left + 14, width - 20), _spread(y, low + 14, height - top - 6)
    for values, places, is_across in ((x, across, True), (y, up, False)):
        for i in sorted({int(values.argmin()), int(values.argmax())}):
            text = number_text(float(values[i]), 1 if values.max() < 100 else 0)
            word_place = (places[i], low - 10) if is_across else (left - 5, places[i])
            words.append(Word(*word_place, 0, 7.5, text, "middle" if is_across else "end"))
    most_shown = 60  # more numbers than this cover each other on a page of this width
    size = 7.0 if len(x) <= most_shown else 2.5
    discs = [
        Disc(across[i], up[i], size, DARK, str(i + 1) if len(x) <= most_shown else "")
        for i in range(len(x))
    ]
    return Picture(width, height, tuple(lines), tuple(words), tuple(discs))


def _spread(values: NDArray[np.float64], first: float, last: float) -> list[float]:
    """Places between ``first`` and ``last`` in proportion."""
    least, most = float(values.min()), float(values.max())
    return [first + (last - first) * (v - least) / max(most - least, 1e-9) for v in values.tolist()]


def _ticks(most: float) -> list[float]:
    step = next((s for s in (1, 2, 5, 10, 20, 50, 100, 200, 500) if most / s <= 6), 1000)
    return [float(v) for v in range(0, int(most) + 1, step)]


def _box(x1: float, y1: float, x2: float, y2: float, fill: str) -> Line:
    return Line(np.array([[x1, y1], [x2, y1], [x2, y2], [x1, y2]]), "", 0.0, fill=fill)
