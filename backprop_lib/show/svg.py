"""The few shapes that every drawing is made of. A drawing is an HTML image: a notebook shows it before it is
trusted. Once scripts run, the script of `theme.live` puts it into the page, where it follows the theme.
"""

import base64
import html
from dataclasses import dataclass

from .notation import runs
from .theme import GREY, INK, LABEL, PAPER, SANS, SERIF, live

SHIFTS = {"sub": 0.24, "sup": -0.36}  # of the size: how far below the line a subscript stands
SMALLEST_SCALE = 0.79  # of a label of 14 px, so that it keeps 11


def px(number):
    """A coordinate as text. Rounded twice: the last digits of a float differ between machines, and a half
    must not go up on one and down on the other.
    """
    return f"{round(number, 6):.1f}"


def text(x, y, words, fill=INK, anchor="middle", size=LABEL, weight="normal", halo=True):
    """Words at (x, y), letters as in mathematics; the halo, an edge of paper, keeps them legible on lines."""
    edge = f' stroke="{PAPER}" stroke-width="3" stroke-linejoin="round" paint-order="stroke"' if halo else ""
    return (
        f'<text x="{px(x)}" y="{px(y)}" fill="{fill}" text-anchor="{anchor}" font-size="{size}" '
        f'font-weight="{weight}"{edge}>{typeset(words, size)}</text>'
    )


def typeset(words, size=LABEL):
    """Words as the inside of an SVG text: `w12` with a subscript, single letters in italics."""
    parts, shift = [], 0.0
    for kind, run in runs(words):
        wanted = size * SHIFTS.get(kind, 0.0)
        look = ""
        if wanted != shift:
            look += f' dy="{px(wanted - shift)}"'
            shift = wanted
        if kind == "letter":
            look += f' font-family="{SERIF}" font-style="italic" font-size="{px(1.12 * size)}"'
        elif kind:
            look += f' font-size="{px(0.72 * size)}"'
        run = html.escape(run)
        parts.append(f"<tspan{look}>{run}</tspan>" if look else run)
    return "".join(parts)


def column(x, y, rows, leading=19, weight="normal"):
    """Lines of words below each other, from y down; rows: (words, colour)."""
    parts = []
    for row, (words, colour) in enumerate(rows):
        parts.append(text(x, y + leading * row, words, colour, "start", weight=weight))
    return parts


def width_of(words, size=LABEL, weight="normal"):
    """About how wide the words are, in px; rather too much, since fonts differ."""
    narrow, wide = " .,:;|()[]/·il'", "WMmw@=+−"
    ems = sum(0.34 if c in narrow else 0.88 if c in wide else 0.63 for c in str(words))
    return size * ems * (1.1 if weight == "bold" else 1)


def line(points, colour=GREY, width=1.3, dash="", clip=""):
    """A line through the points; `clip` is the id of what cuts it off."""
    path = "M" + "L".join(f"{px(x)} {px(y)}" for x, y in points)
    return lines(path, colour, width, dash, clip)


def lines(path, colour, width=1.3, dash="", clip=""):
    """An SVG path, not filled."""
    more = f' stroke-dasharray="{dash}"' if dash else ""
    more += f' clip-path="url(#{clip})"' if clip else ""
    return (
        f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width}" '
        f'stroke-linejoin="round"{more}/>'
    )


def box(x, y, width, height, fill=PAPER, stroke=GREY, line_width=1.0):
    return (
        f'<rect x="{px(x)}" y="{px(y)}" width="{px(width)}" height="{px(height)}" fill="{fill}" '
        f'stroke="{stroke}" stroke-width="{line_width}"/>'
    )


def circle(x, y, radius, fill=PAPER, stroke=INK, line_width=1.4):
    return (
        f'<circle cx="{px(x)}" cy="{px(y)}" r="{radius}" fill="{fill}" stroke="{stroke}" '
        f'stroke-width="{line_width}"/>'
    )


def image(parts, width, height, alt):
    """The parts, in this order, as one HTML figure with the alternative text `alt`."""
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" font-family="{SANS}">'
        f'<rect width="100%" height="100%" fill="{PAPER}"/>{"".join(parts)}</svg>'
    )
    return figure(svg, alt, width)


def figure(svg, alt, width, shown=None):
    """An SVG as an HTML figure, `shown` px wide: as an image, which `theme.live` puts into the page. On a
    narrow page it shrinks while labels can be read; then it scrolls.
    """
    shown = shown or width
    data = base64.b64encode(svg.encode()).decode()
    least = min(shown, SMALLEST_SCALE * width)
    return (
        f'<div class="bp-figure" style="overflow-x:auto"><img src="data:image/svg+xml;base64,{data}" '
        f'alt="{html.escape(alt)}" width="{shown:.0f}" '
        f'style="max-width:100%;min-width:{least:.0f}px;height:auto"></div>'
    )


@dataclass(frozen=True, repr=False)
class Drawing:
    """A figure that a notebook shows; elsewhere `alt` says what there is to see."""

    html: str
    alt: str

    def _repr_html_(self):
        return self.html + live()

    def __repr__(self):
        return self.alt
