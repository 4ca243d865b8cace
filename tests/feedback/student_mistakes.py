"""Wrong solutions as students write them, different in form from the engine's own: (task, code, the diagnosis that is due).

None means that no mistake may be named: the answer is wrong in a way that nobody has listed.
"""

MISTAKES = ()


# ------------------------------------------------------------------------------------------ sets 07, 08, 10 and 12

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
        result[name] = f(cache[args[0]], cache[args[1]])
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
