"""One word for one thing: docs/sv/ordlista.toml is the source, and no text read leaves it."""

import ast
import inspect
import re
import tomllib
from pathlib import Path

import click
import pytest

from hemrunda import cli
from hemrunda.cli import every_command
from hemrunda.speech import verbs

ROOT = Path(__file__).resolve().parents[2]
WORDS = tomllib.loads((ROOT / "docs/sv/ordlista.toml").read_text("utf-8"))["ord"]
BANNED = re.compile("|".join(f"(?:{one})" for word in WORDS for one in word["inte"]), re.IGNORECASE)
READ_IN = (
    # Headings of others, which are understood: they are read by the program.
    "data/tables/layouts.py",
    "data/tables/schema/",
    "data/tables/out/headings.py",
)
SWEDISH = re.compile("[åäöÅÄÖ]")


def helped():
    """Help, as it is written in the code."""
    yield from (*verbs.VERBS.values(), cli.HELP, cli.LANGUAGE_HELP, cli.VERSION_HELP)
    for command in dict(every_command()).values():
        yield inspect.cleandoc(command.help or "")
        yield from (p.help or "" for p in command.params if isinstance(p, click.Option))


def said_in_code():
    """Strings of the code with Swedish letters, docstrings left out."""
    for room in ("data", "hemrunda", "maps", "partition", "routing"):
        for path in sorted((ROOT / room).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if name.startswith(READ_IN):
                continue
            tree = ast.parse(path.read_text("utf-8"))
            alone = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
            for node in ast.walk(tree):
                if not isinstance(node, ast.Constant) or id(node) in alone:
                    continue
                if isinstance(node.value, str) and SWEDISH.search(node.value):
                    yield name, node.value


def written():
    """Every text that somebody reads, and where it stands."""
    yield from (("help", text) for text in helped())
    yield from said_in_code()
    for line in (ROOT / "maps/locale/sv.toml").read_text("utf-8").splitlines():
        yield "sv.toml", line.partition(" = ")[2]
    for path in sorted((ROOT / "hemrunda/studio/assets").glob("*.js")):
        if path.name != "english.js":
            texts = re.findall(r'"([^"\n]*)"|`([^`]*)`', path.read_text("utf-8"))
            # A key or a class is a word alone; what is read has a letter of ours or a space.
            yield from ((path.name, a or b) for a, b in texts if re.search("[åäöÅÄÖ ]", a or b))
    for path in sorted((ROOT / "docs/sv").glob("*.md")):
        yield path.name, path.read_text("utf-8")


def test_nobody_reads_a_word_that_the_glossary_bans():
    texts = list(written())
    assert len(texts) > 2000
    found = [(name, BANNED.search(text).group(), text[:60]) for name, text in texts
             if BANNED.search(text)]  # fmt: skip
    assert found == []


@pytest.mark.parametrize(
    "text", ["Vårdtid per vecka", "vård i hemmet", "räknekärnorna", "lagets medoid", "Frö: 1",
             "resurs/pool", "poolen", "Kompakthet", "kunden", "basschemat"],
)  # fmt: skip
def test_the_patterns_find_what_they_are_for(text):
    assert BANNED.search(text)


def test_the_patterns_leave_other_words_alone():
    for text in ("frökenvägen", "hälso- och sjukvård", "omvårdnad", "kundvagn", "Spoolen", "frost"):
        assert not BANNED.search(text), text


def test_every_word_of_the_glossary_is_used_in_both_languages():
    """A word that nobody reads is no source of anything."""
    swedish = "\n".join(text for _, text in written()).lower()
    english = "\n".join(
        path.read_text("utf-8") for path in (ROOT / "maps/locale/en.toml",
                                             ROOT / "hemrunda/speech/en.toml",
                                             ROOT / "hemrunda/studio/assets/english.js")
    ).lower()  # fmt: skip
    for word in WORDS:
        assert {"ord", "engelska", "betyder", "inte"} == set(word), word
        assert word["ord"].lower() in swedish, word["ord"]
        assert word["engelska"].lower() in english, word["engelska"]
