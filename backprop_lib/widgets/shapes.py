"""The shape calculator: which products of these matrices are legal, and which of the legal ones is the
gradient?

For a layer with different sizes the shapes leave one candidate. For a square layer they leave several, and
only one has the right numbers: that is why shapes are a guide and a gradient check is the judge.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np

from ..show.svg import box, image, text
from ..show.theme import CHOSEN, FIELD, GREY, INK, PAPER, WARNING, tint
from .panel import Panel, menu, slider

HEAD, WIDE, HIGH = 92, 84, 25  # px: of the names at the left, and of a cell of the table
CELL, ROOM = 11, 66  # px: of an entry of a matrix that is drawn, and of the largest matrix
MOST_ENTRIES = 1000  # of all matrices, that are sent to a page


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

    script = "shapes"

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
        operands = self.operands()
        across = {name: HEAD + WIDE * i for i, name in enumerate(operands)}
        down = {name: HIGH * (i + 1) for i, name in enumerate(operands)}
        parts = [text(HEAD / 2, 17, f"left {self.sign} right", GREY)]
        for name, X in operands.items():
            label = f"{name} {X.shape}"
            parts.append(text(across[name] + WIDE / 2, 17, label, weight="bold"))
            parts.append(text(HEAD - 8, down[name] + 17, label, anchor="end", weight="bold"))
        for one in self.products().values():
            x, y = across[one.right], down[one.left]
            words, ink, fill = _cell(one)
            parts.append(box(x, y, WIDE, HIGH, fill))
            weight = "bold" if one.fits else "normal"
            parts.append(text(x + WIDE / 2, y + 17, words, ink, weight=weight, halo=False))
        parts.append(box(across[self.right], down[self.left], WIDE, HIGH, "none", CHOSEN, 3))
        height = HIGH * (len(operands) + 1)
        parts += self._drawn(operands, height + 34)
        width = max(HEAD + WIDE * len(operands) + 6, 420)
        alt = f"{self.summary()} Chosen: {self.verdict()}"
        return image(parts, width, height + 58 + self._tallest(), alt)

    def _tallest(self):
        """px: of the highest matrix that may be drawn, so that the picture keeps its height."""
        if not self.given:
            return ROOM
        return max(_cell_size(X.shape) * X.shape[0] for X in self.operands().values())

    def _drawn(self, operands, top):
        """The chosen operands and their result as grids of cells; what has to agree is bold, or amber if it
        does not.
        """
        chosen = self.products()[self.left, self.right]
        p, q = operands[self.left].shape, operands[self.right].shape
        agree = p[1] == q[0] if self.sign == "@" else p == q
        inner = INK if agree else WARNING
        outer = GREY if self.sign == "@" else inner
        x = 100
        parts = []
        for shape, name, colours, sign in (
            (p, self.left, (outer, inner), self.sign),
            (q, self.right, (inner, outer), "="),
            (chosen.shape, "", (GREY, GREY), ""),
        ):
            width = 60
            if shape:
                cell = _cell_size(shape)
                height, width = cell * shape[0], cell * shape[1]
                for i, j in product(*map(range, shape)):
                    parts.append(box(x + cell * j, top + cell * i, cell, cell, FIELD))
                parts.append(text(x - 6, top + height / 2 + 5, shape[0], colours[0], "end", weight="bold"))
                parts.append(text(x + width / 2, top - 6, shape[1], colours[1], weight="bold"))
                parts.append(text(x + width / 2, top + height + 17, name))
            else:
                parts.append(text(x + 30, top + 24, "no result", WARNING))
            parts.append(text(x + width + 26, top + 24, sign, inner, size=20))
            x += width + 72
        return parts

    def data(self):
        every = {**self.matrices, **self.wanted}
        if sum(np.size(M) for M in every.values()) > MOST_ENTRIES:
            return None
        chosen = {name: getattr(self, name) for name in ("want", "left", "sign", "right")}
        data = {
            "head": HEAD,
            "wide": WIDE,
            "high": HIGH,
            "cell": CELL,
            "room": ROOM,
            "tallest": self._tallest(),
            "state": chosen | {"sizes": self.sizes},
        }
        if self.given:
            data["matrices"] = {name: np.asarray(M, float).tolist() for name, M in self.matrices.items()}
            data["wanted"] = {name: np.asarray(M, float).tolist() for name, M in self.wanted.items()}
        return data

    def lines(self):
        return self.summary(), self.verdict()

    def write(self, control, value):
        super().write(control, value)
        if control.name == "sizes":
            self.matrices, self.wanted = layer(**self.sizes)

    def parts(self):
        sizes = [
            slider("sizes", "n_out", "units, rows of W", 1, 6, kind="IntSlider", index="n_out"),
            slider("sizes", "n_in", "inputs, columns of W", 1, 6, kind="IntSlider", index="n_in"),
        ]
        operands = list(self.operands())
        choices = [
            menu("want", "wanted", "the gradient that is looked for", self.wanted),
            menu("left", "left", "left operand of the product", operands),
            menu("sign", "product", "@ is the matrix product, ∘ goes entry by entry", "@∘"),
            menu("right", "right", "right operand of the product", operands),
        ]
        return [choices, self.view] if self.given else [*sizes, choices, self.view]


def _cell_size(shape):
    return min(CELL, ROOM / max(shape))


def _cell(one):
    """(words, ink, fill) of a product in the table: bold ✓ for the right numbers, amber ✗ for wrong ones."""
    if one.shape is None:
        return "–", GREY, PAPER
    words, ink, fill = f"{one.shape}", INK, PAPER
    if one.fits and one.right_numbers:
        words, fill = f"{words} ✓", FIELD
    elif one.fits:
        words, ink, fill = f"{words} ✗", WARNING, tint(WARNING)
    return f"({words})" if one.stretched else words, ink, fill
