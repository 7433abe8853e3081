"""Today's plan on one page: can it be driven, what is wrong with the export, what it is worth.

The first page that a manager sees. Beside it, where there is one, what Hemrunda proposes. Numbers
only; nobody is named, and nothing is told by id.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.atomic import write_text
from maps.common.html_parts import Heading, Part, Table, Text
from maps.common.plain_page import parts_page
from maps.common.texts import texts
from maps.reports.report_view import measures_table


@dataclass(frozen=True, slots=True)
class BaselineFacts:
    """What was read and found.

    Attributes
    ----------
    n_rows, n_left_out, n_rounds, n_days : int
    names_carers : bool
    breaches : mapping of rule to int
        By the codes of `routing.check`.
    reasons : mapping of str to int
        Faults of the export, in Swedish words.
    """

    n_rows: int
    n_left_out: int
    n_rounds: int
    n_days: int
    names_carers: bool
    breaches: Mapping[str, int]
    reasons: Mapping[str, int]


def write_baseline_page(
    path: Path,
    facts: BaselineFacts,
    measures: Mapping[str, Any],
    *,
    place: str,
    mark: str,
    proposal: Mapping[str, Any] | None = None,
    folder: str = "",
    language: str = "sv",
) -> None:
    """Write the page.

    Parameters
    ----------
    measures : mapping
        Of today's plan, as ``measures.json`` has them.
    proposal : mapping, optional
        Measures of our plan, to stand beside; ``folder`` is its name.

    Raises
    ------
    StoreError
        Where the file cannot be written.
    """
    words = texts(language)
    scope = measures.get("municipality", {})
    parts: list[Part] = [
        Text(words["baseline_read"].format(
            rows=facts.n_rows, left=facts.n_left_out, rounds=facts.n_rounds, days=facts.n_days,
        )),
    ]  # fmt: skip
    if not facts.names_carers:
        parts.append(Text(words["baseline_no_carers"]))
    parts.append(Heading(words["report_measures"]))
    if proposal is None:
        parts.append(measures_table(scope, None, words))
    else:
        parts.append(Text(words["baseline_compared"].format(folder=folder)))
        n_days = len(proposal.get("dates", ()))
        if n_days != facts.n_days:
            parts.append(Text(words["baseline_other_days"].format(before=facts.n_days, now=n_days)))
        beside = {**words, "before": words["today_plan"], "now": words["proposal"]}
        parts.append(measures_table(proposal.get("municipality", {}), scope, beside))
        parts.append(Text(words["report_better"]))
    breaches = {words[f"rule_{rule}"]: n for rule, n in facts.breaches.items()}
    parts += _counted("breaches", breaches, words)
    parts += _counted("export_faults", facts.reasons, words)
    write_text(Path(path), parts_page(parts, words["baseline"], place, mark, language))


def _counted(kind: str, counts: Mapping[str, int], words: Mapping[str, str]) -> list[Part]:
    """A heading, what is counted, and the counts, most first."""
    heading = Heading(words[f"baseline_{kind}"])
    if not counts:
        return [heading, Text(words[f"baseline_no_{kind}"])]
    rows = tuple(
        (what, str(n)) for what, n in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )
    header = (words["baseline_what"], words["baseline_count"])
    return [heading, Text(words[f"baseline_{kind}_is"]), Table(header, rows, (0.8, 0.2))]
