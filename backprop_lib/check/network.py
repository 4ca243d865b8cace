"""Is the gradient of this network right? Every parameter against numbers, and the layer to blame when they
disagree.

The same network is then built out of graph nodes by `to_graph`, for a third opinion.
"""

from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from .. import graph, layers

STEPS = (1e-5, 1e-6, 1e-7)  # an entry that fails with one step h is measured again with the next
TOLERANCE = 1e-6


@dataclass(frozen=True)
class Row:
    """One array: its worst entry, and the verdict "ok", "kink" or what is wrong."""

    name: str
    index: tuple
    analytic: float
    numerical: float
    error: float
    verdict: str
    compared: str

    @property
    def ok(self):
        return self.verdict in ("ok", "kink")


@dataclass(frozen=True, repr=False)
class GradientReport:
    """`rows`, one for the input X and for each parameter; `problems`, sentences that say what is broken, and
    where.
    """

    rows: tuple
    problems: tuple

    @property
    def ok(self):
        return not self.problems

    def __getitem__(self, name):
        return {row.name: row for row in self.rows}[name]

    def __repr__(self):
        table = [
            f"{'':6}{'worst entry':>12}{'analytic':>14}{'numerical':>14}{'rel. error':>12}  {'entries':<12}verdict"
        ]
        for row in self.rows:
            numbers = (
                f"{str(list(row.index)):>12}{row.analytic:>14.6g}{row.numerical:>14.6g}{row.error:>12.1e}"
            )
            table.append(f"{row.name:6}{numbers}  {row.compared:<12}{row.verdict}")
        if any(row.verdict == "kink" for row in self.rows):
            table.append(
                "kink: a relu sits at z = 0, where its slope jumps; numbers cannot judge the gradient there"
            )
        return "\n".join(
            [*table, *self.problems] if self.problems else [*table, "All gradients agree with the numbers."]
        )


def check_gradients(net, loss, X, Y, optimizer=None, entries=300, rng=0):
    """Compare the gradients that `net` and `loss` compute with central differences, and return a
    GradientReport.

    X and the parameters are compared entry by entry (larger arrays by a sample of `entries`) in float64, with
    relative error 1e-6. If something is wrong, each layer is tried on its own with a random upstream
    gradient, and the report names those whose backward is not the derivative of their forward. With an
    `optimizer` its weight decay is part of the check. `net` is left as it was.
    """
    X, rng = np.array(X, np.float64), np.random.default_rng(rng)
    if not X.size or not np.isfinite(X).all():
        raise ValueError(
            f"check_gradients: X is {X.shape} and must hold at least one example, without nan or inf"
        )
    with in_float64(net) as rewind:

        def objective():
            rewind()
            return loss.forward(net.forward(X), Y) + (optimizer.penalty(net) if optimizer else 0.0)

        value = objective()
        if not np.isfinite(value):
            raise ValueError(
                f"check_gradients: the loss is {value}; find out why before checking its gradient"
            )
        problems, gradients = analytic_gradients(net, loss, X, Y, rewind, optimizer)
        measure = Measurement(objective, net, scale(net, X, value), entries, rng)
        arrays = {"X": X, **net.params}
        rows = tuple(measure.row(name, arrays[name], gradient) for name, gradient in gradients.items())
        wrong = [row.name for row in rows if not row.ok]
        if wrong or problems:
            problems += blame(net, loss, X, Y, rewind, rng) or [
                "Each layer is right on its own: look at how they are put together, and at what the optimizer adds."
            ]
        if wrong:
            problems.insert(0, f"Wrong: {', '.join(wrong)}.")
    return GradientReport(rows, tuple(problems))


@contextmanager
def in_float64(net):
    """The network with float64 parameters; yields what makes random layers, such as dropout, repeat
    themselves.
    """
    leaves = net.leaves()
    for layer in leaves:
        for key, P in layer.params.items():
            if P.dtype.kind != "f":
                raise TypeError(
                    f"check_gradients: {layer} has {key} of {P.dtype}; a nudge of 1e-5 needs floats"
                )
    before = [(layer, dict(layer.params), dict(layer.grads), layer.input_gradient) for layer in leaves]
    states = [
        (layer.rng.bit_generator, layer.rng.bit_generator.state) for layer in leaves if hasattr(layer, "rng")
    ]

    def rewind():
        for generator, state in states:
            generator.state = state

    try:
        for layer in leaves:
            layer.input_gradient = True
            layer.params.update({key: P.astype(np.float64, copy=False) for key, P in layer.params.items()})
        yield rewind
    finally:
        rewind()
        for layer, params, grads, input_gradient in before:
            layer.params.update(params)
            layer.grads.clear()
            layer.grads.update(grads)
            layer.input_gradient = input_gradient


def analytic_gradients(net, loss, X, Y, rewind, optimizer):
    """What backward computes, by name, and what is wrong with its manners: it raises, changes what it may
    only read, or answers differently the second time.
    """
    problems, runs = [], []
    decayed = optimizer.gradient if optimizer else lambda P, dP: dP
    for _ in range(2):
        rewind()
        prediction = net.forward(X)
        loss.forward(prediction, Y)
        read_only = {"the prediction": prediction, "X": X, **net.params}
        before = {name: array.copy() for name, array in read_only.items()}
        try:
            dX = net.backward(loss.backward())
        except Exception as error:  # whatever a broken layer raises belongs in the report
            return [f"backward raised {type(error).__name__}: {error}"], {}
        for name, array in read_only.items():
            if not np.array_equal(array, before[name]):
                problems.append(
                    f"backward changed {name}, which it may only read: copy before computing in place."
                )
                array[...] = before[name]
        gradients = {"X": dX} | {
            name: dP if dP is None else decayed(before[name], dP) for name, dP in net.grads.items()
        }
        runs.append({name: None if dP is None else np.array(dP) for name, dP in gradients.items()})
    for name, first in runs[0].items():
        if first is not None and not np.array_equal(first, runs[1][name]):
            problems.append(
                f"The gradient of {name} is another when both passes run a second time: start from zero each time."
            )
    return list(dict.fromkeys(problems)), runs[0]


def scale(net, X, value):
    """The largest number in the computation: rounding errors are that times the machine epsilon."""
    largest = max(1.0, abs(value))
    for layer in net.leaves():
        X = layer.forward(X)
        largest = max(largest, float(np.abs(X).max()))
    return largest


class Measurement:
    """Central differences of f, a function of nothing that sees the arrays which are nudged."""

    def __init__(self, f, net, scale, entries, rng):
        self.f, self.scale, self.entries, self.rng = f, scale, entries, rng
        self.kinked = [layer for layer in net.leaves() if getattr(layer, "kink_at_zero", False)]

    def row(self, name, array, gradient):
        """Compare the gradient with respect to `array` with the slopes of f."""
        if gradient is None or gradient.shape != array.shape:
            found = "missing" if gradient is None else f"{gradient.shape}"
            return Row(
                name,
                (),
                np.nan,
                np.nan,
                np.inf,
                f"WRONG: the gradient is {found}, expected {array.shape}",
                "none",
            )
        chosen = np.arange(array.size)
        if array.size > self.entries:
            chosen = np.sort(self.rng.choice(array.size, self.entries, replace=False))
        compared = [self.entry(array, np.unravel_index(i, array.shape), gradient) for i in chosen]
        kinks = [row for row in compared if row[3] == "kink"]
        # The worst entry that numbers can judge.
        error, index, numerical, verdict = max(
            (row for row in compared if row[3] != "kink"), key=lambda row: row[0], default=compared[0]
        )
        if verdict == "wrong":
            verdict = "WRONG" + self.factor(compared, gradient)
        elif kinks:
            error, index, numerical, verdict = kinks[0]
        index = tuple(map(int, index))
        return Row(
            name, index, float(gradient[index]), numerical, error, verdict, f"{len(chosen)} of {array.size}"
        )

    def entry(self, array, index, gradient):
        analytic, saved = float(gradient[index]), array[index]
        measured = []
        for h in STEPS:
            try:
                array[index] = saved + h
                up, signs_up = self.f(), self.signs()
                array[index] = saved - h
                down, signs_down = self.f(), self.signs()
            except ValueError:  # a probability that left [0, 1]: try a smaller step
                continue
            finally:
                array[index] = saved
            numerical = (up - down) / (2 * h)
            size = max(abs(analytic), abs(numerical))
            noise = 50 * np.finfo(float).eps * self.scale / h
            difference = abs(analytic - numerical)
            error = difference / max(size, noise / TOLERANCE) if np.isfinite(analytic) else np.inf
            measured.append((error, index, numerical))
            # A smaller step has more noise, which must not hide a wrong small gradient.
            if difference <= TOLERANCE * size + noise and (h == STEPS[0] or difference <= 1e-3 * size):
                return *measured[-1], "ok"
            kink = signs_up != signs_down
        if not measured:
            return 0.0, index, np.nan, "ok"
        return *measured[0], "kink" if kink else "wrong"

    def signs(self):
        """On which side of its kink each relu is."""
        return b"".join((layer.Z > 0).tobytes() for layer in self.kinked)

    def factor(self, compared, gradient):
        """A wrong gradient is often the right one times a number, and the number is a hint."""
        right = np.array([row[2] for row in compared])
        claimed = np.array([gradient[row[1]] for row in compared])
        if not claimed.any():
            return ": it is zero everywhere"
        k = claimed @ right / max(right @ right, 1e-300)
        same = np.abs(claimed - k * right).max() <= 1e-5 * np.abs(claimed).max()
        return f": it is {k:.4g} times the right one" if same else ""


def blame(net, loss, X, Y, rewind, rng):
    """Try each layer on its own, and the loss: whose backward is not the derivative of its forward?"""
    found = []
    for number, layer in enumerate(net.leaves()):
        rewind()
        A = layer.forward(X)
        R = rng.standard_normal(A.shape)

        def f(layer=layer, X=X, R=R):
            rewind()
            return float(np.vdot(R, layer.forward(X)))

        f()
        try:
            arrays, gradients = {"X": X, **layer.params}, {"X": layer.backward(R.copy()), **layer.grads}
        except Exception as error:
            found.append(f"Layer {number}, {layer}: backward raised {type(error).__name__}: {error}")
        else:
            gradients = {name: None if g is None else np.array(g) for name, g in gradients.items()}
            size = max(1.0, float(np.abs(A).max()), float(np.abs(R * A).sum()))
            found += complaints(
                Measurement(f, layer, size, 60, rng), f"Layer {number}, {layer}", arrays, gradients
            )
        X = layer.forward(X).copy()
    measure = Measurement(
        lambda: loss.forward(X, Y), net, max(1.0, abs(loss.forward(X, Y)), float(np.abs(X).max())), 60, rng
    )
    before = X.copy()
    gradient = np.array(loss.backward())
    if not np.array_equal(X, before):
        found.append(f"The loss, {loss}: its backward changed the prediction.")
        X[...] = before
    return found + complaints(
        measure, f"The loss, {loss}", {"the prediction": X}, {"the prediction": gradient}
    )


def complaints(measure, who, arrays, gradients):
    rows = [measure.row(name, arrays[name], gradient) for name, gradient in gradients.items()]
    return [
        f"{who}: its gradient with respect to {row.name} does not belong to its forward "
        f"(at {list(row.index)}: {row.analytic:.6g}, numbers say {row.numerical:.6g}; "
        f"{row.verdict.removeprefix('WRONG: ')})."
        for row in rows
        if not row.ok
    ]


def to_graph(net, X, scalar=False, *, loss=None, Y=None):
    """The network built out of graph nodes, with the leaves X, W1, b1, W2, …; its nodes Z1, A1, … are named
    too.

    Returns the node of the output; with `scalar=True` every number has a node of its own (W1_2_0 for W1[2,
    0], X_3_1 for X[3, 1]), and a numpy array of nodes is returned. With a `loss` and its target `Y` it is the
    node of the loss, ready for `backward()`. Dropout multiplies by the mask of its last forward pass, and by
    nothing in prediction mode.
    """
    A, count = leaf("X", np.array(X, np.float64), scalar), 0
    for layer in net.leaves():
        build = LAYERS.get(type(layer))
        if build is None:
            raise TypeError(f"to_graph: {layer} is no layer of the course, so its graph is not known")
        count += bool(layer.params)
        A = build(layer, A, *(leaf(f"{key}{count}", P, scalar) for key, P in layer.params.items()))
        name(A, f"{'Z' if layer.params else 'A'}{count}")
    if loss is None:
        return A
    P, build = A, LOSSES.get(type(loss))
    if build is None:
        raise TypeError(f"to_graph: {loss} is no loss of the course, so its graph is not known")
    loss.forward(values(P), Y)  # checks the target
    Y = np.asarray(Y, float) if np.ndim(Y) == 2 else np.eye(P.shape[1])[np.asarray(Y)]
    L = build(P, Y).sum() / len(Y)
    L.name = "L"
    return L


# With scalar=True the matrices below are numpy arrays of nodes: the formulas are the same, numpy does the
# loops.


def leaf(name, array, scalar):
    if not scalar:
        return graph.Node(array, name)
    nodes = np.empty(array.shape, object)
    for index, number in np.ndenumerate(array):
        nodes[index] = graph.Node(float(number), "_".join([name, *map(str, index)]))
    return nodes


def name(A, label):
    """Name what has no name yet: an array, or each of its scalar nodes."""
    for index, node in np.ndenumerate(A) if isinstance(A, np.ndarray) else [((), A)]:
        node.name = node.name or "_".join([label, *map(str, index)])


def values(A):
    return (
        np.frompyfunc(lambda node: node.value, 1, 1)(A).astype(float)
        if isinstance(A, np.ndarray)
        else A.value
    )


def apply(function, A, **parameters):
    """A function of the graph room on a node, or on each of an array of nodes."""
    one = getattr(graph, function)
    return (
        np.frompyfunc(lambda a: one(a, **parameters), 1, 1)(A)
        if isinstance(A, np.ndarray)
        else one(A, **parameters)
    )


def log_softmax(Z):
    """By way of the largest entry, as a plain number: the shift keeps e^z finite and cancels, in the gradient
    too.
    """
    if not isinstance(Z, np.ndarray):
        return apply("log_softmax", Z, axis=1)
    Z = Z - values(Z).max(axis=1, keepdims=True)
    return Z - apply("log", apply("exp", Z).sum(axis=1, keepdims=True))


LAYERS = {
    layers.Dense: lambda layer, X, W, b: X @ W.T + b,
    layers.Sigmoid: lambda layer, Z: apply("sigmoid", Z),
    layers.Tanh: lambda layer, Z: apply("tanh", Z),
    layers.ReLU: lambda layer, Z: apply("relu", Z),
    layers.LeakyReLU: lambda layer, Z: apply("leaky_relu", Z, slope=layer.gamma),
    layers.GELU: lambda layer, Z: apply("gelu", Z),
    layers.Softplus: lambda layer, Z: apply("softplus", Z, beta=layer.beta),
    layers.Softmax: lambda layer, Z: (
        apply("exp", log_softmax(Z)) if isinstance(Z, np.ndarray) else apply("softmax", Z, axis=1)
    ),
    layers.Dropout: lambda layer, X: X * layer.mask if layer.training else X,
}

LOSSES = {
    layers.HalfSquaredError: lambda A, Y: 0.5 * (A - Y) ** 2,
    layers.BinaryCrossEntropy: lambda P, Y: -Y * apply("log", P) - (1 - Y) * apply("log", 1 - P),
    layers.BinaryCrossEntropyWithLogits: lambda Z, Y: apply("softplus", Z) - Y * Z,
    layers.SoftmaxCrossEntropy: lambda Z, Y: -Y * log_softmax(Z),
}
