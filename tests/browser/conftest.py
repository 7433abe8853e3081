"""A real Chromium for every file that people open, or a skip that says why there is none."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

_TOWN = Path(__file__).parents[1] / "rooms_maps" / "conftest.py"
_spec = importlib.util.spec_from_file_location("rooms_maps_town", _TOWN)
_module = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_module)
make_town = _module.make_town


@dataclass
class Opened:
    """A page, with everything it complained of and asked for."""

    page: Any
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def assert_quiet(self) -> None:
        assert self.complaints == []
        assert self.requests == []


@pytest.fixture
def open_file(browser: Any) -> Iterator[Callable[..., Opened]]:
    """Open a file as a person would, recording console, errors, dialogs and every request."""
    contexts = []

    def open_it(
        path: Path,
        *,
        width: int = 1280,
        height: int = 800,
        script: bool = True,
        offline: bool = False,
    ) -> Opened:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            java_script_enabled=script,
            offline=offline,
        )
        contexts.append(context)
        page = context.new_page()
        opened = Opened(page)
        url = path.as_uri()
        page.on("console", lambda message: opened.complaints.append(message.text))
        page.on("pageerror", lambda error: opened.complaints.append(str(error)))
        page.on("dialog", lambda dialog: opened.complaints.append(f"dialog {dialog.message}"))
        page.on(
            "request",
            lambda asked: opened.requests.append(asked.url) if asked.url != url else None,
        )
        page.goto(url)
        return opened

    yield open_it
    for context in contexts:
        context.close()
