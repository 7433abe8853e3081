"""The font of everything on paper: DejaVu Sans, embedded. It holds Swedish letters (I8).

The two files lie in ``maps/assets`` with their licence, and are checked by hash when read.
"""

from __future__ import annotations

from functools import cache, lru_cache
from io import BytesIO

from maps.common.vendored import vendored_bytes

FONT, BOLD = "HemrundaSans", "HemrundaSans-Bold"


@cache
def register_fonts() -> None:
    """Make the fonts known to ReportLab.

    Raises
    ------
    StoreError
        Where a font's file has been changed.
    """
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for name, file in ((FONT, "DejaVuSans.ttf"), (BOLD, "DejaVuSans-Bold.ttf")):
        pdfmetrics.registerFont(TTFont(name, BytesIO(vendored_bytes(file))))


@lru_cache(maxsize=65536)
def text_width(text: str, size: float, font: str = FONT) -> float:
    """Points that a text takes."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    return float(stringWidth(text, font, size))
