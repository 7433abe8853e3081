"""Every message has its English: what is raised, noted, answered or shown while a command runs."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from data.tables.schema.columns import TABLES
from hemrunda.speech.grammatical_number import ENGLISH, in_number
from hemrunda.speech.grammatical_number import SWEDISH as SWEDISH_NOUNS
from hemrunda.speech.language import ask
from hemrunda.speech.messages import HOLE, in_english, localised_lines, messages, words
from hemrunda.speech.spoken import english, one_line

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("data", "routing", "partition", "maps", "hemrunda")

VOCABULARY = "words that tables are read by, or written with"
PAGES = "text of a page or a workbook, which has its own language or is Swedish"
NOT_SAID = {
    "data/addresses/phonotactics.py": "letters that names begin and end with",
    "data/demo/town": "names of the made-up town",
    "data/demo/exports.py": VOCABULARY,
    "data/demo/facts.py": "labels of the docs' figures, in English",
    "data/store/plan_workbook.py": PAGES,
    "data/tables/out/headings.py": VOCABULARY,
    "data/tables/out/meanings.py": PAGES,
    "data/tables/out/template.py": PAGES,
    "data/tables/out/workbook.py": PAGES,
    "data/tables/review/marking.py": PAGES,
    "data/tables/schema": VOCABULARY,
    "hemrunda/speech": "help, with a test of its own, and Click's sentences",
    "maps/screen/folium_elements.py": "a program for the browser",
}
SAID_THERE = {"data/tables/schema/column_meaning.py"}
"""Where, among the vocabulary, faults are raised."""

FOR_READING = {
    "inget ledigt utrymme", "två personer", "avbokad eller ej utförd", "Minuter per vecka",
    "Önskad tid", "Att rätta", "Före bytet",
    "dag i veckan", "gäller från", "gäller fr o m", "gäller fom", "från datum", "period från",
    "första måndag", "schema från", "Gäller från", "inte förstådda",
    "tidig kväll", "sen kväll", "längd (min)", "min före", "minuter före", "flex före",
    "vilande besök", "tidsfönstrets början", "tidsfönstrets slut", "om besöket vilar",
    "alla dagar", "dubbel id", "kompetens {0}", "pass start", "Senast start", "Tidigast start",
    "fr o m datum", "schema vecka", "vecka nr", "rullande vecka", "omdelning {0}", "Ekhamns kommun",
    "besök {0}", "besök {0} i veckan", "Vecka", "Veckodag", "åtgärd", "färdsätt", "gata",
    "0–500", "0–31", "1–9", "v nr", "minuter efter",
    "slinga (för nuläget)", "slingans start (för nuläget)", "1 av mån-fre",
}  # fmt: skip
"""Words that tables are read by, keys of JSON, and beginnings that a message is known by."""
OF_PROGRAM = {column.name for table in TABLES for column in table.columns} | {
    "epsg", "private", "staff", "faults.csv", "indata.xlsx", "waiting", "files", "kvitto", ".gpkg",
    "matrices", "grundschema", "nested too deep",
    "no regular file", "too large", "frame:{0}", "dask {0} {1} {2} {3}",
}  # fmt: skip
"""Names of columns, files and keys, and what another error says instead."""
PATTERN = re.compile(r"^<|\\b|\(\?|\\s\*|^[\w\[\]]*\{0\}[\]\w]*\.\w+$")
"""What a regular expression has, or the name of a value in JSON."""
SWEDISH = re.compile(
    r"[åäöÅÄÖ]|\b(och|inte|finns|med|som|det|den|ska|kan|av|till|i|en|ett|utan|har|om|per|rad|fel"
    r"|ingen|inget|inga|saknas|saknar|dag|lag|vid|minst|kl|kolumn|lager|blad|kontakt|kontakten"
    r"|plats|platser|pass|passet|passets|brukare|brukaren|brukarens|personal|personen|arbetslag"
    r"|koordinatsystem|minuter|sekunder|tid|tomma|schemat|beslut|planerat|oplanerat|annan|annat"
    r"|vecka|koordinater|koordinatsystemet|slutar|menade|liknande|delegering|kostar|sent|sena"
    r"|ansikte|ansikten|skriv|ryms|nr|punkt|borta|tak|hemma|sjuk|antagna|prioritet|hos|bara"
    r"|grader|insatsen|insatserna|byter|dessa|eller|insatser|ange|hela|obs|varning)\b",
    re.IGNORECASE,
)  # fmt: skip
SAYS = {
    "echo", "confirm", "prompt", "UsageError", "Fault", "fault", "file_fault", "report",
    "show_pairs",
}  # fmt: skip
"""Calls that say every text that they are given."""
OF_PROGRAMS = {"ValueError", "TypeError", "AttributeError", "KeyError", "LookupError"}
"""Errors that whoever calls a function from Python sees, or that another error stands in for."""


def template(node):
    """The text of a literal or an f-string, with numbered holes; side by side they are one."""
    if isinstance(node, ast.Constant):
        return node.value.strip()
    text, n = "", 0
    for part in node.values:
        if isinstance(part, ast.Constant):
            text += part.value
        elif not text.endswith("\0"):
            text += "\0"
    while "\0" in text:
        text = text.replace("\0", f"{{{n}}}", 1)
        n += 1
    return text.strip()


def not_texts(tree):
    """Ids of nodes that are parts of others, or docstrings, or help that has a test of its own."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield id(node.value)
        elif isinstance(node, ast.JoinedStr):
            for part in node.values:
                inner = part.format_spec if isinstance(part, ast.FormattedValue) else part
                yield from (id(one) for one in (ast.walk(inner) if inner else ()))
        elif isinstance(node, ast.keyword) and node.arg == "help":
            yield from (id(one) for one in ast.walk(node.value))


def is_said(name):
    return name in SAID_THERE or not any(
        name == one or name.startswith(f"{one}/") for one in NOT_SAID
    )


@cache
def texts():
    """Every Swedish phrase of the code that a command may say, and where it stands."""
    return list(_texts())


def _texts():
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            found = phrases(path.read_text(encoding="utf-8"), only_raised=not is_said(name))
            yield from ((text, name) for text in found)
    for table in TABLES:
        yield from ((column.allowed, f"table {table.name}") for column in table.columns)


def phrases(source, *, only_raised=False):
    """Swedish phrases, and every text that is echoed or raised."""
    tree = ast.parse(source)
    left_out, said = set(not_texts(tree)), set(said_nodes(tree))
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.JoinedStr) or (
            isinstance(node, ast.Constant) and isinstance(node.value, str)
        )
        if is_text and id(node) not in left_out:
            text = template(node)
            bare = HOLE.sub("", text)
            is_phrase = not only_raised and " " in text and SWEDISH.search(bare)
            if PATTERN.search(text) or text.startswith("Exempel:"):
                continue
            if is_phrase or (id(node) in said and len(re.findall("[a-zåäö]", bare)) > 2):
                yield text


def spoken_parts(node):
    """Ids below ``node`` but for keys that look something up."""
    yield id(node)
    for name, field in ast.iter_fields(node):
        if not (isinstance(node, ast.Subscript) and name == "slice"):
            for one in field if isinstance(field, list) else [field]:
                if isinstance(one, ast.AST):
                    yield from spoken_parts(one)


def said_nodes(tree):
    """Ids of what stands in a call that says it, or in an error of ours that is raised."""
    for node in ast.walk(tree):
        call = node.exc if isinstance(node, ast.Raise) else node
        if isinstance(call, ast.Call):
            name = getattr(call.func, "id", getattr(call.func, "attr", ""))
            is_ours = call is not node and name not in OF_PROGRAMS
            if is_ours or name in SAYS:
                for argument in call.args:
                    yield from spoken_parts(argument)


def test_every_message_has_its_english():
    """A message that is added is told of in both languages, in hemrunda/speech/messages.toml."""
    found = texts()
    assert len(found) > 1200
    known = {*messages(), *english(), *words(), *FOR_READING, *OF_PROGRAM}
    missing = {
        (name, text)
        for text, name in found
        if text not in known and not set(map(one_line, text.split("\n\n"))) <= known
    }
    assert sorted(missing) == []


def test_every_translation_is_of_a_message():
    """What nobody says any more is taken away."""
    assert sorted(set(messages()) - {text for text, _ in texts()}) == []


@pytest.fixture
def _in_english():
    ask("en")
    yield
    ask(None)


def test_both_sides_of_the_table_hold_the_same_values():
    """A translation that drops what is put in would lose a name or a figure."""
    for swedish, english_text in {**messages(), **words()}.items():
        holes = {found[1] for found in HOLE.finditer(swedish)}
        assert holes == {found[1] for found in HOLE.finditer(english_text)}, swedish
        assert "\0" not in english_text


@pytest.mark.usefixtures("_in_english")
def test_a_message_is_known_again_with_its_values():
    """By its longest template, with phrases among the values, and in parts where it was joined."""
    for swedish, wanted in {
        "Mappen ut har ingen plan.": "The folder ut has no plan.",
        "team_size: 3 brukare, ska vara 15–35": "team_size: 3 clients, shall be 15–35",
        "Låsningarna kan inte hållas:\n  besök V1 2026-03-03 kl 07:00: besöket finns inte":
            "The locks cannot be kept:\n  visit V1 2026-03-03 at 07:00: the visit does not exist",
        "Lag Natten är låst. Lås upp det först.": "Team Natten is locked. Unlock it first.",
        "  nat.osm är avbruten eller skadad. Hämta den på nytt.":
            "  nat.osm is cut off or damaged. Fetch it anew.",
        "Inget vi har sagt.": "Inget vi har sagt.",
    }.items():  # fmt: skip
        assert localised_lines(f"{swedish}\n") == f"{wanted}\n"


@pytest.mark.usefixtures("_in_english")
def test_what_programs_read_stays():
    """JSON keeps its keys and its texts, whatever language is spoken."""
    for text in ('{"fel": "Mappen ut har ingen plan."}', '["rast saknas"]'):
        assert localised_lines(text) == text


def test_swedish_is_said_as_it_stands():
    """Nothing is looked up where nobody asked for English."""
    assert localised_lines("Mappen ut har ingen plan.\n") == "Mappen ut har ingen plan.\n"
    assert in_english("Mappen ut har ingen plan.") == "The folder ut has no plan."


COUNTED = re.compile(r"\{\d+(?::said)?\} ([a-zåäö]+(?:or|ar|er|na))\b")
COUNTED_ENGLISH = re.compile(r"\{\d+(?::said)?\} ([a-z]{3,}s)\b")
NO_NOUNS = {
    "arbetar", "behöver", "delar", "eller", "gäller", "har", "heter", "hänger", "håller",
    "innehåller", "kostar", "kräver", "ligger", "läser", "mäter", "nämner", "passar", "rymmer",
    "räcker", "räknar", "saknar", "skiljer", "slutar", "står", "säger", "tar", "täcker", "under",
    "verkar", "vilar", "väntar", "över",
}  # fmt: skip
NO_ENGLISH_NOUNS = {
    "has", "does", "gets", "lacks", "belongs", "was", "holds", "needs", "ends", "takes", "stands",
    "says", "rests", "reaches", "names", "lies", "hangs", "fits", "exists", "covers", "others",
    "gjordes", "flyttas", "timmars", "minuters", "ids", "costs", "counts", "waits", "works",
    "contains", "measures", "mentions", "proposals", "this", "its", "becomes", "begins", "means",
    "wants", "goes", "shares", "keeps", "saknas", "sparas", "skiljs", "delas", "planeras", "hos",
}  # fmt: skip
"""What stands after a value and is nothing that it counts, or is never one."""


def test_every_noun_that_is_counted_has_its_singular():
    """A message that counts something new names it in the singular too, in both languages."""
    nouns = {noun for text, _ in texts() for noun in COUNTED.findall(text)}
    assert sorted(nouns - set(SWEDISH_NOUNS) - NO_NOUNS) == []
    english_nouns = {noun for text in messages().values() for noun in COUNTED_ENGLISH.findall(text)}
    assert sorted(english_nouns - set(ENGLISH) - NO_ENGLISH_NOUNS) == []


def test_one_of_a_thing_is_said_in_the_singular():
    """Not the 1 of 21, of a span, of a decimal or of a thousand."""
    for plural, singular in {
        "1 rader har adress men inga koordinater": "1 rad har adress men inga koordinater",
        "minst 1 minuter, högst 1 timmar.": "minst 1 minut, högst 1 timme.",
        "21 rader, 0–1 dagar, 0,1 timmar, 10 001 rader, 1 raders": None,
    }.items():
        assert in_number(plural, "sv") == (singular or plural)
    for plural, singular in {
        "1 faults in the input": "1 fault in the input",
        "1 rows have an address, 1 visits are made": "1 row has an address, 1 visit is made",
        "11 rows have, 0-1 days, 0.1 hours, 10 001 rows": None,
    }.items():
        assert in_number(plural, "en") == (singular or plural)
    assert in_english("1 fel i indata") == "1 fault in the input"
    assert in_english("2 fel i indata") == "2 faults in the input"
    ask("sv")
    try:
        assert localised_lines("rutnätet har 1 planer\n") == "rutnätet har 1 plan\n"
        assert localised_lines('{"n": "1 rader"}') == '{"n": "1 rader"}'
    finally:
        ask(None)
