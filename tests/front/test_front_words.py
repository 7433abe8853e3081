"""The words of the command line: a verb for each purpose, Swedish throughout, old words too."""

import ast
import inspect
import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from data.errors import StoreError
from hemrunda import cli
from hemrunda.cli import every_command, group
from hemrunda.speech import click_words, verbs
from hemrunda.speech.language import ask
from hemrunda.speech.spoken import Renamed, Words, english, one_line, spoken

ROOT = Path(__file__).resolve().parents[2]

EVERY = dict(every_command())
NOT_FOR_USERS = re.compile(
    r"defined twice|same flag|Could not determine|No options defined|exactly one parameter"
    r"|Invalid start character|UUID|Unknown color|values are required|DeprecationWarning|Choice\("
)
"""What Click says to who writes a program, or of kinds of values that no command of ours takes."""
ENGLISH = re.compile(
    r"\b(Usage|Options|Commands|Show|default|required|INTEGER|DIRECTORY|PATH|FILE|Error|Missing"
    r"|Try|the|and|of|not)\b"
)


@pytest.fixture(autouse=True)
def _swedish_again():
    yield
    ask(None)


def told(*args):
    return CliRunner().invoke(group, [*args])


def translated(module):
    """Every sentence that a module of Click hands to its translation."""
    for node in ast.walk(ast.parse(Path(module.__file__).read_text(encoding="utf-8"))):
        is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        if is_call and node.func.id in {"_", "ngettext"}:
            for argument in node.args[: 2 if node.func.id == "ngettext" else 1]:
                if isinstance(argument, ast.Constant):
                    yield argument.value


def test_click_says_everything_in_swedish():
    """A sentence that a newer Click brings is English till it is in the list."""
    said = {text for module in click_words.MODULES for text in translated(module)}
    assert len(said) > 40
    foreign = {text for text in said if text not in click_words.SWEDISH}
    assert not [text for text in sorted(foreign) if not NOT_FOR_USERS.search(text)]


def test_about_a_dozen_verbs_and_each_answers():
    assert 10 <= len(verbs.VERBS) <= 15
    for verb in verbs.VERBS:
        assert told(verb, "--help").exit_code == 0, verb


@pytest.mark.parametrize("words", sorted(EVERY))
def test_help_is_swedish_with_an_example(words):
    """No word of Click's own English, and a line to copy."""
    shown = told(*words.split(), "--help")
    assert shown.exit_code == 0
    assert "Exempel:  hemrunda " in shown.output
    texts = re.sub(r"hemrunda/?\S*|--[\w-]+|`[^`]*`", "", shown.output)
    assert not ENGLISH.findall(texts), shown.output


@pytest.mark.parametrize("words", sorted(EVERY))
def test_one_word_for_where_to_write(words):
    """A path that need not exist is where something is written, and its name is --out."""
    for param in EVERY[words].params:
        if isinstance(param, click.Option) and isinstance(param.type, click.Path):
            assert param.type.exists or param.opts[0] == "--out", (words, param.opts)


def test_old_words_and_old_names_are_understood():
    """For one version; the new word is told, on the stream that no machine reads."""
    for old, new in verbs.OLD.items():
        shown = told(old, "--help")
        assert shown.exit_code == 0, old
        assert f"heter nu hemrunda {' '.join(new)}" in shown.stderr
    for old in verbs.OLD_PAIRS:
        assert told(*old, "--help").exit_code == 0, old
    renamed = [
        param
        for command in EVERY.values()
        for param in command.params
        if isinstance(param, Renamed)
    ]
    assert {name for param in renamed for name in param.opts[1:]} == {
        "--to", "--csv", "--mark", "--map", "--page", "--plan", "--profile",
    }  # fmt: skip


def paragraphs():
    """Every paragraph of ours that help may show, in the Swedish of the code."""
    texts = [*verbs.VERBS.values(), cli.HELP, cli.LANGUAGE_HELP, cli.VERSION_HELP, cli.RENAMED]
    texts += [text for parts in verbs.GROUPS.values() for _, text in parts.values()]
    for command in EVERY.values():
        helps = [p.help for p in command.params if isinstance(p, click.Option)]
        texts += [command.help, command.epilog, *helps]
    for text in filter(None, texts):
        yield from map(one_line, inspect.cleandoc(text).split("\n\n"))


def test_every_text_of_help_has_its_english():
    """An option that is added is told of in both languages, in hemrunda/speech/en.toml."""
    missing = {
        text for text in paragraphs() if text not in english() and not text.startswith("Exempel: ")
    }
    assert sorted(missing) == []


def test_every_message_that_is_said_has_its_english():
    """What a command says while it runs: each text handed to ``said``, and each stage's title."""
    texts = set()
    for path in (ROOT / "hemrunda").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            at = {"said": 0, "stage": 1}.get(name)
            if at is not None and len(node.args) > at and isinstance(node.args[at], ast.Constant):
                texts.add(one_line(node.args[at].value))
    assert len(texts) > 40
    assert sorted(texts - set(english())) == []


def test_english_where_it_is_asked_for():
    """Wherever the option stands; the next command speaks Swedish again."""
    shown = told("ask", "contacts", "--help", "--language", "en").output
    assert "Usage:" in shown
    assert "Write the table as CSV." in shown
    assert "Example:  hemrunda ask contacts" in shown
    assert not re.search(r"[åäö]", re.sub(r"Låsningar|hemrunda \S+", "", shown))
    assert "[manager|anonymous|council]" in told("--language", "en", "write", "map", "-h").output
    assert "Så här:" in told("ask", "contacts", "--help").output
    assert told("--language", "fi", "demo").exit_code == 2


def test_values_are_words_of_either_language():
    profile = Words({"manager": "chef", "council": "nämnd"})
    assert profile.convert("chef", None, None) == "manager"
    assert profile.convert("Council", None, None) == "council"
    with pytest.raises(click.BadParameter, match="chef, nämnd"):
        profile.convert("boss", None, None)


def test_a_folder_named_as_a_word_is_still_a_folder(tmp_path, monkeypatch):
    """README plans into a folder called plan, and then checks it."""
    monkeypatch.chdir(tmp_path)
    shown = told("check", "plan")
    assert "Det saknas 'MAPP'" in shown.stderr
    (tmp_path / "plan" / "private").mkdir(parents=True)
    (tmp_path / "plan" / "private" / "plan.json").write_text("{}", encoding="utf-8")
    shown = told("check", "plan")
    assert isinstance(shown.exception, StoreError)


def test_a_slip_gets_the_word_that_was_meant():
    shown = told("chck")
    assert shown.exit_code == 2
    assert "Menade du check?" in shown.stderr
    assert "Fel:" in shown.stderr


def test_a_path_is_named_the_same_whenever_its_option_was_made():
    """Click names a path as it is made, which may be before its sentences are Swedish."""
    early = click.Path(dir_okay=False)
    early.name = "file"
    for language, word in (("sv", "FIL"), ("en", "FILE")):
        ask(language)
        command = spoken(click.Command("x", params=[click.Option(["--a"], type=early)]))
        assert command.params[0].metavar == word
