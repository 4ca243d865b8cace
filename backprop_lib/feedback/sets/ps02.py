"""Problem set 02, three ways to a gradient: measured, by hand, by symbols."""
# ruff: noqa: E501

import numpy as np

from ..task import formula, task, wrong


def cubic(x):
    return float(np.sum(x**3) + x[0] * x[-1])


def wave(x):
    return float(np.sum(np.sin(2 * x)) + np.prod(x))


def saturating(x):
    return float(np.tanh(x).sum() ** 2)


def draw_functions(rng):
    for f, n, h in ((cubic, 3, 0.05), (wave, 4, 0.02), (saturating, 2, 0.1), (wave, 1, 0.2)):
        yield dict(loss=f, x=rng.uniform(0.4, 1.2, n), h=h)
    yield dict(loss=cubic, x=np.array([0.0, -2.0]), h=0.3)


def neighbours(x):
    return float(np.sum(x * np.roll(x, 1) ** 2))


def draw_other_functions(rng):
    for f, n, h in ((neighbours, 6, 0.5), (saturating, 1, 0.25), (cubic, 5, 1.0), (neighbours, 2, 0.01)):
        yield dict(loss=f, x=3 * rng.standard_normal(n), h=h)
    yield dict(loss=wave, x=np.zeros(3), h=0.7)


@task(
    "02.1", "Find the error in Lecture 004: the slope, measured", draw=draw_functions, draw_hidden=draw_other_functions, returns="gradient", points="4", hidden=1, minutes=12, difficulty=2,
    hints=(
        "The lecture divides f(x + h) − f(x) by h. Try it on x² at 1 with h = 0.1: how far off is it?",
        "Nudge one entry both ways, divide by the whole distance, put the entry back.",
        "For loss = u²·v at (3, 5) with h = 0.1: entry 0 is (3.1²·5 − 2.9²·5)/0.2 = 30, entry 1 is (3²·5.1 − 3²·4.9)/0.2 = 9.",
    ),
    mistakes=(
        wrong("forward_difference", "(loss(up) - loss(down)) / (2 * h)", "(loss(up) - loss(x)) / h", say="Those are the lecture's numbers, f(x + h) − f(x) over h: its error shrinks like h. Nudge both ways: that error shrinks like h²."),
        wrong("backward_difference", "(loss(up) - loss(down)) / (2 * h)", "(loss(x) - loss(down)) / h", say="A one-sided difference, from x down: its error shrinks like h. Nudge both ways."),
        wrong("forward_difference", "loss(up) - loss(down)", "loss(up) - loss(x)", say="The difference is one-sided, f(x + h) − f(x), and its distance is h, not the 2h that you divide by."),
        wrong("step_not_doubled", "(2 * h)", "h"),
        wrong("half_step", "up[i] += h", "up[i] += h / 2", "down[i] -= h", "down[i] -= h / 2", "(2 * h)", "h"),
        wrong("mean_for_sum", "gradient[i] = (", "gradient[i] = 1 / len(x) * (", say="The slopes are divided by the number of entries: each entry has its own slope, and nothing is averaged."),
        wrong("one_left_out", "range(len(x))", "range(len(x) - 1)", say="The last entry is still 0: the loop ends one entry too early."),
        wrong("one_left_out", "range(len(x))", "range(1, len(x))", say="The first entry is still 0: the loop begins one entry too late."),
        wrong("first_input_only", "range(len(x))", "range(1)", say="Only the first entry is filled: a return, or an index, ends the loop too early."),
        wrong("all_entries_nudged", "up[i] += h", "up += h", "down[i] -= h", "down -= h"),
        wrong("nudge_not_undone", "up, down = (x.astype(float), x.astype(float))", "up, down = (x.astype(float) if i == 0 else up, x.astype(float) if i == 0 else down)"),
        wrong("nudge_not_undone", "up, down = (x.astype(float), x.astype(float))", "up = x - h * (np.arange(len(x)) < i)\n        down = up.copy()",
              say="An entry that was nudged stays at x − h while the next ones are measured: put the old value back."),
        wrong("sign_flipped", "loss(up) - loss(down)", "loss(down) - loss(up)", say="{what}: every sign is opposite. The slope is positive where the loss rises from x − h to x + h."),
        wrong("not_divided", " / (2 * h)", "", say="The difference is not divided by the distance 2h."),
        wrong("last_entry_only", "gradient[i] =", "gradient[-1] =", say="Only the last entry is filled: the result of each pass belongs to entry i."),
    ),
)  # fmt: skip
def central_difference(loss, x, h):
    """Return the gradient (n,) of loss at x by central differences: entry i is the slope between the point
    with x[i] − h and the point with x[i] + h, the other entries as they are.

    loss takes an array (n,) and returns a number; h > 0; x (n,), n ≥ 1, holds decimals and stays unchanged.
    Lecture 004 prints a one-sided difference as "numerical" way; its error is as large as h.
    """
    gradient = np.zeros(len(x))
    for i in range(len(x)):
        up, down = (x.astype(float), x.astype(float))
        up[i] += h
        down[i] -= h
        gradient[i] = (loss(up) - loss(down)) / (2 * h)
    return gradient


def draw_regression(rng):
    for N, d in ((5, 3), (3, 2), (7, 4), (1, 2), (4, 1)):
        yield regression(rng, N, d)


def draw_other_regressions(rng):
    for N, d in ((2, 5), (1, 1), (9, 6)):
        yield regression(rng, N, d)
    yield regression(rng, 6, 3) | dict(w=np.zeros(3), b=0.0)
    far = regression(rng, 8, 2)
    yield far | dict(X=1000 * far["X"], y=1000 * far["y"])


def regression(rng, N, d):
    return dict(
        X=rng.standard_normal((N, d)),
        y=rng.standard_normal(N),
        w=rng.standard_normal(d),
        b=float(rng.standard_normal()),
    )


@task(
    "02.2", "Linear regression: the gradient of a batch", draw=draw_regression, draw_hidden=draw_other_regressions, returns="dw db", points="2 2", hidden=1, minutes=10, difficulty=1,
    factors={"N": lambda given: len(given["X"])},
    hints=("One example first: what is the derivative of ½(w·x + b − y)² by w_j?", "The error times the input, averaged over the examples; for b the input is 1.", "Two examples with one input, x = 2 and 3, errors 0.5 and −1: the slope for w is (0.5·2 − 1·3)/2 = −1, the one for b is (0.5 − 1)/2 = −0.25."),
    mistakes=(
        wrong("bias_not_summed", "error.sum() / len(X)", "error / len(X)", say="db: one number for each example. All of them share the bias, so its gradient is one number too."),
        wrong("bias_follows_input", "error.sum() / len(X)", "(error * X[:, 0]).sum() / len(X)"),
        wrong("bias_follows_input", "error.sum() / len(X)", "(X.T @ error).sum() / len(X)"),
        wrong("missing_bias", "X @ w + b - y", "X @ w - y"),
        wrong("last_example_only", "error.sum()", "error[-1]", say="db: only the last example contributes; inside the loop over examples `=` must be `+=`."),
        wrong("one_left_out", "X.T @ error", "X[:-1].T @ error[:-1]", "error.sum()", "error[:-1].sum()", say="The last example does not contribute: the loop ends one too early."),
        wrong("one_left_out", "X.T @ error", "X[1:].T @ error[1:]", "error.sum()", "error[1:].sum()", say="The first example does not contribute: the loop begins one too late."),
        wrong("first_example_only", "X.T @ error", "X[0] * error[0]"),
        wrong("first_example_only", "X.T @ error", "X[0] * error[0]", "error.sum()", "error[0]"),
        wrong("last_example_only", "X.T @ error", "X[-1] * error[-1]", "error.sum()", "error[-1]"),
        wrong("weight_gradient_for_weight", "X.T @ error", "w * np.sum(error)", say="dw is computed with w: the local derivative of w·x by w is x."),
        wrong("local_derivative_omitted", "X.T @ error", "np.ones(len(w)) * np.sum(error)", say="dw: the inputs are missing. The local derivative of w·x by w is x."),
        wrong("sum_before_product", "X.T @ error", "X.sum(axis=0) * np.sum(error)", say="dw: the inputs were summed before they met their errors. Multiply first, example by example, then add."),
        wrong("upstream_ignored", "X.T @ error", "X.sum(axis=0)", say="dw is the mean of the inputs: the errors are missing."),
        wrong("wrong_divisor", "X.T @ error / len(X)", "X.T @ error / len(w)", "error.sum() / len(X)", "error.sum() / len(w)"),
        wrong("returns_loss", "return (dw, db)", "return (error ** 2).sum() / (2 * len(X))"),
        wrong("missing_mean_in_bias", "error.sum() / len(X)", "error.sum()", say="dw is right; db is summed, and its mean over the examples is asked for."),
        wrong("missing_mean_in_weights", "X.T @ error / len(X)", "X.T @ error", say="db is right; dw is summed, and its mean over the examples is asked for."),
        wrong("last_example_only", "X.T @ error", "X[-1] * error[-1]"),
        wrong("gradient_of_absolute_value", "X @ w + b - y", "np.sign(X @ w + b - y)", say="Only the sign of the error is used: that is the gradient of |ŷ − y|."),
        wrong("broadcast_to_square", "X @ w + b - y", "(X @ w[:, None] + b - y).mean(axis=1)"),
        wrong("broadcast_to_square", "X @ w + b - y", "(X @ w + b).mean() - y"),
        wrong("broadcast_to_square", "X @ w + b - y", "(X @ w + b).mean() - y", "X.T @ error / len(X)", "X.T @ error"),
        wrong("broadcast_to_square", "X @ w + b - y", "(X @ w + b).mean() - y", "X.T @ error / len(X)", "X.T @ error", "error.sum() / len(X)", "error.sum()"),
        wrong("broadcast_to_square", "X @ w + b - y", "X @ w + b - y.mean()", "X.T @ error / len(X)", "X.T @ error"),
        wrong("broadcast_to_square", "X @ w + b - y", "X @ w + b - y[:, None]"),
        wrong("broadcast_to_square", "X @ w + b - y", "(X @ w + b)[:, None] - y"),
    ),
)  # fmt: skip
def linear_gradient(X, y, w, b):
    """Return (dw, db), the gradient of the mean of ½(ŷ − y)² over N examples, with ŷ = X @ w + b.

    X (N, d): one example per row; y (N,); w (d,); b a number; N and d are 1 or more. dw (d,); db a number.
    """
    error = X @ w + b - y
    dw = X.T @ error / len(X)
    db = error.sum() / len(X)
    return dw, db


def draw_one(rng):
    for d, y in ((3, 1.0), (2, 0.0), (4, 1.0), (5, 0.0), (1, 1.0)):
        yield dict(x=rng.standard_normal(d), y=y, w=rng.standard_normal(d), b=float(rng.standard_normal()))


def draw_other_examples(rng):
    for d, y in ((3, 0), (6, 1), (1, 0.0), (2, 1.0)):
        yield dict(x=rng.standard_normal(d), y=y, w=rng.standard_normal(d), b=float(rng.standard_normal()))
    yield dict(x=np.array([0.0, 2.0]), y=0.0, w=np.zeros(2), b=0.0)
    yield dict(x=200 * rng.standard_normal(4), y=1.0, w=0.005 * rng.standard_normal(4), b=-1.5)


@task(
    "02.3", "Logistic regression: one example", draw=draw_one, draw_hidden=draw_other_examples, returns="dw db", points="2 1", hidden=1, minutes=8, difficulty=1,
    hints=("The same two lines as for linear regression: what changes?", "p = σ(w·x + b); the loss −log p or −log(1 − p) makes the σ' cancel.", "With x = [2, −1], y = 1 and p = 0.8 the error is −0.2: the slopes are −0.4 and 0.2 for the weights, −0.2 for b."),
    mistakes=(
        wrong("activation_omitted", "p = 1 / (1 + np.exp(-(w @ x + b)))", "p = w @ x + b", say="ŷ is w·x + b without the sigmoid: that is linear regression."),
        wrong("output_derivative_twice", "error = p - y", "error = (p - y) * p * (1 - p)"),
        wrong("missing_negative_label_term", "error = p - y", "error = y * (p - y)"),
        wrong("negative_label_sign", "error = p - y", "error = p - 1 if y else -p"),
        wrong("output_derivative_omitted", "error = p - y", "error = (p - y) / (p * (1 - p))",
              say="These numbers are computed from ∂L/∂p. The step back through the sigmoid, p(1 − p), is missing."),
        wrong("missing_parenthesis", "error = p - y", "error = p * (1 - p) * -y / p + (1 - y) / (1 - p)"),
        wrong("labels_swapped", "error = p - y", "error = p - (1 - y)"),
        wrong("sigmoid_sign", "np.exp(-(w @ x + b))", "np.exp(w @ x + b)"),
        wrong("tanh_for_sigmoid", "1 / (1 + np.exp(-(w @ x + b)))", "np.tanh(w @ x + b)"),
        wrong("upstream_ignored", "dw = error * x", "dw = x.copy()", say="dw is x alone: the error p − y is missing."),
        wrong("local_derivative_omitted", "dw = error * x", "dw = error * np.ones(len(x))", say="dw: ∂z/∂w = x is missing. This is the number for the bias."),
        wrong("bias_follows_input", "db = error", "db = error * x.sum()"),
        wrong("bias_follows_input", "db = error", "db = error * b", say="db is scaled by b itself: ∂z/∂b is 1."),
        wrong("missing_bias", "w @ x + b", "w @ x"),
        wrong("operands_swapped", "error * x", "error * w", say="∂z/∂w is x, the other factor."),
    ),
)  # fmt: skip
def logistic_gradient(x, y, w, b):
    """Return (dw, db), the gradient of −y log p − (1 − y) log(1 − p) with p = σ(w·x + b), for one example.

    x (d,), d ≥ 1; y is 0 or 1; w (d,); b a number. dw (d,); db a number.
    """
    p = 1 / (1 + np.exp(-(w @ x + b)))
    error = p - y
    dw = error * x
    db = error
    return dw, db


def draw_gradients(rng):
    for shape, size in (((3, 4), 3e-3), ((5,), 3e-2), ((2, 3), 0.3), ((1,), 0.05)):
        a = rng.standard_normal(shape)
        yield dict(a=a, n=a + size * rng.standard_normal(shape))
    yield dict(a=np.array([0.0, -4.0, 0.0]), n=np.array([0.5, -1.0, 0.0]))


def draw_other_gradients(rng):
    for shape, scale, size in (((2, 3, 4), 1e4, 0.1), ((1, 6), 1.0, 2.0), ((4,), 0.01, 0.5)):
        a = rng.standard_normal(shape)
        yield dict(a=scale * a, n=scale * (a + size * rng.standard_normal(shape)))
    yield dict(a=np.zeros((2, 2)), n=rng.standard_normal((2, 2)))
    yield dict(a=-2 - rng.random(3), n=np.zeros(3))


@task(
    "02.4", "How different are two gradients?", draw=draw_gradients, draw_hidden=draw_other_gradients, returns="error", points="2", hidden=1, minutes=8, difficulty=1, tolerance=2e-4,
    hints=("Is a difference of 10⁻³ small for gradients near 1000? And for gradients near 10⁻³?", "The largest difference, divided by the largest entry of the two arrays together.", "For [2, −8] and [2.4, −7]: the largest difference is 1, the largest absolute entry of the four numbers is 8, the answer 1/8."),
    mistakes=(
        wrong("absolute_error", "np.abs(a - n).max() / max(np.abs(a).max(), np.abs(n).max())", "np.abs(a - n).max()", say="That is the absolute error: divide by the size of the gradients."),
        wrong("absolute_value_missing", "np.abs(a - n).max()", "(a - n).max()", say="Without the absolute value a large negative difference goes unseen."),
        wrong("mean_for_max", "np.abs(a - n).max()", "np.abs(a - n).mean()", say="The mean hides one wrong entry among many right ones: take the largest difference."),
        wrong("entrywise_ratio", "np.abs(a - n).max() / max(np.abs(a).max(), np.abs(n).max())", "(np.abs(a - n) / np.abs(a)).max()", say="Divided entry by entry: one entry near 0 decides then. Divide the largest difference by the largest entry."),
        wrong("absolute_value_missing", "max(np.abs(a).max(), np.abs(n).max())", "max(a.max(), n.max())", say="Below the line the absolute values are missing: the largest entry may be negative."),
        wrong("absolute_value_missing", "np.abs(a - n).max() / max(np.abs(a).max(), np.abs(n).max())", "(a - n).max() / max(a.max(), n.max())", say="The absolute values are missing, above the line and below: the largest difference, and the largest entry, may be negative."),
        wrong("absolute_value_missing", "np.abs(a - n).max()", "(n - a).max()", say="Without the absolute value a large negative difference goes unseen."),
        wrong("absolute_value_missing", "np.abs(a - n).max() / max(np.abs(a).max(), np.abs(n).max())", "(n - a).max() / max(a.max(), n.max())", say="The absolute values are missing, above the line and below: the largest difference, and the largest entry, may be negative."),
        wrong("absolute_value_missing", "np.abs(a - n).max()", "abs((a - n).max())", say="The absolute value was taken of the largest difference; a large negative one goes unseen. First the absolute values, then the largest."),
        wrong("sum_for_max", "np.abs(a - n).max()", "np.abs(a - n).sum()", say="The differences were added: the largest one is asked for."),
        wrong("sum_for_max", "max(np.abs(a).max(), np.abs(n).max())", "((np.abs(a).max() + np.abs(n).max()) / 2)", say="That is the average of the two sizes; the larger one is asked for."),
        wrong("one_array_only", "max(np.abs(a).max(), np.abs(n).max())", "np.abs(a).max()"),
        wrong("one_array_only", "max(np.abs(a).max(), np.abs(n).max())", "np.abs(n).max()"),
        wrong("entrywise_ratio", "np.abs(a - n).max() / max(np.abs(a).max(), np.abs(n).max())", "np.nanmax(np.abs(a - n) / np.maximum(np.abs(a), np.abs(n)))", say="Divided entry by entry: one entry near 0 decides then. Divide the largest difference by the largest entry."),
        wrong("entrywise_ratio", "np.abs(a - n).max() / max(np.abs(a).max(), np.abs(n).max())", "np.nanmax(np.abs(a - n) / (np.abs(a) + np.abs(n)))", say="Divided entry by entry: one entry near 0 decides then. Divide the largest difference by the largest entry."),
        wrong("entrywise_ratio", "np.abs(a - n).max() / max(np.abs(a).max(), np.abs(n).max())", "(np.abs(a - n) / np.maximum(np.abs(a), np.abs(n))).max()", say="Divided entry by entry: one entry near 0 decides then. Divide the largest difference by the largest entry."),
        wrong("entrywise_ratio", "np.abs(a - n).max() / max(np.abs(a).max(), np.abs(n).max())", "(np.abs(a - n) / (np.abs(a) + np.abs(n))).max()", say="Divided entry by entry: one entry near 0 decides then. Divide the largest difference by the largest entry."),
        wrong("entrywise_ratio", "np.abs(a - n).max() / max(np.abs(a).max(), np.abs(n).max())", "(np.abs(a - n) / np.abs(n)).max()", say="Divided entry by entry: one entry near 0 decides then. Divide the largest difference by the largest entry."),
        wrong("norm_for_max", "np.abs(a - n).max() / max(np.abs(a).max(), np.abs(n).max())", "np.linalg.norm(a - n) / (np.linalg.norm(a) + np.linalg.norm(n))"),
        wrong("norm_for_max", "np.abs(a - n).max() / max(np.abs(a).max(), np.abs(n).max())", "np.linalg.norm(a - n) / max(np.linalg.norm(a), np.linalg.norm(n))"),
        wrong("sum_for_max", "max(np.abs(a).max(), np.abs(n).max())", "(np.abs(a).max() + np.abs(n).max())", say="The two sizes were added; the larger one is asked for."),
    ),
)  # fmt: skip
def relative_error(a, n):
    """Return one number, max |a − n| / max(|a|, |n|): the largest difference of two arrays over the largest
    absolute entry of both together.

    a, n: arrays of the same shape, whatever that is; one of them may be 0 everywhere, not both.
    """
    return np.abs(a - n).max() / max(np.abs(a).max(), np.abs(n).max())


def draw_example(rng):
    while True:
        x = float(rng.choice([-1, 1]) * rng.integers(20, 81))
        h = float(rng.choice([0.002, 0.003, 0.004, 0.005]))
        if abs(h * x) <= 0.3:  # what first order leaves out, (hx)²/24 of the error, is not seen
            yield dict(x=x, h=h)


@task(
    "02.5", "Predict: how wrong is a one-sided difference?", kind="numbers", draw=draw_example, returns="slope curvature error forward central",
    points="1 1 1 1 1", minutes=10, difficulty=2, tolerance=5e-3,
    hints=(
        "At w = 0 the prediction is ½, whatever x is. What are the first and the second derivative of the loss there?",
        "Taylor: L(h) = L(0) + h·L′ + ½h²·L″ + … Put it into the forward difference, then into the central one: what is left beside L′?",
        "For another function, e^(3w) at w = 0: slope 3, curvature 9. With h = 0.002 the forward difference is off by ½·0.002·9 = 0.009, so it is 3.009; in the central one this term cancels: 3",
    ),
    mistakes=(
        wrong("factor_two", "error = h / 2 * curvature", "error = h * curvature", say="error is twice too big: the second term of Taylor's series has a ½, L(h) ≈ L(0) + h·L′ + ½h²·L″."),
        wrong("activation_derivative_omitted", "curvature = p * (1 - p) * x ** 2", "curvature = x ** 2", say="curvature: the derivative of σ is missing, p(1 − p) = ¼ at w = 0."),
        wrong("inner_derivative_missing", "curvature = p * (1 - p) * x ** 2", "curvature = p * (1 - p) * x", say="curvature: w·x is differentiated twice, so x comes down twice."),
        wrong("inner_derivative_missing", "slope = (p - 1) * x", "slope = p - 1", "curvature = p * (1 - p) * x ** 2", "curvature = p * (1 - p)", say="slope and curvature are the derivatives by w·x; by w, x comes down once and twice."),
        wrong("inner_derivative_missing", "slope = (p - 1) * x", "slope = p - 1", say="slope: the inner derivative of w·x is missing, and that is x."),
        wrong("inner_derivative_missing", "curvature = p * (1 - p) * x ** 2", "curvature = p * (1 - p)", say="curvature: w·x is differentiated twice, so x comes down twice."),
        wrong("sign_flipped", "slope = (p - 1) * x", "slope = (1 - p) * x", say="slope has the wrong sign: for y = 1 the loss falls as w·x grows."),
        wrong("error_sign", "forward = slope + error", "forward = slope - error", say="That is the backward difference, from −h to 0."),
        wrong("error_sign", "error = h / 2 * curvature", "error = -h / 2 * curvature", say="error has the wrong sign: it is the forward difference minus the slope, not the other way round."),
        wrong("error_sign", "error = h / 2 * curvature", "error = -h / 2 * curvature", "forward = slope + error", "forward = slope - error", say="error has the wrong sign: it is the forward difference minus the slope, not the other way round."),
        wrong("central_not_exact", "central = slope", "central = slope + error", say="central: going both ways, the ½h·L″ of the two sides cancels. At w = 0 nothing at all is left: L(z) − L(−z) = −z."),
    ),
)  # fmt: skip
def error_of_a_forward_difference(x, h):
    """One example with input x and y = 1, no bias: L(w) = −log σ(w·x). At w = 0 give slope = L′(0), curvature
    = L″(0), the error of the forward difference with step h (to first order in h: forward difference minus
    slope), the forward difference with that error, and the central difference, to the same order. Lecture
    000's example has x = 50.
    """
    p = 0.5
    slope = (p - 1) * x
    curvature = p * (1 - p) * x**2
    error = h / 2 * curvature
    forward = slope + error
    central = slope
    return slope, curvature, error, forward, central


def graph_of_squares():
    from ...graph import Node

    w, x, b, y = (Node(v, n) for v, n in zip((0.5, 1.5, -0.3, 0.8), "wxby"))
    p = w * x + b
    p.name = "p"
    L = (p - y) ** 2
    L.name = "L"
    return L


formula(
    "02.6", "Find the error in Lecture 000: which loss gives (ŷ − y)x?",
    "The lecture gives (ŷ − y)·x for linear regression and does not say which loss. For L = (p − y)², p = w·x + b, what is ∂L/∂w, in p, y and x?",
    graph=graph_of_squares, wrt="w", points=3, minutes=5, difficulty=1, answer="2*(p - y)*x",
    mistakes={"factor_half": "(p - y)*x", "sign_flipped": "2*(y - p)*x", "inner_derivative_missing": "2*(p - y)", "operands_swapped": "2*(p-y)*w"},
    say={"operands_swapped": "In w·x the derivative by w is the other factor, not w."},
    hints=(
        "What does the square bring down, and is there anything that takes it away again?",
        "Outer derivative times inner derivative: which letter stands beside w in p?",
        "For L = (p + y)³ with the same p it is 3(p + y)²·x",
    ),
)  # fmt: skip
