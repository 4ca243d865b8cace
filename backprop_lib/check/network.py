"""Is the gradient of this network right? Every parameter against numbers, and the layer to blame when they
disagree.

`to_graph`, in as_graph.py, builds the same network out of graph nodes, for a third opinion.
"""

from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

STEPS = (1e-5, 1e-6, 1e-7)  # an entry that fails with one step h is measured again with the next
TOLERANCE = 1e-6


@dataclass(frozen=True)
class Row:
    """One array: its worst entry, and whether that is "ok", at a "kink" or "WRONG", with a hint at why."""

    name: str
    index: tuple
    analytic: float
    numerical: float
    error: float
    kind: str
    hint: str
    compared: str

    @property
    def ok(self):
        return self.kind != "WRONG"

    @property
    def verdict(self):
        return f"{self.kind}: {self.hint}" if self.hint else self.kind


@dataclass(frozen=True)
class Entry:
    """One entry of an array: the slope that was measured, and how the gradient compares with it."""

    index: tuple
    numerical: float
    error: float
    kind: str


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
        titles = f"{'worst entry':>12}{'analytic':>14}{'numerical':>14}{'rel. error':>12}"
        lines = [f"{'':6}{titles}  {'entries':<12}verdict"]
        for row in self.rows:
            numbers = f"{row.analytic:>14.6g}{row.numerical:>14.6g}{row.error:>12.1e}"
            lines.append(f"{row.name:6}{str(list(row.index)):>12}{numbers}  {row.compared:<12}{row.verdict}")
        if any(row.kind == "kink" for row in self.rows):
            why = "a relu sits at z = 0, where its slope jumps; numbers cannot judge the gradient there"
            lines.append(f"kink: {why}")
        return "\n".join([*lines, *(self.problems or ["All gradients agree with the numbers."])])


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
        found = f"X is {X.shape} and must hold at least one example, without nan or inf"
        raise ValueError(f"check_gradients: {found}")
    if not hasattr(optimizer, "penalty_gradient"):
        optimizer = None  # one that adds nothing to the gradient
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
            together = "look at how they are put together, and at what the optimizer adds."
            blamed = blame(net, loss, X, Y, rewind, rng)
            problems += blamed or [f"Each layer is right on its own: {together}"]
        if wrong:
            problems.insert(0, f"Wrong: {', '.join(wrong)}.")
    return GradientReport(rows, tuple(problems))


@contextmanager
def in_float64(net):
    """The network with float64 copies of its parameters; yields what makes random layers, such as dropout,
    repeat themselves.
    """
    leaves, vectors = net.leaves(), net.vectors
    before = [(layer, dict(layer.params), layer.grads, layer.slots) for layer in leaves]
    wanted = [layer.input_gradient for layer in leaves]
    generators = [layer.rng.bit_generator for layer in leaves if hasattr(layer, "rng")]
    states = [generator.state for generator in generators]

    def rewind():
        for generator, state in zip(generators, states, strict=True):
            generator.state = state

    try:
        net.vectors = None
        for layer in leaves:
            layer.params.update({key: P.astype(np.float64) for key, P in layer.params.items()})
            layer.grads, layer.slots, layer.input_gradient = dict.fromkeys(layer.params), {}, True
        net.gather()  # now, so that nothing moves while it is measured
        yield rewind
    finally:
        rewind()
        net.vectors = vectors
        for (layer, params, grads, slots), input_gradient in zip(before, wanted, strict=True):
            layer.params.update(params)
            layer.grads, layer.slots, layer.input_gradient = grads, slots, input_gradient


def analytic_gradients(net, loss, X, Y, rewind, optimizer):
    """What backward computes, by name, and what is wrong with its manners: it raises, changes what it may
    only read, or answers differently the second time.
    """
    problems, runs = [], []
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
        gradients = {"X": dX, **net.grads}
        runs.append({name: None if dP is None else np.array(dP) for name, dP in gradients.items()})
    for name, first in runs[0].items():
        if first is not None and not np.array_equal(first, runs[1][name]):
            again = "is another when both passes run a second time: start from zero each time."
            problems.append(f"The gradient of {name} {again}")
    if optimizer:
        add_decay(runs[0], net, optimizer)
    return list(dict.fromkeys(problems)), runs[0]


def add_decay(gradients, net, optimizer):
    """Add what weight decay adds to the gradients of these arrays."""
    added, start = optimizer.penalty_gradient(net), 0
    for name, P in net.params.items():
        if np.shape(gradients[name]) == P.shape:
            gradients[name] += added[start : start + P.size].reshape(P.shape)
        start += P.size


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
            hint = f"the gradient is {found}, expected {array.shape}"
            return Row(name, (), np.nan, np.nan, np.inf, "WRONG", hint, "none")
        chosen = np.arange(array.size)
        if array.size > self.entries:
            chosen = np.sort(self.rng.choice(array.size, self.entries, replace=False))
        indices = [tuple(map(int, np.unravel_index(i, array.shape))) for i in chosen]
        compared = [self.entry(array, index, float(gradient[index])) for index in indices]
        kinks = [entry for entry in compared if entry.kind == "kink"]
        # The worst entry that numbers can judge.
        judged = [entry for entry in compared if entry.kind != "kink"]
        worst, hint = max(judged, key=lambda entry: entry.error, default=compared[0]), ""
        if worst.kind == "WRONG":
            hint = self.factor(compared, gradient)
        elif kinks:
            worst = kinks[0]
        analytic, count = float(gradient[worst.index]), f"{len(chosen)} of {array.size}"
        return Row(name, worst.index, analytic, worst.numerical, worst.error, worst.kind, hint, count)

    def entry(self, array, index, analytic):
        """Compare one entry of the gradient with the slope of f, measured with smaller and smaller steps."""
        measured, kink = [], False
        for h in STEPS:
            try:
                up, signs_up = self.nudged(array, index, h)
                down, signs_down = self.nudged(array, index, -h)
            except ValueError:  # a probability that left [0, 1]: try a smaller step
                continue
            numerical = (up - down) / (2 * h)
            size = max(abs(analytic), abs(numerical))
            noise = 50 * np.finfo(float).eps * self.scale / h
            difference = abs(analytic - numerical)
            error = difference / max(size, noise / TOLERANCE) if np.isfinite(analytic) else np.inf
            measured.append((numerical, error))
            # A smaller step has more noise, which must not hide a wrong small gradient.
            if difference <= TOLERANCE * size + noise and (h == STEPS[0] or difference <= 1e-3 * size):
                return Entry(index, numerical, error, "ok")
            kink = signs_up != signs_down
        if not measured:
            return Entry(index, np.nan, 0.0, "ok")
        return Entry(index, *measured[0], "kink" if kink else "WRONG")

    def nudged(self, array, index, h):
        """f with h added to one entry of the array; and on which side of its kink each relu is then."""
        saved = array[index]
        array[index] = saved + h
        try:
            return self.f(), b"".join((layer.Z > 0).tobytes() for layer in self.kinked)
        finally:
            array[index] = saved

    def factor(self, compared, gradient):
        """A wrong gradient is often the right one times a number, and the number is a hint."""
        right = np.array([entry.numerical for entry in compared])
        claimed = np.array([gradient[entry.index] for entry in compared])
        if not claimed.any():
            return "it is zero everywhere"
        k = claimed @ right / max(right @ right, 1e-300)
        same = np.abs(claimed - k * right).max() <= 1e-5 * np.abs(claimed).max()
        return f"it is {k:.4g} times the right one" if same else ""


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
        who = f"Layer {number}, {layer}"
        try:
            arrays, gradients = {"X": X, **layer.params}, {"X": layer.backward(R.copy()), **layer.grads}
        except Exception as error:
            found.append(f"{who}: backward raised {type(error).__name__}: {error}")
        else:
            gradients = {name: None if g is None else np.array(g) for name, g in gradients.items()}
            size = max(1.0, float(np.abs(A).max()), float(np.abs(R * A).sum()))
            found += complaints(Measurement(f, layer, size, 60, rng), who, arrays, gradients)
        X = layer.forward(X).copy()
    return found + blame_loss(net, loss, X, Y, rng)


def blame_loss(net, loss, X, Y, rng):
    who, size = f"The loss, {loss}", max(1.0, abs(loss.forward(X, Y)), float(np.abs(X).max()))
    before = X.copy()
    gradient = np.array(loss.backward())
    changed = not np.array_equal(X, before)
    X[...] = before
    measure = Measurement(lambda: loss.forward(X, Y), net, size, 60, rng)
    found = complaints(measure, who, {"the prediction": X}, {"the prediction": gradient})
    return [f"{who}: its backward changed the prediction."] * changed + found


def complaints(measure, who, arrays, gradients):
    found = []
    for name, gradient in gradients.items():
        row = measure.row(name, arrays[name], gradient)
        if not row.ok:
            numbers = f"at {list(row.index)}: {row.analytic:.6g}, numbers say {row.numerical:.6g}"
            reason = f"({numbers}; {row.hint or row.kind})"
            found.append(
                f"{who}: its gradient with respect to {name} does not belong to its forward {reason}."
            )
    return found
