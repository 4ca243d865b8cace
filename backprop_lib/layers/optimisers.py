"""Optimisers: what to do with a gradient once backpropagation has found it."""

import math
from numbers import Real

import numpy as np

from .base import Layer


class Optimizer:
    """θ ← θ − η direction, in place. SGD and Adam say what the direction is, and so can a class of your own.

    `lr` is η, a number, or a schedule: a function of the number of steps taken so far. `weight_decay` λ adds
    λW to the gradient of each weight matrix, so the objective is the loss plus `penalty` = ½λ Σ‖W‖²; biases
    do not decay. `step(target)` takes a network or a single layer.

        class SignDescent(bp.Optimizer):
            def direction(self, gradient, memory):
                return np.sign(gradient)

    `memory` is a dict that is kept from step to step, one for each target. `bp.train` asks an optimizer only
    for `step(net)`, and for `penalty(net)` if it has that, so it need not inherit from this class:

        class Descent:
            def step(self, net):
                net.theta -= 0.1 * net.gradient
    """

    def __init__(self, lr, weight_decay=0.0):
        self.lr = lr if callable(lr) else in_range("lr", lr)
        self.weight_decay = in_range("weight_decay", weight_decay)
        self.steps = 0
        self.memory = {}

    def step(self, target):
        if not isinstance(target, Layer):
            raise TypeError(f"step moves a network or a layer; {target!r} is a {type(target).__name__}")
        lr = in_range("lr", self.lr(self.steps)) if callable(self.lr) else self.lr
        vectors = target.gather(with_gradient=True)
        theta, gradient = vectors.theta, vectors.gradient
        if self.weight_decay:
            gradient = gradient + self.penalty_gradient(target)
        memory = self.memory.setdefault((target, theta.size), {})
        theta -= lr * self.direction(gradient, memory)
        self.steps += 1

    def direction(self, gradient, memory):
        raise NotImplementedError(f"{type(self).__name__} has no direction(gradient, memory) yet")

    def penalty(self, target):
        """½λ Σ‖W‖², the part of the objective that weight decay adds to the loss."""
        if not self.weight_decay:
            return 0.0
        W = target.weights
        return 0.5 * self.weight_decay * float(np.vdot(W, W))

    def penalty_gradient(self, target):
        """λW, the part that weight decay adds to the gradient."""
        return self.weight_decay * target.weights


class SGD(Optimizer):
    """θ ← θ − η v with v ← μ v + gradient; without momentum (μ = 0) the lectures' θ ← θ − η gradient."""

    def __init__(self, lr, momentum=0.0, weight_decay=0.0):
        super().__init__(lr, weight_decay)
        self.momentum = in_range("momentum", momentum, below=1)

    def direction(self, gradient, memory):
        if not self.momentum:
            return gradient
        if not memory:
            memory["v"] = np.zeros_like(gradient)
        v = memory["v"]
        v *= self.momentum
        v += gradient
        return v


class Adam(Optimizer):
    """Kingma & Ba 2015, algorithm 1: the direction is m̂ / (√v̂ + ε), with m̂ and v̂ the means of the gradients
    so far and of their squares. A gradient that is k steps old has the weight βᵏ.

    The paper keeps m = (1 − β) Σ βᵏ g and divides it by 1 − βᵗ, its "bias correction"; the quotient is
    Σ βᵏ g / Σ βᵏ, as it is computed here.
    """

    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.0):
        super().__init__(lr, weight_decay)
        self.beta1, self.beta2 = in_range("beta1", beta1, below=1), in_range("beta2", beta2, below=1)
        self.eps = in_range("eps", eps, positive=True)

    def direction(self, gradient, memory):
        if not memory:
            memory.update({name: np.zeros_like(gradient) for name in ("M", "V", "direction")})
            memory.update(m_weight=0.0, v_weight=0.0)
        # All in place: making vectors of this size would take longer than computing with them.
        M, V, direction = memory["M"], memory["V"], memory["direction"]
        M *= self.beta1
        M += gradient
        V *= self.beta2
        V += np.square(gradient, out=direction)
        memory["m_weight"] = self.beta1 * memory["m_weight"] + 1
        memory["v_weight"] = self.beta2 * memory["v_weight"] + 1
        # (M / m_weight) / (√(V / v_weight) + ε), with numerator and denominator times √v_weight
        root = math.sqrt(memory["v_weight"])
        np.sqrt(V, out=direction)
        direction += root * self.eps
        np.divide(M, direction, out=direction)
        direction *= root / memory["m_weight"]
        return direction


def in_range(name, value, below=math.inf, positive=False):
    """The setting as a Python float, which leaves float32 parameters float32, if it is in its range."""
    if not (isinstance(value, Real) and 0 <= value < below) or positive and value == 0:
        sign = "must be positive" if positive else "must not be negative"
        raise ValueError(f"{name} is {value}, but {sign}, and a number below {below}")
    return float(value)
