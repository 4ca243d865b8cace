"""Training: forward, loss, backward, step; batch after batch, epoch after epoch."""

import math
from dataclasses import asdict, dataclass, field

import numpy as np

from .activations import Sigmoid, Softmax
from .base import Layer
from .losses import BinaryCrossEntropyWithLogits, SoftmaxCrossEntropy
from .metrics import are_labels, predicted_classes, true_classes


@dataclass
class History:
    """What happened, one entry per epoch. Loss (with the penalty of weight decay) and accuracy are means over
    the batches while they were trained on; gradient norms are the mean ‖∂L/∂W‖ of the batches, by the name of
    W.
    """

    loss: list = field(default_factory=list)
    accuracy: list = field(default_factory=list)
    validation_loss: list = field(default_factory=list)
    validation_accuracy: list = field(default_factory=list)
    gradient_norms: dict = field(default_factory=dict)
    best_epoch: int | None = None
    stopped: str = "all epochs done"

    def to_dict(self):
        return asdict(self)

    def plot(self):
        """Figure with loss, accuracy (if there are classes) and gradient norms over the epochs."""
        from ..show.plots import plot_history

        return plot_history(self)

    def __repr__(self):
        last = f", last loss {self.loss[-1]:.6f}" if self.loss else ""
        return f"History({len(self.loss)} epochs{last}; {self.stopped})"


def train(
    net, loss, X, Y, optimizer, epochs=10, batch_size=32, rng=None,
    *, replace=False, validation=None, patience=None, progress=True,
):  # fmt: skip
    """Train `net` in place and return the History. `Loss` and `Optimizer` say what it asks of those.

    An epoch shuffles the N examples and goes through them in batches of `batch_size`, or of N if there are
    fewer; the last may be smaller. `batch_size=None` is full batch. With `replace=True` each batch is drawn
    with replacement instead, about N examples in an epoch: with `batch_size=1` that is the algorithm at the
    end of Lecture 001. `rng` is a generator or a seed.

    `validation=(X, Y)` is evaluated after each epoch. With `patience=p` training stops once p epochs in a row
    have not improved the validation loss, and the best parameters are put back. Interrupting the kernel keeps
    what was trained. A loss of nan or inf raises FloatingPointError. Afterwards `net` is in prediction mode.
    """
    X, Y, rng = np.asarray(X), np.asarray(Y), np.random.default_rng(rng)
    check_arguments(net, loss, X, Y, optimizer, epochs, batch_size, validation, patience)
    history, bar = History(), range(1, epochs + 1)
    history.gradient_norms = {name: [] for name, P in net.params.items() if P.ndim > 1}
    best_loss, best_theta, best_epoch, input_gradient = math.inf, None, 0, net.input_gradient
    if progress:
        from tqdm.auto import tqdm

        bar = tqdm(bar, desc="epochs")
    net.input_gradient = False
    try:
        for epoch in bar:
            one_epoch(net.train(), loss, X, Y, optimizer, batches(len(X), batch_size, replace, rng), history)
            if progress:
                bar.set_postfix(loss=f"{history.loss[-1]:.4f}")
            if validation is not None:
                value = evaluate(net.eval(), loss, *validation, history)
                if patience is not None and value < best_loss:
                    best_loss, best_theta, best_epoch = value, net.theta.copy(), epoch
                if patience is not None and epoch - best_epoch >= patience:
                    history.stopped = f"epoch {epoch}: no better validation loss for {patience} epochs"
                    break
    except KeyboardInterrupt:
        history.stopped = f"interrupted in epoch {len(history.loss) + 1}"
        print(f"Training was {history.stopped}. The network and the history so far are kept.")
    finally:
        net.input_gradient = input_gradient
        net.eval()
    if best_epoch:
        net.theta, history.best_epoch = best_theta, best_epoch
    return history


def batches(N, batch_size, replace, rng):
    """Index arrays into the N examples, one per step of an epoch."""
    if batch_size is None and not replace:
        return [slice(None)]
    B = min(batch_size or N, N)
    order = rng.integers(N, size=-(-N // B) * B) if replace else rng.permutation(N)
    return [order[start : start + B] for start in range(0, len(order), B)]


@np.errstate(over="ignore", invalid="ignore", divide="ignore")  # a loss of nan is reported, not warned about
def one_epoch(net, loss, X, Y, optimizer, steps, history):
    """Forward, loss, backward, step for each batch; what happened goes into the history."""
    total, seen, right, with_classes = 0.0, 0, 0, are_classes(Y)
    norms = dict.fromkeys(history.gradient_norms, 0.0)
    for batch in steps:
        prediction = net.forward(X[batch])
        value = float(loss.forward(prediction, Y[batch]))
        if hasattr(optimizer, "penalty"):
            value += optimizer.penalty(net)
        if not math.isfinite(value):
            raise FloatingPointError(divergence(net, loss, X[batch], value, len(history.loss) + 1))
        net.backward(loss.backward())
        gradients = net.grads
        for name in norms:
            norms[name] += math.sqrt(np.vdot(gradients[name], gradients[name])) / len(steps)
        optimizer.step(net)
        total += value * len(prediction)
        seen += len(prediction)
        if with_classes:
            right += hits(loss, prediction, Y[batch])
    history.loss.append(total / seen)
    if with_classes:
        history.accuracy.append(right / seen)
    for name, norm in norms.items():
        history.gradient_norms[name].append(norm)


def evaluate(net, loss, X, Y, history):
    prediction = net.forward(X)
    history.validation_loss.append(float(loss.forward(prediction, Y)))
    if are_classes(np.asarray(Y)):
        history.validation_accuracy.append(hits(loss, prediction, Y) / len(prediction))
    return history.validation_loss[-1]


def hits(loss, prediction, Y):
    """How many examples are taken for what they are."""
    predicted = predicted_classes(prediction, getattr(loss, "threshold", 0.5))
    return int(np.count_nonzero(predicted == true_classes(Y)))


def are_classes(Y):
    """Class numbers, zeros and ones in a column, or one-hot rows: then an accuracy means something."""
    if Y.ndim == 1:
        return are_labels(Y)
    return bool(np.isin(Y, (0, 1)).all() and (Y.shape[1] == 1 or (Y.sum(axis=1) == 1).all()))


TWICE = {(SoftmaxCrossEntropy, Softmax), (BinaryCrossEntropyWithLogits, Sigmoid)}  # the loss brings its own


def check_arguments(net, loss, X, Y, optimizer, epochs, batch_size, validation, patience):
    for thing in (net, loss, optimizer):
        name = getattr(thing, "__name__", "")
        require(not isinstance(thing, type), f"{name} is a class; write {name}(…) to make one")
    for thing, method in ((loss, "forward"), (loss, "backward"), (optimizer, "step")):
        where = "bp.Loss and bp.Optimizer say what train asks for"
        require(callable(getattr(thing, method, None)), f"{thing!r} has no method {method}; {where}")
    require(isinstance(net, Layer), f"net is a {type(net).__name__}, no network; write Sequential(…)")
    N, last = len(X) if X.ndim else 0, net.leaves()[-1]
    one_each = f"X is {X.shape} and Y is {Y.shape}; expected one row in each for every example, at least one"
    require(N > 0 and Y.ndim > 0 and len(Y) == N, one_each)
    bad = np.count_nonzero(~np.isfinite(X).reshape(N, -1).all(axis=1)) if X.dtype.kind == "f" else 0
    require(bad == 0, f"X holds nan or inf in {bad} of its {N} rows; drop or fill them")
    require(is_count(epochs), f"epochs={epochs}; expected at least one pass over the data")
    size = f"batch_size={batch_size}, but there are {N} examples; use 1 to {N}, or None for all at once"
    require(batch_size is None or is_count(batch_size), size)
    require(validation is None or len(validation) == 2, "the validation data are a pair, validation=(X, Y)")
    waits = "patience waits for the validation loss to improve; pass validation=(X, Y) too"
    require(patience is None or validation is not None, waits)
    require(patience is None or is_count(patience), f"patience={patience}; expected at least one epoch")
    twice = f"{loss} starts from logits, but the network ends in {last} already; use output='identity'"
    require((type(loss), type(last)) not in TWICE, twice)


def require(condition, otherwise):
    if not condition:
        raise ValueError(f"train: {otherwise}")


def is_count(number):
    return isinstance(number, (int, np.integer)) and number >= 1


def divergence(net, loss, X, value, epoch):
    """Why training stopped: the first layer whose output is not finite."""
    where = f"the loss, {loss}; what the network puts out is still finite"
    for number, layer in enumerate(net.leaves()):
        X = layer.forward(X)
        if not np.isfinite(X).all():
            where = f"layer {number}, {layer}"
            break
    return (
        f"the loss became {value} in epoch {epoch}; the first value that is not finite came from {where}. "
        "Usual causes: a learning rate that is too large (try a tenth), inputs that are not scaled, "
        "a probability that reached exactly 0 or 1 (use a loss with logits). "
        "The parameters are spoiled: build the network anew."
    )
