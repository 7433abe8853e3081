"""Fuzz every reader of users' files, with Hypothesis or with atheris.

    python -m benchmarks.fuzz_readers --seconds 1800 --found FOLDER
    python -m benchmarks.fuzz_readers --atheris --seconds 1800 --found FOLDER

atheris (libFuzzer, guided by coverage of ``data``) is not among the requirements: it has no wheel
for every platform. Seconds are of processor time. What goes wrong is told once for each place in
the code, with the bytes kept in FOLDER, and the run goes on; exit code 1 where anything was found.
Every find becomes a test (``tests/rooms_data/test_tables_fuzz.py``).
"""

from __future__ import annotations

import argparse
import collections
import random
import sys
import tempfile
import time
from pathlib import Path


class Run:
    """Counts what was tried, and keeps what was found."""

    def __init__(self, found: Path, seconds: float) -> None:
        self.found = found
        self.ends = time.process_time() + seconds
        self.n_tried: collections.Counter[str] = collections.Counter()
        self.complaints: dict[str, Path] = {}

    def try_one(self, target, content: bytes) -> None:
        """Read; keep the bytes where the answer is a complaint not heard before."""
        from benchmarks.fuzz_targets import complaint

        self.n_tried[target.name] += 1
        said = complaint(target, content)
        key = f"{target.name}: {said}"
        if said and key not in self.complaints:
            self.found.mkdir(parents=True, exist_ok=True)
            path = self.found / f"{len(self.complaints):03d}-{target.name.replace('/', '_')}"
            path.write_bytes(content)
            self.complaints[key] = path
            print(f"found: {key} ({path.name})", flush=True)

    def is_over(self) -> bool:
        """Whether the seconds of processor time are used up."""
        return time.process_time() >= self.ends

    def tell(self) -> int:
        """Print what was tried; exit code."""
        for name, n in sorted(self.n_tried.items()):
            print(f"{n:9d}  {name}")
        print(f"{self.n_tried.total():9d}  in all, {len(self.complaints)} complaints, "
              f"{time.process_time():.0f} CPU s", flush=True)  # fmt: skip
        return 1 if self.complaints else 0


def by_hypothesis(run: Run, all_targets, seed: int) -> None:
    """Files spoilt by draws of Hypothesis, and whole rows of hostile cells."""
    from hypothesis import HealthCheck, given, settings
    from hypothesis import seed as seeded
    from hypothesis import strategies as st

    from benchmarks.fuzz_targets import HEADERS, UNITS, spoil

    seeds = [target.seed for target in all_targets]
    cells = st.one_of(
        st.text(max_size=12),
        st.sampled_from(["=1+1", "8:00", "24:00", "mån-", "1 av", "½", "٣", "9" * 60, "nan", "-0"]),
        st.sampled_from(UNITS),
        st.floats().map(str), st.datetimes().map(str), st.integers().map(str),
    )  # fmt: skip

    @settings(max_examples=2000, deadline=None, database=None,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(
        st.sampled_from(all_targets), st.integers(0, 2**48), st.sampled_from(seeds),
        st.lists(st.lists(cells, max_size=14), max_size=6), st.sampled_from(";\t,|"),
    )  # fmt: skip
    def once(target, number, other, rows, delimiter):
        if run.is_over():
            return
        content = spoil(target.seed, random.Random(number), other)
        if rows and number % 2 and not target.name.startswith(("xlsx", "gpkg", "parquet")):
            lines = "\r\n".join(delimiter.join(row) for row in rows)
            head = target.seed.split(b"\r\n", 1)[0]
            if number % 3 == 0:  # other headers than the table's own
                drawn = random.Random(number)
                head = delimiter.join(drawn.choices(HEADERS, k=drawn.randint(1, 14))).encode()
            content = head + b"\r\n" + lines.encode(errors="surrogatepass")
        run.try_one(target, content)

    batch = 0
    while not run.is_over():
        seeded(seed * 100_000 + batch)(once)()
        batch += 1


def by_atheris(run: Run, folder: Path) -> None:
    """LibFuzzer over all targets: the first byte chooses the reader."""
    import atheris

    with atheris.instrument_imports(include=["data"]):
        from benchmarks.fuzz_targets import HEADERS, UNITS, WORDS, targets
    all_targets = targets(folder)
    corpus = folder / "corpus"
    corpus.mkdir()
    for number, target in enumerate(all_targets):
        (corpus / f"{number:03d}").write_bytes(bytes([number]) + target.seed)
    words = folder / "words.dict"
    lines = [
        '"' + "".join(f"\\x{byte:02x}" for byte in word.encode()) + '"'
        for word in (*WORDS, *UNITS, *HEADERS)
    ]
    words.write_text("\n".join(lines) + "\n", encoding="ascii")

    def once(content: bytes) -> None:
        if run.is_over():
            run.tell()
            sys.stdout.flush()
            import os

            os._exit(1 if run.complaints else 0)  # libFuzzer has no other way out
        if content:
            run.try_one(all_targets[content[0] % len(all_targets)], content[1:])

    options = ["-max_len=20000", "-timeout=60", "-rss_limit_mb=3000", "-print_final_stats=1",
               f"-artifact_prefix={run.found}/", f"-dict={words}", "-verbosity=0"]  # fmt: skip
    run.found.mkdir(parents=True, exist_ok=True)
    atheris.Setup([sys.argv[0], *options, str(corpus)], once)
    atheris.Fuzz()


def main() -> int:
    """Parse the options and run for so long."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--found", type=Path, default=Path("fuzz-found"))
    parser.add_argument("--only", default="", help="readers whose name begins so")
    parser.add_argument("--atheris", action="store_true")
    chosen = parser.parse_args()
    run = Run(chosen.found, chosen.seconds)
    with tempfile.TemporaryDirectory() as name:
        if chosen.atheris:
            by_atheris(run, Path(name))
        else:
            from benchmarks.fuzz_targets import targets

            wanted = tuple(chosen.only.split(","))
            found = [target for target in targets(Path(name)) if target.name.startswith(wanted)]
            by_hypothesis(run, found, chosen.seed)
    return run.tell()


if __name__ == "__main__":
    sys.exit(main())
