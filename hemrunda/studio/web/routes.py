"""What can be asked of the studio. Everything here is behind `hemrunda.studio.web.guard`."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from data.errors import HemrundaError, SettingsError
from hemrunda.studio import acts, contact_desk, folders, payloads, sides
from hemrunda.studio import studio_exports as handing
from hemrunda.studio.comparing.study_desk import asked_of, study_payload
from hemrunda.studio.journal import ConflictError
from hemrunda.studio.session import day_of
from hemrunda.studio.studio_scenario import history
from hemrunda.studio.web.openapi_document import document
from hemrunda.studio.web.page_files import asset

if TYPE_CHECKING:
    from starlette.requests import Request

    from hemrunda.studio.room import Room

BODY_MOST: Final = 2**20
ALIVE_EVERY_S: Final = 15.0
Json = dict[str, Any]


async def _body(request: Request) -> Json:
    """The JSON of a request, bounded.

    Raises
    ------
    SettingsError
        Where it is no JSON object or too large.
    """
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_MOST:
            raise SettingsError("Det som skickas är för stort.")
    try:
        made = json.loads(body or b"{}")
    except ValueError as error:
        raise SettingsError("Det som skickas går inte att läsa.") from error
    if not isinstance(made, dict):
        raise SettingsError("Det som skickas går inte att läsa.")
    return made


class _Answer(JSONResponse):
    """What was asked for, as JSON; a frozen class of another room is the object of its fields."""

    def render(self, content: Any) -> bytes:
        return json.dumps(
            content, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=asdict
        ).encode("utf-8")


def _refused(error: HemrundaError) -> JSONResponse:
    status = 409 if isinstance(error, ConflictError) else 422
    if isinstance(error, folders.TooLargeError):
        status = 413
    return JSONResponse({"error": str(error)}, status_code=status)


def routes(room: Room) -> Starlette:
    """The application over what a server has open."""

    def get(path: str, run: Callable[[Request], Any]) -> Route:
        async def answer(request: Request) -> Response:
            room.hub.seen()
            try:
                return _Answer(await run_in_threadpool(run, request))
            except HemrundaError as error:
                return _refused(error)

        return Route(path, answer, methods=["GET"])

    def post(path: str, run: Callable[[Json], Any]) -> Route:
        async def answer(request: Request) -> Response:
            room.hub.seen()
            try:
                asked = await _body(request)
                return _Answer(await run_in_threadpool(run, asked) or {})
            except HemrundaError as error:
                return _refused(error)
            except acts.NONSENSE:
                return _refused(SettingsError("Det som skickas går inte att förstå."))

        return Route(path, answer, methods=["POST"])

    return Starlette(
        routes=[
            Route("/", _page_file),
            Route("/assets/{name}", _page_file),
            Route("/out/{path:path}", partial(_made_file, room)),
            Route("/api/workbook/{which}", partial(_workbook, room)),
            Route("/api/events", partial(_events, room)),
            Route("/api/upload", partial(_upload, room), methods=["POST"]),
            *_reading(room, get),
            *_acting(room, post),
        ]
    )


def _reading(room: Room, get: Callable[[str, Callable[[Request], Any]], Route]) -> list[Route]:
    def rounds(request: Request) -> Any:
        present = room.at.present()
        day = day_of(present.plan, request.query_params.get("day"))
        return payloads.rounds_payload(present, day, request.query_params.get("team") or None)

    def doors(_: Request) -> Any:
        working = folders.working_folders(room.root)
        networks = folders.known_networks(room.root)
        return {
            "folders": [asdict(folder) for folder in working],
            "networks": [f"{path.parent.name}/{path.name}" for path in networks],
        }

    def compare(request: Request) -> Any:
        asked = request.query_params
        return room.compared(asked.get("before") or "start", asked.get("after") or "now")

    def candidates(request: Request) -> Any:
        ranked = contact_desk.candidates_of(
            room.at.present(), request.query_params.get("client") or ""
        )
        return {"candidates": ranked}

    def answering(_: Request) -> Any:
        session = room.at
        present = session.present()
        known = present.plan.municipality.client_by_id
        acts_done = history(session.journal.acts, present.scenario)
        for row in acts_done:
            if "client_ids" in row["args"]:
                shown = [c for c in row["args"]["client_ids"] if c in known]
                row["args"]["client_ids"] = [c for c in shown if not known[c].protected]
        return acts_done

    return [
        get("/api/state", lambda _: room.state()),
        get("/api/openapi.json", lambda _: document()),
        get("/api/doors", doors),
        get("/api/faults", lambda _: {"faults": room.faults, "receipt": room.receipt}),
        get("/api/headers", lambda _: room.headers()),
        get("/api/addresses", lambda _: room.addresses()),
        get("/api/ground", lambda asked: room.ground(asked.query_params.get("language") or "")),
        get("/api/teams", lambda _: room.teams()),
        get("/api/people", lambda _: payloads.people_payload(room.at.present().plan)),
        get(
            "/api/streets",
            lambda _: {"streets": payloads.streets_payload(room.at.present().plan)},
        ),
        get("/api/figures", lambda _: room.figures()),
        get("/api/rounds", rounds),
        get("/api/history", answering),
        get("/api/front", lambda _: sides.front(room.at)),
        get("/api/compare", compare),
        get("/api/study", lambda _: study_payload(room.at)),
        get("/api/contacts", lambda _: room.contacts()),
        get("/api/candidates", candidates),
    ]


def _acting(room: Room, post: Callable[[str, Callable[[Json], Any]], Route]) -> list[Route]:
    def do(asked: Json) -> Any:
        who = str(asked.get("who") or "")
        done = acts.act(room.at, int(asked["rev"]), who, str(asked["kind"]), asked["args"])
        room.changed(done["rev"], who, str(asked.get("tab") or ""))
        return {**done, "state": room.state()}

    def open_folder(asked: Json) -> None:
        path = Path(str(asked["path"])).expanduser()
        room.open(path if path.is_absolute() else room.root / path)

    def demo(asked: Json) -> None:
        n_clients = min(max(int(asked.get("n_clients") or 400), 30), 20_000)
        room.open_demo(n_clients, min(max(int(asked.get("n_days") or 14), 1), 28))

    def plan(asked: Json) -> Any:
        folder = f"p{room.at.journal.rev}x{room.helper.job + 1}"
        return {"job": room.ask("plan", base=folder, **_only(asked, "seconds", "quick", "n_days"))}

    def redesign(asked: Json) -> Any:
        folder = f"o{room.at.journal.rev}x{room.helper.job + 1}"
        return {"job": room.ask("redesign", base=folder, **_only(asked, "seconds"))}

    def repair(asked: Json) -> Any:
        folder = f"r{room.at.journal.rev}x{room.helper.job + 1}"
        return {"job": room.ask("repair", base=folder, news=asked["news"])}

    def study(asked: Json) -> Any:
        sent = asked_of(asked, room.at.present())
        return {"job": room.ask("study", **sent)}

    def deliver(asked: Json) -> Any:
        return {"files": handing.deliver(room.at, room.at.present(), asked)}

    return [
        post("/api/open", open_folder),
        post("/api/demo", demo),
        post("/api/leave", lambda _: room.leave()),
        post("/api/cells", lambda asked: room.correct(asked["cells"])),
        post("/api/headers", lambda asked: room.map_headers(asked["answers"])),
        post("/api/addresses", lambda asked: room.place_addresses(asked["places"])),
        post("/api/network", lambda asked: room.give_network(int(asked["number"]))),
        post("/api/download", lambda asked: room.download_network(str(asked["place"]))),
        post("/api/act", do),
        post("/api/try", lambda asked: acts.tried(room.at, asked["kind"], asked["args"])),
        post(
            "/api/places",
            lambda asked: acts.places_for(room.at, asked["args"], str(asked.get("team") or "")),
        ),
        post("/api/plan", plan),
        post("/api/redesign", redesign),
        post("/api/repair", repair),
        post("/api/study", study),
        post("/api/stop", lambda _: room.helper.stop()),
        post(
            "/api/look",
            lambda asked: room.helper.look(str(asked["team"]), str(asked.get("day") or "")),
        ),
        post("/api/out", deliver),
    ]


def _only(asked: Json, *names: str) -> Json:
    return {name: asked[name] for name in names if name in asked}


async def _page_file(request: Request) -> Response:
    file = asset(request.path_params.get("name", "index.html"))
    if file is None:
        return Response("Filen finns inte.", status_code=404, media_type="text/plain")
    return Response(file[0], media_type=file[1])


async def _made_file(room: Room, request: Request) -> Response:
    try:
        return FileResponse(handing.file_in(room.at, request.path_params["path"]))
    except HemrundaError as error:
        return _refused(error)


async def _workbook(room: Room, request: Request) -> Response:
    """The folder's own workbook, with the corrections; or a copy with every fault marked."""
    room.hub.seen()
    is_marked = request.path_params["which"] == "marked"
    try:
        path = await run_in_threadpool(room.marked) if is_marked else room.source
        if not path.is_file():
            raise SettingsError("Tabellerna är ingen Excelbok.")
        name = f"{room.folder.name if room.folder else 'tabeller'}"
        return FileResponse(path, filename=f"{name}-{'fel' if is_marked else 'rättad'}.xlsx")
    except HemrundaError as error:
        return _refused(error)


async def _upload(room: Room, request: Request) -> Response:
    """Take a workbook in, into a folder of its own, and open it."""
    room.hub.seen()
    try:
        length = request.headers.get("content-length", "0")
        if not length.isdigit() or int(length) > folders.UPLOAD_MOST:
            raise folders.TooLargeError("Filen är för stor för en arbetsbok.")
        again = request.query_params.get("again") and room.folder
        folder = room.folder if again else None
        made = folder or folders.new_folder(room.root, request.query_params.get("name", ""))
        try:
            await folders.take_in(request.stream(), made)
        except HemrundaError:
            if folder is None:
                shutil.rmtree(made)  # made a moment ago: it holds the lock at most
            raise
        room.open(made)
    except HemrundaError as error:
        return _refused(error)
    return JSONResponse({})


async def _events(room: Room, request: Request) -> Response:
    """Tell one page of what happens, as long as it is open."""

    async def lines() -> AsyncIterator[str]:
        with room.hub.listener() as queue:
            yield "retry: 1000\n\n"
            # What happened before this page was listening, or while it was away, is in the state.
            yield f"data: {json.dumps({'kind': 'phase'})}\n\n"
            while not await request.is_disconnected():
                try:
                    event = await asyncio.wait_for(queue.get(), ALIVE_EVERY_S)
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                yield f"data: {json.dumps(event, ensure_ascii=True)}\n\n"

    return StreamingResponse(lines(), media_type="text/event-stream")
