"""The server asked everything its OpenAPI document admits, and much that it does not."""

from __future__ import annotations

import json
from random import Random
from urllib.parse import urlencode

from hemrunda.studio.web.openapi_document import ARGS
from hemrunda.studio.web.routes import routes

ALLOWED = {200, 409, 413, 422}
LONG_OR_MOVING = {"/api/open", "/api/demo", "/api/leave", "/api/network", "/api/download",
                  "/api/plan", "/api/redesign", "/api/repair", "/api/study", "/api/cells",
                  "/api/out"}  # fmt: skip
"""What goes to another folder or begins long work is asked with bad bodies only."""
HOSTILE = (
    "", "\0", "../../etc/passwd", "<img src=x onerror=alert(1)>", "=HYPERLINK(1)", "a" * 5000,
    "’;--", "\u202e", "%00", "NaN", "💊", "-1", "2026-02-30", "\\", "{}", "name:", "plan:../x",
)  # fmt: skip


class Fuzz:
    """Values by schema: mostly what it says, now and then anything else."""

    def __init__(self, seed: int, known: list[str]) -> None:
        self.random = Random(seed)
        self.known = known

    def anything(self):
        return self.random.choice(
            [None, True, 0, -1, 2**63, 1e308, "x", [], {}, [[]], {"a": None}, *HOSTILE]
        )

    def of(self, schema: dict, *, wild: float):
        if self.random.random() < wild:
            return self.anything()
        if "enum" in schema:
            return self.random.choice(schema["enum"])
        match schema.get("type"):
            case "object":
                needed = schema.get("required", [])
                return {
                    name: self.of(inner, wild=wild)
                    for name, inner in schema.get("properties", {}).items()
                    if name in needed or self.random.random() < 0.5
                }
            case "array":
                n = self.random.randrange(4)
                return [self.of(schema["items"], wild=wild) for _ in range(n)]
            case "integer":
                return self.random.choice([0, 1, 2, 27_000, 36_000, -5, 10**6])
            case "number":
                return self.random.choice([0.0, -1.5, 59.3, 17.0, 1e9])
            case "boolean":
                return self.random.random() < 0.5
        if schema.get("format") == "date":
            return self.random.choice(["2026-03-02", "2026-03-03", "1999-01-01", "2026-13-01"])
        return self.random.choice([*self.known, *HOSTILE])


def test_every_route_is_in_the_document_and_none_besides():
    """The document is the server's own: a route that is forgotten is never fuzzed."""
    from hemrunda.studio.room import Room
    from hemrunda.studio.web.openapi_document import document

    class Anywhere:
        """A root that is not looked at."""

    app = routes(Room(Anywhere()))
    served = {
        (one.path, method)
        for one in app.routes
        for method in one.methods
        if one.path.startswith("/api/") and method != "HEAD"
    }
    told = {(path, method.upper()) for path, of in document()["paths"].items() for method in of}
    files = {("/api/events", "GET"), ("/api/upload", "POST"), ("/api/workbook/{which}", "GET")}
    assert served == told | files


def test_whatever_is_asked_the_answer_is_an_answer(open_studio):
    """Some hundred questions by the document, right and wrong: never a 500, never a torn state."""
    document = open_studio.get("/api/openapi.json")
    teams = open_studio.get("/api/teams")
    known = [*teams["clients"]["id"][:3], teams["teams"][0]["id"], "2026-03-02", "now", "start"]
    fuzz = Fuzz(1, known)
    own = {
        "cookie": open_studio.cookie,
        "origin": f"http://127.0.0.1:{open_studio.port}",
        "content_type": "application/json",
    }
    asked = 0
    for _ in range(12):
        for path, methods in document["paths"].items():
            for method, told in methods.items():
                if method == "get":
                    query = {p["name"]: fuzz.of(p["schema"], wild=0.3) for p in told["parameters"]}
                    status, _, body = open_studio.raw(
                        "GET", f"{path}?{urlencode(query)}", cookie=open_studio.cookie
                    )
                else:
                    schema = told["requestBody"]["content"]["application/json"]["schema"]
                    rev = open_studio.get("/api/state")["rev"]
                    sent = body_of(fuzz, path, schema, rev)
                    if sent is None:
                        continue
                    status, _, body = open_studio.raw(
                        "POST", path, json.dumps(sent).encode(), **own
                    )
                asked += 1
                assert status in ALLOWED, (path, status, body[:300])
                found = json.loads(body)
                assert status == 200 or found["error"], (path, found)
                assert "Traceback" not in str(found)
    assert asked > 250
    state = open_studio.get("/api/state")
    assert state["phase"] == "ready"
    assert [one["rev"] for one in open_studio.get("/api/history")] == list(
        range(state["rev"], 0, -1)
    )


def body_of(fuzz: Fuzz, path: str, schema: dict, rev: int):
    """A body; one that is refused for certain where a good one would leave the folder."""
    if path in LONG_OR_MOVING:
        return fuzz.random.choice([[], "x", 3]) if schema.get("required") else None
    body = fuzz.of(schema, wild=0.1)
    if path == "/api/act" and isinstance(body, dict) and str(body.get("kind")) in ARGS:
        body["args"] = fuzz.of(ARGS[body["kind"]], wild=0.15)
        if fuzz.random.random() < 0.8:
            body["rev"] = rev
    return body
