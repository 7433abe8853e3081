"""Where independent work runs: threads and processes here; a cluster is in `dask_executor`.

All three are used in one way: tasks go in by name, results come out as they are done, and no more
tasks are on the way than keep the workers busy, so that a study of a thousand plans takes the
memory of a few.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, Protocol

from hemrunda.scale.packing import Failed, attempted, pack, run_packed, unpack

TRIES: Final = 3
"""A task whose worker has died so many times is what kills it."""
KILLED: Final = "Arbetaren dog, tre gånger i rad. Räckte minnet?"


@dataclass(frozen=True, slots=True)
class Task:
    """A name that says nothing of its content, and what the function is called with."""

    name: str
    payload: Any


@dataclass(frozen=True, slots=True)
class Done:
    """A task's name and what came of it: a result, or `Failed`."""

    name: str
    result: Any


Function = Callable[[Any], Any]
"""Of a module, pure: the same payload gives the same result, anywhere and any number of times."""


class Executor(Protocol):
    """What runs tasks."""

    @property
    def n_workers(self) -> int:
        """How many tasks are worked on at a time."""

    @property
    def is_here(self) -> bool:
        """Whether workers see the same files as we do."""

    def stream(self, function: Function, tasks: Iterable[Task]) -> Iterator[Done]:
        """Run tasks and give each as it is done; closing the iterator drops the others."""

    def close(self) -> None:
        """Let the workers go."""


class Threads:
    """Threads of this process: the kernels release the interpreter's lock."""

    is_here = True

    def __init__(self, n_workers: int) -> None:
        self.n_workers = n_workers
        self._executor = ThreadPoolExecutor(n_workers)

    def stream(self, function: Function, tasks: Iterable[Task]) -> Iterator[Done]:
        """As `Executor.stream`; what is given is what the function gets."""
        source = iter(tasks)
        flying: dict[Future[Any], str] = {}
        try:
            while True:
                for task in islice(source, 2 * self.n_workers - len(flying)):
                    flying[self._executor.submit(attempted, function, task.payload)] = task.name
                if not flying:
                    return
                for future in wait(flying, return_when=FIRST_COMPLETED).done:
                    yield Done(flying.pop(future), future.result())
        finally:
            for future in flying:
                future.cancel()

    def close(self) -> None:
        """Let the threads go."""
        self._executor.shutdown(cancel_futures=True)


class Processes:
    """Processes of this machine, begun anew when one of them dies."""

    is_here = True

    def __init__(self, n_workers: int) -> None:
        self.n_workers = n_workers
        self._executor = self._new_executor()

    def _new_executor(self) -> ProcessPoolExecutor:
        # Begun from nothing: a fork of a process with threads may hang (and does, with Numba's).
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self.n_workers, mp_context=context)

    def stream(self, function: Function, tasks: Iterable[Task]) -> Iterator[Done]:
        """As `Executor.stream`."""
        source = iter(tasks)
        again: list[Task] = []
        n_tries: dict[str, int] = {}
        flying: dict[Future[Any], Task] = {}
        try:
            while True:
                n_free = 2 * self.n_workers - len(flying)
                coming = [again.pop() for _ in range(min(n_free, len(again)))]
                coming += islice(source, n_free - len(coming))
                for task in coming:
                    flying[self._submit(function, task)] = task
                if not flying:
                    return
                for future in wait(flying, return_when=FIRST_COMPLETED).done:
                    task = flying.pop(future)
                    try:
                        yield Done(task.name, unpack(future.result()))
                    except BrokenProcessPool:
                        n_tries[task.name] = n_tries.get(task.name, 0) + 1
                        if n_tries[task.name] < TRIES:
                            again.append(task)
                        else:
                            yield Done(task.name, Failed(KILLED))
        finally:
            for future in flying:
                future.cancel()

    def _submit(self, function: Function, task: Task) -> Future[Any]:
        packed = pack(task.payload)
        try:
            return self._executor.submit(run_packed, function, packed)
        except BrokenProcessPool:
            self._executor.shutdown(cancel_futures=True)
            self._executor = self._new_executor()
            return self._executor.submit(run_packed, function, packed)

    def close(self) -> None:
        """Let the processes go."""
        self._executor.shutdown(cancel_futures=True)
