"""Problem set 10, Lemma 1: forward, δ, gradients and training for any number of layers, and a wrong line."""
# ruff: noqa: E501

from functools import cache

import numpy as np

from ..same import same
from ..task import FROM_ABOVE, Wrong, formula, task, wrong, wrong_anywhere
from .draws import numbers, two_layers

# Units of layer 1 (the input), 2, …, L.
NETS = ((3, 4, 2), (4, 3, 5, 2), (2, 5, 3, 4, 6), (3, 2), (1, 2, 1))
HIDDEN_NETS = ((5, 3, 4, 2), (2, 4, 3, 5, 1), (4, 6), (2, 1, 3), (1, 1))


def network(rng, sizes):
    W = [rng.standard_normal((n, m)) for m, n in zip(sizes, sizes[1:])]
    return W, [rng.standard_normal(n) for n in sizes[1:]]


def passed(x, W, b):
    z, a = [], [x]
    for W_l, b_l in zip(W, b):
        z.append(W_l @ a[-1] + b_l)
        a.append(1 / (1 + np.exp(-z[-1])))
    return z, a


def by_layer(*first):
    """Lists of layers, or dicts by the layer's number, as dicts; `first` are the numbers of their first
    layers, None for no list.
    """

    def canonical(results, arguments):
        found = []
        for result, start in zip(results, first):
            is_list = isinstance(result, (list, tuple)) or isinstance(result, np.ndarray) and result.ndim > 0
            found.append(dict(enumerate(result, start)) if is_list and start is not None else result)
        return found

    return canonical


def draw_forward(rng, nets=NETS):
    for sizes in nets:
        W, b = network(rng, sizes)
        yield dict(x=rng.standard_normal(sizes[0]), W=W, b=b)


def draw_forward_hidden(rng):
    yield from draw_forward(rng, HIDDEN_NETS)
    W, b = network(rng, (3, 2, 5, 2, 4, 3))
    yield dict(x=np.zeros(3), W=W, b=b)


@task(
    "10.1", "The forward pass, for any number of layers", draw=draw_forward, draw_hidden=draw_forward_hidden, returns="z a", points="2 2", hidden=2, minutes=10, difficulty=1,
    canonical=by_layer(2, 1),
    hints=(
        "Which numbers will the backward pass ask for? Keep all of them.",
        "Layer 1 is the input: it has an activation and no z. So the list a is one longer than the list z.",
        "By hand: x = (1, 2), W[2] = [[1, −1]], b[2] = (1). Then z[2] = 1·1 − 1·2 + 1 = 0 and a[2] = σ(0) = 0.5; layer 3 starts from a[2] in the same way.",
    ),
    mistakes=(
        wrong("missing_bias", "W_l @ a[-1] + b_l", "W_l @ a[-1]"),
        wrong("activation_omitted", "1 / (1 + np.exp(-z[-1]))", "z[-1]"),
        wrong("activation_omitted", "1 / (1 + np.exp(-z[-1]))", "1 / (1 + np.exp(-z[-1])) if len(a) < len(W) else z[-1]",
              say="The last layer's activation is missing: in (20) σ acts in every layer from 2 to L, the output included."),
        wrong("pre_activation_for_activation", "W_l @ a[-1] + b_l", "W_l @ (z[-1] if z else x) + b_l",
              say="The next layer gets z; it should get the activation a = σ(z) of the layer before."),
        wrong("input_nodes_activated", "[x]", "[1 / (1 + np.exp(-x))]",
              say="σ was applied to the input: layer 1 passes x on as it is, a[1] = x."),
        wrong("local_sign", "np.exp(-z[-1])", "np.exp(z[-1])", say="That is σ(−z): the minus in the exponent is missing."),
        wrong("wrong_activation", "1 / (1 + np.exp(-z[-1]))", "np.tanh(z[-1])"),
        wrong("wrong_activation", "1 / (1 + np.exp(-z[-1]))", "np.maximum(z[-1], 0)"),
        wrong("activation_omitted", "1 / (1 + np.exp(-z[-1]))", "1 / (1 + np.exp(-z[-1])) if len(a) == len(W) else z[-1]",
              say="Only the output is activated: σ acts in every layer from 2 to L."),
        wrong("inputs_left_out", "return (z, a)", "return (z, a[1:])", say="x is missing in a: layer 1 has an activation, the input itself."),
        wrong("inputs_left_out", "return (z, a)", "return ([x] + z, a)", say="z begins with x: layer 1 has an activation and no z."),
        wrong("missing_bias", "W_l @ a[-1] + b_l", "W_l @ a[-1] + (b_l if len(z) + 1 < len(W) else 0)", say="The last layer's bias is missing: each layer has its own."),
        wrong("missing_bias", "W_l @ a[-1] + b_l", "W_l @ a[-1] + (b_l if not z else 0)",
              say="Only the first layer's bias is there: each layer has its own."),
        wrong("wrong_order", "a.append(1 / (1 + np.exp(-z[-1])))", "a.append(1 / (1 + np.exp(-W_l @ a[-1])) + b_l)",
              "W_l @ a[-1] + b_l", "W_l @ a[-1]", say="The bias was added after the activation; it is part of z, so it comes before."),
    ),
)  # fmt: skip
def forward(x, W, b):
    """Return (z, a): z = [z[2], …, z[L]] and a = [a[1], a[2], …, a[L]] with a[1] = x, z[l] = W[l] a[l−1] +
    b[l], a[l] = σ(z[l]). Layers are counted from 1, the input.

    x (n1,); W and b: lists, one matrix (n_l, n_{l−1}) and one vector (n_l,) for each of the layers 2 … L. Any
    L from 2 on, layers of any size from 1 on. Return lists in this order, or dicts by the layer's number: z
    {2: …, L: …}, a {1: …, L: …}. The arguments stay unchanged.
    """
    z, a = [], [x]
    for W_l, b_l in zip(W, b):
        z.append(W_l @ a[-1] + b_l)
        a.append(1 / (1 + np.exp(-z[-1])))
    return z, a


def draw_backward(rng):
    """Square above the first layer: there a wrong layer or a missing transpose gives numbers to recognise,
    where unequal sizes would only crash.
    """
    for sizes in ((4, 3, 3, 3), (2, 4, 4), (3, 5, 5, 5, 5), (3, 2), (2, 1, 1)):
        yield after_forward(rng, sizes)


def draw_backward_hidden(rng):
    for sizes in HIDDEN_NETS:
        yield after_forward(rng, sizes)


def after_forward(rng, sizes):
    W, b = network(rng, sizes)
    z, a = passed(rng.standard_normal(sizes[0]), W, b)
    return dict(
        y=(a[-1] + rng.choice([-1, 1], sizes[-1]) * rng.uniform(0.1, 0.5, sizes[-1])).round(2), z=z, a=a, W=W
    )


@task(
    "10.2", "Lemma 1, for any number of layers", draw=draw_backward, draw_hidden=draw_backward_hidden, returns="delta dW db", points="4 2 1", hidden=3, minutes=25, difficulty=3,
    canonical=by_layer(2, 2, 2),
    hints=(
        "Which δ can be computed from what is given? And which one next?",
        "From the last layer down. Each step: transpose, multiply, then the slope σ' of the layer where you arrive.",
        "One unit in each layer, and tanh for σ: a[3] = 0.5, y = 1 give δ[3] = (1 − 0.25)·(0.5 − 1) = −0.375. With w[3] = 2 and a[2] = 0.6: "
        "δ[2] = (1 − 0.36)·2·(−0.375) = −0.48, and dw[3] = δ[3]·a[2] = −0.225.",
    ),
    mistakes=(
        wrong("last_layer_derivative", "slope * (W_next.T", "slopes[-1] * (W_next.T"),
        wrong("output_derivative_omitted", "[slopes[-1] * (a[-1] - y)]", "[a[-1] - y]",
              say="δ[L] is the raw error a − y: the slope σ' of the last layer is missing. With ½‖y − a‖² it does not cancel."),
        wrong("error_for_delta", "W_next.T @ delta[0]", "W_next.T @ (delta[0] if len(delta) > 1 else a[-1] - y)"),
        wrong("activation_derivative_omitted", "slope * (W_next.T @ delta[0])", "W_next.T @ delta[0]"),
        wrong("a_form_fed_with_z", "for s in a[1:]", "for s in z"),
        wrong("derivative_at_activation", "for s in a[1:]", "for s in [1 / (1 + np.exp(-v)) for v in a[1:]]"),
        wrong("wrong_layer_index", "slopes[-2::-1]", "slopes[:0:-1]",
              say="δ[l] is multiplied with the slopes of layer l + 1; σ' belongs to the layer whose δ you compute."),
        wrong("wrong_layer_index", "W[:0:-1]", "W[-2::-1]", say="δ[l] uses W[l]: the weights between layer l and the next one are W[l + 1]."),
        wrong("wrong_layer_index", "zip(delta, a)", "zip(delta, a[1:])", say="dW[l] uses a[l]; the input of layer l is a[l − 1]."),
        wrong("untransposed_weights", "W_next.T", "W_next"),
        wrong("precedence_of_product", "slope * (W_next.T @ delta[0])", "slope * W_next.T @ delta[0]"),
        wrong("pre_activation_for_activation", "zip(delta, a)", "zip(delta, [a[0], *z])"),
        wrong("transposed_weight_gradient", "np.outer(d, before)", "np.outer(before, d)"),
        wrong("weight_gradient_for_weight", "W_next.T @ delta[0]", "np.outer(delta[0], a[len(W) - len(delta)]).T @ delta[0]"),
        wrong("bias_summed_to_scalar", "d.copy()", "d.sum()",
              say="Each db is a single number, the sum of all δ of its layer: ∂z_j/∂b_i is 1 for i = j and 0 otherwise (001-E4)."),
        wrong("bias_follows_input", "d.copy() for d in delta", "d * before.sum() for d, before in zip(delta, a)"),
        wrong("outputs_in_wrong_order", "return (delta, dW, db)", "return (delta[::-1], dW, db)",
              say="delta is in the order of discovery, the last layer first. Turn it round: layer 2 first, as in W."),
        wrong("outputs_in_wrong_order", "return (delta, dW, db)", "return (delta[::-1], dW[::-1], db[::-1])",
              say="All three lists are in the order of discovery, the last layer first. Turn them round: layer 2 first, as in W."),
        wrong("output_derivative_twice", "[slopes[-1] * (a[-1] - y)]", "[slopes[-1] * slopes[-1] * (a[-1] - y)]",
              say="δ[L] has σ' twice: (22) has it once."),
        wrong("tanh_derivative_for_sigmoid", "s * (1 - s)", "1 - s ** 2"),
        wrong("value_for_derivative", "[s * (1 - s) for", "[s for", say="σ(z) stands where σ'(z) belongs."),
        wrong("last_layer_derivative", "slope * (W_next.T", "slopes[0] * (W_next.T", say="The slopes of layer 2 are used in every layer below the last: each layer has its own."),
        wrong("sign_flipped", "np.outer(d, before)", "-np.outer(d, before)", "d.copy()", "-d"),
        Wrong("sign_flipped", factor=lambda given: -1.0),
        wrong("error_for_delta", "d.copy() for d in delta", "d / s for d, s in zip(delta, slopes)", say="db is the gradient at the activation; ∂C/∂b is δ itself, with the slope in it."),
        wrong("matmul_for_hadamard", "slope * (W_next.T @ delta[0])", "slope @ (W_next.T @ delta[0]) * np.ones(len(slope))"),
    ),
)  # fmt: skip
def lemma_1(y, z, a, W):
    """Return (delta, dW, db), three lists, one entry for each of the layers 2 … L, for C = ½‖y − a[L]‖² and
    one example:

        (22), (23) delta: δ[l] = ∂C/∂z[l] (n_l,)    (25) dW: ∂C/∂W[l] (n_l, n_{l−1})    (24) db: ∂C/∂b[l]
        (n_l,)

    From the forward pass with a = σ(z): z = [z[2], …, z[L]], a = [a[1], …, a[L]]; W = [W[2], …, W[L]]; y
    (n_L,). Any L from 2 on, layers of any size from 1 on. Return lists in this order, layer 2 first, or dicts
    by the layer's number, 2 … L. The arguments stay unchanged.
    """
    slopes = [s * (1 - s) for s in a[1:]]
    delta = [slopes[-1] * (a[-1] - y)]
    for slope, W_next in zip(slopes[-2::-1], W[:0:-1]):
        delta.insert(0, slope * (W_next.T @ delta[0]))
    dW = [np.outer(d, before) for d, before in zip(delta, a)]
    db = [d.copy() for d in delta]
    return delta, dW, db


ONE_STEP = "Only one step was taken: a return, or the update, stands in the wrong block of the loop."
TRAINING = (  # units of the layers, number of examples, rate, examples in the order in which they are taken
    ((3, 4, 2), 4, 0.5, (2, 0, 2, 3)),
    ((2, 3, 4, 2), 4, 2.0, (1, 0)),
    ((3, 4, 2), 4, 0.1, (3, 3, 1, 0, 2)),
    ((4, 2), 2, 0.7, (1, 1, 0)),
    ((2, 1, 3), 1, 1.5, (0, 0)),
    ((3, 2, 1), 2, 0.5, ()),
)
HIDDEN_TRAINING = (
    ((5, 3, 2, 4), 6, 0.3, (5, 2, 2, 0, 4, 2)),
    ((2, 4, 3, 5, 1), 3, 1.2, (2, 2, 2)),
    ((1, 3), 1, 0.9, (0,)),
    ((1, 1, 1), 2, 2.5, (1, 0, 1, 1)),
    ((2, 3), 3, 0.4, ()),
)


def draw_training(rng, cases=TRAINING):
    for sizes, N, eta, ks in cases:
        W, b = network(rng, sizes)
        X, Y = rng.standard_normal((N, sizes[0])), rng.uniform(0, 1, (N, sizes[-1])).round(2)
        yield dict(X=X, Y=Y, W=W, b=b, eta=eta, ks=list(ks))


def draw_training_hidden(rng):
    yield from draw_training(rng, HIDDEN_TRAINING)


@task(
    "10.3", "Find what is missing in Lecture 001's training loop", draw=draw_training, draw_hidden=draw_training_hidden, returns="W_new b_new", points="4 2", hidden=2,
    minutes=25, difficulty=3, canonical=by_layer(2, 2),
    hints=(
        "The loop as printed updates with δ[l]. Where do the δ come from, and which W do they need?",
        "Between the forward pass and the updates two lines are missing: δ[L], and all other δ. All of them, before any weight changes.",
        "One linear unit in each layer, w2 = 2, w3 = 3, x = 1, y = 5, η = 0.1: a[3] = 6, δ[3] = 6 − 5 = 1, δ[2] = 3·1 = 3 with the old w3. "
        "Only then w3 ← 3 − 0.1·1·2 = 2.8 and w2 ← 2 − 0.1·3·1 = 1.7.",
    ),
    mistakes=(
        wrong("updated_weights_in_backward", "for l in range(L - 1, 0, -1):\n            delta[l] = (1 - a[l]) * a[l] * (W[l].T @ delta[l + 1])\n        for l in range(1, L + 1):\n            W[l - 1] = W[l - 1] - eta * np.outer(delta[l], a[l - 1])\n            b[l - 1] = b[l - 1] - eta * delta[l]",
              "for l in range(L, 0, -1):\n            if l < L:\n                delta[l] = (1 - a[l]) * a[l] * (W[l].T @ delta[l + 1])\n            W[l - 1] = W[l - 1] - eta * np.outer(delta[l], a[l - 1])\n            b[l - 1] = b[l - 1] - eta * delta[l]",
              say="A δ was computed with weights that had already been updated. All δ come from the old weights: first all of them, then the update loop."),
        wrong("steps_uphill", "W[l - 1] - eta", "W[l - 1] + eta", "b[l - 1] - eta", "b[l - 1] + eta"),
        wrong("steps_uphill", "W[l - 1] - eta", "W[l - 1] + eta"),
        wrong("steps_uphill", "b[l - 1] - eta", "b[l - 1] + eta"),
        wrong("learning_rate_missing", "eta * np.outer", "np.outer", "eta * delta", "delta"),
        wrong("learning_rate_missing", "eta * np.outer", "np.outer", say="The learning rate is missing in the weights' step."),
        wrong("learning_rate_missing_on_biases", "eta * delta[l]", "delta[l]"),
        wrong("division_by_rate", "eta * np.outer", "1 / eta * np.outer", "eta * delta", "1 / eta * delta"),
        wrong("averaged_steps", "eta *", "eta / len(ks) *", say="Each step was divided by the number of steps: one example, one full step."),
        wrong("factor_half", "eta *", "0.5 * eta *", say="Every step is exactly half of what it should be: a ½ too many."),
        wrong("without_replacement", "for k in ks:", "for k in dict.fromkeys(ks):"),
        wrong("a_form_fed_with_z", "(1 - a[L]) * a[L]", "(1 - z[-1]) * z[-1]", "(1 - a[l]) * a[l]", "(1 - z[l - 1]) * z[l - 1]"),
        wrong("tanh_derivative_for_sigmoid", "(1 - a[L]) * a[L]", "(1 - a[L] ** 2)", "(1 - a[l]) * a[l]", "(1 - a[l] ** 2)"),
        wrong("wrong_activation", "1 / (1 + np.exp(-z[-1]))", "np.tanh(z[-1])"),
        wrong("weights_only", "W[l - 1] - eta * np.outer(delta[l], a[l - 1])", "W[l - 1]", say="Only the biases moved: weights are parameters too."),
        wrong("weights_only", "b[l - 1] - eta * delta[l]", "b[l - 1]"),
        wrong("output_derivative_omitted", "(1 - a[L]) * a[L] * (a[L] - y)", "a[L] - y",
              say="δ[L] is the raw error a − y: the slope σ' of the last layer is missing. With ½‖y − a‖² it does not cancel."),
        wrong("activation_derivative_omitted", "(1 - a[l]) * a[l] * (W[l].T @ delta[l + 1])", "W[l].T @ delta[l + 1]"),
        wrong("error_for_delta", "W[l].T @ delta[l + 1]", "W[l].T @ (delta[l + 1] if l + 1 < L else a[L] - y)"),
        wrong("missing_bias", "W_l @ a[-1] + b_l", "W_l @ a[-1]"),
        wrong("first_example_only", "for k in ks:", "for k in ks[:1]:",
              say=ONE_STEP),
        wrong("first_example_only", "eta * delta[l]\n    return (W, b)", "eta * delta[l]\n        return (W, b)", say=ONE_STEP),
        wrong("last_example_only", "for k in ks:", "for k in ks[-1:]:",
              say="Only the last example's step is in the result: each step starts from the weights that the one before left."),
        wrong("samples_shifted", "y = Y[k]", "y = Y[k - 1]"),
        wrong("samples_shifted", "for k in ks:", "for k in range(len(ks)):",
              say="The loop runs over 0, 1, 2, …; ks holds the numbers of the examples, in the order in which they are drawn."),
        wrong("start_slope_kept", "a = [X[k]]", "a = [X[k]]\n        first = first or (list(W), list(b))", "zip(W, b)", "zip(*first)",
              "L = len(W)", "L = len(W)\n    first = None",
              say="The forward pass always uses the weights of the start; after a step it needs the new ones."),
        wrong("start_slope_kept", "a = [X[k]]", "a = [X[k]]\n        first = first or (list(W), list(b))", "zip(W, b)", "zip(*first)",
              "L = len(W)", "L = len(W)\n    first = None", "W[l].T", "first[0][l].T",
              say="Every step is computed with the weights of the start, forward and backward; after a step the new ones are needed."),
        wrong("wrong_layer_index", "np.outer(delta[l], a[l - 1])", "np.outer(delta[l], a[l - 1] if l == 1 else z[l - 2])",
              say="∂C/∂W is computed with z in place of a: the layer's input is the activation."),
        wrong("output_derivative_twice", "(1 - a[L]) * a[L] * (a[L] - y)", "((1 - a[L]) * a[L]) ** 2 * (a[L] - y)",
              say="δ[L] has σ' twice: (22) has it once."),
        wrong("factor_two", "eta *", "2 * eta *", say="Every step is exactly 2 times too big: the ½ of ½‖y − a‖² cancels the 2 of the square."),
        wrong("weights_only", "np.outer(delta[l], a[l - 1])", "np.outer(delta[l], a[l - 1]) * (l == L)",
              say="Only the last layer's weights move: the update is for every layer from 2 to L."),
    ),
)  # fmt: skip
def train(X, Y, W, b, eta, ks):
    """Return (W_new, b_new), the lists of weights and biases after one step of SGD for each entry k of ks, in
    that order.

    Lecture 001's loop: choose an example k; forward pass for x{k}; then for l = L downto 2 update W[l] ← W[l]
    − η δ[l] a[l−1]ᵀ and b[l] ← b[l] − η δ[l]. It never computes δ: put that in, for C = ½‖y − a[L]‖² and a =
    σ(z) in every layer from 2 to L, L = 2 included. X (N, n1) and Y (N, n_L): one example per row; W, b: lists,
    layer 2 first; eta: the rate η; ks: list of numbers from 0 to N − 1, some twice; if it is empty, no step is
    taken. The lists that you are given and the arrays in them stay unchanged.
    """
    W, b = (list(W), list(b))
    L = len(W)
    for k in ks:
        y = Y[k]
        a = [X[k]]
        z = []
        for W_l, b_l in zip(W, b):
            z.append(W_l @ a[-1] + b_l)
            a.append(1 / (1 + np.exp(-z[-1])))
        delta = {L: (1 - a[L]) * a[L] * (a[L] - y)}
        for l in range(L - 1, 0, -1):
            delta[l] = (1 - a[l]) * a[l] * (W[l].T @ delta[l + 1])
        for l in range(1, L + 1):
            W[l - 1] = W[l - 1] - eta * np.outer(delta[l], a[l - 1])
            b[l - 1] = b[l - 1] - eta * delta[l]
    return W, b


def draw_square(rng):
    for n, L in ((3, 4), (2, 5), (4, 3), (3, 2), (1, 4)):
        yield after_forward(rng, (n,) * L)


def draw_square_hidden(rng):
    for n, L in ((5, 3), (2, 7), (1, 2), (6, 2), (1, 3)):
        yield after_forward(rng, (n,) * L)


@task(
    "10.4", "Find the error in Lecture 001: which D?", draw=draw_square, draw_hidden=draw_square_hidden, returns="D delta2", points="2 3", hidden=1, minutes=15, difficulty=2,
    canonical=by_layer(2, None),
    hints=(
        "All layers have n units here, so nothing crashes. Which layer's slopes does δ[l] need?",
        "D[l] = diag σ'(z[l]). The printed D[L] would use the output's slopes in every layer.",
        "One unit in each layer, slopes 0.2, 0.1, 0.25 in layers 2, 3, 4, weights w3 = 3 and w4 = −2, error 0.5: δ4 = 0.25·0.5 = 0.125, "
        "δ3 = 0.1·(−2)·0.125 = −0.025, δ2 = 0.2·3·(−0.025) = −0.015.",
    ),
    mistakes=(
        wrong("last_layer_derivative", "D_l @ W_next.T", "D[-1] @ W_next.T"),
        wrong("last_layer_derivative", "D_l @ W_next.T", "D[-1] @ W_next.T", "return (D, delta2)", "return ([D[-1]] * len(D), delta2)"),
        wrong("a_form_fed_with_z", "a_l * (1 - a_l)) for a_l in a[1:]", "z_l * (1 - z_l)) for z_l in z"),
        wrong("derivative_at_activation", "for a_l in a[1:]", "for a_l in [1 / (1 + np.exp(-v)) for v in a[1:]]"),
        wrong("untransposed_weights", "W_next.T", "W_next"),
        wrong("output_derivative_omitted", "D[-1] @ (a[-1] - y)", "a[-1] - y",
              say="delta2: the output has slopes as well; one factor of the product is missing."),
        wrong("activation_derivative_omitted", "D_l @ W_next.T @ delta2", "W_next.T @ delta2"),
        wrong("wrong_layer_index", "D[-2::-1]", "D[:0:-1]", say="Each D is one layer too high: δ[l] needs D[l]."),
        wrong("wrong_layer_index", "W[:0:-1]", "W[-2::-1]", say="δ[l] uses W[l]: the weights between layer l and the next one are W[l + 1]."),
        wrong("wrong_layer_index", "for a_l in a[1:]", "for a_l in a[:-1]",
              say="The D are one layer too low: the list a begins with the input a[1], which has no D."),
        wrong("wrong_order", "D_l @ W_next.T @ delta2", "W_next.T @ D_l @ delta2",
              say="The factors are in the wrong order: first Wᵀ brings δ down to layer l, then D[l] multiplies with the slopes there. Matrices do not commute."),
        wrong("sign_flipped", "a[-1] - y", "y - a[-1]"),
        wrong("factor_two", "D[-1] @ (a[-1] - y)", "2 * D[-1] @ (a[-1] - y)"),
        wrong("factor_half", "D[-1] @ (a[-1] - y)", "0.5 * D[-1] @ (a[-1] - y)"),
        wrong("every_entry_gets_gradient", "np.diag(a_l * (1 - a_l))", "np.outer(a_l, 1 - a_l)",
              say="D is full: a unit's activation depends on its own z alone, so D has σ'(z_i) on the diagonal and 0 elsewhere."),
        wrong("tanh_for_its_derivative", "a_l * (1 - a_l)", "1 - a_l ** 2",
              say="The slopes are 1 − a², those of tanh; this net has sigmoids."),
        wrong("value_for_derivative", "a_l * (1 - a_l)", "a_l", say="σ(z) stands where σ'(z) belongs."),
        wrong("wrong_layer_index", "return (D, delta2)", "return (D, D[-1] @ (a[-1] - y))", say="delta2 is δ[L], that of the last layer; δ[2] is the last to be reached."),
        wrong("output_derivative_twice", "D[-1] @ (a[-1] - y)", "D[-1] @ D[-1] @ (a[-1] - y)", say="delta2 has D[L] twice."),
    ),
)  # fmt: skip
def sensitivity_as_product(y, z, a, W):
    """Return (D, delta2): the list of the matrices [D[2], …, D[L]], each (n, n), and δ[2] (n,), for C = ½‖y −
    a[L]‖² and a = σ(z).

    Lecture 001 prints δ[l] = D[L] (W[l+1])ᵀ δ[l+1]; put it right, and multiply out down to l = 2. All layers
    have n units; n may be 1, and L may be 2. z = [z[2], …, z[L]], a = [a[1], …, a[L]], W = [W[2], …, W[L]], y
    (n,). D is a list, or a dict by the layer's number, 2 … L. The arguments stay unchanged.
    """
    D = [np.diag(a_l * (1 - a_l)) for a_l in a[1:]]
    delta2 = D[-1] @ (a[-1] - y)
    for D_l, W_next in zip(D[-2::-1], W[:0:-1]):
        delta2 = D_l @ W_next.T @ delta2
    return D, delta2


def draw_layer(rng, sizes=((4, 3), (2, 5), (5, 2), (1, 3), (3, 1))):
    for n, m in sizes:
        yield dict(delta=rng.standard_normal(n), a_before=rng.uniform(0.1, 0.9, m))


def draw_layer_hidden(rng):
    yield from draw_layer(rng, ((6, 4), (3, 3), (1, 1), (2, 7)))


@task(
    "10.5", "Find the errors in Lecture 001: two indices", draw=draw_layer, draw_hidden=draw_layer_hidden, returns="dW dz_db db", points="2 1 1", hidden=1, minutes=10,
    difficulty=1,
    hints=(
        "Which units does the weight w_jk concern, and which one does the bias b_i concern?",
        "Weight w_jk and bias b_j serve unit j alone: the index on the left is the index of the δ on the right.",
        "δ = (1, −2) and a = (3, 5, 7): ∂C/∂w_23 = −2·7 = −14 stands in row 2, column 3. And z1 = w_11 a_1 + w_12 a_2 + w_13 a_3 + b_1: "
        "by how much does it move with b_1, by how much with b_2?",
    ),
    mistakes=(
        wrong("every_entry_gets_gradient", "np.eye(n)", "np.ones((n, n))",
              say="dz_db is 1 everywhere, as Lecture 001 prints it: z_j contains b_j and no other bias, so it is 1 for i = j and 0 otherwise."),
        wrong("transposed_weight_gradient", "np.outer(delta, a_before)", "np.outer(a_before, delta)"),
        wrong("every_entry_gets_gradient", "np.eye(n)", "np.ones((n, n))", "delta.copy()", "np.full(n, delta.sum())",
              say="dz_db is 1 everywhere, as Lecture 001 prints it, and so each bias got the sum of all δ. z_j contains b_j and no other bias: "
                  "1 for i = j, 0 otherwise."),
        wrong("bias_summed_to_scalar", "delta.copy()", "delta.sum()", say="db is a single number, the sum of all δ: every unit has its own bias."),
        wrong("bias_follows_input", "delta.copy()", "delta * a_before.sum()"),
        wrong("wrong_layer_index", "np.outer(delta, a_before)", "np.outer(np.roll(delta, -1), a_before)",
              say="Row i of dW holds the δ of unit i + 1: as the lecture prints (25), i on the left and j on the right. They are one index, j."),
        wrong("sum_before_product", "np.outer(delta, a_before)", "np.outer(np.full(n, delta.sum()), a_before)",
              say="Each row of dW holds the sum of all δ: weight w_jk serves unit j alone."),
        *wrong_anywhere("upstream_ignored", "np.outer(delta, a_before)", "np.outer(np.ones(n), a_before)", "delta.copy()", "np.ones(n)"),
        *wrong_anywhere("sign_flipped", "np.outer(delta, a_before)", "-np.outer(delta, a_before)", "delta.copy()", "-delta", say=FROM_ABOVE["sign_flipped"]),
        wrong("factor_two", "np.outer(delta, a_before)", "2 * np.outer(delta, a_before)", "delta.copy()", "2 * delta", say=FROM_ABOVE["factor_two"]),
        wrong("factor_half", "np.outer(delta, a_before)", "0.5 * np.outer(delta, a_before)", "delta.copy()", "0.5 * delta"),
        wrong("value_for_derivative", "np.eye(n)", "np.diag(delta)", say="dz_db holds δ: ∂z/∂b is the local derivative, before δ comes in."),
        wrong("bias_averaged", "delta.copy()", "np.full(n, delta.mean())", say="Every bias got the mean of all δ: bias b_j serves unit j alone."),
        wrong("pre_activation_for_activation", "np.outer(delta, a_before)", "np.outer(delta, np.log(a_before / (1 - a_before)))"),
        wrong("activation_derivative_omitted", "np.outer(delta, a_before)", "np.outer(delta, a_before * (1 - a_before))",
              say="dW has σ' of the layer before: δ contains all the slopes that are needed, dW takes a[l−1] as it is."),
    ),
)  # fmt: skip
def one_layer(delta, a_before):
    """Return (dW, dz_db, db) for one layer with z_j = Σ_k w_jk a_k + b_j and δ_j = ∂C/∂z_j.

    Lecture 001 prints ∂C/∂w_ik = δ_j a_k, and ∂z_j/∂b_i = 1. Put both right: dW (n, m) holds ∂C/∂w_jk in row
    j, column k; dz_db (n, n) holds ∂z_j/∂b_i in row j, column i; db (n,) is ∂C/∂b. delta (n,): this layer's
    δ; a_before (m,): the activations that come in, between 0 and 1. n and m may be 1. The arguments stay
    unchanged.
    """
    n = len(delta)
    dW = np.outer(delta, a_before)
    dz_db = np.eye(n)
    db = delta.copy()
    return dW, dz_db, db


def draw_small(rng):
    drawn = numbers(rng, x=6, v1=7, v2=8, a=9, b=9, c=9)
    a, b, c = (abs(drawn[name]) / 10 for name in "abc")
    yield dict(x=drawn["x"], a1=a, a2=b, v1=drawn["v1"], v2=drawn["v2"], a3=c, y=float(rng.choice([0, 1])))


@task(
    "10.6", "By hand: Lemma 1 on five numbers", kind="numbers", draw=draw_small, returns="δ3 δ1 δ2 dv2 dw1", points="2 2 2 1 1",
    minutes=12, difficulty=2, tolerance=2e-3,
    hints=(
        "You get no z, only the a: how do you write the slope of a sigmoid with them?",
        "(22) for the output, then (23) for each hidden unit: its own slope a(1 − a), its own weight, the output's δ.",
        "With a3 = 0.5, y = 1: δ3 = 0.5·0.5·(−0.5) = −0.125. With a1 = 0.5 and v1 = 10: δ1 = 0.25·10·(−0.125) = −0.3125; with x = 8 the weight in front of it gets −2.5",
    ),
    mistakes=(
        wrong("output_derivative_omitted", "a3 * (1 - a3) * (a3 - y)", "a3 - y", say="δ3 is the raw error a − y: (22) has the slope a(1 − a) in front."),
        wrong("sign_flipped", "(a3 - y)", "(y - a3)"),
        wrong("last_layer_derivative", "a1 * (1 - a1)", "a3 * (1 - a3)", "a2 * (1 - a2)", "a3 * (1 - a3)"),
        wrong("activation_derivative_omitted", "a1 * (1 - a1) * v1", "v1", "a2 * (1 - a2) * v2", "v2"),
        wrong("error_for_delta", "v1 * δ3", "v1 * (a3 - y)", "v2 * δ3", "v2 * (a3 - y)"),
        wrong("operands_swapped", "v1 * δ3", "v2 * δ3", "v2 * δ3\n", "v1 * δ3\n", say="Each hidden unit got the other one's weight."),
        wrong("weight_gradient_for_weight", "v1 * δ3", "δ3 * a1 * δ3", "v2 * δ3", "δ3 * a2 * δ3"),
        wrong("wrong_layer_index", "dw1 = δ1 * x", "dw1 = δ1 * a1", say="dw1: the first weight's input is x, the activation of the layer before it."),
        wrong("wrong_layer_index", "dv2 = δ3 * a2", "dv2 = δ3 * a3", say="dv2: the weight's input is a2, the activation of the layer before it."),
        wrong("wrong_layer_index", "dv2 = δ3 * a2", "dv2 = δ2 * a2", say="dv2: the weight leads into the output, whose δ is δ3."),
    ),
)  # fmt: skip
def five_numbers(x, a1, a2, v1, v2, a3, y):
    """One input x, two hidden units with activations a1 and a2, one output a3 = σ(v1·a1 + v2·a2 + b); the
    hidden units are sigmoids as well. (The a are rounded, take them as they are.) C = ½(y − a3)².

    Give δ3 of the output, δ1 and δ2 of the hidden units (δ = ∂C/∂z), dv2 = ∂C/∂v2, and dw1 = ∂C/∂w1, where w1 leads from
    x to the first hidden unit.
    """
    δ3 = a3 * (1 - a3) * (a3 - y)
    δ1 = a1 * (1 - a1) * v1 * δ3
    δ2 = a2 * (1 - a2) * v2 * δ3
    dv2 = δ3 * a2
    dw1 = δ1 * x
    return δ3, δ1, δ2, dv2, dw1


def graph_of_a_chain():
    from ... import sigmoid
    from ...graph import Node

    x, w2, b2, w3, b3, y = (
        Node(v, n) for v, n in zip((0.7, -1.2, 0.5, 0.8, 0.3, 1.0), ("x", "w2", "b2", "w3", "b3", "y"))
    )
    a2 = sigmoid(w2 * x + b2)
    a2.name = "a2"
    a3 = sigmoid(w3 * a2 + b3)
    a3.name = "a3"
    C = (y - a3) ** 2 / 2
    C.name = "C"
    return C


formula(
    "10.7", "Lemma 1 for a chain",
    "One unit in each of three layers: a2 = σ(w2·x + b2), a3 = σ(w3·a2 + b3), C = ½(y − a3)². Give ∂C/∂w2 as a formula in x, w3, a2, a3 and y.",
    graph=graph_of_a_chain, wrt="w2", points=4, minutes=10, difficulty=2, answer="(a3 - y)*a3*(1 - a3)*w3*a2*(1 - a2)*x",
    mistakes={
        "last_layer_derivative": "(a3 - y)*a3*(1 - a3)*w3*a3*(1 - a3)*x",
        "error_for_delta": "(a3 - y)*w3*a2*(1 - a2)*x",
        "activation_derivative_omitted": "(a3 - y)*a3*(1 - a3)*w3*x",
        "sign_flipped": "(y - a3)*a3*(1 - a3)*w3*a2*(1 - a2)*x",
        "wrong_layer_index": "(a3 - y)*a3*(1 - a3)*w3*a2*(1 - a2)*a2",
        "weight_gradient_for_weight": "(a3 - y)*a3*(1 - a3)*(a3 - y)*a3*(1 - a3)*a2*a2*(1 - a2)*x",
        "local_derivative_omitted": "(a3 - y)*a3*(1 - a3)*w3*a2*(1 - a2)",
        "factor_two": "2*(a3 - y)*a3*(1 - a3)*w3*a2*(1 - a2)*x",
        "sigma_for_derivative": "(a3 - y)*a3*w3*a2*x",
        "tanh_derivative_for_sigmoid": "(a3 - y)*(1 - a3**2)*w3*(1 - a2**2)*x",
        "label_flipped": "(a3 - (1 - y))*a3*(1 - a3)*w3*a2*(1 - a2)*x",
        "upstream_ignored": "a3*(1 - a3)*w3*a2*(1 - a2)*x",
    },
    hints=(
        "Walk from C to w2: which five stations?",
        "Each station gives a factor: an error, two slopes, a weight, an input. Which slope belongs to which layer?",
        "With tanh for σ and C = 5·a3: ∂C/∂w2 = 5 · (1 − a3²) · w3 · (1 − a2²) · x",
    ),
)  # fmt: skip


ACTIVATIONS = ("relu", "tanh", "sigmoid")
# Unequal sizes; equal ones, for which most wrong lines still run; equal to the number of examples as well.
PROGRAM_SIZES = ((5, 3, 4, 2), (8, 3, 3, 3), (4, 4, 4, 4))
HIDDEN_PROGRAM_SIZES = ((10, 2, 5, 3), (2, 4, 4, 4), (5, 5, 5, 5))
# How each backward line may be spoilt: (a piece of it, what stands there instead), …
SPOILT = {
    "dA2": (("(2 * v5)", "v5"), ("(2 * v5)", "(-2 * v5)")),
    "dZ2": (("dA2 * (A2 * (1 - A2))", "dA2"), ("A2 * (1 - A2)", "Z2 * (1 - Z2)"), ("A2 * (1 - A2)", "1 - A2 ** 2")),
    "db2": (("axis=0", "axis=1"), ("dZ2", "dA2"), ("axis=0", "")),
    "dA1": (("W2", "W2.T"), ("W2", "W1"), ("dZ2", "dA2")),
    "dW2": (("A1", "Z1"), ("dZ2.T @ A1", "A1.T @ dZ2"), ("dZ2.T @ A1", "dZ2 @ A1"), ("dZ2", "dA2")),
    "db1": (("axis=0", "axis=1"), ("dZ1", "dA1"), ("axis=0", "")),
    "dW1": (("X", "A1"), ("dZ1.T @ X", "X.T @ dZ1"), ("dZ1.T @ X", "dZ1 @ X"), ("dZ1", "dA1")),
    "relu": (("(Z1 > 0)", "(A1 * (1 - A1))"), ("(Z1 > 0)", "A1"), ("Z1 > 0", "dA1 > 0"), ("Z1 > 0", "Z1 < 0")),
    "tanh": (("A1 ** 2", "Z1 ** 2"), ("1 - A1 ** 2", "A1 * (1 - A1)"), ("1 - A1 ** 2", "1 - A1"), ("1 - A1 ** 2", "Z1 > 0")),
    "sigmoid": (("A1 * (1 - A1)", "Z1 * (1 - Z1)"), ("(A1 * (1 - A1))", "A1"), ("A1 * (1 - A1)", "1 - A1 ** 2"), ("A1 * (1 - A1)", "Z1 > 0")),
}  # fmt: skip


@cache
def program(activation, N):
    """(forward, backward): the lines that the library writes. Of all sizes only N is in them."""
    from ... import relu, sigmoid, source, tanh
    from ...graph import inputs

    _, d, h, k = PROGRAM_SIZES[0]
    shapes = dict(X=(N, d), W1=(h, d), b1=h, W2=(k, h), b2=k, Y=(N, k))
    X, W1, b1, W2, b2, Y = inputs(**{name: np.ones(shape) for name, shape in shapes.items()})
    Z1 = X @ W1.T + b1
    A1 = dict(relu=relu, tanh=tanh, sigmoid=sigmoid)[activation](Z1)
    Z2 = A1 @ W2.T + b2
    A2 = sigmoid(Z2)
    L = ((A2 - Y) ** 2).sum() / (2 * N)
    for name, node in dict(Z1=Z1, A1=A1, Z2=Z2, A2=A2, L=L).items():
        node.name = name
    forward, backward = source(L, wrt=["W1", "b1", "W2", "b2"]).split("\n\n")[-2:]
    return assignments(forward), assignments(backward)


def assignments(text):
    return [line.strip() for line in text.splitlines() if " = " in line]


def draw_programs(rng, all_sizes=PROGRAM_SIZES):
    """For each activation a program that is wrong at the output, and one that is wrong at the hidden layer:
    a function that is wrong about any line, or about any slope, shows it. Then one that does not run.
    """
    late = rng.permutation(["dZ1", "db1", "dW1"])
    sizes = [*all_sizes, *all_sizes]
    for activation, last in zip(ACTIVATIONS, late):
        for name in (rng.choice(["dA2", "dZ2", "db2", "dA1", "dW2"]), last):
            change = rng.choice(SPOILT[activation if name == "dZ1" else name])
            yield spoilt_program(rng, activation, sizes.pop(), name, *change)
    yield spoilt_program(rng, rng.choice(ACTIVATIONS), all_sizes[0], "dA1", "W2", "W2.T")


def draw_programs_hidden(rng):
    yield from draw_programs(rng, HIDDEN_PROGRAM_SIZES)


def spoilt_program(rng, activation, sizes, name, old, new):
    """The program with `new` for `old` in the line of `name`, and arrays of these sizes to run it with."""
    N, _, _, k = sizes
    values = two_layers(rng, *sizes) | dict(Y=rng.uniform(0, 1, (N, k)))
    forward, backward = program(activation, N)
    spoilt = []
    for line in backward:
        left, right = line.split(" = ")
        spoilt.append(f"{left} = {right.replace(old, new)}" if left == name else line)
    return dict(forward=list(forward), backward=spoilt, values=values)


def by_its_numbers(results, arguments):
    """A right side given as text becomes what it is worth; it stays text if it cannot be computed."""
    names = dict(arguments["values"], np=np)
    N = len(names["X"])
    forward, backward = next(p for p in (program(g, N) for g in ACTIVATIONS) if p[0] == arguments["forward"])
    exec("\n".join(forward + backward), names)
    line, right = results
    if isinstance(right, str) and " = " in right:
        left, text = right.split(" = ", 1)
        is_right = same(worth(text, names), names.get(left.strip()))
        return [line, WHOLE_LINE if is_right else right]
    return [worth(line, names), worth(right, names)]


WHOLE_LINE = "a whole line, with its name and ="


def worth(text, names):
    if not isinstance(text, str):
        return text
    try:
        return eval(text.strip(), dict(names))
    except Exception:  # sizes that do not fit, a name that does not exist, no Python
        return text


@task(
    "10.8", "Which line of this program is wrong?", draw=draw_programs, draw_hidden=draw_programs_hidden, returns="line right", points="2 3", hidden=2, minutes=20, difficulty=3,
    canonical=by_its_numbers,
    hints=(
        "A wrong line makes the lines after it wrong as well. In which order do you look, and what do you compare a line with?",
        "Lemma 1 has a right side for each name on the left. Go down the lines with right numbers only: the first one that gives "
        "other numbers than the lemma, or none at all, is the one. Which slope dZ1 needs stands in the forward half.",
        "By hand, on a network of another kind, with A1 = Z1 ** 3: the line dZ1 = dA1 * 3 * A1 ** 2 has dA1 = 1 and Z1 = 2, so A1 = 8. It gives 192; "
        "the lemma, with dA1 * 3 * Z1 ** 2, gives 12. They differ, so the answer is that line's number and \"dA1 * 3 * Z1 ** 2\".",
    ),
    mistakes=(
        wrong("counted_from_one", "return (line, right)", "return (line + 1, right)"),
        wrong("whole_line", "return (line, right)", "return (line, f'{name} = {right}')"),
        wrong("missing_batch_mean", "(A2 - Y) / len(Y)", "A2 - Y", say="Your dA2 has no mean: L is the mean over the examples, so 1/N belongs in dA2."),
        wrong("factor_two", "(A2 - Y) / len(Y)", "2 * (A2 - Y) / len(Y)", say="Your dA2 is exactly 2 times too big: the ½ in L cancels the 2 of the square."),
        wrong("factor_half", "(A2 - Y) / len(Y)", "(A2 - Y) / (2 * len(Y))", say="Your dA2 is exactly half of what it should be: the derivative of the square brings down a 2."),
        wrong("sign_flipped", "(A2 - Y)", "(Y - A2)", say="Your dA2 has the opposite sign: differentiate the loss by A2, not by Y."),
        wrong("output_derivative_omitted", "dA2 * A2 * (1 - A2)", "dA2",
              say="Your dZ2 has no slope: the output is a sigmoid and the loss is no cross-entropy, so A2(1 − A2) stays."),
        wrong("a_form_fed_with_z", "dA2 * A2 * (1 - A2)", "dA2 * Z2 * (1 - Z2)"),
        wrong("bias_summed_over_wrong_axis", "dZ2.sum(axis=0)", "dZ2.sum(axis=1)", "dZ1.sum(axis=0)", "dZ1.sum(axis=1)",
              say="Your db is summed over the units; the sum runs over the examples, the axis that the bias does not have."),
        wrong("bias_summed_to_scalar", "dZ2.sum(axis=0)", "dZ2.sum()", "dZ1.sum(axis=0)", "dZ1.sum()",
              say="Your db is a single number: every unit has its own bias, sum over the examples alone."),
        wrong("bias_averaged", "dZ2.sum(axis=0)", "dZ2.mean(axis=0)", "dZ1.sum(axis=0)", "dZ1.mean(axis=0)",
              say="Your db is averaged over the examples, and dA2 carries the 1/N already: sum."),
        wrong("bias_not_summed", "dZ2.sum(axis=0)", "dZ2", "dZ1.sum(axis=0)", "dZ1",
              say="Your db has one row for each example. (24) is for one example; all of them share the bias, so its gradient is a sum."),
        wrong("untransposed_weights", "dZ2 @ W2", "dZ2 @ W2.T",
              say="Your dA1 has W2.T. With examples in rows the forward pass has W2.T, and the way back W2."),
        wrong("wrong_layer_index", "dZ2 @ W2", "dZ2 @ W1", say="Your dA1 uses W1: between A1 and Z2 lie the weights W2."),
        wrong("error_for_delta", "dZ2 @ W2", "dA2 @ W2", say="Your dA1 starts from dA2; it is dZ2, with the slope of the output in it, that goes back."),
        wrong("transposed_weight_gradient", "dZ2.T @ A1", "A1.T @ dZ2", "dZ1.T @ X", "X.T @ dZ1",
              say="Your dW is the transpose of the right one: it has the shape of W, (units, inputs)."),
        wrong("pre_activation_for_activation", "dZ2.T @ A1", "dZ2.T @ Z1", say="Your dW2 is computed from Z1; what W2 multiplies is A1."),
        wrong("wrong_layer_index", "dZ1.T @ X", "dZ1.T @ A1", say="Your dW1 uses A1; what W1 multiplies is X."),
        wrong("activation_derivative_omitted", "f'dA1 * {slope}'", "'dA1'", say="Your dZ1 equals dA1: the slope of the hidden layer's activation is missing."),
        wrong("wrong_activation", "if 'tanh' in forward[1]", "if False", "if 'maximum' in forward[1]", "if False",
              say="Your dZ1 has the slope of the sigmoid in every program: which activation it is stands in the forward half."),
        wrong("wrong_activation", "if 'tanh' in forward[1]", "if True", "if 'maximum' in forward[1]", "if False",
              say="Your dZ1 has the slope of tanh in every program: which activation it is stands in the forward half."),
        wrong("wrong_activation", "if 'maximum' in forward[1]", "if True",
              say="Your dZ1 has the slope of relu in every program: which activation it is stands in the forward half."),
        wrong("wrong_activation", "if 'maximum' in forward[1]", "if False",
              say="Where g is relu, your dZ1 has the slope of the sigmoid: which activation it is stands in the forward half."),
        wrong("wrong_activation", "if 'tanh' in forward[1]", "if False",
              say="Where g is tanh, your dZ1 has the slope of the sigmoid: which activation it is stands in the forward half."),
        wrong("relu_for_its_derivative", "(Z1 > 0)", "A1"),
        wrong("relu_mask_on_gradient", "(Z1 > 0)", "(dA1 > 0)"),
        wrong("derivative_at_activation", "(1 - A1 ** 2)", "(1 - np.tanh(A1) ** 2)"),
        wrong("a_form_fed_with_z", "(1 - A1 ** 2)", "(1 - Z1 ** 2)"),
        wrong("square_missing", "(1 - A1 ** 2)", "(1 - A1)", say="Your dZ1 lacks the square in the derivative of tanh."),
        wrong("bias_keeps_axis", "dZ2.sum(axis=0)", "dZ2.sum(axis=0, keepdims=True)", "dZ1.sum(axis=0)", "dZ1.sum(axis=0, keepdims=True)",
              say="Your db has the right numbers and the wrong shape: a row (1, h) in place of (h,)."),
        wrong("tanh_for_its_derivative", "(1 - A1 ** 2)", "A1", say="Your dZ1 has tanh itself as its slope; it is 1 − tanh²."),
        wrong("a_form_fed_with_z", "'A1 * (1 - A1)'", "'Z1 * (1 - Z1)'"),
        wrong("tanh_derivative_for_sigmoid", "'A1 * (1 - A1)'", "'(1 - A1 ** 2)'"),
    ),
)  # fmt: skip
def wrong_line(forward, backward, values):
    """Return (line, right) for a program whose backward half has exactly one wrong line.

    line: the number of that line in `backward`, counted from 0. right: the right side that it should have,
    without the name and the =, as text in the names of the program; every text that gives the right numbers
    counts.

    bp.source wrote the program, then one backward line was spoilt: Z1 = X W1ᵀ + b1, A1 = g(Z1), Z2 = A1 W2ᵀ +
    b2, A2 = σ(Z2), v5 = A2 − Y, L = Σ v5² / (2N). Whether g is relu, tanh or σ stands in the second line of
    `forward`. forward, backward: lists of lines, each a text `name = right side`; dZ1 is ∂L/∂Z1. values:
    {name: array} of X (N, d), W1 (h, d), b1 (h,), W2 (k, h), b2 (k,), Y (N, k). A wrong line may stop with a
    ValueError; where sizes are equal it may run. exec(line, names) runs a line with the variables in the dict
    `names`, and eval(text, names) gives what a right side is worth. After a wrong answer feedback.arguments
    holds the program.
    """
    names = dict(values, np=np)
    for text in forward:
        exec(text, names)
    slope = "A1 * (1 - A1)"
    if "tanh" in forward[1]:
        slope = "(1 - A1 ** 2)"
    if "maximum" in forward[1]:
        slope = "(Z1 > 0)"
    lemma = {
        "dA2": "(A2 - Y) / len(Y)",
        "dZ2": "dA2 * A2 * (1 - A2)",
        "db2": "dZ2.sum(axis=0)",
        "dA1": "dZ2 @ W2",
        "dW2": "dZ2.T @ A1",
        "dZ1": f"dA1 * {slope}",
        "db1": "dZ1.sum(axis=0)",
        "dW1": "dZ1.T @ X",
    }
    for line, text in enumerate(backward):
        name, written = text.split(" = ")
        right = lemma[name]
        try:
            names[name] = eval(right, names)
            found = eval(written, names)
        except ValueError:  # sizes that do not fit
            return line, right
        if np.shape(found) != np.shape(names[name]) or not np.allclose(found, names[name]):
            return line, right
