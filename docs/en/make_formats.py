"""Writes ``docs/en/formats.md`` from the contract: ``python docs/en/make_formats.py``."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import re
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from data.tables.schema import contract
from data.tables.schema.columns import ROUNDS, TABLES
from data.tables.schema.contract import Column, Table
from hemrunda.config import Config, key_of

HEAD = """# Tables, columns and settings

*For who writes the files or the program that exports them.* How cells are read: [data.md](data.md).

Each header, its `column`, and what cells may hold, in the program's Swedish. One in **bold** must
be there, with every cell filled. Other spellings: `data/tables/schema`. An *id* has at most 64
characters, no `;`, `,` or `|`; a *date* is `2026-11-30`, a *clock time* `08:00`.

Made by `python docs/en/make_formats.py`; a test compares.
"""

SETTINGS = """
## Settings

`hemrunda.toml` beside the tables, with the defaults; write only what differs. An unknown key is a
fault that names the nearest. `preset` in `[general]` changes several defaults at once. `[prices]`:
[what is weighed](rounds.md#what-is-weighed).
"""

BLOCKS = """
Time that is no visit can be laid out by rule, once for each kind:

```toml
[[blocks]]
name = "planering"        # as the roster and the measures call it
minutes = 60
times = 1                 # in each period
weeks = 4                 # of this many weeks
roles = ["kontakt"]       # none: everybody
weekdays = "mån-fre"
earliest = "09:00"
latest = "15:00"
together = false          # true: the whole team at once

[[blocks]]
name = "larmreserv"
per_alarm_min = 20        # for each of the team's alarms (Larm per vecka)
```
"""

CLAUSE_MOST = 64
"""Letters of a comment on one line."""
LONG = 6
"""Words of what cells may hold that are not said twice."""
SHORT = {
    contract.ID: "an id",
    contract.IDS: "ids, with semicolons between",
    contract.DATE: "a date",
    contract.CLOCK: "a clock time",
}
"""What many columns hold, said once at the top of the page."""


def table_of(table: Table, above: dict[str, Column]) -> str:
    """The columns of one table, those that may hold the same thing together.

    What a table ``above`` has word for word is named, and not told again.
    """
    kinds: dict[str, list[str]] = {}
    for column in table.columns:
        allowed = column.allowed
        for long, short in SHORT.items():
            allowed = allowed.replace(long, short)
        known = above.setdefault(column.name, column)
        if known is not column and (known.header, known.allowed) == (column.header, column.allowed):
            allowed = allowed if allowed in SHORT.values() else "as above"
        if len(allowed.split()) > LONG:
            said = above.setdefault(allowed, column)
            allowed = allowed if said is column else f"as {said.header} above"
        header = f"**{column.header}**" if column.is_required else column.header
        kinds.setdefault(allowed, []).append(f"{header} `{column.name}`")
    lines = [f"\n## {table.sheet} (`{table.name}`)\n"]
    lines += [f"- {', '.join(columns)}: {allowed}" for allowed, columns in kinds.items()]
    return "\n".join(lines) + "\n"


def toml_of(value: Any) -> str:
    """A default as TOML writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {toml_of(one)}" for key, one in value.items()) + " }"
    if isinstance(value, tuple):
        return "[" + ", ".join(toml_of(one) for one in value) + "]"
    return f"{value:g}" if isinstance(value, float) and not value.is_integer() else str(value)


def meanings(kind: type) -> dict[str, str]:
    """What each field is, where its docstring begins with a clause that is short enough."""
    said = dict(
        re.findall(r"^(\w+) : .*\n((?: {4}.*\n?)+)", inspect.getdoc(kind) or "", flags=re.M)
    )
    body = ast.parse(textwrap.dedent(inspect.getsource(kind))).body[0]
    assert isinstance(body, ast.ClassDef)
    for field, below in zip(body.body, body.body[1:], strict=False):
        is_field = isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if is_field and isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant):
            said[field.target.id] = str(below.value.value)
    clauses = {
        name: re.split(r"[.;:](?:\s|$)", " ".join(text.split()))[0].replace("``", "")
        for name, text in said.items()
    }
    return {name: clause for name, clause in clauses.items() if 20 <= len(clause) <= CLAUSE_MOST}


def in_minutes(value: Any) -> Any:
    """Seconds as minutes; of a mapping, each of its values."""
    if isinstance(value, Mapping):
        return {name: in_minutes(one) for name, one in value.items()}
    return value / 60 if value % 60 else value // 60


def clock_of(at_s: int) -> str:
    """Seconds after midnight as a clock shows them."""
    return f"{at_s // 3600:02}:{at_s // 60 % 60:02}"


def settings() -> str:
    """Every section of the settings with its defaults."""
    config = Config()
    parts = {
        "general": config.general,
        "teams": config.rules.teams,
        "contacts": config.rules.contacts,
        "rounds": config.rules.rounds,
        "access": config.rules.access,
        "layers": config.rules.layers,
        "deadlines": config.rules.deadlines,
        "travel": config.travel,
        "soft": config.soft,
    }
    lines = ["```toml"]
    for name, part in parts.items():
        lines.append(f"[{name}]")
        said = meanings(type(part))
        for field in dataclasses.fields(part):
            value = getattr(part, field.name)
            key = key_of(field.name, value)
            comment = f"  # {said[field.name]}" if said.get(field.name) else ""
            shown = value if key == field.name else in_minutes(value)
            line = f"# {key} =" if value is None else f"{key} = {toml_of(shown)}"
            lines.append(line + comment)
        lines.append("")
    hours = config.rules.hours
    clock = "{:02}:{:02}".format
    day = [clock(at // 3600, at // 60 % 60) for at in (hours.day_from_s, hours.day_to_s)]
    evening = [
        clock(at // 3600, at // 60 % 60) for at in (hours.evening_from_s, hours.evening_to_s)
    ]
    lines += ["[hours]", f'day = "{"-".join(day)}"', f'evening = "{"-".join(evening)}"']
    lines += [f'noon = "{clock(hours.noon_s // 3600, hours.noon_s // 60 % 60)}"', "```"]
    return "\n".join(lines) + "\n"


def page() -> str:
    """The whole page."""
    above: dict[str, Column] = {}
    tables = "".join(table_of(table, above) for table in (*TABLES, ROUNDS))
    return HEAD + tables + SETTINGS + "\n" + settings() + BLOCKS


if __name__ == "__main__":
    Path(__file__).with_name("formats.md").write_text(page(), encoding="utf-8")
