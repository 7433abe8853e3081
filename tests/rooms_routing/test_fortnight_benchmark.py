"""The public fortnights: our published plans are judged anew, and what is wrong is noticed."""

from __future__ import annotations

import ast
import copy
import json
import sys
from pathlib import Path

import pytest

import benchmarks.fortnight
from benchmarks.fortnight import validate
from benchmarks.fortnight.validate import Instance, Judge

HERE = Path(benchmarks.fortnight.__file__).parent
FIGURES = json.loads((HERE / "figures.json").read_text(encoding="utf-8"))


def read(name):
    """An instance and our plan of it."""
    return (
        json.loads((HERE / folder / f"{name}.json").read_text(encoding="utf-8"))
        for folder in ("instances", "plans")
    )


@pytest.fixture(scope="module")
def smallest():
    """The town of 60 clients."""
    return tuple(read("f060"))


@pytest.mark.parametrize("name", sorted(FIGURES))
def test_our_published_plan_breaks_nothing_and_is_worth_what_we_say(name):
    """Figures that nobody can make again are claims; no plan passes its bound."""
    judge = Judge(*(make(data) for make, data in zip((Instance, dict), read(name), strict=True)))
    assert judge.broken == []
    assert judge.measures() == FIGURES[name]["ours"]
    assert FIGURES[name]["ours"]["contact_pct"] <= FIGURES[name]["bounds"]["contact_pct"]


def test_the_validator_shares_no_code_with_us():
    """One file, the standard library only: who does not trust us can read it."""
    tree = ast.parse(Path(validate.__file__).read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import)
             for alias in node.names}  # fmt: skip
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} <= set(sys.stdlib_module_names)


def _judged(smallest, change):
    instance, plan = copy.deepcopy(smallest)
    change(instance, plan)
    return Judge(Instance(instance), plan)


def _of(instance, plan, test):
    """The first row whose visit and shift pass a test, with both."""
    visits = {one["id"]: one for one in instance["visits"]}
    shifts = {one["id"]: one for one in instance["shifts"]}
    return next(
        (row, visits[row[1]], shifts[row[0]])
        for row in plan["visits"]
        if test(visits[row[1]], shifts[row[0]])
    )


def _too_late(instance, plan):
    row, visit, _ = _of(instance, plan, lambda visit, _: True)
    row[4] = visit["latest_s"] + 1


def _unskilled(instance, plan):
    _, visit, shift = _of(instance, plan, lambda visit, _: bool(visit["skills"]))
    carer = next(one for one in instance["staff"] if one["id"] == shift["staff"])
    carer["skills"][visit["skills"][0]] = "2000-01-01"


def _refused(instance, plan):
    _, visit, shift = _of(instance, plan, lambda visit, _: True)
    client = next(one for one in instance["clients"] if one["id"] == visit["client"])
    client["refuses"] = [shift["staff"]]


def _twice(_, plan):
    plan["visits"].append(list(plan["visits"][0]))


def _alone(instance, plan):
    row, _, _ = _of(instance, plan, lambda visit, _: visit["carers"] == 2)
    plan["visits"].remove(row)


def _faster(instance, _):
    instance["ms_per_m"] *= 3


def _early_break(_, plan):
    plan["breaks"][0][1] -= 5 * 3600


def _wrong_day(instance, plan):
    row, visit, _ = _of(instance, plan, lambda visit, _: len(visit["occurrences"]) > 1)
    row[2] = (row[2] + 1) % len(visit["occurrences"])


def _animals(instance, plan):
    _, visit, shift = _of(instance, plan, lambda visit, _: visit["at_home"])
    next(one for one in instance["clients"] if one["id"] == visit["client"])["pets"] = True
    next(one for one in instance["staff"] if one["id"] == shift["staff"])["pet_allergy"] = True


def _other_area(instance, plan):
    _, visit, shift = _of(instance, plan, lambda visit, _: True)
    client = next(one for one in instance["clients"] if one["id"] == visit["client"])
    client["area"], client["contact"], client["vice"] = "elsewhere", "", ""
    assert shift


def _no_heavy_task(instance, _):
    instance["limits"] = dict.fromkeys(instance["limits"], 0)


@pytest.mark.parametrize(
    "change",
    [_too_late, _unskilled, _refused, _twice, _alone, _faster, _early_break, _wrong_day, _animals,
     _other_area, _no_heavy_task],
)  # fmt: skip
def test_what_is_wrong_is_noticed(smallest, change):
    """Each rule of the README once."""
    assert _judged(smallest, change).broken


def test_what_is_left_out_is_counted_by_class_and_in_the_sum(smallest):
    """One carer of a visit for one, taken out: one of its class, and its price."""
    before = _judged(smallest, lambda *_: None).measures()
    taken = []

    def take(instance, plan):
        row, visit, _ = _of(instance, plan, lambda visit, _: visit["carers"] == 1)
        plan["visits"].remove(row)
        taken.append(visit["class"])

    judge = _judged(smallest, take)
    after, one = judge.measures(), str(taken[0])
    assert after["left_out"][one] == before["left_out"][one] + 1
    assert after["sum"] > before["sum"] + validate.LEFT_OUT[taken[0]] - 20_000
