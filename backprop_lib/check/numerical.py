"""The gradient by measuring: nudge each entry of x both ways and divide. Slow, approximate, in need of no
theory.
"""

import math

import numpy as np


def numerical_gradient(f, x, h=None):
    """Central difference (f(x + h) − f(x − h)) / 2h for each entry of x (Lecture 004 with a finite h).

    x is a number or an array of any shape; it is never modified, and promoted to float64. The answer has its
    shape. f takes such an x and returns one number. Without `h` each entry is nudged by 6e-6 · max(1, |x|),
    about the cube root of the machine epsilon: there the error h²f‴/6 of the formula and the rounding error
    ε|f|/h are about equal.
    """
    if h is not None and not 0 < h < math.inf:
        raise ValueError(f"numerical_gradient: h is {h}; a step must be positive, for example 1e-5")
    dtype = np.asarray(x).dtype
    if dtype.kind not in "fiub":
        found = f"it is a {type(x).__name__} of {dtype}"
        raise TypeError(f"numerical_gradient: x must hold real numbers, but {found}")
    x = np.array(x, np.float64)
    if not np.isfinite(x).all():
        found = x[~np.isfinite(x)][0]
        raise ValueError(f"numerical_gradient: x holds {found}; there is no slope at such a point")
    gradient = np.empty_like(x)
    for index, value in np.ndenumerate(x):
        step = h if h is not None else 6e-6 * max(1.0, abs(value))
        up, down = value_at(f, x, index, value + step), value_at(f, x, index, value - step)
        gradient[index] = (up - down) / (2 * step)
    return gradient if gradient.ndim else float(gradient)


def value_at(f, x, index, value):
    """f(x) with another value in one entry of x, if it is one finite number."""
    nudged = x.copy()
    nudged[index] = value
    result = np.asarray(f(nudged if nudged.ndim else float(nudged)))
    if result.size != 1:
        fix = "take a loss of it, or the sum of its product with an upstream gradient"
        raise ValueError(
            f"numerical_gradient: f(x) must be one number, but it has shape {result.shape}; {fix}"
        )
    number = float(result.reshape(()))
    if not math.isfinite(number):
        where = f"when the entry {index or ''} of x is {value:.6g}"
        raise ValueError(f"numerical_gradient: f is {number} {where}")
    return number
