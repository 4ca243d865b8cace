"""Wrong solutions as students write them, different in form from the engine's own: (task, code, the diagnosis
that is due).

None means that no mistake may be named: the answer is wrong in a way that nobody has listed.
"""
# ruff: noqa: E501

MISTAKES = ()


# ------------------------------------------------------------------------------------------ sets 07, 08, 10
# and 12

MISTAKES += (
    ("07.1", """
def bce(z, y):
    y_hat = 1 / (1 + np.exp(-z))
    total = 0
    for i in range(len(z)):
        total -= y[i] * np.log(y_hat[i]) + (1 - y[i]) * np.log(1 - y_hat[i])
    return total / len(z), (y_hat - y) / len(z)
""", "log_of_zero"),
    ("07.1", """
def bce(z, y):
    eps = 1e-12
    a = np.clip(1 / (1 + np.exp(-z)), eps, 1 - eps)
    return -(y * np.log(a) + (1 - y) * np.log(1 - a)).mean(), (a - y) / y.size
""", "log_of_zero"),
    ("07.1", """
def bce(z, y):
    p = np.where(z >= 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z)))   # np.where computes both sides
    return np.mean(np.logaddexp(0, z) - z * y), (p - y) / len(z)
""", "exp_overflow"),
    ("07.2", """
def gradients(X, y, w, b):
    y_hat = 1 / (1 + np.exp(-(np.dot(X, w) + b)))
    error = (y_hat - y) / len(X)
    return error, X.T.dot(error), np.sum(error)
""", "broadcast_to_square"),
    ("07.2", """
def gradients(X, y, w, b):
    dz = np.zeros(len(X))
    for n in range(len(X)):
        p = 1 / (1 + np.exp(-(X[n] @ w + b)))
        dz[n] = (p - y[n, 0]) / len(X)
        dw = dz[n] * X[n]
        db = dz[n]
    return dz, dw, db
""", "last_example_only"),
    ("07.3", """
def f(y_hat, y):
    first = [-t / p + (1 - t) / (1 - p) for p, t in zip(y_hat, y)]
    second = [p * (1 - p) * -t / p + (1 - t) / (1 - p) for p, t in zip(y_hat, y)]
    return first, second
""", "missing_parenthesis"),
    ("07.3", """
def f(y_hat, y):
    d = -(y / y_hat + (1 - y) / (1 - y_hat))     # forgot the inner derivative of 1 - p
    return d, y_hat * (1 - y_hat) * d
""", "negative_label_sign"),
    ("07.4", """
def step(x, y, w, b, lr):
    w = w - lr * (1 / (1 + np.exp(-(np.sum(w * x) + b))) - y) * x
    b = b - lr * (1 / (1 + np.exp(-(np.sum(w * x) + b))) - y)
    return w, b
""", "updated_weights_in_backward"),
    ("07.4", """
def step(x, y, w, b, lr):
    e = 1 / (1 + np.exp(-(w @ x + b))) - y
    w -= lr * e * x
    b -= lr * e
    return w, b
""", "input_modified"),
    ("07.6", "ŷ*(1-ŷ)*-y/ŷ + (1-y)/(1-ŷ)", "missing_parenthesis"),
)  # fmt: skip

MISTAKES += (
    ("10.1", """
def forward(x, W, b):
    zs, activations = [], [x]
    for i in range(len(W)):
        zs.append(np.dot(W[i], x) + b[i])
        x = zs[-1]                                # meant: the activation
        activations.append(1 / (1 + np.exp(-x)))
    return zs, activations
""", "pre_activation_for_activation"),
    ("10.2", """
def lemma(y, z, a, W):
    L = len(W)
    delta = [0] * L
    delta[L - 1] = a[-1] * (1 - a[-1]) * (a[-1] - y)
    for l in range(L - 2, -1, -1):
        D = np.diag(a[L] * (1 - a[L]))
        delta[l] = D @ W[l + 1].T @ delta[l + 1]
    return delta, [np.outer(delta[l], a[l]) for l in range(L)], delta
""", "last_layer_derivative"),
    ("10.2", """
def lemma(y, z, a, W):
    delta = [(a[-1] - y)]
    for l in range(len(W) - 1, 0, -1):
        delta = [a[l] * (1 - a[l]) * np.dot(W[l].T, delta[0])] + delta
    dW = [np.outer(d, prev) for d, prev in zip(delta, a)]
    return delta, dW, delta
""", "output_derivative_omitted"),
    ("10.2", """
def lemma(y, z, a, W):
    d = a[-1] * (1 - a[-1]) * (a[-1] - y)
    deltas, grads = [d], [np.outer(d, a[-2])]
    for l in range(2, len(a)):
        sp = a[-l] * (1 - a[-l])
        d = sp * W[-l + 1].T @ d
        deltas.insert(0, d)
        grads.insert(0, np.outer(d, a[-l - 1]))
    return deltas, grads, deltas
""", "precedence_of_product"),
    ("10.3", """
def train(X, Y, W, b, eta, ks):
    W = [w.copy() for w in W]
    b = [v.copy() for v in b]
    for k in ks:
        a = [X[k]]
        for w, v in zip(W, b):
            a.append(1 / (1 + np.exp(-(w @ a[-1] + v))))
        delta = a[-1] * (1 - a[-1]) * (a[-1] - Y[k])
        for l in range(len(W) - 1, -1, -1):
            W[l] -= eta * np.outer(delta, a[l])
            b[l] -= eta * delta
            delta = a[l] * (1 - a[l]) * (W[l].T @ delta)
    return W, b
""", "updated_weights_in_backward"),
    ("10.3", """
def train(X, Y, W, b, eta, ks):
    for k in ks:
        a = [X[k]]
        for w, v in zip(W, b):
            a.append(1 / (1 + np.exp(-(w @ a[-1] + v))))
        deltas = [a[-1] * (1 - a[-1]) * (a[-1] - Y[k])]
        for l in range(len(W) - 1, 0, -1):
            deltas.insert(0, a[l] * (1 - a[l]) * (W[l].T @ deltas[0]))
        W = [w - eta * np.outer(d, v) for w, d, v in zip(W, deltas, a)]
        b = [v - eta * d for v, d in zip(b, deltas)]
        return W, b
""", "first_example_only"),
    ("10.4", """
def product(y, z, a, W):
    D = [np.diag(v * (1 - v)) for v in z]
    d = D[-1] @ (a[-1] - y)
    for l in range(len(D) - 2, -1, -1):
        d = D[l] @ W[l + 1].T @ d
    return D, d
""", "a_form_fed_with_z"),
    ("10.5", """
def layer(delta, a):
    n, m = len(delta), len(a)
    dW = np.array([[delta[j] * a[k] for k in range(m)] for j in range(n)])
    return dW, np.ones((n, n)), delta.copy()
""", "every_entry_gets_gradient"),
    ("10.7", "(a3 - y) * w3 * a2*(1 - a2) * x", "error_for_delta"),
    ("10.8", """
def find(forward, backward, values):
    N = len(values["X"])
    slope = "(A1 * (1 - A1))"                     # as in all the lecture's networks
    good = [f"{0.5 / N} * (2 * v5)", "dA2 * (A2 * (1 - A2))", "dZ2.sum(axis=0)", "dZ2 @ W2", "dZ2.T @ A1",
            "dA1 * " + slope, "dZ1.sum(axis=0)", "dZ1.T @ X"]
    for i in range(8):
        if backward[i].split(" = ")[1] != good[i]:
            return i, good[i]
""", "wrong_activation"),
    ("10.8", """
def find(forward, backward, values):
    memory = {**values, "np": np}
    for l in forward:
        exec(l, memory)
    slopes = {"m": "(Z1 > 0)", "t": "(1 - A1 * A1)", "(": "A1 * (1 - A1)"}
    slope = slopes[forward[1].replace("np.", "").replace("1 / ", "")[5]]
    good = {"dA2": "v5 / v5.shape[0]", "dZ2": "dA2 * A2 * (1 - A2)", "db2": "dZ2.sum(0)", "dA1": "dZ2.dot(W2)", "dW2": "dZ2.T.dot(Z1)",
            "dZ1": "dA1 * " + slope, "db1": "dZ1.sum(0)", "dW1": "dZ1.T.dot(X)"}
    for i, l in enumerate(backward):
        name, _, side = l.partition(" = ")
        memory[name] = eval(good[name], memory)
        try:
            value = eval(side, memory)
        except Exception:
            return i, good[name]
        if np.shape(value) != np.shape(memory[name]) or abs(value - memory[name]).max() > 1e-9:
            return i, good[name]
""", "pre_activation_for_activation"),
    ("10.8", """
def find(forward, backward, values):
    N = len(values["X"])
    slope = "(Z1 > 0)" if "max" in forward[1] else "(1 - A1 ** 2)" if "tanh" in forward[1] else "(A1 * (1 - A1))"
    good = [f"{0.5 / N} * (2 * v5)", "dA2 * (A2 * (1 - A2))", "dZ2.sum(axis=0)", "dZ2 @ W2", "dZ2.T @ A1",
            "dA1 * " + slope, "dZ1.sum(axis=0)", "dZ1.T @ X"]
    number = 0
    for line, side in zip(backward, good):
        number += 1
        if not line.endswith(" = " + side):
            return number, side
""", "counted_from_one"),
    ("10.8", """
def find(forward, backward, values):
    N = len(values["X"])
    slope = "(Z1 > 0)" if "max" in forward[1] else "(1 - A1 ** 2)" if "tanh" in forward[1] else "(A1 * (1 - A1))"
    good = [f"{0.5 / N} * (2 * v5)", "dA2 * (A2 * (1 - A2))", "dZ2.sum(axis=0)", "dZ2 @ W2", "dZ2.T @ A1",
            "dA1 * " + slope, "dZ1.sum(axis=0)", "dZ1.T @ X"]
    for i in range(8):
        if not backward[i].endswith(" = " + good[i]):
            return good[i], i
""", "outputs_in_wrong_order"),
    ("10.8", """
def find(forward, backward, values):
    shapes, right = {}, ["v5 / len(v5)", "dA2 * A2 * (1 - A2)", "dZ2.sum(axis=0)", "dZ2 @ W2", "dZ2.T @ A1", "dA1", "dZ1.sum(axis=0)", "dZ1.T @ X"]
    names = dict(values, np=np)
    for line in forward:
        exec(line, names)
    for i, line in enumerate(backward):          # shapes alone
        try:
            exec(line, names)
        except ValueError:
            return i, right[i]
        name = line.split(" = ")[0]
        if names[name].shape != names[name[1:]].shape:
            return i, right[i]
    return 0, right[0]
""", None),
    ("10.8", """
def find(forward, backward, values):
    names = dict(values, np=np)
    slope = "(Z1 > 0)" if "max" in forward[1] else "(1 - A1 ** 2)" if "tanh" in forward[1] else "A1 * (1 - A1)"
    lemma = ["v5 / len(v5)", "dA2 * A2 * (1 - A2)", "dZ2.sum(axis=0)", "dZ2 @ W2", "dZ2.T @ A1", "dA1 * " + slope, "dZ1.sum(axis=0)", "dZ1.T @ X"]
    for line in forward:
        exec(line, names)
    good, last = dict(names), None
    for i, line in enumerate(backward):          # the wrong numbers are handed on, and the last line that suffers is reported
        name = line[:3]
        good[name] = eval(lemma[i], good)
        try:
            exec(line, names)
        except ValueError:
            return i, lemma[i]
        if np.shape(names[name]) != np.shape(good[name]) or not np.allclose(names[name], good[name]):
            last = i
    return last, lemma[last]
""", None),
)  # fmt: skip


# ------------------------------------------------------------------------------------------ set 04

MISTAKES += (
    ("04.1", """
def add_backward(upstream, x, y):
    # local derivatives of the gate
    d_local_x = 1
    d_local_y = 1
    return d_local_x, d_local_y
""", "upstream_ignored"),
    ("04.1", """
def add_backward(upstream, x, y):
    # two inputs, so everyone gets its share
    n_inputs = len([x, y])
    share = upstream / n_inputs
    return share, share
""", "factor_half"),
    ("04.2", """
def multiply_backward(upstream, x, y):
    dx = upstream
    dx *= x
    dy = upstream
    dy *= y
    return dx, dy
""", "own_value_for_other"),
    ("04.2", """
def multiply_backward(upstream, x, y):
    out = x * y
    grads = [upstream * out for _ in range(2)]
    return grads
""", "value_for_derivative"),
    ("04.3", """
def backward(x, y, z):
    q = x + y
    f = q * z
    grad = {"f": f}
    grad["q"] = z * grad["f"]
    grad["z"] = q * grad["f"]
    grad["x"] = grad["q"]
    grad["y"] = grad["q"]
    return grad["f"], grad["q"], grad["z"], grad["x"], grad["y"]
""", "base_case_value"),
    ("04.3", """
def backward(x, y, z):
    dfdf = 1
    dfdq = (x + y) * dfdf
    dfdz = z * dfdf
    dqdx, dqdy = 1, 1
    return dfdf, dfdq, dfdz, dfdq * dqdx, dfdq * dqdy
""", "operands_swapped"),
    ("04.3", """
def backward(x, y, z):
    df = 1
    dq, dz = z, x + y
    dx, dy = 1, 1
    return df, dq, dz, dx, dy
""", "upstream_ignored"),
    ("04.5", """
def two_meanings(q, c):
    z = q + c
    dfdq = z
    return dfdq, dfdq * 1  # times df/df
""", "first_branch_only"),
    ("04.6", "-(t - f)", "inner_derivative_missing"),
)  # fmt: skip


# ------------------------------------------------------------------------------------------ set 05

MISTAKES += (
    ("05.1", """
def one_input_gates(upstream, x):
    grads = []
    for d in (np.exp, lambda t: 1 / t**2, lambda t: np.exp(-t) / (1 + np.exp(-t)) ** 2):
        grads.append(d(x) * upstream)
    return grads
""", "local_sign"),
    ("05.1", """
def one_input_gates(upstream, x):
    def sigmoid_prime(a):
        return a * (1 - a)
    return upstream * np.exp(x), -upstream * (1 / x) ** 2, upstream * sigmoid_prime(x)
""", "a_form_fed_with_z"),
    ("05.1", """
def one_input_gates(upstream, x):
    sig = np.exp(x) / (np.exp(x) + 1)
    d_e = np.e ** x
    d_r = -np.power(x, -2)
    d_s = sig - sig * sig
    return d_e, d_r, d_s
""", "upstream_ignored"),
    ("05.2", """
def max_and_mean_backward(upstream, v):
    m = max(v)
    mask = np.array([1.0 if value == m else 0.0 for value in v])
    return mask * upstream, upstream / len(v) * np.ones_like(v)
""", "ties_get_it_all"),
    ("05.2", """
def max_and_mean_backward(upstream, v):
    g = np.zeros(v.shape)
    g[list(v).index(max(v))] = upstream
    h = g * 0
    h += upstream
    return g, h
""", "mean_not_divided"),
    ("05.4", """
def slope_of_the_sigmoid(z, θ):
    p = float("%.2f" % (1 / (1 + np.exp(-z))))
    slope = float("%.1f" % ((1 - p) * p))
    return slope, θ * slope
""", "decimals_lost"),
    ("05.5", """
def logistic_unit(w, x, b, t):
    z = w * x + b
    y = 1 / (1 + np.exp(-z))
    L = 0.5 * (t - y) ** 2
    y_bar = -(t - y)
    z_bar = y_bar * (y * (1 - y))
    w_bar = b_bar = z_bar
    return z, y, L, y_bar, z_bar, w_bar, b_bar
""", "inner_derivative_missing"),
    ("05.5", """
def logistic_unit(w, x, b, t):
    sigma = lambda u: 1 / (1 + np.exp(-u))
    z = x * w + b
    y = sigma(z)
    loss = 0.5 * (y - t) ** 2
    dy = y - t
    dz = dy * sigma(y) * (1 - sigma(y))
    return z, y, loss, dy, dz, dz * x, dz
""", "derivative_at_activation"),
    ("05.6", "f*(1-f) * o*(1-o) * x", "local_derivative_omitted"),
)  # fmt: skip


# ------------------------------------------------------------------------------------------ set 01

MISTAKES += (
    ("01.1", """
def descend(slope, x, lr, steps):
    history = []
    while len(history) <= steps:
        history.append(x)
        x += lr * slope(x)
    return history
""", "steps_uphill"),
    ("01.1", """
def descend(slope, x, lr, steps):
    places = [x]
    gradient = slope(x)
    for i in range(steps):
        places.append(places[i] - gradient * lr)
    return places
""", "start_slope_kept"),
    ("01.1", """
def descend(slope, x, lr, steps):
    out = np.zeros(steps + 1)
    out[0] = x
    for k in range(1, steps + 1):
        if slope(out[k - 1]) > 0:
            out[k] = out[k - 1] - lr
        else:
            out[k] = out[k - 1] + lr
    return out
""", "gradient_not_used"),
    ("01.2", """
def descend_in_n_dimensions(gradient, p, lr, steps):
    q = np.array(p, dtype=float)
    rows = [q]
    for i in range(steps):
        g = gradient(q)
        for j in range(len(q)):
            q[j] = q[j] - lr * g[j]
        rows.append(q)
    return np.stack(rows)
""", "result_overwritten"),
    ("01.2", """
def descend_in_n_dimensions(gradient, p, lr, steps):
    path = np.zeros_like(np.tile(p, (steps + 1, 1)))
    path[0] = here = p
    for t in range(1, steps + 1):
        here = here - lr * gradient(here)
        path[t] = here
    return path
""", "integer_truncation"),
    ("01.3", """
def step_in_a_bowl(x, y, a, b, c, lr):
    df_dx = a * x + b * y
    x = x - lr * df_dx
    df_dy = c * y + b * x
    y = y - lr * df_dy
    return x, y
""", "updated_weights_in_backward"),
    ("01.8", "4*x**3 * 2*(x - 4)", "product_of_derivatives"),
)  # fmt: skip


# ------------------------------------------------------------------------------------------ set 12

MISTAKES += (
    ("12.1", """
def leaky(upstream, z, gamma):
    dz = np.array(upstream)
    dz[upstream < 0] = gamma * dz[upstream < 0]     # the condition is on z
    return dz
""", "relu_mask_on_gradient"),
    ("12.1", """
def leaky(upstream, z, gamma):
    return [g if v > 0 else 0.0 for g, v in zip(upstream, z)]
""", "slope_missing_on_negative_side"),
    ("12.2", """
def softplus(upstream, z, beta):
    t = np.exp(beta * z)
    return np.log1p(t) / beta, upstream / (1 + 1 / t)
""", "exp_overflow"),
    ("12.2", """
def softplus(upstream, z, beta):
    a = (np.maximum(beta * z, 0) + np.log1p(np.exp(-np.abs(beta * z)))) / beta
    sigma = 0.5 + 0.5 * np.tanh(beta * z / 2)
    return a, upstream * beta * sigma
""", "beta_included"),
    ("12.3", """
import math
def _gauss(v):
    return math.exp(-v * v / 2) / math.sqrt(2 * math.pi)
gelu = lambda upstream, z: np.array([g * (0.5 * (1 + math.erf(v / 2 ** 0.5)) + _gauss(v)) for g, v in zip(upstream, z)])
""", "product_rule_without_z"),
    ("12.4", """
def tanh(z):
    def sigma(t):
        return 1 / (1 + np.exp(-t))
    a = sigma(2 * z) + sigma(2 * z) - 1
    return a, sigma(z) * (1 - sigma(z))
""", "sigmoid_derivative_for_tanh"),
    ("12.4", """
def tanh(z):
    s = 1 / (1 + np.exp(-2 * z))
    return s * 2 - 1, 2 * (s - s ** 2)
""", "inner_derivative_missing"),
    ("12.5", """
def symmetric(X, delta, c, v, h):
    W1 = c * np.ones((h, X.shape[1]))
    grad = np.zeros_like(W1)
    for n in range(len(X)):
        grad += np.outer(np.full(h, v) * delta[n], X[n])
    return grad, 1
""", "activation_derivative_omitted"),
    ("12.8", """
def sizes(delta, Z, W, activation):
    found = [np.sqrt(np.mean(delta ** 2))]
    for l in range(len(Z) - 1, -1, -1):
        if activation == "relu":
            slope = (Z[l] > 0) * 1.0
        else:
            sigma = 1 / (1 + np.exp(-Z[l]))
            slope = sigma * (1 - sigma)          # for tanh, too
        delta = (delta @ W[l]) * slope
        found = [np.sqrt(np.mean(delta ** 2))] + found
    return found
""", "sigmoid_derivative_for_tanh"),
    ("12.8", """
def sizes(delta, Z, W, activation):
    found = []
    for z, w in list(zip(Z, W))[::-1]:
        found.append(np.linalg.norm(delta))
        f = {"tanh": np.cosh(z) ** -2.0, "sigmoid": 0.25 * np.cosh(z / 2) ** -2.0, "relu": np.heaviside(z, 0)}
        delta = f[activation] * (delta @ w)
    found.append(np.linalg.norm(delta))
    return found[::-1]
""", "sum_for_mean"),
    ("12.7", "1/(1 + exp(-z))", "beta_forgotten"),
)  # fmt: skip


# ------------------------------------------------------------------------------------------ set 02

MISTAKES += (
    ("02.1", """
def central_difference(loss, x, h):
    base = loss(x)
    slopes = []
    for k in range(len(x)):
        moved = x.copy()
        moved[k] = moved[k] + h
        slopes.append((loss(moved) - base) / h)
    return slopes
""", "forward_difference"),
    ("02.1", """
def central_difference(loss, x, h):
    return np.array([(loss(x + h) - loss(x - h)) / (2 * h) for _ in x])
""", "all_entries_nudged"),
    ("02.1", """
def central_difference(loss, x, h):
    grad = np.zeros(x.shape)
    for i in range(len(x)):
        x[i] += h
        above = loss(x)
        x[i] -= 2 * h
        below = loss(x)
        x[i] += h
        grad[i] = (above - below) / h
    return grad
""", "step_not_doubled"),
    ("02.2", """
def linear_gradient(X, y, w, b):
    dw, db = np.zeros_like(w), 0
    for i in range(len(X)):
        err = np.dot(w, X[i]) + b - y[i]
        dw = dw + 2 * err * X[i]
        db = db + 2 * err
    return dw / len(X), db / len(X)
""", "factor_two"),
    ("02.2", """
def linear_gradient(X, y, w, b):
    residual = y - (X.dot(w) + b)
    return np.mean(residual[:, None] * X, axis=0), np.mean(residual)
""", "sign_flipped"),
    ("02.3", """
def logistic_gradient(x, y, w, b):
    def sigmoid(t):
        return 1 / (1 + np.exp(-t))
    def sigmoid_prime(t):
        return sigmoid(t) * (1 - sigmoid(t))
    z = np.dot(w, x) + b
    delta = (sigmoid(z) - y) * sigmoid_prime(z)
    return delta * x, delta
""", "output_derivative_twice"),
    ("02.3", """
def logistic_gradient(x, y, w, b):
    p = 1 / (1 + np.exp(-(x.dot(w) + b)))
    dL_dp = -y / p
    dz = dL_dp * p * (1 - p)
    return dz * x, dz
""", "missing_negative_label_term"),
    ("02.6", "x*(w*x + b - y)", "factor_half"),
)  # fmt: skip


# ------------------------------------------------------------------------------------------ set 03

MISTAKES += (
    ("03.1", """
def topological_order(graph):
    done = []
    def visit(node):
        if node in done:
            return
        for needed in graph[node]:
            visit(needed)
        done.append(node)
    for node in graph:
        visit(node)
    return done
""", "cycle_undetected"),
    ("03.1", """
def topological_order(graph):
    # start with what nobody needs, then remove it
    left = {k: list(v) for k, v in graph.items()}
    order = []
    while left:
        needed = [i for inputs in left.values() for i in inputs]
        free = [n for n in left if n not in needed]
        if not free:
            raise ValueError("cycle")
        for n in free:
            order.append(n)
            del left[n]
    return order
""", "children_before_parents"),
    ("03.2", """
def evaluate(program, values):
    def value(name):
        if name in values:
            return values[name]
        function, inputs = program[name]
        return function(*[value(i) for i in inputs])
    return {name: value(name) for name in list(values) + list(program)}
""", "recomputed_instead_of_cached"),
    ("03.2", """
def evaluate(program, values):
    cache = dict(values)
    result = {}
    for name in program:
        f, args = program[name]
        result[name] = f(*(cache[arg] for arg in args))
        cache[name] = result[name]
    return result
""", "inputs_left_out"),
    ("03.3", """
def consumers_of(graph):
    users = {}
    for node in graph:
        users[node] = []
    for node, inputs in graph.items():
        for i in inputs:
            users[i] = [node]
    return users
""", "assignment_instead_of_sum"),
    ("03.5", """
def network_forward(x, W1, b1, W2, b2):
    hidden = W1.dot(x) + b1
    act = np.tanh(hidden)
    out = W2.dot(hidden) + b2
    return hidden, act, out, 1 / (1 + np.exp(-out))
""", "pre_activation_for_activation"),
    ("03.6", "z", "branch_missing"),
    ("03.7", """
def count_operations(graph, output):
    def ops(node):
        n = 1
        for i in graph[node]:
            n += ops(i)
        return n
    seen, todo = [], [output]
    while todo:
        node = todo.pop()
        if node not in seen:
            seen.append(node)
            todo += graph[node]
    return len(seen), ops(output)
""", "leaves_counted"),
)  # fmt: skip


# ------------------------------------------------------------------------------------------ sets 06, 09, 11
# and 13

MISTAKES += (
    ("06.1", """
def backward(output):
    output.grad = 1.0
    stack = [output]
    while stack:
        node = stack.pop()
        for i in range(len(node.inputs)):
            node.inputs[i].grad = node.grad * node.local[i]
            stack.append(node.inputs[i])
""", "assignment_instead_of_sum"),
    ("06.1", """
topo = []
def build(v):
    if v not in topo:
        for child in v.inputs:
            build(child)
        topo.append(v)
def backward(output):
    topo.clear()
    build(output)
    output.grad = 1.0
    for v in reversed(topo):
        for child, local in zip(v.inputs, v.local):
            if child.grad is None:
                child.grad = 0.0
            child.grad += local * v.grad
backward_ = build
""".replace("def build", "def _build").replace("build(", "_build(").replace("__build", "_build").replace("backward_ = build\n", ""),
     "gradients_not_reset"),
    ("06.1", """
def backward(output):
    def zero(v):
        v.grad = 0.0
        for x in v.inputs:
            zero(x)
    zero(output)
    def push(v, g):
        v.grad += g
        for x, l in zip(v.inputs, v.local):
            push(x, l * v.grad)      # meant: l * g
    push(output, 1.0)
""", "no_topological_order"),
    ("06.1", """
def backward(output):
    order, queue = [], [output]
    while queue:
        v = queue.pop(0)
        if v not in order:
            order.append(v)
            v.grad = 0.0
            queue.extend(v.inputs)
    output.grad = 1.0
    for v in order:
        for x, l in zip(v.inputs, v.local):
            x.grad = x.grad + l * v.grad
""", "wrong_order"),
    ("06.1", """
def backward(output):
    if output.grad is None:
        output.grad = 1.0
    for x, l in zip(output.inputs, output.local):
        x.grad = (x.grad or 0) + l * output.grad
        backward(x)
""", "no_topological_order"),
    ("06.2", """
def g(consumer_gradients, local):
    return sum(consumer_gradients)
""", "local_derivative_omitted"),
    ("06.2", """
def g(consumer_gradients, local):
    for c, l in zip(consumer_gradients, local):
        result = c * l
    return result
""", "assignment_instead_of_sum"),
    ("06.2", """
def g(consumer_gradients, local):
    return np.average(local * consumer_gradients)
""", "mean_for_sum"),
    ("06.3", """
def f(t):
    x = np.cos(t); y = t * t
    e = np.exp(x * y)
    return y * e, x * e + 1, y * e * (-np.sin(t))
""", "branch_missing"),
    ("06.3", """
def f(t):
    x = np.cos(t); y = t * t
    e = np.exp(x * y)
    fx, fy = e * y, 1 + e * x
    return fx, fy, np.sin(t) * fx + 2 * t * fy
""", "local_sign"),
    ("06.5", "2*u*w", "first_branch_only"),
    ("06.5", "(2*w*x + x)*w", "branch_missing"),
    ("09.1", """
def affine(dout, x, W, b):
    N = x.shape[0]
    dx = dout.dot(W)
    dW = np.zeros(W.shape)
    for i in range(N):
        dW = np.outer(dout[i], x[i])
    db = np.sum(dout, 0)
    return dx, dW, db
""", "last_example_only"),
    ("09.1", """
def affine(dout, x, W, b):
    m = x.shape[0]
    return np.dot(dout, W), 1/m * np.dot(dout.T, x), 1/m * np.sum(dout, axis=0)
""", "batch_mean_twice"),
    ("09.1", """
def affine(dout, x, W, b):
    return np.dot(dout, W), np.dot(dout.T, x), np.sum(dout)
""", "bias_summed_to_scalar"),
    ("09.1", """
def affine(dout, x, W, b):
    dW = dout.T @ x
    return W.T @ dout.T, dW, dout.sum(0)
""", None),
    ("09.1", """
def affine(dout, x, W, b):
    return dout.T @ x, dout @ W, dout.sum(0)
""", "outputs_in_wrong_order"),
    ("09.1", """
def affine(dout, x, W, b):
    db = np.zeros_like(b).astype(int)
    for row in dout:
        db += row.astype(int)
    return dout @ W, dout.T @ x, db
""", None),
    ("09.1", """
def affine(dout, x, W, b):
    dx, dW, db = dout @ W, dout.T @ x, dout.sum(0)
    dout -= dout.mean()
    return dx, dW, db
""", "input_modified"),
    ("09.1", """
_cache = {"db": 0}
def affine(dout, x, W, b):
    _cache["db"] = _cache["db"] + dout.sum() * 0 + 1
    return dout @ W * _cache["db"], dout.T @ x, dout.sum(0)
""", "different_on_second_call"),
    ("09.1", """
def affine(dout, x, W, b):
    dout @ W, dout.T @ x, dout.sum(0)
""", "returns_none"),
    ("09.2", """
def f(up, A, W, b):
    m = A.shape[1]
    return W.T.dot(up), up.dot(A.T), np.sum(up, axis=1)
""", "size_one_axis"),
    ("09.2", """
def f(up, A, W, b):
    m = A.shape[1]
    return W.T.dot(up), up.dot(A.T) / m, np.sum(up, axis=1, keepdims=True) / m
""", "batch_mean_twice"),
    ("09.2", """
def f(up, A, W, b):
    dW = np.zeros_like(W)
    for n in range(A.shape[1]):
        dW[:] = up[:, [n]] @ A[:, [n]].T
    return W.T @ up, dW, up @ np.ones((A.shape[1], 1))
""", "last_example_only"),
    ("09.3", """
def act(dA, Z, name):
    if name == "relu":
        dZ = np.array(dA)
        dZ[dZ <= 0] = 0
        return dZ
    s = np.tanh(Z) if name == "tanh" else 1 / (1 + np.exp(-Z))
    return dA * (1 - s * s) if name == "tanh" else dA * s * (1 - s)
""", "relu_mask_on_gradient"),
    ("09.3", """
def act(dA, Z, name):
    if name == "relu":
        dZ = np.ones_like(dA)
        dZ[Z <= 0] = 0
        return dZ
    s = np.tanh(Z) if name == "tanh" else 1 / (1 + np.exp(-Z))
    return (1 - s * s) if name == "tanh" else s * (1 - s)
""", "upstream_ignored"),
    ("09.3", """
def act(dA, Z, name):
    sig = lambda t: 1 / (1 + np.exp(-t))
    if name == "sigmoid":
        A = sig(Z)
        return dA * sig(A) * (1 - sig(A))
    if name == "tanh":
        A = np.tanh(Z)
        return dA * (1 - np.tanh(A) ** 2)
    return dA * (np.maximum(Z, 0) > 0)
""", "derivative_at_activation"),
    ("09.3", """
def act(dA, Z, name):
    s = 1 / (1 + np.exp(-Z))
    return {"tanh": dA * s * (1 - s), "relu": dA * (Z > 0), "sigmoid": dA * s * (1 - s)}[name]
""", "sigmoid_derivative_for_tanh"),
    ("09.4", """
def mlp(X, W1, b1, W2, b2, Y, activation):
    m = X.shape[0]
    Z1 = X @ W1.T + b1
    A1 = np.tanh(Z1) if activation == "tanh" else Z1 * (Z1 > 0)
    A2 = 1 / (1 + np.exp(-(A1 @ W2.T + b2)))
    dZ2 = A2 - Y
    dW2 = dZ2.T @ A1
    db2 = dZ2.sum(0)
    dA1 = dZ2 @ W2
    g = (1 - A1 * A1) if activation == "tanh" else (Z1 > 0)
    dZ1 = dA1 * g
    return dZ2, dW2, db2, dA1, dZ1, dZ1.T @ X, dZ1.sum(0)
""", "missing_batch_mean"),
    ("09.4", """
def mlp(X, W1, b1, W2, b2, Y, activation):
    m = X.shape[0]
    Z1 = X @ W1.T + b1
    A1 = np.tanh(Z1) if activation == "tanh" else Z1 * (Z1 > 0)
    A2 = 1 / (1 + np.exp(-(A1 @ W2.T + b2)))
    dZ2 = (A2 - Y) / m
    dW2 = 1 / m * dZ2.T @ A1
    db2 = 1 / m * dZ2.sum(0)
    dA1 = dZ2 @ W2
    g = (1 - A1 * A1) if activation == "tanh" else (Z1 > 0)
    dZ1 = dA1 * g
    return dZ2, dW2, db2, dA1, dZ1, dZ1.T @ X, dZ1.sum(0)
""", "batch_mean_twice"),
    ("09.4", """
def mlp(X, W1, b1, W2, b2, Y, activation):
    f, df = (np.tanh, lambda a: 1 - a**2) if activation == "tanh" else (lambda z: np.maximum(0, z), lambda a: np.maximum(0, a))
    Z1 = X @ W1.T + b1
    A1 = f(Z1)
    A2 = 1 / (1 + np.exp(-(A1 @ W2.T + b2)))
    d2 = (A2 - Y) / len(X)
    d1 = (d2 @ W2) * df(A1)
    return d2, d2.T @ A1, d2.sum(0), d2 @ W2, d1, d1.T @ X, d1.sum(0)
""", "relu_for_its_derivative"),
    ("09.5", """
def backward(x, y, W1, b1, W2, b2):
    z1 = W1 @ x + b1; a1 = np.tanh(z1); p = 1 / (1 + np.exp(-(W2 @ a1 + b2)))
    dz2 = p * (1 - p) * -y / p + (1 - y) / (1 - p)
    return dz2, dz2 * a1.T, W2.T * dz2, (1 - a1**2) * W2.T * dz2, ((1 - a1**2) * W2.T * dz2) @ x.T
""", "missing_parenthesis"),
    ("09.7", "x1 * v2 * (p - y)", "transposed_weight_gradient"),
    ("09.7", "x2 * (v1*(w11*x1 + w12*x2) + v2*z2 - y)", "error_for_delta"),
    ("09.7", "(p - y) * v1 * x1", None),
    ("11.1", """
def softmax(Z):
    e = np.exp(Z - np.max(Z))
    return e / np.sum(e)
""", "normalised_over_everything"),
    ("11.1", """
def softmax(Z):
    e = np.exp(Z - Z.max(axis=0))
    return e / e.sum(axis=0)
""", "softmax_wrong_axis"),
    ("11.1", """
def softmax(Z):
    return np.array([np.exp(z) / np.exp(z).sum() for z in Z])
""", "exp_overflow"),
    ("11.2", """
def loss(Z, Y):
    P = np.exp(Z) / np.exp(Z).sum(1)[:, None]
    m, k = Y.shape
    return -(Y * np.log(P)).mean(), (P - Y) / (m * k)
""", "mean_over_classes"),
    ("11.2", """
def loss(Z, Y):
    P = np.exp(Z) / np.exp(Z).sum(1)[:, None]
    m = len(Y)
    dP = -Y / P / m
    dZ = dP * P * (1 - P)
    return -(Y * np.log(P)).sum() / m, dZ
""", "softmax_diagonal_only"),
    ("11.2", """
def loss(Z, Y):
    P = np.exp(Z) / np.exp(Z).sum(1)[:, None]
    return np.mean(-np.log(P[Y == 1])), Y / len(Y) - P / len(Y)
""", "sign_flipped"),
    ("11.3", """
def back(up, P):
    dZ = np.zeros_like(P)
    for n in range(len(P)):
        for k in range(P.shape[1]):
            dZ[n, k] = up[n, k] * P[n, k] * (1 - P[n, k])
    return dZ
""", "softmax_diagonal_only"),
    ("11.3", """
def back(up, P):
    J = np.diag(P[0]) - np.outer(P[0], P[0])      # one Jacobian for all rows
    return up @ J
""", None),
    ("11.4", """
def l2(W1, b1, W2, b2, dW1, db1, dW2, db2, lam, N):
    return dW1 + lam * W1, db1 + lam * b1, dW2 + lam * W2, db2 + lam * b2
""", "l2_on_bias"),
    ("11.4", """
def l2(W1, b1, W2, b2, dW1, db1, dW2, db2, lam, N):
    dW1 += lam * W1
    dW2 += lam * W2
    return dW1, db1, dW2, db2
""", "input_modified"),
    ("11.5", """
def ce(P, T):
    K = P.shape[1]
    return -np.array([sum((k + 1) * t[k] * np.log(p[k]) for k in range(K)) for p, t in zip(P, T)])
""", "index_weighted"),
    ("11.6", "p1*(1-p1)*(p1-t1)", "output_derivative_twice"),
    ("13.1", """
def grad(X, y, w, rows):
    err = X[rows].dot(w) - y[rows]
    return X[rows].T.dot(err) / X.shape[0]
""", "divided_by_all"),
    ("13.2", """
def sgd(X, y, w, lr, samples):
    steps = [lr * (X[k] @ w - y[k]) * X[k] for k in samples]
    return w - sum(steps)
""", "start_slope_kept"),
    ("13.2", """
def sgd(X, y, w, lr, samples):
    for k in samples:
        w -= lr * (X[k] @ w - y[k]) * X[k]
    return w
""", "input_modified"),
    ("13.3", """
def ops(widths, batch):
    f = sum(a * b for a, b in zip(widths[:-1], widths[1:])) * batch
    return f, 2 * f
""", "input_gradient_counted"),
    ("13.06", """
def step(X, W1, b1, W2, b2, Y, lr, lam):
    n = X.shape[0]
    H = np.maximum(0, X @ W1.T + b1)
    S = np.exp(H @ W2.T + b2)
    S /= S.sum(1)[:, None]
    L = -np.log(S[Y == 1]).mean() + .5 * lam * ((W1 * W1).sum() + (W2 * W2).sum())
    d = (S - Y) / n
    W2n = W2 - lr * (d.T @ H + lam * W2)
    e = d @ W2 * (H > 0)
    return L, W1 - lr * (e.T @ X), b1 - lr * e.sum(0), W2n, b2 - lr * d.sum(0)
""", "l2_one_layer_only"),
    ("13.08", """
def step(X, W1, b1, W2, b2, Y, lr, lam):
    n = X.shape[0]
    H = np.maximum(0, X @ W1.T + b1)
    S = np.exp(H @ W2.T + b2)
    S /= S.sum(1)[:, None]
    L = -np.log(S[Y == 1]).mean() + .5 * lam * ((W1 * W1).sum() + (W2 * W2).sum())
    d = (S - Y) / n
    W2, old = W2 - lr * (d.T @ H + lam * W2), W2
    e = d @ W2 * (H > 0)
    return L, W1 - lr * (e.T @ X + lam * W1), b1 - lr * e.sum(0), W2, b2 - lr * d.sum(0)
""", "updated_weights_in_backward"),
)  # fmt: skip


# ------------------------------------------------------------------------------------------ set 08

MISTAKES += (
    ("08.1", """
def forward(values, w):
    x, y = dict(values), dict(values)
    for (i, j) in sorted(w, key=lambda edge: edge[1]):
        x[j] = w[i, j] * y[i]                                 # = where += belongs
        y[j] = np.tanh(x[j])
    last = max(x)
    y[last] = x[last]
    return x, y
""", "assignment_instead_of_sum"),
    ("08.1", """
def forward(values, w):
    x, y = {}, {}
    n = max(j for i, j in w)
    for j in range(1, n + 1):
        x[j] = values[j] if j in values else sum(w.get((i, j), 0) * y[i] for i in range(1, j))
        y[j] = x[j] if j in values else np.tanh(x[j])
    return x, y
""", "activation_on_output"),
    ("08.2", """
def backward(x, y, w, target, n_inputs):
    n = max(y)
    dE_dy = {n: y[n] - target}
    dE_dx = {n: y[n] - target}
    dE_dw = {}
    for i in range(n - 1, 0, -1):
        dE_dy[i] = 0
        for j in range(i + 1, n + 1):
            if (i, j) in w:
                dE_dy[i] += w[i, j] * dE_dx[j]
                dE_dw[i, j] = y[i] * dE_dx[j]
        dE_dx[i] = dE_dy[i]
    return dE_dy, dE_dx, dE_dw
""", "activation_derivative_omitted"),
    ("08.2", """
def backward(x, y, w, target, n_inputs):
    n = max(y)
    dE_dy, dE_dx_all, dE_dw = {n: y[n] - target}, {n: y[n] - target}, {}
    dE_dx = dE_dy[n]                                          # one variable, as the lecture prints it
    for i in range(n - 1, 0, -1):
        dE_dy[i] = 0
        for (k, j) in w:
            if k == i:
                dE_dy[i] += w[k, j] * dE_dx
                dE_dw[k, j] = y[i] * dE_dx
        dE_dx = dE_dy[i] if i <= n_inputs else (1 - y[i] ** 2) * dE_dy[i]
        dE_dx_all[i] = dE_dx
    return dE_dy, dE_dx_all, dE_dw
""", "wrong_layer_index"),
    ("08.3", """
def count(edges):
    n = max(max(e) for e in edges)
    into = [sum(1 for e in edges if e[1] == j) for j in range(1, n + 1)]
    return into[-1], len(edges)
""", "path_counted_as_edge"),
    ("08.4", """
def output(x_out, target):
    y = 1 / (1 + np.exp(-x_out))
    E = -np.log(y) if target == 1 else -np.log(1 - y)
    dE_dy = y - target
    return E, dE_dy, dE_dy * (y - y * y)
""", "output_derivative_twice"),
    ("08.7", "(y4 - t)*(w24*w12 + w34*w13)", "activation_derivative_omitted"),
)  # fmt: skip


# ------------------------------------------------------------------------------------------ sets 08 to 13, the
# families

MISTAKES += (
    ("08.1", """
def forward(values, w):
    x, y = dict(values), dict(values)
    n = max(j for i, j in w)
    for j in range(len(values) + 1, n + 1):
        x[j] = 0
        for i, k in w:
            if k == j:
                x[j] += w[i, k] * y[i]
        y[j] = 1 / (1 + np.exp(-x[j])) if j < n else x[j]
    return x, y
""", "wrong_activation"),
    ("08.2", """
def backward(x, y, w, target, n_inputs):
    last, gy, gx = max(y), {}, {}
    for i in sorted(y, reverse=True):
        gy[i] = 1.0 if i == last else sum(v * gx[j] for (k, j), v in w.items() if k == i)
        gx[i] = gy[i] if i == last or i <= n_inputs else gy[i] * (1 - y[i] ** 2)
    return gy, gx, {(i, j): y[i] * gx[j] for i, j in w}
""", "base_case_value"),
    ("08.4", """
def output(x_out, t):
    y = 1 / (1 + np.exp(-x_out))
    E = -(t * np.log10(y) + (1 - t) * np.log10(1 - y))
    return E, -t / y + (1 - t) / (1 - y), y - t
""", "base_ten"),
    ("08.4", """
def output(x_out, t):
    y = 1 / (1 + np.exp(-x_out))
    safe = np.clip(y, 1e-3, 1 - 1e-3)
    return -(t * np.log(safe) + (1 - t) * np.log(1 - safe)), (y - t) / (y * (1 - y)), y - t
""", "probability_clipped"),
    ("09.1", """
def affine(upstream, X, W, b):
    m = X.shape[0]
    return upstream @ W, (1 / m) * upstream.T @ X, (1 / m) * np.sum(upstream, axis=0)
""", "batch_mean_twice"),
    ("09.1", """
def affine(upstream, X, W, b):
    for n in range(len(X)):
        dW = np.outer(upstream[n], X[n])
        db = upstream[n]
    return upstream @ W, dW, db
""", "last_example_only"),
    ("09.2", """
def affine(dZ, A, W, b):
    m = A.shape[1]
    return np.dot(W.T, dZ), np.dot(dZ, A.T) / m, np.sum(dZ, axis=1, keepdims=True) / m
""", "batch_mean_twice"),
    ("09.3", """
def act(dA, Z, name):
    if name == "relu":
        return np.where(Z < 0, 0, dA)
    a = np.tanh(Z) if name == "tanh" else 1 / (1 + np.exp(-Z))
    return dA * (1 - a**2) if name == "tanh" else dA * a * (1 - a)
""", "slope_at_kink"),
    ("09.4", """
def backward(X, W1, b1, W2, b2, Y, activation):
    N = len(X)
    Z1 = X @ W1.T + b1
    A1 = np.tanh(Z1) if activation == "tanh" else np.maximum(0, Z1)
    P = 1 / (1 + np.exp(-(A1 @ W2.T + b2)))
    dZ2 = (P - Y) / N
    dA1 = dZ2 @ W2
    dZ1 = dA1 * (1 - A1**2)                       # whatever the activation
    return dZ2, dZ2.T @ A1, dZ2.sum(0), dA1, dZ1, dZ1.T @ X, dZ1.sum(0)
""", "wrong_activation"),
    ("10.2", """
def lemma(y, z, a, W):
    d = (1 - a[-1] ** 2) * (a[-1] - y)            # the slope of tanh
    deltas = [d]
    for l in range(len(W) - 1, 0, -1):
        d = (1 - a[l] ** 2) * (W[l].T @ d)
        deltas.append(d)
    deltas = deltas[::-1]
    return deltas, [np.outer(d, v) for d, v in zip(deltas, a)], deltas
""", "tanh_derivative_for_sigmoid"),
    ("11.1", """
def softmax(Z):
    E = np.exp(Z - np.max(Z))
    return E / E.sum(axis=1, keepdims=True)
""", "row_maximum"),
    ("11.2", """
def loss(Z, Y):
    P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
    return -(Y * np.log(P + 1e-9)).sum() / len(Z), (P - Y) / len(Z)
""", "probability_clipped"),
    ("11.4", """
def l2(W1, b1, W2, b2, dW1, db1, dW2, db2, lam, N):
    return dW1 + lam * W1, db1, dW2 + 2 * lam * W2, db2
""", "l2_doubled"),
    ("11.5", """
def losses(P, T):
    return -np.log(np.clip((P * T).sum(axis=1), 1e-12, 1))
""", "probability_clipped"),
    ("11.5", """
def losses(P, T):
    return -np.log2(P[T == 1])
""", "base_ten"),
    ("12.3", """
def gelu(upstream, z):
    u = np.sqrt(2 / np.pi) * (z + 0.044715 * z**3)
    t = np.tanh(u)
    du = np.sqrt(2 / np.pi) * (1 + 0.134145 * z**2)
    return upstream * ((1 + t) / 2 + z / 2 * (1 - t * t) * du)
""", "wrong_activation"),
    ("12.8", """
def sizes(delta, Z, W, activation):
    found = [np.sqrt((delta**2).mean())]
    for z, w in zip(Z[::-1], W[::-1]):
        s = 1 / (1 + np.exp(-z))
        slope = s * (1 - s) if activation == "sigmoid" else z > 0 if activation == "relu" else 1 - np.tanh(z) ** 2
        delta = delta @ w * slope
        found.append(np.sqrt((delta**2).mean()))
    return found
""", "outputs_in_wrong_order"),
    ("13.1", """
def gradient(X, y, w, rows):
    chosen = np.zeros(len(X), bool)
    chosen[rows] = True
    return X[chosen].T @ (X[chosen] @ w - y[chosen]) / chosen.sum()
""", "without_replacement"),
    ("13.2", """
def sgd(X, y, w, lr, samples):
    for k in samples:
        w = w - lr * (X[k] @ w - y[k])
    return w
""", "inner_derivative_missing"),
    ("13.14", """
def digits(X, y, X_test):
    return np.array([y[np.argmax(X @ x)] for x in X_test]) * 0
""", None),
)  # fmt: skip


# ------------------------------------------------------------------------------------------ sets 01 to 07,
# the families

MISTAKES += (
    ("01.1", """
def descend(slope, x, lr, steps):
    path = []
    for i in range(steps + 1):
        path += [x]
        x -= lr * slope(x)
        if i == steps - 1:
            path = path[:1] + path
    return path[:steps + 1]
""", "start_twice"),
    ("01.2", """
def descend_in_n_dimensions(gradient, p, lr, steps):
    path = [p]
    for t in range(steps):
        p -= lr * gradient(p)
        path.append(p)
    return np.array(path)
""", "input_modified"),
    ("01.2", """
def descend_in_n_dimensions(gradient, p, lr, steps):
    places = np.zeros((len(p), steps + 1))
    places[:, 0] = p
    for t in range(steps):
        places[:, t + 1] = places[:, t] - lr * gradient(places[:, t])
    return places
""", "rows_for_columns"),
    ("01.3", """
def step_in_a_bowl(x, y, a, b, c, lr):
    y -= lr * (b * x + c * y)
    x -= lr * (a * x + b * y)
    return x, y
""", "updated_weights_in_backward"),
    ("02.1", """
def central_difference(loss, x, h):
    slopes = []
    for i in range(1, len(x)):
        e = np.zeros(len(x))
        e[i] = h
        slopes.append((loss(x + e) - loss(x - e)) / (2 * h))
    return [0, *slopes]
""", "one_left_out"),
    ("02.2", """
def linear_gradient(X, y, w, b):
    N, d = X.shape
    error = y - (X @ w + b)
    return -(X.T @ error) / d, -error.sum() / d
""", "wrong_divisor"),
    ("02.2", """
def linear_gradient(X, y, w, b):
    dw, db = np.zeros(len(w)), 0
    for n in range(1, len(X)):
        e = X[n] @ w + b - y[n]
        dw += e * X[n] / len(X)
        db += e / len(X)
    return dw, db
""", "one_left_out"),
    ("02.3", """
def logistic_gradient(x, y, w, b):
    p = 1 / (1 + np.exp(w @ x + b))
    return (p - y) * x, p - y
""", "sigmoid_sign"),
    ("02.4", """
def relative_error(a, n):
    return np.linalg.norm(a - n) / (np.linalg.norm(a) + np.linalg.norm(n))
""", "norm_for_max"),
    ("03.1", """
def topological_order(graph):
    waits = {v: len(graph[v]) for v in graph}
    free, order = [v for v in graph if waits[v] == 0], []
    while free:
        u = free.pop()
        order.append(u)
        for v in graph:
            if u in graph[v]:
                waits[v] -= 1
                if waits[v] == 0:
                    free.append(v)
    if len(order) < len(graph):
        raise ValueError("cycle")
    return order
""", "repeated_input_waits"),
    ("03.1", """
def topological_order(graph):
    done, order = set(), []
    def visit(v, path):
        assert v not in path, "cycle"
        if v not in done:
            for u in graph[v]:
                visit(u, path | {v})
            done.add(v)
            order.append(v)
    for v in graph:
        visit(v, set())
    return order
""", "cycle_other_error"),
    ("03.3", """
def consumers_of(graph):
    return {u: [v for v in graph if u in graph[v]] for u in graph}
""", "repeated_input_once"),
    ("03.5", """
def network_forward(x, W1, b1, W2, b2):
    z1 = W1.dot(x) + b1
    a1 = z1 * (z1 > 0)
    z2 = W2.dot(a1) + b2
    return z1, a1, z2, 1 / (1 + np.exp(-z2))
""", "wrong_activation"),
    ("03.7", """
def count_operations(graph, output):
    def work(v):
        return 1 + max(work(u) for u in graph[v]) if graph[v] else 0
    reached, stack = set(), [output]
    while stack:
        v = stack.pop()
        reached.add(v)
        stack.extend(graph[v])
    return sum(len(graph[v]) > 0 for v in reached), work(output)
""", "longest_path_only"),
    ("03.7", """
def count_operations(graph, output):
    def work(v):
        return bool(graph[v]) + sum(map(work, graph[v]))
    return len([v for v in graph if graph[v]]), work(output)
""", "unneeded_nodes_counted"),
    ("04.2", """
def multiply_backward(upstream, x, y):
    return upstream * y, x
""", "upstream_ignored"),
    ("04.2", """
def multiply_backward(upstream, x, y):
    m = x * y
    return upstream * m / x, upstream * m / y
""", "divided_by_input"),
    ("04.3", """
def backward(x, y, z):
    df = 1
    dz = z * df
    dq = (x + y) * df
    dx = dy = dz
    return df, dq, dz, dx, dy
""", "operands_swapped"),
    ("04.3", """
def backward(x, y, z):
    q = x + y
    df, dq, dz = 1, z, q
    dx = z * dq
    dy = z * dq
    return df, dq, dz, dx, dy
""", "local_derivative_twice"),
    ("05.2", """
def max_and_mean_backward(upstream, v):
    i = int(np.argmax(np.abs(v)))
    dv = np.zeros(len(v))
    dv[i] = upstream
    return dv, np.ones(len(v)) * upstream / len(v)
""", "largest_absolute_value"),
    ("05.4", """
def slope_of_the_sigmoid(z, θ):
    f = round(1 / (1 + np.exp(-z)), 3)
    return f * (1 - f), θ * f * (1 - f)
""", "decimals_lost"),
    ("05.5", """
def logistic_unit(w, x, b, t):
    z = w * x + b
    y = 1 / (1 + np.exp(-z))
    dy = y - t
    return z, y, dy ** 2 / 2, dy, dy * y * (1 - y), dy * x, dy
""", "error_for_delta"),
    ("06.1", """
def backward(output):
    nodes, stack = [], [output]
    while stack:
        v = stack.pop()
        if v not in nodes:
            nodes.append(v)
            stack += v.inputs
    for v in nodes:
        v.grad = 0.0
    output.grad = 1.0
    def send(v):
        for u, d in zip(v.inputs, v.local):
            u.grad += d * v.grad
            send(u)
    send(output)
""", "no_topological_order"),
    ("06.2", """
def gradient_at_a_node(consumer_gradients, local):
    return [g * d for g, d in zip(consumer_gradients, local)]
""", "not_summed"),
    ("07.1", """
def bce_with_logits(z, y):
    e = np.exp(-np.abs(z))
    p = np.where(z < 0, e, 1.0) / (1 + e)
    safe = np.clip(p, 1e-5, 1 - 1e-5)
    return -np.mean(np.where(y == 1, np.log(safe), np.log(1 - safe))), (p - y) / len(y)
""", "log_of_zero"),
    ("07.1", """
def bce_with_logits(z, y):
    e = np.exp(-np.abs(z))
    p = np.where(z < 0, e, 1.0) / (1 + e)
    eps = np.finfo(float).eps
    return -np.mean(y * np.log(p + eps) + (1 - y) * np.log(1 - p + eps)), (p - y) / len(y)
""", "log_of_zero"),
    ("07.2", """
def logistic_gradients(X, y, w, b):
    y = y[:, 0]
    error = 1 / (1 + np.exp(-(X @ w + b))) - y
    return error, X.T @ error / len(y), error.mean()
""", "missing_batch_mean"),
    ("07.3", """
def through_the_sigmoid(y_hat, y):
    d = -(y / y_hat - (1 - y) / (1 - y_hat))
    return d / len(y), (y_hat - y) / len(y)
""", "mean_included"),
    ("07.4", """
def step(x, y, w, b, lr):
    error = 1 / (1 + np.exp(-(w @ x + b))) - y
    return w - error * x, b - error
""", "learning_rate_missing"),
    ("07.4", """
def step(x, y, w, b, lr):
    error = 1 / (1 + np.exp(-(w @ x + b))) - y
    return w - lr * error * x, b - error
""", "learning_rate_missing_on_biases"),
)  # fmt: skip
