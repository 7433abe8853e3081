"""What ``hemrunda ask late`` prints: the day in one line, then a line for each late visit."""

from __future__ import annotations

import datetime as dt

from hemrunda.commands.planning.late_command import _report_headline, _report_what_bends
from routing.late.late_plan import DayStop, LateDay


def test_the_headline_comes_first_and_blocks_phone_nobody(capsys):
    stops = tuple(
        DayStop("P1", seq, kind, visit, client, 1, at, at, at + 600, late)
        for seq, (kind, visit, client, at, late) in enumerate([
            ("visit", "V1", "B1", 28_800, 0), ("visit", "V2", "B2", 32_400, 300),
            ("meeting", "M1", "", 36_000, 900), ("visit", "V3", "B3", 39_600, 1_200),
        ])
    )  # fmt: skip
    late = tuple(stop for stop in stops if stop.late_s)
    day = LateDay(dt.date(2026, 3, 3), stops, late, {}, (), ())
    _report_headline(day)
    _report_what_bends(day)
    lines = [line for line in capsys.readouterr().out.splitlines() if line]
    assert lines == [
        "2026-03-03: 3 besök planerade, 2 sena.",
        "V3 (B3) av P1 kl 11:00: 20 min sent. Ring brukaren.",
        "V2 (B2) av P1 kl 09:00: 5 min sent. Ring brukaren.",
    ]
