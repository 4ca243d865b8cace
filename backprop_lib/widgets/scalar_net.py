"""Lecture 003's network, a node at a time: choose a node and see where its gradient comes from, the sum over
out(i).
"""

from ..graph.names import number
from ..layers import ScalarNetwork
from ..show.network import LOSS, scalar_layout, scalar_network
from .panel import Panel, slider, switch

SIX_NODES = {
    (1, 2): 2.0, (1, 3): 1.0, (2, 4): 1.0, (2, 5): -1.0, (3, 4): 1.0, (3, 5): 4.0, (4, 6): 3.0, (5, 6): 2.0,
}  # fmt: skip


def scalar_net(net=None, values=(1.0,), target=11.0, node=None):
    """Click a node, move the inputs and the target; the picture shows what the chosen node adds up.

    net: a bp.ScalarNetwork, without it the six nodes of Lecture 003. values: its inputs, in order. Raises
    ValueError for a node that the network does not have.
    """
    net = net or ScalarNetwork(SIX_NODES)
    return NodeByNode(net, [float(v) for v in values], float(target), net.nodes[0] if node is None else node)


class NodeByNode(Panel):
    """What `scalar_net` returns."""

    script = "scalarnet"

    def __init__(self, net, values, target, node):
        if node not in net.nodes:
            raise ValueError(f"there is no node {node}; the nodes are: {', '.join(map(str, net.nodes))}")
        self.net, self.values, self.target, self.node = net, values, target, node
        self.ranges = [_around(start) for start in (*values, target)]
        self.run()

    def run(self):
        """Both passes at the present inputs and target."""
        self.net.forward(self.values)
        self.net.backward(self.target)

    def lines(self, node=None):
        """The arithmetic at a node, or the chosen one: ∂E/∂y from out(i), ∂E/∂x, and ∂E/∂w of the edges that
        arrive.
        """
        net, i = self.net, self.node if node is None else node
        if i == net.output:
            y, target = number(net.y[i]), number(self.target)
            yield f"∂E/∂y{i} = {number(net.dE_dy[i])}, from the loss: y{i} = {y}, target {target}"
        else:
            out = net.out[i]
            formula = " + ".join(f"w{i}{j} · ∂E/∂x{j}" for j in out)
            numbers = " + ".join(f"({number(net.w[i, j])}) · ({number(net.dE_dx[j])})" for j in out)
            members = ", ".join(map(str, out))
            yield f"out({i}) = {{{members}}}:  ∂E/∂y{i} = {formula} = {numbers} = {number(net.dE_dy[i])}"
        if i in net.inputs:
            return
        if net.loss == "log" and i == net.output:
            yield f"∂E/∂x{i} = y{i} − target = {number(net.dE_dx[i])}"
        else:
            slope = number(net.slope(i))
            product = f"{slope} · ({number(net.dE_dy[i])})"
            yield f"∂E/∂x{i} = f'(x{i}) · ∂E/∂y{i} = {product} = {number(net.dE_dx[i])}"
        for j in net.into[i]:
            product = f"({number(net.y[j])}) · ({number(net.dE_dx[i])})"
            yield f"∂E/∂w{j}{i} = y{j} · ∂E/∂x{i} = {product} = {number(net.dE_dw[j, i])}"

    def picture(self):
        alt = f"Node {self.node} is chosen. " + " ".join(self.lines())
        return scalar_network(self.net, alt, self.node).html

    def words(self):
        every = [line for node in reversed(self.net.nodes) for line in self.lines(node)]
        return "\n".join(every)

    def data(self):
        net = self.net
        if not all(isinstance(node, (int, str)) for node in net.nodes):
            return None
        drawing, width, height = scalar_layout(net)
        labels = [drawing.labels.get(edge) for edge in net.w]
        return {
            "nodes": net.nodes,
            "inputs": net.inputs,
            "edges": [{"from": i, "to": j, "w": float(w)} for (i, j), w in net.w.items()],
            "b": net.b,
            "f": net.f,
            "loss": net.loss,
            "place": {node: drawing.place[node] for node in net.nodes},
            "lossPlace": drawing.place[LOSS],
            "labels": labels,
            "radius": drawing.radius,
            "width": width,
            "height": height,
            "state": {"values": self.values, "target": self.target, "node": self.node},
        }

    def write(self, control, value):
        super().write(control, value)
        self.run()

    def parts(self):
        nodes = {j: f"show node {j}" for j in self.net.nodes}
        inputs = [
            slider("values", f"y{j}", f"value of input node {j}", *around, index=k)
            for k, (j, around) in enumerate(zip(self.net.inputs, self.ranges))
        ]
        target = slider("target", "target", "what the output should have been", *self.ranges[-1])
        return [switch("node", "node", nodes), *inputs, target, self.view]


def _around(value):
    reach = max(5.0, 2 * abs(value))
    return -reach, reach
