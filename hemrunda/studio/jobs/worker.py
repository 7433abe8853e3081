"""Long work in a process of its own: asked by lines of JSON, and answering by lines.

It keeps the folder open, so that the second question is answered at once. ``stop`` ends the search
and keeps the best so far; when whoever asked is gone, so is it.
"""

from __future__ import annotations

import gc
import json
import os
import queue
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from data.errors import HemrundaError
from data.progress import Progress
from hemrunda.studio.jobs.kept import LATER
from hemrunda.studio.jobs.redesign_job import redesigned
from hemrunda.studio.jobs.repair_job import repaired
from hemrunda.studio.jobs.rounds_job import planned
from hemrunda.studio.jobs.study_job import studied
from hemrunda.studio.shown.job_rows import Asked, WorkDone

if TYPE_CHECKING:
    from hemrunda.studio.session import Session
    from hemrunda.studio.shown.round_rows import StudioRounds

REPORT_EVERY_S: Final = 0.2
BEST_EVERY_S: Final = 2.0
"""Seconds between two pictures of the best so far: drawing it must not slow the search."""
Publish = Callable[[Mapping[str, Any]], None]


def main() -> None:
    """Answer the questions that come on standard input, until there are no more."""
    sys.stdout, answers = sys.stderr, sys.stdout
    lock = threading.Lock()

    def publish(message: Mapping[str, Any]) -> None:
        with lock:
            answers.write(json.dumps(message, ensure_ascii=True) + "\n")
            answers.flush()

    questions: queue.Queue[Asked | None] = queue.Queue()
    stop = threading.Event()
    looked: dict[str, str] = {}

    def listen() -> None:
        for line in sys.stdin:
            asked = json.loads(line)
            if asked["kind"] == "stop":
                stop.set()
            elif asked["kind"] == "look":
                looked.update(team=str(asked["team"]), day=str(asked["day"]))
            else:
                questions.put(asked)
        os._exit(0)  # nobody is left to tell: no half-made plan is worth finishing

    threading.Thread(target=listen, daemon=True).start()
    sessions: dict[str, Session] = {}
    while (asked := questions.get()) is not None:
        stop.clear()
        looked.clear()
        answer = _answered(asked, sessions, _Publisher(publish, stop, looked))
        later = answer.pop(LATER, None)
        publish(answer)
        if callable(later):
            publish(_completed(asked, later))


@dataclass
class _Publisher:
    """How one piece of work tells of itself: how far, and the best so far where that is looked at.

    Attributes
    ----------
    looked : mapping
        ``team`` and ``day`` that a page looks at; empty while none does.
    """

    publish: Publish
    stop: threading.Event
    looked: Mapping[str, str]

    def progress_of(self, job: int) -> Progress:
        """What is passed into the work."""
        reported_s = shown_s = 0.0

        def report(done: float, text: str) -> None:
            nonlocal reported_s
            now_s = time.monotonic()
            if now_s - reported_s >= REPORT_EVERY_S:
                reported_s = now_s
                self.publish({"kind": "progress", "job": job, "done": round(done, 3), "text": text})

        def show(make: Callable[[], Any]) -> None:
            nonlocal shown_s
            now_s = time.monotonic()
            if self.looked and now_s - shown_s >= BEST_EVERY_S:
                self.publish({"kind": "best", "job": job, "block": drawn(make(), **self.looked)})
                shown_s = time.monotonic()

        return Progress(report, self.stop, show)


def drawn(present: Any, team: str, day: str) -> StudioRounds:
    """One team's rounds of a day, of a plan that nobody has yet."""
    from hemrunda.studio.payloads import rounds_payload

    dates = present.plan.round_plan.dates
    date = next((text for text in dates if text.isoformat() == day), dates[0])
    return rounds_payload(present, date, team or None)


def _answered(
    asked: Mapping[str, Any], sessions: dict[str, Session], teller: _Publisher
) -> dict[str, object]:
    from hemrunda.studio.session import Session
    from routing.travel.shared_tables import SharedTables

    progress = teller.progress_of(asked["job"])

    def work() -> WorkDone:
        session = sessions.get(asked["folder"])
        if session is None:
            sessions.clear()
            session = sessions[asked["folder"]] = Session(
                Path(asked["folder"]),
                Progress(lambda done, text: progress.report(0.04 * done, f"Öppnar mappen: {text}")),
                SharedTables(asked["shared"]),
            )
            gc.freeze()  # what stands as long as the folder is open is not looked through again
        session.catch_up()
        return WORK[asked["kind"]](session, asked, progress)

    return _completed(asked, work)


def _completed(asked: Mapping[str, Any], work: Callable[[], WorkDone]) -> dict[str, object]:
    """What comes of work, or why nothing did, in words."""
    try:
        return {"kind": "done", "job": asked["job"], **work()}
    except HemrundaError as error:
        return {"kind": "failed", "job": asked["job"], "text": str(error)}
    except Exception as error:  # no trace: it could quote a client's address
        text = f"Oväntat fel ({type(error).__name__}). Ingenting har ändrats."
        return {"kind": "failed", "job": asked["job"], "text": text}


def warmed(_session: Session, _asked: Mapping[str, Any], _watch: Progress) -> WorkDone:
    """The folder is open: what comes next is answered at once."""
    return {"of": "warm"}


WORK: Final[Mapping[str, Callable[[Session, Asked, Progress], WorkDone]]] = {
    "plan": planned, "repair": repaired, "redesign": redesigned, "study": studied,
    "warm": warmed,
}  # fmt: skip


if __name__ == "__main__":
    main()
