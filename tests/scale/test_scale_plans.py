"""A plan is the same wherever its areas are searched, and an area's task is the area's only."""

import pickle
from dataclasses import replace

import pytest

import hemrunda as hr
from data.errors import SettingsError
from data.model import LayerRows
from data.progress import Progress
from hemrunda.effort import Effort
from hemrunda.pipeline import SHARES, with_rounds, with_teams
from hemrunda.scale.area_runner import areas_on
from hemrunda.scale.cluster_address import executor_at
from hemrunda.scale.executors import Done
from hemrunda.scale.packing import Failed
from hemrunda.stages import Stages
from routing.rounds.area_task import sliced


def stages():
    return Stages(Progress(), SHARES)


@pytest.fixture(scope="module")
def town():
    """Teams of two areas, and how they are searched."""
    scenario = hr.demo(n_clients=200, n_days=2)
    effort = Effort(n_iterations=1200, workers=1, dates=scenario.municipality.dates)
    plan, _ = with_teams(scenario.municipality, scenario.streets, scenario.config, effort, stages())
    assert len({team.area_id for team in plan.team_plan.teams}) > 1
    return plan, effort


@pytest.fixture(scope="module")
def here(town):
    """The plan as threads of this process make it."""
    plan, effort = town
    return with_rounds(plan, effort, stages()).round_plan


@pytest.mark.parametrize("where", ["threads:1", "threads:3", "processes:2", "local:1", "local:2"])
def test_the_plan_is_the_same_wherever_it_is_made(town, here, where):
    if where.startswith("local"):
        pytest.importorskip("distributed")
    plan, effort = town
    with executor_at(where) as executor:
        made = with_rounds(plan, replace(effort, run_areas=areas_on(executor)), stages())
    assert made.round_plan == here


def test_searching_on_from_a_plan_is_the_same_too(town, here):
    """What stands of a plan goes with the task: the area's rows of it."""
    plan, effort = town
    plan, effort = replace(plan, round_plan=here), replace(effort, goes_on=True)
    with executor_at("threads:2") as executor:
        apart = with_rounds(plan, replace(effort, run_areas=areas_on(executor)), stages())
    assert apart.round_plan == with_rounds(plan, effort, stages()).round_plan


def tasks_of(town):
    plan, effort = town
    seen = []

    def look(tasks, _on_done):
        seen.extend(tasks)
        return [None] * len(tasks)

    made = with_rounds(plan, replace(effort, run_areas=look), stages())
    return seen, made


def test_a_task_holds_its_own_area_and_no_other_client(town):
    """What a worker is not sent cannot be read there."""
    plan, _ = town
    tasks, _ = tasks_of(town)
    area_of = {client: team.area_id for team in plan.team_plan.teams for client in team.client_ids}
    for task in tasks:
        small = sliced(task.source)
        mine = {client for client, area in area_of.items() if area == task.source.area_id}
        assert {one.client_id for one in small.municipality.clients} <= mine
        assert not {p for p in small.travel.point_ids if p.startswith("client:")} - {
            f"client:{one}" for one in mine
        }
        sent = pickle.dumps(small)
        others = set(area_of) - mine
        assert not [one for one in others if one.encode() in sent]
        assert len(sent) < len(pickle.dumps(task.source)) / 1.5


def test_an_area_that_is_not_waited_for_has_its_first_plan(town, here):
    """Stopped halfway the plan is whole: constructed where nobody has searched yet."""
    _, made = tasks_of(town)
    assert made.round_plan.rows
    assert made.round_plan.n_iterations == 0
    assert made.round_plan.dates == here.dates


def test_an_area_that_fails_stops_the_plan_with_its_cause(town):
    class Broken:
        n_workers, is_here = 1, True

        def stream(self, function, tasks):
            for task in tasks:
                yield Done(task.name, Failed("Minnet räckte inte."))

    plan, effort = town
    with pytest.raises(SettingsError, match="Minnet räckte inte"):
        with_rounds(plan, replace(effort, run_areas=areas_on(Broken())), stages())


def test_a_task_holds_nothing_of_the_layers(town):
    """The night is a layer of its own: a day's area is not sent with everybody's nights."""
    tasks, _ = tasks_of(town)
    source = tasks[0].source
    known = source.municipality
    source = replace(
        source,
        municipality=replace(
            known, layers=(LayerRows("night", known.visits, known.staff, known.roster),)
        ),
    )
    assert sliced(source).municipality.layers == ()
