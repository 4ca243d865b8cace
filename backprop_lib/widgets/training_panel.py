"""The training panel: batch size, learning rate and seed, and what becomes of the network.

It shows the decision boundary, the loss, the confusion matrix, and a gradient check of the network as it
stands: a network that learns in spite of a wrong gradient is found out.
"""

import math

import numpy as np

from .. import datasets
from ..check.network import check_gradients
from ..layers import MLP, SGD, SoftmaxCrossEntropy, accuracy, confusion_matrix
from ..show.frame import Frame, label
from ..show.svg import BLUE, GREEN, GREY, RED, box, image
from .panel import Panel

REGIONS, INK = ("#d6e4f2", "#f6ddd3", "#dbeedd", "#eee3f3"), (BLUE, "#a64c0c", GREEN, "#5b3a86")
CELLS, KEPT = 44, 25  # cells of the map along an axis; snapshots kept of one training


def training_panel(data=None, build=None, batch_size=8, lr=1.0, seed=0, steps=200):
    """Train a small network on points of the plane again and again, with another batch size, learning rate or
    seed.

    data: X (N, 2) and classes (numbers or one-hot rows), such as ``bp.datasets.two_moons(100, rng=0)``.
    build: a function rng → network with one output per class; without it one hidden layer of 8 tanh units.
    All runs take the same number of steps; the slider `moment` goes back to any of 25 moments of the run.
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
        every = max(1, self.steps // KEPT)
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
        self.show(len(self.snapshots) - 1)

    def show(self, moment):
        """Put the network back to one of the moments that were kept."""
        self.moment = min(moment, len(self.snapshots) - 1)
        self.step, kept = self.snapshots[self.moment]
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
        parts = [self._map(), self._losses(), self._confusion()]
        parts.append(label(330, 300, f"gradient check: {self.check()}", anchor="start"))
        return image(parts, 620, 316, self.facts())

    def _map(self):
        (x0, x1), (y0, y1) = self.ranges
        frame = Frame(46, 30, 250, 240, *self.ranges)
        across, down = (np.linspace(low, high, 2 * CELLS + 1)[1::2] for low, high in self.ranges)
        grid = np.stack(np.meshgrid(across, down), axis=-1).reshape(-1, 2)
        best = self.net.forward(grid).argmax(axis=1).reshape(CELLS, CELLS)
        parts, width, height = [], frame.width / CELLS, frame.height / CELLS
        for i, row in enumerate(best):
            top = frame.top + frame.height - (i + 1) * height
            edges = [0, *(np.flatnonzero(np.diff(row)) + 1).tolist(), CELLS]
            for a, b in zip(edges, edges[1:]):  # neighbours of one class make one rectangle
                colour = REGIONS[row[a] % len(REGIONS)]
                parts.append(box(frame.left + a * width, top, (b - a) * width, height + 0.5, colour, "none"))
        parts.append(
            frame.axes(_ticks(x0, x1), _ticks(y0, y1), "x₁", "what is predicted where, and the examples")
        )
        parts.append(label(16, frame.top + frame.height / 2, "x₂"))
        for (x, y), k in zip(self.X, self.classes):
            parts.append(_point(frame.x(x), frame.y(y), k))
        return "".join(parts)

    def _losses(self):
        top = max(1.0, min(max(self.losses, default=1.0), 3.0))
        frame = Frame(366, 30, 240, 110, (0, self.steps), (0, top))
        parts = [frame.axes((0, self.steps // 2, self.steps), (0, top), "step", "loss of each batch")]
        parts.append(frame.line(range(len(self.losses)), self.losses, BLUE) if self.losses else "")
        x = frame.x(self.step)
        return (
            "".join(parts)
            + f'<path d="M{x:.1f} {frame.top}v{frame.height}" stroke="{RED}" stroke-dasharray="4 3"/>'
        )

    def _confusion(self):
        counts = confusion_matrix(self.net.forward(self.X), self.classes)
        parts = [label(330, 204, "true class ↓   predicted →", GREY, "start")]
        for (i, j), count in np.ndenumerate(counts):
            x, y = 360 + 54 * j, 226 + 26 * i
            parts.append(box(x, y, 52, 24, "#d6e4f2" if i == j else "#f6ddd3", "none"))
            parts.append(label(x + 26, y + 17, count))
        for k in range(len(counts)):
            parts += [label(348, 243 + 26 * k, k, INK[k % 4]), label(386 + 54 * k, 220, k, INK[k % 4])]
        return "".join(parts)

    def static(self):
        return {"text/html": self.picture(), "text/plain": self.facts()}

    def controls(self):
        import ipywidgets as widgets

        view = widgets.HTML(self.picture())
        N, last = len(self.X), len(self.snapshots) - 1
        sizes = sorted({b for b in (1, 2, 4, 8, 16, 32, 64) if b < N} | {self.batch_size, N})
        batch = widgets.SelectionSlider(
            options=sizes, value=self.batch_size, description="batch", tooltip="examples in a batch"
        )
        lr = widgets.FloatLogSlider(
            self.lr,
            min=-2,
            max=2,
            step=0.1,
            description="rate",
            readout_format=".3g",
            tooltip="learning rate",
        )
        seed = widgets.IntSlider(self.seed, 0, 9, description="seed", tooltip="seed of weights and batches")
        step = widgets.IntSlider(
            last, 0, last, description="moment", tooltip="moment of the run, last on the right"
        )

        def again(_):
            self.batch_size, self.lr, self.seed = batch.value, lr.value, seed.value
            self.train()
            self.show(step.value)
            view.value = self.picture()

        def look_back(_):
            self.show(step.value)
            view.value = self.picture()

        for control in (batch, lr, seed):
            control.observe(again, "value")
        step.observe(look_back, "value")
        return widgets.VBox([view, batch, lr, seed, step])


def _ticks(low, high):
    return range(math.ceil(low), math.floor(high) + 1)


def _point(x, y, k):
    """Class 0 is a disc, class 1 a square, others diamonds: shape as well as colour."""
    if k == 0:
        return (
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{INK[0]}" stroke="white" stroke-width="0.7"/>'
        )
    turned = f' transform="rotate(45 {x:.1f} {y:.1f})"' if k > 1 else ""
    size = f'x="{x - 3:.1f}" y="{y - 3:.1f}" width="6" height="6"'
    return f'<rect {size} fill="{INK[k % 4]}" stroke="white" stroke-width="0.7"{turned}/>'
