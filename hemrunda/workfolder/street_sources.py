"""Where a street network is built from: an extract, a part of one, a graph, a GeoPackage."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data.errors import SettingsError
from data.osm import is_osm_name
from data.progress import Progress
from data.streets import StreetNetwork

if TYPE_CHECKING:
    from routing.network.area_cut import AreaCut


@dataclass(frozen=True)
class StreetSource:
    """What the command line named.

    Attributes
    ----------
    osm, graphml, gpkg : Path, optional
        One of them, or none where an extract lies in ``folder``.
    place : str
        The municipality to cut out of an extract; empty for the whole.
    outline : Path, optional
        A file with its outline, where the extract does not have it whole.
    box : str
        West, south, east, north in degrees, or in metres of ``epsg``.
    """

    osm: Path | None = None
    graphml: Path | None = None
    gpkg: Path | None = None
    place: str = ""
    outline: Path | None = None
    box: str = ""

    def load(self, epsg: int, progress: Progress, folder: Path) -> StreetNetwork:
        """Build the network.

        Raises
        ------
        SettingsError
            Where the options do not say one thing, or the place is not found.
        NetworkError
            Where the file cannot be read as streets.
        """
        from routing.network import load_geopackage, load_graphml, load_osm

        named = [path for path in (self.osm, self.graphml, self.gpkg) if path is not None]
        if len(named) > 1:
            raise SettingsError("Ange bara en av --osm, --graphml och --gpkg.")
        is_cut = bool(self.place or self.outline or self.box)
        if is_cut and (self.graphml or self.gpkg):
            raise SettingsError("--place, --outline och --box skär ur ett OSM-utdrag (--osm).")
        if self.graphml is not None:
            return load_graphml(self.graphml, epsg=epsg)
        if self.gpkg is not None:
            return load_geopackage(self.gpkg, epsg=epsg)
        extract = self.osm or extract_in(folder)
        return load_osm(
            extract, epsg=epsg, area=self._cut(extract, epsg, progress), progress=progress
        )

    def _cut(self, extract: Path, epsg: int, progress: Progress) -> AreaCut | None:
        from data.geo.outline import read_area
        from routing.network.area_cut import AreaCut

        if self.box and (self.outline or self.place):
            raise SettingsError("Ange antingen --box eller --place och --outline.")
        if self.box:
            return AreaCut(box_area(self.box, epsg), "ruta")
        if not (self.place or self.outline):
            return None
        progress.report(0.0, f"Letar upp {self.place or 'området'}")
        try:
            area = read_area(self.outline or extract, self.place)
        except SettingsError as error:
            if self.outline:
                raise
            raise SettingsError(
                f"{error} Ange gränsen med --outline FIL, eller en ruta med --box."
            ) from None
        return AreaCut(area, self.place or (self.outline or extract).name)


def extract_in(folder: Path) -> Path:
    """The only extract that lies in a folder.

    Raises
    ------
    SettingsError
        Where there is none, or several.
    """
    extracts = sorted(
        path for path in folder.iterdir() if path.is_file() and is_osm_name(path.name)
    )
    if len(extracts) == 1:
        return extracts[0]
    if not extracts:
        raise SettingsError(
            "Ange ett OSM-utdrag på disken med --osm, till exempel länets .osm.pbf. "
            "Guiden säger var det hämtas."
        )
    names = ", ".join(path.name for path in extracts[:5])
    raise SettingsError(f"Här ligger flera utdrag ({names}). Ange ett av dem med --osm.")


def box_area(text: str, epsg: int) -> Any:
    """The area of ``west,south,east,north``, in degrees or in metres of ``epsg``, as degrees.

    Raises
    ------
    SettingsError
    """
    import numpy as np
    import shapely

    from data.geo import crs

    try:
        west, south, east, north = (float(part) for part in text.replace(";", ",").split(","))
    except ValueError:
        raise SettingsError(
            "--box ska vara fyra tal: väst,syd,öst,nord i grader (12.1,56.8,12.9,57.2) eller meter."
        ) from None
    if not (west < east and south < north):
        raise SettingsError("--box ska vara väst,syd,öst,nord: väst före öst och syd före nord.")
    box = shapely.box(west, south, east, north)
    if abs(east) <= 180 and abs(north) <= 90:
        return box
    dense = shapely.segmentize(box, max(east - west, north - south) / 20)

    def moved(xy: Any) -> Any:
        return np.column_stack(crs.transform(xy[:, 0], xy[:, 1], epsg, crs.EPSG_WGS84))

    return shapely.transform(dense, moved)
