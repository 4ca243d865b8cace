"""How wrong is a measured slope? The error of forward and central differences against the nudge h."""

import math

from ..graph import grad
from ..show.chart import Chart
from ..show.svg import BLUE, GREY, RED
from .panel import Panel

LARGEST, SMALLEST = 0, -16  # exponents of h
MANTISSAS = (
    "1",
    "1.8",
    "3.2",
    "5.6",
)  # of the h that are tried; read from text, they are the same on every machine
FLOOR = -18  # where an error of exactly 0 is drawn: a logarithm has no place for it
EPSILON = 2.0**-52  # the distance from 1 to the next float


def forward_difference(f, x, h):
    """The slope from one extra evaluation: (f(x + h) − f(x)) / h."""
    return (f(x + h) - f(x)) / h


def central_difference(f, x, h):
    """The slope from two evaluations, one on each side: (f(x + h) − f(x − h)) / 2h."""
    return (f(x + h) - f(x - h)) / (2 * h)


RULES = {"forward": (forward_difference, RED, ""), "central": (central_difference, BLUE, "7 4")}


def difference_error(f, x, h=1e-2):
    """A chart of the errors of both differences for your function `f` of one number, at `x`, with a slider
    for h.

    The exact slope is that of `bp.grad`, so write `f` with arithmetic and with functions such as ``bp.exp``.
    Both axes are logarithmic: an error proportional to h is a line of slope 1, one proportional to h² a line
    of slope 2.
    """
    return DifferenceError(f, float(x), float(h))


class DifferenceError(Panel):
    """What `difference_error` returns. exact: the slope from the graph; errors: {rule: [(h, error), …]}."""

    def __init__(self, f, x, h):
        self.f, self.x, self.h = f, x, h
        self.exact = grad(f)(x)
        nudges = [float(f"{m}e{k}") for k in range(SMALLEST, LARGEST) for m in MANTISSAS] + [1.0]
        self.errors = {rule: [(h, self.error(rule, h)) for h in nudges] for rule in RULES}

    def error(self, rule, h):
        """The distance of the measured slope from the exact one."""
        return abs(RULES[rule][0](self.f, self.x, h) - self.exact)

    def sentence(self):
        """The numbers at the present h."""
        measured = {rule: RULES[rule][0](self.f, self.x, self.h) for rule in RULES}
        parts = [
            f"{rule} difference {_number(slope)}, error {_short(abs(slope - self.exact))}"
            for rule, slope in measured.items()
        ]
        where = f"At x = {self.x:g}, exact slope {_number(self.exact)}"
        return f"{where}. With h = {_short(self.h)}: {'; '.join(parts)}.".replace("-", "−")

    def picture(self):
        """The chart with marks at the present h, as HTML, and the same in words."""
        chart = Chart((SMALLEST, LARGEST), (FLOOR, 2), "h", "error of the slope", decades=True)
        rounding = EPSILON * abs(self.f(self.x))
        if rounding:
            chart.line([(k, math.log10(rounding) - k) for k in (SMALLEST, LARGEST)], GREY, "2 3", 1.2)
            chart.say(-13.2, math.log10(rounding) + 13.2, "rounding: ε · |f| / h", GREY)
        for rule, (_, colour, dash) in RULES.items():
            curve = [(math.log10(h), _log(error)) for h, error in self.errors[rule]]
            chart.line(curve, colour, dash)
            side, lift = ("end", 8) if rule == "forward" else ("start", -16)
            chart.say(*curve[-9], rule, colour, side, lift)
            chart.dots([(math.log10(self.h), _log(self.error(rule, self.h)))], colour, 6)
        alt = "Error of a measured slope against h, both logarithmic. " + self.sentence()
        return chart.html(alt), alt

    def static(self):
        image, alt = self.picture()
        return {"text/html": f"{image}<p>{self.sentence()}</p>", "text/plain": alt}

    def controls(self):
        import ipywidgets as widgets

        view = widgets.HTML()
        slider = widgets.FloatLogSlider(
            value=self.h, base=10, min=SMALLEST, max=LARGEST, step=0.25, description="h", readout_format=".1e",
            tooltip="size of the nudge h", layout=widgets.Layout(width="420px"),
        )  # fmt: skip

        def show(_=None):
            self.h = slider.value
            view.value = f"{self.picture()[0]}<p>{self.sentence()}</p>"

        slider.observe(show, "value")
        show()
        return widgets.VBox([view, slider])


def _log(error):
    return math.log10(error) if error > 10.0**FLOOR else FLOOR


def _number(x):
    return f"{x:.6f}"


def _short(x):
    return f"{x:.1e}" if x else "exactly 0"
