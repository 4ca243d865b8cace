"""Problem set 12, activations: their derivatives, tanh as a shifted sigmoid, how weights begin."""
# ruff: noqa: E501

import math

import numpy as np

from ..same import precision
from ..task import FROM_ABOVE, formula, task, wrong, wrong_constant
from .draws import away_from_zero

erf = np.vectorize(math.erf)


SIGN_OF_Z = "The slope is chosen by the sign of the upstream gradient; it is the sign of z that decides."


def draw_leaky(rng):
    for n, gamma in ((5, 0.01), (4, 0.2), (7, 0.0), (6, 0.3)):
        yield leaky_case(rng, n, n // 3, gamma)
    yield leaky_case(rng, 1, 0, 0.1)


def draw_leaky_hidden(rng):
    for n, zeros, gamma in ((8, 3, 0.05), (1, 1, 0.2), (3, 3, 0.0), (1, 0, 0.7), (2, 0, 0.0)):
        yield leaky_case(rng, n, zeros, gamma)


def leaky_case(rng, n, zeros, gamma):
    z = away_from_zero(rng, n)
    z[:zeros] = 0
    return dict(upstream=away_from_zero(rng, n), z=z[rng.permutation(n)], gamma=gamma)


def any_subgradient(results, arguments):
    """At the kink every slope from γ to 1 is right: what lies between becomes what the reference says."""
    (dz,), (upstream, z, gamma) = results, arguments.values()
    dz = np.array(dz)
    if dz.shape != z.shape:
        return results
    low, high = np.sort([gamma * upstream, upstream], axis=0)
    outside = np.abs(dz - np.clip(dz, low, high))
    fair = (z == 0) & (outside <= precision(dz) * np.abs(upstream))
    return [np.where(fair, gamma * upstream, dz)]


@task(
    "12.1", "ReLU and leaky ReLU, the kink included", draw=draw_leaky, draw_hidden=draw_leaky_hidden, returns="dz", points="3", hidden=1, minutes=8, difficulty=1,
    canonical=any_subgradient,
    hints=(
        "What is the slope on either side of 0? And at 0, which slopes would be a fair answer?",
        "1 where z > 0, γ where z < 0; the sign of z decides, nothing else. At 0 take whichever of the two is shorter to write.",
        "For a = |z|: the slope is 1 where z > 0 and −1 where z < 0, so dz = upstream * np.where(z > 0, 1, -1); upstream 3 at z = −2 gives −3, and its own sign has no say in it.",
    ),
    mistakes=(
        wrong("slope_missing_on_negative_side", "np.where(z > 0, 1.0, gamma)", "(z > 0)"),
        wrong("slope_on_positive_side", "np.where(z > 0, 1.0, gamma)", "np.where(z > 0, gamma, 1.0)"),
        wrong("relu_mask_on_gradient", "z > 0", "upstream > 0", say=SIGN_OF_Z),
        wrong("relu_for_its_derivative", "np.where(z > 0, 1.0, gamma)", "np.where(z > 0, z, gamma * z)",
              say="The function itself stands where its derivative belongs: 1 or γ."),
        wrong("upstream_ignored", "upstream * np.where", "np.where"),
        wrong("upstream_added", "upstream * np.where", "upstream + np.where"),
        wrong("local_sign", "1.0, gamma)", "1.0, -gamma)", say="On the negative side the slope is +γ: γz rises, too, only slowly."),
        wrong("activation_derivative_omitted", "upstream * np.where(z > 0, 1.0, gamma)", "upstream.copy()"),
        wrong("slope_missing_on_negative_side", "1.0, gamma)", "1.0, 0.01)", say="On the negative side the slope is always 0.01; it is γ, which the caller chooses."),
        wrong("value_for_derivative", "np.where(z > 0, 1.0, gamma)", "np.where(z > 0, 1.0, gamma * z)", say="On the negative side γz stands; its derivative is asked for."),
        wrong("relu_mask_on_gradient", "np.where(z > 0, 1.0, gamma)", "np.where(upstream * np.where(z > 0, 1.0, gamma) > 0, 1.0, gamma)", say=SIGN_OF_Z),
    ),
)  # fmt: skip
def leaky_relu_backward(upstream, z, gamma):
    """Return dz (n,) for a = max(z, γz), 0 ≤ γ < 1; γ = 0 is the ReLU, which Lecture 002's list leaves out.

    upstream (n,): ∂L/∂a; z (n,), some of it, or all, exactly 0. There the function has a kink, and every slope
    from γ to 1 is accepted. n may be 1. The arguments stay unchanged.
    """
    return upstream * np.where(z > 0, 1.0, gamma)


def draw_softplus(rng):
    for n, beta in ((5, 1.0), (3, 2.5), (4, 0.4)):
        yield dict(upstream=rng.standard_normal(n), z=2 * rng.standard_normal(n), beta=beta)
    yield dict(upstream=np.array([1.5, -0.5]), z=np.array([900.0, -900.0]), beta=2.0)
    yield dict(upstream=np.array([0.7]), z=np.zeros(1), beta=1.5)


def draw_softplus_hidden(rng):
    for n, beta in ((6, 0.3), (1, 4.0), (8, 1.7)):
        yield dict(upstream=away_from_zero(rng, n), z=2 * rng.standard_normal(n), beta=beta)
    yield dict(upstream=away_from_zero(rng, 5), z=np.array([0.0, 600.0, -600.0, 0.5, -0.5]), beta=3.0)


@task(
    "12.2", "Softplus, without overflow", draw=draw_softplus, draw_hidden=draw_softplus_hidden, returns="a dz", points="2 2", hidden=1, minutes=15, difficulty=2, quiet=True,
    hints=(
        "log(1 + e^800) is about 800: how can a computer find that?",
        "numpy has a function for log(eᵘ + eᵛ): np.logaddexp. For the slope, look what the inner β does to the 1/β, and take the stable form of the function that is left.",
        "Another one: c = log(e^z + e^(2z)) is np.logaddexp(z, 2 * z); its slope (e^z + 2e^(2z))/(e^z + e^(2z)) = 1 + 1/(1 + e^−z) is computed without overflow "
        "with e = np.exp(-abs(z)): 1 + np.where(z >= 0, 1, e) / (1 + e).",
    ),
    mistakes=(
        wrong("exp_overflow", "np.logaddexp(0, beta * z) / beta", "np.log(1 + np.exp(beta * z)) / beta"),
        wrong("exp_overflow", "np.where(z >= 0, 1, e) / (1 + e)", "(1 / (1 + np.exp(-beta * z)))"),
        wrong("exp_overflow", "np.where(z >= 0, 1, e) / (1 + e)", "(np.exp(beta * z) / (1 + np.exp(beta * z)))"),
        wrong("beta_forgotten", "np.exp(-abs(beta * z))", "np.exp(-abs(z))"),
        wrong("beta_forgotten", "np.exp(-abs(beta * z))", "np.exp(-abs(z))", "np.logaddexp(0, beta * z) / beta", "np.logaddexp(0, z)",
              say="β is missing everywhere: that is softplus with β = 1."),
        wrong("exp_overflow", "np.logaddexp(0, beta * z) / beta", "np.log(1 + np.exp(beta * z)) / beta", "np.where(z >= 0, 1, e) / (1 + e)", "(1 / (1 + np.exp(-beta * z)))"),
        wrong("exp_overflow", "np.logaddexp(0, beta * z) / beta", "np.log(1 + np.exp(beta * z)) / beta", "np.where(z >= 0, 1, e) / (1 + e)", "(np.exp(beta * z) / (1 + np.exp(beta * z)))"),
        *wrong_constant("probability_clipped", "20 30 50 100 500 700", "np.logaddexp(0, beta * z) / beta", "np.log(1 + np.exp(np.clip(beta * z, -EPS, EPS))) / beta",
                        say="Far out a no longer grows: βz was clipped. Softplus goes on like z."),
        wrong("beta_forgotten", "np.logaddexp(0, beta * z) / beta", "np.logaddexp(0, z) / beta"),
        wrong("beta_forgotten", "np.exp(-abs(beta * z))", "np.exp(-abs(z))", "np.logaddexp(0, beta * z) / beta", "np.logaddexp(0, z) / beta", say="β is missing inside, in a and in dz: the argument is βz."),
        wrong("beta_forgotten", "np.logaddexp(0, beta * z) / beta", "np.logaddexp(0, z)"),
        wrong("division_by_beta_missing", "upstream * np.where", "upstream / beta * np.where", say="dz is β times too small: differentiated, the 1/β meets an inner β."),
        wrong("value_for_derivative", "np.where(z >= 0, 1, e) / (1 + e)", "np.logaddexp(0, beta * z) / beta", say="a stands where its derivative belongs."),
        wrong("base_ten", "np.logaddexp(0, beta * z) / beta", "np.logaddexp(0, beta * z) / np.log(10) / beta"),
        wrong("base_ten", "np.logaddexp(0, beta * z) / beta", "np.logaddexp(0, beta * z) / np.log(2) / beta"),
        *(
            wrong("base_ten", "np.logaddexp(0, beta * z) / beta", f"np.logaddexp(0, beta * z) / np.log({base}) / beta", "upstream * np.where", f"upstream / np.log({base}) * np.where", say="The logarithm is the natural one, ln; yours has another base, in a and in its slope.")
            for base in (10, 2)
        ),
        wrong("tanh_for_sigmoid", "np.where(z >= 0, 1, e) / (1 + e)", "np.tanh(beta * z)"),
        wrong("relu_for_softplus", "np.where(z >= 0, 1, e) / (1 + e)", "(z > 0)", say="That is the slope of relu, the limit of softplus for large β."),
        wrong("upstream_added", "upstream * np.where", "upstream + np.where"),
        wrong("activation_derivative_omitted", "upstream * np.where(z >= 0, 1, e) / (1 + e)", "upstream.copy()"),
        wrong("sign_flipped", "upstream * np.where", "-upstream * np.where", say=FROM_ABOVE["sign_flipped"]),
        wrong("factor_two", "upstream * np.where", "2 * upstream * np.where", say=FROM_ABOVE["factor_two"]),
        wrong("factor_half", "upstream * np.where", "0.5 * upstream * np.where"),
        wrong("beta_included", "upstream * np.where", "upstream * beta * np.where"),
        wrong("division_by_beta_missing", "np.logaddexp(0, beta * z) / beta", "np.logaddexp(0, beta * z)", say="a is β times too big: the division by β is missing."),
        wrong("division_by_beta_missing", "np.logaddexp(0, beta * z) / beta", "np.logaddexp(0, beta * z)", "upstream * np.where", "beta * upstream * np.where", say="a and dz are β times too big: the division by β is missing."),
        wrong("upstream_ignored", "upstream * np.where", "np.where"),
        wrong("local_sign", "z >= 0, 1, e", "z <= 0, 1, e", say="That is σ(−βz): the sign in the exponent."),
        wrong("local_sign", "np.logaddexp(0, beta * z) / beta", "np.logaddexp(0, -beta * z) / beta", "upstream * np.where(z >= 0, 1, e)", "-upstream * np.where(z <= 0, 1, e)", say="That is softplus of −z, with its slope: the sign in the exponent."),
        wrong("local_sign", "np.logaddexp(0, beta * z) / beta", "np.logaddexp(0, -beta * z) / beta", say="a is softplus of −z: the sign in the exponent."),
        wrong("sigmoid_slope_for_sigmoid", "np.where(z >= 0, 1, e) / (1 + e)", "e / (1 + e) ** 2", say="That is σ', one derivative too far."),
        wrong("relu_for_softplus", "np.logaddexp(0, beta * z) / beta", "np.maximum(z, 0)", say="That is relu, the limit of softplus for large β."),
        wrong("relu_for_softplus", "np.logaddexp(0, beta * z) / beta", "np.maximum(z, 0)", "np.where(z >= 0, 1, e) / (1 + e)", "(z > 0)", say="That is relu with its slope, the limit of softplus for large β."),
    ),
)  # fmt: skip
def softplus_backward(upstream, z, beta):
    """Return (a, dz), both (n,), for a = log(1 + e^(βz))/β and dz = ∂L/∂z, right for βz = ±1800 and z = 0 too,
    without a warning, and nothing is clipped. upstream (n,): ∂L/∂a; z (n,); β > 0. The arguments stay
    unchanged.
    """
    e = np.exp(-abs(beta * z))
    a = np.logaddexp(0, beta * z) / beta
    dz = upstream * np.where(z >= 0, 1, e) / (1 + e)
    return a, dz


def draw_gelu(rng):
    for n in (5, 3, 7):
        yield dict(upstream=rng.standard_normal(n), z=1.5 * rng.standard_normal(n))
    yield dict(upstream=np.array([1.2]), z=np.zeros(1))


def draw_gelu_hidden(rng):
    for n in (6, 1, 9):
        yield dict(upstream=away_from_zero(rng, n), z=rng.uniform(-3, 3, n))
    yield dict(upstream=away_from_zero(rng, 4), z=np.array([0.0, -5.0, 5.0, -1.0]))


@task(
    "12.3", "GELU", draw=draw_gelu, draw_hidden=draw_gelu_hidden, returns="dz", points="4", hidden=1, minutes=12, difficulty=2, tolerance=1e-5,
    hints=("z·Φ(z) is a product: how many terms has its derivative?", "Φ' is the normal density φ(z) = e^(−z²/2)/√(2π), and Φ(z) = ½(1 + erf(z/√2)).",
           "For z²·Φ(z) the two terms are 2z·Φ(z) and z²·φ(z); at z = 1, with Φ(1) = 0.841 and φ(1) = 0.242: 1.683 + 0.242 = 1.925."),
    mistakes=(
        wrong("density_term_missing", "Phi + z * phi", "Phi"),
        wrong("cdf_term_missing", "Phi + z * phi", "z * phi"),
        wrong("product_rule_without_z", "Phi + z * phi", "Phi + phi", say="The second term of the product rule is z·φ(z): its z is missing."),
        wrong("upstream_ignored", "upstream * (Phi", "(Phi"),
        wrong("value_for_derivative", "Phi + z * phi", "z * Phi"),
        wrong("normalisation_missing", " / math.sqrt(2 * math.pi)", "", say="The density's factor 1/√(2π) is missing."),
        wrong("erf_argument", "z / math.sqrt(2)", "z", say="erf wants z/√2: Φ(z) = ½(1 + erf(z/√2))."),
        wrong("local_sign", "z * phi", "-z * phi", say="The second term has the wrong sign: that one is φ', not Φ'."),
        wrong("wrong_activation", "return upstream * (Phi + z * phi)", "t = np.tanh(math.sqrt(2 / math.pi) * (z + 0.044715 * z ** 3))\n    return upstream * (0.5 * (1 + t) + 0.5 * z * (1 - t ** 2) * math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * z ** 2))",
              say="That is the derivative of the approximation of GELU by a tanh; the exact function is asked for."),
        wrong("wrong_activation", "return upstream * (Phi + z * phi)", "s = 1 / (1 + np.exp(-1.702 * z))\n    return upstream * (s + 1.702 * z * s * (1 - s))",
              say="That is the derivative of z·σ(1.702z), an approximation of GELU; the exact function is asked for."),
        wrong("exponent_off_by_one", "-z * z / 2", "-z * z", say="The density's exponent is −z²/2: the ½ is missing."),
        wrong("normalisation_missing", "(1 + erf(z / math.sqrt(2))) / 2", "(1 + erf(z / math.sqrt(2)))", say="Φ runs from 0 to 1; yours runs from 0 to 2."),
        wrong("not_shifted", "(1 + erf(z / math.sqrt(2))) / 2", "erf(z / math.sqrt(2)) / 2", say="Φ runs from 0 to 1; yours runs from −½ to ½."),
        wrong("upstream_added", "upstream * (Phi", "upstream + (Phi"),
        wrong("activation_derivative_omitted", "upstream * (Phi + z * phi)", "upstream.copy()"),
    ),
)  # fmt: skip
def gelu_backward(upstream, z):
    """Return dz (n,) for a = z·Φ(z), Φ the distribution function of the normal distribution (math.erf is
    allowed): the exact function, not an approximation by tanh or σ. upstream (n,): ∂L/∂a; z (n,), from −5 to 5,
    0 included. The arguments stay unchanged.
    """
    Phi = (1 + erf(z / math.sqrt(2))) / 2
    phi = np.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    return upstream * (Phi + z * phi)


def draw_tanh(rng):
    for n in (5, 3, 7):
        yield dict(z=rng.standard_normal(n))
    yield dict(z=np.array([-4.5, 0.0, 3.0, 4.5]))


def draw_tanh_hidden(rng):
    for n in (6, 1, 9):
        yield dict(z=rng.uniform(-5, 5, n))
    yield dict(z=np.zeros(1))


@task(
    "12.4", "Find the error in Lecture 002: \"a shifted sigmoid\"", draw=draw_tanh, draw_hidden=draw_tanh_hidden, returns="a slope", points="2 2", hidden=1, minutes=12,
    difficulty=2,
    hints=(
        "σ runs from 0 to 1, tanh from −1 to 1: is shifting enough? And how steep are the two at 0?",
        "tanh is σ, steeper, higher, and shifted: compare their ranges and their slopes at 0. Both factors come down in the derivative.",
        "The curve g = 3σ(5z) − 2 runs from −2 to 1; its slope is 3·5·σ(5z)(1 − σ(5z)), at z = 0 it is 3.75. Which three numbers make it run from −1 to 1 with slope 1 at 0?",
    ),
    mistakes=(
        wrong("argument_not_doubled", "np.exp(-2 * z)", "np.exp(-z)"),
        wrong("argument_not_doubled", "np.exp(-2 * z)", "np.exp(-z)", "slope = 4 *", "slope = 2 *", say="The 2 inside the sigmoid is missing, in a and in its slope: compare how steep tanh and σ are at 0."),
        wrong("not_shifted", "a = 2 * s - 1", "a = 2 * s"),
        wrong("shifted_only", "a = 2 * s - 1", "a = 1 / (1 + np.exp(-z)) - 0.5", say="a is σ shifted, as the lecture says; tanh is also twice as high and twice as steep."),
        wrong("shifted_only", "np.exp(-2 * z)", "np.exp(-z)", "a = 2 * s - 1", "a = s - 0.5", "slope = 4 *", "slope =", say="That is σ shifted, as the lecture says, with its slope; tanh is also twice as high and twice as steep."),
        wrong("height_not_doubled", "a = 2 * s - 1", "a = s - 1", say="The 2 in front of σ is missing in a: the range has to become (−1, 1)."),
        wrong("height_not_doubled", "a = 2 * s - 1", "a = s - 1", "slope = 4 *", "slope = 2 *", say="The 2 in front of σ is missing, in a and in its slope: the range has to become (−1, 1)."),
        wrong("local_sign", "np.exp(-2 * z)", "np.exp(2 * z)", say="The sign in the exponent: σ(t) = 1/(1 + e^−t)."),
        wrong("local_sign", "np.exp(-2 * z)", "np.exp(2 * z)", "slope = 4 *", "slope = -4 *", say="The sign in the exponent: σ(t) = 1/(1 + e^−t). So a is −tanh z, and the slope has its sign."),
        wrong("sigmoid_for_tanh", "a = 2 * s - 1", "a = 1 / (1 + np.exp(-z))", say="a is the sigmoid itself."),
        wrong("sigmoid_for_tanh", "np.exp(-2 * z)", "np.exp(-z)", "a = 2 * s - 1", "a = s", "slope = 4 *", "slope =", say="That is the sigmoid itself, with its slope."),
        wrong("sigmoid_for_tanh", "a = 2 * s - 1", "a = s", "slope = 4 *", "slope = 2 *", say="That is σ(2z) with its slope: the range has to become (−1, 1), so a height and a shift are missing."),
        wrong("sigmoid_derivative_for_tanh", "slope = 4 * s * (1 - s)", "slope = 1 / (1 + np.exp(-z)) * (1 - 1 / (1 + np.exp(-z)))",
              say="slope is σ(z)(1 − σ(z)), the sigmoid's, because the list writes σ for both. At z = 0.5 that is 0.235, and tanh' is 0.786."),
        wrong("inner_derivative_missing", "slope = 4 * s * (1 - s)", "slope = 2 * s * (1 - s)"),
        wrong("scale_from_input", "slope = 4 * s * (1 - s)", "slope = s * (1 - s)", say="slope: both factors 2 are missing, the one in front of σ and the inner derivative of 2z."),
        wrong("tanh_for_its_derivative", "slope = 4 * s * (1 - s)", "slope = a.copy()"),
        wrong("a_form_fed_with_z", "slope = 4 * s * (1 - s)", "slope = 1 - z ** 2"),
        wrong("derivative_at_activation", "slope = 4 * s * (1 - s)", "slope = 1 - np.tanh(a) ** 2"),
        wrong("square_missing", "slope = 4 * s * (1 - s)", "slope = 1 - a", say="The square is missing: tanh' is one less the square of tanh."),
        wrong("sigmoid_derivative_for_tanh", "slope = 4 * s * (1 - s)", "slope = a * (1 - a)", say="slope is a(1 − a), the sigmoid's form, taken of tanh."),
        wrong("argument_not_doubled", "slope = 4 * s * (1 - s)", "slope = 4 / (1 + np.exp(-z)) * (1 - 1 / (1 + np.exp(-z)))", say="slope: the 2 inside the sigmoid is missing."),
    ),
)  # fmt: skip
def tanh_from_sigmoid(z):
    """Return (a, slope), a = tanh z and its derivative, both (n,), computed with σ(t) = 1/(1 + e⁻ᵗ). z (n,),
    from −5 to 5, 0 included; it stays unchanged.

    Lecture 002 calls tanh a shifted sigmoid and writes σ(z) for it: find what is missing besides the shift.
    """
    s = 1 / (1 + np.exp(-2 * z))
    a = 2 * s - 1
    slope = 4 * s * (1 - s)
    return a, slope


def draw_symmetric(rng):
    yield from symmetric_cases(rng, ((5, 3, 4), (3, 5, 2), (7, 2, 3), (1, 4, 2), (4, 2, 1)))


def draw_symmetric_hidden(rng):
    yield from symmetric_cases(rng, ((6, 2, 5), (1, 1, 3), (4, 1, 6), (2, 3, 1)))


def symmetric_cases(rng, sizes):
    for N, d, h in sizes:
        yield dict(
            X=rng.standard_normal((N, d)),
            delta=rng.standard_normal((N, 1)),
            c=float(rng.uniform(0.3, 1)),
            v=float(rng.uniform(0.3, 1)),
            h=h,
        )


@task(
    "12.5", "Equal weights stay equal (Lecture 004, Q1)", draw=draw_symmetric, draw_hidden=draw_symmetric_hidden, returns="dW1 distinct_rows", points="2 1", hidden=1, minutes=12,
    difficulty=2, factors={"N": lambda given: len(given["X"])},
    hints=("All h units see the same inputs with the same weights: how can their gradients differ?", "Do the backward pass as in 09.4, with W1 full of c and W2 full of v; then compare the rows of dW1.",
           "Two units with inputs (1, 2), all first weights 0.1 and all second ones 0.3: both have z = 0.3 and a = tanh 0.3, both get 0.3·delta from above. Where could a difference come from?"),
    mistakes=(
        wrong("activation_derivative_omitted", "delta @ W2 * (1 - A1 ** 2)", "delta @ W2"),
        wrong("a_form_fed_with_z", "1 - A1 ** 2", "1 - (X @ W1.T) ** 2"),
        wrong("transposed_weight_gradient", "dZ1.T @ X", "X.T @ dZ1", say="dW1 is the transpose of the right answer, so its rows belong to the inputs and not to the units. Write the shape next to each factor."),
        wrong("all_rows_counted", "len(np.unique(dW1.round(12), axis=0))", "h", say="dW1 is right. Now look at its rows: how many are different from each other?"),
        wrong("upstream_ignored", "delta @ W2", "np.ones_like(delta) @ W2"),
        wrong("weights_of_first_layer_used", "W2 = np.full((1, h), v)", "W2 = np.full((1, h), c)", say="The weights c of the first layer went back; between output and hidden layer they are v."),
        wrong("batch_mean_twice", "dZ1.T @ X", "dZ1.T @ X / len(X)", say="dW1 is N times too small: delta carries the 1/N already, and here it was divided again."),
        wrong("missing_batch_mean", "dZ1.T @ X", "dZ1.T @ X * len(X)", say="dW1 is exactly N times too big: delta carries the 1/N already, nothing is multiplied by N."),
        wrong("sign_flipped", "dZ1.T @ X", "-dZ1.T @ X", say=FROM_ABOVE["sign_flipped"]),
        wrong("factor_two", "dZ1.T @ X", "2 * dZ1.T @ X", say=FROM_ABOVE["factor_two"]),
        wrong("factor_half", "dZ1.T @ X", "0.5 * dZ1.T @ X"),
        wrong("last_example_only", "dZ1.T @ X", "np.outer(dZ1[-1], X[-1])"),
        wrong("first_example_only", "dZ1.T @ X", "np.outer(dZ1[0], X[0])"),
        wrong("derivative_at_activation", "1 - A1 ** 2", "1 - np.tanh(A1) ** 2"),
        wrong("tanh_for_its_derivative", "(1 - A1 ** 2)", "A1"),
        wrong("sigmoid_derivative_for_tanh", "1 - A1 ** 2", "A1 * (1 - A1)"),
        wrong("square_missing", "1 - A1 ** 2", "1 - A1", say="The square is missing in the derivative of tanh."),
        wrong("sigmoid_derivative_for_tanh", "np.tanh(X @ W1.T)", "1 / (1 + np.exp(-X @ W1.T))", "1 - A1 ** 2", "A1 * (1 - A1)", say="The slope in dW1 is σ(z)(1 − σ(z)), that of the sigmoid; the activation is tanh."),
        wrong("wrong_activation", "(1 - A1 ** 2)", "(X @ W1.T > 0)", say="The slope in dW1 is that of relu; the activation is tanh."),
        wrong("pre_activation_for_activation", "dZ1.T @ X", "dZ1.T @ X * c", say="dW1 has a factor c too many: what W1 multiplies is X."),
        wrong("one_layer_for_depth", "len(np.unique(dW1.round(12), axis=0))", "h * X.shape[1]", say="That is the number of weights; asked for is how many rows of dW1 are different."),
    ),
)  # fmt: skip
def symmetric_start(X, delta, c, v, h):
    """All weights of the first layer are c, W1 (h, d); all of the second are v, W2 (1, h); biases are 0; the
    activation is tanh. Return (dW1, distinct_rows): ∂L/∂W1 (h, d), and how many different rows it has, a whole
    number; rows that differ by rounding alone are equal. X (N, d); delta (N, 1): ∂L/∂Z2, with its 1/N. N, d and
    h may be 1. The arguments stay unchanged.
    """
    W1 = np.full((h, X.shape[1]), c)
    W2 = np.full((1, h), v)
    A1 = np.tanh(X @ W1.T)
    dZ1 = delta @ W2 * (1 - A1**2)
    dW1 = dZ1.T @ X
    distinct_rows = len(np.unique(dW1.round(12), axis=0))
    return dW1, distinct_rows


def draw_init(rng):
    yield dict(
        n_in=float(10 * rng.integers(5, 41)),
        n_out=float(10 * rng.integers(2, 31)),
        depth=float(rng.integers(3, 9)),
    )


@task(
    "12.6", "Predict: how weights begin, and what a deep sigmoid leaves", kind="numbers", draw=draw_init, returns="glorot_bound he_deviation largest_factor",
    points="1 1 1", minutes=10, difficulty=2, tolerance=2e-3,
    hints=(
        "Which of the two rules counts both ends of the layer? And how large can the slope of a sigmoid be?",
        "Glorot's variance is 2/(n_in + n_out), and a uniform distribution on ±r has the variance r²/3. He's variance is 2/n_in. A variance is the square of a deviation.",
        "With 1000 inputs and 500 outputs: r = √(3·2/1500) = 0.06325 and √(2/1000) = 0.04472. Two sigmoids leave at most 0.25·0.25 = 0.0625",
    ),
    mistakes=(
        wrong("variance_for_deviation", "(2 / n_in) ** 0.5", "2 / n_in"),
        wrong("fan_swapped", "2 / n_in", "2 / n_out"),
        wrong("glorot_variance_for_bound", "(6 / (n_in + n_out)) ** 0.5", "(2 / (n_in + n_out)) ** 0.5", say="√(2/(n_in + n_out)) is the deviation; the bound of the uniform distribution is √3 times that."),
        wrong("one_layer_for_depth", "0.25 ** depth", "0.25", say="That is one layer; each layer multiplies by its own σ'."),
        wrong("sum_for_product", "0.25 ** depth", "0.25 * depth", say="The factors were added; along a path they multiply."),
        wrong("value_for_derivative", "0.25 ** depth", "0.5 ** depth", say="½ is σ(0); its derivative there is ¼."),
    ),
)  # fmt: skip
def how_weights_begin(n_in, n_out, depth):
    """For a layer with n_in inputs and n_out outputs give glorot_bound, the r of Glorot's uniform
    distribution on −r … r, and he_deviation, the standard deviation of He's normal one. And give
    largest_factor, the largest possible product of σ' over `depth` layers of sigmoids.
    """
    glorot_bound = (6 / (n_in + n_out)) ** 0.5
    he_deviation = (2 / n_in) ** 0.5
    largest_factor = 0.25**depth
    return glorot_bound, he_deviation, largest_factor


def graph_of_softplus():
    from ...graph import Node, function_of
    from ...graph.table import OPERATIONS

    z, beta = Node(0.6, "z"), Node(1.7, "β")
    a = function_of(OPERATIONS["log"])(1 + function_of(OPERATIONS["exp"])(beta * z)) / beta
    a.name = "a"
    return a


formula(
    "12.7", "The derivative of softplus", "a = log(1 + e^(βz))/β. Give ∂a/∂z in z and β (β may be typed beta; exp and sigmoid are known).",
    graph=graph_of_softplus, wrt="z", points=3, minutes=6, difficulty=1, answer="sigmoid(β*z)",
    mistakes={"beta_included": "β*sigmoid(β*z)", "beta_forgotten": "sigmoid(z) | sigmoid(z)/β", "inner_derivative_missing": "sigmoid(β*z)/β",
              "sigmoid_slope_for_sigmoid": "sigmoid(β*z)*(1-sigmoid(β*z))", "sigmoid_sign": "sigmoid(-β*z)", "tanh_for_sigmoid": "tanh(β*z)"},
    say={"sigmoid_sign": "The sign in the exponent is opposite: softplus grows faster and faster.", "tanh_for_sigmoid": "That is a tanh: the slope of softplus lies between 0 and 1."},
    hints=(
        "Which function is outside, which inside, and what comes down from the exponent?",
        "The slope of log is one over what stands in it; then the slope of 1 + e^(βz). What happens to the β in front?",
        "For b = log(2 + e^(3z))/5: ∂b/∂z = (1/5) · 3e^(3z)/(2 + e^(3z))",
    ),
)  # fmt: skip


def draw_deep(rng):
    for N, n, L, activation in (
        (5, 3, 3, "tanh"),
        (3, 4, 4, "sigmoid"),
        (6, 5, 3, "relu"),
        (4, 2, 5, "tanh"),
    ):
        yield deep_case(rng, N, n, L, activation)
    kink = deep_case(rng, 3, 4, 2, "relu")
    kink["Z"][0][1] = 0.0
    yield kink
    yield deep_case(rng, 1, 3, 3, "sigmoid")


def draw_deep_hidden(rng):
    for activation in ("sigmoid", "relu", "tanh"):
        yield deep_case(rng, 2, 6, 6, activation)
        yield deep_case(rng, 1, 1, 2, activation)


def deep_case(rng, N, n, L, activation):
    return dict(
            delta=rng.standard_normal((N, n)), Z=[1.5 * away_from_zero(rng, N, n) for _ in range(L - 1)],
            W=[rng.standard_normal((n, n)) / np.sqrt(n) for _ in range(L - 1)], activation=activation,
        )  # fmt: skip


@task(
    "12.8", "How much of the gradient arrives", draw=draw_deep, draw_hidden=draw_deep_hidden, returns="sizes", points="4", hidden=2, minutes=15, difficulty=2,
    hints=(
        "How does a δ get from one layer to the layer below it, and at which end do you begin?",
        "One step of Lemma 1 for each layer, from the top down: with a row per example δ goes through W, as it stands, then entry by entry through f'(Z) of the layer where it arrives. Note the size after each step.",
        "One unit, L = 3, linear (slope 1): δ = (0.6, 0.8)ᵀ for two examples has the size √((0.36 + 0.64)/2) = 0.707. With w3 = 0.5 and w2 = 3, layer 2 has half of that, 0.354, and layer 1 three times as much, 1.061; sizes = [1.061, 0.354, 0.707].",
    ),
    mistakes=(
        wrong("activation_derivative_omitted", "delta @ W_above * slope", "delta @ W_above"),
        wrong("untransposed_weights", "delta @ W_above", "delta @ W_above.T",
              say="The weights go backward the way they went forward: a row δ goes back through W (a column through Wᵀ). In a square layer both fit."),
        wrong("last_layer_derivative", "Z_here in", "Z_here in [(w, Z[-1]) for w, _ in", "zip(W[::-1], Z[::-1])", "zip(W[::-1], Z[::-1])]",
              say="One layer's f'(Z) was used for every layer: each has its own Z."),
        wrong("derivative_at_activation", "s = 1 / (1 + np.exp(-Z_here))", "Z_here = np.tanh(Z_here) if activation == 'tanh' else 1 / (1 + np.exp(-Z_here)) "
              "if activation == 'sigmoid' else Z_here\n        s = 1 / (1 + np.exp(-Z_here))"),
        wrong("sigmoid_derivative_for_tanh", "1 - np.tanh(Z_here) ** 2", "s * (1 - s)"),
        wrong("tanh_for_its_derivative", "1 - np.tanh(Z_here) ** 2", "np.tanh(Z_here)"),
        wrong("a_form_fed_with_z", "1 - np.tanh(Z_here) ** 2", "1 - Z_here ** 2", "s * (1 - s)", "Z_here * (1 - Z_here)"),
        wrong("relu_mask_on_gradient", "Z_here > 0", "delta @ W_above > 0"),
        wrong("relu_for_its_derivative", "np.where(Z_here > 0, 1.0, 0.0)", "np.maximum(Z_here, 0.0)"),
        wrong("variance_for_deviation", "np.sqrt(np.mean(d ** 2))", "np.mean(d ** 2)", say="These are the mean squares; the square root is missing."),
        wrong("sum_for_mean", "np.sqrt(np.mean(d ** 2))", "np.sqrt(np.sum(d ** 2))",
              say="These are the norms, √(sum of squares), which grow with the number of entries; asked for is the root of the mean."),
        wrong("first_example_only", "np.mean(d ** 2)", "np.mean(d[0] ** 2)", say="Only the first example is in the mean."),
        wrong("outputs_in_wrong_order", "for d in deltas[::-1]", "for d in deltas", say="The numbers are right, and in the order of discovery: the first layer comes first."),
        wrong("wrong_layer_index", "zip(W[::-1], Z[::-1])", "zip(W, Z[::-1])", say="The weights are taken from the bottom up; on the way back the last matrix comes first."),
        wrong("wrong_layer_index", "zip(W[::-1], Z[::-1])", "zip(W, Z)", say="Weights and Z are taken from the bottom up; on the way back the last ones come first."),
        wrong("matmul_for_hadamard", "delta @ W_above * slope", "delta @ W_above @ slope.T @ slope"),
        wrong("a_form_fed_with_z", "1 - np.tanh(Z_here) ** 2", "1 - Z_here ** 2"),
        wrong("a_form_fed_with_z", "s * (1 - s)", "Z_here * (1 - Z_here)"),
        wrong("sigmoid_derivative_for_tanh", "1 - np.tanh(Z_here) ** 2", "np.tanh(Z_here) * (1 - np.tanh(Z_here))"),
        wrong("tanh_derivative_for_sigmoid", "s * (1 - s)", "1 - s ** 2"),
        wrong("tanh_derivative_for_sigmoid", "s * (1 - s)", "1 - np.tanh(Z_here) ** 2"),
        wrong("sigma_for_derivative", "s * (1 - s)", "s"),
        wrong("square_missing", "1 - np.tanh(Z_here) ** 2", "1 - np.tanh(Z_here)", say="The square is missing in the derivative of tanh."),
        wrong("slope_at_kink", "Z_here > 0", "Z_here >= 0"),
        wrong("absolute_error", "np.sqrt(np.mean(d ** 2))", "np.mean(np.abs(d))", say="That is the mean of the absolute values; asked for is the root of the mean square."),
        wrong("variance_for_deviation", "np.sqrt(np.mean(d ** 2))", "np.std(d)", say="That is the standard deviation, which takes the mean off first; asked for is the root of the mean square."),
        wrong("sum_for_mean", "np.mean(d ** 2)", "np.sum(d ** 2) / len(d)", say="The mean runs over all entries; you divided by the number of examples alone."),
        wrong("last_layer_for_first", "for d in deltas[::-1]", "for d in deltas[:0:-1]", say="The last layer's size, that of the given δ, is missing: there are L of them."),
        wrong("first_layer_forgotten", "for d in deltas[::-1]", "for d in deltas[-2::-1]", say="The first layer's size is missing: there are L of them."),
        wrong("batch_mean_twice", "delta @ W_above * slope", "delta @ W_above * slope / len(delta)", say="Each step divides by N: what comes from above carries all means already."),
    ),
)  # fmt: skip
def gradient_sizes(delta, Z, W, activation):
    """Return sizes, a list of L numbers: the root mean square √(mean of δ² over all its entries) of ∂L/∂Z in
    each of the layers 1 … L, layer 1 first. Nothing more is averaged.

    delta (N, n): ∂L/∂Z of the last layer, L; Z = [Z1, …, Z(L−1)], each (N, n), a row per example; W = [W2, …,
    WL], each (n, n), with Z(l+1) = f(Z(l)) @ W(l+1).T + b(l+1); activation f: "tanh", "sigmoid" or "relu", whose
    slope at exactly 0 is 0. L is 2 or more; N and n may be 1. The arguments stay unchanged.
    """
    deltas = [delta]
    for W_above, Z_here in zip(W[::-1], Z[::-1]):
        s = 1 / (1 + np.exp(-Z_here))
        slope = {
            "tanh": 1 - np.tanh(Z_here) ** 2,
            "sigmoid": s * (1 - s),
            "relu": np.where(Z_here > 0, 1.0, 0.0),
        }[activation]
        delta = delta @ W_above * slope
        deltas.append(delta)
    return [float(np.sqrt(np.mean(d**2))) for d in deltas[::-1]]
