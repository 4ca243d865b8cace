"""The activations A = f(Z), each with its derivative beside it; Softmax and Dropout, which are no f(z)."""

import math

import numpy as np

from .base import Layer
from .vector import as_floats


def sigmoid(Z):
    """σ(z) = 1 / (1 + e⁻ᶻ), right for every z."""
    # Where e⁻ᶻ overflows to inf, 1 / (1 + inf) = 0 is still the right answer: only the warning has to go.
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-Z))


class Activation(Layer):
    """A = f(Z). Backward multiplies entry by entry: ∂C/∂Z = f'(Z) ∘ ∂C/∂A (Lecture 001, eqs. 20 and 22)."""

    def forward(self, X):
        self.Z = as_floats(X, self)
        self.A = self.f(self.Z)
        return self.A

    def backward(self, upstream):
        return self.checked(upstream, self.A) * self.derivative(self.Z, self.A)


class Sigmoid(Activation):
    """f(z) = σ(z), f'(z) = σ(z)(1 − σ(z)), which is a(1 − a) (Lecture 001, eq. 2)."""

    def f(self, Z):
        return sigmoid(Z)

    def derivative(self, Z, A):
        return A * (1 - A)


class Tanh(Activation):
    """f(z) = tanh z = 2σ(2z) − 1, f'(z) = 1 − tanh² z, which is 1 − a²."""

    def f(self, Z):
        return np.tanh(Z)

    def derivative(self, Z, A):
        return 1 - A * A


class ReLU(Activation):
    """f(z) = max(0, z), f'(z) = 1 where z > 0, else 0, which is sign a; at the kink the course takes 0."""

    kink_at_zero = True

    def f(self, Z):
        return np.maximum(Z, 0)

    def derivative(self, Z, A):
        return np.sign(A)


class LeakyReLU(Activation):
    """f(z) = max(z, γz) with 0 < γ < 1, f'(z) = 1 where z > 0, else γ (Lecture 002, activation functions)."""

    settings = ("gamma",)
    kink_at_zero = True

    def __init__(self, gamma=0.01):
        if not 0 < gamma < 1:
            raise ValueError(f"LeakyReLU: gamma is {gamma}, but max(z, γz) leaks only for 0 < γ < 1")
        super().__init__()
        self.gamma = float(gamma)

    def f(self, Z):
        return np.maximum(Z, self.gamma * Z)

    def derivative(self, Z, A):
        return np.maximum(Z > 0, self.gamma, dtype=Z.dtype)


class GELU(Activation):
    """f(z) = z Φ(z), Φ(z) = ½(1 + erf(z/√2)), f'(z) = Φ(z) + z φ(z), φ the normal density (Lecture 002)."""

    erfc = staticmethod(np.frompyfunc(math.erfc, 1, 1))  # numpy has no erf

    def f(self, Z):
        # erfc(−x) = 1 + erf(x) without the loss of digits where erf(x) is near −1.
        self.Phi = 0.5 * np.asarray(self.erfc(-Z / math.sqrt(2)), Z.dtype)
        return Z * self.Phi

    def derivative(self, Z, A):
        return self.Phi + Z * np.exp(-0.5 * Z * Z) / math.sqrt(2 * math.pi)


class Softplus(Activation):
    """f(z) = log(1 + e^(βz)) / β, f'(z) = σ(βz) (Lecture 002), written so that e^(βz) cannot overflow."""

    settings = ("beta",)

    def __init__(self, beta=1.0):
        if not beta > 0:
            raise ValueError(f"Softplus: beta is {beta}, but it divides and must be positive")
        super().__init__()
        self.beta = float(beta)

    def f(self, Z):
        return np.logaddexp(0, self.beta * Z) / self.beta

    def derivative(self, Z, A):
        return sigmoid(self.beta * Z)


class Softmax(Layer):
    """a_k = e^(z_k) / Σ_l e^(z_l) in each row. Every output depends on every input of its row, so the
    Jacobian is full:

    ∂a_k/∂z_l = a_k (1[k = l] − a_l),   hence   ∂C/∂z_l = a_l (∂C/∂a_l − Σ_k a_k ∂C/∂a_k)
    """

    def forward(self, X):
        Z = as_floats(X, self)
        E = np.exp(Z - Z.max(axis=-1, keepdims=True))  # a shift changes no ratio and keeps e^z finite
        self.A = E / E.sum(axis=-1, keepdims=True)
        return self.A

    def backward(self, upstream):
        upstream = self.checked(upstream, self.A)
        return self.A * (upstream - (self.A * upstream).sum(axis=-1, keepdims=True))


class Dropout(Layer):
    """In training, each entry becomes 0 with probability `rate` and the rest are divided by 1 − rate, so that
    the mean stays; in prediction everything passes. Backward uses the mask of the forward pass.
    """

    settings = ("rate",)
    mask = None

    def __init__(self, rate=0.5, rng=None):
        if not 0 <= rate < 1:
            raise ValueError(f"Dropout: rate is {rate}, but the probability to drop an entry is 0 ≤ rate < 1")
        super().__init__()
        self.rate, self.rng = float(rate), np.random.default_rng(rng)

    def forward(self, X):
        X = as_floats(X, self)
        kept = self.rng.random(X.shape) >= self.rate if self.training else np.ones(X.shape, bool)
        self.mask = np.divide(kept, 1 - self.rate if self.training else 1, dtype=X.dtype)
        self.A = X * self.mask
        return self.A

    def backward(self, upstream):
        return self.checked(upstream, self.A) * self.mask


ACTIVATION_BY_NAME = {"sigmoid": Sigmoid, "tanh": Tanh, "relu": ReLU, "leaky_relu": LeakyReLU}
ACTIVATION_BY_NAME |= {"gelu": GELU, "softplus": Softplus, "softmax": Softmax}


def activation_layers(name):
    """The activation of that name in a list; an empty one for "identity"."""
    if callable(name):
        return [name()]
    if name == "identity":
        return []
    if name not in ACTIVATION_BY_NAME:
        known = ", ".join(ACTIVATION_BY_NAME)
        raise ValueError(f"activation {name!r} is unknown; choose one of identity, {known}")
    return [ACTIVATION_BY_NAME[name]()]
