"""Writes ``docs/en/api.md`` from the docstrings: ``python docs/en/make_api.py``."""

from __future__ import annotations

import dataclasses
import inspect
import re
from pathlib import Path
from typing import Any

import hemrunda as hr

HEAD = """# The Python face

*For programmers.* `import hemrunda as hr`; what stands here keeps its name. Times are whole
seconds, geometry is in the municipality's projected system (EPSG:3006 unless it says otherwise).
More of each, and what is raised and returned: `help(hr.plan)`. Errors' texts are
Swedish; `hr.in_english(str(error))` says the same in English. Examples: [a town
planned](plan_a_town.ipynb), [divisions compared](compare_divisions.ipynb). JSON:
[inputs](schemas/input.schema.json), [plans](schemas/plan.schema.json).

Made from the docstrings by `python docs/en/make_api.py`.
"""


def signature_of(value: Any) -> str:
    """The call as one writes it, without types."""
    names = []
    for parameter in inspect.signature(value).parameters.values():
        if parameter.name == "self":
            continue
        if parameter.kind is parameter.KEYWORD_ONLY and "*" not in names:
            names.append("*")
        default = "" if parameter.default is parameter.empty else f"={parameter.default!r}"
        names.append(parameter.name + default)
    return f"({', '.join(names)})"


FEW = 3
"""Words of a parameter that tell nobody more than its name."""
LEFT_TO_HELP = ("Attributes", "Examples", "Raises", "Returns")
"""Sections of a docstring that ``help`` shows and the page does not."""


def text_of(value: Any) -> str:
    """A docstring as text, without the sections that are left to ``help``."""
    parts = re.split(r"\n(?=\w+\n-{4,}\n)", inspect.getdoc(value) or "")
    kept = [part.rstrip() for part in parts if not part.startswith(LEFT_TO_HELP)]
    named = [parameters_of(part) if part.startswith("Parameters\n") else part for part in kept]
    return "\n\n".join(filter(None, named)).replace("``", "`") + "\n"


def parameters_of(section: str) -> str:
    """The first sentence on each parameter of which more than its type is told."""
    told = re.findall(r"^([*\w, ]+?)(?: : .*)?\n((?: {4}.*\n?)+)", section, flags=re.M)
    first = [(names, re.split(r"[.;](?:\s|$)", " ".join(text.split()))[0]) for names, text in told]
    return "\n".join(f"- `{names}`: {text}" for names, text in first if len(text.split()) > FEW)


def members_of(kind: type) -> list[str]:
    """Public methods and properties, in the order of the source."""
    taken = (
        {field.name for field in dataclasses.fields(kind)}
        if dataclasses.is_dataclass(kind)
        else set()
    )
    parts = []
    for name, value in vars(kind).items():
        if name.startswith("_") or name in taken:
            continue
        if isinstance(value, property):
            parts.append(f"- `.{name}`: {(inspect.getdoc(value) or '').splitlines()[0]}")
        elif inspect.isfunction(value):
            parts.append(
                f"- `.{name}{signature_of(value)}`: {(inspect.getdoc(value) or '').splitlines()[0]}"
            )
    return parts


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    for name in dir(hr):
        if name.startswith("__"):
            continue
        value = getattr(hr, name)
        is_error = isinstance(value, type) and issubclass(value, Exception)
        call = "" if is_error else signature_of(value)
        parts.append(f"## `hr.{name}{call}`\n\n{text_of(value)}")
        if isinstance(value, type) and not is_error:
            parts.append("\n".join(members_of(value)) + "\n")
    return "\n".join(parts).replace("``", "`")


if __name__ == "__main__":
    Path(__file__).with_name("api.md").write_text(page(), encoding="utf-8")
