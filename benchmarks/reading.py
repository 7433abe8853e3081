"""How long it takes to read and validate a large municipality's tables, by kind of file.

    python -m benchmarks.reading

5 300 clients of the made-up town with their visits (20 000 or more) and roster, written by our
own writer as XLSX and as CSV, and by openpyxl as an office that types dates and clocks as such
would have them. Processor seconds, the median of ``--runs`` readings. openpyxl's own read-only
reading of the same workbook, cells only and nothing validated, is the peer.
"""

from __future__ import annotations

import argparse
import datetime as dt
import re
import tempfile
from pathlib import Path

from benchmarks.common import Row, finish, timed

TARGET_S = 1.0
N_CLIENTS = 5300
VISITS_PER_CLIENT = 2.08  # gives 20 000 recurring visits


def _typed(cell: object) -> object:
    """A cell as Excel would hold it: dates and clocks typed, numbers as numbers."""
    if not isinstance(cell, str):
        return cell
    if re.fullmatch(r"\d{4}-\d\d-\d\d", cell):
        return dt.datetime.fromisoformat(cell)
    if re.fullmatch(r"\d\d:\d\d", cell):
        return dt.time(int(cell[:2]), int(cell[3:]))
    return cell


def write_typed(source: Path, target: Path) -> None:
    """The workbook again, by openpyxl, with dates and clocks typed."""
    import openpyxl

    book = openpyxl.load_workbook(source, read_only=True)
    typed = openpyxl.Workbook(write_only=True)
    for page in book.worksheets:
        copy = typed.create_sheet(page.title)
        for row in page.iter_rows(values_only=True):
            copy.append([_typed(cell) for cell in row])
    typed.save(target)


def read_by_openpyxl(path: Path) -> int:
    """Cells of a workbook, by openpyxl in its quickest way."""
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    return sum(len(row) for page in book.worksheets for row in page.iter_rows(values_only=True))


def main() -> None:
    """Write the files, read them, print the table."""
    from data.demo import make_municipality, make_streets
    from data.tables import read_input, write_input

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json")
    chosen = parser.parse_args()
    town = make_municipality(
        make_streets(n_clients=N_CLIENTS), n_clients=N_CLIENTS, visits_per_client=VISITS_PER_CLIENT
    )
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ours, typed = folder / "indata.xlsx", folder / "typad.xlsx"
        write_input(town, ours)
        write_typed(ours, typed)
        write_input(town, folder / "csv")
        for path, kind in ((folder / "csv", "CSV"), (ours, "XLSX"), (typed, "XLSX, typed")):
            read = timed(lambda path=path: read_input(path).municipality, chosen.runs)
            found = read.result
            assert (len(found.clients), len(found.visits)) == (len(town.clients), len(town.visits))
            peers = {}
            if path.suffix:
                peer = timed(lambda path=path: read_by_openpyxl(path))
                peers["openpyxl, cells only (s)"] = peer.cpu_s
            work = (
                f"{kind}: {len(found.clients)} clients, {len(found.visits)} visits, "
                f"{len(found.roster)} shifts"
            )
            rows.append(
                Row(work, read.cpu_s, "CPU s", f"≤ {TARGET_S:.0f}", read.cpu_s <= TARGET_S, peers)
            )
    finish(rows, chosen.json)


if __name__ == "__main__":
    main()
