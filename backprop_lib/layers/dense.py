"""The layer with the weights: Z = X Wᵀ + b."""

import numpy as np

from .base import Layer
from .initialisers import initialiser
from .vector import as_floats


class Dense(Layer):
    """Z = X Wᵀ + b: each row of X is one example, W is (n_out, n_in), b is (n_out,) and starts at zero.

    For one example this is z = W a + b (Lecture 001, eq. 19). With δ = ∂C/∂Z, one row per example, the
    backward pass is Lemma 1 of that lecture with the sums over the examples that a batch brings:

        ∂C/∂b = sum of the rows of δ    (eq. 24)
        ∂C/∂W = δᵀ X                    (eq. 25: the outer products δ aᵀ, added up)
        ∂C/∂X = δ W                     (eq. 23 without its σ', which belongs to the activation: Wᵀ δ, row by
        row)

    The layer computes in the dtype of X. `init` is a name or function of `initialisers`, `rng` a generator or
    a seed.
    """

    settings = ("n_in", "n_out")

    def __init__(self, n_in, n_out, init="glorot", rng=None, dtype=np.float64):
        if not all(isinstance(n, (int, np.integer)) and n > 0 for n in (n_in, n_out)):
            raise ValueError(f"Dense({n_in!r}, {n_out!r}): n_in and n_out are whole and at least one")
        super().__init__()
        self.n_in, self.n_out = int(n_in), int(n_out)
        W = initialiser(init)(self.n_in, self.n_out, np.random.default_rng(rng))
        if np.shape(W) != (n_out, n_in) or np.dtype(dtype).kind != "f":
            found = f"init gave {np.shape(W)} and dtype is {np.dtype(dtype)}"
            raise ValueError(f"{self}: {found}; W is ({n_out}, {n_in}), of floats")
        self.params = {"W": np.array(W, dtype), "b": np.zeros(n_out, dtype)}
        self.grads = {"W": None, "b": None}
        self.gather()

    def forward(self, X):
        X = as_floats(X, self)
        if X.ndim != 2 or X.shape[1] != self.n_in or len(X) == 0:
            raise ValueError(self.refusal(X))
        self.X, W, b = X, self.params["W"], self.params["b"]
        self.Z = X @ np.asarray(W.T, X.dtype)
        self.Z += b
        return self.Z

    def backward(self, upstream):
        delta = self.checked(upstream, self.Z)
        # In a network the gradients have a place in its gradient vector; out=None makes a new array.
        self.grads["b"] = np.add.reduce(delta, axis=0, out=self.slots.get("b"))
        self.grads["W"] = np.matmul(delta.T, self.X, out=self.slots.get("W"))
        if self.input_gradient:
            return delta @ np.asarray(self.params["W"], delta.dtype)

    def refusal(self, X):
        if X.shape == (self.n_in,):
            hint = "one example is one row: write X[None, :]"
        elif X.ndim == 2 and len(X) == 0:
            hint = "the batch is empty"
        elif X.ndim == 2 and len(X) == self.n_in:
            hint = "rows are examples and columns are features: did you mean X.T?"
        else:
            hint = "the columns of X are the outputs of the layer before, or the features of the data"
        takes = f"(any number of examples, {self.n_in}), because its W is {self.params['W'].shape}"
        return f"{self}: X is {X.shape}, but the layer takes {takes}; {hint}"
