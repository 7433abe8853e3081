"""What is said while the program runs, in English where it is asked for.

A message is Swedish where it is raised or made, with its values already in it. Here it is known
again by its template, `messages.toml`, and said in English with the same values. Nothing is done
where Swedish is spoken, and a text without a template stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Final, NamedTuple

from data.errors import SettingsError
from hemrunda.speech.grammatical_number import in_number
from hemrunda.speech.language import language

FILE: Final = "messages.toml"
HOLE: Final = re.compile(r"\{(\w+)(:said)?\}")
"""Where a value stands. Its words are translated where the English says ``:said``; elsewhere only
what is a whole phrase of ours is, so that a team named Natten stays Natten."""
SEPARATORS: Final = re.compile(r"( {2,}|; |: |, | \(|\)|(?<=[.!?]) )")
"""Between the parts of a text that was put together of several."""
GROUP_MOST: Final = 8
"""Parts that are looked up as one."""
LETTERS_LEAST: Final = 2
"""Letters that a template must have to be looked for where no ``:said`` asks for it."""


class Said(NamedTuple):
    """A text in English as far as it is known, and how many of its letters were known."""

    text: str
    n_letters: int


class Template(NamedTuple):
    """A message with holes.

    Attributes
    ----------
    rarest : str
        Its longest piece between holes: looked for first.
    pattern : re.Pattern
        What a Swedish message looks like.
    english : str
        What is said instead, with the same holes.
    n_letters : int
        How many letters are not in holes.
    is_of_words : bool
        Whether it is looked for only where ``:said`` asks for it.
    """

    rarest: str
    pattern: re.Pattern[str]
    english: str
    n_letters: int
    is_of_words: bool


@cache
def messages() -> Mapping[str, str]:
    """English by Swedish, with holes as in ``{0} finns inte.``; outer blanks are left out."""
    return _table("messages")


@cache
def heads() -> Mapping[str, str]:
    """English by Swedish, of columns' heads that are not said as the words elsewhere are."""
    return _table("heads")


@cache
def words() -> Mapping[str, str]:
    """English by Swedish, of words and phrases that stand in holes marked ``:said``."""
    return _table("words")


def _table(name: str) -> Mapping[str, str]:
    import tomllib
    from importlib import resources

    text = resources.files("hemrunda.speech").joinpath(FILE).read_text(encoding="utf-8")
    table: dict[str, str] = tomllib.loads(text)[name]
    return table


@cache
def _exact() -> Mapping[str, str]:
    from hemrunda.speech.spoken import english

    return {**english(), **messages()}


@cache
def _templates() -> tuple[Template, ...]:
    """Those with holes, the one with most letters of its own first."""
    parts = [
        _template(key, value, is_of_words=table is words())
        for table in (messages(), words())
        for key, value in table.items()
        if HOLE.search(key)
    ]
    return tuple(sorted(parts, key=lambda part: -part.n_letters))


def _template(swedish: str, english: str, *, is_of_words: bool) -> Template:
    parts = HOLE.split(swedish)  # text, name, mark, text, …
    pieces, names = parts[::3], parts[1::3]
    pattern = re.escape(pieces[0])
    for name, piece in zip(names, pieces[1:], strict=True):
        pattern += f"(?P<h{name}>.*?){re.escape(piece)}"
    n_letters = _letters("".join(pieces))
    flags = re.DOTALL if "\n" in swedish else re.NOFLAG
    is_of_words = is_of_words or n_letters < LETTERS_LEAST
    return Template(
        max(pieces, key=len), re.compile(pattern, flags), english, n_letters, is_of_words
    )


def localised(text: str, *, with_words: bool = False) -> str:
    """``text`` in the language that is spoken; single words only where they are asked for."""
    english = language() == "en"
    said = _translated(text, with_words=with_words).text if english else text
    return in_number(said, "en" if english else "sv")


def said_in(text: str, wanted: str) -> str:
    """A text of a page that is written in the language ``wanted``, its single words too."""
    return _translated(text, with_words=True).text if wanted == "en" else text


def heads_in(names: Sequence[str], wanted: str) -> tuple[str, ...]:
    """Heads of columns in the language ``wanted``."""
    if wanted != "en":
        return tuple(names)
    return tuple(heads().get(name) or said_in(name, wanted) for name in names)


def in_english(text: str) -> str:
    """A Swedish text in English: whole if it is known, else part by part.

    Raises
    ------
    SettingsError
        Where it is no text; of an error ``str(error)`` is.
    """
    if not isinstance(text, str):
        raise SettingsError("text: ska vara en text.")
    return in_number(_translated(text, with_words=False).text, "en")


def localised_lines(text: str) -> str:
    """What is printed, in the language that is spoken; JSON is for programs and stays."""
    if text.lstrip()[:1] in ("{", "[", '"'):
        return text
    return in_english(text) if language() == "en" else in_number(text, "sv")


def _letters(text: str) -> int:
    return sum(character.isalpha() for character in text)


@lru_cache(maxsize=4096)
def _translated(text: str, *, with_words: bool) -> Said:
    """The whole or its parts in English, whichever more is known of."""
    whole = _said(text, with_words=with_words)
    parts = SEPARATORS.split(text)  # text, separator, text, …
    if "\n" in text:
        lines = [_translated(line, with_words=with_words) for line in text.split("\n")]
        joined = Said("\n".join(line.text for line in lines), sum(line.n_letters for line in lines))
    elif len(parts) == 1:
        return whole or Said(text, 0)
    else:
        joined = _joined(parts, with_words=with_words)
    return joined if whole is None or joined.n_letters > whole.n_letters else whole


def _joined(parts: list[str], *, with_words: bool) -> Said:
    """The parts in English, in the runs of them of which most is known."""
    n = len(parts)
    best = [Said("", 0)] * (n + 2)  # from each part to the end, its separator before it
    for i in range(n - 1, -1, -2):
        rest = best[i + 2]
        after = parts[i + 1] if i + 1 < n else ""
        best[i] = Said(f"{parts[i]}{after}{rest.text}", rest.n_letters)
        for end in range(i + 1, min(n, i + 2 * GROUP_MOST - 1) + 1, 2):
            is_all = i == 0 and end == n
            said = None if is_all else _said("".join(parts[i:end]), with_words=with_words)
            rest = best[end + 1] if end < n else Said("", 0)
            if said is not None and said.n_letters + rest.n_letters > best[i].n_letters:
                after = parts[end] if end < n else ""
                text = f"{said.text}{after}{rest.text}"
                best[i] = Said(text, said.n_letters + rest.n_letters)
    return best[0]


def _said(text: str, *, with_words: bool) -> Said | None:
    """One known phrase in English, its blanks before and after kept; None where it is unknown."""
    core = text.strip()
    if not core:
        return None
    said = _core(core, with_words=with_words)
    if said is None and core.endswith("."):
        said = _core(core[:-1], with_words=with_words)
        said = said and Said(f"{said.text}.", said.n_letters)
    if said is None:
        return None
    core_idx = text.index(core)
    return Said(f"{text[:core_idx]}{said.text}{text[core_idx + len(core) :]}", said.n_letters)


def _core(core: str, *, with_words: bool) -> Said | None:
    """As `_found`, of a text without blanks around it."""
    english = _exact().get(core) if " " in core or with_words else None
    if english is None and with_words:
        english = words().get(core)
    return (
        _filled(core, with_words=with_words) if english is None else Said(english, _letters(core))
    )


def _filled(core: str, *, with_words: bool) -> Said | None:
    """A text by its template, the values in it too."""
    for template in _templates():
        if template.rarest not in core or (template.is_of_words and not with_words):
            continue
        match = template.pattern.fullmatch(core)
        if match is None:
            continue
        said = {
            hole[1]: _translated(match[f"h{hole[1]}"], with_words=hole[2] is not None)
            for hole in HOLE.finditer(template.english)
        }
        text = HOLE.sub(lambda hole, said=said: said[hole[1]].text, template.english)  # type: ignore[misc]
        return Said(text, template.n_letters + sum(part.n_letters for part in said.values()))
    return None
