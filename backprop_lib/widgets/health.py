"""Gradient health: how large are activations and gradients, layer by layer, in a network that has learned
nothing yet?

The experiment of Glorot & Bengio (2010, section 4): a deep network, freshly initialised, one forward and one
backward pass, and the size of what arrives at each layer. Whether a network can begin to learn is decided
here.
"""

import json
import math
from functools import cache
from importlib.resources import files

import numpy as np

from ..layers import MLP, SoftmaxCrossEntropy, glorot, he, normal
from ..show.chart import Chart
from ..show.svg import column, image
from ..show.theme import GRADIENT, VALUE
from .panel import Panel, slider, switch


def standard(n_in, n_out, rng):
    """Uniform on ±1/√n_in, variance 1 / (3 n_in): the habit before 2010 (Glorot & Bengio, eq. 1)."""
    return rng.uniform(-1, 1, (n_out, n_in)) / math.sqrt(n_in)


ACTIVATIONS = ("sigmoid", "tanh", "relu")
DEEPEST = 12  # hidden layers that the picture has room for
WIDTH, SEED = 100, 0  # of the networks in health.json
INITIALISERS = {"standard": standard, "glorot": glorot, "he": he, "normal(1)": normal(1.0)}


def gradient_health(depth=5, activation="tanh", init="standard", width=WIDTH, seed=SEED, **own):
    """Depth, activation and initialisation to choose; the typical size of a and of ∂L/∂z in every hidden
    layer.

    own: initialisers of yours, (n_in, n_out, rng) → W of shape (n_out, n_in), by name; they join the choice.
    """
    return GradientHealth(depth, activation, init, width, seed, own)


def layer_sizes(depth, activation, init, width=WIDTH, seed=SEED, examples=100):
    """Root mean squares of a and of ∂L/∂z in each hidden layer, with inputs N(0, 1) and 10 random classes."""
    rng = np.random.default_rng(seed)
    net = MLP(width, (width,) * depth, 10, activation=activation, init=init, rng=rng)
    loss = SoftmaxCrossEntropy()
    loss.forward(net.forward(rng.standard_normal((examples, width))), rng.integers(10, size=examples))
    upstream, gradients = loss.backward() * examples, []
    for layer in reversed(net.layers):
        upstream = layer.backward(upstream)
        if not layer.params:  # what an activation hands back is ∂L/∂z of its layer
            gradients.append(_rms(upstream))
    return [_rms(layer.A) for layer in net.layers if not layer.params], gradients[::-1]


def every_depth(activation, init):
    """What `layer_sizes` finds with 1, 2, … hidden layers, one list after the other. A size is written as its
    logarithm, in parts of 1/400: short, and good for the two digits that are shown.
    """
    found = []
    for depth in range(1, DEEPEST + 1):
        for sizes in layer_sizes(depth, activation, init):
            found += [_shortly(size) for size in sizes]
    return found


def _shortly(size):
    return round(400 * math.log10(size)) if size > 0 else None


@cache
def measured():
    """{activation: {initialiser: what `every_depth` finds}}, kept in a file; `python -m tools.health` writes
    it.
    """
    return json.loads((files(__package__) / "health.json").read_text(encoding="utf-8"))


class GradientHealth(Panel):
    """What `gradient_health` returns. `activations` and `gradients` hold what is shown."""

    script = "health"

    def __init__(self, depth, activation, init, width, seed, own):
        self.initialisers = INITIALISERS | own
        if activation not in ACTIVATIONS:
            raise ValueError(f"activation={activation!r}; choose one of {', '.join(ACTIVATIONS)}")
        if init not in self.initialisers:
            raise ValueError(f"init={init!r}; choose one of {', '.join(self.initialisers)}")
        if not 1 <= depth <= DEEPEST:
            raise ValueError(f"depth={depth}: the picture has room for 1 to 12 hidden layers")
        self.depth, self.activation, self.init, self.width, self.seed = depth, activation, init, width, seed
        self.measure()

    def measure(self):
        init = self.initialisers[self.init]
        sizes = layer_sizes(self.depth, self.activation, init, self.width, self.seed)
        self.activations, self.gradients = sizes

    @property
    def factor(self):
        """By what a typical gradient is multiplied on its way down one layer; 1 is even."""
        first, last = self.gradients[0], self.gradients[-1]
        return (first / last) ** (1 / (self.depth - 1)) if self.depth > 1 and last > 0 else 1.0

    @property
    def verdict(self):
        return "vanishing" if self.factor < 0.8 else "exploding" if self.factor > 1.25 else "even"

    def facts(self):
        rows = []
        for l, (a, g) in enumerate(zip(self.activations, self.gradients), 1):
            rows.append(f"layer {l}: a {a:.2g}, ∂L/∂z {g:.2g}")
        layers = "1 hidden layer" if self.depth == 1 else f"{self.depth} hidden layers"
        last = "There is no layer below to compare with."
        if self.depth > 1:
            last = f"Each layer down multiplies the gradient by about {self.factor:.2f}: {self.verdict}."
        return f"{layers}, {self.activation}, {self.init}. Typical sizes, {'; '.join(rows)}. {last}"

    def picture(self):
        sizes = [s for s in self.activations + self.gradients if s > 0] or [1.0]
        low, high = min(math.floor(math.log10(min(sizes))), -3), max(math.ceil(math.log10(max(sizes))), 1)
        x, y = (0.7, max(self.depth, 2) + 0.3), (10.0**low, 10.0**high)
        below = "hidden layer (1 is next to the input)"
        chart = Chart(x, y, below, "typical size", (56, 30, 400, 230), log="y", whole="x")
        for sizes, colour, dash in ((self.activations, VALUE, ""), (self.gradients, GRADIENT, "6 4")):
            points = list(enumerate(sizes, 1))
            chart.line(points, colour, dash)
            chart.dots(points, colour)
        down = ["one layer:", "none to compare"]
        if self.depth > 1:
            down = ["one layer down:", f"× {self.factor:.2f}, {self.verdict}"]
        beside = [
            *column(468, 60, [("activation a", VALUE)]),
            *column(468, 90, [("gradient ∂L/∂z", GRADIENT), ("(dashed)", GRADIENT)]),
            *column(468, 134, [(words, GRADIENT) for words in down]),
        ]
        return image([*chart.parts, *beside], 620, 306, self.facts())

    def data(self):
        if (self.width, self.seed) != (WIDTH, SEED):
            return None
        sizes = {activation: dict(known) for activation, known in measured().items()}
        for activation in ACTIVATIONS:
            for name, init in self.initialisers.items():
                if init is not INITIALISERS.get(name):
                    sizes[activation][name] = every_depth(activation, init)
        state = {"depth": self.depth, "activation": self.activation, "init": self.init}
        return {"sizes": sizes, "state": state}

    def words(self):
        return self.facts()

    def write(self, control, value):
        super().write(control, value)
        self.measure()

    def parts(self):
        activations = {name: f"activation: {name}" for name in ACTIVATIONS}
        starts = {name: f"start: {name}" for name in self.initialisers}
        return [
            self.view,
            slider("depth", "depth", "number of hidden layers", 1, DEEPEST, kind="IntSlider"),
            switch("activation", "activation", activations),
            switch("init", "start", starts),
        ]


def _rms(array):
    return float(np.sqrt(np.mean(np.square(array))))
