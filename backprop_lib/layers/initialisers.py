"""How weights begin: an initialiser is a function (n_in, n_out, rng) → W of shape (n_out, n_in). Biases begin
at zero.

Weights are random because equal ones get equal gradients and stay equal (Lecture 004, question 1). The range
keeps the size of activations about the same from layer to layer: glorot for tanh, he for relu, which halves
what it gets.
"""

import numpy as np


def zeros(n_in, n_out, rng):
    """All weights 0: the start that never breaks the symmetry between hidden units."""
    return np.zeros((n_out, n_in))


def normal(sigma=0.1):
    """Initialiser N(0, σ²). Higham & Higham use σ = 0.5."""
    return lambda n_in, n_out, rng: sigma * rng.standard_normal((n_out, n_in))


def glorot_uniform(n_in, n_out, rng):
    """Uniform on ±√(6 / (n_in + n_out)), so the variance is 2 / (n_in + n_out) (Glorot & Bengio 2010, eq.
    16).
    """
    bound = (6 / (n_in + n_out)) ** 0.5
    return rng.uniform(-bound, bound, (n_out, n_in))


def glorot_normal(n_in, n_out, rng):
    """N(0, 2 / (n_in + n_out))."""
    return (2 / (n_in + n_out)) ** 0.5 * rng.standard_normal((n_out, n_in))


def he_uniform(n_in, n_out, rng):
    """Uniform on ±√(6 / n_in), so the variance is 2 / n_in."""
    bound = (6 / n_in) ** 0.5
    return rng.uniform(-bound, bound, (n_out, n_in))


def he_normal(n_in, n_out, rng):
    """N(0, 2 / n_in), for relu (He et al. 2015, eq. 10)."""
    return (2 / n_in) ** 0.5 * rng.standard_normal((n_out, n_in))


glorot, he = glorot_uniform, he_normal  # the forms of the two papers

INITIALISER_BY_NAME = {"zeros": zeros, "normal": normal(), "glorot": glorot, "he": he} | {
    function.__name__: function for function in (glorot_uniform, glorot_normal, he_uniform, he_normal)
}


def initialiser(init):
    """The initialiser of that name; a function is taken as it is."""
    if callable(init):
        return init
    if init not in INITIALISER_BY_NAME:
        known = ", ".join(INITIALISER_BY_NAME)
        raise ValueError(f"init={init!r} is unknown; choose one of {known}, or pass bp.normal(sigma)")
    return INITIALISER_BY_NAME[init]
