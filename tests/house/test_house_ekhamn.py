"""The page of the demo's town is what its command writes."""

from benchmarks.ekhamn import FACTS, PAGE, SIZES, TOWNS, fact_rows, town_row, with_rows


def test_the_page_holds_what_the_town_measures():
    """Every line of the facts, and of the towns all that is no time."""
    page = PAGE.read_text(encoding="utf-8")
    rows = fact_rows()
    assert len(rows) > 40
    assert with_rows(page, FACTS, rows) == page
    counted = town_row(400).rsplit("|", 2)[0]
    assert counted.startswith("| 400 | ")
    assert counted in page
    assert all(f"| {size} | " in page for size in SIZES.values())


def test_rows_take_the_place_of_rows():
    """What stands before and after the table stays."""
    page = f"a\n\n{TOWNS}\n|---|\n| 1 |\n| 2 |\n\nb\n"
    assert with_rows(page, TOWNS, ["| 3 |"]) == f"a\n\n{TOWNS}\n|---|\n| 3 |\n\nb\n"
