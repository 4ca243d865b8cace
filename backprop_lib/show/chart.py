"""A small chart as SVG: axes, lines, dots and words. Quick enough to be drawn anew while a slider moves.

Coordinates are those of the data. A drawing holds one chart, or several beside each other.
"""

import math

from ..graph.names import number
from .svg import box, circle, image, line, lines, px, text
from .theme import GREY, INK, PAPER, RULE

SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
TICK_ROOM = 60, 36  # px from one number to the next on the x-axis and on the y-axis


class Axis:
    """The numbers from `low` to `high` as the pixels from `start` to `end`; log: powers of ten are evenly
    spaced. whole: numbers only at whole numbers.
    """

    def __init__(self, low, high, start, end, log, whole):
        self.low, self.high, self.start, self.end, self.log = low, high, start, end, log
        self.whole = whole or log
        self.ends = self._measure(low), self._measure(high)

    def __call__(self, value):
        """The pixel of a value; far outside it is kept near, so that numbers stay small."""
        low, high = self.ends
        part = (self._measure(value) - low) / (high - low)
        return self.start + min(max(part, -9.0), 10.0) * (self.end - self.start)

    def holds(self, value):
        return self.low <= value <= self.high

    def ticks(self, room):
        """(pixel, text) of round numbers, about `room` px from each other."""
        about = abs(self.end - self.start) / room
        for tick in ticks(*self.ends, about, self.whole):
            if self.log:
                yield self(10.0**tick), f"10{str(round(tick)).translate(SUPERSCRIPT)}"
            else:
                yield self(tick), number(tick)

    def _measure(self, value):
        return math.log10(max(value, 1e-300)) if self.log else value


class Chart:
    """x and y are (lowest, highest). frame: (left, top, width, height) of the frame, in px of the drawing.

    log: the axes that count in powers of ten, "y" or "xy"; whole: those that count in whole numbers.
    """

    def __init__(self, x, y, x_label, y_label, frame=(62, 30, 522, 284), log="", whole=""):
        self.left, self.top, self.width, self.height = frame
        self.right, self.bottom = self.left + self.width, self.top + self.height
        self.x = Axis(*x, self.left, self.right, "x" in log, "x" in whole)
        self.y = Axis(*y, self.bottom, self.top, "y" in log, "y" in whole)
        self.clip = f"frame-{self.left:.0f}-{self.top:.0f}"
        self.fields, self.marks = [], []
        self._axes(x_label, y_label)

    @property
    def parts(self):
        """The SVG of the chart, for a drawing that holds more than it."""
        return [*self.fields, *self.marks]

    def html(self, alt):
        """The chart alone, as an HTML image; `alt` says in words what there is to see."""
        return image(self.parts, self.right + 16, self.bottom + 44, alt)

    def line(self, points, colour, dash="", width=2.0):
        """A line through the points, cut off at the frame."""
        self.marks.append(line([self._place(p) for p in points], colour, width, dash, self.clip))

    def segments(self, pairs, colour, width=1.0):
        """Many short lines, each from one point to another."""
        path = ""
        for pair in pairs:
            (x1, y1), (x2, y2) = map(self._place, pair)
            path += f"M{px(x1)} {px(y1)}L{px(x2)} {px(y2)}"
        self.marks.append(lines(path, colour, width, clip=self.clip))

    def dots(self, points, colour, radius=4):
        """Dots where the points are inside the frame."""
        for x, y in points:
            if self.x.holds(x) and self.y.holds(y):
                self.marks.append(circle(self.x(x), self.y(y), radius, colour, PAPER, 1))

    def ring(self, point, colour, radius=6):
        """A ring around a point inside the frame: a dot in it stays visible."""
        x, y = point
        if self.x.holds(x) and self.y.holds(y):
            self.marks.append(circle(self.x(x), self.y(y), radius, PAPER, colour, 2))

    def field(self, x, y, colour):
        """A coloured rectangle under everything else; x and y are (from, to)."""
        left, right, top, bottom = self.x(x[0]), self.x(x[1]), self.y(y[1]), self.y(y[0])
        edge = colour, 0.5  # or white would show between two neighbours
        self.fields.append(box(left, top, right - left, bottom - top, colour, *edge))

    def say(self, x, y, words, colour=INK, anchor="start", lift=8):
        """Words beside a point, `lift` px above it."""
        aside = {"start": 6, "end": -6}.get(anchor, 0)
        self.marks.append(text(self.x(x) + aside, self.y(y) - lift, words, colour, anchor))

    def words(self, x, y, words, colour=INK, anchor="start"):
        """Words at a place of the drawing, in px."""
        self.marks.append(text(x, y, words, colour, anchor))

    def arrow(self, start, end, colour, width=3.0):
        """An arrow from one point to another, cut off at the frame."""
        (x1, y1), (x2, y2) = self._place(start), self._place(end)
        length = math.hypot(x2 - x1, y2 - y1)
        if length < 1:
            return
        head = min(9, length)
        along, across = head * (x2 - x1) / length, head * (y2 - y1) / length
        tip = [
            (x2 - along + across / 2, y2 - across - along / 2),
            (x2, y2),
            (x2 - along - across / 2, y2 - across + along / 2),
        ]
        self.marks.append(line([(x1, y1), (x2, y2)], colour, width, clip=self.clip))
        self.marks.append(line(tip, colour, width, clip=self.clip))

    def _place(self, point):
        return self.x(point[0]), self.y(point[1])

    def _axes(self, x_label, y_label):
        frame = box(self.left, self.top, self.width, self.height, "none")
        self.marks.append(f'<clipPath id="{self.clip}">{frame}</clipPath>')
        for x, words in self.x.ticks(TICK_ROOM[0]):
            self.marks.append(line([(x, self.top), (x, self.bottom)], RULE, 1))
            self.marks.append(text(x, self.bottom + 17, words, GREY, size=12))
        for y, words in self.y.ticks(TICK_ROOM[1]):
            self.marks.append(line([(self.left, y), (self.right, y)], RULE, 1))
            self.marks.append(text(self.left - 6, y + 4, words, GREY, "end", size=12))
        self.marks += [frame, text((self.left + self.right) / 2, self.bottom + 36, x_label)]
        self.marks.append(text(self.left, self.top - 9, y_label, anchor="start"))


def ticks(low, high, about=6, whole=False):
    """Round numbers from low to high, about so many; whole: no fractions."""
    least = (high - low) / about * 0.99
    if whole:
        least = max(least, 1)
    size = 10 ** math.floor(math.log10(least))
    steps = [size * k for k in (1, 2, 2.5, 5, 10)]
    step = next(step for step in steps if step >= least and not (whole and step % 1))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(step * k, 10) for k in range(first, last + 1)]


def level_lines(heights, x, y, levels):
    """The contour lines of a surface as short segments ((x, y), (x, y)).

    heights[i][j] is the height at x[j], y[i]. In every cell of the grid a line enters and leaves where an
    edge crosses the level; in the rare cell with four crossings they are joined in pairs.
    """
    for i in range(len(y) - 1):
        for j in range(len(x) - 1):
            around = (i, j), (i, j + 1), (i + 1, j + 1), (i + 1, j)
            corners = [(x[b], y[a], heights[a][b]) for a, b in around]
            lowest, highest = min(c[2] for c in corners), max(c[2] for c in corners)
            for level in levels:
                if lowest < level <= highest:
                    edges = zip(corners, corners[1:] + corners[:1])
                    found = [_crossing(p, q, level) for p, q in edges if (p[2] < level) != (q[2] < level)]
                    yield from zip(found[::2], found[1::2])


def _crossing(p, q, level):
    part = (level - p[2]) / (q[2] - p[2])
    return p[0] + part * (q[0] - p[0]), p[1] + part * (q[1] - p[1])
