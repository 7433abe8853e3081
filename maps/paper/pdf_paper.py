"""Paper: A4 pages with a head, a foot and tables that go on over pages with their header.

Text is drawn as text, never as ReportLab's mini-markup, which could read files (F13).
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from maps.common.drawing import Picture
from maps.common.fonts import BOLD, FONT, register_fonts, text_width
from maps.common.sanitising import visible
from maps.paper.paper_picture import draw_picture
from maps.paper.pdf_code import box_code, put, text_code

A4 = (595.28, 841.89)
MARGIN = 36.0
LINES_MAX = 12
LEADING = 1.25
HEAD_FILL = "#e3e8ed"

Draw = Callable[[Any], None]


def wrapped(
    text: str, width: float, size: float, font: str = FONT, lines_max: int = LINES_MAX
) -> list[str]:
    """The text in lines of at most ``width`` points; words longer than a line are cut.

    Line breaks in the text are kept. After ``lines_max`` lines an ellipsis stands for the rest,
    so that no row outgrows a page.
    """
    lines: list[str] = []
    for part in text[: 200 * lines_max].split("\n"):
        lines.extend(_wrapped_part(visible(part), width, size, font))
        if len(lines) > lines_max:
            return [*lines[: lines_max - 1], "…"]
    return lines


def _wrapped_part(text: str, width: float, size: float, font: str) -> list[str]:
    lines = [""]
    for word in text.split(" "):
        tried = f"{lines[-1]} {word}" if lines[-1] else word
        if text_width(tried, size, font) <= width:
            lines[-1] = tried
            continue
        if lines[-1]:
            lines.append("")
        for letter in word:
            if lines[-1] and text_width(lines[-1] + letter, size, font) > width:
                lines.append("")
            lines[-1] += letter
    return lines


@dataclass
class Paper:
    """Pages in the making. Everything is placed first, so that each page can tell how many."""

    title: str
    heading: str
    subheading: str
    foot: str
    page_word: str
    size: tuple[float, float] = A4
    pages: list[list[Draw]] = field(default_factory=list)
    n_cut: int = 0
    """Lines in tables that did not fit their column, and go on below."""
    y: float = 0.0

    def __post_init__(self) -> None:
        register_fonts()
        self.new_page()

    @property
    def width(self) -> float:
        """Points between the margins."""
        return self.size[0] - 2 * MARGIN

    @property
    def floor(self) -> float:
        """The lowest y that is not the foot's."""
        return MARGIN + 22

    def new_page(self) -> None:
        """Begin a page under a head."""
        self.pages.append([])
        top = self.size[1] - MARGIN
        self.text(MARGIN, top - 12, self.heading, 14, BOLD)
        lines = wrapped(self.subheading, self.width, 9)[:2]
        for i, line in enumerate(lines):
            self.text(MARGIN, top - 26 - 11 * i, line, 9)
        self.y = top - 26 - 11 * len(lines)

    def draw(self, action: Draw) -> None:
        """Add something to the page at hand."""
        self.pages[-1].append(action)

    def text(
        self, x: float, y: float, text: str, size: float, font: str = FONT, colour: str = "#22262b"
    ) -> None:
        """One line of text."""
        shown = visible(text)
        self.draw(lambda canvas: put(canvas, text_code(canvas, (x, y), shown, size, font, colour)))

    def paragraph(self, text: str, size: float = 9.5, font: str = FONT) -> None:
        """Text over the whole width; goes on to the next page where it must."""
        for line in wrapped(text, self.width, size, font):
            if self.y - size * 1.35 < self.floor:
                self.new_page()
            self.y -= size * 1.35
            self.text(MARGIN, self.y, line, size, font)

    def table(
        self,
        header: Sequence[str],
        rows: Sequence[Sequence[str]],
        widths: Sequence[float],
        size: float = 8.5,
        shaded: frozenset[int] = frozenset(),
        lines_max: int = LINES_MAX,
        is_grid: bool = False,
        n_text: int | None = None,
        n_bold: int = 0,
    ) -> None:
        """Rows that are never cut, under a header that every page repeats (I8).

        Columns from ``n_text`` on are numbers, and stand to the right. The first ``n_bold`` lines
        of each cell are bold.
        """
        n_left = len(widths) if n_text is None else n_text
        self.keep_together(self.table_height(header, rows[:2], widths, size))
        head = [wrapped(t, w - 6, size, BOLD) for t, w in zip(header, widths, strict=True)]
        self._row(head, widths, size, BOLD, HEAD_FILL, is_grid, n_left)
        for i, row in enumerate(rows):
            cells = [
                wrapped(text, w - 6, size, lines_max=lines_max)
                for text, w in zip(row, widths, strict=True)
            ]
            self.n_cut += sum(
                len(lines) - text.count("\n") - 1 for lines, text in zip(cells, row, strict=True)
            )
            tall = max(map(len, cells)) * size * LEADING + 6
            if self.y - tall < self.floor:
                self.new_page()
                self.y -= 8
                self._row(head, widths, size, BOLD, HEAD_FILL, is_grid, n_left)
            fill = "#f0f0ee" if i in shaded else ""
            self._row(cells, widths, size, FONT, fill, is_grid, n_left, n_bold)

    def table_height(
        self,
        header: Sequence[str],
        rows: Sequence[Sequence[str]],
        widths: Sequence[float],
        size: float,
    ) -> float:
        """Points that a table takes where it is not parted."""
        fonts = [BOLD, *([FONT] * len(rows))]
        return sum(
            max(len(wrapped(t, w - 6, size, font)) for t, w in zip(row, widths, strict=True))
            * size * LEADING + 6
            for row, font in zip([header, *rows], fonts, strict=True)
        )  # fmt: skip

    def keep_together(self, height: float) -> None:
        """Begin a page where ``height`` points do not fit any more, but would on a new one."""
        top = self.size[1] - MARGIN - 48
        if self.y - height < self.floor and height <= top - self.floor and self.y < top:
            self.new_page()

    def _row(
        self,
        cells: Sequence[Sequence[str]],
        widths: Sequence[float],
        size: float,
        font: str,
        fill: str,
        is_grid: bool,
        n_left: int,
        n_bold: int = 0,
    ) -> None:
        tall = max(len(lines) for lines in cells) * size * LEADING + 6
        edges = [0.0, *accumulate(widths)] if is_grid else []
        box = box_code(MARGIN, self.y - tall, sum(widths), tall, edges, fill)
        self.draw(lambda canvas: put(canvas, box))
        x = MARGIN
        for column, (lines, width) in enumerate(zip(cells, widths, strict=True)):
            for i, line in enumerate(lines):
                face = BOLD if i < n_bold else font
                text_x = x + 3 if column < n_left else x + width - 3 - text_width(line, size, face)
                self.text(text_x, self.y - 3 - size - i * size * LEADING, line, size, face)
            x += width
        self.y -= tall

    def picture(self, picture: Picture, ground: str = "#f7f5f0") -> None:
        """A map or chart under what is there, with a frame; on a new page where it needs one."""
        self.picture_of(picture.height, lambda: picture, ground)

    def picture_of(
        self, height: float, made: Callable[[], Picture], ground: str = "#f7f5f0"
    ) -> None:
        """The same, of a picture so high that is made only if the paper is kept."""
        if self.y - 8 - height < self.floor:
            self.new_page()
        self.y -= 8
        bottom = self.y - height
        self.draw(lambda canvas: draw_picture(canvas, made(), MARGIN, bottom, ground))
        self.y = bottom - 8

    def pdf(self) -> bytes:
        """All pages as a PDF, the same bytes for the same content."""
        from reportlab import rl_config
        from reportlab.pdfgen.canvas import Canvas

        rl_config.useA85 = 0  # streams are bytes; as text they take longer, and a quarter more room
        content = io.BytesIO()
        canvas = Canvas(content, pagesize=self.size, invariant=1, pageCompression=1)
        canvas.setTitle(visible(self.title))
        canvas.setAuthor("Hemrunda")
        canvas.setCreator("Hemrunda")
        canvas.setSubject("")
        for number, page in enumerate(self.pages, 1):
            for action in page:
                action(canvas)
            self._foot(canvas, number)
            canvas.showPage()
        canvas.save()
        return content.getvalue()

    def _foot(self, canvas: Any, number: int) -> None:
        counted = f"{self.page_word} {number}/{len(self.pages)}"
        wide = text_width(counted, 7.5)
        foot = wrapped(self.foot, self.width - wide - 12, 7.5)[0]
        for x, text in ((MARGIN, foot), (self.size[0] - MARGIN - wide, counted)):
            put(canvas, text_code(canvas, (x, MARGIN), text, 7.5, colour="#555d66"))
