"""Losses: `forward(prediction, target)` is a number, the mean over the examples; `backward()` its gradient.

The 1/N of the mean is in the gradient that `backward` returns, once, and nowhere else.
"""

import numpy as np

from .activations import sigmoid
from .vector import as_floats


class Loss:
    """What the losses have in common, and a start for one of your own.

    `bp.train` asks a loss for `forward(prediction, target)`, a number, the mean over the examples, and then
    for `backward()`, the gradient of that number with respect to the prediction, an array of its shape.
    `threshold` is where a single output counts as class 1: 0.5 for a probability, and without that attribute;
    0 for a logit. A loss need not inherit from this class, which only checks and remembers:

        class AbsoluteError(bp.Loss):
            def forward(self, prediction, target):
                self.P, self.Y = self.pair(prediction, target)
                return float(np.abs(self.P - self.Y).sum()) / len(self.P)

            def backward(self):
                P, Y, N = self.remembered()
                return np.sign(P - Y) / N
    """

    threshold = 0.5
    P = None  # what forward remembers: the prediction P and the target Y

    def pair(self, prediction, target):
        """Prediction and target as floats of one dtype, if there are any and their shapes are the same."""
        P = as_floats(prediction, self)
        Y = as_floats(target, self).astype(P.dtype, copy=False)
        if P.shape != Y.shape:
            hint = "expected one target for each output"
            if P.ndim == 2 and Y.ndim == 1:
                one_hot = f"one-hot rows of labels are np.eye({P.shape[1]})[Y]"
                hint = "did you mean Y[:, None]?" if P.shape[1] == 1 else one_hot
            raise ValueError(f"{self}: the prediction is {P.shape} but the target is {Y.shape}; {hint}")
        if P.ndim == 0 or len(P) == 0:
            raise ValueError(f"{self}: the mean over {P.size} examples; expected one example per row")
        return P, Y

    def remembered(self):
        """The prediction and the target of the last forward pass, and the number of examples."""
        if self.P is None:
            raise ValueError(f"{self}: backward before forward; call forward(prediction, target) first")
        return self.P, self.Y, len(self.P)

    def __repr__(self):
        return f"{type(self).__name__}()"


class HalfSquaredError(Loss):
    """L = 1/N Σ ½‖a − y‖² (Lecture 001, eq. 9). The ½ makes the gradient (a − y)/N, without a 2."""

    def forward(self, prediction, target):
        self.P, self.Y = self.pair(prediction, target)
        error = self.P - self.Y
        return 0.5 * float(np.vdot(error, error)) / len(error)

    def backward(self):
        P, Y, N = self.remembered()
        return (P - Y) / N


class BinaryCrossEntropy(Loss):
    """L = 1/N Σ −y log p − (1 − y) log(1 − p) on probabilities p, as in Lecture 000, section 7, summed over
    outputs.

    It breaks where p has been rounded to exactly 0 or 1, which σ does from z = 36.74 on (float64; 16.6 in
    float32): the loss is then nan (0 · log 0) when the label agrees, inf when not.
    `BinaryCrossEntropyWithLogits` never breaks.
    """

    def forward(self, prediction, target):
        P, Y = self.P, self.Y = self.pair(prediction, target)
        hint = "for scores before the sigmoid use BinaryCrossEntropyWithLogits"
        in_unit_interval(P, f"{self}: a probability", hint)
        in_unit_interval(Y, f"{self}: a label", "labels are 0 and 1")
        with np.errstate(divide="ignore", invalid="ignore"):
            return -float((Y * np.log(P) + (1 - Y) * np.log(1 - P)).sum()) / len(P)

    def backward(self):
        P, Y, N = self.remembered()
        with np.errstate(divide="ignore", invalid="ignore"):
            return (-Y / P + (1 - Y) / (1 - P)) / N


class BinaryCrossEntropyWithLogits(Loss):
    """L = 1/N Σ log(1 + eᶻ) − y z: binary cross-entropy of p = σ(z), gradient (σ(z) − y)/N, for every z."""

    threshold = 0.0

    def forward(self, prediction, target):
        Z, Y = self.P, self.Y = self.pair(prediction, target)
        in_unit_interval(Y, f"{self}: a label", "labels are 0 and 1")
        return float((np.logaddexp(0, Z) - Y * Z).sum()) / len(Z)

    def backward(self):
        Z, Y, N = self.remembered()
        return (sigmoid(Z) - Y) / N


class SoftmaxCrossEntropy(Loss):
    """L = 1/N Σ −log p_y with p = softmax(z), from the logits z (Lecture 002, multiclass logistic
    regression).

    The target is a class number for each example, or one-hot rows. With P = softmax(Z) and Y one-hot, the
    gradient is (P − Y)/N.
    """

    def forward(self, prediction, target):
        Z = as_floats(prediction, self)
        self.Y = ones(target, Z, self)
        Z = Z - np.maximum.reduce(Z, axis=1, keepdims=True)  # a shift changes no ratio and keeps e^z finite
        E = np.exp(Z, order="C")  # row after row, as Y counts
        S = np.add.reduce(E, axis=1, keepdims=True)
        self.P = E / S
        return float((np.log(S[:, 0]) - Z.take(self.Y)).sum()) / len(Z)

    def backward(self):
        P, Y, N = self.remembered()
        delta = P / N
        delta.ravel()[Y] -= 1 / N  # a view: the rows lie one after the other
        return delta


def in_unit_interval(values, what, hint):
    low, high = values.min(), values.max()
    if low < 0 or high > 1:
        raise ValueError(f"{what} lies between 0 and 1, and {high if high > 1 else low:.4g} does not; {hint}")


def ones(target, logits, who):
    """Where the one-hot rows of the target have their ones, counting through the entries row by row."""
    if logits.ndim != 2 or len(logits) == 0 or logits.shape[1] < 2:
        raise ValueError(
            f"{who}: logits are {logits.shape}; expected examples and classes, at least one and two"
        )
    Y, (N, K) = np.asarray(target), logits.shape
    if Y.shape == (N, K):
        if not (((Y == 0) | (Y == 1)).all() and (Y.sum(axis=1) == 1).all()):
            raise ValueError(f"{who}: the target is {Y.shape}, but not every row is one 1 and zeros")
        return np.flatnonzero(Y)
    if Y.shape != (N,):
        hint = "; did you mean Y[:, 0]?" if Y.shape == (N, 1) else ""
        expected = f"expected ({N},) or ({N}, {K}){hint}"
        raise ValueError(f"{who}: the logits are ({N}, {K}) but the target is {Y.shape}; {expected}")
    if Y.dtype.kind not in "iu":
        raise TypeError(f"{who}: class numbers are integers, and not {Y.dtype}; write Y.astype(int)")
    try:
        return np.ravel_multi_index((np.arange(N), Y), (N, K))
    except ValueError:
        found = f"labels run from {Y.min()} to {Y.max()}"
        raise ValueError(f"{who}: {found}, but {K} logits mean classes 0 to {K - 1}") from None
