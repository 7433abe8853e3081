"""The areas of one plan on an executor: each with its own slice of the town."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from data.errors import SettingsError
from hemrunda.scale.executors import Executor, Task
from hemrunda.scale.packing import Failed
from routing.rounds.area_search import AreaResult
from routing.rounds.area_task import AreaRunner, AreaTask, run_area, sliced


def areas_on(executor: Executor) -> AreaRunner:
    """What `routing.rounds.plan_rounds` takes as ``run_areas``.

    Raises
    ------
    SettingsError
        When run: where an area's task failed for good.
    """

    def run(tasks: Sequence[AreaTask], on_done: Callable[[int], bool]) -> list[AreaResult | None]:
        results: list[AreaResult | None] = [None] * len(tasks)
        largest_first = sorted(range(len(tasks)), key=lambda i: (-tasks[i].weight, i))
        # Named by number: an area's own name would stand in the scheduler's log.
        sent = (
            Task(f"area-{i}", replace(tasks[i], source=sliced(tasks[i].source)))
            for i in largest_first
        )
        for done in executor.stream(run_area, sent):
            if isinstance(done.result, Failed):
                raise SettingsError(f"Ett område kunde inte planeras. {done.result.text}")
            i = int(done.name.removeprefix("area-"))
            results[i] = done.result
            if not on_done(i):
                break
        return results

    return run
