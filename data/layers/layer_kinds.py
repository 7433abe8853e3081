"""Which layers there are, and what each is called: in tables, folders and areas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from data.matter_model import LayerKind


@dataclass(frozen=True, slots=True)
class LayerWords:
    """What a layer is called.

    Attributes
    ----------
    folder : str
        Where its plan lies within the day's, and how a column of its areas begins in the table of
        other services' areas.
    area : str
        Its only area's name, where its staff name none.
    rows : str
        What its rows begin with in the receipt: ``natt`` for ``nattbesök``.
    title : str
        How a sentence about it begins.
    """

    folder: str
    area: str
    rows: str
    title: str


LAYERS: Final[dict[LayerKind, LayerWords]] = {
    "night": LayerWords("natt", "Natt", "natt", "Natten"),
    "alarm": LayerWords("larm", "Larm", "larm", "Larmteamet"),
    "homecoming": LayerWords("hemgang", "Hemgång", "hemgångs", "Hemgångsteamet"),
}
"""In the order in which they are planned."""

KIND_OF_FOLDER: Final = {words.folder: kind for kind, words in LAYERS.items()}
