"""What is printed: faults, summaries and a progress bar, with no control characters let through."""

from __future__ import annotations

import contextlib
import errno
import json
import sys
import threading
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, cast

import click

from data.errors import Fault
from data.progress import Progress
from hemrunda.interrupt import stopping_on_ctrl_c
from hemrunda.speech.messages import localised, localised_lines
from hemrunda.speech.spoken import said

if TYPE_CHECKING:
    from data.errors import InputError
    from data.receipt import Receipt

MAX_LINES = 40
"""Of faults on screen; the rest are counted."""
LINE_EVERY_S = 10.0


def plain(text: str) -> str:
    """``text`` without control and direction characters, safe for any terminal (faults.md F12).

    Nor with the line ends that are no control characters: what follows one would look like ours.
    """
    return "".join(
        "?" if character != "\t" and _is_unsafe(character) else character for character in text
    )


def _is_unsafe(character: str) -> bool:
    kind = unicodedata.category(character)
    return kind[0] == "C" or kind in ("Zl", "Zp")


class WindowStream:
    """A text stream to a window that may be closed: nothing is shown then, and the work goes on.

    A closed terminal refuses every write (EIO), a pipe that nobody reads any more too (EPIPE).
    What a disk refuses is raised as ever.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._refusals = {errno.EPIPE, errno.EIO} if stream.isatty() else {errno.EPIPE}

    def write(self, text: str) -> int:
        """Write ``text``, if there is anybody to see it."""
        with self._perhaps_closed():
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Show what has been written."""
        with self._perhaps_closed():
            self._stream.flush()

    @contextlib.contextmanager
    def _perhaps_closed(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if error.errno not in self._refusals:
                raise

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class CleanStream:
    """A text stream that lets no control character through but line ends and tabs (F12).

    What passes is said in the language that is spoken (`hemrunda.speech.messages`). Ids, paths and
    cells come from others; an escape sequence in one could repaint the screen.
    """

    def __init__(self, stream: TextIO) -> None:
        self.whole = cast("TextIO", WindowStream(stream))
        """The stream with all its signs, for the progress bar, which paints."""

    def write(self, text: str) -> int:
        """Write ``text``, made plain line by line."""
        if not isinstance(text, str):
            raise TypeError("text only")
        self.whole.write("\n".join(plain(line) for line in localised_lines(text).split("\n")))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write each of ``lines``."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        if name == "buffer":  # nothing goes round us
            raise AttributeError(name)
        return getattr(self.whole, name)


def decimal(number: float, n_decimals: int = 1) -> str:
    """A number as Swedish texts have it."""
    from data.units import number_text

    return number_text(number, n_decimals)


def show_faults(faults: Sequence[Fault], *, marked: Path | None = None) -> None:
    """Print the faults grouped by cause, warnings last; at most `MAX_LINES` lines.

    Parameters
    ----------
    faults : sequence of Fault
    marked : Path, optional
        The marked workbook, where all of them stand.
    """
    from data.tables.out.causes import causes_of

    causes = causes_of(faults)
    wrong = [cause for cause in causes if not cause.first.is_warning]
    warnings = [cause for cause in causes if cause.first.is_warning]
    left = MAX_LINES - 1
    for title, group in ((said("fel"), wrong), (said("varningar"), warnings)):
        if not group or left < 2:
            continue
        click.echo(f"{sum(len(cause.faults) for cause in group)} {title}:", err=True)
        n_shown = min(len(group), left - 1)
        for cause in group[:n_shown]:
            click.echo(f"  {plain(cause.text(localised))}", err=True)
        left -= n_shown + 1
        if n_shown < len(group):
            more = said("… och {n} slag till").format(n=len(group) - n_shown)
            click.echo(f"  {more}", err=True)
            left -= 1
    if marked is not None:
        click.echo(f"{said('Allt står i')} {marked}", err=True)
    elif any(len(cause.rows) > 1 for cause in wrong) or len(wrong) > 5:
        click.echo(said("Alla med rad: hemrunda check INDATA --out granskad.xlsx"), err=True)


def show_receipt(receipt: Receipt | None) -> None:
    """Print what of the files was read as what."""
    if receipt is not None and receipt.sheets:
        click.echo(said("Så lästes filerna:"))
        for line in receipt.lines():
            label, colon, what = line.partition(": ") if line.startswith(" ") else ("", "", line)
            click.echo(f"  {plain(localised(label, with_words=True) + colon + localised(what))}")


def faults_as_json(error: InputError) -> int:
    """Print what stopped the reading, and the receipt, as JSON; the exit code."""
    summary = {
        "fel": [str(fault) for fault in error.faults],
        "kvitto": error.receipt.as_list() if error.receipt else [],
    }
    click.echo(json.dumps(summary, ensure_ascii=False))
    return error.exit_code


def show_pairs(title: str, pairs: Sequence[tuple[str, str]]) -> None:
    """Print a short table of labels and values."""
    click.echo(f"\n{localised(title, with_words=True)}")
    shown = [(localised(label, with_words=True), localised(value)) for label, value in pairs]
    width = max((len(label) for label, _ in shown), default=0)
    for label, value in shown:
        click.echo(f"  {plain(label):<{width}}  {plain(value)}")


def is_yes(answer: str) -> bool:
    """``j`` and ``ja``, ``y`` and ``yes``; all else is no.

    Click's own question knows English letters only, and asks again for ever where somebody says ja.
    """
    return answer.strip().casefold() in {"j", "ja", "y", "yes"}


def step_said(text: str) -> str:
    """What is being done, "stage: detail", in the language that is spoken as far as it is known."""
    return localised(": ".join(said(part) for part in text.split(": ")))


@contextlib.contextmanager
def progress_bar(*, quiet: bool = False, has_best: bool = True) -> Iterator[Progress]:
    """A `Progress` with a progress bar on a terminal, stopped gently by the first Ctrl-C.

    Without ``has_best`` there is nothing worth keeping halfway, and Ctrl-C ends at once.
    """
    stopping = stopping_on_ctrl_c() if has_best else contextlib.nullcontext(threading.Event())
    with stopping as stop:
        if quiet or not sys.stderr.isatty():
            yield Progress(stop=stop) if quiet else Progress(on_report=_line_reporter(), stop=stop)
            return
        from rich import progress as rich_progress
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn, TimeElapsedColumn

        columns = (
            TextColumn("{task.description:<64}", markup=False),  # a file's name is no link
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            TimeElapsedColumn(),
        )
        with rich_progress.Progress(
            *columns,
            console=Console(file=getattr(sys.stderr, "whole", sys.stderr)),
            transient=False,
        ) as bar:
            task = bar.add_task(said("Börjar"), total=1.0)

            def report(share_done: float, text: str) -> None:
                bar.update(task, completed=share_done, description=plain(step_said(text))[:64])

            yield Progress(on_report=report, stop=stop)


def _line_reporter() -> Callable[[float, str], None]:
    """Report each new step on a line of its own, where there is no terminal to draw a bar on.

    A step that takes long tells what it has come to, now and then.
    """
    seen: set[str] = set()
    reported_s = time.monotonic()

    def report(share_done: float, text: str) -> None:
        nonlocal reported_s
        step = text.split(":")[0]
        is_due = text != step and time.monotonic() - reported_s >= LINE_EVERY_S
        if step not in seen or is_due:
            shown = text if step in seen else step
            seen.add(step)
            reported_s = time.monotonic()
            click.echo(f"[{100 * share_done:3.0f} %] {plain(step_said(shown))}", err=True)

    return report
