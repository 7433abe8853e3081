"""What is sent to a worker and back: bytes that tell nothing when somebody prints them."""

from __future__ import annotations

import pickle
import traceback
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from data.errors import HemrundaError
from hemrunda import __version__

FORMAT: Final = f"{__version__}/1"
"""What both sides must agree on; the number rises when a task or an answer changes its form."""
LEVEL: Final = 1
"""Of compression: a fifth of the bytes for a fortieth of an area's search; more costs more."""


@dataclass(frozen=True, slots=True, repr=False)
class Packed:
    """A task or an answer on its way. Its ``repr`` shows no byte of it, for logs that show it."""

    data: bytes
    format: str = FORMAT

    def __repr__(self) -> str:
        return f"<packed, {len(self.data)} bytes>"


def pack(thing: Any) -> Packed:
    """Pickle and compress."""
    return Packed(zlib.compress(pickle.dumps(thing, protocol=5), LEVEL))


def unpack(packed: Packed) -> Any:
    """What was packed; only ever of our own making, over a connection that both ends proved."""
    return pickle.loads(zlib.decompress(packed.data))  # noqa: S301


@dataclass(frozen=True, slots=True)
class Failed:
    """A task that gave no result, and why, in words that name nobody."""

    text: str
    is_skew: bool = False
    """Whether the worker runs another version of the program."""


def run_packed(function: Callable[[Any], Any], packed: Packed) -> Packed:
    """Make a packed task where we are; what goes wrong comes back as `Failed`, never raised.

    A raised error would stand in the worker's log with what the task held.
    """
    if packed.format != FORMAT:
        return pack(Failed(f"Arbetaren har version {FORMAT}, uppgiften {packed.format}.", True))
    return pack(attempted(function, unpack(packed)))


def attempted(function: Callable[[Any], Any], payload: Any) -> Any:
    """The function's result, or `Failed`."""
    try:
        return function(payload)
    except HemrundaError as error:
        return Failed(str(error))
    except MemoryError:
        return Failed("Minnet räckte inte.")
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        return Failed(f"{type(error).__name__} i {Path(last.filename).name}:{last.lineno}")
