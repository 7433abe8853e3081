"""The quick reader of sheets against the tree and against openpyxl: the same cells, or none."""

import contextlib
import datetime as dt
import io
import random
import re
import zipfile

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.tables.files import xlsx_files, xlsx_quick
from data.tables.files.raw import MAX_CELL_CHARACTERS, MAX_COLUMNS, FileFaultError, RawSheet
from data.tables.files.xlsx_cells import Book

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
HEAD = f'<?xml version="1.0" encoding="UTF-8"?>\n<worksheet xmlns="{MAIN}"><cols/><sheetData>'
TAIL = "</sheetData></worksheet>"
BOOK = Book(
    ["noll", "ett & två", "x" * (MAX_CELL_CHARACTERS + 1)],
    ["", "date", "clock", "pad3"],
    dt.datetime(1899, 12, 30),
)


def quick(rows, head=HEAD, tail=TAIL):
    """What the quick reader makes of the rows; None where it leaves them to the tree."""
    return xlsx_quick.rows_of((head + rows + tail).encode(), BOOK, "f.xlsx", "Blad")


def tree(rows, head=HEAD, tail=TAIL):
    """The twin: the whole member as a tree."""
    stream = io.BytesIO((head + rows + tail).encode())
    return xlsx_files._rows(stream, BOOK, RawSheet("f.xlsx", "Blad", []))


PLAIN = [
    '<row r="1" spans="1:3"><c r="A1" t="s"><v>0</v></c><c r="C1" s="1"><v>46000</v></c></row>',
    '<row r="3" hidden="1"><c r="A3"><v>1.5</v></c></row><row r="9" hidden="0"/>',
    '<row r="2"><c r="B2" s="3"><v>7</v></c><c r="D2" t="b"><v>1</v></c></row>',
    '<row r="1"><c r="A1" t="e"><v>#N/A</v></c><c r="B1" t="str"><v>a/>b</v></c></row>',
    '<row r="1"><c r="A1" t="inlineStr"><is><t xml:space="preserve"> å </t></is></c></row>',
    '<row r="1"><c t="inlineStr" r="A1"><is><t>x</t></is></c></row>',
    '<row r="1"><c r="A1" s="1" t="n"><v>1</v></c><c r="B1" t="n" s="1"><v>1</v></c></row>',
    '<row r="1"><c r="A1"/><c r="B1" s="1" /><c r="C1"><v></v></c><c r="D1"><v>2</v></c></row>',
    '<row r="1"><c r="A1"><f>SUM(B1)</f><v>3</v></c><c r="B1"><f>1</f></c></row>',
    '<row r="1"><c r="A1" t="str"><v>a &amp; b</v></c></row>',
    '<row r="1"><c r="A1" t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r></is></c></row>',
    '<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>',
    '<row r="1"><c r="C1"><v>3</v></c><c r="A1"><v>1</v></c></row>',
    '<row r="1"><c r="A1" t="str"><v>_x000D_rad\r\nny</v></c></row>',
    '<row r="1"></row><c r="A1"><v>1</v></c><row r="2"><c r="A2"><v>2</v></c></row>',
    '\n <row r="1">\n  <c r="A1"><v>1</v></c>\n </row>\n ',
    '<row r="1" x14ac:dyDescent="0.25" ht="15"><c r="A1" s="2"><v>0.5</v></c></row>',
    '<row r="2"><c r="A2" s="2"><v>0.5</v></c><c r="B2" s="2" t="n"><v>12</v></c></row>',
    '<row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="2"><c r="A2" t="s"><v>1</v></c></row>',
    '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>&#49;</v></c></row>',
    '<row r="1"><c r="A7" t="s"><v>0</v></c><c r="B" s="11"><v>1</v></c></row>',
    "",
]  # fmt: skip


@pytest.mark.parametrize("rows", PLAIN)
def test_twin_reads_the_same(rows):
    found = quick(rows, HEAD.replace("<cols/>", ""))
    assert found is not None or "x14ac" in rows
    head = HEAD.replace("<worksheet ", '<worksheet xmlns:x14ac="urn:x" ')
    assert quick(rows, head) == tree(rows, head)


@pytest.mark.parametrize(
    ("head", "tail"),
    [
        (HEAD.replace("worksheet xmlns", "x:worksheet xmlns:x"), TAIL),
        (HEAD.replace("<cols/>", "<!-- <row> -->"), TAIL),
        (HEAD.replace("UTF-8", "cp1252"), TAIL),
        (HEAD.replace(MAIN, "urn:other"), TAIL),
        (HEAD, TAIL.replace("</sheetData>", "</sheetData><![CDATA[]]>")),
        (HEAD, TAIL.replace("</sheetData>", "</sheetData><?go?>")),
        (HEAD, TAIL.replace("</sheetData>", "</sheetData><row />")),
        (HEAD.replace("<cols/>", "<row/>"), TAIL),
        (HEAD.replace('"', "'"), TAIL),
    ],
)
def test_other_dialects_are_left_to_the_tree(head, tail):
    assert quick(PLAIN[0], head, tail) is None


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1"><v>\x01</v></c></row>',
        '<row r="1"><c r="A1" t="str"><v>]]></v></c></row>',
        '<row r="1"><c r="A1" t="str"><v>&unknown;</v></c></row>',
        '<row r="1"><c r="A1" s="1" s="1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></row>',
        '<row r="1" r="2"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c>',
        '<row r="1"/><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>99</v></c></row>',
        '<row r="1"><c r="A1"><v>x</v></c></row>',
        '<row r="x"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="1A1"><v>1</v></c><c r="B1"><v>1</v></c></row><row 2="3"/>',
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"',
        '<row r="1><c r="A1"><v>1</v></c></row>',
        '<row r="1"><is><t>å<c r="A1"/></row>',
        '<row r="1" q:w="1"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c><t>2</t</row>',
    ],
)
def test_what_is_damaged_is_damaged_for_both(rows):
    with pytest.raises(xlsx_files._BROKEN):
        tree(rows)
    with contextlib.suppress(*xlsx_files._BROKEN):
        assert quick(rows) is None


@pytest.mark.parametrize("tail", ["</sheetData></worksheet><x/>", "</sheetData>", TAIL + "x"])
def test_a_damaged_frame_is_refused(tail):
    with pytest.raises(xlsx_files._BROKEN):
        quick(PLAIN[0], tail=tail)


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="A1" t="s"><v>2</v></c></row>',
        f'<row r="1"><c r="A1" t="inlineStr"><is><t>{"x" * 4001}</t></is></c></row>',
        '<row r="1"><c r="OOO1"><v>1</v></c></row>',
        f'<row r="1"><c r="A1"><v>1</v></c>{"<c><v>1</v></c>" * (MAX_COLUMNS + 1)}</row>',
    ],
)
def test_limits_hold_for_both(rows):
    """Limits of content; where a row stands counts for nothing (`test_xlsx_parts`)."""
    faults = []
    for read in (quick, tree):
        with pytest.raises(FileFaultError) as caught:
            read(rows)
        faults.append(str(caught.value))
    assert faults[0] == faults[1]


PIECES = [
    "<row", ' r="1"', ">", "/>", "</row>", '<c r="A1"', '<c r="B2" s="1"', ' t="s"', ' t="str"',
    "<v>", "1", "</v>", "</c>", "<is>", "<t>", "</t>", "</is>", "&amp;", "&", "x", " ", '"', "'",
    "<f>", "</f>", "]]>", "\x00", "<!--", "-->", ' hidden="1"', "<mergeCell", "\r\n",
]  # fmt: skip


@settings(max_examples=200, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_twin_on_spoilt_rows(data):
    # Rows cut up and put together anew: where the quick reader answers, the tree says the same,
    # and what the tree calls damaged the quick reader does not read.
    rng = random.Random(data.draw(st.integers(0, 2**32)))
    rows = "".join(rng.choice(PLAIN) for _ in range(rng.randint(1, 3)))
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(rows) + 1)
        if rng.random() < 0.5:
            rows = rows[:at] + rng.choice(PIECES) + rows[at:]
        else:
            rows = rows[:at] + rows[at + rng.randint(1, 12) :]
    head = HEAD.replace("<worksheet ", '<worksheet xmlns:x14ac="urn:x" ')
    answers = []
    for read in (quick, tree):
        try:
            answers.append(read(rows, head))
        except xlsx_files._BROKEN:
            answers.append("damaged")
        except FileFaultError as error:
            answers.append(str(error))
    assert answers[0] is None or answers[0] == answers[1]


CELLS = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**9), 10**9), st.floats(-1e9, 1e9),
    st.dates(dt.date(1901, 1, 1), dt.date(2099, 1, 1)).map(lambda d: dt.datetime(d.year, d.month,
                                                                                 d.day)),
    st.text(st.characters(blacklist_categories=("Cs", "Cc", "Co", "Cn")), min_size=1, max_size=9)
    .filter(lambda text: text.strip() == text and text[0] not in "=#"),
)  # fmt: skip


@settings(max_examples=30, suppress_health_check=list(HealthCheck))
@given(st.lists(st.lists(CELLS, min_size=1, max_size=6), min_size=1, max_size=8))
def test_twin_of_openpyxl(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("bok") / "b.xlsx"
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    (ours,) = xlsx_files.read_xlsx(path)
    theirs = openpyxl.load_workbook(path, data_only=True).active
    width = max(map(len, rows))
    for number, expected in enumerate(theirs.iter_rows(values_only=True)):
        found = ours.rows[number] if number < len(ours.rows) else []
        padded = [*found, *[None] * (width - len(found))]
        for one, other in zip(padded, expected, strict=False):
            assert one == other or (
                isinstance(other, float) and one == pytest.approx(other, rel=1e-12)
            )


def test_the_usual_writers_are_read_quickly(tmp_path, monkeypatch):
    # Our own writer (XlsxWriter) and openpyxl: none of their sheets needs the tree.
    from data.tables.out.template import write_template

    book = openpyxl.Workbook()
    for number in range(50):
        book.active.append([f"rad {number}", number, dt.datetime(2026, 11, 30), number % 2 == 0])
    book.save(tmp_path / "o.xlsx")
    write_template(tmp_path / "m.xlsx")
    monkeypatch.setattr(xlsx_files, "_rows", lambda *_: pytest.fail("read as a tree"))
    assert len(xlsx_files.read_xlsx(tmp_path / "o.xlsx")[0].rows) == 50
    assert len(xlsx_files.read_xlsx(tmp_path / "m.xlsx")) > 5


def test_strings_with_runs_are_left_to_the_tree():
    whole = f'<sst xmlns="{MAIN}" count="2"><si><t>a &amp; b</t></si><si><t>_x0041_</t></si></sst>'
    assert xlsx_quick.strings_of(whole.encode()) == ["a & b", "_x0041_"]
    runs = whole.replace("<si><t>_", "<si><r><t>q</t></r></si><si><t>_")
    assert xlsx_quick.strings_of(runs.encode()) is None
    assert xlsx_quick.strings_of(whole.replace("</sst>", "").encode()) is None
    assert xlsx_quick.strings_of(f'<sst xmlns="{MAIN}"/>'.encode()) is None
    with pytest.raises(xlsx_files._BROKEN):
        xlsx_quick.strings_of(whole.replace("&amp;", "&nope;").encode())


def test_a_book_whose_members_are_spoilt_never_reads_as_another(tmp_path):
    # As fuzzing does it: whatever is cut out of a sheet, both ways agree on the whole book.
    book = openpyxl.Workbook()
    for number in range(5):
        book.active.append([f"rad {number}", number, "a & b"])
    buffer = io.BytesIO()
    book.save(buffer)
    with zipfile.ZipFile(buffer) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    rows = re.search(r"<sheetData>(.*)</sheetData>", sheet).group(1)
    for at in range(0, len(rows), 7):
        cut = rows[:at] + rows[at + 5 :]
        try:
            expected = tree(cut)
        except (*xlsx_files._BROKEN, FileFaultError):
            expected = None
        try:
            found = quick(cut)
        except (*xlsx_files._BROKEN, FileFaultError):
            found = None
        assert found in (None, expected)
