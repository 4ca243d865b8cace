"""A network is layers one after the other: forward in order, backward in reverse order. And how to keep one in a file."""

import json
import os
import zipfile
import zlib
from pathlib import Path

import numpy as np

from .activations import ACTIVATIONS, Dropout
from .base import Layer, as_floats
from .dense import Dense


class LiveArrays(dict):
    """Arrays by name. Assigning to a name copies into the array that the layer uses, so that it takes effect."""

    def __setitem__(self, name, value):
        self[name][...] = value


class Sequential(Layer):
    """Layers one after the other. `params` and `grads` number the layers that have parameters: W1, b1, W2, b2, …"""

    def __init__(self, *layers):
        for place, layer in enumerate(layers):
            if not isinstance(layer, Layer):
                raise TypeError(f"Sequential: item {place} is a {type(layer).__name__}, not a layer; write Sequential(Dense(2, 3), ReLU(), …)")
        self.layers = list(layers)

    def forward(self, X):
        X = as_floats(X, self)
        if not np.isfinite(X.max(initial=0)):  # the largest is nan if any is; testing each would cost three times as much
            place = tuple(map(int, np.argwhere(~np.isfinite(X))[0]))
            raise ValueError(f"{self}: X holds {X[place]} at {place}, so what comes out means nothing; drop or fill such rows")
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
        return LiveArrays(self.numbered("params"))

    @property
    def grads(self):
        return LiveArrays(self.numbered("grads"))

    def numbered(self, which):
        with_parameters = (layer for layer in self.leaves() if layer.params)
        return {f"{key}{n}": array for n, layer in enumerate(with_parameters, 1) for key, array in getattr(layer, which).items()}

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
        """Write the layers and their parameters to `path` (npz without pickle). The file is complete or not there."""
        for layer in self.leaves():
            if type(layer) is not KNOWN.get(type(layer).__name__):
                raise TypeError(f"save: {layer} is no layer of the course, so load could not build it; save net.params yourself with np.savez")
        blueprint = [[type(layer).__name__, {name: getattr(layer, name) for name in layer.settings}] for layer in self.leaves()]
        path = Path(path)
        part = path.with_name(f"{path.name}.{os.getpid()}.part")
        try:
            with open(part, "wb") as file:
                np.savez(file, layers=np.array(json.dumps(blueprint)), **self.params)
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)


class MLP(Sequential):
    """Multi-layer perceptron: Dense and activation for each hidden layer (Lecture 003's `hidden_layer_sizes`), then a last
    Dense, and the output activation unless it is "identity". Activations by name or as a class."""

    def __init__(self, n_in, hidden_layer_sizes, n_out, activation="relu", output="identity", init="glorot", rng=None, dtype=np.float64):
        rng = np.random.default_rng(rng)
        hidden = [hidden_layer_sizes] if np.ndim(hidden_layer_sizes) == 0 else list(hidden_layer_sizes)
        layers = []
        for n_in, n_out, name in zip([n_in, *hidden], [*hidden, n_out], [activation] * len(hidden) + [output], strict=True):
            layers += [Dense(n_in, n_out, init, rng, dtype), *activation_layers(name)]
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
        net = Sequential(*(KNOWN[name](**settings) for name, settings in json.loads(str(stored.pop("layers")))))
        params = net.params
        if {name: P.shape for name, P in params.items()} != {name: P.shape for name, P in stored.items()}:
            raise ValueError("its parameters do not fit its layers")
    except FileNotFoundError:
        raise
    except (OSError, EOFError, ValueError, TypeError, KeyError, AttributeError, zipfile.BadZipFile, zlib.error) as error:
        raise ValueError(f"{path} is not a network written by net.save, or only a part of one ({error})") from error
    for number, layer in enumerate((layer for layer in net if layer.params), 1):
        layer.params = {key: stored[f"{key}{number}"] for key in layer.params}
    return net
