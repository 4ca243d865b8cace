"""How wrong is a measured slope? The error of forward and central differences against the nudge h."""

from ..graph import grad
from ..graph.names import number
from ..show.chart import Chart
from ..show.notation import fixed
from ..show.theme import GREY, KINDS
from .panel import Panel, slider
from .traced import program_of

LARGEST, SMALLEST = 0, -16  # exponents of h
MANTISSAS = "1", "1.8", "3.2", "5.6"  # of the h that are tried; read from text: the same on every machine
FLOOR = 1e-18  # where an error of exactly 0 is drawn: a logarithm has no place for it
EPSILON = 2.0**-52  # the distance from 1 to the next float


def forward_difference(f, x, h):
    """The slope from one extra evaluation: (f(x + h) − f(x)) / h."""
    return (f(x + h) - f(x)) / h


def central_difference(f, x, h):
    """The slope from two evaluations, one on each side: (f(x + h) − f(x − h)) / 2h."""
    return (f(x + h) - f(x - h)) / (2 * h)


RULES = {"forward": (forward_difference, KINDS[0], ""), "central": (central_difference, KINDS[1], "7 4")}


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

    script = "differences"

    def __init__(self, f, x, h):
        self.f, self.x, self.h = f, x, h
        self.exact = grad(f)(x)
        self.nudges = [float(f"{m}e{k}") for k in range(SMALLEST, LARGEST) for m in MANTISSAS] + [1.0]
        self.errors = {rule: [(h, self.error(rule, h)) for h in self.nudges] for rule in RULES}

    def error(self, rule, h):
        """The distance of the measured slope from the exact one."""
        return abs(RULES[rule][0](self.f, self.x, h) - self.exact)

    def sentence(self):
        """The numbers at the present h."""
        parts = []
        for rule, (difference, *_) in RULES.items():
            slope = difference(self.f, self.x, self.h)
            error = _short(abs(slope - self.exact))
            parts.append(f"{rule} difference {fixed(slope, 6)}, error {error}")
        where = f"At x = {number(self.x)}, exact slope {fixed(self.exact, 6)}"
        return f"{where}. With h = {_short(self.h)}: {'; '.join(parts)}."

    def picture(self):
        ends = 10.0**SMALLEST, 10.0**LARGEST
        chart = Chart(ends, (FLOOR, 100.0), "h", "error of the slope", log="xy")
        rounding = EPSILON * abs(self.f(self.x))
        if rounding:
            chart.line([(h, rounding / h) for h in ends], GREY, "2 3", 1.2)
            chart.say(10**-13.2, rounding * 10**13.2, "rounding: ε · |f| / h", GREY)
        for rule, (_, colour, dash) in RULES.items():
            curve = [(h, max(error, FLOOR)) for h, error in self.errors[rule]]
            chart.line(curve, colour, dash)
            side, lift = ("end", 8) if rule == "forward" else ("start", -16)
            chart.say(*curve[-9], rule, colour, side, lift)
            chart.dots([(self.h, max(self.error(rule, self.h), FLOOR))], colour, 6)
        return chart.html(self.words())

    def words(self):
        return "Error of a measured slope against h, both logarithmic. " + self.sentence()

    def data(self):
        program = program_of(self.f, [(self.x + h,) for h in (0.0, -1.0, -0.1, 0.1, 1.0)])
        if program is None:
            return None
        return {
            "program": program,
            "x": self.x,
            "floor": FLOOR,
            "ends": [10.0**SMALLEST, 10.0**LARGEST],
            "nudges": self.nudges,
            "state": {"h": self.h},
        }

    def lines(self):
        return [self.sentence()]

    def parts(self):
        exponents = {"low": SMALLEST, "high": LARGEST, "base": 10, "step": 0.25, "readout_format": ".1e"}
        return [self.view, slider("h", "h", "size of the nudge h", kind="FloatLogSlider", **exponents)]


def _short(x):
    return f"{x:.1e}".replace("-", "−") if x else "exactly 0"
