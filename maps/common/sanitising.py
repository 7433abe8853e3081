"""Users' text made fit for paper, XML and calendars, where not every character may stand."""

from __future__ import annotations

import re
import unicodedata

_UNFIT = re.compile(
    "[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_SLUG = re.compile(r"[^A-Za-z0-9_-]+")
_RESERVED = {"con", "prn", "aux", "nul", *(f"{d}{i}" for d in ("com", "lpt") for i in range(1, 10))}
SLUG_MAX = 60


def visible(text: str) -> str:
    """The text with control, direction and lone surrogate characters shown as U+FFFD (F6, F10)."""
    return _UNFIT.sub("\ufffd", text)


def slug(text: str) -> str:
    """A file name's middle made of an id: ASCII letters, digits, ``-`` and ``_`` only (F11).

    Different ids may give the same slug; whoever names files adds a number.
    """
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    made = _SLUG.sub("-", bare).strip("-")[:SLUG_MAX]
    return f"id-{made}" if not made or made.lower() in _RESERVED else made
