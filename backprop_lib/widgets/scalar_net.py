"""Lecture 003's network, a node at a time: choose a node and see where its gradient comes from, the sum over
out(i).
"""

from ..graph.names import number
from ..layers import ScalarNetwork
from ..show import svg as drawing
from ..show.svg import BLUE, GREEN, GREY, INK, RED
from .panel import Panel

SIX_NODES = {
    (1, 2): 2.0, (1, 3): 1.0, (2, 4): 1.0, (2, 5): -1.0, (3, 4): 1.0, (3, 5): 4.0, (4, 6): 3.0, (5, 6): 2.0,
}  # fmt: skip

HEIGHT = 330  # px


def scalar_net(net=None, values=(1.0,), target=11.0, node=None):
    """A choice of nodes, a slider for each input and for the target; the picture shows what the chosen node
    adds up.

    net: a bp.ScalarNetwork, without it the six nodes of Lecture 003. values: its inputs, in order. Raises
    ValueError for a node that the network does not have.
    """
    net = net or ScalarNetwork(SIX_NODES)
    return NodeByNode(net, [float(v) for v in values], float(target), net.nodes[0] if node is None else node)


class NodeByNode(Panel):
    """What `scalar_net` returns."""

    def __init__(self, net, values, target, node):
        if node not in net.nodes:
            raise ValueError(f"there is no node {node}; the nodes are: {', '.join(map(str, net.nodes))}")
        self.net, self.values, self.target, self.node = net, values, target, node
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

    def places(self):
        """{node: (x, y)}, a column for each number of edges from the inputs, and the place of E."""
        net, depth = self.net, {}
        for j in net.nodes:
            depth[j] = 1 + max((depth[i] for i in net.into[j]), default=-1)
        gap, deepest = 510 / (max(depth.values()) + 1), max(depth.values())
        columns = [[j for j in net.nodes if depth[j] == d] for d in range(deepest + 1)]
        place = {}
        for d, column in enumerate(columns):
            place |= {
                j: (50 + gap * d, 20 + HEIGHT * (row + 0.5) / len(column)) for row, j in enumerate(column)
            }
        return place | {"E": (50 + gap * (deepest + 1), 20 + HEIGHT / 2)}

    def picture(self):
        net, place = self.net, self.places()
        out = net.out[self.node] or ["E"]
        parts = []
        edges = [*net.w, (net.output, "E")]
        for i, j in edges:
            mine = i == self.node
            parts.append(drawing.line(*place[i], *place[j], RED if mine else "#aab2bd", 3.5 if mine else 1.2))
        for i, j in net.w:
            (x1, y1), (x2, y2) = place[i], place[j]
            part = 0.33 if (y1 - place["E"][1]) * (y2 - place["E"][1]) < 0 else 0.5  # not where edges cross
            x, y = x1 + part * (x2 - x1), y1 + part * (y2 - y1)
            weight = "bold" if i == self.node else "normal"
            parts.append(
                drawing.text(x, y - 3, f"w{i}{j} = {number(net.w[i, j])}", INK, size=12, weight=weight)
            )
            parts.append(drawing.text(x, y + 11, f"{number(net.dE_dw[i, j])}", RED, size=12, weight=weight))
        for j, (x, y) in place.items():
            chosen, wanted = j == self.node, j in out
            parts.append(
                drawing.circle(
                    x, y, 16, "#fff3c4" if chosen else "white", RED if wanted else INK, 3 if wanted else 1.4
                )
            )
            parts.append(drawing.text(x, y + 4, j, weight="bold"))
            if j == "E":
                parts.append(drawing.text(x, y - 24, f"E = {number(net.E)}", GREEN))
                continue
            words = (
                ("x", net.x, GREY),
                ("y", net.y, GREEN),
                ("∂E/∂y", net.dE_dy, RED),
                ("∂E/∂x", net.dE_dx, BLUE),
            )
            side = (y < place["E"][1] - 1) - (
                y > place["E"][1] + 1
            )  # above upper nodes, below lower ones, both in the middle
            for row, (name, numbers, ink) in enumerate(words):
                down = {1: -64 + 14 * row, -1: 30 + 14 * row, 0: (-36, -22, 30, 44)[row]}[side]
                parts.append(drawing.text(x, y + down, f"{name} = {number(numbers[j])}", ink, size=12))
        return drawing.image(
            parts, 620, HEIGHT + 40, f"Node {self.node} is chosen. " + " ".join(self.lines())
        )

    def view(self):
        style = "line-height:1.3;margin:2px 0;font-family:monospace"
        return self.picture() + "".join(f"<p style='{style}'>{line}</p>" for line in self.lines())

    def static(self):
        every = [line for node in reversed(self.net.nodes) for line in self.lines(node)]
        return {"text/html": self.picture(), "text/plain": "\n".join(every)}

    def controls(self):
        import ipywidgets as widgets

        view = widgets.HTML(self.view())
        tooltips = [f"show node {j}" for j in self.net.nodes]
        choice = widgets.ToggleButtons(
            options=self.net.nodes, value=self.node, description="node", tooltips=tooltips
        )
        choice.style.button_width = "3em"

        def slider(name, value, tooltip):
            reach = max(5.0, 2 * abs(value))
            return widgets.FloatSlider(
                value=value, min=-reach, max=reach, step=0.25, description=name, tooltip=tooltip
            )

        inputs = [
            slider(f"y{i}", v, f"value of input node {i}") for i, v in zip(self.net.inputs, self.values)
        ]
        target = slider("target", self.target, "what the output should have been")

        def moved(_):
            self.node, self.target, self.values = choice.value, target.value, [one.value for one in inputs]
            self.run()
            view.value = self.view()

        for control in (choice, *inputs, target):
            control.observe(moved, "value")
        return widgets.VBox([choice, *inputs, target, view])
