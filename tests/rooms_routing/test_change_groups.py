"""A morning's changes, as somebody acts on them: each once, in the group that it belongs to."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from data.plans import SMALL_MOVE_S
from routing.answers.change_groups import (
    ITEMS_MOST,
    OTHER_CARER,
    OTHER_TIME,
    PHONE,
    WITHOUT,
    change_groups,
)
from routing.answers.plan_changes import KIND_SV, VisitChange

DAY = dt.date(2026, 3, 3)
H, M = 3600, 60


def change(kind, visit, before, after, staff=("P1", "P2"), **more):
    return VisitChange(
        kind, DAY, visit, visit[:2], 1, DAY, *staff,
        None if before is None else round(before * H), None if after is None else round(after * H),
        **more,
    )  # fmt: skip


def test_who_is_phoned_who_takes_over_and_who_has_a_new_time():
    same, other = ("P3", "P3"), ("P4", "P4")
    groups, n_small = change_groups([
        change("carer", "A1", 8, 8.5), change("carer", "B1", 7, 7),
        change("time", "C1", 9, 10, same), change("time", "D1", 9, 9.05, same),
        change("carer", "E1", 9, 9.25, phone=True), change("dropped", "F1", 11, None, ("P1", "")),
        change("time", "G1", 9, 9.5, other, phone=True),
    ])  # fmt: skip
    assert n_small == 1
    told = {group.title: (group.n_changes, group.lines) for group in groups}
    assert list(told) == [WITHOUT, PHONE, OTHER_CARER, OTHER_TIME]
    assert told[PHONE] == (2, (
        "2026-03-03  E1: 09:00 → 09:15 P2 i stället för P1",
        "2026-03-03  G1: 09:00 → 09:30 P4",
    ))  # fmt: skip
    assert told[OTHER_CARER] == (2, (
        "2026-03-03  P2: B1 07:00 (var P1), A1 08:00 → 08:30 (var P1)",
    ))  # fmt: skip
    assert told[OTHER_TIME] == (1, ("2026-03-03  P3: C1 09:00 → 10:00",))
    assert "utan personal" in told[WITHOUT][1][0]


def test_a_carer_with_much_has_one_line():
    many = [change("carer", f"A{n}", 7 + n / 4, 7 + n / 4) for n in range(9)]
    ((group,), _) = change_groups(many)
    assert len(group.lines) == 1
    assert group.lines[0].count("(var P1)") == ITEMS_MOST
    assert group.lines[0].endswith("… och 3 till")


@given(
    st.lists(
        st.tuples(
            st.sampled_from(list(KIND_SV)), st.integers(0, 3), st.integers(420, 1300),
            st.integers(420, 1300), st.booleans(),
        ),
        max_size=12,
    )
)  # fmt: skip
def test_every_change_is_in_one_group(drawn):
    changes = [
        VisitChange(
            kind, DAY, f"V{n}", f"B{n}", 1, DAY,
            "" if kind in ("new", "found", "new_unplanned") else "P1",
            "" if kind in ("dropped", "gone", "new_unplanned") else f"P{carer}",
            None if kind in ("new", "found", "new_unplanned") else before * M,
            None if kind in ("dropped", "gone", "new_unplanned") else after * M, phone,
        )
        for n, (kind, carer, before, after, phone) in enumerate(drawn)
    ]  # fmt: skip
    groups, n_small = change_groups(changes)
    assert sum(group.n_changes for group in groups) + n_small == len(changes)
    assert n_small == sum(c.kind == "time" and abs(c.moved_s) < SMALL_MOVE_S for c in changes)
    for one in changes:
        lines = [line for group in groups for line in group.lines]
        is_small = one.kind == "time" and abs(one.moved_s) < SMALL_MOVE_S
        hidden = any("… och" in line for line in lines)
        said = any(one.visit_id in line or one.client_id in line for line in lines)
        assert is_small or said or hidden
