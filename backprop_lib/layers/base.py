"""What every layer has: `forward`, `backward`, parameters with their gradients, and a memory between the two
passes.
"""

import numpy as np


def as_floats(values, who):
    """The values as an array of floats: float32 stays float32, integers become float64, anything else is
    refused.
    """
    array = np.asarray(values)
    if array.dtype.kind == "f":
        return array
    if array.dtype.kind in "iub":
        return array.astype(np.float64)
    raise TypeError(
        f"{who} takes an array of numbers; this one holds {array.dtype} entries ({type(values).__name__})"
    )


class Layer:
    """One step of the forward pass together with its step of the backward pass.

    `forward(X)` takes one example per row and remembers what `backward` will need. `backward(upstream)` takes
    the gradient with respect to the output, returns the gradient with respect to the input, and on the way
    fills `grads`, which has the keys of `params`. After `input_gradient = False` it may return None: the
    first layer's input is data, and nobody needs its gradient in training.
    """

    settings = ()  # the constructor's arguments by name, for repr and for saving
    training = True
    input_gradient = True
    X = Z = A = None  # what forward remembers: input, pre-activation, activation

    def __init__(self):
        self.params, self.grads = {}, {}

    def forward(self, X):
        raise NotImplementedError(f"{self} has no forward(X) yet")

    def backward(self, upstream):
        raise NotImplementedError(f"{self} has no backward(upstream) yet")

    def leaves(self):
        """The layers inside this one that do the work, first to last."""
        return [self]

    def train(self, mode=True):
        """Training mode: dropout drops."""
        self.training = mode
        return self

    def eval(self):
        """Prediction mode: dropout lets everything pass."""
        return self.train(False)

    def checked(self, upstream, output):
        """The upstream gradient, if it has the shape of what forward returned."""
        if output is None:
            raise ValueError(
                f"{self}: backward before forward; call forward(X) first, it stores what backward needs"
            )
        upstream = np.asarray(upstream, output.dtype)
        if upstream.shape != output.shape:
            raise ValueError(
                f"{self}: the upstream gradient is {upstream.shape}, but forward returned {output.shape}; "
                "the gradient with respect to an array has the shape of that array"
            )
        return upstream

    def __repr__(self):
        return f"{type(self).__name__}({', '.join(str(getattr(self, name)) for name in self.settings)})"
