"""``hemrunda.toml``: a municipality's rules and choices, read once and refused whole if wrong.

The file has one table per room, with the names of `data.rules`. Durations are written in minutes:
a field ``break_s`` is the key ``break_min``. Everything has a default, so an empty file is a
valid one::

    [general]
    name = "Ekhamn"
    preset = "malmo"        # standard, lund, malmo, orebro
    mode = "bike"           # the travel that teams are measured by

    [teams]
    clients_min = 20
    clients_max = 35

    [hours]
    day = "06:30-15:30"     # the evening's may begin before the day's are over
    evening = "15:00-22:00"
    noon = "12:00"          # a shift from then on is an evening's; heavy tasks count by halves

    [rounds]
    break_min = 30
    clash_limits = { shower = 2, cleaning = 1 }

    [prices]                # in seconds of travel: `routing.rounds.RoundWeights`
    preset = "contact"      # balanced, contact, times, even, travel
    new_carer_daily = 900
"""

from __future__ import annotations

import dataclasses
import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from data.errors import SettingsError
from data.geo import crs
from data.matter_model import BlockRule
from data.regular_files import IrregularFileError, NestedTooDeepError, parsed_toml, regular_text
from data.rules import Rules, TeamRules, preset
from data.units import DAY_HOURS, EPSG_SWEREF99_TM, MODES, DayHours, clock, seconds_of
from hemrunda.block_settings import blocks_of
from routing.engine.weights import PRESETS as PRICE_PRESETS
from routing.engine.weights import RoundWeights, SoftRules, preset_weights
from routing.travel.speed_profile import SpeedProfile

T = TypeVar("T")

FILE_NAME = "hemrunda.toml"
MAX_BYTES = 1_000_000
MAX_NUMBER = 1_000_000_000
"""No number of the settings is larger: seconds and prices are summed as 64-bit integers."""
ROUND_RANGES_MIN = {
    "break": (5, 120),
    "max_work_without_break": (60, 600),
    "break_required_over": (60, 1440),
    "handover": (0, 60),
    "handover_not_under": (0, 720),
    "rest_between_shifts": (0, 1440),
}
"""What a round's times may be, in minutes; outside it is a slip of the hand."""
PRESETS = ("standard", "lund", "malmo", "orebro")


@dataclass(frozen=True, slots=True)
class General:
    """Choices that belong to no single room."""

    name: str = ""
    preset: str = "standard"
    mode: str = "bike"
    epsg: int = EPSG_SWEREF99_TM
    other_areas: str = ""
    """A table of other services' areas by client, beside the input; see
    `hemrunda.layers.other_areas`."""
    outline: str = ""
    """The municipality's outline, beside the input: GeoJSON, GeoPackage or OSM extract."""
    language: str = "sv"
    provider: str = ""
    """The provider (Utförare) whose rounds are planned; others' clients are put aside."""
    headers: str = ""
    """Language of the CSV tables' headers, ``sv`` or ``en``; empty: as ``language``."""
    planner_phone: str = ""
    """Whom carers phone when they are late; stands on their sheets."""
    late_advice: str = ""
    """What else a carer does when she is late; stands on their sheets."""
    planner: str = ""
    """What whoever plans is called here, as "samordnaren" (OR-16); empty: the planner."""

    @property
    def whom_to_phone(self) -> str:
        """Who plans, in the municipality's own word, and the number; empty where there is none."""
        usual = {"sv": "planeraren", "en": "the planner"}.get(self.language, "planeraren")
        return f"{self.planner or usual}, {self.planner_phone}" if self.planner_phone else ""


@dataclass(frozen=True, slots=True)
class Config:
    """All that ``hemrunda.toml`` says."""

    general: General = dataclasses.field(default_factory=General)
    rules: Rules = dataclasses.field(default_factory=Rules)
    travel: SpeedProfile = dataclasses.field(default_factory=SpeedProfile)
    soft: SoftRules = dataclasses.field(default_factory=SoftRules)
    prices: RoundWeights = dataclasses.field(default_factory=RoundWeights)
    blocks: tuple[BlockRule, ...] = ()

    @property
    def headers(self) -> str:
        """The language of the CSV tables' headers."""
        return self.general.headers or self.general.language


def load(path: Path | None, changes: Mapping[str, Mapping[str, Any]] | None = None) -> Config:
    """Read the settings file, or the defaults where ``path`` is None.

    Parameters
    ----------
    path : Path or None
    changes : mapping of section to mapping, optional
        Laid over what the file says, key by key, as if it stood there.

    Raises
    ------
    SettingsError
        Where the file is missing, is no TOML, or holds an unknown key or an unusable value;
        every fault is named.
    """
    if path is None and not changes:
        return Config()
    table = {} if path is None else _table_of(path)
    for section, values in (changes or {}).items():
        known = table.get(section, {})
        table[section] = {**known, **values} if isinstance(known, Mapping) else dict(values)
    faults: list[str] = []
    config = _config_of(table, faults)
    if faults:
        name = path.name if path is not None else "Inställningarna"
        raise SettingsError(f"{name}:\n  " + "\n  ".join(faults))
    return config


def _table_of(path: Path) -> dict[str, Any]:
    try:
        return parsed_toml(regular_text(path, MAX_BYTES))
    except NestedTooDeepError as error:
        raise SettingsError(f"{path.name} är för djupt kapslad.") from error
    except IrregularFileError as error:
        raise SettingsError(f"{path.name} är ingen inställningsfil.") from error
    except OSError as error:
        raise SettingsError(f"{path.name} kan inte läsas.") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path.name} är inte giltig TOML: {error}") from error
    except ValueError as error:  # not UTF-8, or a number of thousands of digits
        raise SettingsError(f"{path.name} är inte giltig TOML.") from error


def find(folder: Path) -> Path | None:
    """The settings file of a work folder, or None."""
    candidate = folder / FILE_NAME
    return candidate if candidate.is_file() else None


def _config_of(table: Mapping[str, Any], faults: list[str]) -> Config:
    sections = {
        "general", "teams", "contacts", "rounds", "access", "layers", "deadlines", "hours",
        "blocks", "travel", "soft", "prices",
    }  # fmt: skip
    for unknown in sorted(set(table) - sections):
        faults.append(f"[{unknown}] finns inte{_nearest(unknown, sections)}")
    general = _overlay(General(), table.get("general", {}), "general", faults)
    _check_general(general, faults)
    chosen = general.preset if general.preset in PRESETS else "standard"
    rules = preset(chosen)
    parts = {
        name: _overlay(getattr(rules, name), table.get(name, {}), name, faults)
        for name in ("teams", "contacts", "rounds", "access", "layers", "deadlines")
    }
    parts["hours"] = _hours_of(table.get("hours", {}), faults)
    teams = table.get("teams", {})
    if isinstance(teams, dict) and "clients_target" not in teams:
        parts["teams"] = _with_target(parts["teams"])
    travel = _checked(SpeedProfile(), table.get("travel", {}), "travel", faults)
    soft = _checked(SoftRules(), table.get("soft", {}), "soft", faults)
    prices = _prices_of(table.get("prices", {}), chosen, faults)
    blocks = blocks_of(table.get("blocks", []), faults)
    result = Config(general, dataclasses.replace(rules, **parts), travel, soft, prices, blocks)
    _check_rules(result.rules, faults)
    return result


def _hours_of(table: object, faults: list[str]) -> DayHours:
    """The section ``[hours]``: day and evening as ``"07:00-15:00"``, ``noon`` as ``"12:00"``."""
    if not isinstance(table, dict):
        faults.append("[hours] ska vara en tabell")
        return DAY_HOURS
    spans = {
        "day": (DAY_HOURS.day_from_s, DAY_HOURS.day_to_s),
        "evening": (DAY_HOURS.evening_from_s, DAY_HOURS.evening_to_s),
    }
    noon_s = DAY_HOURS.noon_s
    for key, value in table.items():
        if key == "noon":
            try:
                noon_s = seconds_of(str(value))
            except ValueError:
                faults.append('[hours] noon ska vara ett klockslag, till exempel "12:00"')
            continue
        if key not in spans:
            faults.append(f"[hours] {key} finns inte{_nearest(key, {*spans, 'noon'})}")
            continue
        first, dash, last = str(value).replace("–", "-").partition("-")
        try:
            spans[key] = (seconds_of(first), seconds_of(last))
        except ValueError:
            dash = ""
        if not dash:
            faults.append(f'[hours] {key} ska vara två klockslag, till exempel "07:00-15:00"')
    hours = DayHours(*spans["day"], *spans["evening"], noon_s)
    begins = hours.day_from_s < noon_s <= hours.evening_from_s
    if not (begins and noon_s < hours.day_to_s <= hours.evening_to_s > hours.evening_from_s):
        faults.append(
            f"[hours] dagen ska börja före och sluta efter {clock(noon_s)}, kvällen börja då "
            "eller senare och sluta sist"
        )
    return hours


def _prices_of(table: object, order: str, faults: list[str]) -> RoundWeights:
    """The section ``[prices]``: named prices in the preset's order, and what it says instead."""
    if not isinstance(table, dict):
        return _checked(preset_weights(order), table, "prices", faults)
    whole = dict(table)
    name = whole.pop("preset", "balanced")
    if not isinstance(name, str) or name not in PRICE_PRESETS:
        faults.append(f"[prices] preset ska vara något av {', '.join(PRICE_PRESETS)}")
        name = "balanced"
    weights = preset_weights(order, PRICE_PRESETS[name])
    for part in ("unplanned", "tier"):
        if isinstance(whole.get(part), dict):
            usual = {str(key): price for key, price in getattr(weights, part).items()}
            whole[part] = usual | whole[part]
    return _checked(weights, whole, "prices", faults)


def _checked(default: T, table: object, section: str, faults: list[str]) -> T:
    """Settings that check themselves when they are made."""
    try:
        return _overlay(default, table, section, faults)
    except SettingsError as error:
        faults.append(f"[{section}] {error}")
        return default


def _with_target(teams: TeamRules) -> TeamRules:
    """The preset's target, moved inside bounds that the user has set without naming a target."""
    target = min(max(teams.clients_target, teams.clients_min), teams.clients_max)
    return dataclasses.replace(teams, clients_target=target)


def _overlay(default: T, table: object, section: str, faults: list[str]) -> T:
    """``default`` with the values of one TOML table laid over it."""
    if not isinstance(table, dict):
        faults.append(f"[{section}] ska vara en tabell")
        return default
    fields = {field.name: getattr(default, field.name) for field in dataclasses.fields(default)}  # type: ignore[arg-type]
    keys = {key_of(name, default): name for name, default in fields.items()}
    changes: dict[str, Any] = {}
    for key, value in table.items():
        if key not in keys:
            faults.append(f"[{section}] {key} finns inte{_nearest(key, keys)}")
            continue
        name = keys[key]
        try:
            changes[name] = _converted(value, fields[name], in_minutes=key != name)
        except ValueError as error:
            faults.append(f"[{section}] {key}: {error}")
    return dataclasses.replace(default, **changes)  # type: ignore[type-var]


def key_of(field_name: str, default: object) -> str:
    """The key of a field: whole seconds are written in minutes, waits at a junction are not."""
    in_minutes = field_name.endswith("_s") and not _is_fraction(default)
    return f"{field_name.removesuffix('_s')}_min" if in_minutes else field_name


def _is_fraction(default: object) -> bool:
    """Whether a field holds numbers that need not be whole."""
    if isinstance(default, Mapping):
        return any(isinstance(number, float) for number in default.values())
    return isinstance(default, float)


def _converted(value: object, default: object, *, in_minutes: bool) -> object:
    """``value`` in the type of ``default``; minutes become seconds."""
    if isinstance(default, float):
        return _number(value)
    if isinstance(default, Mapping):
        if not isinstance(value, dict):
            raise ValueError("ska vara en tabell som { dusch = 2 }")
        if _is_fraction(default):
            return {**default, **{key: _number(number) for key, number in value.items()}}
        scale = 60 if in_minutes else 1
        numbers = {_key_like(default, key): _whole(number, scale) for key, number in value.items()}
        return {**default, **numbers}
    if isinstance(default, bool):
        if not isinstance(value, bool):
            raise ValueError("ska vara true eller false")
        return value
    if isinstance(default, int) or default is None:
        return _whole(value, 60 if in_minutes else 1)
    if isinstance(default, tuple):
        if not isinstance(value, list) or len(value) != len(default):
            raise ValueError(f"ska vara {len(default)} heltal inom hakparentes")
        return tuple(_whole(item, 1) for item in value)
    if not isinstance(value, str):
        raise ValueError("ska vara text inom citattecken")
    return value


def _key_like(default: Mapping[Any, Any], key: str) -> str | int:
    """A key in the type of the default's keys: TOML has text keys only."""
    if not any(isinstance(known, int) for known in default):
        return key
    if not key.isdigit():
        raise ValueError("nycklarna ska vara heltal, till exempel 1 = 3")
    return int(key)


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("ska vara ett tal")
    if not -MAX_NUMBER <= value <= MAX_NUMBER:  # also not-a-number
        raise ValueError("ska vara ett tal, högst en miljard")
    return float(value)


def _whole(value: object, scale: int) -> int:
    scaled = _number(value) * scale
    if scaled != int(scaled) or scaled < 0:
        raise ValueError("ska vara ett tal från 0 och uppåt")
    return int(scaled)


def _check_general(general: General, faults: list[str]) -> None:
    allowed = {
        "preset": PRESETS,
        "mode": MODES,
        "language": ("sv", "en"),
        "headers": ("sv", "en", ""),
    }
    for name, values in allowed.items():
        if getattr(general, name) not in values:
            faults.append(f"[general] {name} ska vara något av {', '.join(values)}")
    why = crs.why_unusable(general.epsg)
    if why:
        faults.append(f"[general] epsg: {why}")


def _check_rules(rules: Rules, faults: list[str]) -> None:
    teams, contacts = rules.teams, rules.contacts
    if not 1 <= teams.clients_min <= teams.clients_target <= teams.clients_max:
        faults.append(
            "[teams] ska ha 1 ≤ clients_min ≤ clients_target ≤ clients_max, men har "
            f"{teams.clients_min}, {teams.clients_target} och {teams.clients_max}"
        )
    if not 1 <= teams.areas_teams_min <= teams.areas_teams_max:
        faults.append("[teams] ska ha areas_teams_min ≤ areas_teams_max")
    if teams.premises not in ("given", "nearest"):
        faults.append("[teams] premises ska vara given eller nearest")
    if not 1 <= contacts.clients_min <= contacts.clients_max:
        faults.append("[contacts] ska ha clients_min ≤ clients_max")
    if contacts.cover_model not in ("floater", "twin_pool", "both"):
        faults.append("[contacts] cover_model ska vara floater, twin_pool eller both")
    for name in ("section_areas", "area_sections"):
        least, most = getattr(rules.layers, name)
        if not 1 <= least <= most:
            faults.append(f"[layers] {name} ska vara två heltal från 1 i ordning")
    if rules.layers.absence_pct >= 100:
        faults.append("[layers] absence_pct ska vara mindre än 100")
    for name, (least, most) in ROUND_RANGES_MIN.items():
        if not 60 * least <= getattr(rules.rounds, f"{name}_s") <= 60 * most:
            faults.append(f"[rounds] {name}_min ska vara {least}–{most}")
    low, high = rules.rounds.client_time_band_pct
    if not 0 <= low <= high <= 100:
        faults.append("[rounds] client_time_band_pct ska vara två tal 0–100 i ordning")


def _nearest(word: str, words: object) -> str:
    near = difflib.get_close_matches(word, list(words), n=1)  # type: ignore[call-overload]
    return f"; menade du {near[0]}?" if near else ""
