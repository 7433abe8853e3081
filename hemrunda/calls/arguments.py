"""What was given to a public function: every fault of it at once, in the project's own words."""

from __future__ import annotations

import datetime as dt
import math
import operator
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from data.errors import SettingsError
from data.progress import Progress

T = TypeVar("T")


class Arguments:
    """Reads a call's arguments and gathers what is wrong, each with its name.

    A value that is none gives something harmless of its type; `close` raises before it is used.
    """

    def __init__(self) -> None:
        self.faults: list[str] = []

    def refuse(self, name: str, text: str) -> None:
        """Note what is wrong with one of them."""
        self.faults.append(f"{name}: {text}")

    def whole(self, name: str, value: Any, low: int = 0, high: int | None = None) -> int:
        """A whole number; one of NumPy's is one too, a flag is none."""
        number: int | None = None
        if not isinstance(value, bool):
            try:
                number = operator.index(value)
            except TypeError:
                number = None
        if number is None or number < low or (high is not None and number > high):
            if high is None:
                self.refuse(name, f"ska vara ett heltal från {low}")
            else:
                self.refuse(name, f"ska vara ett heltal från {low} till {high}")
            return low
        return number

    def whole_or_none(
        self, name: str, value: Any, low: int = 0, high: int | None = None
    ) -> int | None:
        """As `whole`, where None means that nothing is asked for."""
        return None if value is None else self.whole(name, value, low, high)

    def seconds_or_none(self, name: str, value: Any) -> float | None:
        """A time limit, where None means that there is none."""
        if value is None:
            return None
        try:
            seconds = math.nan if isinstance(value, bool | str | bytes) else float(value)
        except (TypeError, ValueError):
            seconds = math.nan
        if not 0 <= seconds < math.inf:
            self.refuse(name, "ska vara ett tal från 0")
            return 0.0
        return seconds

    def either(self, first: str, second: str, values: tuple[Any, Any]) -> None:
        """Two limits of which one would be left out in silence."""
        if None not in values:
            self.refuse(f"{first}, {second}", "bara det ena kan anges")

    def path(self, name: str, value: Any) -> Path:
        """A path, as text or as an object."""
        if isinstance(value, str | os.PathLike):
            return Path(value)
        self.refuse(name, "ska vara en sökväg")
        return Path()

    def path_or_none(self, name: str, value: Any) -> Path | None:
        """As `path`, where None means that none is named."""
        return None if value is None else self.path(name, value)

    def date(self, name: str, value: Any) -> dt.date:
        """A date, or its ISO text; of a moment its date."""
        if isinstance(value, dt.datetime):
            return value.date()
        if isinstance(value, dt.date):
            return value
        if isinstance(value, str):
            try:
                return dt.date.fromisoformat(value)
            except ValueError:
                pass
        self.refuse(name, "ska vara ett datum, som 2026-03-02")
        return dt.date.min

    def date_or_none(self, name: str, value: Any) -> dt.date | None:
        """As `date`, where None means that none is named."""
        return None if value is None else self.date(name, value)

    def list_of(self, name: str, value: Any) -> Sequence[Any]:
        """A list; one text is none, though it could be gone through letter by letter."""
        if isinstance(value, str | bytes | Mapping) or not hasattr(value, "__iter__"):
            self.refuse(name, "ska vara en lista")
            return ()
        return tuple(value)

    def texts(self, name: str, value: Any) -> Sequence[str]:
        """A list of texts."""
        items = self.list_of(name, value)
        if not all(isinstance(item, str) for item in items):
            self.refuse(name, "ska vara en lista av texter")
            return ()
        return items

    def text(self, name: str, value: Any) -> str:
        """A text."""
        if isinstance(value, str):
            return value
        self.refuse(name, "ska vara en text")
        return ""

    def mapping(self, name: str, value: Any) -> Mapping[Any, Any]:
        """A dict, or what is like one."""
        if isinstance(value, Mapping):
            return value
        self.refuse(name, "ska vara en dict")
        return {}

    def a(self, name: str, value: Any, kind: type[T] | tuple[type[T], ...], shown: str) -> None:
        """An object of a class of ours, ``shown`` as one writes it."""
        if not isinstance(value, kind):
            self.refuse(name, f"ska vara {shown}, är {type(value).__name__}")

    def progress(self, value: Any) -> Progress:
        """A callback for the share that is done, or none."""
        if value is None:
            return Progress()
        if not callable(value):
            self.refuse("progress", "ska vara en funktion av en andel och en text")
            return Progress()
        return Progress(on_report=value)

    def close(self) -> None:
        """Go on where everything is right.

        Raises
        ------
        SettingsError
            With every fault.
        """
        if self.faults:
            raise SettingsError(f"Anropet kan inte göras. {'; '.join(self.faults)}.")
