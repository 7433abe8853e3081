"""Small files read whole, with limits of kind and size: settings, decisions, plans, outlines.

A named pipe or a device would be waited for without end, and a file deep in brackets ends Python's
stack; both are damage like any other here.
"""

from __future__ import annotations

import errno
import json
import re
import tomllib
from pathlib import Path
from typing import Any, Final

MAX_BYTES: Final = 60_000_000


_PART: Final = r"""(?:(?<![\w-])[\w-]+|"[^"\n]*"|'[^'\n]*')"""
_DEEP_KEY: Final = re.compile(rf"(?:{_PART}[ \t]*\.[ \t]*){{20}}")


class NestedTooDeepError(ValueError):
    """A text whose parts lie deeper in each other than those of any settings."""


class IrregularFileError(ValueError):
    """A file that is no regular file, or larger than it may be."""


def regular_bytes(path: Path) -> bytes:
    """What a regular file of any size holds.

    Raises
    ------
    OSError
        Where it is no regular file, or cannot be read.
    """
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "no regular file")
    return path.read_bytes()


def regular_text(path: Path, max_bytes: int = MAX_BYTES) -> str:
    """The text of a regular file in UTF-8, with or without a byte order mark.

    Raises
    ------
    OSError
        Where it cannot be opened.
    ValueError
        Where it is no regular file, larger than ``max_bytes``, or not UTF-8.
    """
    if path.exists() and not path.is_file():
        raise IrregularFileError("no regular file")
    if path.stat().st_size > max_bytes:
        raise IrregularFileError("too large")
    return path.read_text(encoding="utf-8-sig")


def json_of(path: Path, max_bytes: int = MAX_BYTES) -> Any:
    """What a JSON file holds.

    Raises
    ------
    OSError
        Where it cannot be opened.
    ValueError
        Where it is no regular file, too large, no JSON, or nested too deep.
    """
    return parsed_json(regular_text(path, max_bytes))


def parsed_json(text: str) -> Any:
    """What a JSON text holds.

    Raises
    ------
    ValueError
        Where it is no JSON, or nested too deep.
    """
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("nested too deep") from None


def parsed_toml(text: str) -> dict[str, Any]:
    """What a TOML text holds.

    Raises
    ------
    NestedTooDeepError
        Where brackets or the parts of a key are nested too deep: the time that a key of n parts
        takes grows as the square of n.
    ValueError
        Where it is no TOML, or holds a number that no setting can be.
    """
    if _DEEP_KEY.search(text):
        raise NestedTooDeepError("nested too deep")
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise NestedTooDeepError("nested too deep") from None
