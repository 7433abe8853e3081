"""The last words of a run: what matters first, five figures, and what to do next."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from data.layers.layer_kinds import LAYERS
from data.units import number_text
from hemrunda.console import plain
from hemrunda.speech.spoken import said
from hemrunda.stages import peak_mb

if TYPE_CHECKING:
    from data.receipt import Receipt
    from hemrunda.pipeline import Outcome
    from hemrunda.stages import Took

ARROWS: Final = {1: "↑", -1: "↓", 0: ""}
STAGES_SV: Final = {
    "travel": "restider", "teams": "lagen", "rounds": "rundor", "check": "granskning",
    "measures": "mått", "files": "filer", "rest": "annat",
}  # fmt: skip
ARROWS_PLAIN: Final = {1: "+", -1: "-", 0: ""}
"""For a console that has no arrows (cp1252, faults.md J4)."""


def print_outcome(
    outcome: Outcome, out: Path, *, as_json: bool, receipt: Receipt | None = None
) -> None:
    """Print the summary in the language that is spoken, or as JSON for machines."""
    if as_json:
        result = {
            "out": str(out),
            "summary": dict(outcome.summary),
            "files": [path.name for path in outcome.files],
            "stages": outcome.stages,
            "notes": outcome.notes,
            "late_suggestions": outcome.late,
            "receipt": receipt.as_list() if receipt else [],
        }
        click.echo(json.dumps(result, ensure_ascii=False, indent=2))
        return
    for note in outcome.notes:
        click.echo(f"Obs: {plain(note)}", err=True)
    click.echo(plain(stage_line(outcome.stages)), err=True)
    for line in summary_lines(outcome, out):
        click.echo(plain(line))
    if outcome.late:
        late = said("Det som inte fick plats, om det får bli sent (förslag, inte plan):")
        click.echo(f"\n{late}")
        for line in outcome.late:
            click.echo(f"  {plain(line)}")


def stage_line(stages: Mapping[str, Took]) -> str:
    """Processor seconds of each stage and of the rest of the program, and the most memory."""
    used = {name: took["cpu_s"] for name, took in stages.items()}
    used["rest"] = max(0.0, time.process_time() - sum(used.values()))
    parts = ", ".join(
        f"{said(STAGES_SV[name])} {number_text(seconds, 1)}" for name, seconds in used.items()
    )
    line = f"{said('Processorsekunder')}: {parts}"
    most = peak_mb()
    return f"{line}. {said('Minne som mest')}: {number_text(most, 0)} MB" if most else line


def summary_lines(outcome: Outcome, out: Path) -> list[str]:
    """What must be done and is not, who changes, the five figures, where to look, what to do."""
    from data.store.outputs import EXACT_WORKBOOK
    from hemrunda.writing.what_matters import (
        change_lines,
        exact_lines,
        five_figures,
        next_step,
        table_lines,
        unplanned_lines,
    )

    plan, before = outcome.plan, outcome.before
    figures, exact = table_lines(five_figures(plan, before), arrows()), exact_lines(plan)
    workbook = out / (EXACT_WORKBOOK if exact else "rounds.xlsx")
    return [
        "",
        *unplanned_lines(plan),
        *change_lines(plan, before),
        "",
        *figures,
        "",
        f"{said('Allt på en sida (fungerar utan nät):')}  {out / 'index.html'}",
        f"{said('I Excel:')}  {workbook}",
        *exact,
        *layer_lines(outcome, out),
        f"{said('Nästa steg:')}  {next_step(plan, before, out)}",
    ]


def layer_lines(outcome: Outcome, out: Path) -> list[str]:
    """How many visits and rounds each layer has, what found no place, and where it lies."""
    lines = []
    for layer in outcome.layers:
        if layer.layer is None:
            continue
        plan, words = layer.round_plan, LAYERS[layer.layer]
        headline = said("{layer}: {visits} besök i {rounds} rundor, {left} utan plats:").format(
            layer=said(words.title),
            visits=sum(row.kind == "visit" for row in plan.rows),
            rounds=len(plan.rounds),
            left=len(plan.unplanned),
        )
        lines.append(f"{headline}  {out / words.folder / 'index.html'}")
    return lines


def arrows() -> dict[int, str]:
    """Arrows that the screen can show."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        "↑↓".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return ARROWS_PLAIN
    return ARROWS
