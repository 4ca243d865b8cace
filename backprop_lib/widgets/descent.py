"""Gradient descent that you can steer: choose the start and the learning rate, and watch the steps, in 1-D or
2-D.
"""

import inspect
import math

from ..graph import grad
from ..show.chart import Chart, level_lines
from ..show.svg import BLUE, GREY, RED
from .panel import Panel

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
    here = ", ".join(_number(x) for x in points[-1])
    if not lengths:
        return f"Start at {here}, where f = {_number(f(*points[0]))}."
    if max(map(abs, points[-1])) >= FAR:
        return f"The steps grow: after {len(lengths)} steps the point is millions away. The descent diverges."
    turns = sum(_turns_back(*three) for three in zip(points, points[1:], points[2:]))
    way = f" with {turns} overshoot{'s' * (turns > 1)}" if turns else ""
    if lengths[-1] <= 1e-4:
        mood = "it has all but stopped"
    elif len(lengths) > 2 and all(1.001 * p < q for p, q in zip(lengths, lengths[1:])):
        mood = f"every step is longer than the one before, the last {_number(lengths[-1])}: it diverges"
    else:
        mood = f"the last step was {_number(lengths[-1])}"
    return f"After {len(lengths)} steps{way}: at {here}, where f = {_number(f(*points[-1]))}; {mood}."


def _turns_back(p, q, r):
    return sum((b - a) * (c - b) for a, b, c in zip(p, q, r)) < 0


def _number(x):
    return (f"{x:.3e}" if abs(x) >= 1e5 else f"{round(x, 4) + 0.0:.4f}").replace("-", "−")


def descent(f, x=(-5.0, 5.0), y=None, start=None, rate=0.1, rates=(0.0, 1.2), steps=20):
    """Gradient descent on your function `f` of one or two numbers, with sliders for start, learning rate and
    steps.

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

    def __init__(self, f, names, windows, start, rate, rates, steps):
        self.f, self.names, self.windows, self.rates = f, names, windows, rates
        self.start, self.rate, self.steps = start, rate, steps
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
        """The chart with the descent in it, as HTML, and the sentence below it."""
        points, flat = path(self.f, self.start, self.rate, self.steps), len(self.start) == 1
        height, drawn = self.background
        chart = Chart(
            self.windows[0], height, self.names[0], f"f({self.names[0]})" if flat else self.names[1]
        )
        if flat:
            chart.line(drawn, GREY)
        else:
            chart.segments(drawn, "#9aa4af")
        shown = [(x, self.f(x)) for (x,) in points if abs(x) < FAR] if flat else points
        chart.line(shown, RED, thick=1.4)
        chart.dots(shown[1:], RED)
        chart.dots(shown[:1], BLUE, 5.5)
        if all(low <= x <= high for x, (low, high) in zip(self.start, self.windows)):
            chart.say(*shown[0], "start", BLUE, lift=10)
        sentence = verdict(self.f, points)
        where = ", ".join(f"{name} = {x:g}" for name, x in zip(self.names, self.start)).replace("-", "−")
        alt = f"Gradient descent from {where} with learning rate {self.rate:g}. {sentence}"
        return chart.html(alt), alt

    def static(self):
        image, alt = self.picture()
        return {"text/html": f"{image}<p>{alt}</p>", "text/plain": alt}

    def controls(self):
        import ipywidgets as widgets

        view = widgets.HTML()

        def show(_=None):
            self.start = tuple(slider.value for slider in starts)
            self.rate, self.steps = rate.value, steps.value
            image, alt = self.picture()
            view.value = f"{image}<p>{alt}</p>"

        wide = widgets.Layout(width="420px")
        starts = [
            widgets.FloatSlider(
                value=x, min=low, max=high, step=_step(low, high), description=f"start {name}", readout_format=".2f",
                tooltip=f"where the descent starts, {name}", layout=wide,
            )
            for x, name, (low, high) in zip(self.start, self.names, self.windows)
        ]  # fmt: skip
        rates = [(f"{rate:g}", rate) for rate in _rates(*self.rates, self.rate)]
        rate = widgets.SelectionSlider(
            options=rates, value=self.rate, description="rate", tooltip="learning rate", layout=wide
        )
        steps = widgets.IntSlider(
            value=self.steps, min=0, max=max(60, self.steps), description="steps", tooltip="number of steps",
            layout=wide,
        )  # fmt: skip
        for slider in (*starts, rate, steps):
            slider.observe(show, "value")
        show()
        return widgets.VBox([view, *starts, rate, steps])


def _step(low, high, parts=20):
    """A power of ten, at most such a part of the range: a slider can only stand at multiples of its step."""
    return 10.0 ** math.floor(math.log10((high - low) / parts))


def _rates(slowest, fastest, chosen):
    """The learning rates to choose from. A list, since screen readers round what a slider of numbers stands
    at.
    """
    step = _step(slowest, fastest, parts=50)
    return sorted(
        {chosen} | {round(slowest + step * k, 10) for k in range(round((fastest - slowest) / step) + 1)}
    )
