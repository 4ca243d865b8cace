"""What a forward and a backward pass cost, counted in multiply-adds of weights."""

from dataclasses import dataclass


@dataclass(frozen=True)
class OperationCount:
    """`forward` and `backward` multiply-adds; `input_gradient` is what ∂C/∂X of the network would cost on
    top.
    """

    forward: int
    backward: int
    input_gradient: int

    @property
    def ratio(self):
        """Backward in units of forward, as training runs it; with the input gradient it would be 2."""
        return self.backward / self.forward


def count_operations(net, batch):
    """Multiply-adds of one pass over `batch` examples.

    Lecture 002 counts 1 per weight and example forward, and 2 backward, for ∂C/∂W and for ∂C/∂X: "two forward
    passes". But the first layer's input is data and needs no gradient: 100-100-100-100 gives 1.67, and
    784-30-10, whose first layer has nearly all of the weights, 1.01.
    """
    weights = [W.size for layer in net.leaves() for W in layer.params.values() if W.ndim > 1]
    if not weights or batch < 1:
        raise ValueError(f"count_operations: nothing to count in {net} for a batch of {batch}")
    forward = batch * sum(weights)
    return OperationCount(forward, 2 * forward - batch * weights[0], batch * weights[0])
