"""The font of everything on paper: DejaVu Sans, embedded. It holds Swedish letters (I8).

It comes with Matplotlib and is read from there; nothing is fetched.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from data.errors import NotAvailableError

FONT, BOLD = "HemrundaSans", "HemrundaSans-Bold"


@cache
def register_fonts() -> None:
    """Make the fonts known to ReportLab.

    Raises
    ------
    NotAvailableError
        Where Matplotlib's fonts are missing.
    """
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    spec = find_spec("matplotlib")
    folder = Path(spec.origin or "").parent / "mpl-data" / "fonts" / "ttf" if spec else Path()
    if not (folder / "DejaVuSans.ttf").is_file():
        raise NotAvailableError("Typsnittet DejaVu Sans finns inte. Installera om Matplotlib.")
    pdfmetrics.registerFont(TTFont(FONT, folder / "DejaVuSans.ttf"))
    pdfmetrics.registerFont(TTFont(BOLD, folder / "DejaVuSans-Bold.ttf"))


def text_width(text: str, size: float, font: str = FONT) -> float:
    """Points that a text takes."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    return float(stringWidth(text, font, size))
