"""A studio of its own for tests: a small made-up town, a server in a process, and a way to ask."""

from __future__ import annotations

import http.client
import json
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from data.progress import Progress
from hemrunda.studio.folders import make_demo

WAIT_S = 300


@dataclass
class Asked:
    """A studio in a process of its own, asked over its only door."""

    process: subprocess.Popen[str]
    address: str
    port: int
    root: Path
    cookie: str = ""

    def raw(self, method: str, path: str, body: bytes | None = None, **headers: str):
        """One request with exactly these headers; status, headers and body."""
        made = http.client.HTTPConnection("127.0.0.1", self.port, timeout=WAIT_S)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        made.putrequest(method, path, skip_host="host" in named)
        for name, value in named.items():
            made.putheader(name, value)
        if body is not None and "content-length" not in named:
            made.putheader("content-length", str(len(body)))
        made.endheaders()
        if body:
            made.send(body)
        answer = made.getresponse()
        found = answer.read()
        made.close()
        return answer.status, answer, found

    @property
    def once(self) -> str:
        """The path of the one-time address."""
        return self.address.partition(f":{self.port}")[2]

    def enter(self) -> None:
        """Open the session as a browser does."""
        _, answer, _ = self.raw("GET", self.once)
        self.cookie = answer.getheader("set-cookie").split(";")[0]

    def get(self, path: str) -> Any:
        status, _, found = self.raw("GET", path, cookie=self.cookie)
        assert status == 200, (path, status, found)
        return json.loads(found)

    def post(self, path: str, body: dict[str, Any] | None = None, *, expect: int = 200) -> Any:
        status, _, found = self.raw(
            "POST",
            path,
            json.dumps(body or {}).encode(),
            cookie=self.cookie,
            origin=f"http://127.0.0.1:{self.port}",
            content_type="application/json",
        )
        assert status == expect, (path, status, found)
        return json.loads(found)

    def until(self, is_there) -> dict[str, Any]:
        """The state, as soon as it is so."""
        end_s = time.monotonic() + WAIT_S
        while time.monotonic() < end_s:
            state = self.get("/api/state")
            if is_there(state):
                return state
            time.sleep(0.05)
        raise AssertionError(f"never came: {state}")

    def act(self, kind: str, *, expect: int = 200, **args: Any) -> Any:
        rev = self.get("/api/state")["rev"]
        asked = {"rev": rev, "who": "Prov", "kind": kind, "args": args}
        return self.post("/api/act", asked, expect=expect)

    def end(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:  # a crowded machine; what is tested is over
            self.process.kill()
            self.process.wait(30)


def started(root: Path, *arguments: str) -> Asked:
    """A studio, when it answers."""
    process = subprocess.Popen(
        [sys.executable, "-m", "hemrunda", "studio", "--no-browser", *arguments],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    address = process.stdout.readline().split()[-1]
    return Asked(process, address, int(re.search(r":(\d+)/", address)[1]), root)


@pytest.fixture(scope="session")
def town(tmp_path_factory) -> Path:
    """A working folder of 40 clients and two days with no plan yet; tests copy it."""
    return make_demo(tmp_path_factory.mktemp("town"), 40, 2, Progress())


@pytest.fixture
def studio(tmp_path):
    """A studio with nothing open."""
    made = started(tmp_path)
    yield made
    made.end()


@pytest.fixture(scope="module")
def open_studio(town, tmp_path_factory):
    """A studio with the small town open, and the session entered; shared by a module's tests."""
    folder = shutil.copytree(town, tmp_path_factory.mktemp("open") / "kommun")
    made = started(folder.parent, str(folder))
    made.enter()
    made.until(lambda state: state["phase"] == "ready")
    yield made
    made.end()
