"""What is asked of a register, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from data.streets import AddressPoint

Method = Literal["decided", "exact", "folded", "fuzzy", ""]


@dataclass(frozen=True, slots=True)
class Query:
    """An address to find; ``key`` is the caller's own.

    One that is protected, or not said not to be, is shown on no screen.
    """

    key: str
    address: str
    postcode: str = ""
    city: str = ""
    is_protected: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What the register says of one query.

    Attributes
    ----------
    key : str
    is_accepted : bool
    x, y : float
        Metres in the register's system; 0 where not accepted.
    reason : str
        Why it was not accepted, in Swedish and without the address.
    method : str
        How it was found; empty where not accepted.
    score : int
        0–100: 100 exact with postcode, less for each doubt.
    candidates : tuple of AddressPoint
        For review, best first, at most five.
    """

    key: str
    is_accepted: bool
    x: float
    y: float
    reason: str
    method: Method = ""
    score: int = 0
    candidates: tuple[AddressPoint, ...] = ()
