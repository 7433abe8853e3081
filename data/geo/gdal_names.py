"""Names of files as GDAL's reader of names takes them: exactly, wherever the user's folder lies.

pyogrio looks for more in a name than a file: what stands after a ``!`` is sought inside an archive
(so that a plan in ``!Planering`` would be written beside it), a first folder ``http:`` is fetched,
what stands after a ``;`` and every line end is lost. A name with any of these is handed over as a
link with a plain name, in a folder of its own that is gone afterwards.
"""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from data.atomic import PREFIX

_ODD: Final = re.compile(r"[\x00-\x1f\x7f!;]|^//|^/vsi|\.(zip|tar|tgz|gz|kmz)([/\\]|$)", re.I)
_STEM: Final = "fil"


def is_plain(name: str) -> bool:
    """Whether a whole path is nothing but a path to GDAL."""
    return _ODD.search(name) is None


@contextlib.contextmanager
def named_for_gdal(path: Path) -> Iterator[str]:
    """A name of ``path`` that means that file and nothing else.

    One that is not there yet is made under it, where its own name is plain (ours are).

    Raises
    ------
    OSError
        Where the name is odd and the system makes no links.
    """
    whole = os.path.abspath(path)  # noqa: PTH100 (a link's folder is itself)
    if is_plain(whole):
        yield whole
        return
    with tempfile.TemporaryDirectory(prefix=PREFIX) as place:
        folder = Path(place) / "mapp"
        folder.symlink_to(Path(whole).parent, target_is_directory=True)
        if is_plain(f"/{path.name}"):
            yield str(folder / path.name)
            return
        for beside in Path(whole).parent.iterdir():  # the parts of a Shapefile
            if beside.stem == path.stem:
                (Path(place) / f"{_STEM}{beside.suffix}").symlink_to(beside)
        yield str(Path(place) / f"{_STEM}{path.suffix}")
