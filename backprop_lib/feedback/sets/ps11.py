"""Problem set 11, losses: softmax with cross-entropy, squared error, the L2 penalty."""
# ruff: noqa: E501

import numpy as np

from ..task import Wrong, formula, task, wrong, wrong_anywhere, wrong_constant
from .draws import EDGE_SIZES, HIDDEN_SIZES, SIZES, numbers, one_hot


def draw_logits(rng):
    for (N, K), shift in (((5, 3), 0.0), ((3, 4), -2.0), ((7, 2), 1.0), ((4, 3), 1000.0)):
        yield dict(Z=shift + 2 * rng.standard_normal((N, K)))
    yield dict(Z=rows_apart(rng, 4, 3))
    yield dict(Z=rng.standard_normal((1, 4)))


def draw_logits_hidden(rng):
    for N, K in ((6, 5), (1, 2), (3, 1), (2, 2)):
        yield dict(Z=rows_apart(rng, N, K))
    yield dict(Z=900 * rng.standard_normal((4, 6)))
    yield dict(Z=np.zeros((2, 3)))


def rows_apart(rng, N, K):
    """Logits of which some rows lie near 1000 and others near −1000."""
    shift = np.where(np.arange(N) % 2 == 0, 1000.0, -1000.0)
    return shift[:, None] + 2 * rng.standard_normal((N, K))


@task(
    "11.1", "Softmax of each row", draw=draw_logits, draw_hidden=draw_logits_hidden, returns="P", points="3", hidden=1, minutes=8, difficulty=1, quiet=True,
    hints=(
        "A shift of a whole row changes no ratio. Which shift keeps exp from overflowing?",
        "Each row is one example and sums to 1; the largest logit of each row may be subtracted from it.",
        "The row (1002, 1000): less its maximum it is (0, −2), the exponentials are 1 and 0.135, their sum is 1.135, so p = (0.881, 0.119). "
        "`keepdims=True` keeps a (N, 1) beside the (N, K), so that each row meets its own number.",
    ),
    mistakes=(
        wrong("softmax_wrong_axis", "axis=1", "axis=0"),
        wrong("normalised_over_everything", "Z.max(axis=1, keepdims=True)", "Z.max()", "E.sum(axis=1, keepdims=True)", "E.sum()"),
        wrong("normalised_over_everything", "E.sum(axis=1, keepdims=True)", "E.sum()"),
        wrong("exp_overflow", "Z - Z.max(axis=1, keepdims=True)", "Z"),
        wrong("activation_omitted", "E = np.exp(Z - Z.max(axis=1, keepdims=True))", "E = Z - Z.min(axis=1, keepdims=True) + 1", say="The exponentials are missing: the logits themselves were divided by their sum."),
        wrong("row_maximum", "Z.max(axis=1, keepdims=True)", "Z.max()"),
        wrong("mean_for_sum", "E.sum(axis=1", "E.mean(axis=1"),
        wrong("row_maximum", "Z.max(axis=1, keepdims=True)", "Z.mean()", say="The mean of all entries was subtracted; a row far from it overflows, or becomes 0/0. A shift may differ from row to row."),
        wrong("softmax_wrong_axis", "E.sum(axis=1, keepdims=True)", "E.sum(axis=0, keepdims=True)"),
        *wrong_constant("probability_clipped", "1e-2 1e-3 1e-4", "E / E.sum(axis=1, keepdims=True)", "E / (E.sum(axis=1, keepdims=True) + EPS)",
                        say="A small number was added to the sum: a row no longer sums to 1."),
        *wrong_constant("probability_clipped", "30 100 500 700", "Z - Z.max(axis=1, keepdims=True)", "np.clip(Z, -EPS, EPS)", say="Clipped logits are other logits: all that lie beyond the bound became equal."),
        wrong("base_ten", "np.exp(", "10 ** (", say="The powers are those of 10; softmax has those of e."),
        wrong("base_ten", "np.exp(", "2 ** (", say="The powers are those of 2; softmax has those of e."),
        wrong("activation_omitted", "return E / E.sum(axis=1, keepdims=True)", "return E", say="These are the exponentials; the division by their sum is missing."),
        wrong("sigmoid_for_softmax", "return E / E.sum(axis=1, keepdims=True)", "return 1 / (1 + np.exp(-Z))"),
        wrong("log_of_softmax", "return E / E.sum(axis=1, keepdims=True)", "return np.log(E / E.sum(axis=1, keepdims=True))"),
    ),
)  # fmt: skip
def softmax(Z):
    """Return P (N, K): in each row p_k = exp(z_k) / Σ exp(z_l). Z (N, K): numbers of any size, also rows near
    1000 and rows near −1000 together; P is right there as well, without a warning, and nothing is clipped. N and
    K may be 1. Z stays unchanged.
    """
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)


def draw_softmax_loss(rng):
    for N, K in ((5, 3), (3, 4), (7, 2)):
        yield dict(Z=2 * rng.standard_normal((N, K)), Y=one_hot(rng, N, K))
    yield unlikely_case(rng, 4, 3)
    yield dict(Z=rng.standard_normal((1, 3)), Y=one_hot(rng, 1, 3))


def draw_softmax_loss_hidden(rng):
    for N, K in ((6, 5), (1, 2), (2, 7), (4, 3)):
        yield unlikely_case(rng, N, K)


def unlikely_case(rng, N, K):
    """In the first row, the right class lies 29 below the others."""
    Z, Y = 2 * rng.standard_normal((N, K)), one_hot(rng, N, K)
    Z[0] = 15 - 29 * Y[0]
    return dict(Z=Z, Y=Y)


@task(
    "11.2", "Softmax and cross-entropy: the blank of Lecture 002", draw=draw_softmax_loss, draw_hidden=draw_softmax_loss_hidden, returns="loss dZ", points="2 3", hidden=2,
    minutes=12, difficulty=2, factors={"N": lambda given: len(given["Z"]), "K": lambda given: given["Z"].shape[1]},
    hints=(
        "The lecture leaves the backward pass of this graph blank. What is ∂L/∂z_l for one example?",
        "The softmax Jacobian has entries off the diagonal; with the one-hot y they make the answer very short.",
        "One example, p = (0.7, 0.2, 0.1), the first class is right: ∂L/∂z_1 = 0.7 − 1 = −0.3, and ∂L/∂z_2 = −(1/0.7)·(−0.7·0.2) = 0.2. What is ∂L/∂z_3? And what does a mean over N examples add?",
    ),
    mistakes=(
        wrong("missing_batch_mean", "(P - Y) / N", "P - Y", say="dZ is exactly N times too big: the loss averages over the batch, so its gradient carries 1/N."),
        wrong("sum_for_mean", "np.log(P)) / N", "np.log(P))"),
        wrong("sum_for_mean", "(P - Y) / N", "P - Y", "np.log(P)) / N", "np.log(P))", say="The examples are summed, in the loss and in its gradient; the loss is their mean."),
        wrong("squared_error", "-np.sum(Y * np.log(P)) / N", "np.sum((P - Y) ** 2) / N", say="That is the squared error; asked for is the cross-entropy."),
        wrong("squared_error", "-np.sum(Y * np.log(P)) / N", "np.sum((P - Y) ** 2) / 2 / N", say="That is the squared error; asked for is the cross-entropy."),
        *(
            wrong("squared_error", "-np.sum(Y * np.log(P)) / N", f"np.sum((P - Y) ** 2) / {half} / N", "(P - Y) / N", f"2 / {half} * P * (P - Y - ((P - Y) * P).sum(axis=1, keepdims=True)) / N", say="That is the squared error with its gradient; asked for is the cross-entropy.")
            for half in (1, 2)
        ),
        wrong("mean_over_classes", "np.log(P)) / N", "np.log(P)) / N / Y.shape[1]"),
        wrong("mean_over_classes", "(P - Y) / N", "(P - Y) / N / Y.shape[1]"),
        wrong("batch_mean_twice", "(P - Y) / N", "(P - Y) / N ** 2"),
        Wrong("batch_mean_twice", factor=lambda given: 1 / len(given["Z"])),
        Wrong("factor_two", factor=lambda given: 2.0, say="{what} is exactly 2 times too big: there is no square in this loss."),
        wrong("base_ten", "np.log(P)", "np.log10(P)"),
        wrong("base_ten", "np.log(P)", "np.log2(P)"),
        *(
            wrong("base_ten", "np.log(P)", f"np.log(P) / np.log({base})", "(P - Y) / N", f"(P - Y) / N / np.log({base})", say="The logarithm is the natural one, ln; yours has another base, in the loss and in its gradient.")
            for base in (10, 2)
        ),
        *wrong_constant("probability_clipped", "1e-3 1e-5 1e-6 1e-7 1e-8 1e-9 1e-10 1e-12 1e-15", "np.log(P)", "np.log(P + EPS)"),
        *wrong_constant("probability_clipped", "1e-3 1e-4 1e-5 1e-6 1e-7 1e-8 1e-9 1e-10 1e-12", "np.log(P)", "np.log(np.maximum(P, EPS))"),
        wrong("labels_swapped", "(P - Y)", "(P - 1 + Y)"),
        wrong("normalised_over_everything", "E.sum(axis=1, keepdims=True)", "E.sum()"),
        wrong("mean_missing", "loss = -np.sum(Y * np.log(P)) / N", "loss = -np.sum(Y * np.log(P), axis=1)"),
        wrong("last_example_only", "-np.sum(Y * np.log(P)) / N", "-np.sum(Y[-1] * np.log(P[-1])) / N"),
        wrong("sigmoid_for_softmax", "P = E / E.sum(axis=1, keepdims=True)", "P = 1 / (1 + np.exp(-Z))"),
        wrong("softmax_diagonal_only", "(P - Y) / N", "-Y * (1 - P) / N"),
        wrong("softmax_wrong_axis", "axis=1", "axis=0"),
        wrong("mean_over_classes", "np.log(P)) / N", "np.log(P)) / N / Y.shape[1]", "(P - Y) / N", "(P - Y) / N / Y.shape[1]"),
        wrong("sign_flipped", "P - Y", "Y - P"),
        wrong("loss_sign", "-np.sum", "np.sum"),
        wrong("loss_sign", "-np.sum", "np.sum", "P - Y", "Y - P", say="The loss has the wrong sign, and its gradient with it: the loss is −log p of the right class, and never negative."),
        wrong("output_derivative_twice", "(P - Y) / N", "(P - Y) * P * (1 - P) / N"),
        wrong("binary_loss", "-np.sum(Y * np.log(P)) / N", "-np.sum(Y * np.log(P) + (1 - Y) * np.log(1 - P)) / N"),
        wrong("softmax_backward_omitted", "(P - Y) / N", "-Y / P / N"),
        wrong("log_missing", "Y * np.log(P)", "Y * P"),
    ),
)  # fmt: skip
def softmax_cross_entropy(Z, Y):
    """Return (loss, dZ): loss = 1/N Σ_n −Σ_k y_k log p_k, a number, with p = softmax(z) in each row, and dZ (N,
    K) = ∂loss/∂Z. The logarithm is the natural one, and nothing is clipped or added to a probability.

    Z (N, K): logits from −20 to 20. Y (N, K): one-hot rows. N may be 1; K is 2 or more. The arguments stay
    unchanged.
    """
    N = len(Z)
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    P = E / E.sum(axis=1, keepdims=True)
    loss = -np.sum(Y * np.log(P)) / N
    dZ = (P - Y) / N
    return loss, dZ


def draw_softmax_backward(rng):
    for N, K in ((5, 3), (3, 4), (7, 2), (1, 3)):
        yield dict(upstream=rng.standard_normal((N, K)), P=probabilities(rng, N, K))


def draw_softmax_backward_hidden(rng):
    for N, K in ((6, 5), (1, 2), (2, 8), (3, 2)):
        yield dict(upstream=3 * rng.standard_normal((N, K)), P=probabilities(rng, N, K))
    yield dict(upstream=np.zeros((2, 3)), P=probabilities(rng, 2, 3))


def probabilities(rng, N, K):
    E = np.exp(rng.standard_normal((N, K)))
    return E / E.sum(axis=1, keepdims=True)


@task(
    "11.3", "The softmax Jacobian times an upstream gradient", draw=draw_softmax_backward, draw_hidden=draw_softmax_backward_hidden, returns="dZ", points="4", hidden=1,
    minutes=15, difficulty=3, factors={"N": lambda given: len(given["P"])},
    hints=(
        "Write the Jacobian for K = 2. Which entries are not 0?",
        "∂p_k/∂z_l = p_k(1[k = l] − p_l); each row of your dZ must sum to 0.",
        "One row, p = (0.6, 0.4), upstream (1, 3): ∂L/∂z_1 = 1·0.6·(1 − 0.6) − 3·0.6·0.4 = −0.48, and ∂L/∂z_2 = 0.48. In the first, 0.6 stands in both terms: what remains is upstream less a mean of it.",
    ),
    mistakes=(
        wrong("softmax_diagonal_only", "P * (upstream - (upstream * P).sum(axis=1, keepdims=True))", "upstream * P * (1 - P)"),
        wrong("softmax_wrong_axis", "axis=1", "axis=0", say="The sum runs over the examples; each row has a Jacobian of its own, and a sum over its classes."),
        wrong("upstream_ignored", "upstream - (upstream * P)", "1 - P * P"),
        wrong("jacobian_diagonal_missing", "P * (upstream - ", "P * (0 - "),
        wrong("jacobian_without_last_factor", "P * (upstream - (upstream * P)", "(upstream - (upstream * P)"),
        wrong("mean_for_sum", ".sum(axis=1", ".mean(axis=1"),
        wrong("mean_for_sum", "(upstream * P).sum(axis=1, keepdims=True)", "upstream.mean(axis=1, keepdims=True)", say="The plain mean of upstream was subtracted; each entry counts as much as its probability."),
        wrong("mean_for_sum", "(upstream * P).sum(axis=1, keepdims=True)", "upstream.sum(axis=1, keepdims=True)", say="The plain sum of upstream was subtracted; each entry counts as much as its probability."),
        wrong("error_for_delta", "P * (upstream - (upstream * P).sum(axis=1, keepdims=True))", "P - upstream", say="That is p − y with upstream for y; the short form belongs to the cross-entropy alone."),
        wrong("local_sign", "upstream - (upstream", "upstream + (upstream"),
        wrong("normalised_over_everything", "(upstream * P).sum(axis=1, keepdims=True)", "(upstream * P).sum()", say="The sum runs over all entries: each row has its own."),
    ),
)  # fmt: skip
def softmax_backward(upstream, P):
    """Return dZ (N, K) = ∂L/∂Z, where P = softmax(Z) row by row and upstream (N, K) = ∂L/∂P is anything. P (N,
    K): positive, each row sums to 1. N may be 1; K is 2 or more. The arguments stay unchanged.
    """
    return P * (upstream - (upstream * P).sum(axis=1, keepdims=True))


def draw_penalty(rng):
    for sizes, lam in zip((*SIZES, *EDGE_SIZES[1:]), (0.3, 0.0, 0.07, 0.4, 1.5)):
        yield penalty_case(rng, *sizes, lam)


def draw_penalty_hidden(rng):
    for sizes, lam in zip(HIDDEN_SIZES, (0.2, 2.0, 0.0, 1.0, 0.01, 0.6)):
        yield penalty_case(rng, *sizes, lam)


def penalty_case(rng, N, d, h, k, lam):
    normal = rng.standard_normal
    return dict(W1=normal((h, d)), b1=normal(h), W2=normal((k, h)), b2=normal(k),
                dW1=normal((h, d)), db1=normal(h), dW2=normal((k, h)), db2=normal(k), lam=lam, N=N)  # fmt: skip


@task(
    "11.4", "L2: once for each weight, never for a bias", draw=draw_penalty, draw_hidden=draw_penalty_hidden, returns="gW1 gb1 gW2 gb2", points="1 1 1 1", hidden=1,
    minutes=8, difficulty=1,
    hints=(
        "The penalty is a second term of the loss: what is its derivative, and by which parameters?",
        "½λ‖W‖² has the derivative λW. It is no mean over examples and no sum over layers.",
        "One weight w = 3 with λ = 0.2 and data gradient 1: the penalty ½·0.2·w² = 0.9 has the derivative 0.2·3 = 0.6, so the sum is 1.6. A bias of 3 with data gradient 1 keeps its 1.",
    ),
    mistakes=(
        wrong("l2_missing", "dW1 + lam * W1", "dW1.copy()", "dW2 + lam * W2", "dW2.copy()"),
        *wrong_anywhere("l2_doubled", "lam * W1", "2 * lam * W1", "lam * W2", "2 * lam * W2"),
        *wrong_anywhere("l2_halved", "lam * W1", "0.5 * lam * W1", "lam * W2", "0.5 * lam * W2"),
        *wrong_anywhere("l2_sign", "+ lam * W1", "- lam * W1", "+ lam * W2", "- lam * W2"),
        *wrong_anywhere("l2_on_bias", "db1.copy()", "db1 + lam * b1", "db2.copy()", "db2 + lam * b2"),
        wrong("l2_one_layer_only", "dW1 + lam * W1", "dW1.copy()"),
        wrong("l2_one_layer_only", "dW2 + lam * W2", "dW2.copy()"),
        *wrong_anywhere("l2_divided_by_batch", "lam * W1", "lam / N * W1", "lam * W2", "lam / N * W2"),
        *wrong_anywhere("l2_of_gradient", "lam * W1", "lam * dW1", "lam * W2", "lam * dW2"),
        *wrong_anywhere("l2_value_added", "lam * W1", "0.5 * lam * (W1 ** 2).sum()", "lam * W2", "0.5 * lam * (W2 ** 2).sum()"),
        wrong("l2_value_added", "lam * W1", "lam * (W1 ** 2).sum()", "lam * W2", "lam * (W2 ** 2).sum()"),
        *wrong_anywhere("l2_factor_missing", "+ lam * W1", "+ W1", "+ lam * W2", "+ W2"),
        *wrong_anywhere("l1_for_l2", "lam * W1", "lam * np.sign(W1)", "lam * W2", "lam * np.sign(W2)"),
        *wrong_anywhere("l2_squares", "lam * W1", "lam * W1 ** 2", "lam * W2", "lam * W2 ** 2"),
    ),
)  # fmt: skip
def l2_gradients(W1, b1, W2, b2, dW1, db1, dW2, db2, lam, N):
    """Return (gW1, gb1, gW2, gb2), the gradients of data loss + ½ λ (‖W1‖² + ‖W2‖²), where ‖W‖² is the sum of
    the squares of all entries.

    dW1, db1, dW2, db2 are those of the data loss, which is a mean over N examples; λ is `lam`, from 0 on;
    biases are not penalised. W1 (h, d), b1 (h,), W2 (k, h), b2 (k,), and each gradient has the shape of its
    array. The arguments stay unchanged; what is returned may be one of them.
    """
    gW1 = dW1 + lam * W1
    gb1 = db1.copy()
    gW2 = dW2 + lam * W2
    gb2 = db2.copy()
    return gW1, gb1, gW2, gb2


def draw_probabilities(rng):
    for N, K in ((5, 3), (3, 4), (7, 2), (1, 3)):
        yield dict(P=probabilities(rng, N, K), T=one_hot(rng, N, K))
    yield unlikely_probabilities(rng, 4, 3)


def draw_probabilities_hidden(rng):
    for N, K in ((6, 5), (1, 2), (2, 7)):
        yield unlikely_probabilities(rng, N, K)
    yield dict(P=np.ones((3, 1)), T=np.ones((3, 1)))


def unlikely_probabilities(rng, N, K):
    """In the first row, the right class has a probability of 1e-13."""
    P, T = probabilities(rng, N, K), one_hot(rng, N, K)
    P[0] = np.where(T[0] == 1, 1e-13, (1 - 1e-13) / max(K - 1, 1))
    return dict(P=P, T=T)


@task(
    "11.5", "Find the error in Lecture 002: L = −Σ k t_k log y_k", draw=draw_probabilities, draw_hidden=draw_probabilities_hidden, returns="losses", points="3", hidden=1,
    minutes=8, difficulty=1,
    hints=(
        "What would the formula as printed mean for class 3? Should a mistake there cost three times as much?",
        "The k has slipped from under the Σ. One number for each example comes out.",
        "p = (0.5, 0.2, 0.3) and class 3 is right: t = (0, 0, 1), so of the sum one term is left, −log 0.3 = 1.204. As printed, the lecture's formula gives 3.612.",
    ),
    mistakes=(
        wrong("index_weighted", "T * np.log(P)", "np.arange(1, P.shape[1] + 1) * T * np.log(P)"),
        wrong("index_weighted_from_0", "T * np.log(P)", "np.arange(P.shape[1]) * T * np.log(P)"),
        wrong("loss_sign", "-(T", "(T"),
        wrong("log_missing", "np.log(P)", "P"),
        wrong("softmax_wrong_axis", "axis=1", "axis=0", say="The sum runs over the examples; each example has a sum of its own, over its classes."),
        wrong("mean_for_sum", ".sum(axis=1)", ".mean(axis=1)"),
        wrong("binary_loss", "T * np.log(P)", "T * np.log(P) + (1 - T) * np.log(1 - P)"),
        wrong("base_ten", "np.log(P)", "np.log10(P)"),
        wrong("base_ten", "np.log(P)", "np.log2(P)"),
        wrong("one_number_for_all", ".sum(axis=1)", ".sum()"),
        wrong("one_number_for_all", ".sum(axis=1)", ".sum(axis=1).mean()"),
        wrong("sum_for_mean", "-(T * np.log(P)).sum(axis=1)", "-(T * np.log(P)).sum(axis=1) / len(P)", say="Each loss was divided by the number of examples; no mean is asked for."),
        wrong("labels_swapped", "T * np.log(P)", "(1 - T) * np.log(P)", say="The wrong classes count: t is 1 for the class that is right."),
        wrong("labels_swapped", "T * np.log(P)", "T * np.log(1 - P)", say="The loss is taken of 1 − p; what counts is the probability of the class that is right."),
        wrong("squared_error", "-(T * np.log(P))", "((P - T) ** 2)", say="That is the squared error; asked for is the cross-entropy."),
        wrong("bias_keeps_axis", ".sum(axis=1)", ".sum(axis=1, keepdims=True)", say="The numbers are right, the shape is not: a column (N, 1) in place of (N,)."),
        *wrong_constant("probability_clipped", "1e-3 1e-5 1e-6 1e-7 1e-8 1e-9 1e-10 1e-12 1e-15", "np.log(P)", "np.log(P + EPS)"),
        *wrong_constant("probability_clipped", "1e-3 1e-4 1e-5 1e-6 1e-7 1e-8 1e-9 1e-10 1e-12", "np.log(P)", "np.log(np.maximum(P, EPS))"),
    ),
)  # fmt: skip
def cross_entropy(P, T):
    """Return losses (N,): the cross-entropy of each example, the lecture's formula put right, with the natural
    logarithm. P (N, K): probabilities, none of them 0, nothing is clipped or added; T (N, K): one-hot rows. N
    and K may be 1. The arguments stay unchanged.
    """
    return -(T * np.log(P)).sum(axis=1)


def graph_of_cross_entropy():
    from ...graph import Node, function_of
    from ...graph.table import OPERATIONS

    log, exp = function_of(OPERATIONS["log"]), function_of(OPERATIONS["exp"])
    z1, z2, t1, t2 = (Node(v, n) for v, n in zip((0.4, -0.9, 1.0, 0.0), ("z1", "z2", "t1", "t2")))
    p1 = exp(z1) / (exp(z1) + exp(z2))
    p2 = exp(z2) / (exp(z1) + exp(z2))
    p1.name, p2.name = "p1", "p2"
    L = -(t1 * log(p1) + t2 * log(p2))
    L.name = "L"
    return L


formula(
    "11.6", "Two classes: ∂L/∂z1", "Two classes with p1 = e^z1/(e^z1 + e^z2), p2 = 1 − p1 and L = −t1 log p1 − t2 log p2. Give ∂L/∂z1 as a "
    "formula in p1, p2, t1, t2 (t1 and t2 may be any numbers: do not assume that t1 + t2 = 1).",
    graph=graph_of_cross_entropy, wrt="z1", points=4, minutes=12, difficulty=2, answer="t2*p1 - t1*p2",
    mistakes={"softmax_diagonal_only": "-t1*(1-p1)", "sign_flipped": "t1*p2 - t2*p1", "softmax_backward_omitted": "-t1/p1",
              "output_derivative_twice": "(p1-t1)*p1*(1-p1)", "label_flipped": "(1-t2)*p1 - (1-t1)*p2 | t1*p1 - t2*p2", "factor_two": "2*(t2*p1 - t1*p2)"},
    say={"label_flipped": "1 − t stands where the label t belongs: put in t1 = 1 and t2 = 0, and see what your formula wants.", "factor_two": "Your formula is exactly 2 times too big: there is no square in this loss."},
    hints=(
        "Where does z1 enter: in p1, in p2, or in both?",
        "Differentiate both probabilities by z1 (quotient rule), and write the results in p1 and p2. One of the two slopes is negative.",
        "For M = 5·p1 + 3·p2²: ∂M/∂z1 = 5·p1·p2 − 6·p2·p1·p2, a term for each way that z1 has",
    ),
)  # fmt: skip


def draw_three_classes(rng):
    yield {name: value / 4 for name, value in numbers(rng, z1=6, z2=7, z3=8).items()}


@task(
    "11.7", "By hand: three logits, the second class is right", kind="numbers", draw=draw_three_classes, returns="p1 p2 p3 L dz1 dz2 dz3",
    points="1 1 1 1 1 1 1", minutes=8, difficulty=1, tolerance=2e-3,
    hints=(
        "What has to be computed before the first probability can be?",
        "Exponentials, their sum, then each over the sum. The gradient at the logits is probabilities minus the one-hot label.",
        "With z = (0, 1, 3): e^z = 1, 2.718, 20.09, together 23.81; p = 0.042, 0.1142, 0.8438. If the third class is right: L = −log 0.8438 = 0.1698, dz = (0.042, 0.1142, −0.1562)",
    ),
    mistakes=(
        wrong("sign_flipped", "dz1, dz2, dz3 = (p1, p2 - 1, p3)", "dz1, dz2, dz3 = (-p1, 1 - p2, -p3)"),
        wrong("softmax_diagonal_only", "dz1, dz2, dz3 = (p1, p2 - 1, p3)", "dz1, dz2, dz3 = (0.0, p2 - 1, 0.0)"),
        wrong("log_missing", "-np.log(p2)", "1 - p2"),
        wrong("base_ten", "-np.log(p2)", "-np.log10(p2)"),
        wrong("sigmoid_for_softmax", "p1, p2, p3 = (e1 / S, e2 / S, e3 / S)", "p1, p2, p3 = (e1 / (1 + e1), e2 / (1 + e2), e3 / (1 + e3))"),
        wrong("loss_sign", "L = -np.log(p2)", "L = np.log(p2)"),
    ),
)  # fmt: skip
def three_logits(z1, z2, z3):
    """Logits z1, z2, z3, the second class is the right one. Give the probabilities p1, p2, p3, the
    cross-entropy L (natural logarithm), and dz1, dz2, dz3, the gradient of L by each logit.
    """
    e1, e2, e3 = (np.exp(z1), np.exp(z2), np.exp(z3))
    S = e1 + e2 + e3
    p1, p2, p3 = (e1 / S, e2 / S, e3 / S)
    L = -np.log(p2)
    dz1, dz2, dz3 = (p1, p2 - 1, p3)
    return tuple(map(float, (p1, p2, p3, L, dz1, dz2, dz3)))
