"""Gradient descent that you can steer: choose the start and the learning rate, and watch the steps, in 1-D or
2-D.
"""

import inspect
import math

from ..graph import grad
from ..graph.names import number
from ..show.chart import Chart, level_lines
from ..show.notation import fixed
from ..show.theme import CHOSEN, FAINT, GRADIENT, GREY, INK, WARNING
from .panel import Panel, slider, step_of
from .traced import program_of, spread

FAR = 1e6  # a point that far outside the window has left for good
CURVE, GRID, LEVELS = 160, 48, 12  # pieces of the curve; cells in a row, and lines, of the contour


def path(f, start, rate, steps):
    """The points of gradient descent: ``point ← point − rate · gradient``, from `start`, a tuple of numbers.

    Shorter than steps + 1 if a point runs away.
    """
    gradient, points = grad(f), [start]
    while len(points) <= steps and max(map(abs, points[-1])) < FAR:
        slopes = gradient(*points[-1])
        slopes = slopes if isinstance(slopes, tuple) else (slopes,)
        points.append(tuple(x - rate * slope for x, slope in zip(points[-1], slopes)))
    return points


def verdict(f, points):
    """One sentence on how a descent went."""
    lengths = [math.dist(p, q) for p, q in zip(points, points[1:])]
    here = ", ".join(fixed(x) for x in points[-1])
    if not lengths:
        return f"Start at {here}, where f = {fixed(f(*points[0]))}."
    if max(map(abs, points[-1])) >= FAR:
        return f"The steps grow: after {len(lengths)} steps the point is millions away. The descent diverges."
    turns = sum(_turns_back(*three) for three in zip(points, points[1:], points[2:]))
    way = f" with {turns} overshoot{'s' * (turns > 1)}" if turns else ""
    if lengths[-1] <= 1e-4:
        mood = "it has all but stopped"
    elif len(lengths) > 2 and all(1.001 * p < q for p, q in zip(lengths, lengths[1:])):
        mood = f"every step is longer than the one before, the last {fixed(lengths[-1])}: it diverges"
    else:
        mood = f"the last step was {fixed(lengths[-1])}"
    steps = f"{len(lengths)} step{'s' * (len(lengths) > 1)}"
    return f"After {steps}{way}: at {here}, where f = {fixed(f(*points[-1]))}; {mood}."


def _turns_back(p, q, r):
    return sum((b - a) * (c - b) for a, b, c in zip(p, q, r)) < 0


def descent(f, x=(-5.0, 5.0), y=None, start=None, rate=0.1, rates=(0.0, 1.2), steps=20):
    """Gradient descent on your function `f` of one or two numbers: drag the start on the curve or on the
    contour; sliders for learning rate and steps.

    x, y: the window, (lowest, highest); y is the second variable of a function of two, by default like x.
    start: a number, or two; by default near the left end. rate: the learning rate at first; rates: the ends
    of its slider. The gradient comes from `bp.grad`, so write `f` with arithmetic and with functions such as
    ``bp.exp``.
    """
    names = [name for name, p in inspect.signature(f).parameters.items() if p.default is p.empty]
    if len(names) not in (1, 2):
        raise ValueError(f"descent shows functions of one or two numbers; yours has {len(names)}")
    windows = [x, y or x][: len(names)]
    if start is None:
        start = tuple(low + (high - low) / 8 for low, high in windows)
    start = tuple(map(float, start)) if isinstance(start, (tuple, list)) else (float(start),)
    if len(start) != len(windows):
        raise ValueError(f"start has {len(start)} numbers, and f has {len(windows)} variables")
    return Descent(f, names, windows, start, rate, rates, steps)


class Descent(Panel):
    """What `descent` returns; `start`, `rate` and `steps` are what the sliders say."""

    script = "descent"

    def __init__(self, f, names, windows, start, rate, rates, steps):
        self.f, self.names, self.windows, self.rates = f, names, windows, rates
        self.start, self.rate, self.steps = list(start), rate, steps
        self.background = self._curve() if len(windows) == 1 else self._contour()

    def _curve(self):
        low, high = self.windows[0]
        points = [(x, self.f(x)) for x in (low + (high - low) * i / CURVE for i in range(CURVE + 1))]
        lowest, highest = (pick(y for _, y in points) for pick in (min, max))
        air = 0.08 * (highest - lowest) or 1.0
        return (lowest - air, highest + air), points

    def _contour(self):
        """Lines of equal height, closer together near the bottom, where the descent ends."""
        x, y = ([low + (high - low) * i / GRID for i in range(GRID + 1)] for low, high in self.windows)
        heights = [[self.f(a, b) for a in x] for b in y]
        lowest, highest = min(map(min, heights)), max(map(max, heights))
        levels = [lowest + (highest - lowest) * (k / LEVELS) ** 2 for k in range(1, LEVELS)]
        return self.windows[1], list(level_lines(heights, x, y, levels))

    def picture(self):
        points, flat = path(self.f, tuple(self.start), self.rate, self.steps), len(self.start) == 1
        height, drawn = self.background
        label = f"f({self.names[0]})" if flat else self.names[1]
        chart = Chart(self.windows[0], height, self.names[0], label)
        if flat:
            chart.line(drawn, GREY)
            points = [(x, self.f(x)) for (x,) in points if abs(x) < FAR]
        else:
            chart.segments(drawn, FAINT)
        chart.line(points, FAINT, width=1.4)
        chart.dots(points[1:], INK)
        self._last_step(chart, points)
        chart.dots(points[:1], CHOSEN, 6)
        if all(low <= x <= high for x, (low, high) in zip(self.start, self.windows)):
            chart.say(*points[0], "start", CHOSEN, lift=10)
        return chart.html(*self.lines())

    def _last_step(self, chart, points):
        """The last step that starts inside the frame: its slope as a tangent, and the step as an arrow; and
        how many points are outside.
        """
        inside = [all(axis.holds(v) for axis, v in zip((chart.x, chart.y), point)) for point in points]
        outside = inside.count(False)
        if outside:
            words = f"{outside} point{'s' * (outside > 1)} outside"
            chart.words(chart.right - 6, chart.top + 18, words, WARNING, "end")
        starts = [k for k in range(len(points) - 1) if inside[k]]
        if not starts:
            return
        here, there = points[starts[-1]], points[starts[-1] + 1]
        gradient = grad(self.f)(*here[: len(self.start)])
        if len(self.start) == 1:
            (low, high), (x, y) = self.windows[0], here
            reach = (high - low) / 8
            chart.line(
                [(x - reach, y - gradient * reach), (x + reach, y + gradient * reach)], GRADIENT, "6 4"
            )
            slope, end = _signed([gradient]), (there[0], y)
            step = _signed([there[0] - x], "+")
            words = f"slope {slope} → step {step}"
        else:
            end = there
            step = _signed([b - a for a, b in zip(here, there)], "+")
            words = f"gradient {_signed(gradient)} → step {step}"
        chart.arrow(here, end, CHOSEN)
        chart.words(chart.right, chart.top - 9, words, INK, "end")

    def lines(self):
        """The descent in a sentence or two."""
        where = ", ".join(f"{name} = {number(x)}" for name, x in zip(self.names, self.start))
        went = verdict(self.f, path(self.f, tuple(self.start), self.rate, self.steps))
        return [f"Gradient descent from {where} with learning rate {number(self.rate)}. {went}"]

    def data(self):
        program = program_of(self.f, spread(self.windows))
        if program is None:
            return None
        state = {"start": self.start, "rate": self.rate, "steps": self.steps}
        return {"program": program, "names": self.names, "windows": self.windows, "state": state}

    def parts(self):
        starts = [
            slider("start", f"start {name}", f"where the descent starts, {name}", *ends, index=i)
            for i, (name, ends) in enumerate(zip(self.names, self.windows))
        ]
        rates = [(f"{rate:g}", rate) for rate in _rates(*self.rates, self.rate)]
        rate = slider("rate", "rate", "learning rate", kind="SelectionSlider", options=rates)
        most = max(60, self.steps)
        steps = slider("steps", "steps", "number of steps", 0, most, kind="IntSlider")
        return [self.view, *starts, rate, steps]


def _signed(numbers, sign=""):
    """A number with three digits, or several in parentheses; "+": with a sign also where it is above 0."""
    texts = []
    for x in numbers:
        plus = sign if x > 0 else ""
        texts.append(plus + number(x, 3))
    words = ", ".join(texts)
    return words if len(texts) == 1 else f"({words})"


def _rates(slowest, fastest, chosen):
    """The learning rates to choose from. A list, since screen readers round what a slider of numbers stands
    at.
    """
    step = step_of(slowest, fastest)
    count = round((fastest - slowest) / step)
    return sorted({chosen} | {round(slowest + step * k, 10) for k in range(count + 1)})
