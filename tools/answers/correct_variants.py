"""Right answers written in another way than the reference: loops, other formulas, other engines. Each must
get full points.
"""
# ruff: noqa: E501

import collections
import graphlib
import itertools
import math

import numpy as np

import backprop_lib as bp

VARIANTS = {}


# ------------------------------------------------------------------------------------------ sets 07, 08, 10
# and 12


def _07_1_loop(z, y):
    total, slopes = 0.0, []
    for value, label in zip(z.tolist(), y.tolist()):
        if value >= 0:
            tail = math.exp(-value)
            total += value + math.log1p(tail) - label * value
            slopes.append((1 / (1 + tail) - label) / len(z))
        else:
            tail = math.exp(value)
            total += math.log1p(tail) - label * value
            slopes.append((tail / (1 + tail) - label) / len(z))
    return total / len(z), slopes


def _07_1_masks(z, y):
    p = np.empty(len(z))
    up = z > 0
    p[up] = 1 / (1 + np.exp(-z[up]))
    p[~up] = np.exp(z[~up]) / (1 + np.exp(z[~up]))
    charge = np.where(y == 1, np.logaddexp(0, -z), np.logaddexp(0, z))
    return charge.mean(), (p - y) / len(y)


def _07_2_loop(X, y, w, b):
    dz, dw, db = [], np.zeros(len(w)), 0.0
    for row, label in zip(X, y[:, 0]):
        p = 1 / (1 + math.exp(-(sum(r * v for r, v in zip(row, w)) + b)))
        dz.append((p - label) / len(X))
        dw += dz[-1] * row
        db += dz[-1]
    return dz, dw, db


def _07_2_columns(X, y, w, b):
    Z = X @ w[:, None] + b
    delta = (1 / (1 + np.exp(-Z)) - y) / len(y)
    return delta[:, 0], (X.T @ delta)[:, 0], float(delta.sum())


def _07_2_bias_as_weight(X, y, w, b):
    X1, w1 = np.c_[X, np.ones(len(X))], np.append(w, b)
    error = 0.5 * (1 + np.tanh(X1 @ w1 / 2)) - y.T[0]
    gradient = (X1 * error[:, None]).mean(axis=0)
    return error / len(X), gradient[:-1], gradient[-1]


def _07_2_long_way(X, y, w, b):
    N, t = X.shape[0], np.squeeze(y)
    s = np.exp(X.dot(w) + b) / (1 + np.exp(X.dot(w) + b))
    dz = s * (1 - s) * (-t / s + (1 - t) / (1 - s)) / N
    return dz, np.einsum("n,nd->d", dz, X), np.sum(dz)


def _07_3_loop(y_hat, y):
    up = [-1 / p if t == 1 else 1 / (1 - p) for p, t in zip(y_hat, y)]
    return up, [p * (1 - p) * g for p, g in zip(y_hat, up)]


def _07_4_in_place_on_a_copy(x, y, w, b, lr):
    z = b
    for i in range(len(x)):
        z += w[i] * x[i]
    error = 1 / (1 + math.exp(-z)) - y
    w = w.copy()
    w -= lr * error * x
    return w, b - lr * error


def _07_4_one_vector(x, y, w, b, lr):
    theta, features = np.append(w, b), np.append(x, 1)
    theta = theta + lr * (y - 1 / (1 + np.exp(-theta @ features))) * features
    return theta[:-1], theta[-1]


VARIANTS |= {
    "07.1": {
        "a loop with math": _07_1_loop,
        "masks and logaddexp": _07_1_masks,
        "tanh for the sigmoid": lambda z, y: (
            float(np.mean(np.logaddexp(0, z) - y * z)), (0.5 + 0.5 * np.tanh(z / 2) - y) / z.size,
        ),
        "sign trick": lambda z, y: (
            np.logaddexp(0, (1 - 2 * y) * z).sum() / len(z),
            (np.where(z > 0, 1, np.exp(-abs(z))) / (1 + np.exp(-abs(z))) - y) / len(z),
        ),
    },
    "07.2": {
        "a loop over examples": _07_2_loop,
        "columns": _07_2_columns,
        "bias as a weight": _07_2_bias_as_weight,
        "the long way": _07_2_long_way,
    },
    "07.3": {
        "a loop": _07_3_loop,
        "short": lambda y_hat, y: ((y_hat - y) / (y_hat * (1 - y_hat)), y_hat - y),
        "parentheses": lambda p, y: (-(y / p) + (1 - y) / (1 - p), p * (1 - p) * (-(y / p) + (1 - y) / (1 - p))),
        "by label": lambda p, y: [np.where(y > 0.5, -1 / p, 1 / (1 - p)), np.where(y > 0.5, p - 1, p)],
    },
    "07.4": {
        "in place on a copy": _07_4_in_place_on_a_copy,
        "one vector": _07_4_one_vector,
        "tanh": lambda x, y, w, b, lr: [
            p + lr * (y - 0.5 - 0.5 * np.tanh((w.dot(x) + b) / 2)) * q for p, q in ((w, x), (b, 1))
        ],
        "a list": lambda x, y, w, b, lr: (
            [wi - lr * xi * (1 / (1 + np.exp(-b - np.sum(x * w))) - y) for wi, xi in zip(w, x)],
            b - lr * (1 / (1 + np.exp(-b - np.sum(x * w))) - y),
        ),
    },
    "07.6": {
        "other letters": "sigmoid(z) - y",
        "unfinished": "ŷ*(1-ŷ)*(-y/ŷ + (1-y)/(1-ŷ))", "in z": "1/(1+exp(-z)) - y",
    },
    "07.7": {"in w": "(sigmoid(w*x+b) - t)*sigmoid(w*x+b)*(1 - sigmoid(w*x+b))*x", "other order": "x*y*(y-t)*(1-y)"},
}  # fmt: skip


def _10_1_dicts(x, W, b):
    a, z = {1: x}, {}
    for l in range(2, len(W) + 2):
        z[l] = W[l - 2] @ a[l - 1] + b[l - 2]
        a[l] = 1 / (1 + np.exp(-z[l]))
    return z, a


def _10_1_scalars(x, W, b):
    z, a = [], [list(x)]
    for weights, biases in zip(W, b):
        z.append([sum(w * v for w, v in zip(row, a[-1])) + c for row, c in zip(weights, biases)])
        a.append([1 / (1 + math.exp(-v)) for v in z[-1]])
    return z, a


def _10_1_recursive(x, W, b):
    if not W:
        return [], [x]
    z = b[0] + np.einsum("jk,k->j", W[0], x)
    later_z, later_a = _10_1_recursive(0.5 + 0.5 * np.tanh(z / 2), W[1:], b[1:])
    return [z, *later_z], [x, *later_a]


def _10_1_columns(x, W, b):
    z, a = [], [x.reshape(-1, 1)]
    for l in range(len(W)):
        z += [W[l].dot(a[l]) + b[l][:, None]]
        a += [np.exp(z[l]) / (np.exp(z[l]) + 1)]
    return [v.ravel() for v in z], [v.ravel() for v in a]


def _10_2_dicts(y, z, a, W):
    L = len(a)
    a = {l + 1: v for l, v in enumerate(a)}
    W = {l + 2: w for l, w in enumerate(W)}
    d = {L: a[L] * (1 - a[L]) * (a[L] - y)}
    for l in range(L - 1, 1, -1):
        d[l] = a[l] * (1 - a[l]) * (W[l + 1].T @ d[l + 1])
    return d, {l: np.outer(d[l], a[l - 1]) for l in d}, d


def _10_2_from_z(y, z, a, W):
    def slope(v):
        return np.exp(-v) / (1 + np.exp(-v)) ** 2

    found = [(slope(z[-1]) * (a[-1] - y))[:, None]]
    for l in range(len(W) - 1, 0, -1):
        found.append(slope(z[l - 1])[:, None] * W[l].T @ found[-1])  # right with columns
    found.reverse()
    return (
        [v[:, 0] for v in found],
        [v @ before[None] for v, before in zip(found, a)],
        [v.ravel() for v in found],
    )


def _10_2_diagonals(y, z, a, W):
    delta = [np.diag(a[-1] - a[-1] ** 2) @ (a[-1] - y)]
    for k in range(2, len(W) + 1):
        delta = [np.diag(a[-k] - a[-k] ** 2) @ W[1 - k].T @ delta[0], *delta]
    return delta, [d.reshape(-1, 1) * v for d, v in zip(delta, a)], list(delta)


def _10_2_sums(y, z, a, W):
    L, deltas = len(W), [None] * len(W)
    for l in reversed(range(L)):
        deltas[l] = np.zeros(len(z[l]))
        for j, s in enumerate(a[l + 1]):
            up = (
                s - y[j]
                if l == L - 1
                else sum(deltas[l + 1][k] * W[l + 1][k, j] for k in range(len(W[l + 1])))
            )
            deltas[l][j] = s * (1 - s) * up
    return tuple(deltas), tuple(np.multiply.outer(d, v) for d, v in zip(deltas, a)), tuple(deltas)


def _10_3_lemma(X, Y, W, b, eta, ks):
    for k in ks:
        _, a = _10_1_columns(X[k], W, b)
        _, dW, db = _10_2_sums(Y[k], a[1:], a, W)
        W = [w - eta * g for w, g in zip(W, dW)]
        b = [c - eta * g for c, g in zip(b, db)]
    return W, b


def _10_3_in_place_on_copies(X, Y, W, b, eta, ks):
    W, b = [w.copy() for w in W], [c.copy() for c in b]
    for k in ks:
        z, a = _10_1_dicts(X[k], W, b)
        delta, dW, _ = _10_2_dicts(Y[k], None, [a[l] for l in sorted(a)], W)
        for l in dW:
            W[l - 2] -= eta * dW[l]
            b[l - 2] -= eta * delta[l]
    return W, b


def _10_3_updates_behind_the_delta(X, Y, W, b, eta, ks):
    """W[l] is updated as soon as nobody needs its old value any more."""
    W, b = dict(enumerate(W, 2)), dict(enumerate(b, 2))
    for k in ks:
        a = {1: X[k]}
        for l in W:
            a[l] = 1 / (1 + np.exp(-W[l] @ a[l - 1] - b[l]))
        delta = (a[len(a)] - Y[k]) * a[len(a)] * (1 - a[len(a)])
        for l in range(len(a), 1, -1):
            below = a[l - 1] * (1 - a[l - 1]) * (delta @ W[l])
            W[l], b[l] = W[l] - eta * np.outer(delta, a[l - 1]), b[l] - eta * delta
            delta = below
    return W, b


def _10_3_bias_inside(X, Y, W, b, eta, ks):
    T = [np.c_[w, c] for w, c in zip(W, b)]
    for k in ks:
        a = [np.append(X[k], 1)]
        for t in T:
            a.append(np.append(1 / (1 + np.exp(-t @ a[-1])), 1))
        back, new = (a[-1][:-1] - Y[k]), []
        for t, out, into in zip(T[::-1], a[::-1], a[-2::-1]):
            delta = back * out[:-1] * (1 - out[:-1])
            new.insert(0, t - eta * delta[:, None] * into)
            back = (t.T @ delta)[:-1]
        T = new
    return [t[:, :-1] for t in T], [t[:, -1] for t in T]


def _10_4_from_the_right(y, z, a, W):
    D = [np.eye(len(v)) * (v * (1 - v)) for v in a[1:]]
    vector = D[-1].dot(a[-1] - y)
    for l in range(len(D) - 2, -1, -1):
        vector = D[l].dot(W[l + 1].T.dot(vector))
    return D, vector


def _10_4_from_the_left(y, z, a, W):
    D = {l: np.diag(v - v * v) for l, v in enumerate(a[1:], 2)}
    product = D[2]
    for l in range(3, len(a) + 1):
        product = product @ W[l - 2].T @ D[l]
    return D, product @ (a[-1] - y)


def _10_8_texts(forward, backward, values):
    """The lemma in the library's own words: the texts are compared, nothing is computed."""
    N = len(values["Y"])
    g = forward[1].partition(" = ")[2]
    slope = (
        "(Z1 > 0)"
        if g.startswith("np.max")
        else "(1 - A1 ** 2)"
        if g.startswith("np.tanh")
        else "(A1 * (1 - A1))"
    )
    due = [
        f"dA2 = {1 / (2 * N):g} * (2 * v5)", "dZ2 = dA2 * (A2 * (1 - A2))", "db2 = dZ2.sum(axis=0)", "dA1 = dZ2 @ W2",
        "dW2 = dZ2.T @ A1", f"dZ1 = dA1 * {slope}", "db1 = dZ1.sum(axis=0)", "dW1 = dZ1.T @ X",
    ]  # fmt: skip
    wrong = [i for i in range(8) if due[i] != backward[i]]
    return wrong[0], due[wrong[0]].split(" = ")[1]


def _10_8_by_the_graph(forward, backward, values):
    """The graph of the same network writes the program that is right."""
    X, W1, b1, W2, b2, Y = bp.inputs(**values)
    Z1 = X @ W1.T + b1
    A1 = bp.tanh(Z1) if "tanh" in forward[1] else bp.sigmoid(Z1) if "exp" in forward[1] else bp.relu(Z1)
    Z2 = A1 @ W2.T + b2
    A2 = bp.sigmoid(Z2)
    L = ((A2 - Y) ** 2).sum() / (2 * len(Y))
    for name, node in dict(Z1=Z1, A1=A1, Z2=Z2, A2=A2, L=L).items():
        node.name = name
    lines = [line.strip() for line in bp.source(L, wrt=["W1", "b1", "W2", "b2"]).splitlines()]
    for number, line in enumerate(backward):
        if line not in lines:
            return number, next(due for due in lines if due.startswith(line[:6])).split(" = ")[1]


def _10_8_measured(forward, backward, values):
    """Each line against measured slopes, with its variable nudged in the middle of the forward half."""
    due = dict(
        dA2="(1 / len(Y)) * v5", dZ2="A2 * dA2 - dA2 * A2 ** 2", db2="np.ones(len(Y)) @ dZ2", dA1="(W2.T @ dZ2.T).T", dW2="(A1.T @ dZ2).T",
        db1="np.einsum('nh->h', dZ1)", dW1="np.einsum('nh,nd->hd', dZ1, X)",
        dZ1="np.where(A1 > 0, dA1, 0)" if "max" in forward[1] else "dA1 / np.cosh(Z1) ** 2" if "tanh" in forward[1] else "dA1 * (A1 - A1 * A1)",
    )  # fmt: skip
    names = {"np": np} | values
    for line in forward:
        exec(line, names)
    for number, line in enumerate(backward):
        variable = line[1:3]
        after = [i for i, text in enumerate(forward) if text.startswith(f"{variable} =")]
        rest = compile("\n".join(forward[after[0] + 1 :] if after else forward), "<rest>", "exec")
        slopes = np.zeros(names[variable].shape)
        for place in np.ndindex(slopes.shape):
            for h in (1e-5, -1e-5):
                nudged = names | {variable: names[variable].copy()}
                nudged[variable][place] += h
                exec(rest, nudged)
                slopes[place] += nudged["L"] / (2 * h)
        try:
            exec(line, names)
            fits = (
                names[f"d{variable}"].shape == slopes.shape
                and abs(names[f"d{variable}"] - slopes).max() < 1e-7
            )
        except ValueError:
            fits = False
        if not fits:
            return {"line": number, "right": due[f"d{variable}"]}


VARIANTS |= {
    "10.1": {
        "dicts by layer": _10_1_dicts,
        "scalars": _10_1_scalars,
        "recursive": _10_1_recursive,
        "columns inside": _10_1_columns,
    },
    "10.2": {
        "dicts by layer": _10_2_dicts,
        "slopes from z, columns": _10_2_from_z,
        "diagonal matrices": _10_2_diagonals,
        "sums over units": _10_2_sums,
    },
    "10.3": {
        "lemma 1, then update": _10_3_lemma,
        "in place on copies": _10_3_in_place_on_copies,
        "each W after its last use": _10_3_updates_behind_the_delta,
        "biases inside the matrices": _10_3_bias_inside,
    },
    "10.4": {
        "from the right": _10_4_from_the_right,
        "from the left, dict": _10_4_from_the_left,
        "recursion": lambda y, z, a, W: (np.array([np.diag(v * (1 - v)) for v in a[1:]]), _10_2_sums(y, z, a, W)[0][0]),
        "slopes from z": lambda y, z, a, W: (
            [np.diag(0.25 / np.cosh(v / 2) ** 2) for v in z], _10_2_from_z(y, z, a, W)[0][0],
        ),
    },
    "10.5": {
        "broadcasting": lambda delta, a: (delta[:, None] * a, np.diag(np.ones_like(delta)), delta.copy()),
        "the very delta": lambda delta, a: (np.outer(delta, a), np.identity(len(delta)), delta),
        "loops": lambda delta, a: (
            [[d * v for v in a] for d in delta],
            [[int(i == j) for i in range(len(delta))] for j in range(len(delta))],
            [*delta],
        ),
        "matrix product": lambda delta, a: (delta.reshape(-1, 1) @ a.reshape(1, -1), np.eye(delta.size), 1 * delta),
    },
    "10.7": {"other order": "x*a2*(1-a2)*w3*(a3-a3^2)*(a3-y)", "two minus": "-(y-a3)*a3*(1-a3)*w3*a2*(1-a2)*x"},
    "10.8": {
        "texts": _10_8_texts,
        "by the graph": _10_8_by_the_graph,
        "measured": _10_8_measured,
        "a number of numpy's": lambda *given: (lambda line, right: (np.int64(line), f" {right} "))(*_10_8_texts(*given)),
    },
}  # fmt: skip


# ------------------------------------------------------------------------------------------ set 04


def _add_by_loop(upstream, x, y):
    gradients = []
    for local in (1, 1):
        gradients.append(local * upstream)
    return gradients


def _add_by_nudging(upstream, x, y):
    h = 0.5
    return upstream * ((x + h + y) - (x - h + y)) / (2 * h), upstream * ((x + y + h) - (x + y - h)) / (2 * h)


def _multiply_by_nudging(upstream, x, y):
    h = 0.5  # exact: the product is linear in each input
    return upstream * ((x + h) * y - (x - h) * y) / (2 * h), upstream * (x * (y + h) - x * (y - h)) / (2 * h)


def _multiply_swapped_pair(upstream, x, y):
    return tuple(np.array([x, y])[::-1] * upstream)


def _product_by_engine(upstream, x, y):
    a, b = bp.inputs(x=x, y=y)
    (a * b).backward(upstream=upstream)
    return a.grad, b.grad


def _sum_by_engine(upstream, x, y):
    a, b = bp.inputs(x=x, y=y)
    (a + b).backward(upstream=upstream)
    return a.grad, b.grad


def _backward_as_dict(x, y, z):
    g = {"df": 1}
    g["dz"] = (x + y) * g["df"]
    g["dq"] = z * g["df"]
    g["dy"] = g["dx"] = g["dq"]
    return g


def _backward_accumulating(x, y, z):
    df, dq, dz, dx, dy = 1, 0, 0, 0, 0
    dq += z * df
    dz += (x + y) * df
    dx += dq
    dy += dq
    return [df, dq, dz, dx, dy]


def _backward_by_engine(x, y, z):
    x, y, z = bp.inputs(x=x, y=y, z=z)
    q = x + y
    f = q * z
    f.backward()
    return tuple(node.grad for node in (f, q, z, x, y))


def _meanings_expanded(q, c):
    return q + c, 2 * q + c


def _meanings_by_nudging(q, c):
    h = 0.5  # exact for a parabola, from both sides
    return (q + c) * 1, ((q + h) * (q + h + c) - (q - h) * (q - h + c)) / (2 * h)


def _meanings_by_engine(q, c):
    node = bp.Node(q, "q")
    z = node + c
    (node * z).backward()
    return z.value, node.grad


VARIANTS |= {
    "04.1": {
        "one line": lambda upstream, x, y: (upstream, upstream),
        "loop over local derivatives": _add_by_loop,
        "nudging": _add_by_nudging,
        "the course's engine": _sum_by_engine,
    },
    "04.2": {
        "other order of factors": lambda u, a, b: (u * b, u * a),
        "nudging": _multiply_by_nudging,
        "an array, turned round": _multiply_swapped_pair,
        "the course's engine": _product_by_engine,
    },
    "04.3": {
        "a dict": _backward_as_dict,
        "adding to zeros": _backward_accumulating,
        "the course's engine": _backward_by_engine,
        "closed form": lambda x, y, z: (1.0, z, x + y, z, z),
    },
    "04.5": {
        "expanded": _meanings_expanded,
        "nudging": _meanings_by_nudging,
        "the course's engine": _meanings_by_engine,
        "product rule with powers": lambda q, c: (c + q, (q**1) * 1 + 1 * (q + c)),
    },
}


# ------------------------------------------------------------------------------------------ set 05


def _gates_by_engine(upstream, x):
    out = []
    for gate in (bp.exp, lambda v: 1 / v, bp.sigmoid):
        v = bp.Node(x, "x")
        (gate(v) * upstream).sum().backward()
        out.append(v.grad)
    return out


def _gates_by_loops(upstream, x):
    exps, recs, sigs = [], [], []
    for u, t in zip(upstream, x):
        exps.append(u * math.exp(t))
        recs.append(-u * t**-2)
        sigs.append(u * math.exp(-t) / (1 + math.exp(-t)) ** 2)
    return exps, recs, sigs


def _gates_from_outputs(upstream, x):
    e, r, s = np.exp(x), 1 / x, 1 / (1 + np.exp(-x))
    return {"dx_exp": e * upstream, "dx_reciprocal": -(r**2) * upstream, "dx_sigmoid": (s - s**2) * upstream}


def _gates_with_tanh(upstream, x):
    slope = (1 - np.tanh(x / 2) ** 2) / 4
    return np.multiply(np.exp(x), upstream), -np.divide(upstream, x * x), slope * upstream


def _first_winner(upstream, v):
    dv = np.zeros(len(v))
    dv[np.argmax(v)] = upstream
    return dv, np.full(len(v), upstream / len(v))


def _last_winner(upstream, v):
    best = max(range(len(v)), key=lambda i: (v[i], i))
    return [upstream if i == best else 0 for i in range(len(v))], [upstream / len(v) for _ in v]


def _shared_by_engine(upstream, v):
    a, b = bp.Node(v, "v"), bp.Node(v, "v")
    bp.max(a).backward(upstream=upstream)
    bp.mean(b).backward(upstream=upstream)
    return a.grad, b.grad


def _unequal_shares(upstream, v):
    winners = np.flatnonzero(v == max(v))
    shares = np.arange(1, len(winners) + 1)
    dv = 0 * v
    dv[winners] = shares / shares.sum()
    return upstream * dv, upstream * (v * 0 + 1) / v.size


def _slope_four_gates(z, θ):
    e = np.exp(-z)
    dz = -1 * e * 1 * (-1 / (1 + e) ** 2)
    return dz, dz * θ


def _slope_by_engine(z, θ):
    dz = bp.grad(bp.sigmoid)(z)
    return {"dz": dz, "dx": θ * dz}


def _unit_by_engine(w, x, b, t):
    w, b = bp.inputs(w=w, b=b)
    z = w * x + b
    y = bp.sigmoid(z)
    L = (y - t) ** 2 / 2
    L.backward()
    return z.value, y.value, L.value, y.grad, z.grad, w.grad, b.grad


def _unit_closed(w, x, b, t):
    def s(v):
        return 1 / (1 + np.exp(-v))

    z = w * x + b
    db = (s(z) - t) * s(z) * s(-z)
    return [z, s(z), 0.5 * (t - s(z)) ** 2, s(z) - t, db, db * x, db]


def _unit_as_dict(w, x, b, t):
    r = {"z": b + x * w}
    r["y"] = np.exp(r["z"]) / (1 + np.exp(r["z"]))
    r["dy"] = -(t - r["y"])
    r["L"] = r["dy"] * r["dy"] * 0.5
    r["dz"] = r["db"] = r["dy"] * (r["y"] - r["y"] ** 2)
    r["dw"] = x * r["db"]
    return r


def _unit_vector(w, x, b, t):
    z = np.dot([w, b], [x, 1.0])
    y = 0.5 + 0.5 * np.tanh(z / 2)
    dz = (y - t) * (0.25 - (y - 0.5) ** 2)
    dw, db = dz * np.array([x, 1.0])
    return z, y, (y - t) ** 2 / 2, y - t, dz, dw, db


VARIANTS |= {
    "05.1": {
        "the course's engine": _gates_by_engine,
        "loops and math": _gates_by_loops,
        "from the outputs": _gates_from_outputs,
        "through tanh": _gates_with_tanh,
    },
    "05.2": {
        "the first of a tie": _first_winner,
        "the last of a tie, lists": _last_winner,
        "the course's engine": _shared_by_engine,
        "unequal shares": _unequal_shares,
    },
    "05.4": {
        "four gates": _slope_four_gates,
        "the course's engine": _slope_by_engine,
        "e to the z": lambda z, θ: (np.exp(z) / (1 + np.exp(z)) ** 2, θ * np.exp(z) / (1 + np.exp(z)) ** 2),
        "through cosh": lambda z, θ: [1 / (4 * np.cosh(z / 2) ** 2), θ / (4 * np.cosh(z / 2) ** 2)],
    },
    "05.5": {
        "the course's engine": _unit_by_engine,
        "closed formulas": _unit_closed,
        "a dict": _unit_as_dict,
        "bias as a weight": _unit_vector,
    },
    "05.6": {
        "closed formula": "x*v*sigmoid(w*x)*(1 - sigmoid(w*x))*sigmoid(v*o)*(1 - sigmoid(v*o))",
        "multiplied out": "(f - f**2)*(o - o**2)*v*x",
    },
}


# ------------------------------------------------------------------------------------------ set 01


def _descend_recursively(slope, x, lr, steps):
    return [x] if steps == 0 else [x, *_descend_recursively(slope, x - lr * slope(x), lr, steps - 1)]


def _descend_into_an_array(slope, x, lr, steps):
    places = np.empty(steps + 1)
    places[0] = x
    for i in range(steps):
        places[i + 1] = places[i] - lr * slope(places[i])
    return places


def _descend_while(slope, x, lr, steps):
    path, done = (x,), 0
    while done < steps:
        path += (path[-1] + lr * -slope(path[-1]),)
        done += 1
    return path


def _descend_by_accumulate(slope, x, lr, steps):
    return list(itertools.accumulate(range(steps), lambda place, _: place - lr * slope(place), initial=x))


def _points_in_a_table(gradient, p, lr, steps):
    table = np.zeros((steps + 1, len(p)))
    table[0] = p
    for row in range(steps):
        table[row + 1] = table[row] - lr * gradient(table[row])
    return table


def _points_in_place_on_a_copy(gradient, p, lr, steps):
    p = np.array(p, dtype=float)
    path = [p.copy()]
    for _ in range(steps):
        p -= lr * gradient(p)
        path.append(p.copy())
    return path


def _points_entry_by_entry(gradient, p, lr, steps):
    path = [[float(entry) for entry in p]]
    for _ in range(steps):
        slopes = gradient(np.array(path[-1]))
        path.append([entry - lr * slope for entry, slope in zip(path[-1], slopes)])
    return path


def _points_stacked(gradient, p, lr, steps):
    path = p[None, :]
    for _ in range(steps):
        path = np.vstack([path, path[-1] - lr * gradient(path[-1])])
    return path


def _bowl_by_matrix(x, y, a, b, c, lr):
    return tuple((np.eye(2) - lr * np.array([[a, b], [b, c]])) @ [x, y])


def _bowl_by_engine(x, y, a, b, c, lr):
    p, q = bp.inputs(x=x, y=y)
    (a * p**2 / 2 + b * p * q + c * q**2 / 2).backward()
    return x - lr * p.grad, y - lr * q.grad


def _bowl_by_nudging(x, y, a, b, c, lr):
    def f(x, y):
        return 0.5 * a * x * x + b * x * y + 0.5 * c * y * y

    h = 0.5  # exact for a parabola, from both sides
    return [x - lr * (f(x + h, y) - f(x - h, y)), y - lr * (f(x, y + h) - f(x, y - h))]


def _bowl_all_at_once(x, y, a, b, c, lr):
    x, y = x - lr * a * x - lr * b * y, y - lr * b * x - lr * c * y
    return {"x_new": x, "y_new": y}


VARIANTS |= {
    "01.1": {
        "recursion": _descend_recursively,
        "an array": _descend_into_an_array,
        "while": _descend_while,
        "accumulate": _descend_by_accumulate,
    },
    "01.2": {
        "a table": _points_in_a_table,
        "in place on a copy": _points_in_place_on_a_copy,
        "entry by entry": _points_entry_by_entry,
        "stacked": _points_stacked,
    },
    "01.3": {
        "a matrix": _bowl_by_matrix,
        "the course's engine": _bowl_by_engine,
        "nudging": _bowl_by_nudging,
        "both at once": _bowl_all_at_once,
    },
    "01.8": {
        "as it stands": "2*(x-4)*x**4 + (x-4)**2*4*x**3",
        "multiplied out": "6*x**5 - 40*x**4 + 64*x**3",
    },
}


# ------------------------------------------------------------------------------------------ set 12


def _12_1_in_place_on_a_copy(upstream, z, gamma):
    dz = upstream.copy()
    dz[z < 0] *= gamma
    return dz


def _12_2_by_sign(upstream, z, beta):
    a, dz = np.empty(len(z)), np.empty(len(z))
    for i, v in enumerate(beta * z):
        tail = math.exp(-abs(v))
        a[i] = (max(v, 0.0) + math.log1p(tail)) / beta
        dz[i] = upstream[i] * (1 / (1 + tail) if v > 0 else tail / (1 + tail))
    return a, dz


def _12_3_with_erfc(upstream, z):
    density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    return [g * (0.5 * math.erfc(-v / math.sqrt(2)) + v * p) for g, v, p in zip(upstream, z, density)]


def _12_5_one_row(X, delta, c, v, h):
    a = np.tanh(c * X.sum(axis=1, keepdims=True))
    row = (v * delta * (1 - a) * (1 + a) * X).sum(axis=0)
    return np.tile(row, (h, 1)), 1


def _12_5_loops(X, delta, c, v, h):
    dW1 = np.zeros((h, X.shape[1]))
    for x, d in zip(X, delta[:, 0]):
        for j in range(h):
            dW1[j] += d * v * (1 - math.tanh(c * sum(x)) ** 2) * x
    return dW1, len({tuple(row) for row in dW1.tolist()})


def _12_8_slope(z, activation):
    if activation == "relu":
        return (z > 0).astype(float)
    return 1 / np.cosh(z) ** 2 if activation == "tanh" else 0.25 / np.cosh(z / 2) ** 2


def _12_8_recursive(delta, Z, W, activation):
    size = math.sqrt((delta**2).mean())
    if not Z:
        return [size]
    return _12_8_recursive((delta @ W[-1]) * _12_8_slope(Z[-1], activation), Z[:-1], W[:-1], activation) + [
        size
    ]


def _12_8_columns(delta, Z, W, activation):
    column, sizes = delta.T, np.zeros(len(Z) + 1)
    sizes[-1] = np.linalg.norm(column) / np.sqrt(column.size)
    for l in range(len(Z) - 1, -1, -1):
        column = _12_8_slope(Z[l].T, activation) * (W[l].T @ column)
        sizes[l] = np.linalg.norm(column) / np.sqrt(column.size)
    return sizes


def _12_8_sums(delta, Z, W, activation):
    found = [delta]
    for l in reversed(range(len(Z))):
        found.append(np.einsum("nj,jk,nk->nk", found[-1], W[l], _12_8_slope(Z[l], activation)))
    return tuple((d * d).mean() ** 0.5 for d in reversed(found))


def _12_8_one_example_at_a_time(delta, Z, W, activation):
    squares = np.zeros(len(Z) + 1)
    for n, d in enumerate(delta):
        squares[-1] += d @ d
        for l in range(len(Z) - 1, -1, -1):
            d = np.diag(_12_8_slope(Z[l][n], activation)) @ W[l].T @ d
            squares[l] += d @ d
    return list(np.sqrt(squares / delta.size))


VARIANTS |= {
    "12.1": {
        "slope 1 at the kink": lambda upstream, z, gamma: upstream * np.where(z >= 0, 1, gamma),
        "the middle at the kink": lambda upstream, z, gamma: upstream * (1 + gamma + (1 - gamma) * np.sign(z)) / 2,
        "in place on a copy": _12_1_in_place_on_a_copy,
        "a loop": lambda upstream, z, gamma: [float(g if v > 0 else gamma * g) for g, v in zip(upstream, z)],
    },
    "12.2": {
        "a loop by sign": _12_2_by_sign,
        "tanh for the sigmoid": lambda upstream, z, beta: (
            np.logaddexp(beta * z, 0) / beta, upstream * (1 + np.tanh(beta * z / 2)) / 2,
        ),
        "maximum and log1p": lambda upstream, z, beta: (
            np.maximum(z, 0) + np.log1p(np.exp(-np.abs(beta * z))) / beta,
            upstream * np.exp(-np.logaddexp(0, -beta * z)),
        ),
        "exponent never positive": lambda upstream, z, beta: [
            np.logaddexp(0, beta * z) / beta,
            np.exp(np.minimum(beta * z, 0)) / (1 + np.exp(-np.abs(beta * z))) * upstream,
        ],
    },
    "12.3": {
        "erfc, a list": _12_3_with_erfc,
        "the Gaussian integral": lambda upstream, z: upstream * np.array([
            0.5 + 0.5 * math.erf(v * 2**-0.5) + v * (2 * math.pi) ** -0.5 * math.exp(-0.5 * v * v) for v in z
        ]),
        "two parts": lambda upstream, z: (
            upstream * np.array([math.erf(v / math.sqrt(2)) + 1 for v in z]) / 2
            + upstream * z * np.exp(-z * z / 2) / math.sqrt(2 * math.pi)
        ),
        "measured": lambda upstream, z: upstream * np.array([
            sum(s * (v + s) * (1 + math.erf((v + s) / 2**0.5)) for s in (1e-5, -1e-5)) / 4e-10
            for v in z
        ]),
    },
    "12.4": {
        "slope from a": lambda z: (2 / (1 + np.exp(-2 * z)) - 1, 1 - (2 / (1 + np.exp(-2 * z)) - 1) ** 2),
        "numpy's own": lambda z: (np.tanh(z), np.cosh(z) ** -2.0),
        "other exponential": lambda z: (1 - 2 / (np.exp(2 * z) + 1), 4 * np.exp(2 * z) / (np.exp(2 * z) + 1) ** 2),
        "math in a loop": lambda z: [[math.tanh(v) for v in z], [1 - math.tanh(v) ** 2 for v in z]],
    },
    "12.5": {
        "one row, repeated": _12_5_one_row,
        "loops": _12_5_loops,
        "einsum": lambda X, delta, c, v, h: (
            np.einsum("n,j,nd->jd", delta[:, 0] * v * (1 - np.tanh(c * X.sum(axis=1)) ** 2), np.ones(h), X), 1,
        ),
        "outer product": lambda X, delta, c, v, h: {
            "dW1": np.outer(np.full(h, v), (delta / np.cosh(c * X.sum(1, keepdims=True)) ** 2).T @ X),
            "distinct_rows": 1,
        },
    },
    "12.7": {"a fraction": "exp(β*z)/(1 + exp(β*z))", "other exponent": "1/(1 + exp(-β*z))"},
    "12.8": {
        "recursive": _12_8_recursive,
        "columns and norms": _12_8_columns,
        "einsum": _12_8_sums,
        "one example at a time": _12_8_one_example_at_a_time,
    },
}  # fmt: skip


# ------------------------------------------------------------------------------------------ set 02


def _nudged_along_axes(loss, x, h):
    return [(loss(x + h * e) - loss(x - h * e)) / (2 * h) for e in np.eye(len(x))]


def _nudged_and_put_back(loss, x, h):
    x = x.copy()
    gradient = []
    for i in range(x.size):
        old = x[i]
        x[i] = old + h
        above = loss(x)
        x[i] = old - h
        below = loss(x)
        x[i] = old
        gradient.append((above - below) / h / 2)
    return np.array(gradient)


def _nudged_mean_of_two_sides(loss, x, h):
    here, gradient = loss(x), np.empty_like(x)
    for i in range(len(x)):
        step = np.where(np.arange(len(x)) == i, h, 0.0)
        gradient[i] = ((loss(x + step) - here) / h + (here - loss(x - step)) / h) / 2
    return gradient


def _nudged_rows(loss, x, h):
    rows = h * np.identity(len(x))
    return (np.apply_along_axis(loss, 1, x + rows) - np.apply_along_axis(loss, 1, x - rows)) / (2 * h)


def _line_by_loop(X, y, w, b):
    dw, db = np.zeros(len(w)), 0.0
    for row, target in zip(X, y):
        error = sum(u * v for u, v in zip(row, w)) + b - target
        dw += error * row / len(X)
        db += error / len(X)
    return dw, db


def _line_with_bias_as_weight(X, y, w, b):
    A = np.column_stack([X, np.ones(len(X))])
    gradient = A.T @ (A @ np.append(w, b) - y) / len(y)
    return gradient[:-1], gradient[-1]


def _line_multiplied_out(X, y, w, b):
    N = len(X)
    return {"dw": (X.T @ X @ w + b * X.sum(axis=0) - X.T @ y) / N, "db": X.mean(axis=0) @ w + b - y.mean()}


def _line_by_engine(X, y, w, b):
    w, b = bp.Node(w, "w"), bp.Node(b, "b")
    L = (((w * X).sum(axis=1) + b - y) ** 2).sum() / (2 * len(X))
    L.backward()
    return w.grad, b.grad


def _logistic_by_label(x, y, w, b):
    z = float(np.dot(x, w)) + b
    p = 1 / (1 + math.exp(-z))
    error = -1 / (1 + math.exp(z)) if y == 1 else p
    return [error * v for v in x], error


def _logistic_in_stages(x, y, w, b):
    p = 1 / (1 + np.exp(-np.sum(w * x) - b))
    p_bar = -y / p + (1 - y) / (1 - p)
    z_bar = p_bar * p * (1 - p)
    return z_bar * x, z_bar


def _logistic_by_tanh(x, y, w, b):
    error = 0.5 * np.tanh((x @ w + b) / 2) + 0.5 - y
    return {"dw": np.multiply(error, x), "db": error}


def _logistic_by_engine(x, y, w, b):
    w, b = bp.Node(w, "w"), bp.Node(b, "b")
    p = bp.sigmoid((w * x).sum() + b)
    (-y * bp.log(p) - (1 - y) * bp.log(1 - p)).backward()
    return w.grad, b.grad


def _error_by_loop(a, n):
    pairs = list(zip(a.ravel().tolist(), n.ravel().tolist()))
    return max(abs(u - v) for u, v in pairs) / max(max(abs(u), abs(v)) for u, v in pairs)


VARIANTS |= {
    "02.1": {
        "unit vectors": _nudged_along_axes,
        "put back": _nudged_and_put_back,
        "mean of both sides": _nudged_mean_of_two_sides,
        "rows": _nudged_rows,
    },
    "02.2": {
        "a loop": _line_by_loop,
        "bias as a weight": _line_with_bias_as_weight,
        "multiplied out": _line_multiplied_out,
        "the course's engine": _line_by_engine,
    },
    "02.3": {
        "by label": _logistic_by_label,
        "in stages": _logistic_in_stages,
        "through tanh": _logistic_by_tanh,
        "the course's engine": _logistic_by_engine,
    },
    "02.4": {
        "a loop": _error_by_loop,
        "norms": lambda a, n: (
            np.linalg.norm((a - n).ravel(), np.inf) / max(np.linalg.norm(g.ravel(), np.inf) for g in (a, n))
        ),
        "stacked": lambda a, n: np.ptp(np.stack([a, n]), axis=0).max() / np.abs([a, n]).max(),
        "max and min": lambda a, n: (
            max((a - n).max(), (n - a).max()) / max(a.max(), -a.min(), n.max(), -n.min())
        ),
    },
    "02.6": {"in w": "2*x*(w*x + b - y)", "multiplied out": "2*w*x**2 + 2*b*x - 2*x*y"},
}


# ------------------------------------------------------------------------------------------ set 03


def _order_by_counting(graph):
    waiting = {node: len(inputs) for node, inputs in graph.items()}
    ready = [node for node, n in waiting.items() if n == 0]
    order = []
    while ready:
        node = ready.pop()
        order.append(node)
        for user, inputs in graph.items():
            for x in inputs:
                if x == node:
                    waiting[user] -= 1
                    if waiting[user] == 0:
                        ready.append(user)
    if len(order) < len(graph):
        raise ValueError("cycle")
    return order


def _order_by_rounds(graph):
    order = []
    while len(order) < len(graph):
        new = [node for node in sorted(graph) if node not in order and set(graph[node]) <= set(order)]
        if not new:
            raise ValueError("these wait for each other: " + ", ".join(set(graph) - set(order)))
        order += new
    return tuple(order)


def _order_by_standard_library(graph):
    try:
        return list(graphlib.TopologicalSorter(graph).static_order())
    except graphlib.CycleError as problem:
        raise ValueError("no order") from problem


def _order_by_depth(graph):
    def depth(node, above=()):
        if node in above:
            raise ValueError(f"{node} needs itself")
        return 1 + max((depth(x, (*above, node)) for x in graph[node]), default=0)

    return sorted(graph, key=depth)


def _evaluate_on_demand(program, values):
    known = {**values}

    def value(name):
        if name not in known:
            step, inputs = program[name]
            known[name] = step(*map(value, inputs))
        return known[name]

    for name in program:
        value(name)
    return known


def _evaluate_new_dict_each_time(program, values):
    for name in program:
        function, inputs = program[name]
        values = values | {name: function(*map(values.get, inputs))}
    return values


def _evaluate_when_ready(program, values):
    done, left = dict(values), list(program)
    while left:
        name = left.pop(0)
        step, inputs = program[name]
        if all(i in done for i in inputs):
            done[name] = step(*(done[i] for i in inputs))
        else:
            left.append(name)
    return {name: done[name] for name in sorted(done)}


def _evaluate_into_the_argument(program, values):
    for name, (step, inputs) in program.items():
        values[name] = step(*[values.get(i) for i in inputs])
    return values


def _consumers_by_search(graph):
    return {x: [node for node in graph for _ in range(graph[node].count(x))] for x in graph}


def _consumers_by_setdefault(graph):
    found = {}
    for node, inputs in graph.items():
        found.setdefault(node, [])
        for x in inputs:
            found.setdefault(x, []).append(node)
    return found


def _consumers_backwards(graph):
    found = dict.fromkeys(graph, ())
    for node in reversed(list(graph)):
        for x in graph[node]:
            found[x] = (node, *found[x])
    return found


def _consumers_as_edges(graph):
    edges = sorted((x, node) for node in graph for x in graph[node])
    return {name: [node for x, node in edges if x == name] for name in sorted(graph)}


def _forward_by_loops(x, W1, b1, W2, b2):
    z1 = [sum(w * v for w, v in zip(row, x)) + b for row, b in zip(W1, b1)]
    a1 = [math.tanh(z) for z in z1]
    z2 = [sum(w * v for w, v in zip(row, a1)) + b for row, b in zip(W2, b2)]
    return z1, a1, z2, [1 / (1 + math.exp(-z)) for z in z2]


def _forward_from_the_left(x, W1, b1, W2, b2):
    z1 = x @ W1.T + b1
    a1 = 2 / (1 + np.exp(-2 * z1)) - 1
    z2 = a1 @ W2.T + b2
    return {"z1": z1, "a1": a1, "z2": z2, "p": np.exp(z2) / (1 + np.exp(z2))}


def _forward_with_ones(x, W1, b1, W2, b2):
    z1 = np.column_stack([W1, b1]) @ np.append(x, 1)
    z2 = np.column_stack([W2, b2]) @ np.append(np.tanh(z1), 1)
    return z1, np.tanh(z1), z2, 0.5 + 0.5 * np.tanh(z2 / 2)


def _forward_by_engine(x, W1, b1, W2, b2):
    z1 = bp.Node(W1, "W1") @ bp.Node(x, "x") + b1
    a1 = bp.tanh(z1)
    z2 = bp.Node(W2, "W2") @ a1 + b2
    return tuple(node.value for node in (z1, a1, z2, bp.sigmoid(z2)))


def _count_with_a_stack(graph, output):
    visits, seen, waiting = 0, set(), [output]
    while waiting:
        node = waiting.pop()
        if graph[node]:
            visits += 1
            seen.add(node)
            waiting.extend(graph[node])
    return len(seen), visits


def _count_forward(graph, output):
    cost = {}

    def visit(node):
        for x in graph[node]:
            if x not in cost:
                visit(x)
        cost[node] = sum(cost[x] for x in graph[node]) + bool(graph[node])

    visit(output)
    return sum(c > 0 for c in cost.values()), cost[output]


def _count_uses(graph, output):
    work = []

    def compute(node):
        for x in graph[node]:
            compute(x)
        if graph[node]:
            work.append(node)

    compute(output)
    return [len(set(work)), len(work)]


def _count_as_dict(graph, output):
    def without(node):
        return len(graph[node]) and 1 + sum(map(without, graph[node]))

    def needed(node):
        return {node}.union(*map(needed, graph[node]))

    return {
        "without_memory": without(output),
        "with_memory": len([v for v in needed(output) if graph[v] != []]),
    }


VARIANTS |= {
    "03.1": {
        "counting inputs": _order_by_counting,
        "in rounds": _order_by_rounds,
        "standard library": _order_by_standard_library,
        "by depth": _order_by_depth,
    },
    "03.2": {
        "on demand": _evaluate_on_demand,
        "a new dict each time": _evaluate_new_dict_each_time,
        "when ready": _evaluate_when_ready,
        "into the argument": _evaluate_into_the_argument,
    },
    "03.3": {
        "search": _consumers_by_search,
        "setdefault": _consumers_by_setdefault,
        "backwards, tuples": _consumers_backwards,
        "edges": _consumers_as_edges,
    },
    "03.5": {
        "loops": _forward_by_loops,
        "from the left": _forward_from_the_left,
        "bias as a weight": _forward_with_ones,
        "the course's engine": _forward_by_engine,
    },
    "03.6": {"with q": "q*0 + z + 1", "as a sum": "z*1 + 1"},
    "03.7": {
        "a stack": _count_with_a_stack,
        "forward": _count_forward,
        "a list of the work": _count_uses,
        "a dict": _count_as_dict,
    },
}


# ------------------------------------------------------------------------------------------ sets 06, 09, 11
# and 13


def _06_1_count_consumers(output):
    consumers, seen, stack = {}, {id(output)}, [output]
    nodes = [output]
    while stack:
        for x in stack.pop().inputs:
            consumers[id(x)] = consumers.get(id(x), 0) + 1
            if id(x) not in seen:
                seen.add(id(x))
                nodes.append(x)
                stack.append(x)
    for node in nodes:
        node.grad = 0
    output.grad = 1
    ready = [output]
    while ready:
        node = ready.pop()
        for x, slope in zip(node.inputs, node.local):
            x.grad += node.grad * slope
            consumers[id(x)] -= 1
            if consumers[id(x)] == 0:
                ready.append(x)


def _06_1_paths(output):
    grads = {}

    def walk(node, along):
        node.grad = grads[id(node)] = grads.get(id(node), 0.0) + along
        for x, slope in zip(node.inputs, node.local):
            walk(x, along * slope)

    walk(output, 1.0)


def _06_1_dict_result(output):
    order, seen = [], []

    def build(node):
        if node not in seen:
            seen.append(node)
            for x in node.inputs:
                build(x)
            order.append(node)

    build(output)
    grads = {node.name: 0.0 for node in order}
    grads[output.name] = 1.0
    for node in order[::-1]:
        for x, slope in zip(node.inputs, node.local):
            grads[x.name] += grads[node.name] * slope
    return grads


def _06_2_loop(consumer_gradients, local):
    total = 0
    for upstream, slope in zip(consumer_gradients, local):
        total += upstream * slope
    return total


def _06_3_graph(t):
    time = bp.Node(t, "t")
    x, y = bp.cos(time), time**2
    f = y + bp.exp(x * y)
    f.backward()
    inner = bp.inputs(x=float(x.value), y=float(y.value))
    g = inner[1] + bp.exp(inner[0] * inner[1])
    g.backward()
    return inner[0].grad, inner[1].grad, time.grad


def _09_1_loops(upstream, X, W, b):
    dX, dW, db = np.zeros_like(X), np.zeros_like(W), np.zeros_like(b)
    for n in range(len(X)):
        for j in range(len(b)):
            db[j] += upstream[n, j]
            for i in range(X.shape[1]):
                dW[j, i] += upstream[n, j] * X[n, i]
                dX[n, i] += upstream[n, j] * W[j, i]
    return dX, dW, db


def _09_1_graph(upstream, X, W, b):
    nodes = bp.inputs(X=X, W=W, b=b)
    (nodes[0] @ nodes[1].T + nodes[2]).backward(upstream)
    return [node.grad for node in nodes]


def _09_1_einsum(upstream, X, W, b):
    return dict(
        db=np.ones(len(X)) @ upstream,
        dW=np.einsum("nh,nd->hd", upstream, X),
        dX=np.einsum("nh,hd->nd", upstream, W),
    )


def _09_1_layer(upstream, X, W, b):
    layer = bp.Dense(W.shape[1], W.shape[0])
    layer.params["W"][...], layer.params["b"][...] = W, b
    layer.forward(X)
    return layer.backward(upstream), layer.grads["W"], layer.grads["b"]


def _09_2_transposed(upstream, A, W, b):
    dX, dW, db = _09_1_einsum(upstream.T, A.T, W, b)["dX"], upstream.dot(A.T), np.add.reduce(upstream, 1)
    return dX.T, dW, db.reshape(-1, 1)


def _09_3_layers(upstream, Z, activation):
    layer = {"tanh": bp.Tanh, "relu": bp.ReLU, "sigmoid": bp.Sigmoid}[activation]()
    layer.forward(Z)
    return layer.backward(upstream)


def _09_3_branches(upstream, Z, activation):
    if activation == "tanh":
        return upstream / np.cosh(Z) ** 2
    if activation == "relu":
        return [[u if z > 0 else 0 for u, z in zip(us, zs)] for us, zs in zip(upstream, Z)]
    return upstream * np.exp(-Z) / (1 + np.exp(-Z)) ** 2


def _09_4_graph(X, W1, b1, W2, b2, Y, activation):
    nW1, nb1, nW2, nb2 = bp.inputs(W1=W1, b1=b1, W2=W2, b2=b2)
    Z1 = X @ nW1.T + nb1
    A1 = bp.tanh(Z1) if activation == "tanh" else bp.relu(Z1)
    Z2 = A1 @ nW2.T + nb2
    loss = (bp.softplus(Z2) - Y * Z2).sum() / len(X)
    loss.backward()
    return Z2.grad, nW2.grad, nb2.grad, A1.grad, Z1.grad, nW1.grad, nb1.grad


def _09_4_one_by_one(X, W1, b1, W2, b2, Y, activation):
    rows = []
    for x, y in zip(X, Y):
        z1 = W1 @ x + b1
        a1 = np.tanh(z1) if activation == "tanh" else z1.clip(0)
        dz2 = (1 / (1 + np.exp(-W2 @ a1 - b2)) - y) / len(X)
        da1 = W2.T @ dz2
        dz1 = da1 * ((1 - a1) * (1 + a1) if activation == "tanh" else z1 > 0)
        rows.append((dz2, np.outer(dz2, a1), dz2, da1, dz1, np.outer(dz1, x), dz1))
    dz2, dW2, db2, da1, dz1, dW1, db1 = (np.array(column) for column in zip(*rows))
    return dz2, dW2.sum(axis=0), db2.sum(axis=0), da1, dz1, sum(dW1), sum(db1)


def _09_5_flat(x, y, W1, b1, W2, b2):
    z1 = W1.dot(x) + b1
    a1 = np.tanh(z1)
    p = 1 / (1 + np.exp(-W2.dot(a1) - b2))
    dz2 = p * (1 - p) * (-y / p + (1 - y) / (1 - p))
    da1 = (dz2 * W2).T
    dz1 = da1 * (1 - np.tanh(z1) ** 2)
    return dz2, np.outer(dz2, a1), da1, dz1, np.outer(dz1, x)


def _11_1_log(Z):
    Z = Z - Z.max(axis=1, keepdims=True)
    return np.exp(Z - np.log(np.exp(Z).sum(axis=1, keepdims=True)))


def _11_1_rows(Z):
    rows = []
    for z in Z.tolist():
        e = [math.exp(value - max(z)) for value in z]
        rows.append([value / sum(e) for value in e])
    return rows


def _11_2_layer(Z, Y):
    loss = bp.SoftmaxCrossEntropy()
    value = loss.forward(Z, Y)
    return value, loss.backward()


def _11_2_index(Z, Y):
    N, right = len(Z), Y.argmax(axis=1)
    logs = Z - np.log(np.exp(Z).sum(axis=1))[:, None]
    dZ = np.exp(logs)
    dZ[np.arange(N), right] -= 1
    return -logs[np.arange(N), right].mean(), dZ / N


def _11_3_jacobian(upstream, P):
    return np.array([(np.diag(p) - np.outer(p, p)) @ u for u, p in zip(upstream, P)])


def _11_3_einsum(upstream, P):
    J = np.einsum("nk,kl->nkl", P, np.eye(P.shape[1])) - P[:, :, None] * P[:, None, :]
    return np.einsum("nk,nkl->nl", upstream, J)


def _11_4_in_place_on_copies(W1, b1, W2, b2, dW1, db1, dW2, db2, lam, N):
    grads = [dW1.copy(), db1.copy(), dW2.copy(), db2.copy()]
    for g, W in ((grads[0], W1), (grads[2], W2)):
        g += lam * W
    return grads


def _11_5_index(P, T):
    return [-math.log(p[t.tolist().index(1)]) for p, t in zip(P, T)]


def _13_1_loop(X, y, w, rows):
    total = np.zeros_like(w)
    for k in rows:
        total += (np.dot(X[k], w) - y[k]) * X[k]
    return total / len(rows)


def _13_2_in_place_on_a_copy(X, y, w, lr, samples):
    w = np.array(w)
    for x, target in zip(X[samples], y[samples]):
        w -= lr * x * (x.dot(w) - target)
    return w


def _13_3_layer_by_layer(widths, batch):
    forward = backward = 0
    for number, (m, n) in enumerate(zip(widths[:-1], widths[1:])):
        forward += m * n * batch
        backward += m * n * batch * (1 if number == 0 else 2)
    return forward, backward


def _13_step_with_layers(X, W1, b1, W2, b2, Y, lr, lam):
    net = bp.MLP(X.shape[1], (len(b1),), len(b2))
    first, _, second = [layer for layer in net.leaves() if layer.params or type(layer).__name__ == "ReLU"]
    for layer, W, b in ((first, W1, b1), (second, W2, b2)):
        layer.params["W"][...], layer.params["b"][...] = W, b
    loss = bp.SoftmaxCrossEntropy()
    value = loss.forward(net.forward(X), Y) + lam / 2 * ((W1**2).sum() + (W2**2).sum())
    net.backward(loss.backward())
    results = [value]
    for layer in (first, second):
        results += [
            (1 - lr * lam) * layer.params["W"] - lr * layer.grads["W"],
            layer.params["b"] - lr * layer.grads["b"],
        ]
    return results


def _13_step_by_graph(X, W1, b1, W2, b2, Y, lr, lam):
    nodes = bp.inputs(W1=W1, b1=b1, W2=W2, b2=b2)
    Z = bp.relu(X @ nodes[0].T + nodes[1]) @ nodes[2].T + nodes[3]
    loss = (bp.logsumexp(Z, axis=1) - (Y * Z).sum(axis=1)).mean() + lam / 2 * (
        (nodes[0] ** 2).sum() + (nodes[2] ** 2).sum()
    )
    loss.backward()
    return (loss.value, *(node.value - lr * node.grad for node in nodes))


VARIANTS |= {
    "06.1": {"count the consumers": _06_1_count_consumers, "walk every path": _06_1_paths, "return a dict": _06_1_dict_result},
    "06.2": {"loop": _06_2_loop, "dot": np.dot, "at sign": lambda g, local: g @ local},
    "06.3": {"graph": _06_3_graph, "math": lambda t: (
        t * t * math.exp(math.cos(t) * t * t), 1 + math.cos(t) * math.exp(math.cos(t) * t * t),
        -math.sin(t) * t * t * math.exp(math.cos(t) * t * t) + 2 * t * (1 + math.cos(t) * math.exp(math.cos(t) * t * t)))},
    "06.5": {"graph's own": "w*(2*w*x + x) + w*x", "multiplied out": "2*w^2*x + 2*w*x"},
    "09.1": {"loops": _09_1_loops, "graph": _09_1_graph, "einsum": _09_1_einsum, "layer": _09_1_layer},
    "09.2": {"in rows": _09_2_transposed},
    "09.3": {"layers": _09_3_layers, "branches": _09_3_branches},
    "09.4": {"graph": _09_4_graph, "one by one": _09_4_one_by_one},
    "09.5": {"flat": _09_5_flat},
    "11.1": {"logarithm": _11_1_log, "rows": _11_1_rows, "layer": lambda Z: bp.Softmax().forward(Z)},
    "11.2": {"layer": _11_2_layer, "index": _11_2_index},
    "11.3": {"Jacobian": _11_3_jacobian, "einsum": _11_3_einsum},
    "11.4": {"in place on copies": _11_4_in_place_on_copies},
    "11.5": {"index": _11_5_index, "where": lambda P, T: -np.log(P[T == 1])},
    "11.6": {"short": "p1*(t1 + t2) - t1", "exponentials": "t2*exp(z1)/(exp(z1)+exp(z2)) - t1*exp(z2)/(exp(z1)+exp(z2))"},
    "13.1": {"loop": _13_1_loop, "mean": lambda X, y, w, rows: (X[rows] * (X[rows] @ w - y[rows])[:, None]).mean(axis=0)},
    "13.2": {"in place on a copy": _13_2_in_place_on_a_copy},
    "13.3": {"layer by layer": _13_3_layer_by_layer},
    "13.5": {"multiplied out": "w*(x1^2 + x2^2)/2 - (x1*y1 + x2*y2)/2 + λ*w"},
    **{f"13.{n:02}": {"layers": _13_step_with_layers, "graph": _13_step_by_graph} for n in range(6, 14)},
}  # fmt: skip


# ------------------------------------------------------------------------------------------ set 08


def _08_1_push(values, w):
    """Each node pushes its value along its edges, in order."""
    last = max(map(max, w))
    x = {j: values.get(j, 0) for j in range(1, last + 1)}
    y = {}
    for i in x:
        y[i] = x[i] if i in values or i == last else float(np.tanh(x[i]))
        for (a, b), weight in w.items():
            if a == i:
                x[b] += weight * y[i]
    return x, y


def _08_1_recursive(values, w):
    last = max(j for _, j in w)

    def x(j):
        return values[j] if j in values else sum(v * y(i) for (i, k), v in w.items() if k == j)

    def y(j):
        return x(j) if j in values or j == last else math.tanh(x(j))

    return {j: x(j) for j in range(1, last + 1)}, {j: y(j) for j in range(1, last + 1)}


def _08_1_matrix(values, w):
    last = max(j for _, j in w)
    A = np.zeros((last + 1, last + 1))
    for (i, j), v in w.items():
        A[j, i] = v
    x, y = np.zeros(last + 1), np.zeros(last + 1)
    for j in range(1, last + 1):
        x[j] = values[j] if j in values else A[j] @ y
        y[j] = np.tanh(x[j]) if j not in values and j < last else x[j]
    return dict(enumerate(x[1:], 1)), dict(enumerate(y[1:], 1))


def _08_1_predecessors(values, w):
    x, y, before = {}, {}, {}
    for i, j in sorted(w):
        before.setdefault(j, []).append(i)
    for j in sorted({*values, *before}):
        if j not in before:
            x[j] = y[j] = values[j]
            continue
        x[j] = 0.0
        for i in before[j]:
            x[j] += w[i, j] * y[i]
        e = math.exp(2 * x[j])
        y[j] = (e - 1) / (e + 1) if j != max(before) else x[j]
    return x, y


def _08_2_push(x, y, w, target, n_inputs):
    """Each node hands its gradient to the nodes before it; edges in reverse order."""
    last = max(y)
    dy, dx, dw = dict.fromkeys(y, 0.0), {}, {}
    dy[last] = y[last] - target
    for j in sorted(y, reverse=True):
        dx[j] = dy[j] * (1 if j <= n_inputs or j == last else 1 - math.tanh(x[j]) ** 2)
        for i, k in w:
            if k == j:
                dy[i] += w[i, k] * dx[j]
                dw[i, k] = y[i] * dx[j]
    return dy, dx, dw


def _08_2_recursive(x, y, w, target, n_inputs):
    def dy(i):
        return y[i] - target if i == max(y) else sum(v * dx(j) for (k, j), v in w.items() if k == i)

    def dx(i):
        return dy(i) if i in (max(y), *range(1, n_inputs + 1)) else dy(i) * (1 - y[i]) * (1 + y[i])

    return {i: dy(i) for i in y}, {i: dx(i) for i in y}, {(i, j): dx(j) * y[i] for i, j in w}


def _08_2_matrix(x, y, w, target, n_inputs):
    n = len(y)
    A, slope = (
        np.zeros((n, n)),
        np.array([1.0 if i <= n_inputs or i == n else 1 - y[i] ** 2 for i in range(1, n + 1)]),
    )
    for (i, j), v in w.items():
        A[i - 1, j - 1] = v
    start = np.zeros(n)
    start[-1] = y[n] - target
    dy = np.linalg.solve(np.eye(n) - A * slope, start)
    dx = slope * dy
    return (
        {i + 1: g for i, g in enumerate(dy)}, {i + 1: g for i, g in enumerate(dx)},
        {(i, j): y[i] * dx[j - 1] for i, j in w},
    )  # fmt: skip


def _08_2_step_by_step(x, y, w, target, n_inputs):
    last = sorted(y)[-1]
    dE_dy, dE_dx, dE_dw = {last: y[last] - target}, {last: y[last] - target}, {}
    for i in range(last - 1, 0, -1):
        total = 0
        for j in range(i + 1, last + 1):
            if (i, j) in w:
                total = total + w[(i, j)] * dE_dx[j]
                dE_dw[(i, j)] = y[i] * dE_dx[j]
        dE_dy[i] = total
        dE_dx[i] = total if i <= n_inputs else total / math.cosh(x[i]) ** 2
    return dE_dy, dE_dx, dE_dw


def _08_3_walk(edges):
    inner, last = {j for _, j in edges}, max(j for _, j in edges)

    def walk(i):
        return 1 if i == last else sum(walk(b) for a, b in edges if a == i)

    return sum(walk(i) for i in range(1, last + 1) if i not in inner), len(edges)


def _08_3_powers(edges):
    n = max(map(max, edges))
    A = np.zeros((n, n), int)
    for i, j in edges:
        A[i - 1, j - 1] = 1
    ways = np.linalg.inv(np.eye(n) - A)[:, -1]
    return round(sum(ways[i] for i in range(n) if not A[:, i].any())), int(A.sum())


def _08_3_backwards(edges):
    last = max(b for _, b in edges)
    to_end = {last: 1}
    for i in range(last - 1, 0, -1):
        to_end[i] = sum(to_end[b] for a, b in edges if a == i)
    return float(sum(to_end[i] for i in to_end if all(b != i for _, b in edges))), float(len(edges))


def _08_3_push(edges):
    ways = {i: 1 for i, _ in edges if i not in {b for _, b in edges}}
    for a, b in sorted(edges):
        ways[b] = ways.get(b, 0) + ways[a]
    return ways[max(ways)], sum(1 for _ in edges)


VARIANTS |= {
    "08.1": {
        "pushing": _08_1_push,
        "recursive": _08_1_recursive,
        "a matrix": _08_1_matrix,
        "predecessors": _08_1_predecessors,
    },
    "08.2": {
        "pushing": _08_2_push,
        "recursive": _08_2_recursive,
        "a linear system": _08_2_matrix,
        "step by step": _08_2_step_by_step,
    },
    "08.3": {
        "walking all paths": _08_3_walk,
        "an inverse matrix": _08_3_powers,
        "from the end": _08_3_backwards,
        "pushing": _08_3_push,
    },
    "08.4": {
        "from the logit": lambda x_out, target: (
            np.logaddexp(0, x_out) - target * x_out,
            (1 - target) * (1 + math.exp(x_out)) - target * (1 + math.exp(-x_out)),
            1 / (1 + math.exp(-x_out)) - target,
        ),
        "by label": lambda x_out, target: (
            (math.log1p(math.exp(-x_out)), -(1 + math.exp(-x_out)), -1 / (1 + math.exp(x_out))) if target == 1
            else (math.log1p(math.exp(x_out)), 1 + math.exp(x_out), 1 / (1 + math.exp(-x_out)))
        ),
        "two fractions": lambda x_out, target: [
            f(1 / (1 + np.exp(-x_out))) for f in (
                lambda y: -np.log(y if target else 1 - y),
                lambda y: -target / y + (1 - target) / (1 - y),
                lambda y: y * (1 - y) * (-target / y + (1 - target) / (1 - y)),
            )
        ],
        "tanh": lambda x_out, target: {
            "E": -math.log(0.5 + (target - 0.5) * math.tanh(x_out / 2)),
            "dE_dy": (0.5 - target) / (0.25 + (target - 0.5) * 0.5 * math.tanh(x_out / 2)),
            "dE_dx": 0.5 + 0.5 * math.tanh(x_out / 2) - target,
        },
    },
    "08.7": {"two products": "(y4-t)*w24*(1-y2^2)*w12 + (y4-t)*w34*(1-y3^2)*w13", "y4 written out":
             "(w24*y2 + w34*y3 - t)*(w12*w24*(1-y2)*(1+y2) + w13*w34*(1-y3)*(1+y3))"},
}  # fmt: skip


# ------------------------------------------------------------------------------------------ sets 08 to 13, in
# the styles of students: loops, helper functions, in place on copies


def _08_1_in_place(values, w):
    y = dict(values)
    x = values.copy()
    nodes = sorted({node for edge in w for node in edge})
    for node in nodes:
        if node in values:
            continue
        total = 0
        for edge in w:
            if edge[1] == node:
                total += w[edge] * y[edge[0]]
        x[node] = total
        y[node] = np.tanh(total)
    y[nodes[-1]] = x[nodes[-1]]
    return {"x": x, "y": y}


def _08_2_outgoing(x, y, w, target, n_inputs):
    """Lists of the edges that leave each node, made first."""
    outgoing = {node: [] for node in y}
    for (i, j), weight in w.items():
        outgoing[i].append((j, weight))
    dE_dy, dE_dx = {}, {}
    for node in reversed(range(1, len(y) + 1)):
        if outgoing[node]:
            dE_dy[node] = sum(weight * dE_dx[j] for j, weight in outgoing[node])
        else:
            dE_dy[node] = y[node] - target
        dE_dx[node] = dE_dy[node]
        if n_inputs < node < len(y):
            dE_dx[node] *= 1 - y[node] ** 2
    return dE_dy, dE_dx, {edge: y[edge[0]] * dE_dx[edge[1]] for edge in w}


def _08_3_memory(edges):
    known = {}

    def paths_to(node):
        if node not in known:
            before = [i for i, j in edges if j == node]
            known[node] = sum(map(paths_to, before)) if before else 1
        return known[node]

    return paths_to(max(j for _, j in edges)), len(set(edges))


def _09_1_in_place(upstream, X, W, b):
    dX, dW, db = np.zeros_like(X), np.zeros_like(W), np.zeros_like(b)
    for n in range(len(X)):
        for j in range(len(b)):
            dX[n] += upstream[n, j] * W[j]
            dW[j] += upstream[n, j] * X[n]
            db[j] += upstream[n, j]
    return dX, dW, db


def _09_2_outer_products(upstream, A, W, b):
    dW = sum(np.outer(upstream[:, n], A[:, n]) for n in range(A.shape[1]))
    return np.einsum("hd,hn->dn", W, upstream), dW, np.dot(upstream, np.ones((A.shape[1], 1)))


def _09_2_reshaped(upstream, A, W, b):
    db = np.sum(upstream, axis=1)
    return (upstream.T @ W).T, (A @ upstream.T).T, db.reshape(b.shape)


def _09_3_in_place_on_a_copy(upstream, Z, activation):
    dZ = upstream.copy()
    if activation == "relu":
        dZ[Z <= 0] = 0
    elif activation == "tanh":
        dZ *= 1 - np.tanh(Z) ** 2
    else:
        dZ *= np.exp(-Z) / (1 + np.exp(-Z)) ** 2
    return dZ


def _09_3_entry_by_entry(upstream, Z, activation):
    slopes = {
        "relu": lambda z: 1 if z > 0 else 0,
        "tanh": lambda z: 1 / math.cosh(z) ** 2,
        "sigmoid": lambda z: 1 / (2 + math.exp(z) + math.exp(-z)),
    }
    slope = slopes[activation]
    return [[g * slope(z) for g, z in zip(*rows)] for rows in zip(upstream, Z)]


def _09_4_helpers(X, W1, b1, W2, b2, Y, activation):
    def layer_backward(d, before):
        return np.einsum("nk,nj->kj", d, before), np.add.reduce(d, axis=0)

    Z1 = X.dot(W1.T) + b1
    A1 = np.tanh(Z1) if activation == "tanh" else Z1 * (Z1 > 0)
    Z2 = A1.dot(W2.T) + b2
    P = np.exp(Z2) / (1 + np.exp(Z2))
    dP = (-Y / P + (1 - Y) / (1 - P)) / X.shape[0]
    dZ2 = dP * P * (1 - P)
    dW2, db2 = layer_backward(dZ2, A1)
    dA1 = dZ2.dot(W2)
    dZ1 = np.copy(dA1)
    if activation == "relu":
        dZ1[A1 <= 0] = 0
    else:
        dZ1 *= (1 + A1) * (1 - A1)
    dW1, db1 = layer_backward(dZ1, X)
    return {"dZ2": dZ2, "dW2": dW2, "db2": db2, "dA1": dA1, "dZ1": dZ1, "dW1": dW1, "db1": db1}


def _09_5_sums(x, y, W1, b1, W2, b2):
    h, d = W1.shape
    z1 = [sum(W1[i, j] * x[j, 0] for j in range(d)) + b1[i, 0] for i in range(h)]
    a1 = [math.tanh(z) for z in z1]
    z2 = sum(W2[0, i] * a1[i] for i in range(h)) + b2[0, 0]
    dz2 = 1 / (1 + math.exp(-z2)) - y
    dz1 = [W2[0, i] * dz2 / math.cosh(z1[i]) ** 2 for i in range(h)]
    dW1 = [[dz * x[j, 0] for j in range(d)] for dz in dz1]
    return [[dz2]], [[dz2 * a for a in a1]], [[W2[0, i] * dz2] for i in range(h)], [[dz] for dz in dz1], dW1


def _10_1_einsum(x, W, b):
    z, a = {}, {1: x.copy()}
    for l in range(2, len(W) + 2):
        z[l] = np.einsum("jk,k->j", W[l - 2], a[l - 1])
        z[l] += b[l - 2]
        a[l] = 0.5 * (1 + np.tanh(0.5 * z[l]))
    return z, a


def _10_2_in_place(y, z, a, W):
    dW, db = [np.zeros_like(w) for w in W], [np.zeros(len(w)) for w in W]
    delta = (a[-1] - y) * a[-1] * (1 - a[-1])
    for l in range(len(W) - 1, -1, -1):
        db[l] += delta
        dW[l] += delta[:, None] * a[l][None, :]
        if l > 0:
            delta = delta @ W[l] * a[l] * (1 - a[l])
    return [v.copy() for v in db], dW, db


def _10_3_scalars(X, Y, W, b, eta, ks):
    W, b = [w.tolist() for w in W], [v.tolist() for v in b]
    for k in ks:
        a = [X[k].tolist()]
        for w, v in zip(W, b):
            a.append(
                [1 / (1 + math.exp(-sum(p * q for p, q in zip(row, a[-1])) - c)) for row, c in zip(w, v)]
            )
        delta = [s * (1 - s) * (s - t) for s, t in zip(a[-1], Y[k])]
        deltas = [delta]
        for l in range(len(W) - 1, 0, -1):
            delta = [
                s * (1 - s) * sum(W[l][j][i] * d for j, d in enumerate(delta)) for i, s in enumerate(a[l])
            ]
            deltas.insert(0, delta)
        for l, delta in enumerate(deltas):
            for j, d in enumerate(delta):
                b[l][j] -= eta * d
                for i in range(len(a[l])):
                    W[l][j][i] -= eta * d * a[l][i]
    return [np.array(w) for w in W], [np.array(v) for v in b]


def _10_5_entry_by_entry(delta, a_before):
    dW, dz_db = np.empty((len(delta), len(a_before))), np.zeros((len(delta), len(delta)))
    for j in range(len(delta)):
        dz_db[j, j] = 1
        for k in range(len(a_before)):
            dW[j, k] = delta[j] * a_before[k]
    return dW, dz_db, dz_db @ delta


def _11_1_loops(Z):
    P = np.zeros(Z.shape)
    for n, row in enumerate(Z):
        for k, z in enumerate(row):
            with np.errstate(over="ignore"):
                P[n, k] = 1 / np.exp(row - z).sum()
    return P


def _11_2_loops(Z, Y):
    N, K = Z.shape
    loss, dZ = 0, np.zeros((N, K))
    for n in range(N):
        e = [math.exp(z) for z in Z[n]]
        right = int(np.argmax(Y[n]))
        loss += math.log(sum(e)) - Z[n, right]
        for k in range(K):
            dZ[n, k] = e[k] / sum(e) - (1 if k == right else 0)
    return loss / N, dZ / N


def _11_3_loops(upstream, P):
    dZ = np.zeros_like(P)
    for n in range(len(P)):
        for l in range(P.shape[1]):
            for k in range(P.shape[1]):
                dZ[n, l] += upstream[n, k] * P[n, k] * ((k == l) - P[n, l])
    return dZ


def _11_4_by_a_helper(W1, b1, W2, b2, dW1, db1, dW2, db2, lam, N):
    def with_penalty(gradient, weights=0.0):
        return np.add(gradient, np.multiply(lam, weights))

    return with_penalty(dW1, W1), with_penalty(db1), with_penalty(dW2, W2), with_penalty(db2)


def _13_1_einsum(X, y, w, rows):
    batch, targets = np.take(X, rows, axis=0), np.take(y, rows)
    return np.einsum("nd,n->d", batch, np.einsum("nd,d->n", batch, w) - targets) / batch.shape[0]


def _13_1_weights(X, y, w, rows):
    """How often each example stands in the batch."""
    often = np.bincount(rows, minlength=len(X))
    return (often * (X @ w - y)) @ X / often.sum()


def _13_2_recursive(X, y, w, lr, samples):
    if len(samples) == 0:
        return w + 0.0
    k = samples[0]
    return _13_2_recursive(X, y, w - lr * (w @ X[k] - y[k]) * X[k], lr, samples[1:])


def _13_3_products(widths, batch):
    pairs = np.array(widths[:-1]) * np.array(widths[1:])
    return int(batch * pairs.sum()), int(batch * (pairs.sum() + pairs[1:].sum()))


def _13_step_in_place_on_copies(X, W1, b1, W2, b2, Y, lr, lam):
    new = [p.copy() for p in (W1, b1, W2, b2)]
    loss = lam / 2 * sum(v * v for v in [*W1.ravel(), *W2.ravel()])
    for x, y in zip(X, Y):
        z1 = W1 @ x + b1
        a1 = z1.clip(min=0)
        e = np.exp(W2 @ a1 + b2)
        p = e / e.sum()
        loss -= np.log(p[y == 1][0]) / len(X)
        d2 = (p - y) / len(X)
        d1 = (W2.T @ d2) * (a1 > 0)
        for old, step in zip(new, (np.outer(d1, x), d1, np.outer(d2, a1), d2)):
            old -= lr * step
    new[0] -= lr * lam * W1
    new[2] -= lr * lam * W2
    return loss, *new


def _13_14_linear(X, y, X_test):
    """Softmax alone, without a hidden layer."""
    rng = np.random.default_rng(7)
    W, b, Y = np.zeros((10, 64)), np.zeros(10), np.eye(10)[y]
    for _ in range(40):
        for rows in np.array_split(rng.permutation(len(X)), 40):
            Z = X[rows] @ W.T + b
            E = np.exp(Z - Z.max(axis=1, keepdims=True))
            D = (E / E.sum(axis=1, keepdims=True) - Y[rows]) / len(rows)
            W, b = W - 0.5 * D.T @ X[rows], b - 0.5 * D.sum(axis=0)
    return (X_test @ W.T + b).argmax(axis=1)


def _13_14_layers(X, y, X_test):
    rng = np.random.default_rng(1)
    net, loss = bp.MLP(64, (64,), 10), bp.SoftmaxCrossEntropy()
    for _ in range(20):
        for rows in np.array_split(rng.permutation(len(X)), 42):
            loss.forward(net.forward(X[rows]), np.eye(10)[y[rows]])
            net.backward(loss.backward())
            for layer in net.leaves():
                for name in layer.params:
                    layer.params[name] -= 0.2 * layer.grads[name]
    return net.forward(X_test).argmax(axis=1).tolist()


MORE = {
    "08.1": {"in place on copies": _08_1_in_place},
    "08.2": {"outgoing edges first": _08_2_outgoing},
    "08.3": {"recursion with a memory": _08_3_memory},
    "09.1": {"in place": _09_1_in_place},
    "09.2": {"outer products": _09_2_outer_products, "reshaped": _09_2_reshaped},
    "09.3": {"in place on a copy": _09_3_in_place_on_a_copy, "entry by entry": _09_3_entry_by_entry},
    "09.4": {"helper functions": _09_4_helpers},
    "09.5": {"sums": _09_5_sums},
    "10.1": {"einsum": _10_1_einsum},
    "10.2": {"in place": _10_2_in_place},
    "10.3": {"scalars": _10_3_scalars},
    "10.5": {"entry by entry": _10_5_entry_by_entry},
    "11.1": {"loops": _11_1_loops},
    "11.2": {"loops": _11_2_loops},
    "11.3": {"loops": _11_3_loops},
    "11.4": {"a helper": _11_4_by_a_helper},
    "13.1": {"einsum": _13_1_einsum, "how often": _13_1_weights},
    "13.2": {"recursive": _13_2_recursive},
    "13.3": {"products": _13_3_products},
    "13.14": {"linear": _13_14_linear, "the library's layers": _13_14_layers},
}  # fmt: skip
for _task, _more in MORE.items():
    VARIANTS[_task] = VARIANTS.get(_task, {}) | _more
for _patient in range(6, 14):
    VARIANTS[f"13.{_patient:02}"]["in place on copies"] = _13_step_in_place_on_copies
# ------------------------------------------------------------------------------------------ sets 01 to 07,
# more styles


def _descend_with_a_deque(slope, x, lr, steps):
    places = collections.deque([x])
    while len(places) < steps + 1:
        places.append(places[-1] - slope(places[-1]) * lr)
    return list(places)


def _points_by_columns(gradient, p, lr, steps):
    path = np.full((len(p), steps + 1), np.nan)
    path[:, 0] = p
    for t in range(steps):
        path[:, t + 1] = path[:, t] - lr * np.asarray(gradient(path[:, t].copy()))
    return path.T


def _central_in_place(loss, x, h):
    x = x.copy()
    slopes = np.empty(x.size)
    for i, old in enumerate(x.tolist()):
        x[i] = old + h
        above = loss(x)
        x[i] = old - h
        slopes[i] = above - loss(x)
        x[i] = old
    return slopes / (h + h)


def _central_by_shifts(loss, x, h):
    shifts = h * np.eye(len(x))
    return [(loss(x + e) - loss(x - e)) / 2 / h for e in shifts]


def _regression_by_loops(X, y, w, b):
    N, d = X.shape
    dw, db = [0.0] * d, 0.0
    for n in range(N):
        error = sum(X[n, j] * w[j] for j in range(d)) + b - y[n]
        for j in range(d):
            dw[j] += error * X[n, j] / N
        db += error / N
    return dw, db


def _error_by_loops(a, n):
    worst = largest = 0.0
    for p, q in zip(np.ravel(a), np.ravel(n)):
        worst = max(worst, abs(p - q))
        largest = max(largest, abs(p), abs(q))
    return worst / largest


def _order_by_counting(graph):
    missing = {node: len(inputs) for node, inputs in graph.items()}
    ready, order = collections.deque(node for node in graph if missing[node] == 0), []
    while ready:
        done = ready.popleft()
        order.append(done)
        for node, inputs in graph.items():
            missing[node] -= inputs.count(done)
            if done in inputs and missing[node] == 0:
                ready.append(node)
    if len(order) != len(graph):
        raise ValueError("cycle")
    return order


def _order_by_rounds(graph):
    order = []
    while len(order) < len(graph):
        free = [node for node in graph if node not in order and set(graph[node]) <= set(order)]
        if not free:
            raise ValueError
        order += free
    return tuple(order)


def _order_of_the_library(graph):
    return [*graphlib.TopologicalSorter(graph).static_order()]  # its CycleError is a ValueError


def _consumers_by_counting(graph):
    users = {node: [] for node in graph}
    for node in graph:
        for x, times in collections.Counter(graph[node]).items():
            users[x] += [node] * times
    return users


def _work_by_counting_uses(graph, output):
    uses = collections.Counter({output: 1})
    for node in reversed(_order_by_counting(graph)):
        for x in graph[node]:
            uses[x] += uses[node]
    inner = [node for node in uses if graph[node] and uses[node]]
    return len(inner), sum(uses[node] for node in inner)


def _max_by_loop(upstream, v):
    best = 0
    for i in range(1, len(v)):
        if v[i] > v[best]:
            best = i
    return [upstream * (i == best) for i in range(len(v))], np.repeat(upstream / len(v), len(v))


def _backward_by_paths(output):
    """Along every path for itself: slow for large graphs, and right."""

    def clear(node):
        node.grad = 0.0
        for x in node.inputs:
            clear(x)

    def follow(node, arrived):
        node.grad += arrived
        for x, local in zip(node.inputs, node.local):
            follow(x, local * arrived)

    clear(output)
    follow(output, 1.0)


def _backward_when_all_reported(output):
    waiting, found, stack = collections.Counter(), {output}, [output]
    while stack:
        for x in stack.pop().inputs:
            waiting[x] += 1
            if x not in found:
                found.add(x)
                stack.append(x)
    for node in found:
        node.grad = 0
    output.grad, ready = 1, [output]
    while ready:
        node = ready.pop()
        for x, local in zip(node.inputs, node.local):
            x.grad += local * node.grad
            waiting[x] -= 1
            if not waiting[x]:
                ready.append(x)


def _bce_by_cases(z, y):
    losses = [max(v, 0) - v * t + math.log1p(math.exp(-abs(v))) for v, t in zip(z, y)]
    slopes = [(1 / (1 + math.exp(-v)) if v > -700 else 0.0) - t for v, t in zip(z, y)]
    return math.fsum(losses) / len(losses), np.array(slopes) / len(losses)


def _logistic_by_einsum(X, y, w, b):
    p = np.reciprocal(1 + np.exp(-(np.einsum("nd,d->n", X, w) + b)))
    dz = (p - y.reshape(len(X))) / len(X)
    return {"dz": dz, "dw": np.einsum("nd,n->d", X, dz), "db": np.einsum("n->", dz)}


for _task, _styles in {
    "01.1": {"a deque": _descend_with_a_deque},
    "01.2": {"columns, turned at the end": _points_by_columns},
    "01.3": {
        "gradient as an array": lambda x, y, a, b, c, lr: (
            np.array([x, y]) - lr * np.array([a * x + b * y, b * x + c * y])
        ).tolist()
    },
    "02.1": {"in place on a copy": _central_in_place, "rows of the identity": _central_by_shifts},
    "02.2": {
        "loops": _regression_by_loops,
        "mean": lambda X, y, w, b: (((X @ w + b - y)[:, None] * X).mean(0), (X @ w + b - y).mean()),
    },
    "02.3": {
        "by label": lambda x, y, w, b: (lambda p: ((p - 1 if y else p) * x, p - 1 if y else p))(
            1 / (1 + math.exp(-(np.dot(x, w) + b)))
        )
    },
    "02.4": {
        "loops": _error_by_loops,
        "stacked": lambda a, n: abs(a - n).max() / abs(np.array([a, n])).max(),
    },
    "03.1": {
        "counting inputs": _order_by_counting,
        "in rounds": _order_by_rounds,
        "the library's": _order_of_the_library,
    },
    "03.3": {"counters": _consumers_by_counting},
    "03.7": {"counting uses": _work_by_counting_uses},
    "04.1": {"an array": lambda upstream, x, y: np.full(2, upstream).tolist()},
    "04.2": {"local derivatives first": lambda upstream, x, y: [local * upstream for local in (y, x)]},
    "04.3": {"an array": lambda x, y, z: np.array([1, z, x + y, z, z]).tolist()},
    "05.2": {"a loop": _max_by_loop},
    "06.1": {"along every path": _backward_by_paths, "when all have reported": _backward_when_all_reported},
    "06.2": {"dot": np.dot, "a loop": lambda gradients, local: sum(g * d for g, d in zip(gradients, local))},
    "07.1": {"by cases": _bce_by_cases},
    "07.2": {"einsum and a dict": _logistic_by_einsum},
}.items():
    VARIANTS.setdefault(_task, {}).update(_styles)
