"""Training: forward, loss, backward, step; batch after batch, epoch after epoch."""

import math
from dataclasses import asdict, dataclass, field

import numpy as np

from .activations import Sigmoid, Softmax
from .losses import BinaryCrossEntropyWithLogits, SoftmaxCrossEntropy
from .metrics import classes


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
    """Train `net` in place and return the History.

    An epoch shuffles the N examples and goes through them in batches; the last may be smaller.
    `batch_size=None` is full batch. With `replace=True` each batch is drawn with replacement instead, about N
    examples in an epoch: with `batch_size=1` that is the algorithm at the end of Lecture 001. `rng` is a
    generator or a seed.

    `validation=(X, Y)` is evaluated after each epoch. With `patience=p` training stops once p epochs in a row
    have not improved the validation loss, and the best parameters are put back. Interrupting the kernel keeps
    what was trained. A loss of nan or inf raises FloatingPointError. Afterwards `net` is in prediction mode.
    """
    X, Y, rng = np.asarray(X), np.asarray(Y), np.random.default_rng(rng)
    check_arguments(net, loss, X, Y, optimizer, epochs, batch_size, validation, patience)
    history, bar, best = History(), range(1, epochs + 1), (math.inf, 0, [])
    history.gradient_norms = {name: [] for name, P in net.params.items() if P.ndim > 1}
    with_classes = are_classes(Y)
    if progress:
        from tqdm.auto import tqdm

        bar = tqdm(bar, desc="epochs")
    net.input_gradient = False
    try:
        for epoch in bar:
            steps = batches(len(X), batch_size, replace, rng)
            one_epoch(net.train(), loss, X, Y, optimizer, steps, with_classes, history)
            if progress:
                bar.set_postfix(loss=f"{history.loss[-1]:.4f}")
            if validation is not None:
                value = evaluate(net.eval(), loss, *validation, history)
                if patience is not None and value < best[0]:
                    best = value, epoch, [P.copy() for P in parameters(net)]
                if patience is not None and epoch - best[1] >= patience:
                    history.stopped = f"epoch {epoch}: no better validation loss for {patience} epochs"
                    break
    except KeyboardInterrupt:
        history.stopped = f"interrupted in epoch {len(history.loss) + 1}"
    finally:
        net.input_gradient = True
        net.eval()
    if best[1]:
        history.best_epoch = best[1]
        for P, saved in zip(parameters(net), best[2], strict=True):
            P[...] = saved
    return history


def batches(N, batch_size, replace, rng):
    """Index arrays into the N examples, one per step of an epoch."""
    if batch_size is None and not replace:
        return [slice(None)]
    B = batch_size or N
    order = rng.integers(N, size=-(-N // B) * B) if replace else rng.permutation(N)
    return [order[start : start + B] for start in range(0, len(order), B)]


@np.errstate(
    over="ignore", invalid="ignore", divide="ignore"
)  # a loss that becomes nan is reported, not warned about
def one_epoch(net, loss, X, Y, optimizer, steps, with_classes, history):
    """Forward, loss, backward, step for each batch; what happened goes into the history."""
    total = seen = right = 0
    norms = dict.fromkeys(history.gradient_norms, 0.0)
    for batch in steps:
        prediction = net.forward(X[batch])
        value = loss.forward(prediction, Y[batch]) + optimizer.penalty(net)
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
            right += np.count_nonzero(classes(prediction, loss.threshold) == classes(Y[batch]))
    history.loss.append(total / seen)
    if with_classes:
        history.accuracy.append(right / seen)
    for name, norm in norms.items():
        history.gradient_norms[name].append(norm)


def evaluate(net, loss, X, Y, history):
    prediction = net.forward(X)
    history.validation_loss.append(loss.forward(prediction, Y))
    if are_classes(np.asarray(Y)):
        history.validation_accuracy.append(float((classes(prediction, loss.threshold) == classes(Y)).mean()))
    return history.validation_loss[-1]


def are_classes(Y):
    """Class numbers, a column of zeros and ones, or one-hot rows: targets for which an accuracy means
    something.
    """
    return Y.ndim == 1 or bool(np.isin(Y, (0, 1)).all() and (Y.shape[1] == 1 or (Y.sum(axis=1) == 1).all()))


def parameters(net):
    return [P for layer in net.leaves() for P in layer.params.values()]


TWICE = {(SoftmaxCrossEntropy, Softmax), (BinaryCrossEntropyWithLogits, Sigmoid)}  # the loss brings its own


def check_arguments(net, loss, X, Y, optimizer, epochs, batch_size, validation, patience):
    N = len(X) if X.ndim else 0
    wrong = None
    classes_given = [thing.__name__ for thing in (net, loss, optimizer) if isinstance(thing, type)]
    if classes_given:
        wrong = f"{classes_given[0]} is a class; write {classes_given[0]}(…) to make one"
    elif N == 0 or Y.ndim == 0 or len(Y) != N:
        wrong = f"X is {X.shape} and Y is {Y.shape}; expected one row in each for every example, at least one"
    elif X.dtype.kind == "f" and not np.isfinite(X).all():
        rows = int((~np.isfinite(X).reshape(N, -1).all(axis=1)).sum())
        wrong = f"X holds nan or inf in {rows} of its {N} rows; drop or fill them"
    elif epochs < 1:
        wrong = f"epochs={epochs}; expected at least one pass over the data"
    elif batch_size is not None and batch_size not in range(1, N + 1):
        wrong = f"batch_size={batch_size}, but there are {N} examples; use 1 to {N}, or None for all of them at once"
    elif patience is not None and validation is None:
        wrong = "patience waits for the validation loss to improve; pass validation=(X, Y) too"
    elif (type(loss), type(net.leaves()[-1])) in TWICE:
        wrong = f"{loss} starts from logits, but the network ends in {net.leaves()[-1]} already; use output='identity'"
    if wrong:
        raise ValueError(f"train: {wrong}")


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
        "Usual causes: a learning rate that is too large (try a tenth), inputs that are not scaled, a probability "
        "that reached exactly 0 or 1 (use a loss with logits). The parameters are spoiled: build the network anew."
    )
