"""A network is layers one after the other: forward in order, backward in reverse. And how to keep one in a
file.
"""

import json
import os
import zlib
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from .activations import ACTIVATIONS, Dropout
from .base import Layer, as_floats
from .dense import Dense


class LiveArrays(dict):
    """Arrays by name. Assigning to a name copies into the array that the layer uses, so that it takes effect."""

    def __setitem__(self, name, value):
        if np.shape(value) not in ((), self[name].shape):
            raise ValueError(f"{name} is {self[name].shape}, but the new values are {np.shape(value)}")
        self[name][...] = value


class Sequential(Layer):
    """Layers one after the other. `params` and `grads` number the layers that have parameters: W1, b1, W2,
    b2, …
    """

    def __init__(self, *layers):
        for place, layer in enumerate(layers):
            if not isinstance(layer, Layer):
                found = (
                    f"the class {layer.__name__}" if isinstance(layer, type) else f"a {type(layer).__name__}"
                )
                raise TypeError(
                    f"Sequential: item {place} is {found}, no layer; write Sequential(Dense(2, 3), ReLU())"
                )
        if not layers:
            raise ValueError("Sequential: a network needs at least one layer")
        self.layers = list(layers)

    def forward(self, X):
        X = as_floats(X, self)
        if not np.isfinite(X.max(initial=0)):  # the largest entry is nan if any is
            place = tuple(map(int, np.argwhere(~np.isfinite(X))[0]))
            raise ValueError(
                f"{self}: X holds {X[place]} at {place}, and would spoil every result; drop such rows"
            )
        for layer in self.layers:
            X = layer.forward(X)
        return X

    def backward(self, upstream):
        for layer in reversed(self.layers):
            upstream = layer.backward(upstream)
        return upstream

    @property
    def input_gradient(self):
        return self.layers[0].input_gradient

    @input_gradient.setter
    def input_gradient(self, wanted):
        self.layers[0].input_gradient = wanted

    @property
    def params(self):
        return self.numbered("params")

    @property
    def grads(self):
        return self.numbered("grads")

    def numbered(self, which):
        owners = [getattr(layer, which) for layer in self.leaves() if layer.params]
        return LiveArrays(
            {f"{key}{n}": array for n, owner in enumerate(owners, 1) for key, array in owner.items()}
        )

    def leaves(self):
        return [leaf for layer in self.layers for leaf in layer.leaves()]

    def train(self, mode=True):
        for layer in self.layers:
            layer.train(mode)
        return super().train(mode)

    def __iter__(self):
        return iter(self.layers)

    def __len__(self):
        return len(self.layers)

    def __getitem__(self, place):
        return self.layers[place]

    def __repr__(self):
        return f"{type(self).__name__}({', '.join(map(repr, self.layers))})"

    def save(self, path):
        """Write the layers and their parameters to `path` (npz without pickle). The file is complete or not
        there.
        """
        for layer in self.leaves():
            if type(layer) is not KNOWN.get(type(layer).__name__):
                raise TypeError(f"save: {layer} is no layer of the course, so load could not build it again")
        blueprint = [
            (type(layer).__name__, {s: getattr(layer, s) for s in layer.settings}) for layer in self.leaves()
        ]
        path = Path(path)
        part = path.with_name(f"{path.name}.{os.getpid()}.part")
        try:
            with open(part, "wb") as file:
                np.savez(file, layers=np.array(json.dumps(blueprint)), **self.params)
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)


class MLP(Sequential):
    """Multi-layer perceptron: Dense and activation for each of the `hidden_layer_sizes` (Lecture 003), then
    the last Dense and the output activation. Activations by name, "identity" for none, or as a class.
    """

    def __init__(
        self, n_in, hidden_layer_sizes, n_out,
        activation="relu", output="identity", init="glorot", rng=None, dtype=float,
    ):  # fmt: skip
        rng = np.random.default_rng(
            rng
        )  # one generator for all layers: a seed for each would repeat the same numbers
        sizes = [n_in, *np.atleast_1d(hidden_layer_sizes).tolist(), n_out]
        names = [activation] * (len(sizes) - 2) + [output]
        layers = []
        for fan_in, fan_out, name in zip(sizes[:-1], sizes[1:], names, strict=True):
            layers += [Dense(fan_in, fan_out, init, rng, dtype), *activation_layers(name)]
        super().__init__(*layers)


def activation_layers(name):
    if callable(name):
        return [name()]
    if name not in ACTIVATIONS and name != "identity":
        raise ValueError(f"activation {name!r} is unknown; choose one of identity, {', '.join(ACTIVATIONS)}")
    return [] if name == "identity" else [ACTIVATIONS[name]()]


KNOWN = {layer.__name__: layer for layer in (Dense, Dropout, *ACTIVATIONS.values())}


def load(path):
    """The network that `net.save(path)` wrote. ValueError if the file is something else, or damaged."""
    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as arrays:
            stored = dict(arrays)
        net = Sequential(
            *(KNOWN[name](**settings) for name, settings in json.loads(str(stored.pop("layers"))))
        )
    except FileNotFoundError:
        raise
    except (
        OSError,
        EOFError,
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        BadZipFile,
        zlib.error,
    ) as error:
        raise ValueError(f"{path} is not a network written by net.save, or only a part of one") from error
    if {name: P.shape for name, P in net.params.items()} != {name: P.shape for name, P in stored.items()}:
        raise ValueError(f"{path}: the parameters in it do not fit the layers in it")
    for number, layer in enumerate((layer for layer in net if layer.params), 1):
        layer.params = {key: stored[f"{key}{number}"] for key in layer.params}
    return net
