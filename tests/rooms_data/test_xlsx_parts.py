"""Workbooks whose archives are laid out otherwise than Excel's; rows that hold nothing.

Exporters, mail filters and document systems rename and move the parts of a workbook. What is meant
stands in the relations and content types, not in the names.
"""

import re
import zipfile
from pathlib import Path

import pytest

from data.errors import InputError
from data.tables import read_input, write_template
from data.tables.files import raw, xlsx_cells
from data.tables.files.raw import FileFaultError
from data.tables.files.xlsx_files import read_xlsx
from data.tables.files.xlsx_parts import plain_name

RELS = "xl/_rels/workbook.xml.rels"
CASES = Path(__file__).resolve().parents[3] / "shared" / "cases"


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """The template's workbook, by member."""
    path = tmp_path_factory.mktemp("bok") / "mall.xlsx"
    write_template(path)
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def written(tmp_path, members, name="bok.xlsx"):
    path = tmp_path / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    return path


def cells(path):
    return [(sheet.sheet, sheet.rows) for sheet in read_xlsx(path)]


def renamed(book, old, new, inside=None):
    """The book with a member renamed, and named so in all relations and content types."""
    members = {new if name == old else name: content for name, content in book.items()}
    before, after = inside or (old, new)
    for name in members:
        if name.endswith(".rels") or name == "[Content_Types].xml":
            members[name] = members[name].replace(before.encode(), after.encode())
    return members


def _strings_elsewhere(book):
    members = renamed(
        book,
        "xl/sharedStrings.xml",
        "delat/texter.xml",
        ("/xl/sharedStrings.xml", "/delat/texter.xml"),
    )
    rels = members[RELS]
    return members | {RELS: rels.replace(b'"sharedStrings.xml"', b'"/delat/texter.xml"')}


def _upper_names(book):
    return {
        name.upper() if not name.startswith("[") else name: content
        for name, content in book.items()
    }


def _lower_types(book):
    return {name.replace("[Content_Types]", "[content_types]"): text for name, text in book.items()}


def _absolute_targets(book):
    rels = book[RELS]
    whole = re.sub(rb'Target="(?!/)', b'Target="/xl/', rels)
    return book | {RELS: whole}


def _dotted_targets(book):
    rels = book[RELS]
    return book | {RELS: re.sub(rb'Target="(?!/)', b'Target="../xl/./', rels)}


def _backslashes(book):
    return {name.replace("/", "\\"): content for name, content in book.items()}


def _strict(book):
    pairs = (
        (b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
         b"http://purl.oclc.org/ooxml/spreadsheetml/main"),
        (b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
         b"http://purl.oclc.org/ooxml/officeDocument/relationships"),
    )  # fmt: skip
    members = dict(book)
    for old, new in pairs:
        members = {name: content.replace(old, new) for name, content in members.items()}
    return members


def _other_book_name(book):
    members = renamed(book, "xl/workbook.xml", "xl/workbook22.xml")
    members["xl/_rels/workbook22.xml.rels"] = members.pop(RELS)
    return members


def _other_folder(book):
    members = {name.replace("xl/worksheets/", "xl/ark/"): content for name, content in book.items()}
    for name in (RELS, "[Content_Types].xml"):
        members[name] = members[name].replace(b"worksheets/", b"ark/")
    return members


def _other_suffix(book):
    members = dict(book)
    for name in [name for name in book if "worksheets/sheet" in name and "_rels" not in name]:
        members[name.replace(".xml", ".dat")] = members.pop(name)
    for name in (RELS, "[Content_Types].xml"):
        members[name] = re.sub(rb"(worksheets/sheet\d+)\.xml", rb"\1.dat", members[name])
    return members


def _no_package_rels(book):
    return {name: content for name, content in book.items() if name != "_rels/.rels"}


def _no_types(book):
    return {name: content for name, content in book.items() if name != "[Content_Types].xml"}


def _escaped_names(book):
    rels = book[RELS].replace(b"worksheets/", b"work%73heets/")
    return book | {RELS: rels}


def _inline(book):
    """Every shared string written in its cell, and no shared strings at all."""
    from xml.sax.saxutils import escape

    shared = read_strings(book)
    members = {name: text for name, text in book.items() if name != "xl/sharedStrings.xml"}
    cell = re.compile(r'<c r="(\w+)"((?: s="\d+")?) t="s"><v>(\d+)</v></c>')
    for name in [name for name in members if "worksheets/sheet" in name]:
        members[name] = cell.sub(
            lambda m: (
                f'<c r="{m[1]}"{m[2]} t="inlineStr"><is><t xml:space="preserve">'
                f"{escape(shared[int(m[3])])}</t></is></c>"
            ),
            members[name].decode(),
        ).encode()
    for name in (RELS, "[Content_Types].xml"):
        members[name] = re.sub(
            rb"<(?:Relationship|Override)[^>]*sharedStrings[^>]*/>", b"", members[name]
        )
    return members


def read_strings(book):
    from xml.etree import ElementTree

    from data.tables.files.xlsx_cells import text_of

    return [text_of(node) for node in ElementTree.fromstring(book["xl/sharedStrings.xml"])]


CHANGES = [
    _strings_elsewhere, _upper_names, _lower_types, _absolute_targets, _dotted_targets, _strict,
    _other_book_name, _other_folder, _other_suffix, _no_package_rels, _no_types, _escaped_names,
    _backslashes, _inline,
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__.strip("_"))
def test_the_same_cells_however_the_parts_are_named(tmp_path, book, change):
    """ECMA-376 part 2: names are compared without case; relations say what is what."""
    whole = cells(written(tmp_path, book))
    assert len(whole) > 4
    assert cells(written(tmp_path, change(book), "annan.xlsx")) == whole


def test_a_sheet_whose_part_is_gone_is_no_empty_sheet(tmp_path, book):
    """Left out in silence, its table would be "missing", or worse, optional."""
    members = dict(book)
    del members["xl/worksheets/sheet2.xml"]
    with pytest.raises(FileFaultError, match="skadad"):
        read_xlsx(written(tmp_path, members))


def test_charts_and_outside_targets_are_passed_over(tmp_path, book):
    """A chart on a sheet of its own has no cells; an external target is never opened."""
    rels = book[RELS].replace(
        b"</Relationships>",
        b'<Relationship Id="rId90" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        b'relationships/chartsheet" Target="chartsheets/sheet1.xml"/>'
        b'<Relationship Id="rId91" Type="http://x/externalLink" TargetMode="External" '
        b'Target="file://server/share/x.xlsx"/></Relationships>',
    )
    sheets = book["xl/workbook.xml"].replace(
        b"</sheets>", b'<sheet name="Diagram" sheetId="90" r:id="rId90"/></sheets>'
    )
    members = book | {RELS: rels, "xl/workbook.xml": sheets}
    members["xl/chartsheets/sheet1.xml"] = b"<chartsheet/>"
    assert cells(written(tmp_path, members)) == cells(written(tmp_path, book, "b.xlsx"))


@pytest.mark.parametrize(
    ("name", "plain"),
    [("/xl/Workbook.XML", "xl/workbook.xml"), ("xl\\a.xml", "xl/a.xml"), ("xl/../b", "b"),
     ("/xl/./a%20b.xml", "xl/a b.xml"), ("../../x", "x")],
)  # fmt: skip
def test_names_are_compared_in_one_form(name, plain):
    """Nothing climbs out of the archive."""
    assert plain_name(name) == plain


SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    "{rows}</sheetData></worksheet>"
)


def with_rows(book, rows, odd=""):
    """The first sheet with rows of its own; ``odd`` makes the quick reader leave it to the tree."""
    return book | {
        "xl/worksheets/sheet1.xml": SHEET.format(rows=rows).replace(
            "<sheetData>", f"{odd}<sheetData>"
        )
    }


ROW = '<row r="{at}"><c r="A{at}" t="inlineStr"><is><t>a</t></is></c></row>'


@pytest.mark.parametrize("odd", ["", "<!-- läs som träd -->"])
def test_empty_rows_count_for_nothing_wherever_they_are(tmp_path, book, odd):
    """One formatted cell in the last row of the sheet made it "fler än 300000 rader"."""
    last = '<row r="1048576"><c r="A1048576" s="1"/></row>'
    (first, *_) = read_xlsx(written(tmp_path, with_rows(book, ROW.format(at=1) + last, odd)))
    assert first.rows == [["a"]]
    assert first.row_numbers is None
    gap = "".join(ROW.format(at=at) for at in (1, 3, 1_048_576))
    (first, *_) = read_xlsx(written(tmp_path, with_rows(book, gap, odd)))
    assert first.rows == [["a"], [], ["a"], ["a"]]
    assert [first.number(at) for at in range(4)] == [1, 2, 3, 1_048_576]
    bare = '<row><c s="1"/></row><row/>' + "<row><c t='inlineStr'><is><t>b</t></is></c></row>"
    (first, *_) = read_xlsx(written(tmp_path, with_rows(book, ROW.format(at=1) + bare, odd)))
    assert [(first.number(at), row) for at, row in enumerate(first.rows) if row] == [
        (1, ["a"]), (4, ["b"]),
    ]  # fmt: skip


@pytest.mark.parametrize("odd", ["", "<!-- läs som träd -->"])
def test_rows_in_another_order_keep_their_numbers(tmp_path, book, odd):
    """A fault must name the row that the user sees."""
    rows = "".join(ROW.format(at=at) for at in (5, 2, 9))
    (first, *_) = read_xlsx(written(tmp_path, with_rows(book, rows, odd)))
    found = [first.number(at) for at, row in enumerate(first.rows) if row]
    assert found == [5, 2, 9]


@pytest.mark.parametrize("odd", ["", "<!-- läs som träd -->"])
def test_empty_rows_of_all_sheets_together_are_bounded(tmp_path, book, odd, monkeypatch):
    """A workbook of a megabyte took 896 MB and 58 s."""
    for module in (raw, xlsx_cells):
        monkeypatch.setattr(module, "MAX_ROWS_WITH_EMPTY", 50)
    monkeypatch.setattr("data.tables.files.xlsx_files.MAX_ROWS_WITH_EMPTY", 50)
    rows = "".join(f'<row r="{at}"/>' for at in range(1, 60))
    with pytest.raises(FileFaultError, match="de flesta tomma"):
        read_xlsx(written(tmp_path, with_rows(book, rows, odd)))


def test_too_many_sheets(tmp_path, book):
    """Ten thousand sheets are no table of a planner's."""
    node = re.search(rb"<sheet [^>]*/>", book["xl/workbook.xml"]).group()
    many = book["xl/workbook.xml"].replace(b"</sheets>", node * 500 + b"</sheets>")
    with pytest.raises(FileFaultError, match="400 blad"):
        read_xlsx(written(tmp_path, book | {"xl/workbook.xml": many}))


@pytest.mark.skipif(not CASES.exists(), reason="the small cases are not on this machine")
@pytest.mark.parametrize(
    "name", ["06-xlsx-parts/SharedStrings_och_rels.xlsx", "06-xlsx-parts/blad_annan_mapp.xlsx",
             "06-xlsx-parts/workbook22.xlsx", "07-empty-rows/en_tom_cell_sist.xlsx"],
)  # fmt: skip
def test_the_small_cases(name):
    """Read like any workbook: 30 clients."""
    try:
        assert len(read_input(CASES / name).municipality.clients) == 30
    except InputError as error:
        pytest.fail(str(error.faults[:3]))
