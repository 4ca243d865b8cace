"""The playground: a small network that learns in the page, with no kernel.

Its shape can be changed where there is no Python, so Python cannot print a program for it. What it can print,
from the rows of the table, is the program of one activation and of the loss, each with its local derivative.
Around them lies ``playground_network.js``, which is Lemma 1 in three loops and knows no function by name; the
tests hold it to `bp.MLP`. Data and first weights come from a generator that Python has too (``seeded.py``).
"""

import html
import math

import numpy as np

from .. import datasets, graph
from ..layers import MLP, BinaryCrossEntropyWithLogits, accuracy
from ..layers.activations import ACTIVATION_BY_NAME, Activation
from ..layers.initialisers import initialiser
from ..layers.training import batches
from ..program import javascript
from ..show import svg, theme
from ..show.chart import Chart, level_lines
from . import kit
from .seeded import Generator

TRAINING, HELD_OUT = 200, 100  # points of a dataset that the page draws
MOST = 600  # points of the reader's own
WEIGHTS, ORDER = 1000, 2000  # added to the seed: points, weights and batches each have numbers of their own
CELLS = 30  # cells of the twin's map along an axis
TWIN_STEPS = 300

DATA = {  # the function, and its usual noise
    "two moons": (datasets.two_moons, 0.1),
    "circles": (datasets.circles, 0.05),
    "xor": (datasets.xor, 0.1),
    "spirals": (lambda n, noise, rng: datasets.spirals(n, turns=1, noise=noise, rng=rng), 0.03),
    "clusters": (lambda n, noise, rng: datasets.blobs(n, 2, noise, rng), 0.6),
}
STARTS = ("glorot", "he", "normal", "zeros")
# A wrong formula for each slope, and what it mistakes for what.
BROKEN = {
    "tanh": (lambda z, a: 1 - a, "1 − a in place of 1 − a²"),
    "sigmoid": (lambda z, a: 1 * a, "a in place of a(1 − a)"),
    "relu": (lambda z, a: graph.where(z > 0, 1.0, 1.0), "1 everywhere, where z < 0 as well"),
    "leaky_relu": (lambda z, a: graph.where(z > 0, 1.0, 0.0), "0 in place of 0.01 where z < 0"),
    "softplus": (lambda z, a: graph.sigmoid(-z), "σ(−z) in place of σ(z)"),
    "identity": (lambda z, a: 1 * a, "a in place of 1"),
}


def playground(
    data=None, hidden=(8, 8), activation="tanh", rate=0.3, seed=0, *,
    start="glorot", noise=None, batch=None, broken=False,
):  # fmt: skip
    """Train a small network on points of the plane, in the page and with no kernel: the decision boundary
    while it learns, weights and gradients on the wires, the norms of the gradients layer by layer.

    data: "two moons", "circles", "xor", "spirals" or "clusters", or X (N, 2) and Y (N,) with classes 0 and 1,
        of which a third is held out. Columns are scaled to mean 0 and variance 1.
    hidden: units of each hidden layer, none to four layers of 1 to 8 units.
    activation: tanh, sigmoid, relu, leaky_relu, softplus or identity.
    rate: of gradient descent, without momentum.
    seed: of points, first weights and batches, 0 to 999.
    start: the initialiser, "glorot", "he", "normal" or "zeros".
    noise: of the points, 0 to 1; usual for the dataset if None.
    batch: examples of a step; all of them if None.
    broken: whether the slope of the activation is a wrong formula: the network may learn in spite of it, and
        the gradient check beside it turns red.

    All of it can be changed in the page, whose address keeps it. What is returned has the start of the same
    training in Python: `net`, `loss`, `X`, `Y`, `X_test`, `Y_test`, and `batches(steps)`.
    Raises ValueError for what the page does not know.
    """
    return Playground(data, hidden, activation, rate, seed, start, noise, batch, broken)


class Broken(Activation):
    """An activation whose slope is the wrong formula."""

    settings = ("name",)

    def __init__(self, name):
        super().__init__()
        self.name = name

    def f(self, Z):
        return Z if self.name == "identity" else ACTIVATION_BY_NAME[self.name]().f(Z)

    def derivative(self, Z, A):
        wrong, _ = BROKEN[self.name]
        return wrong(graph.Node(Z), graph.Node(A)).value


class Playground:
    """What `playground` returns: what is shown, and the same start in Python."""

    def __init__(self, data, hidden, activation, rate, seed, start, noise, batch, broken):
        self.own = None
        if data is not None and not isinstance(data, str):
            self.own, data = points_of(data), "your own"
        self.data = data or "two moons"
        self.hidden = tuple(np.atleast_1d(np.array(hidden, int)).tolist())
        self.activation, self.rate, self.seed, self.start = activation, rate, seed, start
        self.noise = DATA[self.data][1] if noise is None and self.data in DATA else noise
        self.broken = bool(broken)
        self.batch = batch
        self._check()
        self._draw_points()
        self.batch = min(batch or len(self.X), len(self.X))
        self.loss = BinaryCrossEntropyWithLogits()
        self.net = self._network()

    def _check(self):
        known = {
            "data": (self.data, [*DATA, "your own"]),
            "activation": (self.activation, list(BROKEN)),
            "start": (self.start, STARTS),
        }
        for name, (value, options) in known.items():
            if value not in options:
                raise ValueError(
                    f"playground: {name}={value!r} is unknown; choose one of {', '.join(options)}"
                )
        if len(self.hidden) > 4 or not all([1 <= units <= 8 for units in self.hidden]):
            raise ValueError(f"playground: hidden={self.hidden}; expected up to four layers of 1 to 8 units")
        if not (math.isfinite(self.rate) and self.rate > 0):
            raise ValueError(f"playground: rate={self.rate}; expected a positive number")
        if not (isinstance(self.seed, int) and 0 <= self.seed < 1000):
            raise ValueError(f"playground: seed={self.seed}; expected a whole number from 0 to 999")
        if self.batch is not None and not (isinstance(self.batch, int) and self.batch >= 1):
            raise ValueError(
                f"playground: batch={self.batch}; expected at least one example, or None for all"
            )
        if self.noise is not None and not 0 <= self.noise <= 1:
            raise ValueError(f"playground: noise={self.noise}; expected a number from 0 to 1")

    def _draw_points(self):
        rng = Generator(self.seed)
        if self.own is None:
            make, _ = DATA[self.data]
            X, Y = make(TRAINING + HELD_OUT, self.noise, rng=rng)
            training = TRAINING
        else:
            order = rng.permutation(len(self.own))
            X, Y = self.own[order, :2], self.own[order, 2]
            training = math.ceil(len(X) * 2 / 3)
        spread = X[:training].std(axis=0)
        X = (X - X[:training].mean(axis=0)) / np.where(spread > 0, spread, 1)
        Y = np.array(Y, float)[:, None]
        self.X, self.X_test = X[:training], X[training:]
        self.Y, self.Y_test = Y[:training], Y[training:]

    def _network(self):
        rng, init = Generator(self.seed + WEIGHTS), initialiser(self.start)
        activation = (lambda: Broken(self.activation)) if self.broken else self.activation
        return MLP(2, self.hidden, 1, activation, init=lambda n_in, n_out, _: init(n_in, n_out, rng))

    def batches(self, steps):
        """What indexes the examples of each of so many steps."""
        rng, N, left = Generator(self.seed + ORDER), len(self.X), steps
        while left > 0:
            epoch = batches(N, None if self.batch == N else self.batch, False, rng)[:left]
            yield from epoch
            left -= len(epoch)

    def train(self, net, steps):
        """Take so many steps of gradient descent with `net`, fewer if the loss becomes no number. Returns
        [(step, loss, held-out loss)].
        """
        curve = []
        for step, batch in enumerate(self.batches(steps)):
            if step % 5 == 0:
                curve.append(self._losses(net, step))
                if not math.isfinite(curve[-1][1]):
                    return curve
            self.loss.forward(net.forward(self.X[batch]), self.Y[batch])
            net.backward(self.loss.backward())
            net.theta -= self.rate * net.gradient
        return [*curve, self._losses(net, steps)]

    def _losses(self, net, step):
        of_training = self.loss.forward(net.forward(self.X), self.Y)
        return step, of_training, self.loss.forward(net.forward(self.X_test), self.Y_test)

    def _repr_html_(self):
        return kit.output("playground", self._twin(), self._sent())

    def __repr__(self):
        return self._trained()[2]

    def _trained(self):
        """(network, curve, words) of the twin."""
        with np.errstate(all="ignore"):  # a loss that becomes nan is told, not warned about
            net = self._network()
            curve = self.train(net, TWIN_STEPS)
            return net, curve, self._words(net, curve)

    # What is sent

    def _sent(self):
        """What the page needs.

        network: the program of all loops. loss: that of one example's loss. activations: of each its program,
        the wrong slope and what is wrong about it. settings: where the controls stand. usual: the noise of
        each dataset. own: the reader's points.
        """
        network = kit.kit.ROOM.joinpath("playground_network.js").read_text(encoding="utf-8")
        return {
            "network": network,
            "loss": loss_program(),
            "activations": {name: activation_programs(name) for name in BROKEN},
            "settings": self._settings(),
            "usual": {name: noise for name, (_, noise) in DATA.items()},
            "starts": STARTS,
            "own": None if self.own is None else self.own.tolist(),
        }

    def _settings(self):
        names = ("data", "noise", "seed", "hidden", "activation", "start", "rate", "batch", "broken")
        return {name: getattr(self, name) for name in names}

    # The twin

    def _twin(self):
        net, curve, words = self._trained()
        asleep = "Where scripts run, this network learns in the page: play, pause, and change what you like."
        return (
            f'<div class="bp-twin">{self._picture(net, curve, words)}<p>{html.escape(words)}</p>'
            f"<p>{asleep}</p></div>"
        )

    def _words(self, net, curve):
        step, of_training, held_out = curve[-1]
        right = [
            accuracy(net.forward(X), Y, threshold=0)
            for X, Y in ((self.X, self.Y), (self.X_test, self.Y_test))
        ]
        self.loss.forward(net.forward(self.X), self.Y)
        net.backward(self.loss.backward())
        norms = [np.linalg.norm(G) for name, G in net.grads.items() if name.startswith("W")]
        shown = ", ".join([f"{norm:.2g}" for norm in norms])
        slope = f" The slope of {self.activation} is wrong: {BROKEN[self.activation][1]}." * self.broken
        return (
            f"A network {self._shape()} with {self.activation} learns {self.data}, {len(self.X)} points, "
            f"batches of {self.batch}, rate {self.rate:g}, seed {self.seed}.{slope} After {step} steps the "
            f"loss is {of_training:.3f}, and {held_out:.3f} on the {len(self.X_test)} points held out; "
            f"{right[0]:.0%} and {right[1]:.0%} are right. Norms of the gradients of the weights, from the "
            f"first layer to the last: {shown}."
        )

    def _shape(self):
        return "-".join(map(str, (2, *self.hidden, 1)))

    def _picture(self, net, curve, words):
        parts = self._map(net)  # an image that is hidden once the page lives: it follows no theme
        steps, of_training, held_out = zip(*curve)
        top = max(0.1, *[value for value in of_training + held_out if math.isfinite(value)])
        chart = Chart((0, steps[-1]), (0, top), "step", "loss; dashed: held out", (420, 30, 280, 276))
        chart.line(zip(steps, of_training), theme.VALUE)
        chart.line(zip(steps, held_out), theme.INK, "5 4", 1.5)
        return svg.image([theme.plain(part) for part in [*parts, *chart.parts]], 716, 352, words)

    def _map(self, net):
        """Behind the points, what is predicted; few characters, since they travel with every output."""
        reach = [math.ceil(10 * float(np.abs(self.X[:, k]).max()) + 1) / 10 for k in (0, 1)]
        ranges = [(-far, far) for far in reach]
        chart = Chart(*ranges, "x₁", "x₂; the line is where the network is undecided", (40, 30, 300, 276))
        ticks = [np.linspace(low, high, CELLS) for low, high in ranges]
        grid = np.stack(np.meshgrid(*ticks), axis=-1).reshape(-1, 2)
        with np.errstate(all="ignore"):
            heights = net.forward(grid).reshape(CELLS, CELLS)
        chart.segments(level_lines(heights.tolist(), *[t.tolist() for t in ticks], [0.0]), theme.INK, 2)
        cap = {0: "round", 1: "square"}
        for k in cap:
            dots = ""
            for x, y in self.X[self.Y[:, 0] == k].tolist():
                dots += f"M{chart.x(x):.0f} {chart.y(y):.0f}h0"
            look = f'stroke="{theme.KINDS[k]}" stroke-width="{6 - k}" stroke-linecap="{cap[k]}"'
            chart.marks.append(f'<path d="{dots}" fill="none" {look}/>')
        return chart.parts


def points_of(data):
    """The reader's points as rows (x1, x2, class), with four digits after the point."""
    X, Y = data
    X, Y = np.asarray(X, float), np.asarray(Y).ravel()
    if X.ndim != 2 or X.shape[1] != 2 or len(Y) != len(X):
        raise ValueError(
            f"playground: X is {X.shape} and Y is {Y.shape}; expected points of the plane, (N, 2) and (N,)"
        )
    if not (3 <= len(X) <= MOST and np.isfinite(X).all() and np.isin(Y, (0, 1)).all()):
        raise ValueError(f"playground: expected 3 to {MOST} finite points with classes 0 and 1")
    return np.column_stack([X.round(4), Y])


def loss_program():
    """(z, y) => log(1 + eᶻ) − y z and its derivative by z."""
    z, y = graph.Node(0.5, name="z"), graph.Node(1.0, name="y")
    L = graph.softplus(z) - y * z
    L.name = "L"
    return javascript(L, [z], every=False)


def activation_programs(name):
    """The program of an activation, that of its wrong slope, and what is wrong."""
    z = graph.Node(0.5, name="z")
    a = 1 * z if name == "identity" else getattr(graph, name)(z)
    a.name = "a"
    wrong, mistake = BROKEN[name]
    slope = wrong(z, a)
    slope.name = "slope"
    return {
        "program": javascript(a, [z], every=False),
        "wrong": javascript(slope, [], every=False),
        "mistake": mistake,
    }
