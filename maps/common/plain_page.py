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


_DATE = re.compile(r"\d{4}-\d{2}-\d{2}|[^()]{1,6}\(\d{4}-\d{2}-\d{2}\)")
"""``2026-11-30`` or ``v. 49 (2026-11-30)``."""


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
            return f"<h2>{safe(text)}</h2>"
        case Text(text):
            return f"<p>{safe(text)}</p>"
        case Chart(picture, label):
            drawn = svg(picture, label, "#ffffff")
            return f'<figure class="scroll" tabindex="0">{drawn}</figure>'
        case Table(header, rows, _, n_text):
            head = "".join(
                f'<th scope="col" class="{"t" if i < n_text else "n"}">{safe(cell)}</th>'
                for i, cell in enumerate(header)
            )
            body = "\n".join(
                "<tr>"
                + f'<th scope="row"{_class_of(row[0])}>{safe(row[0])}</th>'
                + "".join(
                    f'<td class="{"t" if i < n_text else "n"}">{safe(cell)}</td>'
                    for i, cell in enumerate(row[1:], 1)
                )
                + "</tr>"
                for row in rows
            )
            return (
                f'<div class="scroll" tabindex="0"><table><thead><tr>{head}</tr></thead>\n'
                f"<tbody>{body}</tbody></table></div>"
            )


def _class_of(first: str) -> str:
    """A date at the head of a row stands on one line, however narrow the page."""
    return ' class="d"' if _DATE.fullmatch(first) else ""
