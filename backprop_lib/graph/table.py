"""The table of operations. A row says: name, arguments, value, one derivative per argument, label in a
picture.

Read a row aloud: "exp takes x, is exp(x), and its derivative is out itself", where `out` is the value just
computed. A derivative is multiplied by g, the upstream gradient, entry by entry; in a row whose derivatives
speak of g, each is the whole contribution instead. The result is then summed to the shape of the argument.
Functions are spelled as in `math`: atan. Where the textbook overflows, `numeric` says what numbers compute
instead; symbols keep the textbook. Every formula runs, and every row is proven in the tests, by sympy and by
numbers, from the row alone. The table is closed under differentiation: a derivative can be carried out on
nodes, so a gradient is a graph as well.

Conventions where no derivative exists: relu'(0) = 0 and |x|' = 0 at 0; a tie in max or min is split evenly;
where a derivative is infinite, as for the square root at 0, we take 0, so that the gradient of a norm at 0 is
0, its smallest subgradient. gelu is the exact form with erf.
"""

from .errors import axis_mismatch, index_mismatch, matmul_mismatch, reshape_mismatch, transpose_mismatch
from .rules import Operation

_REDUCE = {"params": {"axis": None, "keepdims": False}, "mismatch": axis_mismatch}
_ALONG = {"params": {"axis": -1}, "mismatch": axis_mismatch}
_HIT = "(x == stretch(out, x, axis, keepdims))"  # the entries that are the largest, or the smallest
_SHARED = f"{_HIT} * stretch(g / {_HIT}.sum(axis=axis, keepdims=keepdims), x, axis, keepdims)"

ELEMENTWISE = [
    Operation("add", "x, y", "x + y", ("1", "1"), "+", commutes=True),
    Operation("subtract", "x, y", "x - y", ("1", "-1"), "−"),
    Operation("multiply", "x, y", "x * y", ("y", "x"), "×", commutes=True),
    Operation("divide", "x, y", "x / y", ("1 / y", "-out / y"), "÷"),
    Operation("power", "x, y", "x ** y", ("y * x ** (y - 1)", "out * log(x)"), "^",
        numeric_local=("y * finite_power(x, y - 1)", "where(x == 0, 0, out * log(x))")),
    Operation("negative", "x", "-x", ("-1",), "−"),
    Operation("absolute", "x", "abs(x)", ("where(x > 0, 1, where(x < 0, -1, 0))",), "|x|",
        numeric_local=("sign(x)",)),
    Operation("exp", "x", "exp(x)", ("out",), "exp"),
    Operation("log", "x", "log(x)", ("1 / x",), "log"),
    Operation("sqrt", "x", "sqrt(x)", ("1 / (2 * out)",), "√",
        numeric_local=("where(out == 0, 0, 1 / (2 * out))",)),
    Operation("sin", "x", "sin(x)", ("cos(x)",), "sin"),
    Operation("cos", "x", "cos(x)", ("-sin(x)",), "cos"),
    Operation("tanh", "x", "tanh(x)", ("1 - out ** 2",), "tanh"),
    Operation("sigmoid", "x", "1 / (1 + exp(-x))", ("out * (1 - out)",), "σ",
        # Exp never sees a positive number.
        numeric="where(x >= 0, 1.0, exp(-abs(x))) / (1 + exp(-abs(x)))", overflows=True),
    Operation("relu", "x", "where(x > 0, x, 0)", ("where(x > 0, 1, 0)",), "relu",
        numeric="maximum(x, 0.0)", numeric_local=("(x > 0)",)),
    Operation("leaky_relu", "x, slope", "where(x > 0, x, slope * x)",
        ("where(x > 0, 1, slope)", "where(x > 0, 0, x)"), "leaky", defaults=(0.01,)),
    Operation("gelu", "x", "x * (1 + erf(x / sqrt(2))) / 2",
        ("(1 + erf(x / sqrt(2))) / 2 + x * exp(-x ** 2 / 2) / sqrt(2 * pi)",), "gelu",
        numeric="x * erfc(-x / sqrt(2)) / 2",
        numeric_local=("erfc(-x / sqrt(2)) / 2 + x * exp(-x ** 2 / 2) / sqrt(2 * pi)",)),
    Operation("softplus", "x, beta", "log(1 + exp(beta * x)) / beta",
        ("1 / (1 + exp(-beta * x))", "(x / (1 + exp(-beta * x)) - out) / beta"), "softplus",
        numeric="(maximum(beta * x, 0.0) + log1p(exp(-abs(beta * x)))) / beta",
        numeric_local=("sigmoid(beta * x)", "(x * sigmoid(beta * x) - out) / beta"),
        defaults=(1.0,), overflows=True),
    Operation("maximum", "x, y", "maximum(x, y)",
        ("where(x > y, 2, where(x < y, 0, 1)) / 2", "where(x > y, 0, where(x < y, 2, 1)) / 2"), "max",
        commutes=True),
    Operation("minimum", "x, y", "minimum(x, y)",
        ("where(x > y, 0, where(x < y, 2, 1)) / 2", "where(x > y, 2, where(x < y, 0, 1)) / 2"), "min",
        commutes=True),
    Operation("where", "condition, x, y", "where(condition, x, y)",
        (None, "where(condition, 1, 0)", "where(condition, 0, 1)"), "where"),
    Operation("greater", "x, y", "x > y", (None, None), ">"),
    Operation("less", "x, y", "x < y", (None, None), "<"),
    Operation("greater_equal", "x, y", "x >= y", (None, None), "≥"),
    Operation("less_equal", "x, y", "x <= y", (None, None), "≤"),
]  # fmt: skip

STRUCTURAL = [
    Operation("sum", "x", "x.sum(axis=axis, keepdims=keepdims)",
        ("stretch(g, x, axis, keepdims)",), "Σ", **_REDUCE),
    Operation("mean", "x", "x.mean(axis=axis, keepdims=keepdims)",
        ("stretch(g / count(x, axis), x, axis, keepdims)",), "mean",
        numeric="x.sum(axis=axis, keepdims=keepdims) / count(x, axis)", **_REDUCE),
    Operation("max", "x", "x.max(axis=axis, keepdims=keepdims)", (_SHARED,), "max", **_REDUCE),
    Operation("min", "x", "x.min(axis=axis, keepdims=keepdims)", (_SHARED,), "min", **_REDUCE),
    Operation("matmul", "x, y", "x @ y", ("g @ y.T", "x.T @ g"), "@", mismatch=matmul_mismatch, by_rank={
        (1, 1): ("g * y", "g * x"),
        (1, 2): ("y @ g", "x[:, None] * g"),
        (2, 1): ("g[:, None] * y", "x.T @ g"),
        (2, 2): ("g @ y.T", "x.T @ g"),
        (1, 3): ("(y @ g[..., None])[..., 0]", "x[:, None] * g[..., None, :]"),  # 3: a stack of matrices
        (3, 1): ("g[..., None] * y", "(g[..., None, :] @ x)[..., 0, :]"),
        (3, 3): ("g @ swap(y)", "swap(x) @ g"),
    }),
    Operation("transpose", "x", "x.transpose(axes)", ("g.transpose(inverse(axes))",), "T",
        params={"axes": None}, mismatch=transpose_mismatch),
    Operation("reshape", "x", "x.reshape(shape)", ("g.reshape(x.shape)",), "reshape",
        params={"shape": None}, mismatch=reshape_mismatch),
    Operation("getitem", "x", "x[key]", ("scatter(g, x, key)",), "pick",
        params={"key": None}, mismatch=index_mismatch),
    Operation("softmax", "x", "exp(x) / exp(x).sum(axis=axis, keepdims=True)",
        ("out * (g - (g * out).sum(axis=axis, keepdims=True))",), "softmax",
        numeric="softmax(x, axis)", overflows=True, **_ALONG),
    Operation("log_softmax", "x", "x - log(exp(x).sum(axis=axis, keepdims=True))",
        ("g - exp(out) * g.sum(axis=axis, keepdims=True)",), "log softmax",
        numeric="log_softmax(x, axis)", overflows=True, **_ALONG),
    Operation("logsumexp", "x", "log(exp(x).sum(axis=axis, keepdims=keepdims))",
        ("softmax(x, axis) * stretch(g, x, axis, keepdims)",), "logsumexp",
        numeric="logsumexp(x, axis, keepdims)", overflows=True, **_REDUCE),
]  # fmt: skip

# What occurs in gradients only. stretch is the other half of sum, scatter of x[key]; like gives its shape.
IN_GRADIENTS = [
    Operation("identity", "x", "x", ("1",), "=", public=False),
    Operation("equal", "x, y", "x == y", (None, None), "=", public=False),
    Operation("sign", "x", "sign(x)", (None,), "sign", public=False),
    Operation("erfc", "x", "erfc(x)", ("-2 / sqrt(pi) * exp(-x ** 2)",), "erfc", public=False),
    Operation("cast", "x, like", "cast(x, like)", ("cast(g, x)", None), "cast", public=False),
    Operation("stretch", "x, like", "stretch(x, like, axis, keepdims)",
        ("g.sum(axis=axis, keepdims=keepdims)", None), "stretch", public=False, **_REDUCE),
    Operation("scatter", "x, like", "scatter(x, like, key)", ("g[key]", None), "scatter",
        params={"key": None}, public=False),
]  # fmt: skip

OPERATIONS = {row.name: row for row in [*ELEMENTWISE, *STRUCTURAL, *IN_GRADIENTS]}
