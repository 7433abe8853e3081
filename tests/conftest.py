"""What every test may use: public data beside the checkout, and repeatable Hypothesis runs."""

from pathlib import Path

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

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data():
    """The folder of public extracts and instances; the test skips where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("no public data beside the checkout (../shared/data)")
    return SHARED
