"""``study.toml``: a grid of settings, seeds, tables and streets, and every plan that it asks for.

::

    [study]
    input = "indata.xlsx"
    network = "nat"
    settings = "hemrunda.toml"      # or nothing
    days = 7
    iterations = 20000              # or quick = true, or the default effort

    [grid]                          # every combination is a plan
    seed = [1, 2, 3]
    "teams.clients_max" = [25, 30, 35]
    "general.mode" = ["bike", "car"]
    more_clients = [0, 40]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any, Final

from data.errors import SettingsError
from data.regular_files import parsed_toml, regular_text
from hemrunda.scale.origins import origin_of

STUDY_KEYS: Final = frozenset(
    {"input", "network", "settings", "days", "seed", "iterations", "quick", "changes",
     "more_clients", "fewer_carers", "shift_hours"}
)  # fmt: skip
"""What a scenario is told by, beside the settings' own keys with a dot."""
WHOLE: Final[Mapping[str, int]] = {
    "days": 1, "seed": 0, "iterations": 0, "changes": 0, "more_clients": 0, "fewer_carers": 0,
}  # fmt: skip
"""Those that are whole numbers, and the least that each may be."""
OF_FILES: Final = frozenset({"input", "network", "settings"})
"""Those that name files."""
MOST: Final = 10_000
Value = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Combination:
    """One plan of the grid: what it is told by, in full, and what of it varies."""

    values: tuple[tuple[str, Value], ...]
    varied: tuple[tuple[str, Value], ...]

    def get(self, name: str, default: Value | None = None) -> Any:
        """A value of `STUDY_KEYS`, or of a setting with a dot."""
        return dict(self.values).get(name, default)

    @property
    def settings(self) -> dict[str, dict[str, Value]]:
        """The settings by section, as ``hemrunda.toml`` has them."""
        sections: dict[str, dict[str, Value]] = {}
        for name, value in self.values:
            section, dot, key = name.partition(".")
            if dot:
                sections.setdefault(section, {})[key] = value
        return sections


def read_grid(path: Path) -> list[Combination]:
    """Every combination that the file asks for, in the order of its lists.

    Raises
    ------
    SettingsError
        With every fault of the file.
    """
    try:
        table = parsed_toml(regular_text(path))
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path.name} är inte giltig TOML.") from error
    return list(combinations(table.get("study", {}), table.get("grid", {}), path.name, set(table)))


def combinations(
    study: Mapping[str, Any],
    grid: Mapping[str, Any],
    name: str = "study",
    sections: set[str] | None = None,
) -> Iterator[Combination]:
    """As `read_grid`, of mappings.

    Raises
    ------
    SettingsError
    """
    faults = [
        f"[{section}] är okänt" for section in sorted((sections or set()) - {"study", "grid"})
    ]
    flat = {**_flat(study), **{key: value for key, value in grid.items() if "." not in key}}
    for key in sorted({*flat, *grid}):
        if "." not in key and key not in STUDY_KEYS:
            faults.append(f"{key} är okänt")
    lists: dict[str, Sequence[Value]] = {}
    for key, values in sorted(_flat(grid).items()):
        if not isinstance(values, list) or not values or not all(map(_is_plain, values)):
            faults.append(f"[grid] {key} ska vara en lista av tal eller texter")
        else:
            lists[key] = values
    for key, value in sorted(_flat(study).items()):
        if not _is_plain(value):
            faults.append(f"[study] {key} ska vara ett tal eller en text")
    for key, values in [*lists.items(), *((key, [value]) for key, value in _flat(study).items())]:
        if wanted := _unfit(key, values):
            faults.append(f"{key}: {wanted}")
    n = 1
    for values in lists.values():
        n *= len(values)
    if n > MOST:
        faults.append(f"rutnätet har {n} planer; högst {MOST}")
    if faults:
        raise SettingsError(f"{name}:\n  " + "\n  ".join(dict.fromkeys(faults)))
    fixed = {key: value for key, value in _flat(study).items() if key not in lists}
    for values_now in product(*lists.values()):
        varied = tuple(zip(lists, values_now, strict=True))
        yield Combination(tuple(sorted({**fixed, **dict(varied)}.items())), varied)


def scenario_id(combination: Combination, origin: object) -> str:
    """A name of the plan's whole origin: what it is told by, and what is in what it is made from.

    Files are told of by what is in them (``origin``), not by their names.
    """
    return origin_of(
        [setting for setting in combination.values if setting[0] not in OF_FILES], origin
    )


def _unfit(key: str, values: Sequence[object]) -> str:
    """What values of `STUDY_KEYS` shall be, where one is something else; an empty text if not."""
    if key in WHOLE:
        least = WHOLE[key]
        fits = all(type(value) is int and value >= least for value in values)
        return "" if fits else f"ska vara ett heltal från {least}"
    if key == "quick" and not all(isinstance(value, bool) for value in values):
        return "ska vara true eller false"
    if key == "shift_hours" and not all(
        isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 24
        for value in values
    ):
        return "ska vara timmar, högst 24, eller 0: som i schemat"
    return ""


def _is_plain(value: object) -> bool:
    return isinstance(value, str | int | float)


def _flat(table: Mapping[str, Any]) -> dict[str, Any]:
    """``{"teams": {"clients_max": 1}}`` as ``{"teams.clients_max": 1}``."""
    flat: dict[str, Any] = {}
    for key, value in table.items():
        if isinstance(value, Mapping):
            flat.update({f"{key}.{inner}": inner_value for inner, inner_value in value.items()})
        else:
            flat[key] = value
    return flat
