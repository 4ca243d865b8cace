"""The words of the table's formulas that numpy does not have: what they mean for arrays, of floats or of
symbols.

A program that a graph writes begins with those of these functions that it calls.
"""

import math

import numpy as np

from .values import plain


def stretch(g, like, axis=None, keepdims=False):
    """The gradient of a reduction, back in the shape of `like`: every reduced entry gets the same."""
    g = np.asarray(g)
    if g.ndim == 0:
        return np.full(like.shape, g, object if g.dtype == object else like.dtype)
    if axis is not None and not keepdims:
        g = np.expand_dims(g, axis)
    return np.broadcast_to(g, like.shape)


def scatter(g, like, key):
    """The gradient of like[key]: added wherever an entry was picked; 0 elsewhere."""
    g = np.asarray(g)
    scattered = np.zeros(like.shape, like.dtype if g.ndim == 0 and g.dtype != object else g.dtype)
    np.add.at(scattered, key, g)
    return scattered


def count(x, axis):
    """How many entries of `x` a mean along `axis` averages."""
    axes = range(x.ndim) if axis is None else np.atleast_1d(axis)
    entries = math.prod(x.shape[i] for i in axes)
    if not entries:
        raise ValueError("nothing to average")
    return entries


def cast(x, like):
    """`x` in the precision of `like`."""
    return x.astype(like.dtype)


def swap(x):
    """The matrices of a stack transposed."""
    return x.swapaxes(-1, -2)


def peak(x, axis=None):
    """What is subtracted before exp, so that it cannot overflow: the largest finite entry."""
    largest = x.max(axis=axis, keepdims=True)
    finite = np.isfinite(largest)
    return largest if finite.all() else np.where(finite, largest, 0.0)


def softmax(x, axis=None):
    """exp(x) / Σ exp(x) along `axis`, without overflow."""
    exps = np.exp(x - peak(x, axis))
    return exps / exps.sum(axis=axis, keepdims=True)


def logsumexp(x, axis=None, keepdims=False):
    """log Σ exp(x) along `axis`, without overflow; the logarithm of an empty sum is −inf."""
    top = peak(x, axis)
    total = np.log(np.exp(x - top).sum(axis=axis, keepdims=True)) + top
    return total if keepdims else total.sum(axis=axis)


def log_softmax(x, axis=None):
    """The logarithm of softmax along `axis`, without overflow."""
    return x - logsumexp(x, axis, True)


def erfc(x):
    """1 − erf(x), entry by entry."""
    return np.asarray(np.frompyfunc(math.erfc, 1, 1)(x), x.dtype)


def finite_power(x, y):
    """x ** y, and 0 where that would be infinite, because x is 0 and y is negative."""
    return np.where((x == 0) & (y < 0), 0.0, x**y)


def guarded(g, local):
    """g · local, with 0 where `g` is 0 even if `local` is infinite.

    No upstream, no gradient: otherwise the branch that `where` did not take would leak 0 · inf = nan.
    """
    product = g * local
    if hasattr(local, "dtype") and local.dtype.kind == "b":  # the 0 and 1 of relu
        return product
    total = product.sum()
    if total != total:  # there is a nan in it somewhere
        product = np.where(g == 0, 0.0, product)
    return product


def unbroadcast(contribution, like):
    """Undo broadcasting: sum `contribution` over the axes along which `like` was stretched.

    A value used in many places collects the gradient from all of them, and a stretched entry was used many
    times.
    """
    shape = getattr(like, "shape", ())
    found = getattr(contribution, "shape", ())
    if found != shape:
        if len(found) > len(shape):
            contribution = contribution.sum(axis=tuple(range(len(found) - len(shape))))
        stretched = tuple(i for i, size in enumerate(shape) if size == 1 and contribution.shape[i] != 1)
        if stretched:
            contribution = contribution.sum(axis=stretched, keepdims=True)
        if getattr(contribution, "shape", ()) != shape:  # a constant local derivative needs stretching itself
            contribution = np.broadcast_to(contribution, shape)
    if not shape:
        return plain(contribution)
    if contribution.dtype != like.dtype and like.dtype.kind == "f" and contribution.dtype.kind != "O":
        contribution = contribution.astype(like.dtype)  # float32 stays float32
    return contribution
