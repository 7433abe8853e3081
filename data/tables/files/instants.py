"""Instants with a time zone as the clock on a Swedish wall.

Databases and Parquet store the midnight of 30 November as 23:00 the day before, UTC. The rule of
summer time is that of directive 2000/84/EC: from 01:00 UTC on the last Sunday of March to 01:00 UTC
on the last Sunday of October. It is written out here, since Windows has no table of zones.
"""

from __future__ import annotations

import datetime as dt


def swedish(moment: dt.datetime) -> dt.datetime:
    """A moment as Swedish time, without zone; one without zone is Swedish already."""
    if moment.tzinfo is None or moment.utcoffset() is None:
        return moment.replace(tzinfo=None)
    utc = moment.astimezone(dt.UTC).replace(tzinfo=None)
    is_summer = _last_sunday(utc.year, 3) <= utc < _last_sunday(utc.year, 10)
    return utc + dt.timedelta(hours=2 if is_summer else 1)


def _last_sunday(year: int, month: int) -> dt.datetime:
    """01:00 UTC on the last Sunday of a month of 31 days."""
    last = dt.datetime(year, month, 31, 1)
    return last - dt.timedelta(days=(last.weekday() + 1) % 7)
