"""Change one weight a little: what Lemma 1 predicts for the cost, and what the cost really does."""

from itertools import product

import numpy as np

from ..graph.names import number
from ..layers import MLP, Dense, HalfSquaredError
from ..show import svg as drawing
from ..show.frame import Frame, label
from ..show.svg import BLUE, GREEN, GREY, INK, RED
from .panel import Panel

REACH = 2.0  # the largest change of a weight


def perturb(net=None, x=None, y=None, layer=3, j=4, k=3, change=0.5):
    """Sliders for one weight w_jk[layer] of a network and its change: predicted δ_j · a_k · change and the
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


class Perturbation(Panel):
    """What `perturb` returns."""

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
        parts = [*self._wires(), *self._units(f)]
        steps = np.linspace(-REACH, REACH, 41)
        slope, actual = f["delta"] * f["a"], [self.run(step)[0] - f["cost"] for step in steps]
        top = 1.2 * max(*map(abs, actual), abs(slope) * REACH, 1e-6)
        tick = float(f"{0.8 * top:.0e}")
        frame = Frame(330, 300, 270, 150, (-REACH, REACH), (-top, top))
        parts.append(
            frame.axes((-2, -1, 0, 1, 2), (-tick, 0, tick), "change of the weight", "change of the cost C")
        )
        parts.append(frame.line(steps, actual, BLUE))
        parts.append(frame.line([-REACH, REACH], [-REACH * slope, REACH * slope], RED, "6 4"))
        parts.append(frame.mark(self.change, f["actual"], BLUE))
        parts.append(frame.mark(self.change, f["predicted"], RED))
        j, k, l = self.j, self.k, self.layer
        words = (
            (f"δ{j}[{l}]", f["delta"], INK),
            (f"a{k}[{l - 1}]", f["a"], INK),
            ("predicted (dashed)", f["predicted"], RED),
            ("actual (solid)", f["actual"], BLUE),
        )
        for row, (name, value, ink) in enumerate(words):
            parts.append(
                label(20, 330 + 26 * row, f"{name} = {number(round(value, 5))}", ink, "start", "bold")
            )
        return drawing.image(parts, 620, 495, " ".join(self.lines()))

    def place(self, layer, unit):
        """Where a unit stands; both are counted from 1."""
        return 40 + 505 * (layer - 1) / (len(self.sizes) - 1), 30 + 235 * (unit - 0.5) / self.sizes[layer - 1]

    def _wires(self):
        chosen = self.layer, self.j, self.k
        for l in range(2, len(self.sizes) + 1):
            for j, k in product(range(1, self.sizes[l - 1] + 1), range(1, self.sizes[l - 2] + 1)):
                if (l, j, k) != chosen:
                    yield drawing.line(*self.place(l - 1, k), *self.place(l, j), "#c5cbd3", 1)
        (x1, y1), (x2, y2) = self.place(self.layer - 1, self.k), self.place(self.layer, self.j)
        yield drawing.line(x1, y1, x2, y2, RED, 4)
        yield drawing.text(
            (x1 + x2) / 2, (y1 + y2) / 2 - 6, f"w{self.j}{self.k}[{self.layer}]", RED, weight="bold"
        )

    def _units(self, f):
        for l, (values, changes) in enumerate(zip(f["activations"], f["changes"]), 1):
            yield drawing.text(self.place(l, 1)[0], 18, f"layer {l}", GREY)
            for unit, (a, change) in enumerate(zip(values, changes), 1):
                x, y = self.place(l, unit)
                yield drawing.circle(x, y, 17, "#fff3c4" if change else "white", GREEN if change else GREY)
                yield label(x, y + 4, f"{a:.2f}".replace("-", "−"))
                if change:
                    yield drawing.text(x + 14, y - 13, f"{change:+.4f}".replace("-", "−"), GREEN, "start", 11)

    def view(self):
        return self.picture() + "".join(
            f"<p style='line-height:1.3;margin:2px 0'>{line}</p>" for line in self.lines()
        )

    def static(self):
        return {"text/html": self.picture(), "text/plain": "\n".join(self.lines())}

    def controls(self):
        import ipywidgets as widgets

        view, names = widgets.HTML(self.view()), ("layer", "j", "k", "change")
        what = (
            ("layer l", "the weight leads into this layer"),
            ("to unit j", "first index"),
            ("from unit k", "second index"),
        )
        tops = len(self.sizes), self.sizes[self.layer - 1], self.sizes[self.layer - 2]
        sliders = [
            widgets.IntSlider(
                value=getattr(self, name), min=1 + (name == "layer"), max=top, description=title, tooltip=tip
            )
            for name, (title, tip), top in zip(names, what, tops)
        ]
        sliders.append(
            widgets.FloatSlider(
                value=self.change,
                min=-REACH,
                max=REACH,
                step=0.05,
                description="change",
                tooltip="change of the weight",
            )
        )

        def moved(_):
            layer, j, k, _ = sliders
            j.max, k.max = self.sizes[layer.value - 1], self.sizes[layer.value - 2]
            for name, slider in zip(names, sliders):
                setattr(self, name, slider.value)
            view.value = self.view()

        for slider in sliders:
            slider.observe(moved, "value")
        return widgets.VBox([*sliders, view])
