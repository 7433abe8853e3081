"""The font of everything on paper: DejaVu Sans, embedded. It holds Swedish letters (I8).

The two files lie in ``maps/assets`` with their licence, and are checked by hash when read.
"""

from __future__ import annotations

import zlib
from functools import cache, lru_cache
from io import BytesIO
from typing import Any, Final

from maps.common.vendored import vendored_bytes

FONT, BOLD = "HemrundaSans", "HemrundaSans-Bold"
ALPHABET: Final = "ÄÅÉÖÜäåæéöøü·–—’“”…→↓×½°−⌂●©"
"""What every paper's fonts hold beside ASCII, so that papers of one run share them."""


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
        font = TTFont(name, BytesIO(vendored_bytes(file)))
        _share(font.face)
        pdfmetrics.registerFont(font)


def _share(face: Any) -> None:
    """Let papers with the same letters hold the same font, cut and packed once."""
    add_own = face.addSubsetObjects

    @lru_cache(maxsize=8)
    def packed(letters: tuple[int, ...]) -> tuple[int, bytes]:
        cut = face.makeSubset(list(letters))
        return len(cut), zlib.compress(cut)

    def add(doc: Any, name: str, letters: list[int]) -> Any:
        length, content = packed(tuple(letters))
        own, face.makeSubset = face.makeSubset, lambda _: content
        try:
            reference = add_own(doc, name, letters)
        finally:
            face.makeSubset = own
        held = doc.idToObject[f"fontFile:{face.filename}({name})"]
        held.dictionary["Length1"] = length
        held.dictionary["Filter"] = "/FlateDecode"
        return reference

    face.addSubsetObjects = add


def encoded(canvas: Any, text: str, font: str = FONT) -> list[tuple[str, str]]:
    """The text as PDF writes it on this canvas: each part's font there, and its letters."""
    from reportlab.pdfbase import pdfmetrics

    known, doc = pdfmetrics.getFont(font), canvas._doc
    if doc not in known.state:
        known.splitString(ALPHABET, doc)
    if SHARED.issuperset(text):
        return [(known.getSubsetInternalName(0, doc), _letters(font, text))]
    return [
        (known.getSubsetInternalName(part, doc), "".join(map(_octet, octets)))
        for part, octets in known.splitString(text, doc)
    ]


SHARED: Final = frozenset(ALPHABET) | frozenset(map(chr, range(32, 127)))


@lru_cache(maxsize=65536)
def _letters(font: str, text: str) -> str:
    table = _table(font)
    return "".join([table[letter] for letter in text])


@cache
def _table(font: str) -> dict[str, str]:
    """Each letter that all papers share as it is written."""
    from reportlab.pdfbase import pdfmetrics

    class Paper:
        """Stands for a document: in each the letters get the same numbers."""

    known, paper = pdfmetrics.getFont(font), Paper()
    known.splitString(ALPHABET, paper)
    return {letter: _octet(known.state[paper].assignments[ord(letter)]) for letter in SHARED}


def _octet(code: int) -> str:
    letter = chr(code)
    if letter in "\\()":
        return f"\\{letter}"
    return letter if 32 <= code < 127 else f"\\{code:03o}"


@lru_cache(maxsize=65536)
def text_width(text: str, size: float, font: str = FONT) -> float:
    """Points that a text takes."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    return float(stringWidth(text, font, size))
