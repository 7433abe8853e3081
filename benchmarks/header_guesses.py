"""How near a header must be to a column's words to be guessed: the limit, lower and higher.

Every known header of five letters or more with one letter lost, and fifteen words that are no
column of any table::

    python -m benchmarks.header_guesses
"""

from __future__ import annotations

import random
from unittest.mock import patch

from data.tables import heading
from data.tables.schema.columns import TABLES

STRANGERS = ("Vård", "Anteckning", "Faktura", "Hemort", "Bil", "Kod 3", "Budget", "Chef", "Telefon",
             "Sjukhus", "Färg", "Version", "Rubrik", "Kvartal", "Avdelning")  # fmt: skip


def main() -> None:
    """Print a line a limit."""
    rng, typos = random.Random(1), []
    for table in TABLES:
        for column in table.columns:
            for word in column.synonyms:
                if len(word) >= 5:
                    at = rng.randrange(len(word))
                    typos.append((table, word[:at] + word[at + 1 :], column.name))
    for limit in (45, 55, 62, 70, 80):
        with patch.object(heading, "_NEAR_PCT", limit):
            n_right = sum(name in heading.nearest(table, word) for table, word, name in typos)
            n_guessed = sum(bool(heading.nearest(t, word)) for t in TABLES for word in STRANGERS)
        print(f"{limit}: {100 * n_right / len(typos):.1f} % of {len(typos)} right, strangers "
              f"guessed {100 * n_guessed / len(TABLES) / len(STRANGERS):.0f} %")  # fmt: skip


if __name__ == "__main__":
    main()
