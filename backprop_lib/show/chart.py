"""A small chart as SVG: axes, lines, dots and words. Quick enough to be drawn anew while a slider moves.

Coordinates are those of the data. Everything is rounded to a tenth of a pixel: the same data give the same
text.
"""

import math

from .svg import GREY, INK, box, circle, image, text

SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
LIGHT = "#e3e6ea"
LEFT, RIGHT, TOP, BOTTOM = 62, 16, 12, 44  # px around the plot


class Chart:
    """x and y are (lowest, highest). decades: the data are logarithms to base 10, and the axes say 10⁻⁴,
    10⁻², …
    """

    def __init__(self, x, y, x_label, y_label, decades=False, width=600, height=340):
        self.x, self.y, self.decades, self.width, self.height = x, y, decades, width, height
        self.parts = []
        self._axes(x_label, y_label)

    def place(self, x, y):
        """Where a point of the data stands, in px; far outside it is kept near, so that numbers stay small."""
        across = (x - self.x[0]) / (self.x[1] - self.x[0])
        up = (y - self.y[0]) / (self.y[1] - self.y[0])
        across, up = (min(max(part, -9.0), 10.0) for part in (across, up))
        inner_width, inner_height = self.width - LEFT - RIGHT, self.height - TOP - BOTTOM
        return LEFT + across * inner_width, TOP + (1 - up) * inner_height

    def line(self, points, colour, dash="", thick=2.0):
        """A line through the points, cut off at the frame."""
        path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in (self.place(*p) for p in points))
        self._stroke(path, colour, dash, thick)

    def segments(self, pairs, colour, thick=1.0):
        """Many short lines, each from one point to another."""
        ends = [(self.place(*p), self.place(*q)) for p, q in pairs]
        self._stroke(
            "".join(f"M{a:.1f} {b:.1f}L{c:.1f} {d:.1f}" for (a, b), (c, d) in ends), colour, "", thick
        )

    def dots(self, points, colour, radius=3.5):
        """Dots where the points are inside the frame."""
        for x, y in points:
            if self.x[0] <= x <= self.x[1] and self.y[0] <= y <= self.y[1]:
                across, down = self.place(x, y)
                self.parts.append(circle(across, down, radius, colour, "white", 1))

    def say(self, x, y, words, colour=INK, anchor="start", lift=8):
        """Words beside a point, `lift` px above it."""
        across, down = self.place(x, y)
        self.parts.append(
            text(across + {"start": 6, "end": -6}.get(anchor, 0), down - lift, words, colour, anchor)
        )

    def html(self, alt):
        """The drawing as an HTML image; `alt` says in words what there is to see."""
        return image(self.parts, self.width, self.height, alt)

    def _stroke(self, path, colour, dash, thick):
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        self.parts.append(
            f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{thick}" stroke-linejoin="round" '
            f'clip-path="url(#plot)"{dashes}/>'
        )

    def _axes(self, x_label, y_label):
        left, bottom = self.place(self.x[0], self.y[0])
        right, top = self.place(self.x[1], self.y[1])
        frame = box(left, top, right - left, bottom - top, "none", GREY)
        self.parts.append(f'<clipPath id="plot">{frame}</clipPath>')
        for value in ticks(*self.x, self.decades):
            self.segments([((value, self.y[0]), (value, self.y[1]))], LIGHT)
            self.parts.append(text(self.place(value, 0)[0], bottom + 17, self._tick(value), GREY))
        for value in ticks(*self.y, self.decades):
            self.segments([((self.x[0], value), (self.x[1], value))], LIGHT)
            self.parts.append(text(left - 6, self.place(0, value)[1] + 4, self._tick(value), GREY, "end"))
        middle = (top + bottom) / 2
        self.parts += [frame, text((left + right) / 2, self.height - 8, x_label)]
        self.parts.append(f'<g transform="rotate(-90 14 {middle:.1f})">{text(14, middle, y_label)}</g>')

    def _tick(self, value):
        return (
            f"10{str(round(value)).translate(SUPERSCRIPT)}"
            if self.decades
            else f"{value:g}".replace("-", "−")
        )


def ticks(low, high, whole=False):
    """About six round numbers from low to high; whole: no fractions."""
    raw = (high - low) / 6
    size = 10 ** math.floor(math.log10(raw))
    step = next(
        size * k for k in (1, 2, 2.5, 5, 10) if size * k >= raw * 0.99 and not (whole and (size * k) % 1)
    )
    first = math.ceil(low / step - 1e-9)
    return [round(step * k, 10) for k in range(first, math.floor(high / step + 1e-9) + 1)]


def level_lines(heights, x, y, levels):
    """The contour lines of a surface as short segments ((x, y), (x, y)).

    heights[i][j] is the height at x[j], y[i]. In every cell of the grid a line enters and leaves where an
    edge crosses the level; in the rare cell with four crossings they are joined in pairs.
    """
    for i in range(len(y) - 1):
        for j in range(len(x) - 1):
            corners = [(x[j], y[i], heights[i][j]), (x[j + 1], y[i], heights[i][j + 1]),
                       (x[j + 1], y[i + 1], heights[i + 1][j + 1]), (x[j], y[i + 1], heights[i + 1][j])]  # fmt: skip
            lowest, highest = min(c[2] for c in corners), max(c[2] for c in corners)
            for level in (level for level in levels if lowest < level <= highest):
                edges = zip(corners, corners[1:] + corners[:1])
                found = [_crossing(p, q, level) for p, q in edges if (p[2] < level) != (q[2] < level)]
                yield from zip(found[::2], found[1::2])


def _crossing(p, q, level):
    part = (level - p[2]) / (q[2] - p[2])
    return p[0] + part * (q[0] - p[0]), p[1] + part * (q[1] - p[1])
