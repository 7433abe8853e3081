"""A network that is cut while work is done: two namespaces with a virtual link between them."""

import json
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager

import pytest

pytest.importorskip("distributed")
HERE_IP, THERE_IP = "10.203.117.1", "10.203.117.2"
PORT = 8786
CLIENT = """
import json, subprocess, sys, time
from pathlib import Path
from hemrunda.scale.cluster_address import executor_at
from hemrunda.scale.executors import Task
address, folder, n = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
cut, mend = map(json.loads, sys.argv[4:])
names, found, workers = [], {}, set()
with executor_at(address, folder) as executor:
    until = time.monotonic() + 60
    while executor.n_workers < 2 and time.monotonic() < until:
        time.sleep(0.1)
    ask = "(__import__('time').sleep(0.15), __import__('os').getpid(), {})"
    for done in executor.stream(eval, (Task(f"t{i}", ask.format(i)) for i in range(n))):
        names.append(done.name)
        found[done.name] = done.result[-1]
        workers.add(done.result[1])
        if len(names) == 6:
            subprocess.run(cut, check=True)
        if len(names) == n - 4:
            subprocess.run(mend, check=True)
print(json.dumps([names, found, len(workers)]))
"""


def ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True)


@contextmanager
def linked():
    """Two namespaces and a link; skipped where the system lets nobody make them."""
    if not shutil.which("ip") or not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("network namespaces need ip and root")
    here, there = f"hr-a{os.getpid()}", f"hr-b{os.getpid()}"
    made = []
    try:
        try:
            for name in (here, there):
                ip("netns", "add", name)
                made.append(name)
            ip("-n", here, "link", "add", "veth0", "type", "veth", "peer", "veth1", "netns", there)
        except subprocess.CalledProcessError as error:
            pytest.skip(f"no network namespaces here: {error.stderr.decode().strip()}")
        for name, link, own in ((here, "veth0", HERE_IP), (there, "veth1", THERE_IP)):
            ip("-n", name, "addr", "add", f"{own}/30", "dev", link)
            ip("-n", name, "link", "set", link, "up")
            ip("-n", name, "link", "set", "lo", "up")
        yield here, there
    finally:
        for name in made:
            subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)


def begun(namespace, folder, role, *words):
    """Dask's own command inside a namespace; a silent worker is given up after three seconds."""
    own = {"ca-file": "ca.pem", "cert": f"{role}.pem", "key": f"{role}-key.pem"}
    tls = [part for name, file in own.items() for part in (f"--tls-{name}", str(folder / file))]
    inside = ["ip", "netns", "exec", namespace, sys.executable, "-m", "dask", role]
    return subprocess.Popen(
        [*inside, *words, *tls, "--no-dashboard"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={**os.environ, "DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": "3s"},
    )  # fmt: skip


def test_a_network_that_is_cut_loses_nothing_and_doubles_nothing(tmp_path):
    """A worker beyond the cut is given up, the other makes its tasks, and it may come back."""
    import datetime as dt

    from hemrunda.scale.certificates import write_certificates

    certificates = tmp_path / "cert"
    write_certificates(certificates, (HERE_IP, THERE_IP), dt.datetime.now(dt.UTC))
    address, n = f"tls://{HERE_IP}:{PORT}", 24
    with linked() as (here, there):
        place = ["--host", HERE_IP, "--port", str(PORT), "--protocol", "tls"]
        lone = ["--nthreads", "1", "--no-nanny", "--death-timeout", "60"]
        processes = [
            begun(here, certificates, "scheduler", *place),
            begun(here, certificates, "worker", address, "--host", HERE_IP, *lone),
            begun(there, certificates, "worker", address, "--host", THERE_IP, *lone),
        ]
        try:
            turn = ["ip", "-n", there, "link", "set", "veth1"]
            client = subprocess.run(
                ["ip", "netns", "exec", here, sys.executable, "-c", CLIENT, address,
                 str(certificates), str(n), json.dumps([*turn, "down"]), json.dumps([*turn, "up"])],
                capture_output=True, text=True, timeout=120, check=False,
            )  # fmt: skip
        finally:
            for process in processes:
                process.kill()
                process.wait()
    assert client.returncode == 0, client.stderr[-2000:]
    names, found, n_workers = json.loads(client.stdout.splitlines()[-1])
    assert sorted(names) == sorted(f"t{i}" for i in range(n)), "each task counts once"
    assert found == {f"t{i}": i for i in range(n)}
    assert n_workers == 2, "both worked before the cut"
