"""Pages that work without script: one head, one style sheet for all, every text escaped."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence

from maps.common.html_parts import Chart, Heading, Part, Table, Text
from maps.common.safe_page import content_security_policy
from maps.common.sanitising import visible
from maps.common.svg import svg
from maps.common.vendored import asset


def safe(text: str) -> str:
    """Text as markup shows it; what cannot be seen is made visible."""
    return html.escape(visible(text))


_DATE = re.compile(r"\d{4}-\d{2}-\d{2}( – \d{4}-\d{2}-\d{2})?|[^()]{1,6}\(\d{4}-\d{2}-\d{2}\)")
"""``2026-11-30``, two of them, or ``v. 49 (2026-11-30)``."""
NARROW_MOST = 5
"""Columns that a phone shows beside each other: six of figures are wider than 390 px."""


def plain_page(
    title: str,
    *,
    style: str,
    header: str,
    main: Iterable[str],
    footer: str,
    language: str,
    kind: str = "",
    script: str = "",
) -> str:
    """A whole page; ``header``, ``main`` and ``footer`` are markup, made with `safe`.

    Parameters
    ----------
    style : str
        The style sheet of the kind of page, beside the one that all have.
    kind : str
        Class of the body.
    script : str
        A script in ``maps/assets`` that adds to a page which is whole without it.
    """
    # One element a sheet: a sealed page names the same two, and its policy holds for this one too.
    styles = [asset("plain.css"), asset(style)]
    scripts = [asset(script)] if script else []
    policy = content_security_policy(scripts, styles)
    return "\n".join(
        [
            f'<!DOCTYPE html>\n<html lang="{html.escape(language)}">\n<head>',
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{html.escape(policy)}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="referrer" content="no-referrer">',
            '<meta name="robots" content="noindex">',
            f"<title>{safe(title)}</title>",
            *(f"<style>{sheet}</style>" for sheet in styles),
            "</head>",
            f'<body class="{kind}">' if kind else "<body>",
            f"<header>{header}</header>\n<main>",
            *main,
            f"</main>\n<footer>{footer}</footer>",
            *(f"<script>{content}</script>" for content in scripts),
            "</body>\n</html>\n",
        ]
    )


def parts_page(
    parts: Sequence[Part],
    title: str,
    place: str,
    mark: str,
    language: str,
    *,
    is_dense: bool = False,
) -> str:
    """A whole page of parts; ``is_dense``: to be printed on one A4."""
    return plain_page(
        title,
        style="report.css",
        header=f"<h1>{safe(title)}</h1><p>{safe(place)}</p>",
        main=map(_html, parts),
        footer=f"<p>{safe(mark)}</p>",
        language=language,
        kind="dense" if is_dense else "",
    )


def _html(part: Part) -> str:
    match part:
        case Heading(text):
            return f"<h2>{_with_whole_dates(text)}</h2>"
        case Text(text):
            return f"<p>{safe(text)}</p>"
        case Chart(picture, label):
            drawn = svg(picture, label, "#ffffff")
            return f'<figure class="scroll" tabindex="0">{drawn}</figure>'
        case Table(header, rows, _, n_text):
            return _table(header, rows, n_text)


def _table(header: Sequence[str], rows: Sequence[Sequence[str]], n_text: int) -> str:
    """A table; one that is too wide for a phone says its heads in each row there."""
    is_wide = len(header) > NARROW_MOST
    classes = ["t" if i < n_text else "n" for i in range(len(header))]
    labels = [f' data-head="{safe(cell)}"' if is_wide else "" for cell in header]
    head = "".join(
        f'<th scope="col" class="{kind}">{safe(cell)}</th>'
        for kind, cell in zip(classes, header, strict=True)
    )
    body = "\n".join(
        f'<tr><th scope="row"{_class_of(row[0])}>{safe(row[0])}</th>'
        + "".join(
            f'<td class="{kind}"{label}>{safe(cell)}</td>'
            for kind, label, cell in zip(classes[1:], labels[1:], row[1:], strict=True)
        )
        + "</tr>"
        for row in rows
    )
    return (
        f'<div class="scroll" tabindex="0"><table{" class=wide" if is_wide else ""}>'
        f"<thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table></div>"
    )


def _with_whole_dates(text: str) -> str:
    """The text, with no date broken at its hyphens."""
    return re.sub(r"\d{4}-\d{2}-\d{2}", r'<span class="d">\g<0></span>', safe(text))


def _class_of(first: str) -> str:
    """A date at the head of a row stands on one line, however narrow the page."""
    return ' class="d"' if _DATE.fullmatch(first) else ""
