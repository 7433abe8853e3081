"""Writes the JSON Schemas beside it: ``python docs/en/schemas/make_schemas.py``."""

from __future__ import annotations

import json
from pathlib import Path

from hemrunda.interchange.plan_json import input_schema, plan_schema

HERE = Path(__file__).parent
MADE = {"input.schema.json": input_schema, "plan.schema.json": plan_schema}


def text_of(name: str) -> str:
    """One schema as it stands on disk."""
    return json.dumps(MADE[name](), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    for name in MADE:
        (HERE / name).write_text(text_of(name), encoding="utf-8")
