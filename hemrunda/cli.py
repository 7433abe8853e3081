"""The command line: one group whose commands are imported only when they are called.

``hemrunda --help`` must answer at once, so this module knows each command's name, module and
one-line help, and imports nothing else of the project.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any, Final

import click

from hemrunda import __version__

COMMANDS: Final[dict[str, str]] = {
    "studio": "Allt i webbläsaren, på den här datorn: lag, rundor, morgonbord, utskrifter.",
    "demo": "Gör demokommunen Ekhamn och kör hela kedjan.",
    "template": "Skriv en ifylld Excelmall att börja från.",
    "network": "Gatunät: bygg ur ett OSM-utdrag, visa, jämför, rätta.",
    "map-columns": "Säg vad okända rubriker betyder; svaren minns.",
    "geocode": "Leta upp adresser i ett register på den här datorn.",
    "check": "Granska indata: alla fel på en gång, inget skrivs.",
    "diff": "Jämför två exporter: nya, ändrade, avslutade, flyttade.",
    "baseline": "Dagens rundor ur en export: granskade och mätta, bredvid våra.",
    "plan": "Kör hela kedjan på egna tabeller: arbetslag, kontakter, rundor, kartor.",
    "teams": "Gör om indelningen: vad varje flytt kostar och ger.",
    "adopt": "Anta en plan: lag, kontakter och vanliga tider skrivs i tabellerna.",
    "check-plan": "Granska en färdig plan regel för regel.",
    "rounds": "Planera rundorna på nytt, med planens lag och kontakter.",
    "replan": "Laga planen efter morgonens nyheter, med så få ändringar som möjligt.",
    "contacts": "Vilka som kan vara kontakt för en brukare, i ordning, med skäl.",
    "explain": "Varför denna person denna tid; vad som ger ett oplanerat besök plats.",
    "followup": "Utförda besök mot antagna kontakter, för varje period om 14 dagar.",
    "deadlines": "Vad som väntar och till när: kontakter, samtal, starter, beslut som upphör.",
    "load": "Behov mot bemanning genom dagen, och vad som gör topparna.",
    "late": "Ett lags dag när alla tider inte kan hållas: hur sent, i stället för nej.",
    "map": "Rita om kartorna, för andra dagar eller andra ögon.",
    "report": "Rapporten för nämnd och fack, före och efter.",
    "continuity": "Vem möter vem på 14 dagar; kontaktkort och pärmsidor.",
    "baseplan": "Grundschema för varje medarbetare: två eller fyra veckor, A4 eller A3.",
    "sheets": "Rundblad för personalen: A4, mobil, GPX och kalender.",
    "purge": "Radera gamla planer och kartor.",
    "warmup": "Kompilera räknekärnorna i förväg (en gång efter installation).",
}


FOLDERS: Final[dict[str, str]] = {
    **dict.fromkeys(
        ("check", "diff", "geocode", "map-columns", "network", "template"),
        "tables",
    ),
    **dict.fromkeys(
        ("adopt", "contacts", "demo", "late", "plan", "replan", "rounds", "studio", "teams"),
        "planning",
    ),
    **dict.fromkeys(
        ("baseline", "check-plan", "continuity", "deadlines", "explain", "followup", "load"),
        "questions",
    ),
    **dict.fromkeys(("baseplan", "map", "purge", "report", "sheets", "warmup"), "papers"),
}
"""The folder of `hemrunda.commands` that holds each command's module."""


class LazyGroup(click.Group):
    """A group that imports a command's module first when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, in the order a newcomer meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command."""
        if cmd_name not in COMMANDS:
            return None
        home = f"hemrunda.commands.{FOLDERS[cmd_name]}.{cmd_name.replace('-', '_')}"
        module = importlib.import_module(home)
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Kommandon"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which one might have been meant."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            import difflib

            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = f" Menade du {near[0]}?" if near else ""
            ctx.fail(f"Kommandot finns inte.{hint} Se hemrunda --help.")
        return super().resolve_command(ctx, args)


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.pass_context
@click.version_option(__version__, prog_name="hemrunda")
def group(ctx: click.Context) -> None:
    """Hemrunda delar in hemtjänstens brukare i arbetslag och planerar rundor.

    Allt räknas på den här datorn. Ingenting skickas någonstans.

    Börja med:  hemrunda   (studion i webbläsaren)   eller   hemrunda demo
    """
    if ctx.invoked_subcommand is not None:
        return
    if sys.stdin.isatty() and sys.stdout.isatty():
        studio = group.get_command(ctx, "studio")
        if studio is not None:
            ctx.invoke(studio, folder=None, port=0, idle_min=30, no_browser=False)
        return
    click.echo(ctx.get_help())


def main() -> None:
    """Run the command line, telling every known error in one line of Swedish."""
    from hemrunda.trouble import run_guarded

    sys.exit(run_guarded(_invoke))


def _invoke() -> Any:
    return group(standalone_mode=False)
