"""How good each proved round is, and how the plan stands drawn delays; by hand."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from routing.answers.delay_trial import delay_trial
from routing.answers.round_quality import round_quality, team_rounds
from routing.check.view import see


def view_of(world, **rules):
    rounds = replace(world.rules.rounds, **rules)
    return see(world.municipality, world.team_plan, world.travel,
               replace(world.rules, rounds=rounds), world.plan)  # fmt: skip


def of(found, staff_id, part="day"):
    return next(one for one in found if (one.staff_id, one.part) == (staff_id, part))


def test_a_round_by_hand(tiny_world):
    """S1's Monday: five visits of 160 minutes in 450 worked; two of them with no air between."""
    one = of(round_quality(view_of(tiny_world)), "S1")
    assert (one.n_visits, one.n_clients) == (5, 4)
    assert one.client_pct == pytest.approx(100 * 160 / 450, abs=0.05)
    assert one.travel_min == round((300 + 270 + 180 + 240 + 60 + 240 + 300 + 270 + 300) / 60)
    assert one.most_in_a_row == 3  # the cleaning and the screen right after the shower
    assert one.n_heavy == 2  # shower and cleaning before noon
    assert one.has_break
    assert one.faults == ()


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ({"visits_most": 4}, "5 besök, fler än 4"),
        ({"client_time_band_pct": (10, 30)}, "brukartid 36 %, över 30 %"),
        ({"heavy_most": 1}, "2 tunga insatser på en halvdag"),
    ],
)
def test_what_is_too_much_is_said(tiny_world, rules, says):
    """FA-10: visits of a shift, time with clients, heavy tasks of a half-day."""
    assert says in of(round_quality(view_of(tiny_world, **rules)), "S1").faults


def test_rounds_of_a_team_on_weekdays(tiny_world):
    """LU-25: team T1 has two day rounds on Monday and two on Tuesday; T2 has none."""
    found = {one.team_id: one for one in team_rounds(view_of(tiny_world))}
    assert (found["T1"].least, found["T1"].most, found["T1"].is_outside) == (2, 2, False)
    assert (found["T2"].mean, found["T2"].is_outside) == (0.0, True)
    assert team_rounds(view_of(tiny_world, weekday_rounds=(3, 4)))[0].is_outside


def test_a_plan_without_delays_stands(tiny_world):
    found = delay_trial(view_of(tiny_world), n_trials=2, share=0.0)
    assert (found.in_window_pct, found.late_pct) == (100.0, 0.0)
    assert (found.breaks_kept_pct, found.ends_kept_pct) == (100.0, 100.0)
    n_visits = sum(row.kind == "visit" for row in tiny_world.plan.rows)
    assert found.n_visits == n_visits


def test_every_visit_delayed_by_an_hour(tiny_world):
    """FA-18: by hand: S1's shower on Monday cannot begin by ten, nor the screen by eleven."""
    found = delay_trial(view_of(tiny_world), n_trials=1, share=1.0, delay_s=3600)
    assert found.in_window_pct < 100
    assert found.late_pct > 0
    assert found.late_after_one_pct > 0
    assert found.breaks_kept_pct < 100


def test_one_round_with_every_visit_late_by_hand(tiny_world):
    """S1's Monday, each visit 20 minutes longer: air takes the first, then three are late.

    The cleaning begins 20 late, the screen 40 and past its window, lunch an hour; the break slips
    by an hour into no room at all, and the shift still ends in time.
    """
    first = tiny_world.plan.rows[0].round_id
    alone = replace(tiny_world.plan, rows=tiny_world.plan.rounds[first])
    world = SimpleNamespace(**{**vars(tiny_world), "plan": alone})
    found = delay_trial(view_of(world), n_trials=1, share=1.0)
    assert (found.n_visits, found.late_pct, found.in_window_pct) == (5, 60.0, 80.0)
    assert (found.breaks_kept_pct, found.ends_kept_pct) == (0.0, 100.0)
    assert found.late_after_one_pct == 75.0  # of four right after another, or after its break


def test_the_same_seed_draws_the_same_days(tiny_world):
    view = view_of(tiny_world)
    assert delay_trial(view, seed=3) == delay_trial(view, seed=3)
