"""Optimisers: what to do with a gradient once backpropagation has found it."""

import numpy as np


class Optimizer:
    """`step(target)` moves the parameters of a network or of one layer, in place.

    `lr` is a number, or a schedule: a function of the number of steps taken so far. `weight_decay` λ adds λW
    to the gradient of each weight matrix, so the objective is the loss plus `penalty` = ½λ Σ‖W‖²; biases do
    not decay.
    """

    def __init__(self, lr, weight_decay=0.0):
        # A Python float leaves float32 parameters float32; a numpy float64 would not.
        self.lr = lr if callable(lr) else float(lr)
        if not callable(lr) and not self.lr >= 0:
            raise ValueError(
                f"the learning rate is {lr}: descent subtracts lr · gradient, so lr must not be negative"
            )
        self.weight_decay = float(weight_decay)
        self.steps = 0
        self.memory = {}  # of each parameter, by layer and key

    def step(self, target):
        lr = float(self.lr(self.steps)) if callable(self.lr) else self.lr
        self.steps += 1
        for layer in target.leaves():
            for key, P in layer.params.items():
                dP = layer.grads[key]
                try:
                    if self.weight_decay:
                        dP = self.gradient(P, dP)
                    P -= lr * self.direction(dP, (layer, key))
                except TypeError as error:
                    if dP is None:
                        raise ValueError(
                            f"{layer}: step before backward; there is no gradient of {key} yet"
                        ) from error
                    raise TypeError(
                        f"{layer}: {key} holds {P.dtype}, which no step can move; use floats"
                    ) from error

    def gradient(self, P, dP):
        """The gradient of the objective: the loss's, and λW where P is a weight matrix."""
        return dP + self.weight_decay * P if P.ndim > 1 else dP

    def penalty(self, target):
        """½λ Σ‖W‖², the part of the objective that weight decay adds to the loss."""
        if not self.weight_decay:
            return 0.0
        weights = (P for layer in target.leaves() for P in layer.params.values() if P.ndim > 1)
        return 0.5 * self.weight_decay * sum(float(np.vdot(W, W)) for W in weights)


class SGD(Optimizer):
    """W ← W − η v with v ← μ v + gradient; without momentum (μ = 0) the lectures' W ← W − η gradient."""

    def __init__(self, lr, momentum=0.0, weight_decay=0.0):
        super().__init__(lr, weight_decay)
        self.momentum = float(momentum)

    def direction(self, gradient, where):
        if self.momentum:
            gradient = self.memory[where] = self.momentum * self.memory.get(where, 0) + gradient
        return gradient


class Adam(Optimizer):
    """Kingma & Ba 2015, algorithm 1: m and v are running means of the gradient and of its square, both
    divided by what they lack because they start at 0; the direction is m̂ / (√v̂ + ε).
    """

    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.0):
        super().__init__(lr, weight_decay)
        self.beta1, self.beta2, self.eps = float(beta1), float(beta2), float(eps)

    def direction(self, gradient, where):
        m, v, t = self.memory.get(where, (0, 0, 0))
        m = self.beta1 * m + (1 - self.beta1) * gradient
        v = self.beta2 * v + (1 - self.beta2) * gradient**2
        self.memory[where] = m, v, t + 1
        return m / (1 - self.beta1 ** (t + 1)) / (np.sqrt(v / (1 - self.beta2 ** (t + 1))) + self.eps)
