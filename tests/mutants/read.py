"""The list of mutants, as it is written in ``mutants.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Mutant:
    """One change that a test must notice.

    ``text`` is in ``file`` once, word for word; ``tests`` are what pytest is given.
    """

    name: str
    file: str
    text: str
    becomes: str
    tests: tuple[str, ...]
    is_compiled: bool = False
    """Whether its tests search for so long that they need compiled kernels."""


def read_mutants() -> list[Mutant]:
    """All mutants, in the order of the list."""
    table = tomllib.loads((ROOT / "tests" / "mutants" / "mutants.toml").read_text("utf-8"))
    return [Mutant(**{**one, "tests": tuple(one["tests"])}) for one in table["mutant"]]
