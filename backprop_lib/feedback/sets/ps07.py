"""Problem set 07, logistic regression: a loss that does not break, its gradients, and a missing parenthesis."""
# ruff: noqa: E501

import numpy as np

from ..task import formula, task, wrong
from .draws import SIZES, binary_labels


def draw_logits(rng):
    for N in (5, 4, 7):
        yield dict(z=2 * rng.standard_normal(N), y=binary_labels(rng, N)[:, 0])
    yield dict(
        z=np.array([1000.0, -1000.0, 1.5, 1000.0, -1000.0, -0.5]), y=np.array([1.0, 0.0, 1.0, 0.0, 1.0, 0.0])
    )
    yield dict(z=np.array([40.0, -3.0, -800.0]), y=np.array([1.0, 1.0, 0.0]))
    yield dict(z=np.array([0.0, 0.0]), y=np.array([1.0, 0.0]))
    yield dict(z=np.array([-1.5]), y=np.array([0.0]))


def draw_other_logits(rng):
    for N, size in ((3, 2), (12, 10), (9, 300)):
        yield dict(z=size * rng.standard_normal(N), y=rng.integers(0, 2, N).astype(float))
    yield dict(z=np.array([0.7]), y=np.array([1.0]))
    yield dict(z=np.array([-1000.0]), y=np.array([1.0]))
    yield dict(z=rng.standard_normal(4), y=np.ones(4))
    yield dict(
        z=np.array([0.0, 709.0, -745.0, 30.0, -36.0, 1e5, -1e5, -30.0]),
        y=np.array([0, 0, 1, 0, 1, 1, 0, 1.0]),
    )


CLIPPED = (
    "The loss stops growing: for a prediction that is wrong and very sure it should be about |z|, and the clipped probability (or the small "
    "number added inside the log) caps it. No nan, but a wrong number. Compute from the logit, then nothing needs clipping."
)


LOSS = "np.mean(np.maximum(z, 0) - y * z + np.log1p(e))"
TINY = [float(f"1e-{k}") for k in (*range(3, 17), 20, 30, 100, 300)] + [float(np.finfo(float).eps)]


def caps():
    """How students keep log away from 0, for every constant: ŷ and 1 − ŷ as they go into the log."""
    for tiny in TINY:
        yield f"np.clip(p, {tiny}, 1 - {tiny})", f"1 - np.clip(p, {tiny}, 1 - {tiny})"
        yield f"(p + {tiny})", f"1 - p + {tiny}"
        if tiny < 1e-12:  # above, it is the same as clipping
            yield f"np.maximum(p, {tiny})", f"np.maximum(1 - p, {tiny})"


@task(
    "07.1", "Cross-entropy from the logit", draw=draw_logits, draw_hidden=draw_other_logits, returns="loss dz", points="3 3", hidden=2, minutes=20, difficulty=3,
    factors={"N": lambda given: len(given["z"])}, quiet=True,
    hints=(
        "At z = 1000 the probability is exactly 1. Which expression of yours then takes the logarithm of 0, or the exponential of 1000?",
        "Write the loss in z alone: log(1 + e^z) − y·z. And never hand exp a positive number: np.exp(-np.abs(z)) is safe.",
        "One example, z = 800 and y = 0: log(1 + e^800) overflows, and 800 + log(1 + e^−800) is the same number and harmless. For z = −800 it is 0 + log(1 + e^−800). Likewise σ(−800) = e^−800/(1 + e^−800).",
    ),
    mistakes=(
        wrong("log_of_zero", "np.mean(np.maximum(z, 0) - y * z + np.log1p(e))", "np.mean(-y * np.log(p) - (1 - y) * np.log(1 - p))"),
        *(
            wrong("log_of_zero", LOSS, f"np.mean(-y * np.log({capped}) - (1 - y) * np.log({rest}))", say=CLIPPED)
            for capped, rest in caps()
        ),
        *(
            wrong("log_of_zero", LOSS, "np.mean(-y * np.log(p) - (1 - y) * np.log(1 - p))", "p = np.where(z > 0, 1 / (1 + e), e / (1 + e))", f"p = np.clip(np.where(z > 0, 1 / (1 + e), e / (1 + e)), {tiny}, 1 - {tiny})", say=CLIPPED)
            for tiny in TINY[:6]
        ),
        wrong("exp_overflow", "np.maximum(z, 0) - y * z + np.log1p(e)", "np.log(1 + np.exp(z)) - y * z"),
        wrong("exp_overflow", "np.where(z > 0, 1 / (1 + e), e / (1 + e))", "1 / (1 + np.exp(-z))"),
        wrong("exp_overflow", "np.where(z > 0, 1 / (1 + e), e / (1 + e))", "np.exp(z) / (1 + np.exp(z))"),
        wrong("sum_for_mean", "np.mean(np.max", "np.sum(np.max"),
        wrong("sum_for_mean", "np.mean(np.max", "np.sum(np.max", "(p - y) / N", "p - y", say="The examples are summed, in the loss and in its gradient; the loss is their mean."),
        wrong("missing_batch_mean", "(p - y) / N", "p - y",
              say="dz is exactly N times too big, and the loss is right: the loss is a mean, so its gradient carries 1/N."),
        wrong("batch_mean_twice", "(p - y) / N", "(p - y) / N / N"),
        wrong("sign_flipped", "(p - y) / N", "(y - p) / N"),
        wrong("loss_sign", "np.mean(np.max", "-np.mean(np.max",
              say="The loss has the wrong sign: it is −log of the probability of what happened, and never negative."),
        wrong("loss_sign", "np.mean(np.max", "-np.mean(np.max", "(p - y) / N", "(y - p) / N",
              say="The loss has the wrong sign, and its gradient with it: the loss is −log of the probability of what happened, and never negative."),
        wrong("missing_negative_label_term", "(p - y) / N", "y * (p - y) / N"),
        wrong("missing_negative_label_term", "np.maximum(z, 0) - y * z + np.log1p(e)", "y * (np.maximum(z, 0) - z + np.log1p(e))"),
        wrong("missing_negative_label_term", "(p - y) / N", "y * (p - y) / N",
              "np.maximum(z, 0) - y * z + np.log1p(e)", "y * (np.maximum(z, 0) - z + np.log1p(e))"),
        wrong("negative_label_sign", "(p - y) / N", "np.where(y == 1, p - y, y - p) / N"),
        wrong("output_derivative_twice", "(p - y) / N", "(p - y) * p * (1 - p) / N"),
        wrong("maximum_not_subtracted_from_all", "np.maximum(z, 0) - y * z", "-y * z",
              say="For z > 0 the loss is z too small: log(1 + e^z) = z + log(1 + e^−z), and the z in front is missing."),
        wrong("returns_loss", "return (loss, dz)", "return loss", say="That is the loss alone; its gradient is asked for as well."),
        wrong("base_ten", LOSS, "np.mean(np.maximum(z, 0) - y * z + np.log1p(e)) / np.log(10)"),
        wrong("base_ten", LOSS, "np.mean(np.maximum(z, 0) - y * z + np.log1p(e)) / np.log(2)", say="That is the logarithm to base 2; the loss has the natural one, ln."),
        wrong("labels_swapped", "(p - y) / N", "(p - (1 - y)) / N", "y * z", "(1 - y) * z"),
        wrong("labels_swapped", "y * z", "(1 - y) * z", say="The loss is the one for the labels 1 − y: log ŷ goes with y."),
        wrong("labels_swapped", "(p - y) / N", "(p - (1 - y)) / N", say="dz is the one for the labels 1 − y."),
        wrong("sigmoid_sign", "np.where(z > 0, 1 / (1 + e), e / (1 + e))", "np.where(z > 0, e / (1 + e), 1 / (1 + e))",
              say="dz: ŷ falls as z grows, so it is σ(−z). For z > 0 the sigmoid is 1/(1 + e^−z)."),
        wrong("last_example_only", LOSS, "(np.maximum(z, 0) - y * z + np.log1p(e))[-1] / N", say="The loss of the last example alone, divided by N: inside the loop `=` must be `+=`."),
        wrong("last_example_only", LOSS, "(np.maximum(z, 0) - y * z + np.log1p(e))[-1]", say="The loss is that of the last example alone: inside the loop `=` must be `+=`."),
        wrong("mean_missing", LOSS, "np.maximum(z, 0) - y * z + np.log1p(e)"),
        wrong("output_derivative_omitted", "(p - y) / N", "(p - y) / np.maximum(p * (1 - p), 1e-300) / N", say="dz is the gradient at ŷ: the step back through the sigmoid, ŷ(1 − ŷ), is missing."),
        wrong("squared_error", LOSS, "np.mean((p - y) ** 2)"),
        wrong("squared_error", LOSS, "np.mean((p - y) ** 2) / 2"),
        wrong("squared_error", LOSS, "np.mean((p - y) ** 2)", "(p - y) / N", "2 * (p - y) * p * (1 - p) / N", say="That is the squared error with its gradient; asked for is the log loss."),
        wrong("squared_error", LOSS, "np.mean((p - y) ** 2) / 2", "(p - y) / N", "(p - y) * p * (1 - p) / N", say="That is the squared error with its gradient; asked for is the log loss."),
        wrong("base_ten", LOSS, "np.mean(np.maximum(z, 0) - y * z + np.log1p(e)) / np.log(10)", "(p - y) / N", "(p - y) / N / np.log(10)", say="That is the logarithm to base 10, and the gradient for it; the loss has the natural one, ln."),
        wrong("base_ten", LOSS, "np.mean(np.maximum(z, 0) - y * z + np.log1p(e)) / np.log(2)", "(p - y) / N", "(p - y) / N / np.log(2)", say="That is the logarithm to base 2, and the gradient for it; the loss has the natural one, ln."),
    ),
)  # fmt: skip
def bce_with_logits(z, y):
    """Return (loss, dz): the mean over N examples of −y log ŷ − (1 − y) log(1 − ŷ) with ŷ = σ(z), and its
    gradient ∂loss/∂z.

    z (N,): any numbers, ±1000 among them; y (N,): 0 or 1; N ≥ 1. loss is a number, dz (N,). No nan, no inf,
    and no warning from numpy.
    """
    N = len(z)
    e = np.exp(-np.abs(z))
    p = np.where(z > 0, 1 / (1 + e), e / (1 + e))
    loss = np.mean(np.maximum(z, 0) - y * z + np.log1p(e))
    dz = (p - y) / N
    return loss, dz


def draw_batch(rng):
    for N, d, _, _ in SIZES:
        yield labelled_batch(rng, N, d)
    yield labelled_batch(rng, 4, 1)
    yield labelled_batch(rng, 1, 3, label=1.0)


def draw_other_batches(rng):
    for N, d in ((2, 6), (10, 4), (6, 1)):
        yield labelled_batch(rng, N, d)
    yield labelled_batch(rng, 1, 2, label=0.0)
    yield labelled_batch(rng, 1, 1, label=1.0)
    yield labelled_batch(rng, 8, 3) | dict(w=np.zeros(3), b=0.0)
    far = labelled_batch(rng, 4, 2)
    yield far | dict(X=100 * far["X"], w=far["w"] / 100)


def labelled_batch(rng, N, d, label=None):
    normal = rng.standard_normal
    y = binary_labels(rng, N) if label is None else np.full((N, 1), label)
    return dict(X=normal((N, d)), y=y, w=normal(d), b=float(normal()))


@task(
    "07.2", "The gradients of a batch", draw=draw_batch, draw_hidden=draw_other_batches, returns="dz dw db", points="2 2 2", hidden=2, minutes=15, difficulty=2,
    factors={"N": lambda given: len(given["X"])},
    hints=(
        "Write the shapes of X @ w and of y side by side: what does numpy make of their difference?",
        "(N,) against (N, 1) becomes (N, N): bring both to one shape. Then every example sends its share to w, and its share to b.",
        "Two examples: x = [1, 4] and [3, −1], ŷ = 0.9 and 0.4, labels 1 and 0. dz = [−0.1, 0.4]/2 = [−0.05, 0.2]; dw = −0.05·[1, 4] + 0.2·[3, −1] = [0.55, −0.4]; db = 0.15.",
    ),
    mistakes=(
        wrong("broadcast_to_square", "t = y.ravel()", "t = y"),
        wrong("broadcast_to_square", "p - t", "p.mean() - t"),
        wrong("broadcast_to_square", "p - t", "p - t.mean()"),
        wrong("broadcast_to_square", "t = y.ravel()", "t = y", "p - t", "p[:, None] - t.T"),
        wrong("batch_mean_twice", "X.T @ dz", "X.T @ dz / N", "dz.sum()", "dz.mean()",
              say="dw and db are N times too small: dz carries the 1/N already, you divided twice."),
        wrong("missing_batch_mean", "(p - t) / N", "p - t", "X.T @ dz", "X.T @ dz / N", "dz.sum()", "dz.mean()",
              say="dz is N times too big, and dw and db are right: the 1/N of the loss belongs into dz already."),
        wrong("labels_swapped", "p - t", "p - (1 - t)"),
        wrong("sigmoid_sign", "np.exp(-(X @ w + b))", "np.exp(X @ w + b)"),
        wrong("tanh_for_sigmoid", "1 / (1 + np.exp(-(X @ w + b)))", "np.tanh(X @ w + b)"),
        wrong("wrong_divisor", "(p - t) / N", "(p - t) / X.shape[1]"),
        wrong("sum_before_product", "X.T @ dz", "X.sum(axis=0) * np.sum(dz)", say="dw: the inputs were summed before they met their errors. Multiply first, example by example, then add."),
        wrong("local_derivative_omitted", "X.T @ dz", "np.ones(len(w)) * np.sum(dz)", say="dw: the inputs are missing. The local derivative of w·x by w is x."),
        wrong("batch_mean_twice", "X.T @ dz", "X.T @ dz / N", say="dw is N times too small, and db is right: dz carries the 1/N already."),
        wrong("bias_averaged", "dz.sum()", "dz.mean()"),
        wrong("bias_not_summed", "dz.sum()", "dz.copy()", say="db: one number for each example. All of them share the bias, so its gradient is one number too."),
        wrong("bias_follows_input", "dz.sum()", "(X.T @ dz).sum()"),
        wrong("missing_negative_label_term", "p - t", "t * (p - t)"),
        wrong("negative_label_sign", "p - t", "np.where(t == 1, p - t, t - p)"),
        wrong("missing_parenthesis", "(p - t) / N", "(p * (1 - p) * -t / p + (1 - t) / (1 - p)) / N"),
        wrong("output_derivative_twice", "(p - t) / N", "(p - t) * p * (1 - p) / N"),
        wrong("output_derivative_omitted", "(p - t) / N", "(p - t) / (p * (1 - p)) / N",
              say="{what}: these numbers are those of ∂L/∂ŷ. The step back through the sigmoid, ŷ(1 − ŷ), is missing."),
        wrong("activation_omitted", "1 / (1 + np.exp(-(X @ w + b)))", "X @ w + b", say="The sigmoid is missing: z itself was taken for ŷ."),
        wrong("missing_bias", "X @ w + b", "X @ w"),
        wrong("last_example_only", "X.T @ dz", "X[-1] * dz[-1]", "dz.sum()", "dz[-1]"),
        wrong("last_example_only", "X.T @ dz", "X[-1] * dz[-1]"),
        wrong("last_example_only", "dz.sum()", "dz[-1]", say="db: only the last example contributes; inside the loop over examples `=` must be `+=`."),
        wrong("one_left_out", "X.T @ dz", "X[:-1].T @ dz[:-1]", "dz.sum()", "dz[:-1].sum()", say="dw and db: the last example does not contribute. The loop ends one too early."),
        wrong("one_left_out", "X.T @ dz", "X[1:].T @ dz[1:]", "dz.sum()", "dz[1:].sum()", say="dw and db: the first example does not contribute. The loop begins one too late."),
        wrong("first_example_only", "X.T @ dz", "X[0] * dz[0]", "dz.sum()", "dz[0]"),
        wrong("weight_gradient_for_weight", "X.T @ dz", "w * np.sum(dz)",
              say="dw is computed with w: the local derivative of w·x by w is x."),
    ),
)  # fmt: skip
def logistic_gradients(X, y, w, b):
    """Return (dz, dw, db) for L = 1/N Σ −y log ŷ − (1 − y) log(1 − ŷ) with z = X @ w + b and ŷ = σ(z).

    X (N, d): one example per row; y (N, 1): the labels 0 and 1, in a column as they come from the file; w
    (d,); b: a number; N and d are 1 or more. dz (N,) is ∂L/∂z, dw (d,) and db (a number) the gradients for w
    and b. No z is beyond ±10.
    """
    N = len(X)
    t = y.ravel()
    p = 1 / (1 + np.exp(-(X @ w + b)))
    dz = (p - t) / N
    dw = X.T @ dz
    db = dz.sum()
    return dz, dw, db


def draw_probabilities(rng):
    for N in (5, 3, 7):
        yield dict(y_hat=rng.uniform(0.05, 0.95, N), y=binary_labels(rng, N)[:, 0])
    yield dict(y_hat=rng.uniform(0.1, 0.4, 1), y=np.array([1.0]))


def draw_other_probabilities(rng):
    for N in (2, 10, 6):
        yield dict(y_hat=rng.uniform(0.05, 0.95, N), y=rng.integers(0, 2, N).astype(float))
    yield dict(y_hat=np.array([0.999, 0.001, 0.5, 0.001, 0.999]), y=np.array([0.0, 1.0, 1.0, 0.0, 1.0]))
    yield dict(y_hat=np.array([0.8]), y=np.array([0.0]))
    yield dict(y_hat=rng.uniform(0.2, 0.9, 4), y=np.zeros(4))


@task(
    "07.3", "Find the missing parenthesis in Lecture 000", draw=draw_probabilities, draw_hidden=draw_other_probabilities, returns="dy_hat dz", points="2 3", hidden=1,
    minutes=10, difficulty=1,
    hints=(
        "Put numbers in: ŷ = 0.8 once with y = 1, once with y = 0. For which of them is the printed line ŷ − y?",
        "The chain rule multiplies the whole of ∂L/∂ŷ with the slope of the sigmoid; the line as printed multiplies only its first fraction.",
        "One example with ŷ = 0.6 and y = 0: ∂L/∂ŷ = 0 + 1/0.4 = 2.5, and 0.6·0.4·2.5 = 0.6. With y = 1 it would be −1/0.6, and 0.24·(−1/0.6) = −0.4.",
    ),
    mistakes=(
        wrong("missing_parenthesis", "y_hat * (1 - y_hat) * dy_hat", "y_hat * (1 - y_hat) * -y / y_hat + (1 - y) / (1 - y_hat)"),
        wrong("missing_negative_label_term", "-y / y_hat + (1 - y) / (1 - y_hat)", "-y / y_hat"),
        wrong("missing_negative_label_term", "y_hat * (1 - y_hat) * dy_hat", "-y * (1 - y_hat)"),
        wrong("negative_label_sign", "-y / y_hat + (1 - y)", "-y / y_hat - (1 - y)"),
        wrong("negative_label_sign", "y_hat * (1 - y_hat) * dy_hat", "-y * (1 - y_hat) - (1 - y) * y_hat"),
        wrong("output_derivative_omitted", "y_hat * (1 - y_hat) * dy_hat", "dy_hat.copy()",
              say="dz equals dy_hat: the slope of the sigmoid, ŷ(1 − ŷ), is missing."),
        wrong("output_derivative_twice", "y_hat * (1 - y_hat) * dy_hat", "(y_hat - y) * y_hat * (1 - y_hat)"),
        wrong("derivative_at_activation", "y_hat * (1 - y_hat) * dy_hat",
              "1 / (1 + np.exp(-y_hat)) * (1 - 1 / (1 + np.exp(-y_hat))) * dy_hat",
              say="dz: the sigmoid was applied to ŷ, which is a sigmoid's output already. Its slope is ŷ(1 − ŷ)."),
        wrong("labels_swapped", "-y / y_hat + (1 - y) / (1 - y_hat)", "-(1 - y) / y_hat + y / (1 - y_hat)"),
        wrong("labels_swapped", "y_hat * (1 - y_hat) * dy_hat", "y_hat - (1 - y)", say="dz is the one for the labels 1 − y."),
        wrong("mean_included", "return (dy_hat, dz)", "return (dy_hat / len(y), dz / len(y))"),
        wrong("mean_included", "return (dy_hat, dz)", "return (dy_hat, dz / len(y))", say="dz is divided by N: the loss here is that of one example, not a mean."),
        wrong("base_ten", "-y / y_hat + (1 - y) / (1 - y_hat)", "(-y / y_hat + (1 - y) / (1 - y_hat)) / np.log(10)"),
        wrong("base_ten", "-y / y_hat + (1 - y) / (1 - y_hat)", "(-y / y_hat + (1 - y) / (1 - y_hat)) / np.log(2)", say="That is the derivative of the logarithm to base 2; the loss has the natural one, ln."),
        wrong("tanh_derivative_for_sigmoid", "y_hat * (1 - y_hat) * dy_hat", "(1 - y_hat ** 2) * dy_hat"),
        wrong("sigma_for_derivative", "y_hat * (1 - y_hat) * dy_hat", "y_hat * dy_hat", say="dz: ŷ itself stands where the slope of the sigmoid, ŷ(1 − ŷ), belongs."),
        wrong("sigma_for_derivative", "y_hat * (1 - y_hat) * dy_hat", "(1 - y_hat) * dy_hat", say="dz: 1 − ŷ stands where the slope of the sigmoid, ŷ(1 − ŷ), belongs."),
        wrong("local_sign", "y_hat * (1 - y_hat) * dy_hat", "y - y_hat", say="dz has the wrong sign."),
        wrong("upstream_added", "y_hat * (1 - y_hat) * dy_hat", "y_hat * (1 - y_hat) + dy_hat"),
        wrong("upstream_ignored", "y_hat * (1 - y_hat) * dy_hat", "y_hat * (1 - y_hat)"),
        wrong("log_missing", "-y / y_hat + (1 - y) / (1 - y_hat)", "1 - 2 * y",
              say="dy_hat is the derivative of a loss without logarithms: the derivative of log ŷ is 1/ŷ."),
        wrong("operands_swapped", "-y / y_hat + (1 - y) / (1 - y_hat)", "-y / (1 - y_hat) + (1 - y) / y_hat",
              say="dy_hat: the denominators are swapped. −y log ŷ gives −y/ŷ."),
    ),
)  # fmt: skip
def through_the_sigmoid(y_hat, y):
    """Return (dy_hat, dz) = (∂L/∂ŷ, ∂L/∂z) for each of N examples, where ŷ = σ(z) and L = −y log ŷ − (1 − y)
    log(1 − ŷ) is the loss of one example, without a mean.

    Lecture 000, section 8, prints ∂L/∂z = ŷ(1 − ŷ) · −y/ŷ + (1 − y)/(1 − ŷ); put it right. y_hat (N,):
    greater than 0 and less than 1; y (N,): 0 or 1; N ≥ 1. Both results are (N,).
    """
    dy_hat = -y / y_hat + (1 - y) / (1 - y_hat)
    dz = y_hat * (1 - y_hat) * dy_hat
    return dy_hat, dz


def draw_step(rng):
    for d, y, lr in ((3, 1.0, 0.1), (2, 0.0, 0.5), (4, 1.0, 0.03), (3, 0.0, 0.2), (1, 0.0, 0.4)):
        yield one_example(rng, d, y, lr)
    yield one_example(rng, 2, 1.0, 0.3) | dict(x=np.zeros(2))


def draw_other_steps(rng):
    for d, y, lr in ((5, 1, 2.5), (2, 1.0, 0.01), (1, 1.0, 1.0), (7, 0.0, 0.15)):
        yield one_example(rng, d, y, lr)
    yield one_example(rng, 4, 0, 0.6) | dict(w=np.zeros(4), b=0.0)
    far = one_example(rng, 3, 0.0, 1e-3)
    yield far | dict(x=100 * far["x"], w=far["w"] / 100)


def one_example(rng, d, y, lr):
    normal = rng.standard_normal
    return dict(x=normal(d), y=y, w=normal(d), b=float(normal()), lr=lr)


@task(
    "07.4", "One step of gradient descent", draw=draw_step, draw_hidden=draw_other_steps, returns="w_new b_new", points="2 2", hidden=1, minutes=8, difficulty=1,
    hints=(
        "Four things in a row: z, ŷ, the gradients, the step. Which of them may know the new w?",
        "Both gradients belong to the old w and b. The bias is a weight whose input is always 1.",
        "x = [2, −1], y = 1, w = [0.5, 1], b = 0 and lr = 0.1: z = 0, ŷ = 0.5, the error is −0.5. w becomes [0.5 + 0.1, 1 − 0.05], b becomes 0 + 0.05.",
    ),
    mistakes=(
        wrong("steps_uphill", "w - lr", "w + lr", "b - lr", "b + lr"),
        wrong("steps_uphill", "w - lr", "w + lr"),
        wrong("steps_uphill", "b - lr", "b + lr", say="b goes uphill, and w downhill: the step is minus the learning rate times the slope, for both."),
        wrong("learning_rate_missing", "lr * (p - y) * x", "(p - y) * x", "lr * (p - y)", "(p - y)"),
        wrong("learning_rate_missing", "lr * (p - y) * x", "(p - y) * x", say="The learning rate is missing in the step of w."),
        wrong("learning_rate_missing_on_biases", "b - lr * (p - y)", "b - (p - y)"),
        wrong("returns_gradients", "w - lr * (p - y) * x", "(p - y) * x", "b - lr * (p - y)", "p - y"),
        wrong("gradient_for_position", "w - lr", "lr", "b - lr", "lr", say="Those are the steps; each is subtracted from where you are."),
        wrong("labels_swapped", "p - y", "p - (1 - y)"),
        wrong("sigmoid_sign", "np.exp(-(w @ x + b))", "np.exp(w @ x + b)"),
        wrong("tanh_for_sigmoid", "1 / (1 + np.exp(-(w @ x + b)))", "np.tanh(w @ x + b)"),
        wrong("factor_half", "lr *", "lr / 2 *", say="The step is exactly half of what it should be."),
        wrong("gradient_not_used", "p - y", "np.sign(p - y)", say="The step uses only the sign of the error: its size belongs into the step."),
        wrong("wrong_divisor", "p - y", "(p - y) / len(x)", say="Divided by the number of inputs: there is one example, and no mean."),
        wrong("biases_only", "w - lr * (p - y) * x", "w.copy()"),
        wrong("weights_only", "b - lr * (p - y)", "b"),
        wrong("updated_weights_in_backward", "b - lr * (p - y)", "b - lr * (1 / (1 + np.exp(-(w_new @ x + b))) - y)",
              say="b_new uses a ŷ that was computed with the new w. Both gradients belong to the old parameters; then both step."),
        wrong("bias_follows_input", "b - lr * (p - y)", "b - lr * (p - y) * x.sum()"),
        wrong("output_derivative_twice", "p - y", "(p - y) * p * (1 - p)"),
        wrong("output_derivative_omitted", "p - y", "(p - y) / (p * (1 - p))",
              say="{what}: the step is taken with ∂L/∂ŷ. The step back through the sigmoid, ŷ(1 − ŷ), is missing."),
        wrong("activation_omitted", "1 / (1 + np.exp(-(w @ x + b)))", "w @ x + b", say="The sigmoid is missing: z itself was taken for ŷ."),
        wrong("missing_bias", "w @ x + b", "w @ x"),
        wrong("missing_negative_label_term", "p - y", "y * (p - y)", say="Right for y = 1, and no step at all for y = 0: the loss's term for the label 0 is missing."),
        wrong("negative_label_sign", "p - y", "np.where(y == 1, p - y, y - p)", say="Right for y = 1, and a step in the opposite direction for y = 0: mind the inner derivative of 1 − ŷ, which is −1."),
        wrong("missing_parenthesis", "p - y", "p * (1 - p) * (-y / p) + (1 - y) / (1 - p)"),
        wrong("factor_two", "lr *", "2 * lr *", say="The step is exactly 2 times too big: the cross-entropy has no square whose 2 comes down."),
        wrong("upstream_ignored", "lr * (p - y) * x", "lr * x",
              say="w_new does not depend on how wrong the prediction was: ∂L/∂w is x times (ŷ − y)."),
        wrong("weight_gradient_for_weight", "lr * (p - y) * x", "lr * (p - y) * w",
              say="w_new is computed with w in the gradient: the local derivative of w·x by w is x."),
        wrong("local_derivative_omitted", "lr * (p - y) * x", "lr * (p - y)",
              say="w_new: ∂z/∂w = x is missing. This is the step that the bias takes."),
    ),
)  # fmt: skip
def step(x, y, w, b, lr):
    """Return (w_new, b_new) after one step of gradient descent with rate lr on L = −y log ŷ − (1 − y) log(1 −
    ŷ), ŷ = σ(w·x + b).

    One example: x (d,), d ≥ 1; y is 0 or 1; w (d,); b a number; lr > 0. w_new (d,), b_new a number. The
    arrays that you are given stay as they are.
    """
    p = 1 / (1 + np.exp(-(w @ x + b)))
    w_new = w - lr * (p - y) * x
    b_new = b - lr * (p - y)
    return w_new, b_new


def draw_machine(rng):
    while True:
        x, w, b = (
            float(rng.integers(2, 10)),
            float(rng.choice([-1, 1]) * rng.integers(1, 10)) / 10,
            float(rng.integers(-15, 16)) / 10,
        )
        if 0.3 < abs(w * x + b) < 2.5 and b and abs(w * x) > 0.3:
            yield dict(x=x, w=w, b=b)


@task(
    "07.5", "By hand: the machine that did not fail", kind="numbers", draw=draw_machine, returns="z p L dz dw db", points="1 1 1 2 2 2",
    minutes=10, difficulty=1, tolerance=2e-3,
    hints=(
        "With y = 0 one of the two terms of the loss is left. Which one?",
        "Only the term with 1 − y is left. Go back from it: log, 1 − ŷ, σ, then the sum w·x + b, which passes on what it gets.",
        "With x = 1, w = 2, b = −1: z = 1, ŷ = 0.7311, L = −log(0.2689) = 1.313. Back: −log(1 − ŷ) and σ together give ŷ, so dz = 0.7311, and w and b get their shares of it: dw = 0.7311·1",
    ),
    mistakes=(
        wrong("missing_parenthesis", "dz = p", "dz = 1 / (1 - p)",
              say="Your dz is 1/(1 − ŷ), which is ∂L/∂ŷ, and what the line printed in Lecture 000 gives at y = 0: the factor ŷ(1 − ŷ) belongs "
                  "in front of both fractions."),
        wrong("negative_label_sign", "dz = p", "dz = -p"),
        wrong("output_derivative_twice", "dz = p", "dz = p * p * (1 - p)"),
        wrong("bias_follows_input", "db = dz", "db = dz * x"),
        wrong("weight_gradient_for_weight", "dw = dz * x", "dw = dz * w", say="dw: the local derivative of w·x by w is x, not w."),
        wrong("missing_bias", "z = w * x + b", "z = w * x"),
        wrong("loss_sign", "L = -np.log(1 - p)", "L = np.log(1 - p)", say="L is −log of the probability that ŷ gave to what happened; it is never negative."),
        wrong("base_ten", "-np.log(", "-np.log10("),
        wrong("binary_loss", "L = -np.log(1 - p)", "L = -np.log(p)", say="−log ŷ is the loss for y = 1; the machine did not fail."),
        wrong("binary_loss", "L = -np.log(1 - p)", "L = -np.log(p)", "dz = p", "dz = p - 1", say="L and the gradients are those for y = 1; the machine did not fail."),
        wrong("squared_error", "L = -np.log(1 - p)", "L = p ** 2 / 2", "dz = p", "dz = p * p * (1 - p)", say="That is the squared error with its gradients; asked for is the log loss."),
        wrong("loss_sign", "L = -np.log(1 - p)", "L = np.log(1 - p)", "dz = p", "dz = -p", say="L has the wrong sign, and the gradients with it: L is −log of a probability, and never negative."),
        wrong("local_sign", "np.exp(-z)", "np.exp(z)", say="σ(z) = 1/(1 + e^−z): the minus in the exponent is missing."),
    ),
)  # fmt: skip
def machine_by_hand(x, w, b):
    """One machine, temperature x, weight w, bias b, and it did not fail: y = 0. (The lecture's example has y
    = 1.)

    Give z = w·x + b, ŷ = σ(z) as p, the loss L = −y log ŷ − (1 − y) log(1 − ŷ) with the natural logarithm, dz
    = ∂L/∂z, dw = ∂L/∂w, and db = ∂L/∂b, which the lecture leaves out.
    """
    z = w * x + b
    p = 1 / (1 + np.exp(-z))
    L = -np.log(1 - p)
    dz = p
    dw = dz * x
    db = dz
    return tuple(map(float, (z, p, L, dz, dw, db)))


def graph_of_cross_entropy():
    from ... import log, sigmoid
    from ...graph import Node

    z, y = Node(0.4, "z"), Node(1.0, "y")
    p = sigmoid(z)
    p.name = "ŷ"
    L = -y * log(p) - (1 - y) * log(1 - p)
    L.name = "L"
    return L


formula(
    "07.6", "What the sigmoid makes of two fractions",
    "ŷ = σ(z) and L = −y log ŷ − (1 − y) log(1 − ŷ). Give ∂L/∂z as a formula in ŷ and y, as short as you can (y may be any number; ŷ may be typed yhat or p).",
    graph=graph_of_cross_entropy, wrt="z", points=4, minutes=10, difficulty=2, answer="ŷ - y",
    mistakes={
        "missing_parenthesis": "ŷ*(1 - ŷ)*(-y/ŷ) + (1 - y)/(1 - ŷ)",
        "sign_flipped": "y - ŷ",
        "output_derivative_twice": "(ŷ - y)*ŷ*(1 - ŷ)",
        "output_derivative_omitted": "-y/ŷ + (1 - y)/(1 - ŷ)",
        "missing_negative_label_term": "-y*(1 - ŷ)",
        "negative_label_sign": "-y*(1 - ŷ) - (1 - y)*ŷ",
        "factor_two": "2*(ŷ - y)",
        "label_flipped": "ŷ - (1 - y)",
        "sigma_for_derivative": "ŷ*(-y/ŷ + (1 - y)/(1 - ŷ))",
        "tanh_derivative_for_sigmoid": "(1 - ŷ**2)*(-y/ŷ + (1 - y)/(1 - ŷ))",
    },
    say={
        "output_derivative_omitted": "That is ∂L/∂ŷ: the step back through the sigmoid is missing.",
        "factor_two": "Your formula is exactly 2 times too big: there is no square in this loss.",
    },
    hints=(
        "Two stations: from L to ŷ, from ŷ to z. What does each of them give?",
        "First ∂L/∂ŷ: two fractions. Then the slope of the sigmoid in front of both of them: what cancels?",
        "For p = e^(−3z) and L = −y log p: ∂L/∂p = −y/p, the slope of p is −3p, and of their product the p cancels: 3y",
    ),
)  # fmt: skip


def graph_of_squared_error():
    from ... import sigmoid
    from ...graph import Node

    w, x, b, t = (Node(v, n) for v, n in zip((0.5, 1.4, -0.2, 1.0), "wxbt"))
    z = w * x + b
    z.name = "z"
    y = sigmoid(z)
    y.name = "y"
    L = (y - t) ** 2 / 2
    L.name = "L"
    return L


formula(
    "07.7", "Find the error in Lecture 002: ∂L/∂w = dL/dz ×",
    "z = w·x + b, y = σ(z), L = ½(y − t)². On the slide “Using Chain Rules” the formula for ∂L/∂w ends in a multiplication sign. Give ∂L/∂w "
    "as a formula in x, y and t.",
    graph=graph_of_squared_error, wrt="w", points=3, minutes=8, difficulty=1, answer="(y - t)*y*(1 - y)*x",
    mistakes={
        "local_derivative_omitted": "(y - t)*y*(1 - y)",
        "output_derivative_omitted": "(y - t)*x",
        "sign_flipped": "(t - y)*y*(1 - y)*x",
        "factor_two": "2*(y - t)*y*(1 - y)*x",
        "tanh_derivative_for_sigmoid": "(y - t)*(1 - y**2)*x",
        "sigma_for_derivative": "(y - t)*y*x",
        "weight_gradient_for_weight": "(y - t)*y*(1 - y)*w",
        "upstream_ignored": "y*(1 - y)*x",
        "label_flipped": "(y - (1 - t))*y*(1 - y)*x",
    },
    say={
        "label_flipped": "1 − t stands where the target t belongs: put in t = 1 and see what your formula wants.",
        "weight_gradient_for_weight": "In w·x the derivative by w is the other factor, not w.",
    },
    hints=(
        "What does the sign multiply with?",
        "Three stations, L by y, y by z, z by w: each of them gives a factor.",
        "With y = tanh(z) and L = 3y² in their places: 6y · (1 − y²) · x",
    ),
)  # fmt: skip
