"""What a user sees when something goes wrong: one message in Swedish, and the right exit code.

A traceback can quote a client's address, so none is ever shown or written: unknown errors give
their type and the place in our own code only (faults.md G9).
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import traceback
from collections.abc import Callable
from typing import Any, Final

import click

from data.errors import of_system
from hemrunda.console import CleanStream
from hemrunda.interrupt import kinds, raise_interrupted
from hemrunda.speech.messages import localised
from hemrunda.speech.spoken import said

STANDS: Final = "Det som låg på disken är kvar, eller helt utbytt; inget är halvt."
EXIT_INTERRUPTED: Final = 130
EXIT_UNKNOWN: Final = 1


def run_guarded(call: Callable[[], Any]) -> int:
    """Run ``call`` and return the process's exit code; nothing escapes."""
    for stream in (sys.stdout, sys.stderr):
        # A Windows console may speak cp1252: better a question mark than a crash (faults.md J4).
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
    sys.stdout, sys.stderr = CleanStream(sys.stdout), CleanStream(sys.stderr)
    for kind in kinds():
        if kind != signal.SIGINT:
            signal.signal(kind, raise_interrupted)
    try:
        result = call()
    except click.exceptions.Exit as stop:
        return int(stop.exit_code)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        with contextlib.suppress(OSError):  # the window that would show it may be gone
            click.echo(f"\n{said('Avbrutet. Den senaste hela planen ligger kvar.')}", err=True)
        return EXIT_INTERRUPTED
    except Exception as error:
        return _report(error)
    return int(result) if isinstance(result, int) else 0


def _report(error: Exception) -> int:
    from data.errors import HemrundaError, InputError

    if isinstance(error, InputError):
        from hemrunda.console import show_faults, show_receipt

        show_receipt(error.receipt)
        show_faults(error.faults)
        return error.exit_code
    if isinstance(error, HemrundaError):
        click.echo(f"{said('Fel:')} {localised(str(error))}", err=True)
        return error.exit_code
    if isinstance(error, MemoryError):
        enough = said("datorns minne räcker inte. Prova färre dagar åt gången.")
        click.echo(f"{said('Fel:')} {enough}", err=True)
        return EXIT_UNKNOWN
    if isinstance(error, OSError):
        click.echo(f"{said('Fel:')} {localised(of_system(error))} {said(STANDS)}", err=True)
        return EXIT_UNKNOWN
    sentence = said("Oväntat fel ({kind}) i {place}.").format(
        kind=type(error).__name__, place=_place(error)
    )
    asked = said("Rapportera felet med den raden; bifoga aldrig indata.")
    click.echo(f"{sentence} {said(STANDS)} {asked}", err=True)
    if os.environ.get("HEMRUNDA_DEBUG") == "1":  # for developers, on made-up data only
        traceback.print_exception(error)
    return EXIT_UNKNOWN


def _place(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return said("okänd plats")
    last = frames[-1]
    return localised(f"{os.path.basename(last.filename)} rad {last.lineno}")  # noqa: PTH119
