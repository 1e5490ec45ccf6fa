"""What every chart is: a picture, what it shows in words, and the table behind it."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from .wording import safe


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture with its text alternative and its table. Everything but `svg` is plain text, to be encoded."""

    svg: Markup
    alternative: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    scrolls: bool = False
    """True where the picture is too wide to be fitted to a phone; the keyboard must reach it to scroll it."""

    def figure(self, caption: str = "") -> Markup:
        """The picture with its caption and, folded, its table: one block of HTML that Markdown leaves alone."""
        said = Markup("<figcaption>{}</figcaption>").format(safe(caption)) if caption else Markup()
        reach = Markup(' tabindex="0" role="group" aria-label="Picture"') if self.scrolls else ""
        return Markup(
            '<figure class="onrecord-chart" data-search-exclude><div class="onrecord-picture"{}>{}</div>{}{}</figure>'
        ).format(reach, self.svg, said, self.table())

    def table(self) -> Markup:
        """The table behind the picture, folded."""
        head = Markup().join(Markup('<th scope="col">{}</th>').format(safe(name)) for name in self.columns)
        body = Markup().join(Markup("<tr>{}</tr>").format(_cells(row)) for row in self.rows)
        return Markup(
            '<details class="onrecord-behind"><summary>The table behind this picture</summary>'
            '<div class="onrecord-scroll" tabindex="0" role="group" aria-label="The table behind this picture">'
            '<table class="onrecord-table"><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div></details>'
        ).format(head, body)


def _cells(row: tuple[str, ...]) -> Markup:
    return Markup().join(Markup("<td>{}</td>").format(safe(value)) for value in row)
