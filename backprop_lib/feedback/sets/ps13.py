"""Problem set 13, training for real: batches, costs, the capstone, and a clinic with eight broken networks."""
# ruff: noqa: E501

import numpy as np

from ..task import formula, task, wrong
from .draws import one_hot, two_layers


def draw_minibatch(rng):
    for N, d, B in ((9, 3, 4), (7, 5, 3), (11, 2, 5)):
        yield dict(
            X=rng.standard_normal((N, d)),
            y=rng.standard_normal(N),
            w=rng.standard_normal(d),
            rows=rng.permutation(N)[:B],
        )


@task(
    "13.1", "The gradient of a minibatch", draw=draw_minibatch, returns="dw", points="3", hidden=1, minutes=8, difficulty=1,
    hints=("Which rows of X, and which entries of y?", "The mean runs over the batch, so that its expectation is the full gradient.", "error = X[rows] @ w - y[rows];  dw = X[rows].T @ error / len(rows)"),
    mistakes=(
        wrong("divided_by_all", "/ len(rows)", "/ len(X)", say="Divided by the size of the whole data set: the mean runs over the batch."),
        wrong("missing_batch_mean", " / len(rows)", "", say="dw is exactly as many times too big as there are examples in the batch: divide by their number, once."),
        wrong("samples_shifted", "y[rows]", "y[:len(rows)]"),
        wrong("batch_ignored", "X[rows].T @ (X[rows] @ w - y[rows]) / len(rows)", "X.T @ (X @ w - y) / len(X)", say="That is the gradient of all examples: the batch is ignored."),
        wrong("sign_flipped", "X[rows] @ w - y[rows]", "y[rows] - X[rows] @ w"),
        wrong("last_example_only", "X[rows].T @ (X[rows] @ w - y[rows]) / len(rows)", "X[rows[-1]] * (X[rows[-1]] @ w - y[rows[-1]])"),
        wrong("first_rows_for_batch", "X[rows].T @ (X[rows] @ w - y[rows])", "X[:len(rows)].T @ (X[:len(rows)] @ w - y[:len(rows)])", say="The first rows were taken; `rows` says which ones."),
    ),
)  # fmt: skip
def minibatch_gradient(X, y, w, rows):
    """Return dw (d,) of the mean of ½(x·w − y)² over the examples in `rows`. X (N, d); y (N,); w (d,); rows
    (B,): indices.
    """
    return X[rows].T @ (X[rows] @ w - y[rows]) / len(rows)


def draw_samples(rng):
    for N, d, steps in ((5, 3, 4), (4, 2, 6), (7, 5, 3)):
        yield dict(
            X=rng.standard_normal((N, d)),
            y=rng.standard_normal(N),
            w=rng.standard_normal(d),
            lr=0.1,
            samples=rng.integers(N, size=steps),
        )


@task(
    "13.2", "One sample at a time (Lecture 001's algorithm)", draw=draw_samples, returns="w_new", points="3", hidden=1, minutes=10, difficulty=2,
    hints=("How many updates does one pass over `samples` make?", "Each update uses the weights that the one before has left.", "for k in samples: w = w - lr * (X[k] @ w - y[k]) * X[k]"),
    mistakes=(
        wrong("start_slope_kept", "(X[k] @ v - y[k])", "(X[k] @ w - y[k])", say="Every step uses the error at the starting weights: after an update the error has to be computed anew."),
        wrong("steps_uphill", "v - lr", "v + lr"),
        wrong("learning_rate_missing", "lr * (X", "(X"),
        wrong("samples_ignored", "for k in samples", "for k in range(len(samples))", say="The examples were taken in order; `samples` says which ones, some of them twice."),
        wrong("averaged_steps", "lr * (X", "lr / len(samples) * (X", say="Each step was divided by the number of steps: one example, one full step."),
        wrong("last_example_only", "for k in samples", "for k in samples[-1:]", say="Only the last sample made a step."),
        wrong("without_replacement", "for k in samples", "for k in dict.fromkeys(samples.tolist())", say="An example that was drawn twice was used once: Lecture 001 draws with replacement."),
    ),
)  # fmt: skip
def sgd_with_replacement(X, y, w, lr, samples):
    """Return the weights (d,) after one step for each index in `samples`, in that order, on ½(x·w − y)² of
    that example alone. w stays unchanged.

    X (N, d); y (N,); w (d,); lr a number; samples: indices, drawn with replacement."""
    v = w.copy()
    for k in samples:
        v = v - lr * (X[k] @ v - y[k]) * X[k]
    return v


def draw_widths(rng):
    for widths, batch in (((5, 7, 3), 4), ((100, 100, 100, 100), 1), ((784, 30, 10), 32), ((6, 2), 3)):
        yield dict(widths=list(widths), batch=batch)


@task(
    "13.3", "Find the error in Lecture 002: \"as expensive as two forward passes\"", draw=draw_widths, returns="forward backward", points="1 3", hidden=1, minutes=12,
    difficulty=2,
    hints=("How many multiply-adds does one weight cost, forward, for one example?", "Backward each weight costs one for dW and one for the gradient of its input; but whose input gradient does nobody need?", "backward = 2*forward − batch*widths[0]*widths[1]"),
    mistakes=(
        wrong("input_gradient_counted", "2 * forward - batch * sizes[0]", "2 * forward", say="That is the lecture's \"two forward passes\": the gradient of the first layer's input is in it, and nobody needs that."),
        wrong("batch_forgotten", "batch * sum(sizes)", "sum(sizes)", "batch * sizes[0]", "sizes[0]"),
        wrong("first_layer_forgotten", "2 * forward - batch * sizes[0]", "2 * forward - 2 * batch * sizes[0]"),
        wrong("weight_gradient_only", "2 * forward - batch * sizes[0]", "forward", say="Only the weights' gradients are counted: the gradients that go on to the layer below cost as much."),
        wrong("last_layer_for_first", "batch * sizes[0]", "batch * sizes[-1]", say="The last layer's input gradient was left out; it is the first layer that does not need one."),
        wrong("units_for_weights", "[m * n for m, n in zip(widths, widths[1:])]", "[n for m, n in zip(widths, widths[1:])]", say="That counts units: each unit has one multiply-add for each of its inputs."),
    ),
)  # fmt: skip
def count_operations(widths, batch):
    """Return (forward, backward): the multiply-adds of a forward and a backward pass of dense layers; biases
    and activations count nothing, and the gradient with respect to the network's input is not computed.
    widths: [inputs, …, outputs]; batch: number of examples.
    """
    sizes = [m * n for m, n in zip(widths, widths[1:])]
    forward = batch * sum(sizes)
    backward = 2 * forward - batch * sizes[0]
    return forward, backward


def draw_one_network(rng):
    yield dict(
        n_in=float(4 * rng.integers(5, 51)),
        hidden=float(10 * rng.integers(2, 10)),
        n_out=float(rng.integers(5, 31)),
    )


@task(
    "13.4", "Predict: how much dearer is the way back?", kind="numbers", draw=draw_one_network, returns="ratio", points="2", minutes=5, difficulty=1, tolerance=2e-3,
    hints=(
        "A layer has up to two gradients to compute, of its weights and of its input. Which of the layers has only one?",
        "Each of the two products costs as much as the forward product of that layer.",
        "With layers 1000-10-400: forward 10,000 + 4,000 = 14,000; backward 10,000 + 2·4,000 = 18,000; 18/14 = 1.286",
    ),
    mistakes=(
        wrong("input_gradient_counted", "(first + 2 * second) / (first + second)", "2.0"),
        wrong("weight_gradient_only", "(first + 2 * second) / (first + second)", "1.0"),
        wrong("last_layer_for_first", "first + 2 * second", "2 * first + second"),
        wrong("inverse_ratio", "(first + 2 * second) / (first + second)", "(first + second) / (first + 2 * second)", say="That is forward over backward."),
    ),
)  # fmt: skip
def cost_ratio(n_in, hidden, n_out):
    """A network n_in-hidden-n_out of dense layers. Give ratio: the multiply-adds of the backward pass divided
    by those of the forward pass, when the gradient of the network's input is not computed. Biases and
    activations are not counted.
    """
    first, second = (n_in * hidden, hidden * n_out)
    return (first + 2 * second) / (first + second)


def graph_of_a_minibatch():
    from ...graph import Node

    w, x1, x2, y1, y2, lam = (
        Node(v, n) for v, n in zip((0.5, 1.5, -0.8, 0.3, 1.1, 0.2), ("w", "x1", "x2", "y1", "y2", "λ"))
    )
    L = ((w * x1 - y1) ** 2 + (w * x2 - y2) ** 2) / 4 + lam * w**2 / 2
    L.name = "L"
    return L


formula(
    "13.5", "A minibatch of two, with a penalty", "L = ½·½((w·x1 − y1)² + (w·x2 − y2)²) + ½λw². Give ∂L/∂w in w, x1, x2, y1, y2 and λ (λ may be typed lam).",
    graph=graph_of_a_minibatch, wrt="w", points=3, minutes=8, difficulty=1, answer="((w*x1 - y1)*x1 + (w*x2 - y2)*x2)/2 + λ*w",
    mistakes={"missing_batch_mean": "(w*x1 - y1)*x1 + (w*x2 - y2)*x2 + λ*w", "l2_missing": "((w*x1 - y1)*x1 + (w*x2 - y2)*x2)/2",
              "l2_doubled": "((w*x1 - y1)*x1 + (w*x2 - y2)*x2)/2 + 2*λ*w", "l2_sign": "((w*x1 - y1)*x1 + (w*x2 - y2)*x2)/2 - λ*w",
              "l2_divided_by_batch": "((w*x1 - y1)*x1 + (w*x2 - y2)*x2)/2 + λ*w/2", "last_example_only": "(w*x2 - y2)*x2/2 + λ*w",
              "batch_mean_twice": "((w*x1 - y1)*x1 + (w*x2 - y2)*x2)/4 + λ*w", "inner_derivative_missing": "((w*x1 - y1) + (w*x2 - y2))/2 + λ*w"},
    hints=(
        "The loss has two parts. Which of them knows how many examples there are?",
        "Each square has a ½ that cancels its 2; the mean's own ½ stays. What cancels in the penalty?",
        "With three examples, (1/3)·½·(…) and the penalty 5w²: ∂L/∂w = ((w·x1 − y1)·x1 + (w·x2 − y2)·x2 + (w·x3 − y3)·x3)/3 + 10w",
    ),
)  # fmt: skip


# ------------------------------------------------------------------------------------------ the bug clinic


def draw_training(rng):
    for (N, d, h, K), lr, lam in zip(
        ((5, 3, 4, 2), (4, 5, 2, 3), (7, 2, 5, 4)), (0.5, 0.1, 1.5), (0.1, 0.0, 0.3)
    ):
        yield two_layers(rng, N, d, h, K) | dict(Y=one_hot(rng, N, K), lr=lr, lam=lam)


def training_step(X, W1, b1, W2, b2, Y, lr, lam):
    """Return (loss, W1, b1, W2, b2) after one step of gradient descent with rate lr, for a network with relu
    inside and softmax with cross-entropy at the end; the loss is the mean over the examples plus ½λ(‖W1‖² +
    ‖W2‖²). The arguments stay unchanged.

    X (N, d); W1 (h, d); b1 (h,); W2 (K, h); b2 (K,); Y (N, K) one-hot. Repair the function that
    bp.feedback.patient(…) shows.
    """
    Z1 = X @ W1.T + b1
    A1 = np.maximum(Z1, 0)
    Z2 = A1 @ W2.T + b2
    E = np.exp(Z2 - Z2.max(axis=1, keepdims=True))
    P = E / E.sum(axis=1, keepdims=True)
    loss = -np.sum(Y * np.log(P)) / len(X) + lam / 2 * (np.sum(W1**2) + np.sum(W2**2))
    dZ2 = (P - Y) / len(X)
    dW2 = dZ2.T @ A1 + lam * W2
    db2 = dZ2.sum(axis=0)
    dZ1 = dZ2 @ W2 * (Z1 > 0)
    dW1 = dZ1.T @ X + lam * W1
    db1 = dZ1.sum(axis=0)
    return loss, W1 - lr * dW1, b1 - lr * db1, W2 - lr * dW2, b2 - lr * db2


# (mistake, points, what the ward's chart says, hint, how it is written)
PATIENTS = (
    ("missing_batch_mean", "Learns on 10 examples, explodes on 1000", "The step grows with the batch.", "(P - Y) / len(X)", "P - Y"),
    ("relu_mask_on_gradient", "Trains, but never quite as well as it should", "Which units pass their gradient on?", "dZ2 @ W2 * (Z1 > 0)", "dZ2 @ W2 * (dZ2 @ W2 > 0)"),
    ("updated_weights_in_backward", "Fine with a small learning rate, strange with a large one", "What changes with the learning rate, and should not?",
     "dZ1 = dZ2 @ W2 *", "dZ1 = dZ2 @ (W2 - lr * dW2) *"),
    ("l2_on_bias", "With weight decay it can no longer predict a class that is nearly always right", "What does λ pull to zero?", "db2 = dZ2.sum(axis=0)", "db2 = dZ2.sum(axis=0) + lam * b2",
     "db1 = dZ1.sum(axis=0)", "db1 = dZ1.sum(axis=0) + lam * b1"),
    ("softmax_wrong_axis", "The prediction for one picture depends on the other pictures of the batch", "What sums to 1?", "axis=1", "axis=0"),
    ("steps_uphill", "The loss grows, steadily, from the first step", "In which direction does it walk?", "W1 - lr", "W1 + lr", "b1 - lr", "b1 + lr", "W2 - lr", "W2 + lr", "b2 - lr", "b2 + lr"),
    ("bias_summed_to_scalar", "All hidden biases stay equal for ever", "How many biases has a layer?", "dZ2.sum(axis=0)", "dZ2.sum()", "dZ1.sum(axis=0)", "dZ1.sum()"),
    ("activation_derivative_omitted", "Units that are off go on learning", "What does a relu do on the way back?", "dZ2 @ W2 * (Z1 > 0)", "dZ2 @ W2"),
)  # fmt: skip
ILLNESSES = (
    *(wrong(key, *texts) for key, _, _, *texts in PATIENTS),
    wrong(
        "l2_missing",
        "dZ2.T @ A1 + lam * W2",
        "dZ2.T @ A1",
        "dZ1.T @ X + lam * W1",
        "dZ1.T @ X",
        say="The penalty is in the loss, and missing in both gradients.",
    ),
    wrong("l2_doubled", "A1 + lam * W2", "A1 + 2 * lam * W2", "X + lam * W1", "X + 2 * lam * W1"),
    wrong("pre_activation_for_activation", "dZ2.T @ A1", "dZ2.T @ Z1"),
    wrong("relu_for_its_derivative", "(Z1 > 0)", "A1"),
    wrong("missing_bias", "X @ W1.T + b1", "X @ W1.T", "A1 @ W2.T + b2", "A1 @ W2.T"),
    wrong(
        "learning_rate_missing", "lr * dW1", "dW1", "lr * db1", "db1", "lr * dW2", "dW2", "lr * db2", "db2"
    ),
    wrong("weights_only", "b1 - lr * db1", "b1.copy()", "b2 - lr * db2", "b2.copy()"),
)
for number, (key, title, nudge, *_) in enumerate(PATIENTS, 1):
    task(
        f"13.{number + 5:02}", f"Bug clinic, patient {number}: {title}", draw=draw_training, returns="loss W1 b1 W2 b2", points="1 1 1 1 1", hidden=1,
        minutes=6, difficulty=2, patient=key, mistakes=ILLNESSES,
        hints=(nudge, "Compare each line with the formula it stands for: forward, loss, dZ2, dW2, db2, dZ1, dW1, db1, step.",
               "The spoiled line belongs to the mistake that the diagnosis names when you hand the patient in as it is."),
    )(training_step)  # fmt: skip


def digits(rng):
    from ...datasets import digits

    data = digits(rng=int(rng.integers(100)))
    yield dict(X=data.X, y=data.Y, X_test=data.X_test, y_test=data.Y_test)


def at_least_96_percent(function, arguments):
    """The student's function predicts; what is compared is whether enough of it is right."""
    *given, y_test = arguments.values()
    predicted = function(*given)
    if predicted is None or predicted is ...:
        return predicted
    predicted = np.asarray(predicted)
    if predicted.shape != y_test.shape:
        return f"an array of shape {predicted.shape}; expected one class for each of the {len(y_test)} test examples"
    accuracy = float(np.mean(predicted == y_test))
    return (
        "96 % or more of the test digits are right"
        if accuracy >= 0.96
        else f"{100 * accuracy:.1f} % of the test digits are right"
    )


@task(
    "13.14", "Capstone: read digits with your own layers", draw=digits, observe=at_least_96_percent, returns="accuracy", points="10", hidden=2, minutes=60,
    difficulty=3, seconds=60.0, once=True,
    hints=("Start with one hidden layer of 64 units, relu, softmax with cross-entropy.", "Check your gradients with bp.check_gradients before you train; shuffle in every epoch.", "64-64-10, he initialisation, batches of 32, rate 0.1 to 0.5, 20 to 30 epochs reach 97 %"),
    mistakes=(),
)  # fmt: skip
def read_digits(X, y, X_test):
    """Train a network on X (N, 64), y (N,) of classes 0 … 9, and return the predicted classes (M,) for X_test
    (M, 64): 96 % of them right. Your own layers or those of the library, no other library. At most a minute.
    """
    rng = np.random.default_rng(0)
    W1, b1 = rng.standard_normal((64, 64)) * (2 / 64) ** 0.5, np.zeros(64)
    W2, b2 = rng.standard_normal((10, 64)) * (2 / 64) ** 0.5, np.zeros(10)
    Y = np.eye(10)[y]
    for _ in range(25):
        order = rng.permutation(len(X))
        for rows in np.array_split(order, len(X) // 32):
            A1 = np.maximum(X[rows] @ W1.T + b1, 0)
            Z2 = A1 @ W2.T + b2
            E = np.exp(Z2 - Z2.max(axis=1, keepdims=True))
            dZ2 = (E / E.sum(axis=1, keepdims=True) - Y[rows]) / len(rows)
            dZ1 = dZ2 @ W2 * (A1 > 0)
            W2, b2 = W2 - 0.3 * dZ2.T @ A1, b2 - 0.3 * dZ2.sum(axis=0)
            W1, b1 = W1 - 0.3 * dZ1.T @ X[rows], b1 - 0.3 * dZ1.sum(axis=0)
    return np.argmax(np.maximum(X_test @ W1.T + b1, 0) @ W2.T + b2, axis=1)
