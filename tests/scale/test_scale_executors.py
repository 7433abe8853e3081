"""One seam for independent work: the same results wherever, none lost, none twice, nothing told."""

import os
import signal
import subprocess
import sys
from contextlib import ExitStack, contextmanager

import pytest

from data.errors import SettingsError
from hemrunda.scale.cluster_address import executor_at
from hemrunda.scale.executors import KILLED, Task
from hemrunda.scale.packing import FORMAT, Failed, Packed, pack, run_packed, unpack

pytest.importorskip("distributed")
HERE = ["threads:2", "processes:2", "local:2"]
SECRET = "Hemliga-vägen-7"


def run(executor, expressions):
    """The results of Python expressions by name; ``eval`` is a function that every worker knows."""
    found = {}
    tasks = (Task(f"t{i}", text) for i, text in enumerate(expressions))
    for done in executor.stream(eval, tasks):
        assert done.name not in found, "a task counted twice"
        found[done.name] = done.result
    return [found[f"t{i}"] for i in range(len(found))]


def once(flag, act):
    """An expression that does ``act`` the first time that any worker comes to it."""
    return f"__import__('os').path.exists({str(flag)!r}) or (open({str(flag)!r}, 'x'), {act}) and 0"


DIE = "__import__('os')._exit(9)"
FREEZE = "__import__('os').kill(__import__('os').getpid(), 19)"


@pytest.mark.parametrize("where", HERE)
def test_every_task_has_its_result_once(where):
    with executor_at(where) as executor:
        assert run(executor, [f"{i} * {i}" for i in range(40)]) == [i * i for i in range(40)]
        assert executor.n_workers == 2


@pytest.mark.parametrize("where", HERE)
def test_what_goes_wrong_is_told_without_what_the_task_held(where):
    with executor_at(where) as executor:
        good, bad = run(executor, ["1", f"int({SECRET!r})"])
    assert good == 1
    assert isinstance(bad, Failed)
    assert "ValueError" in bad.text
    assert SECRET not in bad.text


@pytest.mark.parametrize("where", HERE)
def test_no_more_is_on_the_way_than_keeps_the_workers_busy(where):
    """A study of thousands is made as it is asked for, so memory stays flat."""
    made = 0

    def tasks():
        nonlocal made
        for i in range(100):
            made += 1
            yield Task(f"t{i}", str(i))

    with executor_at(where) as executor:
        stream = executor.stream(eval, tasks())
        next(stream)
        assert made <= 10
        stream.close()


@pytest.mark.parametrize("where", HERE)
def test_memory_does_not_grow_with_the_number_of_tasks(where):
    """What was sent and what came back is let go; the scheduler's own logs hold neither."""
    import psutil

    def tasks(n):
        return (Task(f"t{i}", f"{os.urandom(300_000).hex()!r}[:9]") for i in range(n))

    with executor_at(where) as executor:
        n_done = sum(1 for _ in executor.stream(eval, tasks(60)))
        before = psutil.Process().memory_info().rss
        n_done += sum(1 for _ in executor.stream(eval, tasks(240)))
        grown = psutil.Process().memory_info().rss - before
    assert n_done == 300
    # 240 tasks of 0.3 MB or more, were any of it kept.
    assert grown < 30_000_000


@pytest.mark.parametrize("where", ["processes:2", "local:2"])
def test_a_worker_that_dies_loses_nothing(where, tmp_path):
    with executor_at(where) as executor:
        told = run(executor, ["1", once(tmp_path / "died", DIE), "3", "4", "5"])
    assert (told[0], *told[2:]) == (1, 3, 4, 5)
    assert told[1] is True
    assert (tmp_path / "died").exists()


def test_fewer_workers_than_tasks_on_the_way_lose_nothing(monkeypatch):
    """A worker that dies leaves more tasks waiting than the others have room for."""
    with executor_at("local:2") as executor:
        sizes = iter([8])
        monkeypatch.setattr(type(executor), "n_workers", property(lambda _: next(sizes, 1)))
        slow = [f"__import__('time').sleep(0.1) or {i}" for i in range(20)]
        assert run(executor, slow) == list(range(20))


@pytest.mark.parametrize("where", ["processes:1", "local:1"])
def test_a_task_that_kills_every_worker_ends_and_says_so(where):
    with executor_at(where) as executor:
        assert run(executor, [DIE]) == [Failed(KILLED)]
        assert run(executor, ["7"]) == [7]


@pytest.mark.parametrize("where", HERE)
def test_a_task_that_asks_for_too_much_memory_says_so_and_stops_nobody(where):
    with executor_at(where) as executor:
        told = run(executor, ["1", "bytearray(1 << 55)", "3"])
    assert told == [1, Failed("Minnet räckte inte."), 3]


@pytest.mark.parametrize("where", HERE)
def test_a_slow_worker_holds_up_nobody_and_is_waited_for(where):
    """Its task is nobody else's: what the others do comes meanwhile, and it counts once."""
    names = []
    slow = Task("slow", "__import__('time').sleep(1.5) or 7")
    with executor_at(where) as executor:
        run(executor, ["1", "2", "3", "4"])  # both workers are there
        for done in executor.stream(eval, iter([slow, *(Task(f"t{i}", "1") for i in range(20))])):
            names.append(done.name)
            assert done.result == (7 if done.name == "slow" else 1)
    assert len(names) == len(set(names)) == 21
    assert names.index("slow") > 10


def test_a_frozen_worker_is_not_waited_for(tmp_path, monkeypatch):
    """SIGSTOP: the process lives, and says nothing more."""
    import dask

    from hemrunda.scale import dask_executor

    monkeypatch.setitem(dask_executor.QUIET, "distributed.scheduler.worker-ttl", "3s")
    with executor_at("local:2") as executor:
        told = run(executor, [once(tmp_path / "froze", FREEZE), "2", "3"])
        for worker in executor._local.workers.values():
            with dask.config.set({}):
                if worker.pid is not None:  # else it is being started again
                    os.kill(worker.pid, signal.SIGCONT)
    assert told == [True, 2, 3]


def test_what_is_sent_prints_nothing():
    packed = pack({"address": SECRET})
    assert SECRET not in repr(packed)
    assert SECRET.encode() not in packed.data
    assert unpack(packed) == {"address": SECRET}


def test_another_version_is_refused_before_any_work():
    strange = Packed(pack("1 / 0").data, "0.0.1/0")
    answer = unpack(run_packed(eval, strange))
    assert answer.is_skew
    assert FORMAT in answer.text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("tcp://10.0.0.7:8786", "utan kryptering"),
        ("tcp://raknemaskin:8786", "utan kryptering"),
        ("tls://10.0.0.7:8786", "--certificates"),
        ("threads:0", "skriv"),
        ("moln", "skriv"),
        ("tcp://[::1", "skriv"),
        ("http://127.0.0.1:80", "skriv"),
    ],
)
def test_what_would_travel_open_is_refused(text, says):
    with pytest.raises(SettingsError, match=says), executor_at(text):
        pass


def test_certificates_that_lack_are_named(tmp_path):
    with pytest.raises(SettingsError, match=r"ca\.pem"), executor_at("tls://127.0.0.1:1", tmp_path):
        pass


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    from click.testing import CliRunner

    from hemrunda.cli import group

    folder = tmp_path_factory.mktemp("tls") / "cert"
    result = CliRunner().invoke(group, ["cluster", "certificates", str(folder)])
    assert result.exit_code == 0, result.output
    assert "dask scheduler" in result.output
    assert len(list(folder.iterdir())) == 7
    for path in folder.iterdir():
        assert path.stat().st_mode & 0o077 == 0, path.name
    again = CliRunner().invoke(group, ["cluster", "certificates", str(folder)])
    assert "har redan certifikat" in str(again.exception)
    return folder


def dask_command(role, folder, *words):
    """Dask's own command, as ``hemrunda cluster certificates`` words it."""
    own = {"ca-file": "ca.pem", "cert": f"{role}.pem", "key": f"{role}-key.pem"}
    tls = [part for name, file in own.items() for part in (f"--tls-{name}", str(folder / file))]
    return subprocess.Popen(
        [sys.executable, "-m", "dask", role, *words, *tls, "--no-dashboard"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env={**os.environ, "DASK_DISTRIBUTED__WORKER__MEMORY__SPILL": "False"},
    )  # fmt: skip


def free_port():
    import socket

    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        return made.getsockname()[1]


@contextmanager
def cluster(folder, port, n_workers=1):
    """A scheduler and workers by Dask's own commands; what they printed is in ``logs`` after."""
    place = ["--host", "127.0.0.1", "--port", str(port), "--protocol", "tls"]
    begun = [dask_command("scheduler", folder, *place)]
    address = f"tls://127.0.0.1:{port}"
    rest = ["--nthreads", "1", "--host", "127.0.0.1", "--no-nanny", "--death-timeout", "60"]
    begun += [dask_command("worker", folder, address, *rest) for _ in range(n_workers)]
    logs = []
    try:
        yield address, begun, logs
    finally:
        for process in begun:
            process.kill()
        logs += [process.communicate()[0] for process in begun]


def test_a_cluster_behind_certificates(certificates, tmp_path):
    """Dask's own commands; a stranger is turned away; no log tells what a task held."""
    port = free_port()
    with cluster(certificates, port) as (address, _, logs):
        with executor_at(address, certificates) as executor:
            assert not executor.is_here
            assert run(executor, [f"len({SECRET!r})", f"int({SECRET!r})"])[0] == len(SECRET)
        import datetime as dt

        from hemrunda.scale import certificates as made

        made.write_certificates(tmp_path / "own", (), dt.datetime.now(dt.UTC))
        from hemrunda.scale.dask_executor import DaskCluster

        stranger = DaskCluster.__new__(DaskCluster)
        stranger._address, stranger._certificates = address, tmp_path / "own"
        with pytest.raises(SettingsError, match="certifikaten"):
            stranger._meet(wait_s=0.0)
    assert logs[0]
    assert not [line for log in logs for line in log.splitlines() if SECRET in line]


def test_a_scheduler_that_is_restarted_loses_nothing(certificates):
    """What has no answer is sent again to whoever answers at the address."""
    port = free_port()
    slow = "__import__('time').sleep(0.2) or {}"
    with (
        ExitStack() as later,
        cluster(certificates, port) as (address, begun, _),
        executor_at(address, certificates) as executor,
    ):
        found = {}
        tasks = (Task(f"t{i}", slow.format(i)) for i in range(1, 26))
        for done in executor.stream(eval, tasks):
            assert done.name not in found
            found[done.name] = done.result
            if len(found) == 5:
                for process in begun:
                    process.kill()
                    process.wait()
                later.enter_context(cluster(certificates, port))
        assert found == {f"t{i}": i for i in range(1, 26)}
