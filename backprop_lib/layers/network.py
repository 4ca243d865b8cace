"""A network is layers one after the other: forward in order, backward in reverse."""

import math

import numpy as np

from .activations import activation_layers
from .base import Layer, as_floats
from .dense import Dense
from .twins import separate
from .vector import LiveArrays, sharing


class Sequential(Layer):
    """Layers one after the other. `params` and `grads` number those that have parameters: W1, b1, W2, b2, …

    Parameters live in the `params` of each layer, as views of one vector θ (see `vector`). A layer may stand
    in several places: its parameters are numbered once, and their gradient is the sum over the places. In all
    places but the first, the network puts a `twin`: the same parameters, and a memory of its own for what
    passes there.
    """

    def __init__(self, *layers):
        if not layers:
            raise ValueError("Sequential: a network needs at least one layer")
        self.vectors, self.slots = None, {}
        self.layers, self.nested, self.twins, self.arranged = list(layers), [], [], None
        self.gather()

    def forward(self, X):
        self.arrange()
        X = as_floats(X, self)
        # The product finds nan and inf quickly; where only the product is too large, a second look says so.
        if not math.isfinite(np.vdot(X, X)) and not np.isfinite(X).all():
            place = tuple(map(int, np.argwhere(~np.isfinite(X))[0]))
            raise ValueError(f"{self}: X holds {X[place]} at {place} and would spoil every result; drop it")
        for layer in self.layers:
            X = layer.forward(X)
        return X

    def backward(self, upstream):
        for layer in reversed(self.layers):
            upstream = layer.backward(upstream)
        for layer, twin in self.twins:
            for key in layer.params:  # used in two places: the gradients add up, as at every fan-out
                layer.grads[key] = layer.grads[key] + twin.grads[key]
        return upstream

    def arrange(self):
        """Replace layers that stand in two places by twins: once, and again when the list of layers has
        changed.
        """
        for layer, twin in self.twins:
            if twin.params is not layer.params:
                raise ValueError(f"{layer} stands in two places: change its params one by one, by their keys")
        if self.arranged == (self.layers, [layer.owners() for layer in self.nested]):
            return
        separate(self.layers, set())
        groups = sharing(owner for layer in self.layers for owner in layer.owners())
        self.firsts = [group[0] for group in groups]
        self.twins = [(group[0], twin) for group in groups for twin in group[1:]]
        self.nested = [layer for layer in self.layers if isinstance(layer, Sequential)]
        self.arranged = list(self.layers), [layer.owners() for layer in self.nested]

    def owners(self):
        self.arrange()
        return self.firsts

    def leaves(self):
        return [leaf for layer in self.layers for leaf in layer.leaves()]

    @property
    def params(self):
        self.gather()
        return self.numbered("params")

    @params.setter
    def params(self, arrays):
        self.params.update(arrays)

    @property
    def grads(self):
        return self.numbered("grads")

    def numbered(self, which):
        arrays = {}
        for n, layer in enumerate((owner for owner in self.owners() if owner.params), 1):
            for key in layer.params:
                arrays[f"{key}{n}"] = getattr(layer, which).get(key)
        return LiveArrays(arrays)

    @property
    def input_gradient(self):
        return self.layers[0].input_gradient

    @input_gradient.setter
    def input_gradient(self, wanted):
        self.layers[0].input_gradient = wanted

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
        """Write the layers and their parameters to `path` (npz without pickle), for `bp.load(path)`."""
        from .storage import write  # which builds networks itself

        write(path, self.leaves(), self.params)


class MLP(Sequential):
    """Multi-layer perceptron: Dense and activation for each of the `hidden_layer_sizes` (Lecture 003), then
    the last Dense and the output activation. Activations by name, "identity" for none, or as a class.
    """

    def __init__(
        self, n_in, hidden_layer_sizes, n_out,
        activation="relu", output="identity", init="glorot", rng=None, dtype=float,
    ):  # fmt: skip
        rng = np.random.default_rng(rng)  # one for all layers: a seed for each would repeat the same numbers
        sizes = [n_in, *np.atleast_1d(hidden_layer_sizes).tolist(), n_out]
        names = [activation] * (len(sizes) - 2) + [output]
        layers = []
        for fan_in, fan_out, name in zip(sizes[:-1], sizes[1:], names, strict=True):
            layers += [Dense(fan_in, fan_out, init, rng, dtype), *activation_layers(name)]
        super().__init__(*layers)
