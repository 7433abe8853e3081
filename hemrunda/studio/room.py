"""What one server has open, where it stands, and the long work under way for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data.errors import HemrundaError, InputError, SettingsError
from data.progress import Progress
from hemrunda.studio import contact_desk, folders, payloads, sides, table_desk
from hemrunda.studio.helper import Helper
from hemrunda.studio.hub import Hub
from hemrunda.studio.session import TABLES, Present, Session
from hemrunda.studio.shown.contact_rows import ContactsPayload
from hemrunda.studio.shown.figure_rows import FiguresOfRev, FiguresPayload, GroundPayload
from hemrunda.studio.shown.room_rows import (
    AddressesPayload,
    FaultRow,
    HeadersPayload,
    JobRow,
    OpenState,
    ProgressRow,
    StatePayload,
)
from hemrunda.studio.studio_scenario import counted

if TYPE_CHECKING:
    from data.errors import Fault
    from data.streets import StreetNetwork


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
        self.progress: ProgressRow = {}
        self.faults: list[FaultRow] = []
        self._raw_faults: tuple[Fault, ...] = ()
        self.receipt: list[Mapping[str, Any]] = []
        self.failure = ""
        self.job: JobRow | None = None
        self.result: Mapping[str, Any] | None = None
        self._ground: GroundPayload | None = None
        self._territories: payloads.Territories | None = None
        self._teams: tuple[Present, payloads.StudioTeams] | None = None
        self._figures: tuple[tuple[int, ...], FiguresPayload] | None = None
        self._ceilings: tuple[Any, Any] | None = None
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
        networks = folders.known_networks(self.root)
        folder = self.folder
        if folder is None or not 0 <= number < len(networks):
            raise SettingsError("Gatunätet finns inte.")

        def run(progress: Progress) -> None:
            folders.give_network(folder, networks[number], progress)
            self._open(folder, progress)

        self._in_background(run)

    def download_network(self, place: str) -> None:
        """Fetch streets by a municipality's name for the tables that are open."""
        folder = self.folder
        if folder is None or self.phase != "network":
            raise SettingsError("Gatorna finns redan.")
        folders.place_of(place)

        def run(progress: Progress) -> None:
            try:
                folders.download_network(folder, place, progress)
            except HemrundaError as error:
                self._look_without_streets(folder)
                self.failure = str(error)  # the tables are still open, and other streets at hand
                self._report_phase("network")
                return
            self._open(folder, progress)

        self._in_background(run)

    def leave(self) -> None:
        """Close the folder; what was done is in it."""
        self._close()
        self.folder, self.result = None, None
        self._ground = self._territories = self._figures = self._ceilings = self._teams = None
        self._report_phase("start")

    def _close(self) -> None:
        self.helper.end()
        if self.session is not None:
            self.session.shared.close()
        self.session, self.job = None, None

    def _in_background(self, run: Callable[[Progress], None]) -> None:
        if not self._busy.acquire(blocking=False):
            raise SettingsError("En mapp öppnas redan.")
        # The worker has the tables as they were: it must not plan on from them.
        self._close()
        self.faults, self.failure = [], ""
        self._report_phase("opening")

        def work() -> None:
            try:
                run(Progress(self._report))
            except InputError as error:
                self._show_faults(error.faults, error.receipt)
                self._report_phase("faults")
            except HemrundaError as error:
                self.failure = str(error)
                self._report_phase("start")
            except Exception as error:  # its text could quote a row of the tables
                self.failure = f"Oväntat fel ({type(error).__name__}). Inget är ändrat."
                self._report_phase("start")
            finally:
                self._busy.release()

        threading.Thread(target=work, daemon=True).start()

    def _report(self, done: float, text: str) -> None:
        self.progress = {"done": round(done, 3), "text": text}
        self.hub.publish({"kind": "opening", **self.progress})

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
        self.helper.shared = session.shared
        progress.report(0.75, "Ritar kartan")
        plan = session.present().plan
        self._ground = payloads.ground_payloads(plan)
        self._territories = payloads.Territories(plan)
        progress.report(0.9, "Räknar på dagens lag")
        self._show_faults(session.warnings, plan.receipt)
        self.session = session
        self._teams_of(session)
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

    def correct(self, cells: Sequence[Mapping[str, Any]]) -> None:
        """Write corrected cells into the folder's workbook, and read it again."""
        from hemrunda.studio.input_corrections import correct_cells

        if self.folder is None or self._busy.locked():
            raise SettingsError("Ingen arbetsmapp är öppen.")
        correct_cells(self.folder / TABLES, cells, self.receipt)
        self.open(self.folder)

    @property
    def source(self) -> Path:
        """The tables of the folder that is open, or whose tables have faults.

        Raises
        ------
        SettingsError
            Where no folder is open.
        """
        if self.folder is None or self._busy.locked():
            raise SettingsError("Ingen arbetsmapp är öppen.")
        return self.folder / TABLES if (self.folder / TABLES).exists() else self.folder

    def _streets(self) -> StreetNetwork:
        from hemrunda.workfolder.inputs import load_streets, network_beside

        source = self.source
        if self.session is not None:
            return self.session.present().plan.network
        return load_streets(network_beside(self.folder or source, None))

    def map_headers(self, answers: Sequence[Mapping[str, Any]]) -> None:
        """Remember what headers mean, and read the tables again."""
        source = self.source
        table_desk.map_headers(source, answers)
        self.open(self.folder or source)

    def headers(self) -> HeadersPayload:
        """The headers that nobody understands; none of tables that cannot be read at all."""
        try:
            return table_desk.headers_payload(self.source)
        except HemrundaError:
            return {"headers": [], "columns": {}}

    def addresses(self) -> AddressesPayload:
        """The addresses that nobody has found a place for; none without streets to put them on."""
        try:
            return table_desk.addresses_payload(self.source, self._streets())
        except HemrundaError:
            return {"addresses": [], "n": 0, "n_hidden": 0}

    def place_addresses(self, places: Sequence[Mapping[str, Any]]) -> None:
        """Remember where addresses are, and read the tables again."""
        source = self.source
        table_desk.place_addresses(source, self._streets(), places)
        self.open(self.folder or source)

    def marked(self) -> Path:
        """A copy of the tables with the faults marked, made anew."""
        source = self.source
        target = (self.folder or source) / "studio" / "marked.xlsx"
        return table_desk.marked_copy(source, target, self._raw_faults)

    def _show_faults(self, faults: Any, receipt: Any = None) -> None:
        self.receipt = [asdict(sheet) for sheet in receipt.sheets] if receipt is not None else []
        self._raw_faults = tuple(faults)
        self.faults = [
            {
                "file": fault.file, "sheet": fault.sheet, "row": fault.row, "column": fault.column,
                "problem": fault.problem, "allowed": table_desk.on_page(fault.allowed),
                "is_warning": fault.is_warning,
            }
            for fault in faults
        ]  # fmt: skip

    def _report_phase(self, phase: str) -> None:
        self.phase = phase
        self.hub.publish({"kind": "phase", "phase": phase})

    def state(self) -> StatePayload | OpenState:
        """Where everything stands, for a page that has just come."""
        made: StatePayload = {
            "phase": self.phase,
            "folder": self.folder.name if self.folder else "",
            "progress": self.progress,
            "failure": self.failure,
            "n_faults": sum(not fault["is_warning"] for fault in self.faults),
            "n_warnings": sum(fault["is_warning"] for fault in self.faults),
            "job": self.job,
            "result": self.result,
        }
        if self.session is not None and self.phase == "ready":
            present = self.session.present()
            plan, scenario = present.plan, present.scenario
            opened: OpenState = {
                **made,
                "rev": present.rev,
                "place": plan.municipality.name,
                "dates": [day.isoformat() for day in plan.round_plan.dates],
                "table_dates": [day.isoformat() for day in plan.municipality.dates],
                "teams": [team.team_id for team in plan.team_plan.teams if team.client_ids],
                "has_rounds": bool(plan.round_plan.rows),
                "is_approved": scenario.is_approved,
                "is_today": not scenario.origin and not plan.round_plan.rows,
                "names": list(scenario.names),
                "name": next(
                    (n for n, live in scenario.names.items() if live == scenario.live), ""
                ),
                "n_requests": len(scenario.requests),
                "plan_id": plan.plan_id,
                **counted(scenario),
            }
            return opened
        return made

    def ground(self, language: str) -> GroundPayload:
        """The basemap, with the map's words in a language of the page's."""
        if self._ground is None:
            self._ground = payloads.ground_of(self._streets())
        if language != "en":
            return self._ground
        from maps.common.texts import texts

        return {**self._ground, "texts": texts(language)}

    def teams(self) -> payloads.StudioTeams:
        """The division as it stands."""
        return self._teams_of(self.at)

    def _teams_of(self, session: Session) -> payloads.StudioTeams:
        """Drawn once for each state: a city takes a third of a second."""
        if self._territories is None:
            raise SettingsError("Ingen arbetsmapp är öppen.")
        present = session.present()
        drawn = self._teams
        if drawn is None or drawn[0] is not present:
            payload = payloads.teams_payload(session, present, self._territories)
            self._teams = drawn = (present, payload)
        return drawn[1]

    def figures(self) -> FiguresOfRev:
        """The plan's figures, measured once for each state of it, beside those before all acts."""
        present = self.at.present()
        key = present.scenario.live
        if self._figures is None or self._figures[0] != key:
            self._figures = (key, payloads.figures(present))
        return {"rev": present.rev, **self._figures[1]}

    def contacts(self) -> ContactsPayload:
        """Contacts and what each carries; what the roster admits is worked out once a division."""
        present = self.at.present()
        key = (present.plan.team_plan.contact, present.scenario.disruptions)
        if self._ceilings is None or self._ceilings[0] != key:
            self._ceilings = (key, contact_desk.ceilings_of(present))
        return contact_desk.contacts_payload(present, self._ceilings[1])

    def compared(self, before: str, after: str) -> sides.ComparedPayload:
        """Two states beside each other."""
        session = self.at
        if self._territories is None:
            raise SettingsError("Ingen arbetsmapp är öppen.")
        return sides.compared(session, self._territories, before, after)

    def ask(self, kind: str, **more: Any) -> int:
        """Long work; one at a time."""
        if self.job is not None:
            raise SettingsError("Ett arbete pågår redan. Stoppa det först.")
        folder = self.at.folder
        self.result = None
        number = self.helper.ask(kind, str(folder), **more)
        self.job = {"kind": kind, "job": number, "done": 0.0, "text": "Börjar"}
        self.hub.publish({"kind": "job", "job": self.job})
        return number

    def _hear(self, answer: Mapping[str, Any]) -> None:
        if self.job is None or answer["job"] != self.job["job"]:
            # A second answer takes the first one's place, as long as that is looked at.
            if self.result is not None and answer["job"] == self.result["job"]:
                self.result = dict(answer)
                self.hub.publish({"kind": "result", "result": self.result})
            return
        if answer["kind"] == "progress":
            self.job = {**self.job, "done": answer["done"], "text": answer["text"]}
            self.hub.publish({"kind": "job", "job": self.job})
            return
        if answer["kind"] == "best":
            self.hub.publish(answer)
            return
        self.job = None
        self.result = dict(answer)
        self.hub.publish({"kind": "result", "result": self.result})

    def changed(self, rev: int, who: str, tab: str) -> None:
        """Publish the pages that somebody has acted, and in which of them."""
        self.hub.publish({"kind": "rev", "rev": rev, "who": who, "tab": tab})
