"""The OpenAPI document of the studio: what can be asked, and what shape a question has.

The page's own; it is served to whoever has the cookie, and what the fuzzing test asks by.
"""

from __future__ import annotations

from typing import Any, Final

Schema = dict[str, Any]
TEXT: Final[Schema] = {"type": "string"}
NUMBER: Final[Schema] = {"type": "integer"}
FLAG: Final[Schema] = {"type": "boolean"}
DATE: Final[Schema] = {"type": "string", "format": "date"}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _object(required: dict[str, Schema], **optional: Schema) -> Schema:
    return {
        "type": "object", "required": list(required), "properties": {**required, **optional},
    }  # fmt: skip


def _one_of(*values: str) -> Schema:
    return {"type": "string", "enum": list(values)}


NEWS: Final = _object(
    {"days": _list(DATE)},
    since=TEXT,
    **{
        kind: _list(TEXT)
        for kind in (
            "sick", "away", "extra", "new_visits", "late", "leaves", "home", "keys", "vacant",
            "cancelled", "shortened",
        )
    },
)  # fmt: skip
VISIT: Final = {"date": DATE, "visit_id": TEXT, "carer_no": NUMBER, "start_s": NUMBER}
ARGS: Final[dict[str, Schema]] = {
    "move": _object({"client_ids": _list(TEXT), "team_id": TEXT}),
    "lock_client": _object({"client_ids": _list(TEXT), "on": FLAG}),
    "lock_team": _object({"team_id": TEXT, "on": FLAG}),
    "contact": _object({"client_id": TEXT, "staff_id": TEXT}),
    "lock_contact": _object({"client_id": TEXT, "on": FLAG}),
    "request": _object({"client_id": TEXT, "on": FLAG}, day=DATE),
    "drag": _object({**VISIT, "round_id": TEXT}),
    "lock_visit": _object({**VISIT, "staff_id": TEXT, "on": FLAG}),
    "lock_round": _object({"date": DATE, "staff_id": TEXT, "on": FLAG}),
    "adopt": _object({"base": TEXT}, what=_one_of("plan", "repair", "point"), news=NEWS),
    "name": _object({"name": TEXT}),
    "open": _object({"name": TEXT}),
    "forget": _object({"name": TEXT}),
    "undo": _object({}),
    "redo": _object({}),
    "approve": _object({}),
}
"""What each act is told with."""

READ: Final[dict[str, dict[str, Schema]]] = {
    "/api/state": {},
    "/api/doors": {},
    "/api/faults": {},
    "/api/headers": {},
    "/api/addresses": {},
    "/api/ground": {"language": TEXT},
    "/api/teams": {},
    "/api/streets": {},
    "/api/people": {},
    "/api/figures": {},
    "/api/rounds": {"day": DATE, "team": TEXT},
    "/api/history": {},
    "/api/front": {},
    "/api/compare": {"before": TEXT, "after": TEXT},
    "/api/study": {},
    "/api/contacts": {},
    "/api/candidates": {"client": TEXT},
    "/api/openapi.json": {},
}
"""What can be read, with the parameters of each address."""

DONE: Final[dict[str, Schema]] = {
    "/api/open": _object({"path": TEXT}),
    "/api/demo": _object({}, n_clients=NUMBER, n_days=NUMBER),
    "/api/leave": _object({}),
    "/api/cells": _object(
        {"cells": _list(_object({"sheet": TEXT, "row": NUMBER, "column": TEXT, "value": TEXT}))}
    ),
    "/api/headers": _object(
        {"answers": _list(_object({"table": TEXT, "header": TEXT, "column": TEXT}))}
    ),
    "/api/addresses": _object(
        {"places": _list(_object({"key": TEXT, "lat": {"type": "number"},
                                  "lon": {"type": "number"}}))}
    ),
    "/api/network": _object({"number": NUMBER}),
    "/api/download": _object({"place": TEXT}),
    "/api/act": _object(
        {"rev": NUMBER, "kind": _one_of(*ARGS), "args": {"type": "object"}}, who=TEXT, tab=TEXT
    ),
    "/api/try": _object({"kind": _one_of("move", "drag"), "args": {"type": "object"}}),
    "/api/places": _object({"args": _object(VISIT)}, team=TEXT),
    "/api/plan": _object({}, seconds={"type": "number"}, quick=FLAG, n_days=NUMBER),
    "/api/redesign": _object({}, seconds={"type": "number"}),
    "/api/repair": _object({"news": NEWS}),
    "/api/study": _object(
        {"grid": {"type": "object", "additionalProperties": _list({})}}, n_days=NUMBER, quick=FLAG
    ),
    "/api/stop": _object({}),
    "/api/look": _object({"team": TEXT}, day=TEXT),
    "/api/out": _object(
        {"kind": _one_of("sheets", "tables", "map", "rounds", "report", "cards")},
        day=DATE, team=TEXT, staff=TEXT, profile=_one_of("manager", "anonymous", "council"),
        names={"type": "object", "additionalProperties": TEXT},
    ),
}  # fmt: skip
"""What can be done, with the body of each."""


def document() -> dict[str, Any]:
    """The whole of it, as OpenAPI 3.1."""
    answers = {
        "200": {"description": "Svaret, som JSON."},
        "409": {"description": "Någon annan har ändrat sedan dess."},
        "413": {"description": "För stort."},
        "422": {"description": "Det går inte, med skälet i error."},
    }
    paths: dict[str, dict[str, Any]] = {}
    for path, parameters in READ.items():
        paths.setdefault(path, {})["get"] = {
            "parameters": [
                {"name": name, "in": "query", "schema": schema}
                for name, schema in parameters.items()
            ],
            "responses": answers,
        }
    for path, schema in DONE.items():
        paths.setdefault(path, {})["post"] = {
            "requestBody": {"content": {"application/json": {"schema": schema}}},
            "responses": answers,
        }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Hemrundas studio", "version": "1"},
        "paths": paths,
        "components": {"schemas": {f"act_{kind}": schema for kind, schema in ARGS.items()}},
    }
