"""Tables of pages without a map: wide ones are read row by row on a phone, dates stay whole."""

import pytest

from maps.common.html_parts import Heading, Table
from maps.common.plain_page import NARROW_MOST, parts_page


def page(*parts):
    return parts_page(parts, "Titel", "Ekhamn", "märke", "sv")


@pytest.mark.parametrize("n_columns", [2, NARROW_MOST, NARROW_MOST + 1, 10])
def test_each_cell_of_a_wide_table_has_the_head_of_its_column(n_columns):
    header = tuple(f"Rubrik {i} <b>" for i in range(n_columns))
    rows = tuple(tuple(f"{row}.{i}" for i in range(n_columns)) for row in range(2))
    made = page(Table(header, rows, (1.0,) * n_columns))
    is_wide = n_columns > NARROW_MOST
    assert ("class=wide" in made) == is_wide
    for row in range(2):
        for i in range(1, n_columns):
            label = f' data-head="Rubrik {i} &lt;b&gt;"' if is_wide else ""
            assert f'<td class="n"{label}>{row}.{i}</td>' in made


def test_no_date_of_a_heading_is_broken_and_nothing_of_it_is_markup():
    made = page(Heading("Lag <i>, 2026-03-02 – 2026-03-15"))
    whole = [f'<span class="d">{date}</span>' for date in ("2026-03-02", "2026-03-15")]
    assert f"<h2>Lag &lt;i&gt;, {whole[0]} – {whole[1]}</h2>" in made
