"""Coordinates of clients and bases: from degrees, from a declared system, or from an address.

Whole columns are judged, never one row in silence: swapped columns and wrong zones stop the
reading and say what to do (faults.md B1–B5). Points without a place are faults, never routed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from data.geo import crs
from data.streets import AddressPoint
from data.tables.parsed import BAD, Findings, ParsedSheet

if TYPE_CHECKING:
    from data.addresses import Answer, Query


@dataclass(frozen=True)
class PlaceRules:
    """What the points are checked against.

    Attributes
    ----------
    from_epsg : int
        System of the E and N columns, as declared.
    to_epsg : int
        System of the municipality.
    is_declared : bool
        Whether the user named ``from_epsg``.
    bounds : tuple of float, optional
        West, south, east, north in ``to_epsg``.
    addresses : sequence of AddressPoint
        The register, in ``to_epsg``.
    decisions : mapping of str to tuple of float
        What the planner has decided of addresses before (`data.tables.address_lists`).
    outline : Area, optional
        The municipality's own, in ``to_epsg`` (`data.geo.outline`).
    """

    from_epsg: int
    to_epsg: int
    is_declared: bool
    bounds: crs.Bounds | None
    addresses: Sequence[AddressPoint]
    decisions: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    outline: crs.Area | None = None

    @property
    def where(self) -> crs.Bounds | crs.Area | None:
        """What most points must lie within: the outline, else the street network's bounds."""
        return self.outline or self.bounds


Points = tuple[NDArray[np.float64], NDArray[np.float64]]


def place(sheet: ParsedSheet, rules: PlaceRules, findings: Findings) -> Points:
    """East and north of every row in the municipality's system; NaN where a row has none.

    Every NaN has its fault in ``findings``.
    """
    n_rows = len(sheet.row_numbers)
    east, north = np.full(n_rows, np.nan), np.full(n_rows, np.nan)
    is_faulty = np.zeros(n_rows, dtype=bool)
    pairs = [
        ("x", "y", sheet.raw.epsg or _epsg_of_headers(sheet) or rules.from_epsg),
        ("lon", "lat", crs.EPSG_WGS84),
    ]
    for of_east, of_north, epsg in pairs:
        if of_east in sheet.columns and of_north in sheet.columns:
            _from_columns(
                sheet, (of_east, of_north), epsg, rules, findings, (east, north), is_faulty
            )
    if "address" in sheet.columns:
        _from_addresses(sheet, rules, findings, (east, north), is_faulty)
    for row in np.flatnonzero(np.isnan(east) & ~is_faulty):
        findings.faults.append(
            sheet.fault(sheet.row_numbers[row], "", "raden har ingen plats",
                        "Fyll i E och N, latitud och longitud, eller adress.")
        )  # fmt: skip
    return east, north


def homes(sheet: ParsedSheet, rules: PlaceRules, findings: Findings) -> Points:
    """East and north of each carer's home; NaN where none is given, which is no fault.

    Carers may live in another municipality: points far from the streets are not judged here, but
    told of by the travel times, and not used.
    """
    n_rows = len(sheet.row_numbers)
    points = np.full(n_rows, np.nan), np.full(n_rows, np.nan)
    names = ("home_x", "home_y")
    if all(name in sheet.columns for name in names):
        epsg = sheet.raw.epsg or _epsg_of_headers(sheet, names) or rules.from_epsg
        anywhere = replace(rules, bounds=None, outline=None)
        is_faulty = np.zeros(n_rows, dtype=bool)
        _from_columns(sheet, names, epsg, anywhere, findings, points, is_faulty)
    return points


def _epsg_of_headers(sheet: ParsedSheet, names: tuple[str, str] = ("x", "y")) -> int | None:
    """The system that the headers themselves name: "N (SWEREF 99 13 30)"."""
    for name in names:
        _, bracket, rest = sheet.headers.get(name, "").partition("(")
        if bracket:
            code = crs.epsg_of(rest.rstrip(") "))
            if code is not None and code != crs.EPSG_WGS84:
                return code
    return None


def _column(sheet: ParsedSheet, name: str) -> NDArray[np.float64]:
    return np.array(
        [value if isinstance(value, float) else np.nan for value in sheet.values(name)],
        dtype=np.float64,
    )


def _from_columns(
    sheet: ParsedSheet,
    names: tuple[str, str],
    epsg: int,
    rules: PlaceRules,
    findings: Findings,
    points: Points,
    is_faulty: NDArray[np.bool_],
) -> None:
    raw_east, raw_north = _column(sheet, names[0]), _column(sheet, names[1])
    given = np.array([value is not None for value in sheet.values(names[0])])
    given |= np.array([value is not None for value in sheet.values(names[1])])
    # 0 and 99999 are how systems write "unknown" (B5).
    both = np.isfinite(raw_east) & np.isfinite(raw_north)
    nowhere = both & (
        np.isin(raw_east, (0, 99999, 999999)) | np.isin(raw_north, (0, 99999, 999999))
    )
    for row in np.flatnonzero(nowhere | (given & ~both)):
        is_faulty[row] = True
        bad = BAD in (sheet.values(names[0])[row], sheet.values(names[1])[row])
        if not bad:
            findings.faults.append(
                sheet.fault(sheet.row_numbers[row], names[0],
                            "koordinaten är 0 eller påhittad" if nowhere[row] else
                            "bara den ena av två koordinater", "Fyll i båda, eller adressen.")
            )  # fmt: skip
    use = both & ~nowhere & np.isnan(points[0])
    if not use.any():
        return
    is_faulty_column = _judge(sheet, names, epsg, rules, findings, raw_east[use], raw_north[use])
    if is_faulty_column:
        is_faulty[use] = True
        return
    x, y = crs.transform(raw_east[use], raw_north[use], epsg, rules.to_epsg)
    used_idx = np.flatnonzero(use)
    lost = ~(np.isfinite(x) & np.isfinite(y))
    outside = _outside_sweden(raw_east[use], raw_north[use], epsg) | lost
    for row in used_idx[outside]:
        is_faulty[row] = True
        findings.faults.append(
            sheet.fault(sheet.row_numbers[row], names[0], "punkten ligger utanför Sverige",
                        "Rätta koordinaten, eller lämna den tom och fyll i adressen.")
        )  # fmt: skip
    far = np.zeros(len(used_idx), dtype=bool)
    for where, fault in (
        (rules.outline, "punkten ligger utanför kommunens gräns"),
        (rules.bounds, "punkten ligger mer än 2 km utanför vägnätet"),
    ):
        if where is None:
            continue
        new = ~outside & ~far & ~crs.inside(x, y, where)
        far |= new
        findings.warnings.extend(
            sheet.fault(sheet.row_numbers[row], names[0], fault, "Kontrollera koordinaten.",
                        warn=True)
            for row in used_idx[new]
        )  # fmt: skip
    points[0][used_idx[~outside]], points[1][used_idx[~outside]] = x[~outside], y[~outside]


def _outside_sweden(
    east: NDArray[np.float64], north: NDArray[np.float64], epsg: int
) -> NDArray[np.bool_]:
    if epsg == crs.EPSG_WGS84:
        of_east, of_north = crs.SWEDEN_LON, crs.SWEDEN_LAT
    elif epsg == crs.EPSG_RT90:
        of_east, of_north = crs.RT90_EAST_M, crs.NORTH_M
    elif epsg == crs.EPSG_SWEREF99_TM:
        of_east, of_north = crs.TM_EAST_M, crs.NORTH_M
    elif epsg in crs.NAMES:
        of_east, of_north = crs.ZONE_EAST_M, crs.NORTH_M
    else:
        return np.zeros(len(east), dtype=bool)  # another country's system: bounds decide
    return (east < of_east[0]) | (east > of_east[1]) | (north < of_north[0]) | (north > of_north[1])


def _judge(
    sheet: ParsedSheet,
    names: tuple[str, str],
    epsg: int,
    rules: PlaceRules,
    findings: Findings,
    east: NDArray[np.float64],
    north: NDArray[np.float64],
) -> bool:
    """Judge a pair of columns as a whole; True where it cannot be used (B1–B3)."""

    def stop(problem: str, allowed: str) -> bool:
        findings.faults.append(sheet.fault(0, names[0], problem, allowed))
        return True

    if sheet.raw.no_system and names[0] != "lon":
        return stop(
            sheet.raw.no_system,
            "Sätt lagrets koordinatsystem i GIS-programmet, till exempel SWEREF 99 TM.",
        )
    where = _where_to_say(sheet, names)
    if epsg not in crs.NAMES:
        return _judge_by_bounds(east, north, epsg, rules, where, stop)
    seen = crs.recognise(east, north)
    if seen.is_swapped and seen.kind != "unknown":
        pair = "longitud och latitud" if seen.kind == "degrees" else "E och N"
        return stop(f"kolumnerna {pair} verkar ha bytt plats",
                    "Byt plats på de två rubrikerna i hela tabellen.")  # fmt: skip
    wanted = {crs.EPSG_WGS84: "degrees", crs.EPSG_RT90: "rt90", crs.EPSG_SWEREF99_TM: "tm"}
    kind = wanted.get(epsg, "zone")
    if seen.kind not in {kind, "unknown"}:
        looks = {"degrees": "grader (WGS 84)", "rt90": "RT 90", "tm": "SWEREF 99 TM",
                 "zone": "en lokal SWEREF 99-zon"}[seen.kind]  # fmt: skip
        fits: tuple[int, ...] = ()
        if rules.where is not None:
            fits = crs.fitting(east, north, rules.where, rules.to_epsg)
        which = f"Ange {crs.names(fits)}" if fits else "Ange koordinatsystemet"
        return stop(f"koordinaterna ser ut som {looks}, inte {crs.name(epsg)}", f"{which} {where}.")
    return _judge_by_bounds(east, north, epsg, rules, where, stop)


def _where_to_say(sheet: ParsedSheet, names: tuple[str, str]) -> str:
    """Where the system of these points is said: what is said nearest to them counts."""
    if sheet.raw.epsg is not None:
        return "för lagret i GIS-programmet"
    if _epsg_of_headers(sheet, names) is not None:
        return "i kolumnernas rubriker, där det står nu"
    return "på bladet Kommun, kolumn Koordinatsystem"


def _judge_by_bounds(
    east: NDArray[np.float64],
    north: NDArray[np.float64],
    epsg: int,
    rules: PlaceRules,
    say: str,
    stop: Callable[[str, str], bool],
) -> bool:
    """Whether too few points lie in the municipality; names the systems in which they would."""
    if rules.where is None:
        return False
    x, y = crs.transform(east, north, epsg, rules.to_epsg)
    share = crs.share_inside(x, y, rules.where)
    if share >= crs.SHARE_INSIDE:
        return False
    fits = crs.fitting(east, north, rules.where, rules.to_epsg)
    advice = (
        f"I {crs.names(fits)} ligger de rätt: ange det {say}."
        if fits
        else "Fel koordinatsystem, fel kommun eller fel vägnät."
    )
    place = "inom vägnätets område" if rules.outline is None else "inom kommunens gräns"
    return stop(
        f"bara {100 * share:.0f} % av punkterna ligger {place}, läst som {crs.name(epsg)}",
        advice,
    )


def _from_addresses(
    sheet: ParsedSheet,
    rules: PlaceRules,
    findings: Findings,
    points: Points,
    is_faulty: NDArray[np.bool_],
) -> None:
    """Places of rows that have an address and no coordinates, from the register."""
    streets = sheet.values("address")
    rows = [
        row
        for row in np.flatnonzero(np.isnan(points[0]) & ~is_faulty).tolist()
        if isinstance(streets[row], str) and streets[row]
    ]
    for row in np.flatnonzero(np.isnan(points[0])).tolist():
        if streets[row] is BAD:
            is_faulty[row] = True
    if not rows:
        return
    if not rules.addresses and not rules.decisions:
        is_faulty[rows] = True
        findings.faults.append(
            sheet.fault(0, "address", f"{len(rows)} rader har adress men inga koordinater",
                        "Ange ett vägnät med adresser, eller kör hemrunda check addresses först.")
        )  # fmt: skip
        return
    from data.addresses import geocode

    dwellings = sheet.columns.setdefault("dwelling", [None] * len(streets))
    answers = geocode(queries_of(sheet, rows), rules.addresses, rules.decisions)
    column = sheet.column_read("address")
    if column is not None:
        column.n_corrected = sum(answer.method in ("folded", "fuzzy") for answer in answers)
        column.corrected = "adresser"
    for row, answer in zip(rows, answers, strict=True):
        if answer.is_accepted:
            points[0][row], points[1][row] = answer.x, answer.y
            dwellings[row] = dwellings[row] or _dwelling(streets[row], answer)
        else:
            is_faulty[row] = True
            findings.faults.append(
                sheet.fault(sheet.row_numbers[row], "address", answer.reason,
                            "Rätta den, ange koordinater, eller avgör i hemrunda check addresses.")
            )  # fmt: skip


def _dwelling(address: str, answer: Answer) -> str:
    """A flat where the address names one, else what the register knows of the house."""
    if re.search(r"\b(?:lgh|lägenhet|vån|våning|\d+ ?tr)\b", address, re.IGNORECASE):
        return "flat"
    return answer.candidates[0].dwelling if answer.candidates else "house"


def queries_of(sheet: ParsedSheet, rows: Sequence[int]) -> list[Query]:
    """The addresses of some rows, as questions to a register; the key is the client's own id."""
    from data.addresses import Query

    ids = sheet.values("client_id" if "client_id" in sheet.columns else "base_id")
    streets, postcodes = sheet.values("address"), sheet.values("postcode")
    cities = sheet.values("city")
    hidden = sheet.values("protected")
    return [
        Query(
            _text(ids[row]), _text(streets[row]), _text(postcodes[row]), _text(cities[row]),
            is_protected="client_id" in sheet.columns and hidden[row] is not False,
        )
        for row in rows
    ]  # fmt: skip


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
