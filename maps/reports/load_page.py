"""Need against staff as a heat map, team by team: hours across, weekdays down (MA-38).

Beside each weekday with a peak above the staff stands what wider windows would give. Nobody is
named; visits are told by id, of those who may be told of only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from data.atomic import write_text
from maps.common.html_parts import number
from maps.common.plain_page import plain_page, safe
from maps.common.texts import texts

LEVELS = ("short2", "short", "even", "spare")
"""At least one carer too few; fewer than one; as many as needed; one or more to spare."""
_KEY_NEEDED = ("4,1", "3,4", "3,0", "1,5")
"""What the page's key shows as needed of each level, where three are at work."""
N_WEEKDAYS = 7


@dataclass(frozen=True, slots=True)
class HourLoad:
    """Carers needed and at work, in the mean over an hour and over the dates of a weekday."""

    needed: float
    at_work: float

    @property
    def level(self) -> str:
        """Which of `LEVELS`; nothing where nobody is needed."""
        if not self.needed:
            return "none"
        lacking = round(self.needed - self.at_work, 1)
        if lacking > 0:
            return "short2" if lacking >= 1 else "short"
        return "spare" if lacking <= -1 else "even"


@dataclass(frozen=True, slots=True)
class PeakRow:
    """A peak above the staff: when, how many are needed and at work, what wider windows give."""

    days: tuple[str, ...]
    span: str
    needed: int
    at_work: int
    widen: tuple[str, ...]
    needed_after: int


@dataclass(frozen=True, slots=True)
class GroupLoad:
    """A team by day, or an area in the evening."""

    name: str
    is_area: bool
    hours: Mapping[tuple[int, int], HourLoad]
    """By weekday, 0 Monday, and hour."""
    peaks: Sequence[PeakRow]


def write_load_page(
    path: Path,
    groups: Sequence[GroupLoad],
    *,
    place: str,
    mark: str,
    widen_min: int,
    n_hidden: int = 0,
    language: str = "sv",
) -> None:
    """Write the page.

    Parameters
    ----------
    widen_min : int
        By how much windows are widened, both ways.
    n_hidden : int
        Clients whose need is not counted, told under the introduction.

    Raises
    ------
    StoreError
        Where the file cannot be written.
    """
    words = texts(language)
    body = [f"<p>{safe(words['load_intro'])}</p>"]
    if n_hidden:
        body.append(f"<p><strong>{safe(words['load_hidden'].format(n=n_hidden))}</strong></p>")
    body.append(_key(words))
    body += [_group(group_load, widen_min, words) for group_load in groups]
    page = plain_page(
        words["load_title"],
        style="load.css",
        header=f"<h1>{safe(words['load_title'])}</h1><p>{safe(place)}</p>",
        main=body,
        footer=f"<p>{safe(mark)}</p>",
        language=language,
    )
    write_text(Path(path), page)


def _key(words: Mapping[str, str]) -> str:
    items = "".join(
        f'<li><b class="{level}">{needed}<br>3</b> {safe(words[f"load_{level}"])}</li>'
        for level, needed in zip(LEVELS, _KEY_NEEDED, strict=True)
    )
    return f'<ul class="key">{items}</ul>'


def _group(group_load: GroupLoad, widen_min: int, words: Mapping[str, str]) -> str:
    key = "load_area" if group_load.is_area else "team_heading"
    name = safe(words[key].format(id=group_load.name))
    return "\n".join(
        [f"<section><h2>{name}</h2>", _grid(group_load, name, words),
         _peaks(group_load, widen_min, words),
         "</section>"]
    )  # fmt: skip


def _grid(group_load: GroupLoad, name: str, words: Mapping[str, str]) -> str:
    used = sorted({hour for (_, hour), load in group_load.hours.items() if load.needed})
    if not used:
        return f"<p>{safe(words['load_nothing'])}</p>"
    hours = range(used[0], used[-1] + 1)
    head = "".join(f'<th scope="col">{hour:02d}</th>' for hour in hours)
    rows = []
    for day in range(N_WEEKDAYS):
        cells = "".join(_cell(group_load.hours.get((day, hour))) for hour in hours)
        rows.append(f'<tr><th scope="row">{safe(words[f"weekday_{day}"])}</th>{cells}</tr>')
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{name}"><table class="heat">'
        f'<thead><tr><th scope="col">{safe(words["load_hour"])}</th>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _cell(load: HourLoad | None) -> str:
    if load is None or not load.needed:
        return "<td></td>"
    cell_text = (
        f"{number(load.needed, 1)}<br>{number(load.at_work, 0 if load.at_work % 1 == 0 else 1)}"
    )
    return f'<td class="{load.level}">{cell_text}</td>'


def _peaks(group_load: GroupLoad, widen_min: int, words: Mapping[str, str]) -> str:
    if not group_load.peaks:
        return f"<p>{safe(words['load_no_peak'])}</p>"
    header = ("load_days", "load_when", "load_needed", "load_at_work", "load_widen", "load_after")
    head = "".join(f'<th scope="col">{safe(words[key].format(n=widen_min))}</th>' for key in header)
    rows = "\n".join(
        "<tr>"
        + "".join(
            f"<td>{safe(cell)}</td>"
            for cell in (
                ", ".join(peak.days), peak.span, str(peak.needed), str(peak.at_work),
                ", ".join(peak.widen) or "–", str(peak.needed_after) if peak.widen else "–",
            )
        )
        + "</tr>"
        for peak in group_load.peaks
    )  # fmt: skip
    name = safe(words["load_peaks"])
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{name}"><table class="peaks">'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
