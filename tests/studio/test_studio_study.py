"""Jämför: a grid that is clicked together, made in the background, stopped, and gone on with."""

from __future__ import annotations

import shutil

import pytest

from data.errors import SettingsError
from data.progress import Progress
from hemrunda.studio.comparing.study_desk import PLANS_MOST, asked_of, study_payload
from hemrunda.studio.jobs.study_job import studied
from hemrunda.studio.session import Session

GRID = {"teams.clients_max": [25, 35], "fewer_carers": [0, 1]}
ASKED = {"grid": GRID, "n_days": 1, "quick": True}


@pytest.fixture(scope="module")
def opened(town, tmp_path_factory):
    return Session(shutil.copytree(town, tmp_path_factory.mktemp("study") / "kommun"), Progress())


def test_what_may_be_varied_has_what_holds_now(opened):
    payload = study_payload(opened)
    assert payload["asked"] is None
    factors = {factor["key"]: factor for factor in payload["factors"]}
    assert set(factors) == {
        "teams.clients_max", "general.mode", "shift_hours", "fewer_carers", "more_clients", "seed"
    }  # fmt: skip
    for factor in factors.values():
        assert sum(value["is_now"] for value in factor["values"]) == 1, factor["key"]


@pytest.mark.parametrize(
    "grid",
    [
        {"teams.clients_max": []},
        {"teams.clients_max": ["25"]},
        {"teams.clients_max": [-1]},
        {"general.mode": ["rymdraket"]},
        {"input": ["/etc/passwd"]},
        {"seed": [True]},
        {"seed": list(range(13))},
        {"seed": list(range(12)), "fewer_carers": list(range(12)), "more_clients": [0, 1]},
    ],
)
def test_what_is_no_grid_is_refused(opened, grid):
    with pytest.raises(SettingsError):
        asked_of({"grid": grid}, opened.present())
    assert len(range(12)) ** 2 * 2 > PLANS_MOST


class StopAfter(Progress):
    """Stopped once so many plans are made."""

    def __init__(self, n: int) -> None:
        super().__init__()
        self.n = n

    def report(self, share: float, text: str) -> None:
        if text.startswith(f"{self.n} av"):
            self.stop.set()


def test_a_stopped_study_goes_on_with_what_is_missing(opened):
    """Rows stay; the plan that stands is not changed; the page tells how many there are."""
    rev, plan_id = opened.journal.rev, opened.present().plan.plan_id
    stopped = studied(opened, ASKED, StopAfter(1))
    assert 0 < stopped["n_made"] < stopped["n_all"] == 4
    seen = study_payload(opened)
    assert (len(seen["rows"]), seen["n_all"], seen["is_fresh"]) == (stopped["n_made"], 4, True)
    folder = opened.folder / "studio" / "study"
    stamps = {path.name: path.stat().st_mtime_ns for path in (folder / "rows").glob("*.parquet")}
    assert studied(opened, ASKED, Progress()) == {"of": "study", "n_made": 4, "n_all": 4}
    for name, stamp in stamps.items():
        assert (folder / "rows" / name).stat().st_mtime_ns == stamp
    rows = study_payload(opened)["rows"]
    assert {tuple(sorted(row["varied"].items())) for row in rows} == {
        (("fewer_carers", fewer), ("teams.clients_max", most))
        for fewer in (0, 1)
        for most in (25, 35)
    }
    assert not any(row["cause"] for row in rows)
    assert all(row["measures"]["travel_min"] for row in rows)
    assert (folder / "study.csv").is_file()
    assert (opened.journal.rev, opened.present().plan.plan_id) == (rev, plan_id)


def test_no_row_names_anybody(opened):
    studied(opened, ASKED, Progress())
    known = opened.present().plan.municipality
    ids = [*known.client_by_id, *known.staff_by_id]
    text = (opened.folder / "studio" / "study" / "study.csv").read_text("utf-8")
    assert not [one for one in ids if f";{one};" in text]


def test_a_study_over_the_studios_door(open_studio):
    """Asked for, under way, done, and read; a second one beside it is refused."""
    open_studio.post("/api/study", {"grid": {"seed": []}}, expect=422)
    open_studio.post("/api/study", {"grid": {"seed": [1, 2]}, "n_days": 1, "quick": True})
    open_studio.post("/api/study", {"grid": {"seed": [1]}}, expect=422)
    state = open_studio.until(lambda state: state["job"] is None and state["result"])
    assert state["result"].get("of") == "study", state["result"]
    payload = open_studio.get("/api/study")
    assert [row["varied"] for row in payload["rows"]] == [{"seed": 1}, {"seed": 2}]
    assert payload["asked"] == {"grid": {"seed": [1, 2]}, "n_days": 1, "quick": True}
    open_studio.post("/api/stop")
