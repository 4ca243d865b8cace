"""θ and its gradient: all parameters of a network in one vector, of which each W and b is a view.

To move θ is to move every layer: `net.theta -= lr * net.gradient` is a step of the whole network.
"""

import math

import numpy as np


def as_floats(values, who):
    """The values as floats: float32 stays float32, integers become float64, anything else is refused."""
    array = np.asarray(values)
    if array.dtype.kind == "f":
        return array
    if array.dtype.kind in "iub":
        return array.astype(np.float64)
    found = f"{array.dtype} entries ({type(values).__name__})"
    raise TypeError(f"{who} takes an array of numbers; this one holds {found}")


def as_finite_floats(X, who):
    """X as floats; nan and inf, which would spoil every result, are refused."""
    X = as_floats(X, who)
    # The product finds nan and inf quickly; where only the product is too large, a second look says so.
    if not math.isfinite(np.vdot(X, X)) and not np.isfinite(X).all():
        place = tuple(map(int, np.argwhere(~np.isfinite(X))[0]))
        raise ValueError(f"{who}: X holds {X[place]} at {place} and would spoil every result; drop it")
    return X


def copy_into(place, values, name):
    """Copy the values into an array: one number goes everywhere, anything else needs the same shape."""
    if np.shape(values) not in ((), place.shape):
        raise ValueError(f"{name} is {place.shape}, but the new values are {np.shape(values)}")
    place[...] = as_floats(values, name)


class LiveArrays(dict):
    """Arrays by name: to assign to a name is to copy into its array. Names cannot be added or taken away."""

    def __missing__(self, name):
        raise KeyError(f"no {name}, only {', '.join(self)}")

    def __setitem__(self, name, values):
        if self[name] is None:
            raise KeyError(f"there is no array {name} yet; a gradient before backward?")
        copy_into(self[name], values, name)

    def update(self, *arrays, **more):
        for name, values in dict(*arrays, **more).items():
            self[name] = values

    def __ior__(self, arrays):
        self.update(arrays)
        return self

    def refuse(self, *_):
        raise TypeError("the arrays belong to the layers: names cannot be added or taken away here")

    __delitem__ = pop = popitem = clear = setdefault = refuse


class Vectors:
    """The parameters of some layers, one after the other in `theta`, and their gradients in `gradient`.

    `parts` has the layer and the key of each parameter, and the two pieces of the vectors that belong to it.
    `of_matrix` is true where a parameter belongs to a weight matrix.
    """

    def __init__(self, layers, dtype):
        self.layers, self.parts = layers, []
        size = sum([np.size(P) for layer in layers for P in layer.params.values()])
        self.theta, self.gradient = np.zeros(size, dtype), np.zeros(size, dtype)
        self.of_matrix = np.zeros(size, bool)
        start = 0
        for layer in layers:
            for key, P in layer.params.items():
                shape, piece = np.shape(P), slice(start, start + np.size(P))
                views = self.theta[piece].reshape(shape), self.gradient[piece].reshape(shape)
                self.parts.append((layer, key, *views))
                self.of_matrix[piece] = len(shape) > 1
                start = piece.stop

    def fit(self, layers, dtype):
        """Are these the parameters for which the vectors were made?"""
        here = [(layer, key) for layer, key, _, _ in self.parts]
        there = [(layer, key) for layer in layers for key in layer.params]
        return here == there and layers == self.layers and self.theta.dtype == dtype

    def hold(self, layers, with_gradient):
        """Is every array of these layers its view already? This is asked at each step."""
        if layers != self.layers or len(self.parts) != sum([len(layer.params) for layer in layers]):
            return False
        for layer, key, P, dP in self.parts:
            if layer.params.get(key) is not P or with_gradient and layer.grads.get(key) is not dP:
                return False
        return True

    def fill(self, with_gradient):
        """Copy every array that is no view to its piece of a vector, and put the view where the array was."""
        for layer, key, P, dP in self.parts:
            replace(layer.params, key, P, f"{layer}: {key}")
            if with_gradient:
                if layer.grads.get(key) is None:
                    raise ValueError(f"{layer}: there is no gradient of {key} yet; a step before backward?")
                replace(layer.grads, key, dP, f"{layer}: the gradient of {key}")
                layer.slots[key] = dP


def replace(arrays, key, view, name):
    """Put the view in the place of an array, whose values it takes over."""
    array = arrays[key]
    if np.shape(array) != view.shape:
        raise ValueError(f"{name} is {np.shape(array)}, expected {view.shape}")
    if array is not view:
        view[...] = as_floats(array, name)
        arrays[key] = view


def widest_dtype(layers):
    """The dtype in which the parameters of these layers meet."""
    arrays = [as_floats(P, f"{layer}: {key}") for layer in layers for key, P in layer.params.items()]
    return np.result_type(*arrays) if arrays else np.dtype(float)
