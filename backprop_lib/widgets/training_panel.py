"""The training panel: batch size, learning rate and seed, and what becomes of the network.

It shows the decision boundary, the loss, the confusion matrix, and a gradient check of the network as it
stands: a network that learns in spite of a wrong gradient is found out.
"""

import math
import textwrap
from itertools import pairwise

import numpy as np

from .. import datasets
from ..check.network import check_gradients
from ..layers import MLP, SGD, SoftmaxCrossEntropy, accuracy, confusion_matrix
from ..show import svg, theme
from ..show.chart import Chart
from .panel import Panel, slider

CELLS, KEPT = 44, 25  # cells of the map along an axis; snapshots kept of one training
VERDICT = 36  # characters in a line of it


def training_panel(data=None, build=None, batch_size=8, lr=1.0, seed=0, steps=200):
    """Train a small network on points of the plane again and again, with another batch size, learning rate or
    seed.

    data: X (N, 2) and classes (numbers or one-hot rows), such as ``bp.datasets.two_moons(100, rng=0)``.
    build: a function rng → network with one output per class; without it one hidden layer of 8 tanh units.
    All runs take the same number of steps; the slider `step` goes back to any of 26 moments of a run.
    """
    data = data or datasets.two_moons(100, noise=0.15, rng=0)
    return TrainingPanel(data, build, batch_size, lr, seed, steps)


class TrainingPanel(Panel):
    """What `training_panel` returns. `losses` (one per step) and `net`, at the moment shown, are there to
    look at.
    """

    def __init__(self, data, build, batch_size, lr, seed, steps):
        X, Y = data
        self.X, self.Y = np.asarray(X, float), np.asarray(Y)
        if self.X.ndim != 2 or self.X.shape[1] != 2:
            raise ValueError(
                f"training_panel draws points of the plane: X must be (N, 2), and it is {self.X.shape}"
            )
        self.classes = self.Y if self.Y.ndim == 1 else self.Y.argmax(axis=1)
        self.build = build or (lambda rng: MLP(2, (8,), self.classes.max() + 1, activation="tanh", rng=rng))
        self.batch_size, self.lr, self.seed, self.steps = min(batch_size, len(self.X)), lr, seed, steps
        low, high = self.X.min(axis=0) - 0.3, self.X.max(axis=0) + 0.3
        self.ranges = list(zip(low.tolist(), high.tolist()))
        self.train()

    def train(self):
        """Take all the steps, keeping the loss of each and the parameters of some."""
        rng = np.random.default_rng(self.seed)
        self.net, loss, sgd = self.build(rng), SoftmaxCrossEntropy(), SGD(self.lr)
        self.losses, self.snapshots = [], []
        with np.errstate(all="ignore"):  # a loss that becomes nan is reported, not warned about
            for step in range(self.steps + 1):
                if step % self.every == 0:
                    self.snapshots.append((step, {name: P.copy() for name, P in self.net.params.items()}))
                batch = rng.choice(len(self.X), self.batch_size, replace=False)
                value = loss.forward(self.net.forward(self.X[batch]), self.classes[batch])
                if not math.isfinite(value) or step == self.steps:
                    break
                self.losses.append(value)
                self.net.backward(loss.backward())
                sgd.step(self.net)
        self.diverged = len(self.losses) if len(self.losses) < self.steps else None
        self.show(self.steps // self.every)

    @property
    def every(self):
        """Steps from one snapshot to the next."""
        return max(1, self.steps // KEPT)

    def show(self, moment):
        """Put the network back to one of the moments that were kept, the last if a run ended before it."""
        self.moment = moment
        self.step, kept = self.snapshots[min(moment, len(self.snapshots) - 1)]
        for name, P in self.net.params.items():
            P[...] = kept[name]

    def facts(self):
        logits = self.net.forward(self.X)
        counts = confusion_matrix(logits, self.classes)
        rows = "; ".join(f"of class {k}: {', '.join(map(str, row))}" for k, row in enumerate(counts))
        value = SoftmaxCrossEntropy().forward(logits, self.classes)
        ended = f" The loss was no number at step {self.diverged}." if self.diverged is not None else ""
        return (
            f"Batch {self.batch_size} of {len(self.X)}, rate {self.lr:.3g}, seed {self.seed}. "
            f"After step {self.step}, that is {self.step * self.batch_size} examples: "
            f"loss {value:.3f}, accuracy {accuracy(logits, self.classes):.0%}. "
            f"Confusion matrix, predicted as 0, 1, … {rows}. Gradient check: {self.check()}{ended}"
        )

    def check(self):
        """The verdict of `check_gradients` on eight examples, in a sentence."""
        report = check_gradients(self.net, SoftmaxCrossEntropy(), self.X[:8], self.classes[:8], entries=20)
        wrong = [row.name for row in report.rows if not row.ok]
        if wrong:
            return f"wrong in {', '.join(wrong)}."
        return f"all {len(report.rows)} arrays agree with the numbers."

    def picture(self):
        parts = [*self._map(), *self._losses(), *self._confusion()]
        top = 256 + 26 * (self.classes.max() + 1)
        right = f"{accuracy(self.net.forward(self.X), self.classes):.0%} right"
        parts.append(svg.text(330, top, right, theme.INK, "start", size=22, weight="bold"))
        verdict = self.check()
        mark, colour = ("✗", theme.WARNING) if verdict.startswith("wrong") else ("✓", theme.VALUE)
        rows = textwrap.wrap(f"{mark} gradient check: {verdict}", VERDICT)
        parts += svg.column(330, top + 26, [(row, colour) for row in rows])
        return svg.image(parts, 620, max(340, top + 26 + 19 * len(rows)), self.facts())

    def _map(self):
        chart = Chart(*self.ranges, "x₁", "x₂; behind the examples, what is predicted", (40, 30, 256, 256))
        edges = [np.linspace(low, high, CELLS + 1) for low, high in self.ranges]
        across, down = ((ends[:-1] + ends[1:]) / 2 for ends in edges)
        grid = np.stack(np.meshgrid(across, down), axis=-1).reshape(-1, 2)
        best = self.net.forward(grid).argmax(axis=1).reshape(CELLS, CELLS)
        for i, row in enumerate(best):
            changes = [0, *(np.flatnonzero(np.diff(row)) + 1).tolist(), CELLS]
            for a, b in pairwise(changes):  # neighbours of one class make one rectangle
                x, y = edges[0][[a, b]].tolist(), edges[1][[i, i + 1]].tolist()
                chart.field(x, y, theme.tint(_colour(row[a])))
        points = [_point(chart.x(x), chart.y(y), k) for (x, y), k in zip(self.X.tolist(), self.classes)]
        return [*chart.parts, *points]

    def _losses(self):
        top = max(1.0, min(max(self.losses, default=1.0), 3.0))
        chart = Chart((0, self.steps), (0, top), "step", "loss of each batch", (366, 30, 240, 110), whole="x")
        if self.losses:
            chart.line(enumerate(self.losses), theme.VALUE, width=1.4)
        chart.line([(self.step, 0), (self.step, top)], theme.CHOSEN, "4 3")
        return chart.parts

    def _confusion(self):
        counts = confusion_matrix(self.net.forward(self.X), self.classes)
        parts = [svg.text(330, 206, "true class ↓   predicted →", theme.GREY, "start")]
        for (i, j), count in np.ndenumerate(counts):
            x, y = 360 + 54 * j, 228 + 26 * i
            wrong = i != j and count
            parts.append(svg.box(x, y, 52, 24, theme.tint(theme.WARNING) if wrong else theme.FIELD, "none"))
            parts.append(svg.text(x + 26, y + 17, count, theme.WARNING if wrong else theme.INK, halo=False))
        for k in range(len(counts)):
            parts.append(svg.text(348, 245 + 26 * k, k, _colour(k), weight="bold"))
            parts.append(svg.text(386 + 54 * k, 223, k, _colour(k), weight="bold"))
        return parts

    def words(self):
        return self.facts()

    def write(self, control, value):
        super().write(control, value)
        moment = self.moment
        if control.name != "moment":
            self.train()
        self.show(moment)

    def parts(self):
        N = len(self.X)
        sizes = sorted({b for b in (1, 2, 4, 8, 16, 32, 64) if b < N} | {self.batch_size, N})
        rates = {"low": -2, "high": 2, "step": 0.1, "readout_format": ".3g"}
        moments = {"options": [(f"{k * self.every}", k) for k in range(self.steps // self.every + 1)]}
        return [
            self.view,
            slider("batch_size", "batch", "examples in a batch", kind="SelectionSlider", options=sizes),
            slider("lr", "rate", "learning rate", kind="FloatLogSlider", **rates),
            slider("seed", "seed", "seed of weights and batches", 0, 9, kind="IntSlider"),
            slider("moment", "step", "step of the run that is shown", kind="SelectionSlider", **moments),
        ]


def _colour(k):
    return theme.KINDS[k % len(theme.KINDS)]


def _point(x, y, k):
    """Class 0 is a disc, class 1 a square, others diamonds: shape as well as colour."""
    if k == 0:
        return svg.circle(x, y, 3.5, _colour(k), theme.PAPER, 0.7)
    turned = f' transform="rotate(45 {svg.px(x)} {svg.px(y)})"' if k > 1 else ""
    return f"<g{turned}>{svg.box(x - 3, y - 3, 6, 6, _colour(k), theme.PAPER, 0.7)}</g>"
