"""Where a server stands, what its tables are in doubt of, and the files that it has made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypedDict

from hemrunda.studio.shown.act_rows import CountedActs

if TYPE_CHECKING:
    from data.tables.mapping import OpenHeader


class ProgressRow(TypedDict, total=False):
    """How far the opening of a folder is; empty before any."""

    done: float
    text: str


class JobRow(TypedDict):
    """Long work under way."""

    kind: str
    job: int
    done: float
    text: str


class FaultRow(TypedDict):
    """A fault of the tables, by the cell where it stands."""

    file: str
    sheet: str
    row: int | None
    column: str
    problem: str
    allowed: str
    is_warning: bool


class StatePayload(TypedDict):
    """Where everything stands, whether or not a folder is open."""

    phase: str
    folder: str
    progress: ProgressRow
    failure: str
    n_faults: int
    n_warnings: int
    job: JobRow | None
    result: Mapping[str, Any] | None


class OpenState(StatePayload, CountedActs):
    """The same of an open folder."""

    rev: int
    place: str
    dates: list[str]
    table_dates: list[str]
    teams: list[str]
    has_rounds: bool
    is_approved: bool
    is_today: bool
    names: list[str]
    name: str
    n_requests: int
    plan_id: str


class HeadersPayload(TypedDict):
    """Headers that are not understood, and each table's columns to choose among."""

    headers: list[OpenHeader]
    columns: Mapping[str, Sequence[tuple[str, str]]]
    """Name and Swedish header of every column, by table."""


class CandidatePlace(TypedDict):
    """A place in degrees where an address may be."""

    text: str
    lat: float
    lon: float


class AddressRow(TypedDict):
    """An address that the register does not settle, named by its row's key alone."""

    key: str
    reason: str
    candidates: list[CandidatePlace]


class AddressesPayload(TypedDict):
    """Those that may be shown, and how many may not."""

    addresses: list[AddressRow]
    n: int
    n_hidden: int


class FileRow(TypedDict):
    """A file that has been made, by its path within ``out``."""

    name: str
    path: str
    size: int
