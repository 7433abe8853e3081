"""What a row is made from, as a short hash: a row is kept while its origin is the same.

A folder of rows may be used again after the tables, the streets, the settings or the program have
changed; rows of what was there before are then made anew, and never shown as if they were of now.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping
from enum import Enum
from pathlib import Path
from typing import Any, Final

import numpy as np

from hemrunda.scale.packing import FORMAT

N_CHARACTERS: Final = 12


def origin_of(*things: Any) -> str:
    """The same for equal things, in whatever process; another for what differs in any field.

    Parameters
    ----------
    *things
        Plain values, dates, enums, arrays, and mappings, sets, sequences and dataclasses of them.

    Raises
    ------
    TypeError
        For anything else, whose text may tell where it lies in memory.
    """
    text = json.dumps([FORMAT, *map(_plain, things)], ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:N_CHARACTERS]


def _plain(thing: Any) -> Any:
    if isinstance(thing, Enum):
        return [type(thing).__name__, thing.name]
    if thing is None or isinstance(thing, str | int | float):
        return thing
    if dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        fields = ((field.name, getattr(thing, field.name)) for field in dataclasses.fields(thing))
        return [type(thing).__name__, [[name, _plain(value)] for name, value in fields]]
    if isinstance(thing, Mapping):
        return ["mapping", sorted(([_plain(k), _plain(v)] for k, v in thing.items()), key=str)]
    if isinstance(thing, frozenset | set):
        return ["set", sorted(map(_plain, thing), key=str)]
    if isinstance(thing, tuple | list):
        return [_plain(item) for item in thing]
    if isinstance(thing, np.ndarray):
        values = np.ascontiguousarray(thing)
        digest = hashlib.sha256(values.tobytes()).hexdigest()
        return ["array", str(values.dtype), list(values.shape), digest]
    if isinstance(thing, dt.date | dt.time | dt.timedelta | np.generic | Path):
        return [type(thing).__name__, str(thing)]
    raise TypeError(f"no origin of a {type(thing).__name__}")


def fingerprint(path: Path | None) -> str:
    """What is in a file, or in the files of a folder; empty where there is nothing."""
    from data.store import file_hash

    if path is None:
        return ""
    if path.is_file():
        return file_hash(path)
    return origin_of(
        sorted((file_path.name, file_hash(file_path)) for file_path in _files_in(path))
    )


def _files_in(folder: Path) -> Iterator[Path]:
    return (path for path in folder.glob("*") if path.is_file() and not path.name.startswith("."))
