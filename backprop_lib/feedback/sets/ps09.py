"""Problem set 09, vectorise: the backward pass of a batch, in rows and in columns."""
# ruff: noqa: E501

import numpy as np

from ..task import FROM_ABOVE, Wrong, formula, task, wrong, wrong_anywhere
from .draws import (
    EDGE_SIZES,
    HIDDEN_SIZES,
    SIZES,
    away_from_zero,
    binary_labels,
    numbers,
    two_layers,
)

NO_SQUARE = "{what} is exactly 2 times too big: there is no square in this loss."
DIVIDED_ON_THE_WAY = "{what} is N times too small: dZ2 carries the 1/N already, and all that follows from it."
DIVIDED_AGAIN = "{what} is N times too small: the upstream gradient carries the 1/N already, and here it was divided again."


def draw_affine(rng, sizes=(*SIZES, *EDGE_SIZES)):
    normal = rng.standard_normal
    for N, d, h, _ in sizes:
        yield dict(upstream=normal((N, h)), X=normal((N, d)), W=normal((h, d)), b=normal(h))


def draw_affine_hidden(rng):
    yield from draw_affine(rng, HIDDEN_SIZES)


@task(
    "09.1", "The backward pass of Z = X Wᵀ + b", draw=draw_affine, draw_hidden=draw_affine_hidden, returns="dX dW db", points="2 2 2", hidden=2, minutes=10, difficulty=2,
    factors={"N": lambda given: len(given["X"])},
    hints=(
        "Write the shape under each letter. Which product of upstream (N, h) with W or X has the shape of the answer?",
        "A gradient has the shape of its array. Everything that all N examples share is a sum over the examples.",
        "For Y = A @ B alone, A (N, m), B (m, k), upstream (N, k): dA must be (N, m), and upstream @ B.T is the product that has that shape; dB = A.T @ upstream. "
        "Your W stands transposed in Z: repeat the argument with its shape. With N = 2 and upstream rows (1, 4), (2, −1), db is (3, 3).",
    ),
    mistakes=(
        wrong("transposed_weight_gradient", "upstream.T @ X", "X.T @ upstream"),
        wrong("untransposed_weights", "upstream @ W", "upstream @ W.T"),
        wrong("bias_not_summed", "upstream.sum(axis=0)", "upstream.copy()"),
        wrong("bias_summed_over_wrong_axis", "upstream.sum(axis=0)", "upstream.sum(axis=1)"),
        wrong("bias_summed_over_wrong_axis", "upstream.sum(axis=0)", "upstream.sum(axis=1, keepdims=True)"),
        wrong("bias_summed_to_scalar", "upstream.sum(axis=0)", "upstream.sum()"),
        wrong("bias_averaged", "upstream.sum(axis=0)", "upstream.mean(axis=0)"),
        wrong("bias_keeps_axis", "upstream.sum(axis=0)", "upstream.sum(axis=0, keepdims=True)"),
        wrong("bias_follows_input", "upstream.sum(axis=0)", "(upstream * X.sum(axis=1, keepdims=True)).sum(axis=0)"),
        *wrong_anywhere("last_example_only", "upstream.T @ X", "np.outer(upstream[-1], X[-1])", "upstream.sum(axis=0)", "upstream[-1].copy()"),
        *wrong_anywhere("first_example_only", "upstream.T @ X", "np.outer(upstream[0], X[0])", "upstream.sum(axis=0)", "upstream[0].copy()"),
        wrong("batch_mean_twice", "upstream.T @ X", "upstream.T @ X / len(X)", "upstream.sum(axis=0)", "upstream.mean(axis=0)", say=DIVIDED_AGAIN),
        wrong("batch_mean_twice", "upstream.T @ X", "upstream.T @ X / len(X)", say=DIVIDED_AGAIN),
        Wrong("batch_mean_twice", factor=lambda given: 1 / len(given["X"]), say=FROM_ABOVE["batch_mean_twice"]),
        wrong("sign_flipped", "upstream @ W", "-upstream @ W", say=FROM_ABOVE["sign_flipped"]),
        Wrong("sign_flipped", factor=lambda given: -1.0, say=FROM_ABOVE["sign_flipped"]),
        wrong("bias_follows_input", "upstream.sum(axis=0)", "(upstream * (X @ W.T)).sum(axis=0)"),
        wrong("bias_follows_input", "upstream.sum(axis=0)", "upstream.sum(axis=0) * b", say="{what} depends on b: Z contains b as it is, so ∂z/∂b is 1."),
        wrong("weight_gradient_for_weight", "upstream.T @ X", "upstream.T @ upstream @ W", say="dW is computed with the weights; what W multiplies is the input X."),
        wrong("weight_gradient_for_weight", "upstream @ W", "upstream @ (upstream.T @ X)"),
        *wrong_anywhere("upstream_ignored", "upstream @ W", "np.ones_like(upstream) @ W", "upstream.T @ X", "np.ones_like(upstream).T @ X", "upstream.sum(axis=0)", "np.ones_like(upstream).sum(axis=0)"),
        wrong("upstream_ignored", "upstream.sum(axis=0)", "np.ones_like(b)"),
        wrong("upstream_ignored", "upstream @ W", "np.ones_like(upstream) @ W", "upstream.T @ X", "np.ones_like(upstream).T @ X", "upstream.sum(axis=0)", "np.ones_like(b)"),
    ),
)  # fmt: skip
def affine_backward(upstream, X, W, b):
    """Return (dX, dW, db), the gradients of the loss with respect to X, W and b, where Z = X @ W.T + b. Each has
    the shape of its array.

    upstream (N, h): ∂L/∂Z, which carries the 1/N of the mean already; X (N, d): one example per row; W (h,
    d); b (h,). N, d and h may be 1. The arguments stay unchanged.
    """
    dX = upstream @ W
    dW = upstream.T @ X
    db = upstream.sum(axis=0)
    return dX, dW, db


def draw_affine_columns(rng, sizes=(*SIZES, *EDGE_SIZES)):
    normal = rng.standard_normal
    for N, d, h, _ in sizes:
        yield dict(upstream=normal((h, N)), A=normal((d, N)), W=normal((h, d)), b=normal((h, 1)))


def draw_affine_columns_hidden(rng):
    yield from draw_affine_columns(rng, HIDDEN_SIZES)


@task(
    "09.2", "The same in columns: Z = W A + b", draw=draw_affine_columns, draw_hidden=draw_affine_columns_hidden, returns="dA dW db", points="2 2 2", hidden=2,
    minutes=10, difficulty=2, factors={"N": lambda given: given["A"].shape[1]},
    hints=(
        "One example is one column now: which axis do the examples run along?",
        "dW is the sum of the outer products δ aᵀ of the columns; b is (h, 1) here, and so is its gradient.",
        "One example: δ = (1, 4)ᵀ, a = (2, 3, 5)ᵀ gives dW = δ aᵀ = [[2, 3, 5], [8, 12, 20]]. With a second example, δ = (2, −1)ᵀ, "
        "its outer product is added, and db is the column (1 + 2, 4 − 1)ᵀ.",
    ),
    mistakes=(
        wrong("transposed_weight_gradient", "upstream @ A.T", "A @ upstream.T"),
        wrong("untransposed_weights", "W.T @ upstream", "W @ upstream"),
        wrong("bias_not_summed", "upstream.sum(axis=1, keepdims=True)", "upstream.copy()", say="db: one column for each example. The bias is shared by all N columns, so its gradient is a sum over them."),
        wrong("bias_summed_over_wrong_axis", "axis=1", "axis=0"),
        wrong("bias_summed_to_scalar", "upstream.sum(axis=1, keepdims=True)", "upstream.sum()"),
        wrong("bias_averaged", "upstream.sum", "upstream.mean"),
        wrong(
            "size_one_axis", ", keepdims=True", "",
            say="{what}: the numbers are right, the shape is not. In columns b is (h, 1), a column; yours has lost an axis.",
        ),
        *wrong_anywhere("last_example_only", "upstream @ A.T", "np.outer(upstream[:, -1], A[:, -1])", "upstream.sum(axis=1, keepdims=True)", "upstream[:, -1:].copy()"),
        *wrong_anywhere("first_example_only", "upstream @ A.T", "np.outer(upstream[:, 0], A[:, 0])", "upstream.sum(axis=1, keepdims=True)", "upstream[:, :1].copy()"),
        wrong("batch_mean_twice", "upstream @ A.T", "upstream @ A.T / A.shape[1]", "upstream.sum(axis=1, keepdims=True)", "upstream.mean(axis=1, keepdims=True)", say=DIVIDED_AGAIN),
        wrong("batch_mean_twice", "upstream @ A.T", "upstream @ A.T / A.shape[1]", say=DIVIDED_AGAIN),
        Wrong("batch_mean_twice", factor=lambda given: 1 / given["A"].shape[1], say=FROM_ABOVE["batch_mean_twice"]),
        wrong("bias_summed_over_wrong_axis", "axis=1, keepdims=True", "axis=0"),
        wrong("bias_summed_over_wrong_axis", "upstream.sum(axis=1, keepdims=True)", "upstream.sum(axis=0, keepdims=True).T"),
        wrong("bias_summed_to_scalar", "upstream.sum(axis=1, keepdims=True)", "np.array([[upstream.sum()]])"),
        wrong("bias_follows_input", "upstream.sum(axis=1, keepdims=True)", "(upstream * A.sum(axis=0)).sum(axis=1, keepdims=True)"),
        wrong("bias_follows_input", "upstream.sum(axis=1, keepdims=True)", "upstream.sum(axis=1, keepdims=True) * b", say="{what} depends on b: Z contains b as it is, so ∂z/∂b is 1."),
        wrong("weight_gradient_for_weight", "W.T @ upstream", "(upstream @ A.T).T @ upstream"),
        *wrong_anywhere("upstream_ignored", "W.T @ upstream", "W.T @ np.ones_like(upstream)", "upstream @ A.T", "np.ones_like(upstream) @ A.T"),
        wrong("upstream_ignored", "upstream.sum(axis=1, keepdims=True)", "np.ones_like(b)"),
        *(
            wrong("upstream_ignored", "W.T @ upstream", "W.T @ np.ones_like(upstream)", "upstream @ A.T", "np.ones_like(upstream) @ A.T", "upstream.sum(axis=1, keepdims=True)", ones)
            for ones in ("np.ones_like(b)", "np.ones_like(upstream).sum(axis=1, keepdims=True)")
        ),
    ),
)  # fmt: skip
def affine_backward_columns(upstream, A, W, b):
    """Return (dA, dW, db), where Z = W @ A + b and one example is one column. Each has the shape of its array.

    upstream (h, N): ∂L/∂Z, which carries the 1/N of the mean already; A (d, N); W (h, d); b (h, 1). N, d and
    h may be 1. The arguments stay unchanged.
    """
    dA = W.T @ upstream
    dW = upstream @ A.T
    db = upstream.sum(axis=1, keepdims=True)
    return dA, dW, db


def draw_activation(rng):
    for (N, _, h, _), activation in zip((*SIZES, SIZES[0]), ("tanh", "relu", "sigmoid", "relu")):
        yield activation_case(rng, N, h, activation)
    kink = activation_case(rng, 2, 3, "relu")
    kink["Z"][:, 1] = 0.0
    yield kink
    yield activation_case(rng, 1, 4, "sigmoid")
    yield activation_case(rng, 3, 1, "tanh")


def draw_activation_hidden(rng):
    for activation in ("sigmoid", "tanh", "relu"):
        yield activation_case(rng, 1, 1, activation)
        far = activation_case(rng, 4, 6, activation)
        far["Z"][1] *= 4  # some rows are saturated
        far["Z"][2] = 0.0
        yield far


def activation_case(rng, N, h, activation):
    Z = np.clip(1.5 * away_from_zero(rng, N, h), -5, 5)
    return dict(upstream=away_from_zero(rng, N, h), Z=Z, activation=activation)


@task(
    "09.3", "The backward pass of an activation", draw=draw_activation, draw_hidden=draw_activation_hidden, returns="dZ", points="3", hidden=1, minutes=8, difficulty=1,
    factors={"N": lambda given: len(given["Z"])},
    hints=(
        "Each unit acts alone: how many entries of A does one entry of Z change?",
        "Multiply entry by entry; the derivative is taken where the function was evaluated, at Z.",
        "For A = Z**3: dZ = upstream * 3 * Z**2, so upstream 2 at Z = −1 gives 6. For leaky relu with slope 0.1: dZ = upstream * np.where(Z > 0, 1, 0.1).",
    ),
    mistakes=(
        wrong("derivative_at_activation", "1 - np.tanh(Z) ** 2", "1 - np.tanh(np.tanh(Z)) ** 2", "s * (1 - s)",
              "1 / (1 + np.exp(-s)) * (1 - 1 / (1 + np.exp(-s)))"),
        wrong("a_form_fed_with_z", "1 - np.tanh(Z) ** 2", "1 - Z ** 2", "s * (1 - s)", "Z * (1 - Z)"),
        wrong("tanh_for_its_derivative", "1 - np.tanh(Z) ** 2", "np.tanh(Z)"),
        wrong("sigmoid_derivative_for_tanh", "1 - np.tanh(Z) ** 2", "np.tanh(Z) * (1 - np.tanh(Z))"),
        wrong("activation_derivative_omitted", "return upstream * ", "return upstream + 0 * "),
        wrong("relu_mask_on_gradient", "Z > 0", "upstream > 0"),
        wrong("relu_for_its_derivative", "np.where(Z > 0, 1.0, 0.0)", "np.maximum(Z, 0.0)"),
        wrong("upstream_ignored", "return upstream * ", "return "),
        wrong("upstream_added", "return upstream * ", "return upstream + "),
        wrong("matmul_for_hadamard", "return upstream * slope", "return upstream @ slope.T @ slope"),
        wrong("a_form_fed_with_z", "1 - np.tanh(Z) ** 2", "1 - Z ** 2"),
        wrong("a_form_fed_with_z", "s * (1 - s)", "Z * (1 - Z)"),
        wrong("derivative_at_activation", "1 - np.tanh(Z) ** 2", "1 - np.tanh(np.tanh(Z)) ** 2"),
        wrong("derivative_at_activation", "s * (1 - s)", "1 / (1 + np.exp(-s)) * (1 - 1 / (1 + np.exp(-s)))"),
        wrong("sigmoid_derivative_for_tanh", "1 - np.tanh(Z) ** 2", "s * (1 - s)"),
        wrong("tanh_derivative_for_sigmoid", "s * (1 - s)}", "1 - s ** 2}"),
        wrong("tanh_derivative_for_sigmoid", "s * (1 - s)}", "1 - np.tanh(Z) ** 2}"),
        wrong("sigma_for_derivative", "s * (1 - s)}", "s}"),
        wrong("value_for_derivative", "1 - np.tanh(Z) ** 2", "np.tanh(Z)", "np.where(Z > 0, 1.0, 0.0)", "np.maximum(Z, 0.0)", "s * (1 - s)}", "s}", say="f(Z) stands where its derivative belongs, in every activation."),
        wrong("square_missing", "1 - np.tanh(Z) ** 2", "1 - np.tanh(Z)", say="The square is missing in the derivative of tanh."),
        wrong("slope_at_kink", "Z > 0", "Z >= 0"),
        wrong("slope_at_kink", "np.where(Z > 0, 1.0, 0.0)", "np.heaviside(Z, 0.5)"),
    ),
)  # fmt: skip
def activation_backward(upstream, Z, activation):
    """Return dZ (N, h) = ∂L/∂Z, where A = f(Z) entry by entry.

    upstream (N, h): ∂L/∂A; Z (N, h): what forward got, from −20 to 20; activation: "tanh", "relu" or
    "sigmoid". The slope of relu is 1 where Z > 0 and 0 elsewhere, at exactly 0 as well. The arguments stay
    unchanged.
    """
    s = 1 / (1 + np.exp(-Z))
    slope = {"tanh": 1 - np.tanh(Z) ** 2, "relu": np.where(Z > 0, 1.0, 0.0), "sigmoid": s * (1 - s)}[
        activation
    ]
    return upstream * slope


def draw_mlp(rng):
    for (N, d, h, k), activation in zip((*SIZES, SIZES[1]), ("tanh", "relu", "tanh", "relu")):
        yield mlp_case(rng, N, d, h, k, activation)
    yield at_the_kink(mlp_case(rng, 4, 3, 5, 1, "relu"))
    yield mlp_case(rng, 1, 2, 3, 4, "tanh")
    yield mlp_case(rng, 3, 1, 1, 2, "tanh")


def draw_mlp_hidden(rng):
    yield mlp_case(rng, 6, 4, 2, 5, "relu")
    yield mlp_case(rng, 2, 6, 4, 3, "tanh")
    yield at_the_kink(mlp_case(rng, 3, 2, 4, 2, "relu"))
    for activation in ("relu", "tanh"):
        yield mlp_case(rng, 1, 3, 2, 1, activation)
        yield mlp_case(rng, 4, 1, 3, 1, activation)


def mlp_case(rng, N, d, h, k, activation):
    return two_layers(rng, N, d, h, k) | dict(Y=binary_labels(rng, N, k), activation=activation)


def at_the_kink(arguments):
    """An example of zeros, and no biases below: its pre-activations are exactly 0."""
    arguments["X"][1] = 0.0
    arguments["b1"][:] = 0.0
    return arguments


@task(
    "09.4", "The whole backward pass of a network with one hidden layer", draw=draw_mlp, draw_hidden=draw_mlp_hidden,
    returns="dZ2 dW2 db2 dA1 dZ1 dW1 db1", points="2 1 1 1 2 1 1", hidden=3, minutes=25, difficulty=3,
    factors={"N": lambda given: len(given["X"]), "K": lambda given: given["Y"].shape[1]},
    hints=(
        "Which line of the forward pass is the last before the loss? Go back from there, one line at a time: which arrays does each line have, and so which gradients are due there?",
        "The 1/N comes in once, at dZ2. A1 and Z1 have one derivative between them, f'(Z1), entry by entry.",
        "The same walk with a linear output and the loss ½‖Z2 − Y‖² summed over examples: dZ2 = Z2 − Y, and with the layer of 09.1, "
        "dA1, dW2, db2 = affine_backward(dZ2, A1, W2, b2); then dZ1 = activation_backward(dA1, Z1, activation), and the layer once more. Here only the first line is another one.",
    ),
    mistakes=(
        wrong("batch_mean_twice", "dW2 = dZ2.T @ A1", "dW2 = dZ2.T @ A1 / N", "db2 = dZ2.sum(axis=0)", "db2 = dZ2.mean(axis=0)",
              say="dW2 and db2 are N times too small, and dW1, db1 are right: dZ2 carries the 1/N already, you divided twice."),
        wrong("batch_mean_twice_in_hidden_delta", "dZ1 = dA1 * slope", "dZ1 = dA1 * slope / N"),
        wrong("batch_mean_twice_in_hidden_delta", "dA1 = dZ2 @ W2", "dA1 = dZ2 @ W2 / N"),
        wrong("missing_negative_label_term", "(P - Y)", "Y * (P - Y)"),
        wrong("negative_label_sign", "(P - Y)", "np.where(Y == 1, P - Y, Y - P)"),
        wrong("missing_parenthesis", "(P - Y) / N", "(P * (1 - P) * (-Y / P) + (1 - Y) / (1 - P)) / N"),
        wrong("output_derivative_twice", "(P - Y)", "(P - Y) * P * (1 - P)"),
        wrong("output_derivative_twice", "dZ2 = (P - Y) / N", "error = (P - Y) / N\n    dZ2 = error * P * (1 - P)", "dZ2 @ W2", "error @ W2"),
        wrong("output_derivative_omitted", "(P - Y) / N", "(P - Y) / (P * (1 - P)) / N", say="{what}: that is the gradient at the probability p; the step back through σ is missing."),
        wrong("batch_mean_twice", "dW2 = dZ2.T @ A1", "dW2 = dZ2.T @ A1 / N", "db2 = dZ2.sum(axis=0)", "db2 = dZ2.mean(axis=0)", "dW1 = dZ1.T @ X", "dW1 = dZ1.T @ X / N",
              "db1 = dZ1.sum(axis=0)", "db1 = dZ1.mean(axis=0)", say=DIVIDED_ON_THE_WAY),
        wrong("batch_mean_twice", "dW2 = dZ2.T @ A1", "dW2 = dZ2.T @ A1 / N", "dW1 = dZ1.T @ X", "dW1 = dZ1.T @ X / N", say=DIVIDED_ON_THE_WAY),
        wrong("batch_mean_twice", "(P - Y) / N", "(P - Y) / N ** 2"),
        *wrong_anywhere("transposed_weight_gradient", "dZ2.T @ A1", "A1.T @ dZ2", "dZ1.T @ X", "X.T @ dZ1"),
        wrong("pre_activation_for_activation", "dZ2.T @ A1", "dZ2.T @ Z1"),
        wrong("weight_gradient_for_weight", "dZ2 @ W2", "dZ2 @ dW2"),
        wrong("untransposed_weights", "dZ2 @ W2", "dZ2 @ W2.T"),
        wrong("error_for_delta", "dZ2 @ W2", "(P - Y) @ W2"),
        wrong("activation_derivative_omitted", "dA1 * slope", "dA1.copy()"),
        wrong("derivative_at_activation", "1 - A1 ** 2", "1 - np.tanh(A1) ** 2"),
        wrong("a_form_fed_with_z", "1 - A1 ** 2", "1 - Z1 ** 2"),
        wrong("tanh_for_its_derivative", "1 - A1 ** 2", "A1"),
        wrong("sigmoid_derivative_for_tanh", "1 - A1 ** 2", "A1 * (1 - A1)"),
        wrong("relu_mask_on_gradient", "Z1 > 0", "dA1 > 0"),
        wrong("relu_for_its_derivative", "np.where(Z1 > 0, 1.0, 0.0)", "A1"),
        *wrong_anywhere("bias_not_summed", "dZ2.sum(axis=0)", "dZ2.copy()", "dZ1.sum(axis=0)", "dZ1.copy()"),
        *wrong_anywhere("bias_summed_over_wrong_axis", "dZ2.sum(axis=0)", "dZ2.sum(axis=1)", "dZ1.sum(axis=0)", "dZ1.sum(axis=1)"),
        *wrong_anywhere("bias_summed_to_scalar", "dZ2.sum(axis=0)", "dZ2.sum()", "dZ1.sum(axis=0)", "dZ1.sum()"),
        *wrong_anywhere("bias_averaged", "dZ2.sum(axis=0)", "dZ2.mean(axis=0)", "dZ1.sum(axis=0)", "dZ1.mean(axis=0)"),
        *wrong_anywhere("bias_keeps_axis", "dZ2.sum(axis=0)", "dZ2.sum(axis=0, keepdims=True)", "dZ1.sum(axis=0)", "dZ1.sum(axis=0, keepdims=True)"),
        *wrong_anywhere("missing_bias", "X @ W1.T + b1", "X @ W1.T", "A1 @ W2.T + b2", "A1 @ W2.T"),
        wrong("last_example_only", "dZ2.T @ A1", "np.outer(dZ2[-1], A1[-1])", "dZ2.sum(axis=0)", "dZ2[-1].copy()", "dZ1.T @ X", "np.outer(dZ1[-1], X[-1])", "dZ1.sum(axis=0)", "dZ1[-1].copy()"),
        wrong("pre_activation_for_activation", "A1 @ W2.T + b2", "Z1 @ W2.T + b2", say="The forward pass hands on Z1; what the output layer gets is A1 = f(Z1)."),
        wrong("wrong_activation", "if activation == 'tanh' else np.maximum(Z1, 0)", "", "if activation == 'tanh' else np.where(Z1 > 0, 1.0, 0.0)", "", say="The tanh was used, whatever `activation` says."),
        wrong("wrong_activation", "np.tanh(Z1) if activation == 'tanh' else", "", "1 - A1 ** 2 if activation == 'tanh' else", "", say="The relu was used, whatever `activation` says."),
        wrong("wrong_activation", "if activation == 'tanh' else np.where(Z1 > 0, 1.0, 0.0)", "", say="The slope is that of tanh, whatever `activation` says."),
        wrong("square_missing", "1 - A1 ** 2", "1 - A1", say="The square is missing in the derivative of tanh."),
        wrong("slope_at_kink", "Z1 > 0", "Z1 >= 0"),
        wrong("labels_swapped", "(P - Y)", "(P - 1 + Y)"),
        wrong("tanh_for_sigmoid", "1 / (1 + np.exp(-(A1 @ W2.T + b2)))", "np.tanh(A1 @ W2.T + b2)"),
        wrong("activation_missing_on_output", "1 / (1 + np.exp(-(A1 @ W2.T + b2)))", "A1 @ W2.T + b2"),
        Wrong("factor_two", factor=lambda given: 2.0, say=NO_SQUARE),
        wrong("returns_loss", "return (dZ2, dW2, db2, dA1, dZ1, dW1, db1)", "return float(-(Y * np.log(P) + (1 - Y) * np.log(1 - P)).sum() / N)"),
    ),
)  # fmt: skip
def mlp_backward(X, W1, b1, W2, b2, Y, activation):
    """Return (dZ2, dW2, db2, dA1, dZ1, dW1, db1) for L = 1/N Σ −y log p − (1 − y) log(1 − p), summed over
    outputs, where

        Z1 = X @ W1.T + b1,  A1 = f(Z1),  Z2 = A1 @ W2.T + b2,  P = σ(Z2)

    X (N, d); W1 (h, d); b1 (h,); W2 (k, h); b2 (k,); Y (N, k) of 0 and 1; activation: "tanh" or "relu". N, d,
    h and k may be 1. Each gradient has the shape of its array. The slope of relu at exactly 0 is 0. The
    arguments stay unchanged.
    """
    N = len(X)
    Z1 = X @ W1.T + b1
    A1 = np.tanh(Z1) if activation == "tanh" else np.maximum(Z1, 0)
    P = 1 / (1 + np.exp(-(A1 @ W2.T + b2)))
    dZ2 = (P - Y) / N
    dW2 = dZ2.T @ A1
    db2 = dZ2.sum(axis=0)
    dA1 = dZ2 @ W2
    slope = 1 - A1**2 if activation == "tanh" else np.where(Z1 > 0, 1.0, 0.0)
    dZ1 = dA1 * slope
    dW1 = dZ1.T @ X
    db1 = dZ1.sum(axis=0)
    return dZ2, dW2, db2, dA1, dZ1, dW1, db1


def draw_lecture(rng, sizes=((3, 4), (5, 2), (2, 5), (1, 3), (3, 1))):
    normal = rng.standard_normal
    for d, h in sizes:
        for y in (0.0, 1.0):
            W1, W2 = normal((h, d)), normal((1, h))
            yield dict(x=normal((d, 1)), y=y, W1=W1, b1=normal((h, 1)), W2=W2, b2=normal((1, 1)))


def draw_lecture_hidden(rng):
    yield from draw_lecture(rng, ((4, 3), (2, 6), (1, 1), (6, 1)))


@task(
    "09.5", "Find the errors in Lecture 000, section 8", draw=draw_lecture, draw_hidden=draw_lecture_hidden, returns="dz2 dW2 da1 dz1 dW1", points="2 1 1 1 1", hidden=1,
    minutes=20, difficulty=3,
    hints=(
        "Give every factor of the printed lines its shape, with 4 hidden units and 3 inputs: which products exist?",
        "Three kinds of error: parentheses, a missing transpose, and a matrix product where an entry-by-entry one belongs.",
        "For one linear layer z = V u with the loss ½‖z − t‖², u (m, 1), t (k, 1): dz = z − t, dV = dz uᵀ is (k, 1)·(1, m), and du = Vᵀ dz is (m, k)·(k, 1). "
        "At u = (1, 2)ᵀ and dz = (3): dV = [[3, 6]].",
    ),
    mistakes=(
        wrong("missing_parenthesis", "p - y", "p * (1 - p) * (-y / p) + (1 - y) / (1 - p)"),
        wrong("transposed_weight_gradient", "dz2 @ a1.T", "a1 @ dz2", "dz1 @ x.T", "x @ dz1.T",
              say="{what}: a1·(p − y), as the lecture prints it, is the transpose of the right answer. A gradient has the shape of its matrix."),
        wrong("untransposed_weights", "W2.T @ dz2", "W2 * dz2"),
        wrong("activation_derivative_omitted", "(1 - a1 ** 2) * da1", "da1.copy()"),
        wrong("a_form_fed_with_z", "1 - a1 ** 2", "1 - z1 ** 2"),
        wrong("derivative_at_activation", "1 - a1 ** 2", "1 - np.tanh(a1) ** 2"),
        wrong("output_derivative_twice", "p - y", "(p - y) * p * (1 - p)"),
        wrong("output_derivative_twice", "dz2 = p - y", "dz2 = (p - y) * p * (1 - p)", "W2.T @ dz2", "W2.T @ (p - y)"),
        wrong("pre_activation_for_activation", "dz2 @ a1.T", "dz2 @ z1.T"),
        *wrong_anywhere("missing_bias", "W1 @ x + b1", "W1 @ x", "W2 @ a1 + b2", "W2 @ a1"),
        *wrong_anywhere("transposed_weight_gradient", "dz2 @ a1.T", "a1 @ dz2.T", "dz1 @ x.T", "x @ dz1.T"),
        wrong("missing_negative_label_term", "p - y", "y * (p - y)"),
        wrong("negative_label_sign", "p - y", "p - y if y else y - p"),
        wrong("output_derivative_omitted", "p - y", "(p - y) / (p * (1 - p))", say="{what}: that is the gradient at the probability p; the step back through σ is missing."),
        wrong("sigmoid_derivative_for_tanh", "1 - a1 ** 2", "a1 * (1 - a1)"),
        wrong("tanh_for_its_derivative", "(1 - a1 ** 2)", "a1"),
        wrong("square_missing", "1 - a1 ** 2", "1 - a1", say="The square is missing in the derivative of tanh."),
        wrong("error_for_delta", "dz1 @ x.T", "da1 @ x.T", say="dW1 starts from da1; what belongs to the weights is dz1, with the slope of tanh in it."),
        wrong("labels_swapped", "p - y", "p - 1 + y"),
        wrong("weight_gradient_for_weight", "W2.T @ dz2", "dW2.T @ dz2"),
        Wrong("factor_two", factor=lambda given: 2.0, say=NO_SQUARE),
        wrong("tanh_for_sigmoid", "1 / (1 + np.exp(-(W2 @ a1 + b2)))", "np.tanh(W2 @ a1 + b2)"),
    ),
)  # fmt: skip
def lecture_000_backward(x, y, W1, b1, W2, b2):
    """Return (dz2, dW2, da1, dz1, dW1), corrected, for one example with z1 = W1 x + b1, a1 = tanh z1, p =
    σ(W2 a1 + b2) and the loss −y log p − (1 − y) log(1 − p). Lecture 000 prints:

        ∂L/∂z2 = p(1 − p)·−y/p + (1 − y)/(1 − p)      ∂L/∂W2 = a1 (p − y)       ∂L/∂a1 = W2 (p − y)
        ∂L/∂z1 = g'(z1)·W2 (p − y)                      ∂L/∂W1 = x·g'(z1)·W2 (p − y)

    x (d, 1) and b1 (h, 1) are columns; W1 (h, d); W2 (1, h); b2 (1, 1); y is 0 or 1; d and h may be 1. Each
    gradient has the shape of its array: dz2 (1, 1), dW2 (1, h), da1 (h, 1), dz1 (h, 1), dW1 (h, d). The
    arguments stay unchanged.
    """
    z1 = W1 @ x + b1
    a1 = np.tanh(z1)
    p = 1 / (1 + np.exp(-(W2 @ a1 + b2)))
    dz2 = p - y
    dW2 = dz2 @ a1.T
    da1 = W2.T @ dz2
    dz1 = (1 - a1**2) * da1
    dW1 = dz1 @ x.T
    return dz2, dW2, da1, dz1, dW1


def draw_outer(rng):
    yield numbers(rng, x1=4, x2=5, w1=6, w2=7, δ1=8, δ2=9)


@task(
    "09.6", "By hand: one layer, one example", kind="numbers", draw=draw_outer, returns="dW_11 dW_12 dW_21 dW_22 dx1", points="1 1 1 1 2",
    minutes=8, difficulty=1, tolerance=1e-3,
    hints=(
        "dW[i, j] belongs to the weight from input j to unit i: which two of your numbers meet there?",
        "dW is the outer product of δ (down) and x (across).",
        "With δ = (10, 20) and x = (3, 1) the rows of dW are (30, 10) and (60, 20). If x1 meets the weights 2 and 3, dx1 = 2·10 + 3·20 = 80",
    ),
    mistakes=(
        wrong("transposed_weight_gradient", "δ1 * x2", "δ2 * x1", "dW_21 = δ2 * x1", "dW_21 = δ1 * x2",
              say="dW_12 and dW_21 are swapped, so dW is transposed: the row belongs to the unit, the column to the input."),
        wrong("weight_gradient_for_weight", "w1 * δ1 + w2 * δ2", "dW_11 * δ1 + dW_21 * δ2"),
        wrong("branch_missing", "w1 * δ1 + w2 * δ2", "w1 * δ1"),
        wrong("product_for_sum", "w1 * δ1 + w2 * δ2", "w1 * δ1 * w2 * δ2"),
    ),
)  # fmt: skip
def outer_product_by_hand(x1, x2, w1, w2, δ1, δ2):
    """Two inputs x = (x1, x2), two units; the upstream gradient at z is δ = (δ1, δ2). The first column of W,
    the weights that x1 meets, is (w1, w2). Give the four entries of dW, row by row, and dx1 = ∂L/∂x1.
    """
    dW_11 = δ1 * x1
    dW_12 = δ1 * x2
    dW_21 = δ2 * x1
    dW_22 = δ2 * x2
    dx1 = w1 * δ1 + w2 * δ2
    return dW_11, dW_12, dW_21, dW_22, dx1


def graph_of_four_weights():
    from ...graph import Node

    letters = "w11 w12 w21 w22 v1 v2 x1 x2 y"
    w11, w12, w21, w22, v1, v2, x1, x2, y = (
        Node(0.3 * i - 1.1, name) for i, name in enumerate(letters.split())
    )
    z1, z2 = w11 * x1 + w12 * x2, w21 * x1 + w22 * x2
    z1.name, z2.name = "z1", "z2"
    p = v1 * z1 + v2 * z2
    p.name = "p"
    L = (p - y) ** 2 / 2
    L.name = "L"
    return L


formula(
    "09.7", "One entry of dW",
    "Two inputs, two linear units: z1 = w11·x1 + w12·x2, z2 = w21·x1 + w22·x2, p = v1·z1 + v2·z2 and L = ½(p − y)². The entry in row 1, column 2 of dW "
    "is ∂L/∂w12: give it as a formula in p, y, v1, v2, x1, x2.",
    graph=graph_of_four_weights, wrt="w12", points=4, minutes=8, difficulty=1, answer="(p - y)*v1*x2",
    mistakes={"transposed_weight_gradient": "(p - y)*v2*x1", "error_for_delta": "(p - y)*x2", "sign_flipped": "(y - p)*v1*x2", "factor_two": "2*(p - y)*v1*x2",
              "upstream_ignored": "v1*x2", "pre_activation_for_activation": "(p - y)*v1*z2", "weight_gradient_for_weight": "(p - y)*w12*x2"},
    say={"transposed_weight_gradient": "Row and column are swapped: that is the entry in row 2, column 1.",
         "error_for_delta": "The error p − y is not yet the δ of a unit: a weight lies between them.",
         "pre_activation_for_activation": "Your formula has z where the input of the layer belongs.",
         "weight_gradient_for_weight": "The gradient of w12 does not contain w12. Which weight lies between its unit and p?"},
    hints=(
        "Which unit does w12 belong to, and which input does it meet?",
        "dW is the outer product of δ (down) and x (across). δ of a unit is what arrives at its z.",
        "Another entry, for another loss, L = 5p: there ∂L/∂w21 = 5·v2 · x1, the δ of unit 2 times input 1",
    ),
)  # fmt: skip
