"""Problem set 05, gates and shortcuts: local derivatives, and the sigmoid circuit."""
# ruff: noqa: E501

import numpy as np

from ..draws import away_from_zero
from ..task import formula, task, wrong


def draw_gate(rng):
    for n in (4, 3, 5):
        yield dict(upstream=rng.standard_normal(n), x=0.8 * away_from_zero(rng, n))


@task(
    "05.1", "The gate 1/x", draw=draw_gate, returns="dx", points="2", hidden=1, minutes=5, difficulty=1,
    hints=("Write 1/x as a power.", "d(1/x)/dx = −1/x²; then multiply by what arrives.", "dx = -upstream / x**2"),
    mistakes=(
        wrong("sign_flipped", "-upstream / x ** 2", "upstream / x ** 2"),
        wrong("reciprocal_not_squared", "x ** 2", "x"),
        wrong("upstream_ignored", "-upstream / x ** 2", "-1 / x ** 2"),
        wrong("upstream_added", "-upstream / x ** 2", "upstream - 1 / x ** 2"),
        wrong("value_for_derivative", "-upstream / x ** 2", "upstream / x", say="That is upstream times the value 1/x: the local derivative is −1/x²."),
        wrong("logarithm_for_derivative", "-upstream / x ** 2", "upstream * np.log(np.abs(x))", say="log|x| is the integral of 1/x, not its derivative."),
    ),
)  # fmt: skip
def reciprocal_backward(upstream, x):
    """Return dx (n,) for the gate y = 1/x, entry by entry. upstream (n,): ∂L/∂y; x (n,), not 0."""
    return -upstream / x**2


@task(
    "05.2", "The gate eˣ", draw=draw_gate, returns="dx", points="2", hidden=1, minutes=5, difficulty=1,
    hints=("Which function is its own derivative?", "The local derivative is the output of the gate.", "dx = upstream * np.exp(x)"),
    mistakes=(
        wrong("local_derivative_of_wrong_variable", "np.exp(x)", "x", say="Your numbers are those of upstream·x: d eˣ/dx is eˣ, the output, not the input."),
        wrong("upstream_ignored", "upstream * np.exp(x)", "np.exp(x)"),
        wrong("upstream_added", "upstream * np.exp(x)", "upstream + np.exp(x)"),
        wrong("power_rule_for_exp", "np.exp(x)", "x * np.exp(x - 1)", say="That is the power rule; in eˣ the exponent varies, not the base."),
        wrong("exp_of_upstream", "upstream * np.exp(x)", "np.exp(upstream)", say="exp was applied to the upstream gradient: it belongs to x."),
        wrong("local_sign", "np.exp(x)", "np.exp(-x)"),
    ),
)  # fmt: skip
def exp_backward(upstream, x):
    """Return dx (n,) for the gate y = eˣ, entry by entry. upstream (n,): ∂L/∂y; x (n,)."""
    return upstream * np.exp(x)


@task(
    "05.3", "The sigmoid as one gate", draw=draw_gate, returns="dx", points="3", hidden=1, minutes=8, difficulty=1,
    hints=("Four gates collapse into one: what is σ' in terms of σ?", "σ'(x) = σ(x)(1 − σ(x)), at x.", "s = 1/(1 + np.exp(-x));  dx = upstream * s * (1 - s)"),
    mistakes=(
        wrong("a_form_fed_with_z", "s * (1 - s)", "x * (1 - x)"),
        wrong("derivative_at_activation", "s * (1 - s)", "1 / (1 + np.exp(-s)) * (1 - 1 / (1 + np.exp(-s)))"),
        wrong("upstream_ignored", "upstream * s", "s"),
        wrong("sigma_for_derivative", "s * (1 - s)", "s", say="σ(x) stands where σ'(x) belongs."),
        wrong("sign_flipped", "s * (1 - s)", "s * (s - 1)"),
        wrong("tanh_derivative_for_sigmoid", "s * (1 - s)", "(1 - s ** 2)", say="1 − a² is the derivative of tanh; σ' is a(1 − a)."),
        wrong("upstream_added", "upstream * s * (1 - s)", "upstream + s * (1 - s)"),
    ),
)  # fmt: skip
def sigmoid_backward(upstream, x):
    """Return dx (n,) for y = σ(x), entry by entry. upstream (n,): ∂L/∂y; x (n,)."""
    s = 1 / (1 + np.exp(-x))
    return upstream * s * (1 - s)


def draw_max(rng):
    for n in (4, 3, 5):
        yield dict(upstream=float(rng.standard_normal()), x=rng.standard_normal(n))
    yield dict(upstream=1.75, x=np.array([0.5, 2.0, -1.0, 2.0]))


def any_subgradient(results, arguments):
    """Ties: whatever the tied entries get of the upstream gradient, if it is shares that add up to 1, is a subgradient."""
    dx, x, up = np.asarray(results[0], float), arguments["x"], arguments["upstream"]
    tied = x == x.max()
    if dx.shape == x.shape and tied.sum() > 1 and (dx[tied] * np.sign(up) >= 0).all() and np.isclose(dx[tied].sum(), up):
        dx = np.where(tied, up / tied.sum(), dx)
    return [dx]


@task(
    "05.4", "Max: who gets the gradient? (Lecture 004, Q9)", draw=draw_max, returns="dx", points="3", hidden=1, minutes=8, difficulty=2,
    canonical=any_subgradient,
    hints=("Nudge an entry that is not the largest: what happens to max?", "Only the entry that decided gets something, and it gets all of it.", "dx = np.zeros_like(x);  dx[x.argmax()] = upstream"),
    mistakes=(
        wrong("every_entry_gets_gradient", "dx = upstream * (x == x.max()) / np.sum(x == x.max())", "dx = upstream * np.ones_like(x)"),
        wrong("mean_for_max", "dx = upstream * (x == x.max()) / np.sum(x == x.max())", "dx = upstream * np.ones_like(x) / len(x)", say="That is the gradient of the mean: each entry gets 1/n."),
        wrong("upstream_ignored", "upstream * (x", "(x"),
        wrong("value_for_mask", "upstream * (x == x.max()) / np.sum(x == x.max())", "upstream * np.where(x == x.max(), x, 0.0)", say="The largest entry gets its value times upstream; its local derivative is 1."),
        wrong("minimum_for_maximum", "x == x.max()", "x == x.min()", say="The smallest entry got the gradient."),
        wrong("ties_get_it_all", " / np.sum(x == x.max())", "", say="Right without ties. Where two entries tie, each of them got all of the gradient: together they may get it once."),
        wrong("subtracted_for_mask", "upstream * (x == x.max()) / np.sum(x == x.max())", "upstream * (x - x.max())"),
    ),
)  # fmt: skip
def max_backward(upstream, x):
    """Return dx (n,) for y = max(x), one number. upstream: ∂L/∂y, a number; x (n,). Where entries tie, any subgradient is right."""
    dx = upstream * (x == x.max()) / np.sum(x == x.max())
    return dx


@task(
    "05.5", "Average: everybody gets a share (Q9)", draw=draw_max, returns="dx", points="2", hidden=1, minutes=5, difficulty=1,
    hints=("Nudge one of n entries by h: how far does the mean move?", "Each local derivative is 1/n.", "dx = np.full(len(x), upstream / len(x))"),
    mistakes=(
        wrong("mean_not_divided", "upstream / len(x)", "upstream"),
        wrong("upstream_ignored", "upstream / len(x)", "1 / len(x)"),
        wrong("follows_the_values", "np.full(len(x), upstream / len(x))", "x * upstream / len(x)", say="The result follows the values of x; the mean is linear, each local derivative is 1/n."),
        wrong("scalar_for_vector", "np.full(len(x), upstream / len(x))", "upstream / len(x)", say="One number; each of the n entries has a gradient of its own."),
        wrong("multiplied_by_n", "upstream / len(x)", "upstream * len(x)"),
    ),
)  # fmt: skip
def mean_backward(upstream, x):
    """Return dx (n,) for y = mean(x), one number. upstream: ∂L/∂y, a number; x (n,)."""
    return np.full(len(x), upstream / len(x))


def draw_circuit(rng):
    theta1, theta2, theta3 = (float(v) for v in rng.permutation([-3, -2, -1, 1, 2, 3])[:3])
    x1, x2 = (float(v) / 2 for v in rng.permutation([-5, -3, -1, 1, 3, 5])[:2])
    yield dict(theta1=theta1, theta2=theta2, theta3=theta3, x1=x1, x2=x2)


@task(
    "05.6", "By hand: the sigmoid circuit of Lecture 004", kind="numbers", draw=draw_circuit,
    returns="z s dz dtheta1 dtheta2 dtheta3 dx1 dx2", points="1 1 1 1 1 1 1 1", minutes=12, difficulty=2, tolerance=2e-3,
    hints=("Forward: z, then σ(z). Give four digits, not the lecture's 0.2.", "dz = s(1 − s); a product sends each factor the other one.", "dtheta1 = dz·x1;  dtheta3 = dz;  dx1 = dz·theta1"),
    mistakes=(
        wrong("operands_swapped", "dz * x1, dz * x2, dz", "dz * theta1, dz * theta2, dz", "dz * theta1, dz * theta2)", "dz * x1, dz * x2)"),
        wrong("a_form_fed_with_z", "s * (1 - s)", "z * (1 - z)"),
        wrong("sigma_for_derivative", "dz = s * (1 - s)", "dz = s", say="σ(z) stands where σ'(z) = σ(1 − σ) belongs."),
        wrong("missing_bias", "theta2 * x2 + theta3", "theta2 * x2"),
        wrong("bias_follows_input", "dz * x2, dz)", "dz * x2, dz * theta3)"),
        wrong("local_sign", "s * (1 - s)", "s * (s - 1)"),
    ),
)  # fmt: skip
def sigmoid_circuit(theta1, theta2, theta3, x1, x2):
    """z = θ1·x1 + θ2·x2 + θ3 and s = σ(z). Give z, s, and the derivatives of s by z, θ1, θ2, θ3, x1, x2, to four significant digits.
    (With θ = (2, −3, −3) and x = (−1, −2): dz = 0.1966. The lecture's 0.2 is rounded twice.)"""
    z = theta1 * x1 + theta2 * x2 + theta3
    s = 1 / (1 + np.exp(-z))
    dz = s * (1 - s)
    dtheta1, dtheta2, dtheta3 = (dz * x1, dz * x2, dz)
    dx1, dx2 = (dz * theta1, dz * theta2)
    return tuple(map(float, (z, s, dz, dtheta1, dtheta2, dtheta3, dx1, dx2)))


def graph_of_tanh():
    from ...graph import Node, function_of
    from ...graph.table import OPERATIONS

    z, u = Node(0.5, "z"), Node(1.3, "u")
    a = function_of(OPERATIONS["tanh"])(z)
    a.name = "a"
    L = u * a
    L.name = "L"
    return L


formula(
    "05.7", "One symbol σ for five functions (Lecture 002)",
    "The lecture calls tanh σ as well, and σ' = σ(1 − σ) is then wrong. With a = tanh(z) and L = u·a give ∂L/∂z in u and a (or z).",
    graph=graph_of_tanh, wrt="z", points=3, minutes=6, difficulty=1, answer="u*(1 - a**2)",
    mistakes={"sigmoid_derivative_for_tanh": "u*a*(1-a)", "tanh_for_its_derivative": "u*a", "upstream_ignored": "1-a**2", "local_sign": "u*(a**2-1)",
              "a_form_fed_with_z": "u*(1-z**2)"},
    hints=("At z = 0.5 the derivative is 0.7864.", "tanh' = 1 − tanh².", "u·(1 − a²)"),
)  # fmt: skip
