"""The palette, and the few shapes that every drawing is made of. A drawing is an HTML image: a notebook shows
it before it is trusted, and on white in a dark theme too.
"""

import base64
import html
from dataclasses import dataclass

# One colour, one meaning, in all pictures and plots.
VALUE = "#116329"  # green: a value, written above its wire
GRADIENT = "#b3261e"  # red: a gradient, or another slope, written below
WARNING = "#8a5a00"  # amber: what is wrong
CHOSEN = "#1f5f99"  # blue: what the reader has chosen, or is told to look at
INK = "#1f2328"  # words, and the curve of a function
GREY = "#59636e"  # what stands back: wires, axes, notes
FAINT, RULE, FIELD = "#c5cbd3", "#e3e6ea", "#f6f8fa"  # lines and fields, never words
KINDS = "#5b3a86", "#0b6b75", "#a3266f", "#6d4c41"  # told apart: classes of data, methods that are compared


def tint(colour, share=0.15):
    """The colour thinned with white: a field on which INK is legible, up to a share of 0.5."""
    channels = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(255 - share * (255 - channel)):02x}" for channel in channels)


def px(number):
    """A coordinate as text. Rounded twice: the last digits of a float differ between machines, and a half
    must not go up on one and down on the other.
    """
    return f"{round(number, 6):.1f}"


def text(x, y, words, fill=INK, anchor="middle", size=13, weight="normal", halo=True):
    """Words at (x, y); the halo, a white edge, keeps them legible on a line."""
    edge = ' stroke="white" stroke-width="3" stroke-linejoin="round" paint-order="stroke"' if halo else ""
    return (
        f'<text x="{px(x)}" y="{px(y)}" fill="{fill}" text-anchor="{anchor}" font-size="{size}" '
        f'font-weight="{weight}"{edge}>{html.escape(str(words))}</text>'
    )


def column(x, y, rows, leading=17, weight="normal"):
    """Lines of words below each other, from y down; rows: (words, colour)."""
    parts = []
    for row, (words, colour) in enumerate(rows):
        parts.append(text(x, y + leading * row, words, colour, "start", weight=weight))
    return parts


def width_of(words, size=13, weight="normal"):
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


def box(x, y, width, height, fill="white", stroke=GREY, line_width=1.0):
    return (
        f'<rect x="{px(x)}" y="{px(y)}" width="{px(width)}" height="{px(height)}" fill="{fill}" '
        f'stroke="{stroke}" stroke-width="{line_width}"/>'
    )


def circle(x, y, radius, fill="white", stroke=INK, line_width=1.4):
    return (
        f'<circle cx="{px(x)}" cy="{px(y)}" r="{radius}" fill="{fill}" stroke="{stroke}" '
        f'stroke-width="{line_width}"/>'
    )


def image(parts, width, height, alt):
    """The parts, in this order, as one HTML image with the alternative text `alt`."""
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" font-family="Helvetica, Arial, sans-serif">'
        f'<rect width="100%" height="100%" fill="white"/>{"".join(parts)}</svg>'
    )
    data = base64.b64encode(svg.encode()).decode()
    source, words = f"data:image/svg+xml;base64,{data}", html.escape(alt)
    return f'<img src="{source}" alt="{words}" width="{width:.0f}" style="max-width:100%">'


@dataclass(frozen=True, repr=False)
class Drawing:
    """An image that a notebook shows; elsewhere `alt` says what there is to see."""

    html: str
    alt: str

    def _repr_html_(self):
        return self.html

    def __repr__(self):
        return self.alt
