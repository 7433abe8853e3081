"""The words of the command line: a verb for each thing one wants to do, and what it is made of.

A leaf is ``folder.word:attribute`` below `hemrunda.commands`, where the module is ``word_command``.
Old words are understood for one version more, and not shown.
"""

from __future__ import annotations

from typing import Final

VERBS: Final[dict[str, str]] = {
    "studio": "Allt i webbläsaren, på den här datorn: lag, rundor, morgonbord, utskrifter.",
    "demo": "Gör demokommunen Ekhamn och kör hela kedjan.",
    "template": "Skriv en ifylld Excelmall att börja från.",
    "network": "Gatunät: bygg ur en karta på disken, hämta, visa, rätta.",
    "check": "Granska tabeller, rubriker, adresser eller en färdig plan; alla fel på en gång.",
    "baseline": "Dagens rundor ur en export: granskade och mätta, bredvid våra.",
    "followup": "Utförda besök mot antagna kontakter, för varje period om 14 dagar.",
    "plan": "Arbetslag, kontakter, rundor och kartor ur egna tabeller.",
    "teams": "Gör om indelningen: vad varje flytt kostar och ger.",
    "mend": "Laga planen efter morgonens nyheter, med så få ändringar som möjligt.",
    "decide": "Besluta: kontakt, lag, eller en hel plan som antas.",
    "ask": "Fråga planen: varför, vem kan, hur sent, var är topparna.",
    "write": "Skriv kartor, rapport, rundblad, grundschema, kontaktkort.",
    "compare": "Jämför två exporter, två planer eller två gatunät.",
    "purge": "Radera gamla planer och kartor.",
}
"""What there is, in the order that a newcomer meets it."""

HIDDEN: Final[dict[str, str]] = {
    "warmup": "papers.warmup:command",
    "study": "many.study:command",
    "region": "many.region:command",
    "cluster": "many.cluster:command",
}
"""Understood and not shown: for who plans many towns, or hundreds of plans (`docs/en/scale.md`)."""

LEAVES: Final[dict[str, str]] = {
    "studio": "planning.studio:command",
    "demo": "planning.demo:command",
    "template": "tables.template:command",
    "network": "tables.network:command",
    "baseline": "questions.baseline:command",
    "followup": "questions.followup:command",
    "plan": "planning.plan:command",
    "teams": "planning.teams:command",
    "purge": "papers.purge:command",
}

GROUPS: Final[dict[str, dict[str, tuple[str, str]]]] = {
    "check": {
        "tables": ("tables.check:command", "Tabellerna: alla fel på en gång, inget skrivs."),
        "plan": ("questions.check_plan:command", "En färdig plan, regel för regel."),
        "headers": ("tables.map_columns:command", "Säg vad okända rubriker betyder; det minns."),
        "addresses": ("tables.geocode:command", "Leta upp adresser i ett register på datorn."),
    },
    "mend": {
        "day": ("planning.replan:command", "Morgonens nyheter: sjuk, borta, nytt besök."),
        "rounds": ("planning.rounds:command", "Rundorna på nytt, med planens lag och kontakter."),
    },
    "decide": {
        "plan": ("planning.adopt:command", "Anta en plan: den skrivs in i tabellerna."),
        "contact": ("planning.contacts:choose", "Vem som är en brukares kontakt eller vice."),
        "turns": ("planning.turns:command", "Kontakter som turas om hos en brukare."),
        "team": ("planning.teams:move", "Vilket lag en brukare hör till."),
    },
    "ask": {
        "visit": ("questions.explain:command", "Varför denna person denna tid; vad ger plats."),
        "contact": ("planning.contacts:candidates", "Vilka som kan vara kontakt, i ordning."),
        "contacts": ("planning.contacts:list_contacts", "Varje brukares kontakt, mål och tak."),
        "burden": ("planning.contacts:load", "Vilka kontakter som har för mycket eller lite."),
        "team": ("planning.teams:move", "Vad det gör om en brukare byter lag."),
        "layers": ("planning.teams:layers", "Områden, sektioner och kvällsgrupper över lagen."),
        "deadlines": ("questions.deadlines:command", "Vad som väntar, och till när."),
        "rounds": ("questions.quality:command", "Varje rundas kvalitet; håller planen."),
        "evening": ("questions.evening:command", "För jouren: vilka som arbetar och var det ryms."),
        "load": ("questions.load:command", "Behov mot bemanning, och vad som gör topparna."),
        "late": ("planning.late:command", "Ett lags dag när alla tider inte kan hållas."),
    },
    "write": {
        "map": ("papers.map:command", "Kartorna, för andra dagar eller andra ögon."),
        "report": ("papers.report:command", "Rapporten för nämnd och fack, före och efter."),
        "teams": ("planning.teams:report", "Varje lags form och balans, på skärm och papper."),
        "sheets": ("papers.sheets:command", "Rundblad: A4, mobil, GPX och kalender."),
        "baseplan": ("papers.baseplan:command", "Grundschema för varje medarbetare."),
        "continuity": ("questions.continuity:command", "Vem möter vem; kontaktkort, pärmsidor."),
        "layers": ("papers.layers:command", "Planen som lager för QGIS."),
    },
    "compare": {
        "tables": ("tables.diff:command", "Två exporter: nya, ändrade, avslutade, flyttade."),
        "plans": ("questions.staff:command", "Två planer: vad de gör med personal och brukare."),
        "networks": ("tables.network:compare", "Två gatunät: vad en nyare karta ändrar."),
    },
}
"""Verbs that are several commands; the first is meant where none is named."""

OLD: Final[dict[str, tuple[str, ...]]] = {
    "map-columns": ("check", "headers"),
    "geocode": ("check", "addresses"),
    "check-plan": ("check", "plan"),
    "diff": ("compare",),
    "rounds": ("mend", "rounds"),
    "replan": ("mend",),
    "adopt": ("decide", "plan"),
    "explain": ("ask", "visit"),
    "load": ("ask", "load"),
    "late": ("ask", "late"),
    "map": ("write", "map"),
    "report": ("write", "report"),
    "continuity": ("write", "continuity"),
    "baseplan": ("write", "baseplan"),
    "sheets": ("write", "sheets"),
}
"""What words were called before this version, and what they are called now."""
OLD_PAIRS: Final[dict[tuple[str, str], tuple[str, ...]]] = {
    ("contacts", "candidates"): ("ask", "contact"),
    ("contacts", "list"): ("ask", "contacts"),
    ("contacts", "load"): ("ask", "burden"),
    ("contacts", "choose"): ("decide", "contact"),
    ("teams", "report"): ("write", "teams"),
    ("teams", "layers"): ("ask", "layers"),
    ("teams", "move"): ("decide", "team"),
    ("network", "compare"): ("compare", "networks"),
}
"""The same for words of two."""


def renamed(arguments: list[str]) -> tuple[list[str], tuple[str, str] | None]:
    """The arguments in the words of today, and the old word with its new where there was one."""
    pair = tuple(arguments[:2])
    new = OLD_PAIRS.get(pair) if len(pair) == 2 else None
    if new is not None:
        return [*new, *arguments[2:]], (" ".join(pair), " ".join(new))
    if arguments and arguments[0] in OLD:
        new = OLD[arguments[0]]
        return [*new, *arguments[1:]], (arguments[0], " ".join(new))
    return arguments, None
