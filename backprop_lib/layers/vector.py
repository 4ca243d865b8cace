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

    `places` are pairs of a layer and a key, `views` the pieces of the two vectors that belong there.
    `of_matrix` is true where a parameter belongs to a weight matrix.
    """

    def __init__(self, places, dtype):
        self.places, self.views = places, []
        shapes = [np.shape(layer.params[key]) for layer, key in places]
        sizes = [math.prod(shape) for shape in shapes]
        self.theta, self.gradient = np.zeros(sum(sizes), dtype), np.zeros(sum(sizes), dtype)
        self.of_matrix = np.repeat([len(shape) > 1 for shape in shapes], sizes)
        stops = np.cumsum(sizes).tolist()
        for shape, size, stop in zip(shapes, sizes, stops, strict=True):
            piece = slice(stop - size, stop)
            self.views.append((self.theta[piece].reshape(shape), self.gradient[piece].reshape(shape)))

    def holds(self, layers, with_gradient):
        """Is every array of these layers its view? This is asked at each step, so it builds nothing."""
        views = iter(self.views)
        for layer in layers:
            params, grads = layer.params, layer.grads
            for key in params:
                P, dP = next(views, (self, self))
                if params[key] is not P or with_gradient and grads.get(key) is not dP:
                    return False
        return next(views, None) is None

    def gather(self, with_gradient):
        """Copy every array that is no view to its place in a vector, and put the view where the array was."""
        for (layer, key), (P, dP) in zip(self.places, self.views, strict=True):
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


def gathered(layers, old, with_gradient):
    """The Vectors of these layers: the old one if it still fits, so that its views stay live."""
    places = [(layer, key) for layer in layers for key in layer.params]
    arrays = [as_floats(layer.params[key], f"{layer}: {key}") for layer, key in places]
    dtype = np.result_type(*arrays) if arrays else np.float64
    fits = old is not None and old.places == places and old.theta.dtype == dtype
    vectors = old if fits else Vectors(places, dtype)
    vectors.gather(with_gradient)
    return vectors


def sharing(layers):
    """The layers in groups that share their params: mostly groups of one."""
    groups = {}
    for layer in layers:
        groups.setdefault(id(layer.params), []).append(layer)
    return list(groups.values())
