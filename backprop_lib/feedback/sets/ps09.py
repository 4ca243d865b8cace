"""Problem set 09, vectorise: the backward pass of a batch, in rows and in columns."""
# ruff: noqa: E501

import numpy as np

from ..task import formula, task, wrong
from .draws import SIZES, away_from_zero, binary_labels, numbers, two_layers


def draw_affine(rng):
    for N, d, h, _ in SIZES:
        normal = rng.standard_normal
        yield dict(upstream=normal((N, h)), X=normal((N, d)), W=normal((h, d)), b=normal(h))


@task(
    "09.1", "The backward pass of Z = X Wᵀ + b", draw=draw_affine, returns="dX dW db", points="2 2 2", hidden=2, minutes=10, difficulty=2,
    factors={"N": lambda given: len(given["X"])},
    hints=(
        "Write the shape under each letter. Which product of upstream (N, h) with W or X has the shape of the answer?",
        "A gradient has the shape of its array. Everything that all N examples share is a sum over the examples.",
        "dX = upstream @ W;  dW = upstream.T @ X;  db = upstream.sum(axis=0)",
    ),
    mistakes=(
        wrong("transposed_weight_gradient", "upstream.T @ X", "X.T @ upstream"),
        wrong("untransposed_weights", "upstream @ W", "upstream @ W.T"),
        wrong("bias_not_summed", "upstream.sum(axis=0)", "upstream.copy()"),
        wrong("bias_summed_over_wrong_axis", "upstream.sum(axis=0)", "upstream.sum(axis=1)"),
        wrong("bias_summed_to_scalar", "upstream.sum(axis=0)", "upstream.sum()"),
        wrong("bias_averaged", "upstream.sum(axis=0)", "upstream.mean(axis=0)"),
        wrong("bias_keeps_axis", "upstream.sum(axis=0)", "upstream.sum(axis=0, keepdims=True)"),
        wrong("bias_follows_input", "upstream.sum(axis=0)", "(upstream * X.sum(axis=1, keepdims=True)).sum(axis=0)"),
        wrong("last_example_only", "upstream.T @ X", "np.outer(upstream[-1], X[-1])"),
        wrong("first_example_only", "upstream.T @ X", "np.outer(upstream[0], X[0])"),
        wrong("weight_gradient_for_weight", "upstream @ W", "upstream @ (upstream.T @ X)"),
        wrong("upstream_ignored", "upstream @ W", "np.ones_like(upstream) @ W"),
    ),
)  # fmt: skip
def affine_backward(upstream, X, W, b):
    """Return (dX, dW, db), the gradients of the loss with respect to X, W and b, where Z = X @ W.T + b.

    upstream (N, h): ∂L/∂Z, which carries the 1/N of the mean already; X (N, d): one example per row; W (h,
    d); b (h,).
    """
    dX = upstream @ W
    dW = upstream.T @ X
    db = upstream.sum(axis=0)
    return dX, dW, db


def draw_affine_columns(rng):
    for N, d, h, _ in SIZES:
        normal = rng.standard_normal
        yield dict(upstream=normal((h, N)), A=normal((d, N)), W=normal((h, d)), b=normal((h, 1)))


@task(
    "09.2", "The same in columns: Z = W A + b", draw=draw_affine_columns, returns="dA dW db", points="2 2 2", hidden=2,
    minutes=10, difficulty=2, factors={"N": lambda given: given["A"].shape[1]},
    hints=(
        "One example is one column now: which axis do the examples run along?",
        "dW is the sum of the outer products δ aᵀ of the columns; b is (h, 1) here, and so is its gradient.",
        "dA = W.T @ upstream;  dW = upstream @ A.T;  db = upstream.sum(axis=1, keepdims=True)",
    ),
    mistakes=(
        wrong("transposed_weight_gradient", "upstream @ A.T", "A @ upstream.T"),
        wrong("untransposed_weights", "W.T @ upstream", "W @ upstream"),
        wrong("bias_not_summed", "upstream.sum(axis=1, keepdims=True)", "upstream.copy()"),
        wrong("bias_summed_over_wrong_axis", "axis=1", "axis=0"),
        wrong("bias_summed_to_scalar", "upstream.sum(axis=1, keepdims=True)", "upstream.sum()"),
        wrong("bias_averaged", "upstream.sum", "upstream.mean"),
        wrong(
            "bias_keeps_axis", ", keepdims=True", "",
            say="{what}: the numbers are right, the shape is not: in columns b is (h, 1), and `sum(axis=1)` drops the axis: keepdims.",
        ),
        wrong("last_example_only", "upstream @ A.T", "np.outer(upstream[:, -1], A[:, -1])"),
        wrong("first_example_only", "upstream @ A.T", "np.outer(upstream[:, 0], A[:, 0])"),
        wrong("weight_gradient_for_weight", "W.T @ upstream", "(upstream @ A.T).T @ upstream"),
        wrong("upstream_ignored", "W.T @ upstream", "W.T @ np.ones_like(upstream)"),
    ),
)  # fmt: skip
def affine_backward_columns(upstream, A, W, b):
    """Return (dA, dW, db), where Z = W @ A + b and one example is one column.

    upstream (h, N): ∂L/∂Z, which carries the 1/N of the mean already; A (d, N); W (h, d); b (h, 1).
    """
    dA = W.T @ upstream
    dW = upstream @ A.T
    db = upstream.sum(axis=1, keepdims=True)
    return dA, dW, db


def draw_activation(rng):
    for (N, _, h, _), activation in zip((*SIZES, SIZES[0]), ("tanh", "relu", "sigmoid", "relu")):
        yield dict(
            upstream=away_from_zero(rng, N, h), Z=1.5 * away_from_zero(rng, N, h), activation=activation
        )


@task(
    "09.3", "The backward pass of an activation", draw=draw_activation, returns="dZ", points="3", hidden=1, minutes=8, difficulty=1,
    factors={"N": lambda given: len(given["Z"])},
    hints=(
        "Each unit acts alone: how many entries of A does one entry of Z change?",
        "Multiply entry by entry; the derivative is taken where the function was evaluated, at Z.",
        "dZ = upstream * (1 - np.tanh(Z)**2) for tanh, upstream * (Z > 0) for relu, upstream * s * (1 - s) with s = σ(Z)",
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
    ),
)  # fmt: skip
def activation_backward(upstream, Z, activation):
    """Return dZ = ∂L/∂Z, where A = f(Z) entry by entry.

    upstream (N, h): ∂L/∂A; Z (N, h): what forward got; activation: "tanh", "relu" or "sigmoid".
    """
    s = 1 / (1 + np.exp(-Z))
    slope = {"tanh": 1 - np.tanh(Z) ** 2, "relu": np.where(Z > 0, 1.0, 0.0), "sigmoid": s * (1 - s)}[
        activation
    ]
    return upstream * slope


def draw_mlp(rng):
    for (N, d, h, k), activation in zip((*SIZES, SIZES[1]), ("tanh", "relu", "tanh", "relu")):
        yield two_layers(rng, N, d, h, k) | dict(Y=binary_labels(rng, N, k), activation=activation)


@task(
    "09.4", "The whole backward pass of a network with one hidden layer", draw=draw_mlp,
    returns="dZ2 dW2 db2 dA1 dZ1 dW1 db1", points="2 1 1 1 2 1 1", hidden=3, minutes=25, difficulty=3,
    factors={"N": lambda given: len(given["X"]), "K": lambda given: given["Y"].shape[1]},
    hints=(
        "Go from the loss back to X, one line of the forward pass at a time; each line of yours undoes one of those.",
        "The 1/N comes in once, at dZ2. A1 and Z1 have one derivative between them, f'(Z1), entry by entry.",
        "dZ2 = (P - Y)/N;  dW2 = dZ2.T @ A1;  db2 = dZ2.sum(axis=0);  dA1 = dZ2 @ W2;  dZ1 = dA1 * f'(Z1);  then as in the layer above",
    ),
    mistakes=(
        wrong("batch_mean_twice", "dW2 = dZ2.T @ A1", "dW2 = dZ2.T @ A1 / N", "db2 = dZ2.sum(axis=0)", "db2 = dZ2.mean(axis=0)",
              say="dW2 and db2 are N times too small, and dW1, db1 are right: dZ2 carries the 1/N already, you divided twice."),
        wrong("batch_mean_twice_in_hidden_delta", "dZ1 = dA1 * slope", "dZ1 = dA1 * slope / N"),
        wrong("missing_negative_label_term", "(P - Y)", "Y * (P - Y)"),
        wrong("negative_label_sign", "(P - Y)", "np.where(Y == 1, P - Y, Y - P)"),
        wrong("missing_parenthesis", "(P - Y) / N", "(P * (1 - P) * (-Y / P) + (1 - Y) / (1 - P)) / N"),
        wrong("output_derivative_twice", "(P - Y)", "(P - Y) * P * (1 - P)"),
        wrong("output_derivative_omitted", "(P - Y) / N", "(P - Y) / (P * (1 - P)) / N"),
        wrong("transposed_weight_gradient", "dZ2.T @ A1", "A1.T @ dZ2", "dZ1.T @ X", "X.T @ dZ1"),
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
        wrong("bias_not_summed", "dZ2.sum(axis=0)", "dZ2.copy()", "dZ1.sum(axis=0)", "dZ1.copy()"),
        wrong("bias_summed_over_wrong_axis", "dZ2.sum(axis=0)", "dZ2.sum(axis=1)", "dZ1.sum(axis=0)", "dZ1.sum(axis=1)"),
        wrong("bias_summed_to_scalar", "dZ2.sum(axis=0)", "dZ2.sum()", "dZ1.sum(axis=0)", "dZ1.sum()"),
        wrong("bias_averaged", "dZ2.sum(axis=0)", "dZ2.mean(axis=0)", "dZ1.sum(axis=0)", "dZ1.mean(axis=0)"),
        wrong("bias_keeps_axis", "dZ2.sum(axis=0)", "dZ2.sum(axis=0, keepdims=True)", "dZ1.sum(axis=0)", "dZ1.sum(axis=0, keepdims=True)"),
        wrong("missing_bias", "X @ W1.T + b1", "X @ W1.T", "A1 @ W2.T + b2", "A1 @ W2.T"),
        wrong("returns_loss", "return (dZ2, dW2, db2, dA1, dZ1, dW1, db1)", "return float(-(Y * np.log(P) + (1 - Y) * np.log(1 - P)).sum() / N)"),
    ),
)  # fmt: skip
def mlp_backward(X, W1, b1, W2, b2, Y, activation):
    """Return (dZ2, dW2, db2, dA1, dZ1, dW1, db1) for L = 1/N Σ −y log p − (1 − y) log(1 − p), summed over
    outputs, where

        Z1 = X @ W1.T + b1,  A1 = f(Z1),  Z2 = A1 @ W2.T + b2,  P = σ(Z2)

    X (N, d); W1 (h, d); b1 (h,); W2 (k, h); b2 (k,); Y (N, k) of 0 and 1; activation: "tanh" or "relu".
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


def draw_lecture(rng):
    for _, d, h, _ in SIZES:
        column = lambda n: rng.standard_normal((n, 1))  # noqa: E731
        for y in (0.0, 1.0):
            yield dict(
                x=column(d),
                y=y,
                W1=rng.standard_normal((h, d)),
                b1=column(h),
                W2=rng.standard_normal((1, h)),
                b2=column(1),
            )


@task(
    "09.5", "Find the errors in Lecture 000, section 8", draw=draw_lecture, returns="dz2 dW2 da1 dz1 dW1", points="2 1 1 1 1", hidden=1,
    minutes=20, difficulty=3,
    hints=(
        "Give every factor of the printed lines its shape, with 4 hidden units and 3 inputs: which products exist?",
        "Three kinds of error: parentheses, a missing transpose, and a matrix product where an entry-by-entry one belongs.",
        "dz2 = p − y;  dW2 = dz2 @ a1.T;  da1 = W2.T @ dz2;  dz1 = (1 − a1²) * da1;  dW1 = dz1 @ x.T",
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
        wrong("pre_activation_for_activation", "dz2 @ a1.T", "dz2 @ z1.T"),
        wrong("missing_bias", "W1 @ x + b1", "W1 @ x"),
    ),
)  # fmt: skip
def lecture_000_backward(x, y, W1, b1, W2, b2):
    """Return (dz2, dW2, da1, dz1, dW1), corrected, for one example with z1 = W1 x + b1, a1 = tanh z1, p =
    σ(W2 a1 + b2) and the loss −y log p − (1 − y) log(1 − p). Lecture 000 prints:

        ∂L/∂z2 = p(1 − p)·−y/p + (1 − y)/(1 − p)      ∂L/∂W2 = a1 (p − y)       ∂L/∂a1 = W2 (p − y)
        ∂L/∂z1 = g'(z1)·W2 (p − y)                      ∂L/∂W1 = x·g'(z1)·W2 (p − y)

    x (d, 1) and b1 (h, 1) are columns; W1 (h, d); W2 (1, h); b2 (1, 1); y is 0 or 1. Each gradient has the
    shape of its array.
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
        "dW[i, j] belongs to the weight from input j to unit i.",
        "dW is the outer product of δ (down) and x (across).",
        "With δ = (10, 20) and x = (3, 1) the rows of dW are (30, 10) and (60, 20). If x1 meets the weights 2 and 3, dx1 = 2·10 + 3·20 = 80",
    ),
    mistakes=(
        wrong("transposed_weight_gradient", "δ1 * x2", "δ2 * x1", "dW_21 = δ2 * x1", "dW_21 = δ1 * x2"),
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
    hints=(
        "Which unit does w12 belong to, and which input does it meet?",
        "dW is the outer product of δ (down) and x (across). δ of a unit is what arrives at its z.",
        "Another entry, for another loss, L = 5p: there ∂L/∂w21 = 5·v2 · x1, the δ of unit 2 times input 1",
    ),
)  # fmt: skip
