"""Who may ask: one browser on this machine, with the cookie of the one-time address.

The server listens on 127.0.0.1 only, but every other user and every page in every browser of the
machine can reach that. So each request must name us as its host (no DNS rebinding), carry the
cookie that only the one-time address sets, and, where it changes anything, come from our own page.
"""

from __future__ import annotations

import hmac
import secrets
from typing import TYPE_CHECKING, Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
FILE_POLICY: Final = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; "
    "connect-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "sandbox allow-scripts allow-modals allow-downloads"
)
"""For files that have been made: each has a stricter policy of its own, with hashes, besides."""

HEADERS: Final = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


class Guard:
    """Lets through what may be answered, and says nothing of clients to anybody else.

    Parameters
    ----------
    app : ASGI application
    port : int
        The port that is listened on.
    """

    def __init__(self, app: ASGIApp, port: int) -> None:
        self._app = app
        self._hosts = (f"127.0.0.1:{port}", f"localhost:{port}")
        self._cookie = f"hemrunda-{port}"
        self._secret = secrets.token_urlsafe(32)
        self._once: str | None = secrets.token_urlsafe(32)

    @property
    def address(self) -> str:
        """The address that opens the session, once."""
        return f"http://{self._hosts[0]}/open/{self._once}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, refuse, or open the session."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        headers = Headers(scope=scope)
        refusal = self._refusal(scope["method"], headers)
        if refusal is None and scope["path"].startswith("/open/"):
            await self._open(scope, receive, send)
            return
        if refusal is None and not self._knows(headers):
            refusal = "Sidan öppnas med den adress som hemrunda studio visade, en gång."
        if refusal is not None:
            response = PlainTextResponse(refusal, status_code=403, headers=HEADERS)
            await response(scope, receive, send)
            return
        await self._app(scope, receive, _with_headers(send, scope["path"]))

    def _refusal(self, method: str, headers: Headers) -> str | None:
        host = headers.get("host", "")
        if host not in self._hosts:
            return "Fel värdnamn."
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return "Bara studions egna sidor får fråga."
        origin = headers.get("origin")
        if origin is not None and origin != f"http://{host}":
            return "Bara studions egna sidor får fråga."
        if method not in ("GET", "HEAD") and origin is None:
            return "Bara studions egna sidor får ändra."
        return None

    def _knows(self, headers: Headers) -> bool:
        token = cookie_parser(headers.get("cookie", "")).get(self._cookie, "")
        return hmac.compare_digest(token.encode(), self._secret.encode())

    async def _open(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = scope["path"].removeprefix("/open/")
        once = self._once
        if once is None or not hmac.compare_digest(asked.encode(), once.encode()):
            response = PlainTextResponse(
                "Adressen är använd. Starta hemrunda studio igen.", status_code=403, headers=HEADERS
            )
            await response(scope, receive, send)
            return
        self._once = None
        opened = RedirectResponse("/", status_code=303, headers=HEADERS)
        opened.set_cookie(self._cookie, self._secret, httponly=True, samesite="strict", path="/")
        await opened(scope, receive, send)


def _with_headers(send: Send, path: str) -> Send:
    policy = FILE_POLICY if path.startswith("/out/") and path.endswith(".html") else POLICY

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["content-security-policy"] = policy
            for name, value in HEADERS.items():
                headers[name] = value
        await send(message)

    return sending
