"""What every test may use: public data beside the checkout, and repeatable Hypothesis runs."""

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "repeatable",
    derandomize=True,
    deadline=None,
    max_examples=50,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("repeatable")

# A job in the background has Ctrl-C turned off, and every command that a test starts would too.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data():
    """The folder of public extracts and instances; the test skips where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("no public data beside the checkout (../shared/data)")
    return SHARED


def chromium_path() -> str | None:
    """Chromium as the environment names it, or the first one on the path."""
    named = os.environ.get("HEMRUNDA_CHROMIUM")
    if named:
        return named
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((found for name in names if (found := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One Chromium for every test of a worker; Playwright allows no second one beside it."""
    path = chromium_path()
    if path is None:
        pytest.skip("no Chromium on this machine (set HEMRUNDA_CHROMIUM to one)")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield made
        made.close()
