"""The table of operations. One row is all there is to an operation: its value, its derivative, its name and
its picture.

Read a row of `ELEMENTWISE` aloud: "exp takes x, is exp(x), and its derivative is out itself". In a
derivative, `out` is the value just computed. Where the textbook formula overflows, a second formula under the
first one says what numbers compute instead; symbols keep the textbook. Every row is proven in the tests, by
sympy and by numbers, from the row alone.

Conventions at the points where no derivative exists: relu'(0) = 0 and |x|' = 0 at 0; a tie in max or min is
split evenly; where a derivative is infinite, as for the square root at 0, we take 0, so that the gradient of
a norm at 0 is 0, its smallest subgradient. gelu is the exact form with erf.
"""

from .errors import axis_mismatch, index_mismatch, matmul_mismatch, reshape_mismatch, transpose_mismatch
from .operation import Elementwise, Structural

_SIGMOID = "where({0} >= 0, 1.0, exp(-abs({0}))) / (1 + exp(-abs({0})))"  # exp never sees a positive number

ELEMENTWISE = [
    Elementwise("add", "x, y", "x + y", ("1", "1"), "+", "__add__"),
    Elementwise("subtract", "x, y", "x - y", ("1", "-1"), "−", "__sub__"),
    Elementwise("multiply", "x, y", "x * y", ("y", "x"), "×", "__mul__"),
    Elementwise("divide", "x, y", "x / y", ("1 / y", "-out / y"), "÷", "__truediv__"),
    Elementwise(
        "power", "x, y", "x ** y", ("y * x ** (y - 1)", "out * log(x)"), "^", "__pow__",
        numeric_local=("where(x == 0, where(y == 1, 1, 0), y * x ** (y - 1))", "where(x == 0, 0, out * log(x))"),
    ),
    Elementwise("negative", "x", "-x", ("-1",), "−", "__neg__"),
    Elementwise("absolute", "x", "abs(x)", ("where(x > 0, 1, where(x < 0, -1, 0))",), "|x|", "__abs__"),
    Elementwise("exp", "x", "exp(x)", ("out",), "exp"),
    Elementwise("log", "x", "log(x)", ("1 / x",), "log"),
    Elementwise(
        "sqrt", "x", "sqrt(x)", ("1 / (2 * out)",), "√",
        numeric_local=("where(out == 0, 0, 1 / (2 * out))",),
    ),
    Elementwise("sin", "x", "sin(x)", ("cos(x)",), "sin"),
    Elementwise("cos", "x", "cos(x)", ("-sin(x)",), "cos"),
    Elementwise("tanh", "x", "tanh(x)", ("1 - out ** 2",), "tanh"),
    Elementwise(
        "sigmoid", "x", "1 / (1 + exp(-x))", ("out * (1 - out)",), "σ",
        numeric=_SIGMOID.format("x"),
    ),
    Elementwise(
        "relu", "x", "where(x > 0, x, 0)", ("where(x > 0, 1, 0)",), "relu",
        numeric="maximum(x, 0.0)", numeric_local=("(x > 0)",),
    ),
    Elementwise(
        "leaky_relu", "x, slope", "where(x > 0, x, slope * x)", ("where(x > 0, 1, slope)", "where(x > 0, 0, x)"), "leaky",
        defaults=(0.01,),
    ),
    Elementwise(
        "gelu", "x", "x * (1 + erf(x / sqrt(2))) / 2",
        ("(1 + erf(x / sqrt(2))) / 2 + x * exp(-x ** 2 / 2) / sqrt(2 * pi)",), "gelu",
        numeric="x * erfc(-x / sqrt(2)) / 2",
        numeric_local=("erfc(-x / sqrt(2)) / 2 + x * exp(-x ** 2 / 2) / sqrt(2 * pi)",),
    ),
    Elementwise(
        "softplus", "x, beta", "log(1 + exp(beta * x)) / beta",
        ("1 / (1 + exp(-beta * x))", "(x / (1 + exp(-beta * x)) - out) / beta"), "softplus",
        numeric="(maximum(beta * x, 0.0) + log1p(exp(-abs(beta * x)))) / beta",
        numeric_local=(_SIGMOID.format("(beta * x)"), f"(x * {_SIGMOID.format('(beta * x)')} - out) / beta"),
        defaults=(1.0,),
    ),
    Elementwise(
        "maximum", "x, y", "maximum(x, y)",
        ("where(x > y, 2, where(x < y, 0, 1)) / 2", "where(x > y, 0, where(x < y, 2, 1)) / 2"), "max",
    ),
    Elementwise(
        "minimum", "x, y", "minimum(x, y)",
        ("where(x > y, 0, where(x < y, 2, 1)) / 2", "where(x > y, 2, where(x < y, 0, 1)) / 2"), "min",
    ),
    Elementwise(
        "where", "condition, x, y", "where(condition, x, y)",
        (None, "where(condition, 1, 0)", "where(condition, 0, 1)"), "where",
    ),
    Elementwise("greater", "x, y", "x > y", (None, None), ">", "__gt__"),
    Elementwise("less", "x, y", "x < y", (None, None), "<", "__lt__"),
    Elementwise("greater_equal", "x, y", "x >= y", (None, None), "≥", "__ge__"),
    Elementwise("less_equal", "x, y", "x <= y", (None, None), "≤", "__le__"),
]  # fmt: skip


def _stretch(g, x, axis, keepdims=False):
    """The gradient of a reduction, back in the shape of `x`: every entry of the reduced axis receives the
    same.
    """
    import numpy as np

    g = np.asarray(g)
    if g.ndim == 0:
        return np.full(x.shape, g)
    if axis is not None and not keepdims:
        g = np.expand_dims(g, axis)
    return np.broadcast_to(g, x.shape)


def _count(x, out):
    return x.size // getattr(out, "size", 1)


def _mean(m, x, axis, keepdims):
    if not x.size:
        raise ValueError("nothing to average")
    total = x.sum(axis=axis, keepdims=keepdims)
    return total / _count(x, total)


def _mean_vjp(m, g, out, x, axis, keepdims):
    return _stretch(g, x, axis, keepdims) / _count(x, out)


def _extreme_vjp(m, g, out, x, axis, keepdims):
    hit = m["where"](m["equal"](x, _stretch(out, x, axis, keepdims)), 1, 0)
    return _stretch(g, x, axis, keepdims) * hit / hit.sum(axis=axis, keepdims=True)


def _matrices(x, y, g):
    """A vector on the left of @ is a row, on the right a column; `g` gets the axes that @ dropped for them."""
    import numpy as np

    g = np.asarray(g)
    if y.ndim == 1:
        y, g = y[:, None], g[..., None]
    if x.ndim == 1:
        x, g = x[None, :], g[..., None, :]
    return x, y, g


def _matmul_vjp_x(m, g, out, x, y):
    if x.ndim == y.ndim == 2:
        return g @ y.T
    _, columns, g = _matrices(x, y, g)
    product = g @ columns.swapaxes(-1, -2)
    return product[..., 0, :] if x.ndim == 1 else product


def _matmul_vjp_y(m, g, out, x, y):
    if x.ndim == y.ndim == 2:
        return x.T @ g
    rows, _, g = _matrices(x, y, g)
    product = rows.swapaxes(-1, -2) @ g
    return product[..., 0] if y.ndim == 1 else product


def _transpose_vjp(m, g, out, x, axes):
    import numpy as np

    return g.transpose(None if axes is None else np.argsort(np.mod(axes, x.ndim)))


def _getitem_vjp(m, g, out, x, key):
    import numpy as np

    scattered = np.zeros(x.shape, np.asarray(g).dtype)
    np.add.at(
        scattered, key, g
    )  # adds where an entry was picked twice; `scattered[key] = g` would keep one of them
    return scattered


def _softmax(m, x, axis):
    exps = m["exp"](x - m["peak"](x, axis))
    return exps / exps.sum(axis=axis, keepdims=True)


def _softmax_vjp(m, g, out, x, axis):
    return out * (g - (g * out).sum(axis=axis, keepdims=True))


def _logsumexp(m, x, axis, keepdims):
    import numpy as np

    peak = m["peak"](x, axis)
    with np.errstate(divide="ignore"):  # the logarithm of an empty sum, where every entry is −inf, is −inf
        total = m["log"](m["exp"](x - peak).sum(axis=axis, keepdims=True)) + peak
    return total if keepdims else total.sum(axis=axis)


def _log_softmax(m, x, axis):
    return x - _logsumexp(m, x, axis, keepdims=True)


def _log_softmax_vjp(m, g, out, x, axis):
    return g - m["exp"](out) * g.sum(axis=axis, keepdims=True)


def _logsumexp_vjp(m, g, out, x, axis, keepdims):
    return _softmax(m, x, axis) * _stretch(g, x, axis, keepdims)


_REDUCE = {"axis": None, "keepdims": False}

STRUCTURAL = [
    Structural(
        "sum", "x", "sum(x)", ("stretch(g)",), "Σ",
        lambda m, x, axis, keepdims: x.sum(axis=axis, keepdims=keepdims),
        (lambda m, g, out, x, axis, keepdims: _stretch(g, x, axis, keepdims),), _REDUCE, mismatch=axis_mismatch,
    ),
    Structural(
        "mean", "x", "mean(x)", ("stretch(g) / n",), "mean", _mean, (_mean_vjp,), _REDUCE,
        mismatch=axis_mismatch,
    ),
    Structural(
        "max", "x", "max(x)", ("stretch(g) * hit",), "max",
        lambda m, x, axis, keepdims: m["largest"](x, axis, keepdims), (_extreme_vjp,), _REDUCE, mismatch=axis_mismatch,
    ),
    Structural(
        "min", "x", "min(x)", ("stretch(g) * hit",), "min",
        lambda m, x, axis, keepdims: -m["largest"](-x, axis, keepdims), (_extreme_vjp,), _REDUCE, mismatch=axis_mismatch,
    ),
    Structural(
        "matmul", "x, y", "x @ y", ("g @ y.T", "x.T @ g"), "@", lambda m, x, y: x @ y, (_matmul_vjp_x, _matmul_vjp_y),
        special="__matmul__", mismatch=matmul_mismatch,
    ),
    Structural(
        "transpose", "x", "x.T", ("g.T",), "T", lambda m, x, axes: x.transpose(axes), (_transpose_vjp,), {"axes": None},
        mismatch=transpose_mismatch,
    ),
    Structural(
        "reshape", "x", "reshape(x)", ("reshape(g)",), "reshape", lambda m, x, shape: x.reshape(shape),
        (lambda m, g, out, x, shape: g.reshape(x.shape),), {"shape": None}, mismatch=reshape_mismatch,
    ),
    Structural(
        "getitem", "x", "pick(x)", ("scatter(g)",), "pick", lambda m, x, key: x[key], (_getitem_vjp,), {"key": None},
        "__getitem__", index_mismatch,
    ),
    Structural(
        "softmax", "x", "softmax(x)", ("out * (g - sum(g * out))",), "softmax", _softmax, (_softmax_vjp,), {"axis": -1},
        mismatch=axis_mismatch,
    ),
    Structural(
        "log_softmax", "x", "x - logsumexp(x)", ("g - exp(out) * sum(g)",), "log softmax", _log_softmax, (_log_softmax_vjp,),
        {"axis": -1}, mismatch=axis_mismatch,
    ),
    Structural(
        "logsumexp", "x", "log(sum(exp(x)))", ("softmax(x) * g",), "logsumexp", _logsumexp, (_logsumexp_vjp,), _REDUCE,
        mismatch=axis_mismatch,
    ),
]  # fmt: skip

OPERATIONS = {row.name: row for row in [*ELEMENTWISE, *STRUCTURAL]}
