"""One step of logistic regression on one example: a rate that is too large for the loss as the textbook
writes it, and a label that hides a wrong formula.
"""

import math

import numpy as np

from ..graph import sigmoid, softplus
from ..graph.names import number
from ..show.chart import Chart
from ..show.theme import GREY, INK, VALUE, WARNING
from .panel import Panel, slider, switch

ALL_ONE = 53 * math.log(2)  # beyond, e⁻ᶻ is less than half of the last digit of 1, and σ(z) is exactly 1.0


def logistic(x=50.0, y=1, w=0.0, b=0.0, rate=0.01):
    """A slider for the learning rate and a switch for the label of one example (x, y); the step starts at w
    and b.

    Shown are the loss over z, the step, the loss by the textbook formula and by the stable one, and ∂L/∂z by
    ŷ − y, by the longer line that Lecture 000 prints, and measured. Raises ValueError for a label other than
    0 and 1, or a rate outside 0.0001 … 1.
    """
    if y not in (0, 1):
        raise ValueError(f"y is {y}; a label is 0 or 1")
    if not 1e-4 <= rate <= 1:
        raise ValueError(f"rate is {rate}; the slider runs from 0.0001 to 1")
    return Logistic(float(x), int(y), float(w), float(b), float(rate))


def textbook_loss(z, y):
    """−y log ŷ − (1 − y) log(1 − ŷ), as the lectures write it; nan or inf where ŷ is rounded to 0 or 1."""
    p = np.float64(sigmoid(float(z)))
    with np.errstate(all="ignore"):
        return float(-y * np.log(p) - (1 - y) * np.log(1 - p))


def stable_loss(z, y):
    """log(1 + eᶻ) − y z: the same function, right for every z."""
    return softplus(float(z)) - y * z


def printed_gradient(p, y):
    """Lecture 000's ŷ(1 − ŷ) · −y/ŷ + (1 − y)/(1 − ŷ), without the parentheses that it lacks."""
    p = np.float64(p)
    with np.errstate(all="ignore"):
        return float(p * (1 - p) * -y / p + (1 - y) / (1 - p))


class Logistic(Panel):
    """What `logistic` returns."""

    script = "logistic"

    def __init__(self, x, y, w, b, rate):
        self.x, self.y, self.w, self.b, self.rate = x, y, w, b, rate

    def facts(self):
        """All numbers of the step; those ending in _after belong to the parameters after it."""
        z = self.w * self.x + self.b
        dz = sigmoid(z) - self.y
        w, b = self.w - self.rate * dz * self.x, self.b - self.rate * dz
        z_after, h = w * self.x + b, 1e-5
        return {
            "z": z, "dz": dz, "dw": dz * self.x, "db": dz,
            "printed_dz": printed_gradient(sigmoid(z), self.y),
            "measured_dz": (stable_loss(z + h, self.y) - stable_loss(z - h, self.y)) / (2 * h),
            "w_after": w, "b_after": b, "z_after": z_after,
            "textbook": textbook_loss(z, self.y), "textbook_after": textbook_loss(z_after, self.y),
            "stable": stable_loss(z, self.y), "stable_after": stable_loss(z_after, self.y),
        }  # fmt: skip

    def lines(self):
        """The step and the gradient, in words."""
        f = {name: number(value) for name, value in self.facts().items()}
        agree = math.isclose(self.facts()["printed_dz"], self.facts()["dz"], abs_tol=1e-9)
        comparison = "the same" if agree else "DIFFERENT, and wrong"
        return (
            f"x = {number(self.x)}, y = {self.y}, rate {number(self.rate)}: "
            f"∂L/∂w = {f['dw']}, ∂L/∂b = {f['db']}.",
            f"The step leads from z = {f['z']} to w = {f['w_after']}, b = {f['b_after']}, "
            f"z = {f['z_after']}.",
            f"Loss as the lecture writes it: {f['textbook']} → {f['textbook_after']}. "
            f"Stable form: {f['stable']} → {f['stable_after']}.",
            f"∂L/∂z at the start: ŷ − y = {f['dz']}, measured {f['measured_dz']}, "
            f"the long line of lecture 000 {f['printed_dz']}: {comparison}.",
        )

    def picture(self):
        f = self.facts()
        z, z_after = f["z"], f["z_after"]
        reach = 1.25 * max(8.0, abs(z), abs(z_after))
        top = 1.15 * max(1.0, f["stable"], f["stable_after"])
        chart = Chart((-reach, reach), (-0.12 * top, top), "z", "loss L", (62, 30, 522, 204))
        grid = np.linspace(-reach, reach, 401)
        chart.line([(v, stable_loss(v, self.y)) for v in grid], INK, "6 4")
        values = [(v, textbook_loss(v, self.y)) for v in grid]
        chart.line([(v, loss) for v, loss in values if math.isfinite(loss)], WARNING)
        if reach > ALL_ONE:
            chart.line([(ALL_ONE, -0.12 * top), (ALL_ONE, top)], GREY, "2 3", 1.2)
            side = "start" if reach > 2 * ALL_ONE else "end"  # where there is room
            chart.say(ALL_ONE, 0.88 * top, "from here on", GREY, side)
            chart.say(ALL_ONE, 0.78 * top, "ŷ = 1 exactly", GREY, side)
            chart.say(ALL_ONE, 0.66 * top, f"textbook L: {'nan' if self.y else '∞'}", WARNING, side)
        chart.dots([(z, f["stable"]), (z_after, f["stable_after"])], VALUE, 5)
        chart.say(z, f["stable"], "before", VALUE)
        chart.say(z_after, f["stable_after"], "after", VALUE, "end" if z_after > z else "start")
        what = "Loss over z: solid the textbook formula, dashed the stable one. "
        return chart.html(what + " ".join(self.lines()))

    def data(self):
        state = {"rate": self.rate, "y": self.y}
        return {"x": self.x, "w": self.w, "b": self.b, "state": state}

    def parts(self):
        exponents = {"low": -4, "high": 0, "step": 0.1, "readout_format": ".4f"}
        return [
            slider("rate", "rate", "learning rate", kind="FloatLogSlider", **exponents),
            switch("y", "label y", {1: "the example is a yes", 0: "the example is a no"}),
            self.view,
        ]
