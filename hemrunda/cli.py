"""The command line: verbs whose commands are imported only when they are called.

``hemrunda --help`` must answer at once, so this module and `hemrunda.speech` know each verb's name
and one-line help, and import nothing else of the project.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import click

from hemrunda import __version__
from hemrunda.speech import click_words, verbs
from hemrunda.speech.language import LANGUAGES, OPTION, ask, language, without_language
from hemrunda.speech.spoken import said, spoken

click_words.install()
PLAN_FILE: Final = Path("private") / "plan.json"
"""What tells that a folder holds a plan (`data.store.PLAN_FILE`)."""


def _loaded(leaf: str) -> click.Command:
    home, _, name = leaf.partition(":")
    command: click.Command = getattr(
        importlib.import_module(f"hemrunda.commands.{home}_command"), name
    )
    return spoken(command)


class Verb(click.Group):
    """A verb that is several commands, the first of which is meant where none is named."""

    def __init__(self, name: str) -> None:
        super().__init__(name, help=said(verbs.VERBS[name]), add_help_option=True)
        self.parts = verbs.GROUPS[name]
        self.options_metavar, self.subcommand_metavar = "", "…"
        self.context_settings = {"help_option_names": ["-h", "--help"]}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The words that may follow."""
        return list(self.parts)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one of the commands."""
        part = self.parts.get(cmd_name)
        if part is None:
            return None
        command = _loaded(part[0])
        command.hidden = False  # an old word may lead to it too, which is not shown
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put in the word that is meant where none is named."""
        is_help = bool(args) and args[0] in ctx.help_option_names
        if args and not is_help and self.has_first and not self._names_part(args):
            args = [self._meant(args), *args]
        return super().parse_args(ctx, args)

    def _names_part(self, args: Sequence[str]) -> bool:
        """Whether the first word is one of ours: a folder of that name may be meant instead."""
        is_alone = len(args) == 1 or args[1].startswith("-")
        is_help = len(args) > 1 and args[1] in ("-h", "--help")
        return args[0] in self.parts and (is_help or not (is_alone and Path(args[0]).exists()))

    @property
    def has_first(self) -> bool:
        """Whether a command may be meant without being named."""
        return self.name in ("check", "mend", "compare")

    def _meant(self, args: Sequence[str]) -> str:
        """Tables or a plan, by what is there; the first part else."""
        if self.name == "check" and any(
            (Path(argument) / PLAN_FILE).is_file() for argument in args
        ):
            return "plan"
        if self.name == "compare" and args and Path(args[0]).is_dir() and not _has_tables(args[0]):
            return "networks"
        return next(iter(self.parts))

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The help of what is meant without a word, then the words that may follow."""
        if self.has_first:
            first = self.get_command(ctx, next(iter(self.parts)))
            if first is not None:
                first.format_help(ctx, formatter)
                formatter.write_paragraph()
            rest = {name: text for name, (_, text) in list(self.parts.items())[1:]}
        else:
            self.format_usage(ctx, formatter)
            self.format_help_text(ctx, formatter)
            rest = {name: text for name, (_, text) in self.parts.items()}
        with formatter.section(said("Kommandon")):
            formatter.write_dl([(f"{self.name} {name}", said(text)) for name, text in rest.items()])


def _has_tables(folder: str) -> bool:
    endings = {".csv", ".xlsx", ".tsv", ".txt", ".parquet"}
    return any(path.suffix.lower() in endings for path in Path(folder).iterdir())


class Front(click.Group):
    """The group that imports a command's module first when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All verbs, in the order a newcomer meets them."""
        return list(verbs.VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command."""
        if cmd_name in verbs.GROUPS:
            return Verb(cmd_name)
        leaf = verbs.LEAVES.get(cmd_name) or verbs.HIDDEN.get(cmd_name)
        return _loaded(leaf) if leaf else None

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take the language from wherever it stands, and old words for what they are now."""
        args, wanted = without_language(args)
        ask(wanted)
        self.help = said(HELP)
        self.params = [_said_option(param) for param in self.params]
        self.options_metavar = said("[VAL]")
        self.subcommand_metavar = said("KOMMANDO …")
        args, change = verbs.renamed(args)
        if change is not None:
            click.echo(said(RENAMED).format(old=change[0], new=change[1]), err=True)
        return super().parse_args(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section(said("Kommandon")):
            formatter.write_dl([(name, said(text)) for name, text in verbs.VERBS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which one might have been meant."""
        known = {*verbs.VERBS, *verbs.HIDDEN}
        if args and args[0] not in known and not args[0].startswith("-"):
            import difflib

            near = difflib.get_close_matches(args[0], verbs.VERBS, n=1)
            hint = f" {said('Menade du {near}?').format(near=near[0])}" if near else ""
            ctx.fail(said("Kommandot finns inte.{hint} Se hemrunda --help.").format(hint=hint))
        return super().resolve_command(ctx, args)


HELP: Final = """Hemrunda delar in hemtjänstens brukare i arbetslag och planerar rundor.

Allt räknas på den här datorn. Ingenting skickas någonstans.

Börja med:  hemrunda   (studion i webbläsaren)   eller   hemrunda demo
"""
RENAMED: Final = "hemrunda {old} heter nu hemrunda {new}; det gamla ordet går en version till."
VERSION_HELP: Final = "Visa versionen."
LANGUAGE_HELP: Final = "Språk för hjälp, utskrift och filer: svenska eller engelska."


def _said_option(param: click.Parameter) -> click.Parameter:
    texts = {"version": VERSION_HELP, "_language": LANGUAGE_HELP}
    if isinstance(param, click.Option) and param.name in texts:
        param.help = said(texts[str(param.name)])
    return param


@click.group(
    cls=Front,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    options_metavar="[VAL]",
    subcommand_metavar="KOMMANDO …",
)
@click.pass_context
@click.option(
    OPTION,
    "_language",
    type=click.Choice(LANGUAGES),
    expose_value=False,
    help=LANGUAGE_HELP,
)
@click.version_option(__version__, prog_name="hemrunda", help=VERSION_HELP)
def group(ctx: click.Context) -> None:
    """Hemrunda delar in hemtjänstens brukare i arbetslag och planerar rundor."""
    if ctx.invoked_subcommand is not None:
        return
    if sys.stdin.isatty() and sys.stdout.isatty():
        studio = group.get_command(ctx, "studio")
        if studio is not None:
            ctx.invoke(studio, folder=None, port=0, idle_min=30, no_browser=False)
        return
    click.echo(ctx.get_help())


def every_command() -> Iterator[tuple[str, click.Command]]:
    """Each command that is shown, with the words that call it."""
    ctx = click.Context(group)
    for name in verbs.VERBS:
        command = group.get_command(ctx, name)
        if isinstance(command, click.Group):
            for part in command.list_commands(ctx):
                subcommand = command.get_command(ctx, part)
                if subcommand is not None and not subcommand.hidden:
                    yield f"{name} {part}", subcommand
        elif command is not None:
            yield name, command


def main() -> None:
    """Run the command line, telling every known error in one line of Swedish."""
    from hemrunda.error_messages import run_guarded

    sys.exit(run_guarded(_invoke))


def _invoke() -> Any:
    return group(standalone_mode=False)


__all__ = ["every_command", "group", "language", "main"]
