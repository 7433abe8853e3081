"""Named arrays in one file that is memory-mapped when read and refused when it is not whole.

Layout: 8 bytes of magic, 8 bytes with the header's length, 16 with its BLAKE2 digest, the header
as JSON, and the arrays end to end, each at a multiple of 64 bytes. The header holds a digest of
the arrays, so a flipped bit or a cut file is found before anything is computed from it (faults.md
B9).
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from data.atomic import replacing
from data.errors import NetworkError

MAGIC: Final = b"HEMRNET1"
_N_START: Final = 32
_ALIGN: Final = 64


def write_arrays(path: Path, meta: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> str:
    """Write the file atomically; return the digest of its arrays."""
    layout: dict[str, Any] = {}
    chunks: list[bytes] = []
    position = 0
    for name, values in arrays.items():
        solid = np.ascontiguousarray(values)
        content = solid.tobytes()
        padding = -len(content) % _ALIGN
        layout[name] = [solid.dtype.str, list(solid.shape), position]
        chunks += [content, b"\0" * padding]
        position += len(content) + padding
    digest = hashlib.blake2b(b"".join(chunks), digest_size=16).hexdigest()
    head = {"meta": dict(meta), "arrays": layout, "n_bytes": position, "digest": digest}
    header = json.dumps(head, ensure_ascii=False).encode()
    header += b" " * (-(len(header) + _N_START) % _ALIGN)
    with replacing(path) as temporary, temporary.open("wb") as out:
        out.write(MAGIC + struct.pack("<Q", len(header)) + _digest(header) + header)
        out.writelines(chunks)
    return digest


def _digest(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=16).digest()


def read_arrays(path: Path) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Map the file; return its meta data (with ``digest``) and its arrays.

    The arrays are copy-on-write maps: writeable as the kernels' signatures want, while the file
    never changes.

    Raises
    ------
    NetworkError
        Where the file is missing, foreign, truncated or altered.
    """
    if not path.exists():
        raise NetworkError(f"Filen {path.name} finns inte.")
    if not path.is_file():
        raise NetworkError(f"{path.name} är ingen vanlig fil. Ange nätfilen själv.")
    n_file = path.stat().st_size
    with path.open("rb") as source:
        start = source.read(_N_START)
        if len(start) < _N_START or start[:8] != MAGIC:
            raise NetworkError(
                f"{path.name} är ingen nätfil från Hemrunda eller en annan version. Gör en med "
                "hemrunda network build."
            )
        n_header = struct.unpack("<Q", start[8:16])[0]
        if n_header > n_file:
            raise NetworkError(f"{path.name} är avhuggen. Bygg nätet på nytt.")
        text = source.read(n_header)
        if _digest(text) != start[16:]:
            raise NetworkError(f"{path.name} är skadad. Bygg nätet på nytt.")
    try:
        return _mapped(path, _N_START + n_header, n_file, json.loads(text))
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError,
            RecursionError) as error:  # fmt: skip
        raise NetworkError(f"{path.name} är skadad. Bygg nätet på nytt.") from error


def _mapped(
    path: Path, offset: int, n_file: int, header: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Meta data and arrays by a header; plain numbers alone, and all within the file."""
    if n_file != offset + header["n_bytes"]:
        raise NetworkError(f"{path.name} är avhuggen. Bygg nätet på nytt.")
    mapped = np.memmap(path, np.uint8, "c") if n_file else np.zeros(0, np.uint8)
    if hashlib.blake2b(mapped.data[offset:], digest_size=16).hexdigest() != header["digest"]:
        raise NetworkError(f"{path.name} är skadad. Bygg nätet på nytt.")
    arrays: dict[str, NDArray[Any]] = {}
    for name, (dtype, shape, position) in header["arrays"].items():
        n_bytes = int(np.dtype(dtype).itemsize * np.prod(shape, dtype=np.int64))
        is_inside = position >= 0 and 0 <= n_bytes <= header["n_bytes"] - position
        if np.dtype(dtype).kind not in "iufb" or not is_inside:
            raise ValueError("no array of numbers within the file")
        part = mapped[offset + position : offset + position + n_bytes]
        arrays[name] = np.asarray(part.view(dtype).reshape(shape))
    return {**header["meta"], "digest": header["digest"]}, arrays
