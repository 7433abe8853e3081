"""``index.html``: one door to everything that lies in a plan's folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

from data.atomic import write_text
from maps.common.plain_page import plain_page, safe
from maps.common.texts import texts

_KINDS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("maps", ("maps/teams", "maps/rounds-", "maps/continuity", "maps/")),
    ("reports", ("report", "teams-report", "baseline", "redesign")),
    ("staff", ("staff/", "grundschema/")),
    *((kind, tuple(f"{folder}/{name}" for name in
                   ("index.", "rounds.xlsx", "unplanned.csv", "maps/")))
      for kind, folder in (("night", "natt"), ("alarm", "larm"), ("homecoming", "hemgang"))),
    ("tables", ("plan/", "rounds.xlsx", "teams.csv", "clients.csv", "rounds.csv", "unplanned.csv",
                "minutes.csv", "late.csv", "changes.csv", "redesign.csv", "faults.csv",
                "indata.xlsx", "plan.gpkg")),
)  # fmt: skip
"""Sections of the page, and how the names of their files begin."""
OPENS: Final = frozenset({".html", ".pdf", ".xlsx", ".csv", ".gpkg"})
LISTED_MOST: Final = 80
"""Of one section: a folder of every carer's sheets is opened as a folder."""

FOLDED_OVER: Final = 16
"""A section of more files is folded: the tables below it are seen at once."""


@dataclass(frozen=True)
class IndexFacts:
    """What stands at the head of the page.

    Attributes
    ----------
    place : str
        The municipality.
    lines : sequence of str
        What matters first, as the command line tells it.
    mark : str
        Plan, date and origin, at the foot.
    """

    place: str
    lines: Sequence[str]
    mark: str


def write_index(
    path: Path, names: Sequence[str], facts: IndexFacts, *, language: str = "sv"
) -> None:
    """Write the page.

    Parameters
    ----------
    path : Path
    names : sequence of str
        Files of the folder, by their path within it; those of ``private/`` are left out.
    facts : IndexFacts

    Raises
    ------
    StoreError
        Where the file cannot be written.
    """
    words = texts(language)
    page = plain_page(
        words["index"],
        style="index.css",
        header=f"<h1>{safe(words['index'])}</h1><p>{safe(facts.place)}</p>",
        main=_main(names, facts, words),
        footer=f"<p>{safe(words['index_secret'])}</p><p>{safe(facts.mark)}</p>",
        language=language,
    )
    write_text(path, page)


def _main(names: Sequence[str], facts: IndexFacts, words: Mapping[str, str]) -> Iterator[str]:
    if facts.lines:
        body = "\n".join(f"<p>{safe(line)}</p>" for line in facts.lines if line.strip())
        yield f'<section class="first">{body}</section>'
    for kind, begins in _KINDS:
        main_names = sorted(
            (name for name in names if _is_of(name, begins)),
            key=lambda name: (_rank(name, begins), name),
        )
        if main_names:
            yield f"<h2>{safe(words[f'index_{kind}'])}</h2>"
            is_long = len(main_names) > FOLDED_OVER
            if is_long:
                heading = words["index_files"].format(n=len(main_names))
                yield f"<details><summary>{safe(heading)}</summary>"
            yield "<ul>"
            yield from (_item(name, words) for name in main_names[:LISTED_MOST])
            if len(main_names) > LISTED_MOST:
                more = words["index_more"].format(n=len(main_names) - LISTED_MOST)
                yield f"<li>{safe(more)}</li>"
            yield "</ul></details>" if is_long else "</ul>"


def _is_of(name: str, begins: Sequence[str]) -> bool:
    return Path(name).suffix in OPENS and any(name.startswith(start) for start in begins)


def _rank(name: str, begins: Sequence[str]) -> int:
    return next(rank for rank, start in enumerate(begins) if name.startswith(start))


def _item(name: str, words: Mapping[str, str]) -> str:
    """A file with what it is; files of one kind by their own name."""
    stem = Path(name).stem
    key = next(
        (
            f"index_is_{kind}"
            for kind in ("teams-council", "teams-anonymous", "teams-report", "report", "rounds-",
                         "continuity", "point-", "redesign", "baseline")
            if stem.startswith(kind) and Path(name).suffix in (".html", ".pdf")
        ),
        "",
    ).replace("-", "_").rstrip("_")  # fmt: skip
    if not key and name == "maps/teams.html":
        key = "index_is_teams"
    if not key and "/" not in name:
        key = f"index_is_{name.replace('.', '_')}"
    text = words.get(key, "")
    link = f'<a href="{quote(name)}">{safe(name)}</a>'
    return f"<li>{link}{f' <span>{safe(text)}</span>' if text else ''}</li>"
