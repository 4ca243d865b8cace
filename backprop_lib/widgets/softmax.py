"""Softmax and its Jacobian: move a logit, and every probability answers, and the whole table of slopes."""

import numpy as np

from ..graph import grad, softmax
from ..show.notation import fixed
from ..show.svg import box, image, text
from ..show.theme import GRADIENT, PAPER, VALUE, tint
from .panel import Panel, slider
from .traced import program_of, spread

STEEP = 0.25  # a slope of this size, the largest of a sigmoid, is drawn in the deepest red


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

    script = "softmax"

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

    def lines(self):
        """What the picture does not say: the largest slope, and what the rows have in common."""
        J = self.J
        sizes = np.abs(J)
        first = (sizes > sizes.max() - 1e-9).argmax()  # of several that differ by rounding
        k, l = np.unravel_index(first, J.shape)
        sums = J.sum(axis=1)
        together = "Each row adds up to 0." if np.abs(sums).max() < 5e-5 else "The rows do not add up to 0."
        return [f"The largest slope is ∂p_{k}/∂z_{l} = {fixed(J[k, l])}. {together}"]

    def picture(self):
        p, J, n = self.p, self.J, len(self.z)
        step, wide, top, left = 44, 76, 46, 236
        parts = [text(14, 20, "p = f(z)", anchor="start"), text(left, 20, "∂p_k / ∂z_l", anchor="start")]
        for k in range(n):
            y = top + step * k
            long = 100 * min(max(p[k], 0), 1)
            parts.append(text(14, y + 27, f"p_{k}", anchor="start"))
            parts.append(box(42, y + 8, long, 28, VALUE, "none"))
            parts.append(text(48 + long, y + 27, fixed(p[k]), VALUE, "start"))
            parts.append(text(left + wide * (k + 0.5), top - 6, f"z_{k}"))
            for l in range(n):
                share = min(abs(J[k, l]) / STEEP, 1) / 2
                parts.append(box(left + wide * l, y, wide, step, tint(GRADIENT, share), PAPER))
                parts.append(text(left + wide * (l + 0.5), y + 27, fixed(J[k, l]), halo=False))
            parts.append(text(left + wide * n + 12, y + 27, f"sum {fixed(J[k].sum())}", GRADIENT, "start"))
        return image(parts, left + wide * n + 104, top + step * n + 12, self.facts())

    def data(self):
        data = {"state": {"z": self.z.tolist()}}
        if self.function is not softmax:
            data["program"] = self._entry_by_entry()
            if data["program"] is None:
                return None
        return data

    def _entry_by_entry(self):
        """The program of the function of one number that acts on each entry alone; None if there is none."""
        points = spread([(-5, 5)])
        program = program_of(self.function, points)
        z = np.array([x for (x,) in points[: len(self.z)]])
        if program is None or not np.allclose(self.function(z), [self.function(x) for x in z]):
            return None
        return program

    def words(self):
        return self.facts()

    def parts(self):
        logits = [slider("z", f"z_{l}", f"logit z_{l}", -5, 5, index=l) for l in range(len(self.z))]
        return [self.view, *logits]


def _numbers(xs):
    return ", ".join(map(fixed, xs))
