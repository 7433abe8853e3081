"""The page of the demo's town is what its command writes."""

from benchmarks.ekhamn import PAGE, SIZES, fact_rows, page, town_row


def test_the_page_is_what_the_command_writes():
    """All of it but seconds of the processor; of the larger towns the rows that stand there."""
    text = PAGE.read_text(encoding="utf-8")
    rows = fact_rows()
    assert len(rows) > 40
    lines = text.splitlines()
    towns = [line for size in SIZES.values() for line in lines if line.startswith(f"| {size} | ")]
    assert len(towns) == len(SIZES)
    assert page(towns, rows) == text
    assert towns[0].rsplit("|", 2)[0] == town_row(400).rsplit("|", 2)[0]
