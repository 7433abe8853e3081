"""Who may ask: nobody but the browser that the one-time address was opened in."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time

import pytest

from hemrunda.studio.folders import UPLOAD_MOST
from hemrunda.studio.web import server
from tests.studio.conftest import WAIT_S

CANARY = "B0001"
"""A client's id: in every honest answer, and in no other."""
PATHS = (
    "/", "/assets/app.js", "/api/state", "/api/teams", "/api/ground", "/api/people",
    "/api/figures", "/api/history", "/api/faults", "/api/doors", "/api/events",
    "/api/rounds?day=2026-03-02", "/out/plan/clients.csv", "/nothing",
)  # fmt: skip


def test_the_address_opens_once(studio):
    """A one-time address that leaks into a history or a log is worth nothing the second time."""
    status, answer, _ = studio.raw("GET", studio.once)
    cookie = answer.getheader("set-cookie")
    assert status == 303
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert studio.raw("GET", studio.once)[0] == 403
    assert studio.raw("GET", "/open/guess")[0] == 403


def test_a_stranger_gets_nothing(open_studio):
    """Another user of the machine reaches the port, and must get no word of any client."""
    assert CANARY in json.dumps(open_studio.get("/api/teams"))
    for path in PATHS:
        for cookie in ("", "hemrunda=x", open_studio.cookie[:-2] + "xx"):
            status, answer, found = open_studio.raw("GET", path, cookie=cookie)
            assert status == 403, path
            assert CANARY.encode() not in found
            assert answer.getheader("access-control-allow-origin") is None
    asked = {"rev": 0, "who": "", "kind": "undo", "args": {}}
    own = f"http://127.0.0.1:{open_studio.port}"
    body = json.dumps(asked).encode()
    assert open_studio.raw("POST", "/api/act", body, origin=own)[0] == 403


def test_another_name_of_the_machine_is_refused(open_studio):
    """DNS rebinding: a foreign name that points at 127.0.0.1 brings the cookie's browser along."""
    for host in (
        "evil.example",
        f"evil.example:{open_studio.port}",
        "127.0.0.1",
        "127.0.0.1:1",
        "",
    ):
        status, _, found = open_studio.raw(
            "GET", "/api/teams", cookie=open_studio.cookie, host=host
        )
        assert status == 403
        assert CANARY.encode() not in found


def test_another_site_can_neither_change_nor_listen(open_studio):
    """Cross-site POST and EventSource: the browser sends them, and says where they come from."""
    asked = json.dumps({"rev": 0, "who": "", "kind": "undo", "args": {}}).encode()
    cookie = open_studio.cookie
    for origin in ("https://evil.example", "null", f"http://localhost:{open_studio.port}"):
        assert open_studio.raw("POST", "/api/act", asked, cookie=cookie, origin=origin)[0] == 403
        assert open_studio.raw("GET", "/api/events", cookie=cookie, origin=origin)[0] == 403
    assert open_studio.raw("POST", "/api/act", asked, cookie=cookie)[0] == 403
    for site in ("cross-site", "same-site"):
        answer = open_studio.raw("GET", "/api/events", cookie=cookie, sec_fetch_site=site)
        assert answer[0] == 403
    own = f"http://127.0.0.1:{open_studio.port}"
    for method in ("PUT", "DELETE", "OPTIONS", "PATCH"):
        status, answer, _ = open_studio.raw(method, "/api/act", b"", cookie=cookie, origin=own)
        assert status == 405
        assert answer.getheader("access-control-allow-origin") is None


def test_every_answer_is_sealed(open_studio):
    """One policy for all: no script from elsewhere, no frame, no cache, no guess of a type."""
    for path in ("/", "/api/teams", "/assets/app.js", "/nothing"):
        _, answer, _ = open_studio.raw("GET", path, cookie=open_studio.cookie)
        policy = answer.getheader("content-security-policy")
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy
        assert answer.getheader("cache-control") == "no-store"
        assert answer.getheader("x-content-type-options") == "nosniff"
        assert answer.getheader("x-frame-options") == "DENY"


@pytest.mark.parametrize(
    "path",
    [
        "/out/../indata.xlsx", "/out/%2e%2e/indata.xlsx", "/out/..%2f..%2findata.xlsx",
        "/out//etc/passwd", "/out/%2fetc%2fpasswd", "/assets/..%2fserver.py",
        "/assets/../../data/model.py", "/out/..\\indata.xlsx", "/out/%00", "/assets/%00",
    ],
)  # fmt: skip
def test_no_path_leads_out_of_the_folder(open_studio, path):
    """The tables lie one step above what has been made, and hold every address."""
    (open_studio.root / "kommun" / "out").mkdir(exist_ok=True)
    status, _, found = open_studio.raw("GET", path, cookie=open_studio.cookie)
    assert status in (400, 404, 422)
    assert b"PK" not in found[:4]
    assert b"root:" not in found


def test_hostile_uploads_leave_nothing(studio):
    """Too large, no workbook, a name with a path in it: refused, and nothing is left."""
    studio.enter()
    own = {"cookie": studio.cookie, "origin": f"http://127.0.0.1:{studio.port}"}
    large = studio.raw(
        "POST", "/api/upload?name=a.xlsx", b"", content_length=str(UPLOAD_MOST + 1), **own
    )
    assert large[0] == 413
    assert studio.raw("POST", "/api/upload?name=a.xlsx", b"MZ\x90" * 9, **own)[0] == 422
    assert studio.raw("POST", "/api/upload?name=..%2f..%2fb.xlsx", b"x", **own)[0] == 422
    assert list(studio.root.iterdir()) == []


def test_a_taken_workbook_is_its_owners_alone(studio):
    """The upload holds every client's address: 0600 in a folder of 0700, under the root only."""
    studio.enter()
    own = {"cookie": studio.cookie, "origin": f"http://127.0.0.1:{studio.port}"}
    body = b"PK\x03\x04" + b"\0" * 100
    assert studio.raw("POST", "/api/upload?name=..%2f..%2fMin%20kommun.xlsx", body, **own)[0] == 200
    (folder,) = [one for one in studio.root.iterdir() if one.is_dir()]
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "indata.xlsx").stat().st_mode & 0o777 == 0o600


def test_nonsense_is_answered_in_words(open_studio):
    """Whatever a page sends, the answer is a refusal in words, and never a trace or a 500."""
    for body in ({}, {"rev": 0}, {"rev": "x", "kind": 1, "args": []}, {"kind": "move"}):
        open_studio.post("/api/act", body, expect=422)
    for args in ({}, {"client_ids": 3, "team_id": "L01"}, {"client_ids": ["?"], "team_id": "L01"}):
        open_studio.post("/api/try", {"kind": "move", "args": args}, expect=422)
    open_studio.post("/api/open", {"path": "\0"}, expect=422)
    open_studio.act("adopt", base="../../etc", expect=422)
    open_studio.act("approve", expect=422)
    open_studio.post("/api/out", {"kind": "sheets", "day": "2026-03-02"}, expect=422)
    assert open_studio.get("/api/state")["rev"] == 0


def test_the_port_is_the_same_each_time_where_it_is_free(monkeypatch):
    """What a browser remembers is kept by port; two studios at once have one each, on loopback."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = free.getsockname()[1]
    monkeypatch.setattr(server, "PORT", number)
    with socket.socket() as first, socket.socket() as second, socket.socket() as third:
        server._bind(first, 0)
        assert first.getsockname() == ("127.0.0.1", number)
        server._bind(second, 0)
        assert second.getsockname()[0] == "127.0.0.1"
        assert second.getsockname()[1] != number
        with pytest.raises(OSError, match=r"in use|används"):
            server._bind(third, number)


def test_the_server_ends_when_nobody_has_asked_for_a_while(tmp_path):
    """By itself, without an error, and not before the time is over."""
    code = (
        "import sys\nfrom pathlib import Path\nfrom hemrunda.studio.web.server import serve\n"
        "serve(Path(sys.argv[1]), None, port=0, idle_s=2.0, announce=print)"
    )
    begun = time.monotonic()
    ended = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, timeout=WAIT_S,
    )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith("http://127.0.0.1:")
    assert time.monotonic() - begun >= 2.0
