"""Softmax and its Jacobian: move a logit, and every probability answers, and the whole table of slopes."""

import numpy as np

from ..graph import grad, softmax
from ..show.frame import label
from ..show.svg import BLUE, box, image
from .panel import Panel


def softmax_jacobian(logits=(2.0, 1.0, -1.0), function=softmax):
    """Bars for p = softmax(z) and a heat map of ∂p_k/∂z_l, with a slider for each logit.

    logits: two to six numbers to start from. function: another function from n numbers to n numbers, made of
    the course's operations; bp.sigmoid, for one, acts on each entry alone, and its Jacobian is a diagonal.
    """
    return SoftmaxJacobian(logits, function)


def jacobian(function, z):
    """J[k, l] = ∂(function(z)_k)/∂z_l, a row for each output, by the graph's backward pass."""
    z = np.asarray(z, float)
    return np.array([grad(lambda node, k=k: function(node)[k])(z) for k in range(len(z))])


class SoftmaxJacobian(Panel):
    """What `softmax_jacobian` returns. `z`, `p` and `J` hold what is shown."""

    def __init__(self, logits, function):
        self.z, self.function = np.array(logits, float), function
        if self.z.ndim != 1 or not 2 <= len(self.z) <= 6:
            raise ValueError(
                f"logits: two to six numbers fit into the picture; this has shape {self.z.shape}"
            )

    @property
    def p(self):
        return np.asarray(self.function(self.z))

    @property
    def J(self):
        return jacobian(self.function, self.z)

    def facts(self):
        """What the picture shows, in words."""
        rows = "; ".join(f"row {k}: {_numbers(row)}" for k, row in enumerate(self.J))
        sums = _numbers(self.J.sum(axis=1))
        return (
            f"z = {_numbers(self.z)}; p = {_numbers(self.p)}; Jacobian ∂p_k/∂z_l, {rows}; "
            f"its rows add up to {sums}."
        )

    def picture(self):
        p, J, n = self.p, self.J, len(self.z)
        step, top, left = 44, 46, 236
        parts = [label(14, 20, "p = f(z)", anchor="start"), label(left, 20, "∂p_k / ∂z_l", anchor="start")]
        for k in range(n):
            y = top + step * k
            parts.append(label(14, y + 27, f"p_{k}", anchor="start"))
            parts.append(box(42, y + 8, 100 * min(max(p[k], 0), 1), 28, BLUE, "none"))
            parts.append(label(48 + 100 * min(max(p[k], 0), 1), y + 27, _number(p[k]), anchor="start"))
            parts.append(label(left + 62 * k + 31, top - 6, f"z_{k}"))
            for l in range(n):
                parts.append(box(left + 62 * l, y, 62, step, _shade(J[k, l]), "white"))
                ink = "white" if abs(J[k, l]) > 0.16 else "black"
                parts.append(label(left + 62 * l + 31, y + 27, _number(J[k, l]), ink))
            parts.append(label(left + 62 * n + 12, y + 27, f"sum {_number(J[k].sum())}", anchor="start"))
        return image(parts, left + 62 * n + 100, top + step * n + 12, self.facts())

    def static(self):
        return {"text/html": self.picture(), "text/plain": self.facts()}

    def controls(self):
        import ipywidgets as widgets

        view = widgets.HTML(self.picture())

        def slider(l):
            control = widgets.FloatSlider(
                self.z[l],
                min=-5,
                max=5,
                step=0.1,
                description=f"z_{l}",
                readout_format=".1f",
                tooltip=f"logit z_{l}",
            )

            def moved(change):
                self.z[l] = change.new
                view.value = self.picture()

            control.observe(moved, "value")
            return control

        return widgets.VBox([view, *map(slider, range(len(self.z)))])


def _shade(slope):
    """Blue for a positive slope, orange for a negative one, deeper for a larger; the sign is written on it
    too.
    """
    share = min(abs(slope) / 0.25, 1.0)
    r, g, b = (31, 95, 153) if slope > 0 else (166, 76, 12)
    return f"rgb({255 - share * (255 - r):.0f},{255 - share * (255 - g):.0f},{255 - share * (255 - b):.0f})"


def _number(x):
    return f"{x:.4f}".replace("-0.0000", "0.0000").replace("-", "−")


def _numbers(xs):
    return ", ".join(map(_number, xs))
