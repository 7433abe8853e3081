"""Rows made quickly are the rows that their class makes."""

from __future__ import annotations

import dataclasses
import pickle

import pytest

from data.model import Client, Municipality, Shift, Staff, Visit
from data.tables.files.frozen_rows import quick_maker


@pytest.mark.parametrize("cls", [Client, Visit, Shift, Staff])
def test_a_row_made_quickly_is_its_class_own(cls):
    fields = dataclasses.fields(cls)
    n_needed = sum(
        field.default is field.default_factory is dataclasses.MISSING for field in fields
    )
    values = [f"v{place}" for place in range(n_needed)]
    quick, plain = quick_maker(cls)(*values), cls(*values)
    assert type(quick) is cls
    assert quick == plain
    assert repr(quick) == repr(plain)
    assert pickle.loads(pickle.dumps(quick)) == plain
    last = fields[-1].name
    assert quick_maker(cls)(*values, **{last: "x"}) == cls(*values, **{last: "x"})
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(quick, last, "y")


def test_a_field_made_anew_is_nobody_elses():
    make = quick_maker(Staff)
    assert make("P1").skills == {}
    assert make("P1").skills is not make("P2").skills


@pytest.mark.parametrize("cls", [Municipality, dict])
def test_a_class_with_a_making_of_its_own_is_refused(cls):
    with pytest.raises(TypeError):
        quick_maker(cls)
