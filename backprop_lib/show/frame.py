"""A frame for one of several small plots in a drawing: numbers on two axes become pixels, lines and marks."""

import html
import math

from .svg import GREY, INK, box

DECADE = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def px(x):
    """A coordinate as text: the shift keeps a rounding error in the last digit of x from changing the text."""
    return f"{x + 0.013:.1f}"


def label(x, y, words, fill=INK, anchor="middle", weight="normal"):
    """Words without an edge, to stand on white or on a coloured field."""
    style = f'font-size="12" font-weight="{weight}" text-anchor="{anchor}" fill="{fill}"'
    return f'<text x="{px(x)}" y="{px(y)}" {style}>{html.escape(str(words))}</text>'


class Frame:
    """A rectangle of the drawing with a range of numbers on each axis; `log=True` counts in powers of ten
    upwards.
    """

    def __init__(self, left, top, width, height, x_range, y_range, log=False):
        self.left, self.top, self.width, self.height = left, top, width, height
        self.x_range, self.log = x_range, log
        self.y_range = tuple(map(math.log10, y_range)) if log else y_range

    def x(self, value):
        low, high = self.x_range
        return self.left + self.width * (value - low) / (high - low)

    def y(self, value):
        """Kept inside the frame."""
        low, high = self.y_range
        value = math.log10(max(value, 1e-300)) if self.log else value
        return self.top + self.height * (1 - (min(max(value, low), high) - low) / (high - low))

    def axes(self, x_ticks, y_ticks, x_label, title=""):
        """The box, ticks with their numbers, light lines across, what the x-axis means and what the plot
        shows.
        """
        bottom, parts = self.top + self.height, []
        for tick in x_ticks:
            parts.append(label(self.x(tick), bottom + 16, f"{tick:g}".replace("-", "−")))
        for tick in y_ticks:
            power = f"10{str(round(math.log10(tick))).translate(DECADE)}" if self.log else ""
            shown = power or f"{tick:g}".replace("-", "−")
            parts.append(f'<path d="M{px(self.left)} {px(self.y(tick))}h{self.width}" stroke="#ddd"/>')
            parts.append(label(self.left - 6, self.y(tick) + 4, shown, anchor="end"))
        parts.append(box(self.left, self.top, self.width, self.height, "none", GREY))
        parts.append(label(self.left + self.width / 2, bottom + 34, x_label))
        parts.append(label(self.left, self.top - 8, title, anchor="start"))
        return "".join(parts)

    def line(self, xs, ys, colour, dash="", marks=False):
        path = "L".join(f"{px(self.x(x))} {px(self.y(y))}" for x, y in zip(xs, ys))
        line = f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"/>'
        return line + "".join(self.mark(x, y, colour) for x, y in zip(xs, ys) if marks)

    def mark(self, x, y, colour):
        return f'<circle cx="{px(self.x(x))}" cy="{px(self.y(y))}" r="4" fill="{colour}"/>'
