"""What a library prints goes nowhere, and our own output is there again, whoever ends first."""

import subprocess
import sys

PROGRAM = """
import os, threading
from partition.annealing.silence_stdout import silence_stdout
first, second = threading.Event(), threading.Event()
def outer():
    with silence_stdout():
        os.write(1, b"outer")
        first.set()
        second.wait(10)
def inner():
    first.wait(10)
    with silence_stdout():
        os.write(1, b"inner")
        second.set()
        threads[0].join(10)
threads = [threading.Thread(target=outer), threading.Thread(target=inner)]
[one.start() for one in threads]
[one.join() for one in threads]
print("ours")
"""


def test_two_threads_that_silence_at_a_time_lose_no_output_of_ours():
    """Plans side by side each silence the same descriptor; the first is out before the second."""
    made = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60, check=True
    )
    assert made.stdout == "ours\n"
