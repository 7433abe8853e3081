"""What one server has open, where it stands, and the long work under way for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from data.errors import HemrundaError, InputError, SettingsError
from data.progress import Progress
from hemrunda.studio import folders, payloads
from hemrunda.studio.helper import Helper
from hemrunda.studio.hub import Hub
from hemrunda.studio.session import TABLES, Session
from hemrunda.studio.studio_scenario import counted


class Room:
    """The state that all pages of a server share.

    Attributes
    ----------
    phase : str
        ``start``, ``opening``, ``network`` (tables without streets), ``faults`` or ``ready``.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.hub = Hub()
        self.helper = Helper(self._hear)
        self.session: Session | None = None
        self.folder: Path | None = None
        self.phase = "start"
        self.progress: dict[str, Any] = {}
        self.faults: list[dict[str, Any]] = []
        self.receipt: list[dict[str, Any]] = []
        self.trouble = ""
        self.job: dict[str, Any] | None = None
        self.result: dict[str, Any] | None = None
        self._ground: dict[str, Any] | None = None
        self._territories: payloads.Territories | None = None
        self._figures: tuple[tuple[Any, ...], dict[str, Any]] | None = None
        self._busy = threading.Lock()

    @property
    def at(self) -> Session:
        """The open session.

        Raises
        ------
        SettingsError
            Where no folder is open.
        """
        if self.session is None or self.phase != "ready":
            raise SettingsError("Ingen arbetsmapp är öppen.")
        return self.session

    def open(self, folder: Path) -> None:
        """Open a folder in the background; the pages are told how it goes."""
        if not folder.is_dir():
            raise SettingsError("Mappen finns inte.")
        self._in_background(lambda progress: self._open(folder, progress))

    def open_demo(self, n_clients: int, n_days: int) -> None:
        """Make the made-up municipality and open it."""

        def run(progress: Progress) -> None:
            folder = folders.make_demo(
                self.root, n_clients, n_days,
                Progress(lambda done, text: progress.report(0.4 * done, text), progress.stop),
            )  # fmt: skip
            self._open(folder, progress)

        self._in_background(run)

    def give_network(self, number: int) -> None:
        """Choose one of the networks at hand for the tables that are open."""
        networks = folders.networks_at_hand(self.root)
        folder = self.folder
        if folder is None or not 0 <= number < len(networks):
            raise SettingsError("Gatunätet finns inte.")

        def run(progress: Progress) -> None:
            folders.give_network(folder, networks[number], progress)
            self._open(folder, progress)

        self._in_background(run)

    def leave(self) -> None:
        """Close the folder; what was done is in it."""
        self.helper.end()
        self.session, self.folder, self.job, self.result = None, None, None, None
        self._ground = self._territories = self._figures = None
        self._report_phase("start")

    def _in_background(self, run: Callable[[Progress], None]) -> None:
        if not self._busy.acquire(blocking=False):
            raise SettingsError("En mapp öppnas redan.")
        self.faults, self.trouble, self.session = [], "", None
        self._report_phase("opening")

        def work() -> None:
            try:
                run(Progress(self._report))
            except InputError as error:
                self._show_faults(error.faults, error.receipt)
                self._report_phase("faults")
            except HemrundaError as error:
                self.trouble = str(error)
                self._report_phase("start")
            except Exception as error:  # its text could quote a row of the tables
                self.trouble = f"Oväntat fel ({type(error).__name__}). Inget är ändrat."
                self._report_phase("start")
            finally:
                self._busy.release()

        threading.Thread(target=work, daemon=True).start()

    def _report(self, done: float, text: str) -> None:
        self.progress = {"done": round(done, 3), "text": text}
        self.hub.tell({"kind": "opening", **self.progress})

    def _open(self, folder: Path, progress: Progress) -> None:
        self.folder = folder
        has_tables = (folder / TABLES).exists() or any(folder.glob("*.csv"))
        if not has_tables:
            raise SettingsError("Mappen har varken indata.xlsx eller tabeller i CSV.")
        if not (folder / "network").exists():
            self._look_without_streets(folder)
            self._report_phase("network")
            return
        session = Session(folder, progress)
        progress.report(0.75, "Ritar kartan")
        plan = session.present().plan
        self._ground = payloads.ground_blocks(plan)
        self._territories = payloads.Territories(plan)
        progress.report(0.9, "Räknar på dagens lag")
        self._show_faults(session.warnings, plan.receipt)
        self.session = session
        payloads.teams_block(session, session.present(), self._territories)
        self.helper.ask("warm", str(folder))
        self._report_phase("ready")

    def _look_without_streets(self, folder: Path) -> None:
        """What is wrong with the tables already, before there are streets."""
        from hemrunda.workfolder.inputs import read_tables, settings_for

        source = folder / TABLES
        try:
            tables = read_tables(source, settings_for(source, None), None)
            self._show_faults(tables.warnings, tables.receipt)
        except InputError as error:
            self._show_faults(error.faults, error.receipt)

    def correct(self, cells: list[dict[str, Any]]) -> None:
        """Write corrected cells into the folder's workbook, and read it again."""
        from hemrunda.studio.input_corrections import correct_cells

        if self.folder is None or self._busy.locked():
            raise SettingsError("Ingen arbetsmapp är öppen.")
        correct_cells(self.folder / TABLES, cells, self.receipt)
        self.open(self.folder)

    def _show_faults(self, faults: Any, receipt: Any = None) -> None:
        self.receipt = [asdict(sheet) for sheet in receipt.sheets] if receipt is not None else []
        self.faults = [
            {
                "file": fault.file, "sheet": fault.sheet, "row": fault.row, "column": fault.column,
                "found": fault.found, "allowed": fault.allowed, "is_warning": fault.is_warning,
            }
            for fault in faults
        ]  # fmt: skip

    def _report_phase(self, phase: str) -> None:
        self.phase = phase
        self.hub.tell({"kind": "phase", "phase": phase})

    def state(self) -> dict[str, Any]:
        """Where everything stands, for a page that has just come."""
        made: dict[str, Any] = {
            "phase": self.phase,
            "folder": self.folder.name if self.folder else "",
            "progress": self.progress,
            "trouble": self.trouble,
            "n_faults": sum(not fault["is_warning"] for fault in self.faults),
            "n_warnings": sum(one["is_warning"] for one in self.faults),
            "job": self.job,
            "result": self.result,
        }
        if self.session is not None and self.phase == "ready":
            present = self.session.present()
            plan, scenario = present.plan, present.scenario
            made |= {
                "rev": present.rev,
                "place": plan.municipality.name,
                "dates": [day.isoformat() for day in plan.round_plan.dates],
                "table_dates": [day.isoformat() for day in plan.municipality.dates],
                "teams": [team.team_id for team in plan.team_plan.teams if team.client_ids],
                "has_rounds": bool(plan.round_plan.rows),
                "is_approved": scenario.is_approved,
                "plan_id": plan.plan_id,
                **counted(scenario),
            }
        return made

    def ground(self) -> dict[str, Any]:
        """The base map."""
        if self._ground is None:
            raise SettingsError("Ingen arbetsmapp är öppen.")
        return self._ground

    def teams(self) -> dict[str, Any]:
        """The division as it stands."""
        session = self.at
        if self._territories is None:
            raise SettingsError("Ingen arbetsmapp är öppen.")
        return payloads.teams_block(session, session.present(), self._territories)

    def figures(self) -> dict[str, Any]:
        """The plan's figures, measured once for each state of it, beside those before all acts."""
        present = self.at.present()
        key = present.scenario.live
        if self._figures is None or self._figures[0] != key:
            self._figures = (key, payloads.figures(present))
        return {"rev": present.rev, **self._figures[1]}

    def ask(self, kind: str, **more: Any) -> int:
        """Long work; one at a time."""
        if self.job is not None:
            raise SettingsError("Ett arbete pågår redan. Stoppa det först.")
        folder = self.at.folder
        self.result = None
        number = self.helper.ask(kind, str(folder), **more)
        self.job = {"kind": kind, "job": number, "done": 0.0, "text": "Börjar"}
        self.hub.tell({"kind": "job", "job": self.job})
        return number

    def _hear(self, answer: Mapping[str, Any]) -> None:
        if self.job is None or answer["job"] != self.job["job"]:
            return
        if answer["kind"] == "progress":
            self.job = {**self.job, "done": answer["done"], "text": answer["text"]}
            self.hub.tell({"kind": "job", "job": self.job})
            return
        self.job = None
        self.result = dict(answer)
        self.hub.tell({"kind": "result", "result": self.result})

    def changed(self, rev: int, who: str, tab: str) -> None:
        """Tell the pages that somebody has acted, and in which of them."""
        self.hub.tell({"kind": "rev", "rev": rev, "who": who, "tab": tab})
