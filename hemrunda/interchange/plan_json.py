"""A plan and its inputs as plain JSON, and the JSON Schemas that say what they hold.

The schema of the inputs is made from the column contract (`data.tables.schema.columns`), that of
plans from the frozen objects themselves, so neither can drift from what the engine reads.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import types
import typing
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, TypedDict

from data.model import Municipality
from data.plans import RoundPlan, TeamPlan

if TYPE_CHECKING:
    from hemrunda.workfolder.plan_context import PlanContext

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
PARTS: Final[Mapping[str, type]] = {"team_plan": TeamPlan, "round_plan": RoundPlan}
Schema = dict[str, object]
"""A JSON Schema, or a part of one."""
Cell = str | int | float | bool | None
TablesJson = dict[str, list[dict[str, Cell]]]
"""Rows by table, cells by the columns' English names."""


class PlanJson(TypedDict):
    """A plan; what teams and rounds hold is said by their own frozen classes."""

    plan_id: str
    epsg: int
    team_plan: Mapping[str, object]
    round_plan: Mapping[str, object]


_PLAIN: Final[Mapping[Any, Schema]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    dt.date: {"type": "string", "format": "date"},
    type(None): {"type": "null"},
}


def plan_json(plan: PlanContext) -> PlanJson:
    """Teams and rounds as lists, texts and whole numbers; dates as ISO text."""
    return {
        "plan_id": plan.plan_id,
        "epsg": plan.municipality.epsg,
        "team_plan": _plain(plan.team_plan),
        "round_plan": _plain(plan.round_plan),
    }


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)
        }
    if isinstance(value, Mapping):
        return {key: _plain(value[key]) for key in sorted(value)}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, dt.date) else value


def input_json(municipality: Municipality) -> TablesJson:
    """The tables as lists of rows by the columns' English names, as `input_schema` says."""
    from data.tables.out.writing import table_rows

    return {
        table: [{key: _plain(cell) for key, cell in row.items()} for row in rows]
        for table, rows in table_rows(municipality).items()
        if rows
    }


def plan_schema() -> Schema:
    """The JSON Schema of `plan_json`."""
    parts = {name: schema_of(kind) for name, kind in PARTS.items()}
    return {
        "$schema": DRAFT,
        "title": "A plan of Hemrunda",
        "description": "Times are seconds since the date's midnight.",
        **_object({"plan_id": {"type": "string"}, "epsg": {"type": "integer"}, **parts}),
    }


def _object(properties: Schema) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def schema_of(kind: Any) -> Schema:
    """The JSON Schema of a frozen class, or of a field's type."""
    if kind in _PLAIN:
        return dict(_PLAIN[kind])
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return _object(
            {field.name: schema_of(hints[field.name]) for field in dataclasses.fields(kind)}
        )
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Literal:
        return {"enum": list(args)}
    if origin in (typing.Union, types.UnionType):
        return {"anyOf": [schema_of(argument) for argument in args]}
    if origin is tuple and args[-1] is Ellipsis:
        return {"type": "array", "items": schema_of(args[0])}
    if origin is tuple:
        return {
            "type": "array", "prefixItems": [schema_of(argument) for argument in args],
            "minItems": len(args), "maxItems": len(args),
        }  # fmt: skip
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": schema_of(args[1])}
    raise TypeError(f"no schema for {kind}")


def input_schema() -> Schema:
    """The JSON Schema of the input: one list of rows per table, by the columns' English names.

    A cell is a text, a number, a flag or null, as a spreadsheet would hold it; what it may say
    stands in ``description``, in Swedish as in the tables' own faults.
    """
    from data.tables.schema.columns import TABLES

    cell = {"type": ["string", "number", "boolean", "null"]}
    filled = {"type": ["string", "number", "boolean"]}
    tables = {
        table.name: {
            "type": "array",
            "title": table.sheet,
            "items": {
                "type": "object",
                "properties": {
                    column.name: {
                        **(filled if column.is_required else cell),
                        "title": column.header,
                        "description": column.allowed,
                    }
                    for column in table.columns
                },
                "required": [column.name for column in table.columns if column.is_required],
                "additionalProperties": False,
            },
        }
        for table in TABLES
    }
    return {
        "$schema": DRAFT,
        "title": "The input of Hemrunda",
        "type": "object",
        "properties": tables,
        "required": [table.name for table in TABLES if table.is_required],
        "additionalProperties": False,
    }
