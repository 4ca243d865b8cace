"""The shape calculator: which products of these matrices are legal, and which of the legal ones is the
gradient?

For a layer with different sizes the shapes leave one candidate. For a square layer they leave several, and
only one has the right numbers: that is why shapes are a guide and a gradient check is the judge.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np

from ..show import svg as drawing
from ..show.svg import BLUE, GREEN, GREY, INK, RED
from .panel import Panel


def shapes(wanted=None, n_out=2, n_in=4, **matrices):
    """Choose two matrices, transposed or not, and a product; see what fits, and what has the right numbers
    too.

    Without matrices: a layer z = W a + b with sliders for its sizes; δ is the gradient at z; wanted are dW
    and da. With your own: ``bp.shapes(wanted={"dW": dW}, δ=delta, a=a, W=W)``, where `wanted` holds gradients
    that you trust. Raises ValueError for what is not a matrix, or if nothing is wanted of your own matrices.
    """
    return ShapeCalculator(wanted, n_out, n_in, matrices)


@dataclass(frozen=True)
class Product:
    """left ∘ right or left @ right: operands by name, the shape of the result (None: not legal), and how it
    fits.
    """

    left: str
    right: str
    shape: tuple | None
    stretched: bool = False
    fits: bool = False
    right_numbers: bool = False


def layer(n_out, n_in):
    """({name: matrix}, {name: gradient}) of a layer z = W a + b at random numbers; δ is the gradient at z."""
    rng = np.random.default_rng(7)
    W, delta, a = (rng.normal(size=size) for size in ((n_out, n_in), (n_out, 1), (n_in, 1)))
    dW = np.array([[delta[i, 0] * a[j, 0] for j in range(n_in)] for i in range(n_out)])
    da = np.array([[sum(W[i, j] * delta[i, 0] for i in range(n_out))] for j in range(n_in)])
    return {"W": W, "δ": delta, "a": a}, {"dW": dW, "da": da}


def multiply(left, sign, right, target):
    """The Product of two (name, matrix) pairs, compared with `target`; sign is "@", or "∘" for entry by
    entry.
    """
    (name, A), (other, B) = left, right
    try:
        result = A @ B if sign == "@" else A * B
    except ValueError:
        return Product(name, other, None)
    fits = result.shape == target.shape
    stretched = sign == "∘" and A.shape != B.shape
    return Product(name, other, result.shape, stretched, fits, fits and bool(np.allclose(result, target)))


class ShapeCalculator(Panel):
    """What `shapes` returns."""

    def __init__(self, wanted, n_out, n_in, matrices):
        if matrices and not wanted:
            raise ValueError("say what is wanted of your matrices: bp.shapes(wanted={'dW': dW}, …)")
        for name, M in (matrices | dict(wanted or {})).items():
            if np.ndim(M) != 2:
                column = f"write {name}[:, None] for a column"
                hint = column if np.ndim(M) == 1 else "it needs rows and columns"
                raise ValueError(f"{name} has shape {np.shape(M)}; the calculator takes matrices: {hint}")
        self.given, self.sizes = matrices, {"n_out": n_out, "n_in": n_in}
        self.matrices, self.wanted = (matrices, wanted) if matrices else layer(n_out, n_in)
        self.want, self.sign = next(iter(self.wanted)), "@"
        self.left, self.right = list(self.matrices)[:2] if len(self.matrices) > 1 else list(self.operands())

    def operands(self):
        """{name: matrix}: each matrix and its transpose."""
        found = {}
        for name, M in self.matrices.items():
            found |= {name: np.asarray(M), f"{name}ᵀ": np.asarray(M).T}
        return found

    def products(self):
        """All pairs of operands, as Products, by (left, right)."""
        target = np.asarray(self.wanted[self.want])
        pairs = product(self.operands().items(), repeat=2)
        return {(a[0], b[0]): multiply(a, self.sign, b, target) for a, b in pairs}

    def verdict(self):
        """The chosen product in a sentence or two."""
        chosen, operands = self.products()[self.left, self.right], self.operands()
        p, q = operands[self.left].shape, operands[self.right].shape
        start = f"{self.left} {self.sign} {self.right}: {p} {self.sign} {q}"
        if chosen.shape is None:
            why = f"inner sizes {p[1]} and {q[0]} differ" if self.sign == "@" else "the shapes differ"
            return f"{start}: {why}. Not legal."
        how = "stretched by numpy, although the shapes differ, to" if chosen.stretched else "legal, and gives"
        if not chosen.fits:
            return f"{start}: {how} {chosen.shape}. {self.want} needs {np.shape(self.wanted[self.want])}."
        numbers = "and its numbers are right" if chosen.right_numbers else "but its NUMBERS ARE WRONG"
        return f"{start}: {how} {chosen.shape}, the shape of {self.want}, {numbers}."

    def summary(self):
        """How many products are legal, how many fit, and which of these are right."""
        every = self.products().values()
        fitting = [one for one in every if one.fits]
        right = [f"{one.left} {self.sign} {one.right}" for one in fitting if one.right_numbers]
        wrong = [f"{one.left} {self.sign} {one.right}" for one in fitting if not one.right_numbers]
        legal = sum(one.shape is not None for one in every)
        return (
            f"{self.want} has shape {np.shape(self.wanted[self.want])}. Of {len(every)} products with "
            f"{self.sign}, {legal} can be computed, {len(fitting)} of them in that shape. "
            f"Right numbers: {', '.join(right) or 'none'}. Wrong numbers: {', '.join(wrong) or 'none'}."
        )

    def picture(self):
        """The table of all products, and the chosen one drawn to scale below it."""
        operands, head, wide, high = self.operands(), 92, 84, 25
        place = {name: i for i, name in enumerate(operands)}
        table_height = high * (len(operands) + 1)
        parts = [drawing.text(head / 2, 17, f"left {self.sign} right", GREY)]
        for name, i in place.items():
            label = f"{name} {operands[name].shape}"
            parts.append(drawing.text(head + wide * (i + 0.5), 17, label, weight="bold"))
            parts.append(drawing.text(head - 8, high * (i + 1) + 17, label, anchor="end", weight="bold"))
        chosen = (self.left, self.right)
        for pair, one in self.products().items():
            x, y = head + wide * place[pair[1]], high * (place[pair[0]] + 1)
            fill, words, ink = "white", "–", GREY
            if one.shape:
                mark = (" ✓" if one.right_numbers else " ✗") if one.fits else ""
                words, ink = f"{one.shape}{mark}" if not one.stretched else f"({one.shape}{mark})", INK
                if one.fits:
                    fill, ink = ("#dafbe1", GREEN) if one.right_numbers else ("#ffebe9", RED)
            parts.append(drawing.box(x, y, wide, high, fill))
            parts.append(
                drawing.text(x + wide / 2, y + 17, words, ink, weight="bold" if one.fits else "normal")
            )
        x, y = head + wide * place[chosen[1]], high * (place[chosen[0]] + 1)
        parts.append(
            f'<rect x="{x}" y="{y}" width="{wide}" height="{high}" fill="none" stroke="{BLUE}" stroke-width="3"/>'
        )
        parts += self._drawn(operands, table_height + 34)
        width = max(head + wide * len(operands) + 6, 420)
        return drawing.image(parts, width, table_height + 165, f"{self.summary()} Chosen: {self.verdict()}")

    def _drawn(self, operands, top):
        """The chosen operands and their result as grids of cells, inner sizes in colour."""
        chosen, x, parts = self.products()[self.left, self.right], 100, []
        p, q = operands[self.left].shape, operands[self.right].shape
        inner = GREEN if (p[1] == q[0] if self.sign == "@" else p == q) else RED
        result = (chosen.shape or ("?", "?"), "" if chosen.shape else "no result")
        for (rows, columns), name, colours, after in (
            (p, self.left, (INK, inner) if self.sign == "@" else (inner, inner), self.sign),
            (q, self.right, (inner, INK) if self.sign == "@" else (inner, inner), "="),
            (*result, (INK, INK), None),
        ):
            width = 60
            if rows != "?":
                cell = min(14, 84 / max(rows, columns))
                width, height = cell * columns, cell * rows
                parts += [
                    drawing.box(x + cell * j, top + cell * i, cell, cell, "#f6f8fa")
                    for i, j in product(range(rows), range(columns))
                ]
                parts.append(
                    drawing.text(x - 6, top + height / 2 + 5, rows, colours[0], "end", weight="bold")
                )
                parts.append(drawing.text(x + width / 2, top - 6, columns, colours[1], weight="bold"))
                parts.append(drawing.text(x + width / 2, top + height + 17, name))
            else:
                parts.append(drawing.text(x + 30, top + 24, name, RED))
            if after:
                parts.append(drawing.text(x + width + 26, top + 24, after, inner, size=20))
            x += width + 72
        return parts

    def view(self):
        return f"{self.picture()}<p>{self.verdict()}</p><p>{self.summary()}</p>"

    def static(self):
        return {"text/html": self.picture(), "text/plain": f"{self.summary()}\n{self.verdict()}"}

    def controls(self):
        import ipywidgets as widgets

        view, names = widgets.HTML(self.view()), list(self.operands())

        def control(kind, name, tooltip, apply, **settings):
            one = kind(description=name, tooltip=tooltip, **settings)

            def moved(change):
                apply(change.new)
                view.value = self.view()

            one.observe(moved, "value")
            return one

        def choice(name, tooltip, field, options):
            settings = {
                "options": options,
                "value": getattr(self, field),
                "layout": widgets.Layout(width="11em"),
            }
            return control(widgets.Dropdown, name, tooltip, lambda new: setattr(self, field, new), **settings)

        sizes = [
            control(
                widgets.IntSlider, name, tooltip, lambda new, name=name: self.resize(**{name: new}),
                value=self.sizes[name], min=1, max=6,
            )
            for name, tooltip in (("n_out", "units, rows of W"), ("n_in", "inputs, columns of W"))
        ]  # fmt: skip
        choices = [
            choice("wanted", "the gradient that is looked for", "want", list(self.wanted)),
            choice("left", "left operand of the product", "left", names),
            choice("product", "@ is the matrix product, ∘ goes entry by entry", "sign", ["@", "∘"]),
            choice("right", "right operand of the product", "right", names),
        ]
        return widgets.VBox([*([] if self.given else sizes), widgets.HBox(choices), view])
