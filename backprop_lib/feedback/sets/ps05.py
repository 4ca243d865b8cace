"""Problem set 05, gates and shortcuts: exp, 1/x, σ, max and mean, and a sigmoid circuit in stages."""
# ruff: noqa: E501

import numpy as np

from ..task import formula, task, wrong
from .draws import away_from_zero, numbers


def draw_one_input(rng):
    for n in (4, 3, 5, 1):
        yield dict(upstream=rng.standard_normal(n), x=away_from_zero(rng, n))


def draw_other_inputs(rng):
    for n in (2, 6, 1):
        yield dict(upstream=10 * rng.standard_normal(n), x=2 * away_from_zero(rng, n))
    yield dict(upstream=np.array([1.0, -2.0, 0.0, 0.5]), x=np.array([8.0, -9.5, 0.01, -0.3]))
    yield dict(upstream=np.array([-3.0]), x=np.array([-4.0]))


@task(
    "05.1", "Three gates with one input: exp, 1/x and σ", draw=draw_one_input, draw_hidden=draw_other_inputs, returns="dx_exp dx_reciprocal dx_sigmoid", points="1 1 2", hidden=1,
    minutes=12, difficulty=1,
    hints=(
        "For each gate: what is the derivative of its output by its input, and with what is it multiplied?",
        "exp′ is exp itself; (1/x)′ is negative and falls like 1/x²; σ′ is largest at 0, where it is 0.25.",
        "At x = 2 with upstream 3: e² = 7.389, so 3·7.389; 1/x has the slope −1/4, so −0.75; σ(2) = 0.881 has the slope 0.881·0.119 = 0.105, so 0.315.",
    ),
    mistakes=(
        wrong("local_derivative_of_wrong_variable", "upstream * np.exp(x)", "upstream * x",
              say="dx_exp: you multiply by x. The derivative of eˣ is eˣ, the gate's output."),
        wrong("power_rule_for_exp", "upstream * np.exp(x)", "upstream * x * np.exp(x - 1)",
              say="dx_exp: x·e^(x−1) is the rule for powers. In eˣ it is the exponent that varies, and the derivative is eˣ itself."),
        wrong("inner_derivative_twice", "upstream * np.exp(x)", "upstream * x * np.exp(x)", say="dx_exp: there is an x too many. The exponent is x itself, whose derivative is 1."),
        wrong("local_derivative_omitted", "upstream * np.exp(x)", "upstream.copy()", say="dx_exp: nothing happened at this gate; its local derivative is eˣ."),
        wrong("local_derivative_omitted", "-upstream / x ** 2", "upstream.copy()", say="dx_reciprocal: nothing happened at this gate; its local derivative is −1/x²."),
        wrong("value_for_derivative", "-upstream / x ** 2", "upstream / x", say="dx_reciprocal: 1/x itself stands where its derivative −1/x² belongs."),
        wrong("upstream_ignored", "upstream * np.exp(x)", "np.exp(x)", say="dx_exp is the local derivative alone: multiply it by upstream."),
        wrong("upstream_ignored", "-upstream / x ** 2", "-1 / x ** 2", say="dx_reciprocal is the local derivative alone: multiply it by upstream."),
        wrong("upstream_ignored", "upstream * s * (1 - s)", "s * (1 - s)", say="dx_sigmoid is the local derivative alone: multiply it by upstream."),
        wrong("sigma_for_derivative", "upstream * s * (1 - s)", "upstream * (1 - s)", say="dx_sigmoid: 1 − σ stands where σ′ = σ(1 − σ) belongs."),
        wrong("reciprocal_not_squared", "-upstream / x ** 2", "-upstream / x"),
        wrong("local_sign", "-upstream / x ** 2", "upstream / x ** 2", say="dx_reciprocal has the wrong sign: 1/x falls as x grows."),
        wrong("a_form_fed_with_z", "s * (1 - s)", "x * (1 - x)"),
        wrong("derivative_at_activation", "upstream * s * (1 - s)", "upstream * np.exp(-s) / (1 + np.exp(-s)) ** 2"),
        wrong("sigma_for_derivative", "upstream * s * (1 - s)", "upstream * s", say="dx_sigmoid: σ itself stands where σ′ = σ(1 − σ) belongs."),
        wrong("activation_derivative_omitted", "upstream * s * (1 - s)", "upstream.copy()"),
        wrong("tanh_derivative_for_sigmoid", "s * (1 - s)", "(1 - s ** 2)", say="dx_sigmoid: 1 − s² is the derivative of tanh; that of σ is s(1 − s)."),
        wrong("upstream_ignored", "upstream * np.exp(x)", "np.exp(x)", "-upstream / x ** 2", "-1 / x ** 2", "upstream * s * (1 - s)", "s * (1 - s)"),
        wrong("upstream_added", "upstream * np.exp(x)", "upstream + np.exp(x)", "-upstream / x ** 2", "upstream - 1 / x ** 2", "upstream * s * (1 - s)", "upstream + s * (1 - s)"),
    ),
)  # fmt: skip
def one_input_gates(upstream, x):
    """Three gates: eˣ, 1/x and σ(x) = 1/(1 + e⁻ˣ), each for itself and each entry for itself. `upstream` has
    arrived at the gate's output.

    Return (dx_exp, dx_reciprocal, dx_sigmoid), arrays (n,): what each gate hands to its input x. upstream, x:
    arrays (n,), n ≥ 1; no x is 0, and none is beyond ±10.
    """
    s = 1 / (1 + np.exp(-x))
    dx_exp = upstream * np.exp(x)
    dx_reciprocal = -upstream / x**2
    dx_sigmoid = upstream * s * (1 - s)
    return dx_exp, dx_reciprocal, dx_sigmoid


def draw_ties(rng):
    yield dict(upstream=2.0, v=np.array([0.5, 4.0, -1.0, 2.5]))
    yield dict(upstream=-1.5, v=np.array([3.0, -0.5, 3.0]))
    yield dict(upstream=float(1 + rng.random()), v=np.array([-2.0, -0.5, -3.0, -0.5, -0.5]))
    yield dict(upstream=-0.7, v=rng.permutation(6) - 2.2)
    yield dict(upstream=float(rng.uniform(-2, -1)), v=np.array([-1.5, -1.5]))
    yield dict(upstream=0.6, v=np.array([-2.5]))


def draw_other_ties(rng):
    for n in (7, 9):
        yield dict(upstream=float(10 * rng.standard_normal()), v=rng.integers(-3, 1, n) / 2)
    yield dict(upstream=float(rng.standard_normal()), v=1000 * rng.standard_normal(8))
    yield dict(upstream=0.0, v=rng.standard_normal(3))
    yield dict(upstream=float(rng.uniform(1, 2)), v=np.zeros(5))
    yield dict(upstream=-4.0, v=np.array([0.0]))


def even_split(results, arguments):
    """Any fair division of the upstream gradient among tied winners is right; the even one stands for all."""
    winners = arguments["v"] == arguments["v"].max()
    upstream, (dv_max, dv_mean) = arguments["upstream"], results
    if is_shared_among(winners, dv_max):
        dv_max = np.sum(dv_max) * winners / winners.sum()
    if is_shared_among(winners, dv_mean) and not np.isclose(np.sum(dv_mean), upstream):
        dv_mean = np.sum(dv_mean) * winners / winners.sum()  # wrong, and to be recognised
    return [dv_max, dv_mean]


def is_shared_among(winners, gradient):
    """Do the winners alone have something, all with the same sign?"""
    shares = np.asarray(gradient, float)
    if shares.shape != winners.shape or not shares.sum():
        return False
    shares = shares / shares.sum()
    return (np.abs(shares[~winners]) < 1e-6).all() and (shares > -1e-6).all()


@task(
    "05.2", "“What about max or average?” (Lecture 004), with ties", draw=draw_ties, draw_hidden=draw_other_ties, canonical=even_split, returns="dv_max dv_mean", points="3 2",
    hidden=1, minutes=12, difficulty=2,
    hints=(
        "Nudge the largest entry a little, then another one. What does the maximum do? And the mean?",
        "A max routes all of upstream to the entry that won; a mean shares it equally. Tied winners may share in any way, but together they get upstream once.",
        "v = [2, 7, 7] and upstream 6: the max gives [0, 6, 0], or [0, 3, 3], the mean gives [2, 2, 2].",
    ),
    mistakes=(
        wrong("ties_get_it_all", "upstream * winners / winners.sum()", "upstream * winners",
              say="dv_max: with a tie, each winner got all of upstream. Together they may get it once; share it in any way you like."),
        wrong("every_entry_gets_gradient", "upstream * winners / winners.sum()", "upstream * np.ones(len(v))"),
        wrong("mean_for_max", "upstream * winners / winners.sum()", "upstream * np.full(len(v), 1 / len(v))",
              say="dv_max is shared among all entries. That is what a mean does; a max hands everything to the entry that won."),
        wrong("value_for_derivative", "upstream * winners / winners.sum()", "upstream * winners / winners.sum() * v",
              say="dv_max: the maximum itself stands where its local derivative belongs, and that is 1 for the entry that won."),
        wrong("relu_mask_on_gradient", "winners = v == v.max()", "winners = v > 0", "winners / winners.sum()", "winners",
              say="dv_max: every positive entry got the gradient. That is relu's rule, max(0, v) for each entry; here the entries compete with each other."),
        wrong("relu_mask_on_gradient", "upstream * winners", "max(upstream, 0.0) * winners", "upstream * np.ones", "max(upstream, 0.0) * np.ones", say="A negative upstream became 0: max and mean hand on whatever arrives, with its sign."),
        wrong("minimum_for_maximum", "winners = v == v.max()", "winners = np.arange(len(v)) == v.argmin()"),
        wrong("largest_absolute_value", "winners = v == v.max()", "winners = np.arange(len(v)) == np.abs(v).argmax()"),
        wrong("upstream_ignored", "upstream * winners / winners.sum()", "winners / winners.sum()", say="dv_max does not depend on what arrives: multiply by upstream."),
        wrong("upstream_ignored", "upstream * np.ones(len(v)) / len(v)", "np.ones(len(v)) / len(v)", say="dv_mean does not depend on what arrives: multiply by upstream."),
        wrong("winners_only", "upstream * np.ones(len(v)) / len(v)", "dv_max / len(v)", say="dv_mean: only the largest entry got something. Every entry moves the mean."),
        wrong("mean_not_divided", "upstream * np.ones(len(v)) / len(v)", "upstream * np.ones(len(v))"),
        wrong("own_value_for_other", "upstream * np.ones(len(v)) / len(v)", "upstream * v / len(v)",
              say="dv_mean is weighted by the values. Each entry moves the mean by 1/n of its own change, however large it is."),
        wrong("upstream_ignored", "upstream * winners / winners.sum()", "winners / winners.sum()", "upstream * np.ones(len(v)) / len(v)", "np.ones(len(v)) / len(v)"),
    ),
)  # fmt: skip
def max_and_mean_backward(upstream, v):
    """Two gates with n inputs each: max(v) and mean(v), each for itself. Return (dv_max, dv_mean), arrays
    (n,): what each gate hands to v.

    upstream: a number, ∂L/∂output, which may be negative or 0; v (n,) holds decimals, n ≥ 1. Where several
    entries are the largest, any subgradient is right: they share upstream as you like.
    """
    winners = v == v.max()
    dv_max = upstream * winners / winners.sum()
    dv_mean = upstream * np.ones(len(v)) / len(v)
    return dv_max, dv_mean


def draw_circuit(rng):
    while True:
        found = numbers(rng, θ1=4, θ2=5, θ3=6, x1=7, x2=8)
        found = {name: value / 2 for name, value in found.items()}
        z = found["θ1"] * found["x1"] + found["θ2"] * found["x2"] + found["θ3"]
        if 0.2 < abs(z) < 2.6:
            break
    yield found


@task(
    "05.3", "By hand: your sigmoid circuit, gate by gate", kind="numbers", draw=draw_circuit, returns="z f d_sum d_minus dz dθ1 dθ3 dx2",
    points="1 1 1 1 1 1 1 1", minutes=15, difficulty=2, tolerance=2e-3,
    hints=(
        "Four gates come after z: change the sign, exp, add 1, 1/x. What is the value behind each of them, and with which number does the way back begin?",
        "Each line is local derivative × what has arrived. At the end dz must be f·(1 − f): compare.",
        "With z = 3: e⁻ᶻ = 0.04979, s = 1.050, f = 0.9524. Back: d_sum = −1/1.050² = −0.9070, d_minus = 0.04979·(−0.9070) = −0.04516, dz = 0.04516. "
        "If θ1 = 7 stands beside x1 = 5 there, dθ1 = 5·0.04516 = 0.2258",
    ),
    mistakes=(
        wrong("reciprocal_not_squared", "d_sum = -f ** 2", "d_sum = -f"),
        wrong("local_derivative_of_wrong_variable", "d_minus = e * d_sum", "d_minus = -z * d_sum",
              say="d_minus: exp's local derivative is its output e⁻ᶻ, not its input −z."),
        wrong("local_derivative_omitted", "d_minus = e * d_sum", "d_minus = d_sum", say="d_minus: nothing happened at exp; its local derivative is its output e⁻ᶻ."),
        wrong("local_sign", "dz = -d_minus", "dz = d_minus", say="dz has the wrong sign: the gate −z has the local derivative −1, and 1/x has given a minus already."),
        wrong("operands_swapped", "dθ1 = x1 * dz", "dθ1 = θ1 * dz", "dx2 = θ2 * dz", "dx2 = x2 * dz"),
        wrong("upstream_ignored", "dθ1 = x1 * dz", "dθ1 = x1", "dθ3 = dz", "dθ3 = 1.0", "dx2 = θ2 * dz", "dx2 = θ2"),
        wrong("bias_follows_input", "dθ3 = dz", "dθ3 = θ3 * dz", say="dθ3: the bias enters through a sum, whose local derivative is 1."),
        wrong("missing_bias", "z = θ1 * x1 + θ2 * x2 + θ3", "z = θ1 * x1 + θ2 * x2"),
        wrong("decimals_lost", "s = 1 + e", "s = np.round(1 + e, 1)", say="Rounded too early: carry four significant digits from gate to gate."),
    ),
)  # fmt: skip
def sigmoid_circuit(θ1, θ2, θ3, x1, x2):
    """z = θ1·x1 + θ2·x2 + θ3, then four gates: −z, e⁻ᶻ, s = 1 + e⁻ᶻ, f = 1/s. Give z, f and the gradients of
    f: d_sum = ∂f/∂s, d_minus at −z (what arrives there through exp), dz = ∂f/∂z, dθ1, dθ3 and dx2.
    """
    z = θ1 * x1 + θ2 * x2 + θ3
    e = np.exp(-z)
    s = 1 + e
    f = 1 / s
    d_sum = -(f**2)
    d_minus = e * d_sum
    dz = -d_minus
    dθ1 = x1 * dz
    dθ3 = dz
    dx2 = θ2 * dz
    return tuple(map(float, (z, f, d_sum, d_minus, dz, dθ1, dθ3, dx2)))


def draw_slope(rng):
    yield dict(z=1.0, θ=-3.0)
    for _ in range(3):
        yield dict(z=float(rng.uniform(-3, 3)), θ=float(rng.uniform(1, 4)))
    yield dict(z=0.0, θ=-1.5)
    yield dict(z=-4.0, θ=0.0)


def draw_other_slopes(rng):
    for size in (1, 6, 9):
        yield dict(z=float(size * rng.uniform(-1, 1)), θ=float(100 * rng.standard_normal()))
    yield dict(z=0, θ=2)
    yield dict(z=8.5, θ=-0.25)


@task(
    "05.4", "Find the error in Lecture 004: (1 − 0.73) · 0.73 = 0.2", draw=draw_slope, draw_hidden=draw_other_slopes, returns="dz dx", points="2 1", hidden=1, minutes=6, difficulty=1,
    hints=(
        "How far apart are (1 − 0.73)·0.73 and the same product with σ(1) to six digits?",
        "The lecture rounds σ to two decimals, calculates on with that, and rounds again. At z = 1 the answer is 0.196612.",
        "At z = 2: f = 0.880797…, dz = 0.119203… · 0.880797… = 0.104994. With f rounded to 0.88 it would be 0.1056, wrong in the third digit. For θ = 5 dx is 5 times dz.",
    ),
    mistakes=(
        wrong("decimals_lost", "f = 1 / (1 + np.exp(-z))", "f = np.round(1 / (1 + np.exp(-z)), 2)", "dz = (1 - f) * f", "dz = np.round((1 - f) * f, 1)",
              say="That is the lecture's calculation, rounded twice: 0.73 first, then 0.2. Round at the end, once, or not at all."),
        *(
            wrong("decimals_lost", "f = 1 / (1 + np.exp(-z))", f"f = np.round(1 / (1 + np.exp(-z)), {digits})",
                  say="σ(z) is rounded before it is used: at z = 1 two decimals give 0.1971 in place of 0.1966. Do not round at all.")
            for digits in (1, 2, 3, 4)
        ),
        *(
            wrong("decimals_lost", "dz = (1 - f) * f", f"dz = np.round((1 - f) * f, {digits})", say="dz is rounded before it is used. Do not round at all.")
            for digits in (1, 2, 3, 4)
        ),
        *(
            wrong("decimals_lost", "return (dz, dx)", f"return (np.round(dz, {digits}), np.round(dx, {digits}))",
                  say="The results are rounded: give all the digits that the computer has.")
            for digits in (1, 2, 3, 4)
        ),
        wrong("tanh_derivative_for_sigmoid", "dz = (1 - f) * f", "dz = 1 - f ** 2"),
        wrong("sigma_for_derivative", "dz = (1 - f) * f", "dz = 1 - f", say="dz: 1 − σ stands where σ′ = σ(1 − σ) belongs."),
        wrong("activation_derivative_omitted", "dx = θ * dz", "dx = θ * f", say="dx: σ itself was multiplied by θ; what has arrived at z is dz."),
        wrong("own_value_for_other", "dx = θ * dz", "dx = z * dz", say="dx: in θ·x the other input is θ, not z."),
        wrong("a_form_fed_with_z", "dz = (1 - f) * f", "dz = (1 - z) * z"),
        wrong("sigma_for_derivative", "dz = (1 - f) * f", "dz = f"),
        wrong("derivative_at_activation", "dz = (1 - f) * f", "dz = np.exp(-f) / (1 + np.exp(-f)) ** 2"),
        wrong("upstream_ignored", "dx = θ * dz", "dx = θ", say="dx is θ alone: the gradient that has arrived at z is missing."),
        wrong("local_derivative_omitted", "dx = θ * dz", "dx = dz", say="dx = dz: the product θ·x hands x the other input, θ, times dz."),
    ),
)  # fmt: skip
def slope_of_the_sigmoid(z, θ):
    """f = σ(z), and z contains the term θ·x. The lecture computes the gradients at z = 1 as round((1 −
    0.73)·0.73, 1) = 0.2, and then θ·0.2.

    Return (dz, dx), the gradients of f by z and by x, as exactly as the computer can. z, θ: numbers; z is
    between −10 and 10, either may be 0.
    """
    f = 1 / (1 + np.exp(-z))
    dz = (1 - f) * f
    dx = θ * dz
    return dz, dx


def draw_unit(rng):
    for t in (1.0, 0.0, 0.3):
        yield dict(
            w=float(rng.uniform(0.5, 2)), x=float(rng.uniform(-2, -1.1)), b=float(rng.uniform(0.2, 1)), t=t
        )
    yield dict(w=-0.8, x=0.0, b=1.5, t=1.0)


def draw_other_units(rng):
    for t in (-1.0, 2.5, 0.6, 40.0):
        w, x, b = rng.uniform(-2, 2, 3)
        yield dict(w=float(w), x=float(x), b=float(b), t=t)
    yield dict(w=0.0, x=3.0, b=0.0, t=0.0)
    yield dict(w=2, x=1, b=-2, t=1)


@task(
    "05.5", "A unit with a loss, in stages (Lecture 002)", draw=draw_unit, draw_hidden=draw_other_units, returns="z y L dy dz dw db", points="1 1 1 1 2 1 1", hidden=2, minutes=15,
    difficulty=2,
    hints=(
        "Four stages forward, four back, and each gradient is the one before it times one local derivative: which one?",
        "In the lecture the line for w ends with “dL/dz ×”. It is not a sign that stands there, it is the letter x.",
        "Suppose y = 0.8, t = 0.3 and x = 4: dy = 0.5, dz = 0.5 · 0.8 · 0.2 = 0.08, then dw = 0.08 · 4 = 0.32, and the bias gets 0.08.",
    ),
    mistakes=(
        wrong("inner_derivative_missing", "dw = dz * x", "dw = dz", say="dw = dz is the lecture's line taken at its word; the × at its end is the letter x."),
        wrong("activation_derivative_omitted", "dz = dy * y * (1 - y)", "dz = dy",
              say="dz equals dy: the derivative of σ is missing. It cancels for cross-entropy; this loss is the squared error."),
        wrong("a_form_fed_with_z", "dy * y * (1 - y)", "dy * z * (1 - z)"),
        wrong("sigma_for_derivative", "dy * y * (1 - y)", "dy * y", say="dz: σ itself stands where σ′ = y(1 − y) belongs."),
        wrong("derivative_at_activation", "dy * y * (1 - y)", "dy * np.exp(-y) / (1 + np.exp(-y)) ** 2"),
        wrong("tanh_derivative_for_sigmoid", "dy * y * (1 - y)", "dy * (1 - y ** 2)"),
        wrong("tanh_for_sigmoid", "1 / (1 + np.exp(-z))", "np.tanh(z)"),
        wrong("tanh_for_sigmoid", "1 / (1 + np.exp(-z))", "np.tanh(z)", "dy * y * (1 - y)", "dy * (1 - y ** 2)"),
        wrong("sigmoid_sign", "np.exp(-z)", "np.exp(z)"),
        wrong("upstream_ignored", "dz = dy * y * (1 - y)", "dz = y * (1 - y)", say="dz is the slope of σ alone: what has arrived at y, dy, is missing."),
        wrong("upstream_ignored", "dw = dz * x", "dw = x", "db = dz", "db = 1.0", say="dw and db are local derivatives alone: what has arrived at z, dz, is missing."),
        wrong("error_for_delta", "dw = dz * x", "dw = dy * x", "db = dz", "db = dy", say="dw and db are computed from dy: they lie behind z, so it is dz that arrives there."),
        wrong("error_for_delta", "dw = dz * x", "dw = dy * x", say="dw is computed from dy: it lies behind z, so it is dz that arrives there."),
        wrong("bias_follows_input", "db = dz", "db = dz * b", say="db is scaled by b itself: the bias enters through a sum, whose local derivative is 1."),
        wrong("sign_flipped", "dy = y - t", "dy = t - y"),
        wrong("factor_two", "dy = y - t", "dy = 2 * (y - t)", say="All gradients are 2 times too big: the loss has a ½, which cancels the 2 of the square."),
        wrong("factor_two", "dy = y - t", "dy = 2 * (y - t)", "(y - t) ** 2 / 2", "(y - t) ** 2", say="L lacks its ½, and all gradients are 2 times too big with it."),
        wrong("factor_half", "dy = y - t", "dy = (y - t) / 2", say="All gradients are half of what they should be: the derivative of ½(y − t)² is y − t."),
        wrong("missing_bias", "z = w * x + b", "z = w * x"),
        wrong("bias_follows_input", "db = dz", "db = dz * x"),
        wrong("operands_swapped", "dw = dz * x", "dw = dz * w", say="dw is scaled by w itself: in w·x the other input is x."),
        wrong("returns_loss", "return (z, y, L, dy, dz, dw, db)", "return L", say="That is the loss alone: the other values and the gradients are asked for as well."),
        wrong("sum_for_mean", "(y - t) ** 2 / 2", "(y - t) ** 2", say="L lacks the ½: it is ½(y − t)²."),
    ),
)  # fmt: skip
def logistic_unit(w, x, b, t):
    """z = wx + b, y = σ(z), L = ½(y − t)². Return (z, y, L, dy, dz, dw, db): the values, then the gradients
    of L by y, z, w and b.

    All are numbers, any may be 0; t is any number, z between −10 and 10. Each stage uses the one before it.
    """
    z = w * x + b
    y = 1 / (1 + np.exp(-z))
    L = (y - t) ** 2 / 2
    dy = y - t
    dz = dy * y * (1 - y)
    dw = dz * x
    db = dz
    return z, y, L, dy, dz, dw, db


def graph_of_two_units():
    from ... import sigmoid
    from ...graph import Node

    x, w, v = (Node(value, name) for value, name in zip((0.7, 1.3, -0.8), "xwv"))
    o = sigmoid(w * x)
    o.name = "o"
    f = sigmoid(v * o)
    f.name = "f"
    return f


formula(
    "05.6", "Two units in a row", "o = σ(w·x) and f = σ(v·o). Give ∂f/∂w as a formula in f, o, v, w and x.",
    graph=graph_of_two_units, wrt="w", points=4, minutes=10, difficulty=2, answer="f*(1 - f)*v*o*(1 - o)*x",
    mistakes={"inner_derivative_missing": "f*(1 - f)*v*o*(1 - o)", "activation_derivative_omitted": "f*(1 - f)*v*x", "output_derivative_omitted": "v*o*(1 - o)*x",
              "local_derivative_omitted": "f*(1 - f)*o*(1 - o)*x", "operands_swapped": "f*(1 - f)*o*o*(1 - o)*x", "product_for_sum": "f*(1 - f)*o*(1 - o)",
              "sigma_for_derivative": "f*v*o*x", "tanh_derivative_for_sigmoid": "(1 - f**2)*v*(1 - o**2)*x", "own_value_for_other": "f*(1 - f)*v*o*(1 - o)*w"},
    say={"activation_derivative_omitted": "The slope of the inner σ is missing.", "output_derivative_omitted": "The slope of the outer σ is missing.",
         "local_derivative_omitted": "The local derivative of the product v·o is missing.", "operands_swapped": "In v·o the derivative by o is the other factor, not o.",
         "product_for_sum": "Only the slopes of the two σ are there: the products v·o and w·x have local derivatives as well."},
    hints=(
        "From f back to w there is one path: which gates lie on it?",
        "σ, ·v, σ, ·x: four local derivatives, and the slope of each σ in its own output.",
        "Another chain, o = (w·x)² and f = e^(v·o): ∂f/∂w = f · v · 2(w·x) · x",
    ),
)  # fmt: skip


def graph_of_tanh():
    from ... import tanh
    from ...graph import Node

    z, u = Node(0.5, "z"), Node(1.3, "u")
    a = tanh(z)
    a.name = "a"
    L = u * a
    L.name = "L"
    return L


formula(
    "05.7", "Find the error in Lecture 002: one symbol σ for five functions",
    "The lecture calls tanh σ as well, and with its σ' = σ(1 − σ) the slope of tanh comes out wrong. With a = tanh(z) and L = u·a give ∂L/∂z in u and a.",
    graph=graph_of_tanh, wrt="z", points=3, minutes=6, difficulty=1, answer="u*(1 - a**2)",
    mistakes={"sigmoid_derivative_for_tanh": "u*a*(1-a)", "tanh_for_its_derivative": "u*a", "upstream_ignored": "1-a**2", "local_sign": "u*(a**2-1)",
              "a_form_fed_with_z": "u*(1-z**2)", "activation_derivative_omitted": "u"},
    say={"tanh_for_its_derivative": "That is tanh itself, not its derivative.", "a_form_fed_with_z": "That form of the slope wants the activation, not z.",
         "local_sign": "The sign is opposite: tanh rises everywhere, its slope is never negative."},
    hints=(
        "At z = 0.5 the slope of tanh is 0.7864, and tanh is 0.4621. What would σ(1 − σ) give with these numbers?",
        "tanh(z) = 2σ(2z) − 1. Differentiate that, with σ' = σ(1 − σ), and write the result in a.",
        "For b = 3σ(5z) + 4: ∂b/∂z = 3·5·σ(5z)·(1 − σ(5z)), and with σ(5z) = (b − 4)/3 it is a formula in b",
    ),
)  # fmt: skip
