"""A study's table: a row a plan, on disk as soon as it is known.

Each row is a small Parquet file of its own in ``rows/``, whole or not there, named by its plan's
origin. A study that was stopped goes on with those that are missing; the table at the end is the
same whether it was stopped or not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from data.atomic import replacing, sweep, write_text
from data.errors import SettingsError, StoreError
from data.progress import Progress
from hemrunda.scale.executors import Done
from hemrunda.scale.town_task import Row

if TYPE_CHECKING:
    import pandas as pd

ROWS: Final = "rows"
TABLE: Final = "study.parquet"
CSV: Final = "study.csv"
KEY: Final = "scenario"
CAUSE: Final = "cause"
"""Why there is no plan; empty where there is one."""
ORIGIN: Final = "origin"
"""What a row is made from, where its key does not say it."""


class RowsOnDisk:
    """The rows of a folder."""

    def __init__(self, folder: Path, *, again: bool = False) -> None:
        """Make the folder where it is not there; with ``again`` forget the rows with a cause.

        Raises
        ------
        SettingsError
            Where the package that writes Parquet is missing.
        """
        if find_spec("pyarrow") is None:
            raise SettingsError(
                "Studier sparas som Parquet. Installera ett paket till: "
                "pip install 'hemrunda[parquet]'."
            )
        self._rows = folder / ROWS
        self._folder = folder
        self._rows.mkdir(parents=True, exist_ok=True)
        sweep(self._rows)
        if again:
            for key in self.known():
                if self.row(key).get(CAUSE):
                    (self._rows / f"{key}.parquet").unlink()

    def known(self) -> set[str]:
        """Keys of the rows that are there."""
        return {path.stem for path in self._rows.glob("[!.]*.parquet")}

    def forget_others(self, origins: Mapping[str, str]) -> None:
        """Delete rows of these keys that were made from something else."""
        for key in origins.keys() & self.known():
            if self.row(key).get(ORIGIN) != origins[key]:
                (self._rows / f"{key}.parquet").unlink()

    def add(self, key: str, row: Mapping[str, Any]) -> None:
        """Write a row; it is there for good when this returns."""
        import pandas as pd

        with replacing(self._rows / f"{key}.parquet") as temporary:
            pd.DataFrame([{KEY: key, **row}]).to_parquet(temporary, index=False)

    def row(self, key: str) -> Row:
        """One row.

        Raises
        ------
        StoreError
            Where it cannot be read.
        """
        import pandas as pd

        try:
            frame = pd.read_parquet(self._rows / f"{key}.parquet")
        except (OSError, ValueError) as error:
            raise StoreError(f"rows/{key}.parquet är skadad; radera den och kör igen.") from error
        return {str(name): frame[name].iloc[0] for name in frame.columns}

    def gathered(self, keys: Sequence[str]) -> pd.DataFrame:
        """All rows in the order of ``keys``, one table with the columns of all."""
        import pandas as pd

        frames = [pd.read_parquet(self._rows / f"{key}.parquet") for key in keys]
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame({KEY: []})

    def write_table(self, keys: Sequence[str]) -> pd.DataFrame:
        """Write the whole table as Parquet and CSV, and give it."""
        frame = self.gathered(keys)
        with replacing(self._folder / TABLE) as temporary:
            frame.to_parquet(temporary, index=False)
        text = frame.to_csv(index=False, sep=";", decimal=",", lineterminator="\r\n")
        write_text(self._folder / CSV, "\ufeff" + text)
        return frame


def cause(text: str) -> Row:
    """The row of a plan that could not be made: the first line of why."""
    return {CAUSE: text.split("\n")[0]}


def fill(
    rows: RowsOnDisk,
    keys: Mapping[str, str],
    done: Iterable[Done],
    row_of: Callable[[str, Any], Row],
    progress: Progress,
    counted: tuple[int, str],
) -> None:
    """Write each result as it comes; what could not be made stops nobody else.

    Parameters
    ----------
    keys : mapping of task name to the row's key
    row_of : callable
        The row of a key and a result, which may be `Failed`.
    told : int and str
        How many rows there will be in all, and what each is, for whoever waits.
    """
    n_all, what = counted
    n_done = n_all - len(keys)
    for finished in done:
        key = keys[finished.name]
        rows.add(key, row_of(key, finished.result))
        n_done += 1
        progress.report(n_done / n_all, f"{n_done} av {n_all} {what}")
        if progress.is_stopping:
            break
