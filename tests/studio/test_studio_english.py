"""English by choice: whatever the page says with å, ä or ö is known in English too."""

from __future__ import annotations

import json
import re
import tomllib
from importlib.resources import files

from hemrunda.speech.grammatical_number import ENGLISH as ENGLISH_NOUNS
from hemrunda.speech.grammatical_number import SWEDISH as SWEDISH_NOUNS

ASSETS = files("hemrunda.studio") / "assets"
NOT_SAID = {"english.js", "speech.js", "language.js"}
SWEDISH = re.compile("[åäöÅÄÖ]")
OF_SWEDISH = {"sön", "mån", "lör", "någon annan"}
"""Days of the Swedish half of a pair, and words that are met inside others."""


def literals(source: str) -> list[str]:
    """String and template literals of a module; what a template puts in becomes ``{}``."""
    found: list[str] = []

    def template(at: int) -> int:
        text = ""
        while source[at] != "`":
            if source[at] == "\\":
                text += source[at : at + 2]
                at += 2
            elif source.startswith("${", at):
                at = code(at + 2, inside=True)
                text += "{}"
            else:
                text += source[at]
                at += 1
        found.append(text)
        return at + 1

    def code(at: int, *, inside: bool) -> int:
        depth = 0
        while at < len(source):
            one = source[at]
            if one == '"':
                end = re.compile(r'(?:[^"\\]|\\.)*"').match(source, at + 1).end()
                found.append(source[at + 1 : end - 1])
                at = end
            elif one == "`":
                at = template(at + 1)
            elif source.startswith("//", at) and source[at - 1] != ":":
                at = source.index("\n", at)
            elif source.startswith("/*", at):
                at = source.index("*/", at) + 2
            elif one == "}" and inside and depth == 0:
                return at + 1
            else:
                depth += (one == "{") - (one == "}")
                at += 1
        return at

    code(0, inside=False)
    return found


def dictionary() -> dict[str, str]:
    """The table of english.js."""
    text = (ASSETS / "english.js").read_text(encoding="utf-8")
    pairs = re.findall(r'("(?:[^"\\]|\\.)*"): ("(?:[^"\\]|\\.)*")', text)
    return {json.loads(key): json.loads(value) for key, value in pairs}


def known(text: str, table: dict[str, str]) -> str | None:
    bare = text.strip()
    if bare in table:
        return table[bare]
    for key in sorted((one for one in table if "{}" in one), key=len, reverse=True):
        pattern = "(.+?)".join(map(re.escape, key.split("{}")))
        if re.fullmatch(pattern, bare, re.DOTALL):
            return table[key].replace("{}", "1")
    return None


def test_every_text_with_swedish_letters_has_its_english():
    """As the page looks it up: whole, by pattern, or piece by piece where it is put together."""
    table = dictionary()
    missing = []
    for path in ASSETS.iterdir():
        if not path.name.endswith(".js") or path.name in NOT_SAID:
            continue
        for text in literals(path.read_text(encoding="utf-8")):
            if not SWEDISH.search(text) or text in OF_SWEDISH:
                continue
            filled = text.replace("{}", "1").replace("\\n", "\n")
            told = known(filled, table) or "".join(
                known(part, table) or part for part in re.split(r"(\n| · |; |, |(?<=\.) )", filled)
            )
            if SWEDISH.search(told):
                missing.append((path.name, text))
    assert missing == []


def test_both_sides_of_the_table_put_in_as_much():
    """A translation that drops what is put in would lose a name or a figure."""
    for key, english in dictionary().items():
        assert key.count("{}") == english.count("{}"), key
        assert not SWEDISH.search(english), key


COUNTED = re.compile(r"\{\w*\} ((?:[a-zåäö]+(?:or|ar|er|na|da|de)\b ?)+)")
COUNTED_ENGLISH = re.compile(r"\{\w*\} ([a-z]{3,}s)\b")
NOTHING_COUNTED = {
    "arbetar", "avlöser", "behöver", "betyder", "bor", "byter", "delar", "efter", "flyttar", "har",
    "kommer", "ligger", "lösa", "saknar", "under", "utgår", "väntar", "önskar", "över",
}  # fmt: skip
NOTHING_COUNTED_ENGLISH = {
    "asks", "becomes", "begins", "belongs", "changes", "comes", "does", "ends", "gets", "goes",
    "has", "lacks", "leaves", "lies", "lives", "means", "needs", "relieves", "stands", "stays",
    "takes", "this", "wants", "was", "works",
}  # fmt: skip
"""What stands after a value and is nothing that it counts, or is the same where it is one."""


def words_of_one() -> dict[str, dict[str, str]]:
    """The table of core.js, by language: what is counted, and its word where it is one."""
    source = (files("maps") / "assets/core.js").read_text(encoding="utf-8")
    table = source.split("const ONE = {")[1].split("}[")[0]
    sides = re.findall(r"(sv|en): \{(.*?)\}", table, re.DOTALL)
    return {name: dict(re.findall(r'(\w+): "(\w+)"', side)) for name, side in sides}


def test_whatever_a_page_counts_has_its_singular():
    """A figure of one with a plural behind it reads as a fault of the program."""
    maps = files("maps") / "locale"
    swedish = [*tomllib.loads((maps / "sv.toml").read_text(encoding="utf-8")).values()]
    english = [*tomllib.loads((maps / "en.toml").read_text(encoding="utf-8")).values()]
    for path in ASSETS.iterdir():
        if path.name.endswith(".js") and path.name not in NOT_SAID:
            swedish += literals(path.read_text(encoding="utf-8"))
    english += dictionary().values()
    one = words_of_one()
    counted = {
        word for text in swedish for run in COUNTED.findall(text) for word in run.split()[:1]
    }
    assert sorted(counted - set(one["sv"]) - NOTHING_COUNTED) == []
    counted = {word for text in english for word in COUNTED_ENGLISH.findall(text)}
    assert sorted(counted - set(one["en"]) - NOTHING_COUNTED_ENGLISH) == []
    for page, messages in ((one["sv"], SWEDISH_NOUNS), (one["en"], ENGLISH_NOUNS)):
        # What the server says is shown by pages too.
        assert {many: single for many, single in messages.items() if many != single}.items() <= (
            page.items()
        )
