"""Change one weight a little: what Lemma 1 predicts for the cost, and what the cost really does."""

from itertools import pairwise, product

import numpy as np

from .. import graph
from ..graph.names import number
from ..layers import MLP, Dense, HalfSquaredError
from ..layers.activations import ACTIVATION_BY_NAME, Activation
from ..show.chart import Chart
from ..show.network import Network, columns
from ..show.notation import fixed
from ..show.svg import column, image, text
from ..show.theme import CHOSEN, FAINT, GRADIENT, GREY, VALUE
from .panel import Panel, slider
from .traced import program_of, spread

REACH = 2.0  # the largest change of a weight


def perturb(net=None, x=None, y=None, layer=3, j=4, k=3, change=0.5):
    """Click one weight w_jk[layer] of a network and drag its change: predicted δ_j · a_k · change and the
    actual ΔC.

    net: a bp.MLP; x and y: one example, as lists of numbers. Without them: Lecture 001's Figure 6, layers of
    4, 3, 4, 5 and 2 sigmoid units at random numbers. Layers and units are counted as there: the input is
    layer 1, and the first index of a weight is the unit that it leads to. Raises ValueError for a weight that
    the network does not have.
    """
    if net is None:
        net, x, y = figure_6()
    x, y = (np.atleast_2d(np.asarray(row, float)) for row in (x, y))
    return Perturbation(net, x, y, layer, j, k, change)


def figure_6(rng=2):
    """(net, x, y): the network of Lecture 001's Figure 6 with random weights and biases, and one example."""
    rng = np.random.default_rng(rng)
    net = MLP(4, [3, 4, 5], 2, activation="sigmoid", output="sigmoid", rng=rng)
    for P in net.params.values():
        P[...] = rng.normal(size=P.shape)
    return net, rng.normal(size=4), np.array([1.0, 0.0])


def page_layers(leaves):
    """[{W, b, program of the activation or None}] for Dense layers, each with at most one activation behind
    it; None for a network of other layers.
    """
    found = []
    for leaf in leaves:
        if isinstance(leaf, Dense):
            found.append({"W": leaf.params["W"].tolist(), "b": leaf.params["b"].tolist(), "program": None})
        elif isinstance(leaf, Activation) and found and found[-1]["program"] is None:
            found[-1]["program"] = _activation(leaf)
            if found[-1]["program"] is None:
                return None
        else:
            return None
    return found


def _activation(layer):
    """The program of an activation; None if its settings are not those of the operation of that name."""
    points = spread([(-4.0, 4.0)])
    for name, kind in ACTIVATION_BY_NAME.items():
        if type(layer) is kind:
            function = getattr(graph, name)
            same = [np.isclose(function(z), layer.f(np.array(z))) for (z,) in points]
            return program_of(function, points) if all(same) else None
    return None


class Perturbation(Panel):
    """What `perturb` returns."""

    script = "perturbation"

    def __init__(self, net, x, y, layer, j, k, change):
        self.net, self.x, self.y = net, x, y
        self.dense = [leaf for leaf in net.leaves() if isinstance(leaf, Dense)]
        self.sizes = [self.dense[0].n_in, *(one.n_out for one in self.dense)]
        self.layer, self.j, self.k, self.change = layer, j, k, change
        there = 2 <= layer <= len(self.sizes) and 1 <= j <= self.units and 1 <= k <= self.sources
        if not there:
            sizes = ", ".join(map(str, self.sizes))
            raise ValueError(
                f"there is no weight w_{j},{k} into layer {layer}: "
                f"the layers have {sizes} units, counted from 1"
            )

    @property
    def units(self):
        """How many units the layer of the weight has."""
        return self.sizes[self.layer - 1]

    @property
    def sources(self):
        """How many units the layer before it has."""
        return self.sizes[self.layer - 2]

    def run(self, change=0.0):
        """(cost, [activations of layer 1, …, L]) with the weight changed; the network stays as it was."""
        W = self.dense[self.layer - 2].params["W"]
        before = W[self.j - 1, self.k - 1]
        W[self.j - 1, self.k - 1] = before + change
        try:
            output = self.net.forward(self.x)
            cost = HalfSquaredError().forward(output, self.y)
            return cost, [*(one.X[0].copy() for one in self.dense), output[0].copy()]
        finally:
            W[self.j - 1, self.k - 1] = before

    def facts(self):
        """δ_j and a_k, the predicted and the actual change of the cost, and how much every activation
        changed.
        """
        loss, (cost, before), (new_cost, after) = HalfSquaredError(), self.run(), self.run(self.change)
        loss.forward(self.net.forward(self.x), self.y)
        self.net.backward(loss.backward())
        delta = float(self.dense[self.layer - 2].grads["b"][self.j - 1])  # for one example ∂C/∂b is δ itself
        a = float(before[self.layer - 2][self.k - 1])
        return {
            "cost": cost, "delta": delta, "a": a,
            "predicted": delta * a * self.change, "actual": new_cost - cost,
            "activations": before, "changes": [new - old for new, old in zip(after, before)],
        }  # fmt: skip

    def lines(self):
        """What the picture shows, in words."""
        f, l, j, k = self.facts(), self.layer, self.j, self.k
        short = {key: number(round(f[key], 5)) for key in ("delta", "a", "predicted", "actual")}
        sign = "+" if self.change >= 0 else "−"
        return (
            f"w{j}{k}[{l}] {sign} {number(abs(self.change))}: "
            f"predicted δ{j}[{l}] · a{k}[{l - 1}] · change = {short['delta']} · {short['a']} · "
            f"{number(self.change)} = {short['predicted']}; actual ΔC = {short['actual']}.",
            f"Unchanged: all layers before layer {l}, and in layer {l} every unit but unit {j}.",
        )

    def picture(self):
        f = self.facts()
        drawing, chart = self._network(f), self._chart(f)
        rows = [
            (f"δ{self.j}[{self.layer}] = {fixed(f['delta'], 5)}", GRADIENT),
            (f"a{self.k}[{self.layer - 1}] = {fixed(f['a'], 5)}", VALUE),
            (f"predicted (dashed) = {fixed(f['predicted'], 5)}", GRADIENT),
            (f"actual (solid) = {fixed(f['actual'], 5)}", VALUE),
        ]
        beside = column(20, 362, rows, leading=26, weight="bold")
        return image([*drawing.parts, *chart.parts, *beside], 620, 522, " ".join(self.lines()))

    def data(self):
        layers = page_layers(self.net.leaves())
        if layers is None:
            return None
        drawing = self._units()
        place = []
        for l, size in enumerate(self.sizes, 1):
            place.append([drawing.place[l, unit] for unit in range(1, size + 1)])
        state = {"layer": self.layer, "j": self.j, "k": self.k, "change": self.change}
        return {
            "x": self.x[0].tolist(),
            "y": self.y[0].tolist(),
            "sizes": self.sizes,
            "layers": layers,
            "place": place,
            "radius": drawing.radius,
            "state": state,
        }

    def _names(self):
        return [[(l, unit) for unit in range(1, n + 1)] for l, n in enumerate(self.sizes, 1)]

    def _units(self):
        layers = self._names()
        return Network(columns(layers, 40, 505 / (len(layers) - 1), 36, 276), radius=17)

    def _network(self, f):
        layers, drawing = self._names(), self._units()
        start, end = (self.layer - 1, self.k), (self.layer, self.j)
        for before, after in pairwise(layers):
            for edge in product(before, after):
                drawing.edge(*edge, FAINT, 1)
        drawing.edge(start, end, CHOSEN, 4)
        for l, (values, changes) in enumerate(zip(f["activations"], f["changes"]), 1):
            drawing.words.append(text(drawing.place[l, 1][0], 14, f"layer {l}", GREY))
            for unit, (a, change) in enumerate(zip(values, changes), 1):
                moved = bool(change)
                by = ("+" if change > 0 else "") + fixed(change)
                drawing.unit((l, unit), fixed(a, 2), [by] * moved, chosen=moved, fill=VALUE, size=11)
        drawing.label(start, end, f"w{self.j}{self.k}[{self.layer}]", weight="bold")
        return drawing

    def _chart(self, f):
        steps = np.linspace(-REACH, REACH, 41)
        slope, actual = f["delta"] * f["a"], [self.run(step)[0] - f["cost"] for step in steps]
        top = 1.2 * max(*map(abs, actual), abs(slope) * REACH, 1e-6)
        frame = 330, 332, 270, 145
        chart = Chart((-REACH, REACH), (-top, top), "change of the weight", "change of the cost C", frame)
        chart.line(zip(steps, actual), VALUE)
        chart.line([(-REACH, -REACH * slope), (REACH, REACH * slope)], GRADIENT, "6 4")
        chart.dots([(self.change, f["actual"])], VALUE)
        chart.dots([(self.change, f["predicted"])], GRADIENT)
        return chart

    def write(self, control, value):
        super().write(control, value)
        self.j, self.k = min(self.j, self.units), min(self.k, self.sources)

    def parts(self):
        whole = {"kind": "IntSlider"}
        return [
            slider("layer", "layer l", "the weight leads into this layer", 2, len(self.sizes), **whole),
            slider("j", "to unit j", "first index", 1, self.units, **whole),
            slider("k", "from unit k", "second index", 1, self.sources, **whole),
            slider("change", "change", "change of the weight", -REACH, REACH),
            self.view,
        ]
