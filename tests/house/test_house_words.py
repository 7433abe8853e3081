"""The field's words: what a variable is called, and that a module's name is its own."""

import ast
import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("data", "routing", "partition", "maps", "hemrunda")
MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))

NAMES_NOTHING = {"found", "one", "told"}
"""A variable of this name does not say what it holds."""
OUTSIDE_THE_FIELD = {
    "beget", "breed", "cull", "educate", "fanned", "herd", "homeless", "knobs", "news",
    "owners", "reload", "shaken", "slips", "sounds", "suits", "tell", "told", "trouble",
}  # fmt: skip
"""Words of ours for what the literature has a word for (`docs/en/glossary.md`)."""

ONE_MEANING = {
    "block": ("time of a shift", r"(data/(care|model|matter_model)|routing/(roster|rounds|bounds|"
              r"measures)|hemrunda/(block_settings|config|interchange))"),
    "mate": ("clients of one team", r"partition/"),
    "pool": ("carers in reserve", r"(partition/(contacts|staff|layers)|data/demo|routing/(check|"
             r"engine/weights)|maps/reports|hemrunda/writing)"),
    "unit": ("of measure, or what a division moves", r"(partition|data/(tables|units|geo)|maps/|"
             r"routing/engine/weights|hemrunda/writing)"),
}  # fmt: skip
"""What a word means in a name, and the only rooms where that is spoken of."""


def _named(path):
    """Every name that a module gives to something, with its line."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id, node.lineno
        elif isinstance(node, ast.arg):
            yield node.arg, node.lineno
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name, node.lineno


def _where(is_wrong):
    return [
        f"{path.relative_to(ROOT).as_posix()}:{line}: {name}"
        for path in MODULES
        for name, line in _named(path)
        if is_wrong(name)
    ]


def test_variables_say_what_they_hold():
    """`for one in found` reads as anything; `for client in moved` as what it is."""
    assert not _where(lambda name: name in NAMES_NOTHING)


def test_an_index_says_what_it_counts():
    """`row[at]` could be a column, a place or a time; a field of a page's JSON is its own."""
    wrong = []
    for path in MODULES:
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef | ast.Lambda):
                wrong += [
                    f"{path.relative_to(ROOT).as_posix()}:{node.lineno}"
                    for node in ast.walk(function)
                    if getattr(node, "arg", getattr(node, "id", "")) in {"at", "of"}
                    and (
                        isinstance(node, ast.arg)
                        or isinstance(getattr(node, "ctx", None), ast.Store)
                    )
                ]
    assert not wrong


def test_names_are_the_literatures():
    """Who knows ALNS or p-medians must find her words here; a key of the page's JSON is its own."""
    keys = {"news"}  # what the studio's page sends, and acts that lie on disk
    wrong = _where(
        lambda name: bool(OUTSIDE_THE_FIELD & {part.lower() for part in re.split("_+", name)})
    )
    assert not [
        line
        for line in wrong
        if not (line.rpartition(" ")[2].casefold() in keys and "/studio/" in line)
    ]


def test_a_word_has_one_meaning():
    """Each of these meant three to five things: a pool was of carers, of nodes, and of threads."""
    wrong = []
    for path in MODULES:
        room = path.relative_to(ROOT).as_posix()
        for name, line in {*_named(path), (path.stem, 1)}:
            words = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)
            parts = {part.lower().removesuffix("s") for part in words}
            wrong += [
                f"{room}:{line}: {name} ({word}: {meaning})"
                for word, (meaning, where) in ONE_MEANING.items()
                if word in parts and not re.match(where, room)
            ]
    assert not wrong


def test_no_two_modules_have_one_name():
    """A stack trace or an editor's tab says where it is."""
    names = Counter(path.name for path in MODULES if path.name != "__init__.py")
    assert not [name for name, n in names.items() if n > 1]


def test_a_comprehensions_variable_is_no_other_things_name():
    """In ``[row for row in rows(row)]`` the two rows are two things."""
    comprehensions = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
    wrong = []
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for part in node.generators if isinstance(node, comprehensions) else ():
                given, taken = (
                    {name.id for name in ast.walk(of) if isinstance(name, ast.Name)}
                    for of in (part.target, part.iter)
                )
                if given & taken:
                    wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}: {given & taken}")
    assert not wrong
