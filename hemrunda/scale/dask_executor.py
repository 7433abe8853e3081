"""A cluster of Dask: workers of this machine, or of others behind TLS.

Nothing is kept on the workers' disks, no dashboard is opened, and no name, log or error that Dask
writes holds what a task holds. A worker that dies or freezes loses nothing: the scheduler gives
its task to another, and when the scheduler itself is gone the tasks without an answer are sent
again to the next one that answers at its address. A task counts once, whoever made it.
"""

from __future__ import annotations

import contextlib
import logging
import tempfile
import time
import uuid
from collections.abc import Iterable, Iterator
from concurrent.futures import CancelledError
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from data.errors import SettingsError
from hemrunda.scale.certificates import CA, CLIENT
from hemrunda.scale.executors import KILLED, TRIES, Done, Function, Task
from hemrunda.scale.packing import FORMAT, Failed, Packed, pack, run_packed, unpack

if TYPE_CHECKING:
    from distributed import Client, Security

MISSING: Final = (
    "Beräkning på flera maskiner behöver ett paket till: pip install 'hemrunda[cluster]'."
)
WAIT_S: Final = 120.0
"""How long a scheduler that is gone is waited for before the run gives up."""
QUIET: Final[dict[str, Any]] = {
    # Nothing of a client on a worker's disk: no spilling at any fullness.
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    # A frozen worker's task goes to another after so long without a word. Kernels release the
    # interpreter's lock, so a worker at work still answers; five minutes is Dask's own.
    "distributed.scheduler.worker-ttl": "60s",
    "distributed.scheduler.allowed-failures": TRIES - 1,
    # A profile of what runs where is kept by default, in memory and for anybody who asks.
    "distributed.worker.profile.enabled": False,
    "distributed.diagnostics.nvml": False,
    "distributed.admin.log-length": 0,
    # Its log of every step of every task holds the tasks: measured, 0.15 MB each for 0.2 MB sent.
    "distributed.admin.low-level-log-length": 0,
    "distributed.comm.require-encryption": None,
}


def version_here() -> str:
    """What a worker runs, asked of it before any work is sent."""
    return FORMAT


class DaskCluster:
    """Runs tasks as plain futures on a scheduler's workers."""

    def __init__(self, address: str, certificates: Path | None = None, n_local: int = 0) -> None:
        """Meet the scheduler at ``address``, or begin ``n_local`` workers on this machine.

        Raises
        ------
        SettingsError
            Where the package is missing, nobody answers, or a worker runs another version.
        """
        try:
            import dask
            import distributed  # noqa: F401
        except ImportError as error:
            raise SettingsError(MISSING) from error
        dask.config.set(QUIET)
        # A scheduler that is gone is told of by us, in a sentence, not in pages of Dask's.
        logging.getLogger("distributed").setLevel(logging.CRITICAL + 1)
        self.is_here = n_local > 0
        self._address, self._certificates = address, certificates
        self._local: Any = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        if n_local:
            self._begin_local(n_local)
        self._client = self._meet()
        try:
            self._refuse_skew()
        except SettingsError:
            self.close()
            raise

    @property
    def n_workers(self) -> int:
        """Threads that work at this moment."""
        workers = self._client.scheduler_info(n_workers=-1)["workers"].values()
        return max(1, sum(int(worker["nthreads"]) for worker in workers))

    def _begin_local(self, n_workers: int) -> None:
        import dask
        from distributed import LocalCluster

        self._folder = tempfile.TemporaryDirectory()
        dask.config.set({"temporary-directory": self._folder.name})
        self._local = LocalCluster(
            n_workers=n_workers, threads_per_worker=1, processes=True, host="127.0.0.1",
            dashboard_address=None, worker_dashboard_address=None, silence_logs=50,
        )  # fmt: skip
        self._address = self._local.scheduler_address

    def _security(self) -> Security | None:
        from distributed import Security

        if self._certificates is None:
            return None
        return Security(
            tls_ca_file=str(self._certificates / CA),
            tls_client_cert=str(self._certificates / f"{CLIENT}.pem"),
            tls_client_key=str(self._certificates / f"{CLIENT}-key.pem"),
            require_encryption=True,
        )

    def _meet(self, wait_s: float = 30.0) -> Client:
        from distributed import Client

        until = time.monotonic() + wait_s
        while True:
            try:
                return Client(self._address, security=self._security(), timeout=5)
            except (OSError, TimeoutError, ValueError) as error:
                if time.monotonic() > until:
                    raise SettingsError(
                        "Ingen schemaläggare svarar på adressen, eller så stämmer inte "
                        "certifikaten."
                    ) from error
                time.sleep(0.5)

    def _refuse_skew(self) -> None:
        answers = self._client.run(version_here, on_error="return")
        if not answers:
            with contextlib.suppress(TimeoutError):
                self._client.wait_for_workers(1, timeout=WAIT_S)
            answers = self._client.run(version_here, on_error="return")
        if not answers:
            raise SettingsError("Schemaläggaren har inga arbetare.")
        others = sorted({str(answer) for answer in answers.values()} - {FORMAT})
        if others:
            raise SettingsError(
                f"Arbetarna har en annan version av Hemrunda än {FORMAT}. Installera samma "
                "överallt."
            )

    def stream(self, function: Function, tasks: Iterable[Task]) -> Iterator[Done]:
        """As `hemrunda.scale.executors.Executor.stream`."""
        source, run = iter(tasks), uuid.uuid4().hex[:8]
        waiting: dict[str, Task] = {}
        flying: dict[str, Any] = {}
        try:
            while True:
                # When workers die, more may be on the way than those that are left have room for.
                room = max(0, 2 * self.n_workers + 2 - len(waiting))
                for task in islice(source, room):
                    waiting[task.name] = task
                if not waiting:
                    return
                try:
                    for task in waiting.values():
                        if task.name not in flying:
                            flying[task.name] = self._submit(function, task, run)
                    done = list(self._done(flying))
                except (OSError, RuntimeError, TimeoutError, CancelledError):
                    self._client, flying = self._again(), {}
                    continue
                for name, result in done:
                    del flying[name]
                    if result is not None:
                        del waiting[name]
                        yield Done(name, result)
        finally:
            with contextlib.suppress(Exception):
                self._client.cancel(list(flying.values()), force=True)

    def _submit(self, function: Function, task: Task, run: str) -> Any:
        # A new name each time: one that the scheduler has forgotten is not found again.
        key = f"{run}-{task.name}-{uuid.uuid4().hex[:6]}"
        packed = pack(task.payload)
        return self._client.submit(run_packed, function, packed, key=key, pure=False)

    def _done(self, flying: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        """What has an answer, after waiting for the first; None where it must be sent again."""
        from distributed import wait

        with contextlib.suppress(TimeoutError, CancelledError):
            wait(list(flying.values()), timeout=5, return_when="FIRST_COMPLETED")
        if self._client.status != "running":
            raise ConnectionError
        for name, future in list(flying.items()):
            if future.status == "finished":
                answer = future.result(timeout=WAIT_S)
                yield name, unpack(answer) if isinstance(answer, Packed) else None
            elif future.status == "error":
                yield name, Failed(KILLED)
            elif future.status in ("lost", "cancelled"):
                yield name, None

    def _again(self) -> Client:
        """The scheduler, when it is back."""
        with contextlib.suppress(Exception):
            self._client.close(timeout=1)
        return self._meet(WAIT_S)

    def close(self) -> None:
        """Leave the scheduler; the workers that we began end."""
        with contextlib.suppress(Exception):
            self._client.close(timeout=5)
        if self._local is not None:
            with contextlib.suppress(Exception):
                self._local.close(timeout=10)
        if self._folder is not None:
            self._folder.cleanup()
