"""Files that go into pages: our own scripts and styles, and others' checked by hash (J1)."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from importlib.resources import files

from data.errors import StoreError

_SOURCE_MAP = re.compile(r"\n?/[/*]# sourceMappingURL=[^\n]*")
_CSS_URL = re.compile(r"url\([^)]*\)")


@cache
def _hashes() -> dict[str, str]:
    lines = _read("vendored-sha256.txt").decode("ascii").splitlines()
    return {name: digest for digest, name in (line.split() for line in lines)}


def _read(name: str) -> bytes:
    return (files("maps") / "assets" / name).read_bytes()


@cache
def vendored_bytes(name: str) -> bytes:
    """A file of ``maps/assets``; files of others are compared with their SHA-256 first.

    Raises
    ------
    StoreError
        Where a file of others is not the one that was vendored.
    """
    content = _read(name)
    expected = _hashes().get(name)
    if expected is not None and hashlib.sha256(content).hexdigest() != expected:
        raise StoreError(f"Filen {name} i programmet är ändrad eller skadad. Installera om.")
    return content


@cache
def asset(name: str) -> str:
    """The text of ``maps/assets/<name>``, fit to stand inline in a page.

    Source-map comments and pictures by URL are taken out, since a page asks for nothing.

    Raises
    ------
    StoreError
        As `vendored_bytes`.
    """
    text = vendored_bytes(name).decode("utf-8").replace("\r\n", "\n")
    if name.endswith(".js"):
        return _SOURCE_MAP.sub("", text)
    if name.endswith(".css"):
        return _CSS_URL.sub("none", text)
    return text
