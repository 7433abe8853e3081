"""A round as GPX 1.1: a waypoint for each stop, and the way as a track (G8: instead of links)."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np

from data.atomic import write_bytes
from maps.common.lonlat import lonlat
from maps.common.sanitising import visible
from maps.common.texts import texts
from maps.paper.sheet_view import Sheet
from maps.paper.sheet_words import heading, times, what

NAMESPACE = "http://www.topografix.com/GPX/1/1"


def write_gpx(path: Path, sheet: Sheet, *, epsg: int, language: str = "sv") -> None:
    """Write the sheet's stops and way. ``epsg`` is the CRS of the sheet's metres.

    Raises
    ------
    StoreError
        Where the file cannot be written.
    """
    words = texts(language)
    root = ET.Element("gpx", {"version": "1.1", "creator": "Hemrunda", "xmlns": NAMESPACE})
    metadata = ET.SubElement(root, "metadata")
    ET.SubElement(metadata, "name").text = visible(heading(sheet, words))
    for stop in sheet.visits:
        if not np.isfinite([stop.x, stop.y]).all():
            continue
        point = ET.SubElement(root, "wpt", _at(np.array([[stop.x, stop.y]]), epsg)[0])
        ET.SubElement(point, "name").text = visible(f"{stop.number}. {stop.client_id}")
        described = f"{times(stop, words)} {what(stop, words)} {stop.address}".strip()
        ET.SubElement(point, "desc").text = visible(described)
    legs = [stop.path for stop in sheet.stops if len(stop.path) > 1]
    if legs:
        track = ET.SubElement(root, "trk")
        ET.SubElement(track, "name").text = visible(heading(sheet, words))
        for leg in legs:
            segment = ET.SubElement(track, "trkseg")
            for place in _at(leg, epsg):
                ET.SubElement(segment, "trkpt", place)
    ET.indent(root)
    write_bytes(Path(path), ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _at(xy: np.ndarray, epsg: int) -> list[dict[str, str]]:
    return [{"lat": f"{lat:.6f}", "lon": f"{lon:.6f}"} for lon, lat in lonlat(xy, epsg)]
