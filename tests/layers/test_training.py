"""Training: what is learnt, what is recorded, and how it stops."""

import inspect
import math
import tracemalloc

import numpy as np
import pytest

import backprop_lib as bp
from backprop_lib import datasets

RNG = np.random.default_rng(0)
X = RNG.standard_normal((30, 3))
Y = (X.sum(axis=1) > 0).astype(int)


def run(net=None, loss=None, X=X, Y=Y, optimizer=None, **kwargs):
    net = net or bp.MLP(3, (5,), 2, rng=0)
    kwargs = {"epochs": 3, "batch_size": 8, "rng": 0, "progress": False} | kwargs
    return net, bp.train(net, loss or bp.SoftmaxCrossEntropy(), X, Y, optimizer or bp.SGD(0.1), **kwargs)


@pytest.mark.slow
def test_digits_reach_97_percent():
    data = datasets.digits(rng=0)
    net = bp.MLP(64, (128, 64), 10, rng=0)
    history = bp.train(
        net, bp.SoftmaxCrossEntropy(), *data, bp.SGD(0.1, momentum=0.9), epochs=20, rng=0, progress=False
    )
    assert bp.accuracy(net.forward(data.X_test), data.Y_test) >= 0.97
    assert history.accuracy[-1] > 0.99


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_ten_points_of_higham_are_all_right(seed):
    """netbp: 2-2-3-2, sigmoids, half squared error; full batch with rate 3 in place of a million single
    samples.
    """
    data, net = datasets.higham(), datasets.higham_network(rng=seed)
    history = bp.train(
        net, bp.HalfSquaredError(), *data, bp.SGD(3.0), epochs=12_000, batch_size=None, progress=False
    )
    assert bp.accuracy(net.forward(data.X), data.Y) == 1 and history.loss[-1] < history.loss[0]


def test_full_batch_is_gradient_descent():
    """One epoch of full batch is one step along the mean gradient (Lecture 002, SGD slide, with n = N)."""
    net, _ = run(epochs=1, batch_size=None)
    other, loss = bp.MLP(3, (5,), 2, rng=0), bp.SoftmaxCrossEntropy()
    loss.forward(other.forward(X), Y)
    other.backward(loss.backward())
    bp.SGD(0.1).step(other)
    assert all(np.array_equal(net.params[name], other.params[name]) for name in net.params)


class Counting(bp.HalfSquaredError):
    """Records which examples each step sees; the target is the number of the example."""

    def __init__(self):
        self.seen = []

    def forward(self, prediction, target):
        self.seen.append(target[:, 0].astype(int).tolist())
        return super().forward(prediction, target)


def steps(**kwargs):
    loss = Counting()
    run(bp.Dense(3, 1, rng=0), loss, Y=np.arange(30.0)[:, None], optimizer=bp.SGD(1e-9), epochs=2, **kwargs)
    return loss.seen


def test_mini_batches_go_once_through_all_examples_in_each_epoch_in_a_new_order():
    seen = steps(batch_size=8)
    assert [len(step) for step in seen] == [8, 8, 8, 6] * 2
    first, second = sum(seen[:4], []), sum(seen[4:], [])
    assert sorted(first) == sorted(second) == list(range(30)) and first != second


def test_single_samples_with_replacement_are_lecture_001s_algorithm():
    seen = steps(batch_size=1, replace=True)
    assert [len(step) for step in seen] == [1] * 60
    assert len({step[0] for step in seen[:30]}) < 30, "some example comes twice"


def test_the_same_seed_trains_the_same_network():
    a, b, c = run()[0], run()[0], run(rng=1)[0]
    assert np.array_equal(a.params["W1"], b.params["W1"]) and not np.array_equal(
        a.params["W1"], c.params["W1"]
    )


def test_history_holds_one_entry_per_epoch_and_plots():
    net, history = run(validation=(X, Y))
    record = history.to_dict()
    assert [len(record[key]) for key in ("loss", "accuracy", "validation_loss", "validation_accuracy")] == [
        3
    ] * 4
    assert {name: len(norms) for name, norms in record["gradient_norms"].items()} == {"W1": 3, "W2": 3}
    assert [axes.get_title() for axes in history.plot().axes] == ["loss", "accuracy", "gradient norm"]
    assert repr(history) == f"History(3 epochs, last loss {history.loss[-1]:.6f}; all epochs done)"
    assert history.validation_loss[-1] == bp.SoftmaxCrossEntropy().forward(net.forward(X), Y)
    regression = run(bp.MLP(3, 4, 2, rng=0), bp.HalfSquaredError(), Y=X[:, :2])[1]
    assert not regression.accuracy and [axes.get_title() for axes in regression.plot().axes] == [
        "loss",
        "gradient norm",
    ]


def test_the_recorded_loss_is_the_mean_over_examples_with_the_penalty():
    """With rate 0 nothing moves, so each epoch's loss is that of the whole data: batches of 8, 8, 8, 6 are
    weighed.
    """
    optimizer = bp.SGD(0.0, weight_decay=0.1)
    net, history = run(optimizer=optimizer)
    whole = bp.SoftmaxCrossEntropy().forward(net.forward(X), Y) + optimizer.penalty(net)
    assert history.loss == pytest.approx([whole] * 3, rel=1e-13)


def test_early_stopping_puts_the_best_parameters_back():
    net, history = run(
        X=X[:6],
        Y=1 - Y[:6],
        optimizer=bp.SGD(0.5),
        epochs=200,
        batch_size=3,
        validation=(X[6:], Y[6:]),
        patience=4,
    )
    assert history.best_epoch == 1 + int(np.argmin(history.validation_loss))
    assert (
        len(history.loss) == history.best_epoch + 4
        and "no better validation loss for 4 epochs" in history.stopped
    )
    loss = bp.SoftmaxCrossEntropy().forward(net.forward(X[6:]), Y[6:])
    assert loss == pytest.approx(min(history.validation_loss), rel=1e-14)


def test_training_ends_in_prediction_mode_with_the_input_gradient_back():
    net, _ = run(bp.Sequential(bp.Dense(3, 5, rng=0), bp.Dropout(0.5, rng=0), bp.Dense(5, 2, rng=1)))
    assert np.array_equal(net.forward(X), net.forward(X))
    assert net.backward(np.ones((30, 2))).shape == X.shape


def test_interrupting_keeps_what_was_trained_and_says_so(capsys):
    class Interrupted(bp.SGD):
        def step(self, target):
            super().step(target)
            if self.steps == 6:
                raise KeyboardInterrupt

    net, history = run(optimizer=Interrupted(0.1), epochs=10)
    assert history.stopped == "interrupted in epoch 2" and len(history.loss) == 1
    assert "Training was interrupted in epoch 2." in capsys.readouterr().out
    assert not np.array_equal(net.params["W1"], bp.MLP(3, (5,), 2, rng=0).params["W1"])


def test_a_loss_that_diverges_names_the_epoch_the_layer_and_the_causes():
    with pytest.raises(FloatingPointError) as caught:
        run(
            bp.MLP(3, (5,), 1, rng=0),
            bp.HalfSquaredError(),
            Y=X[:, :1] * 1e3,
            optimizer=bp.SGD(1e4),
            epochs=50,
        )
    message = str(caught.value)
    assert (
        "in epoch " in message and "came from layer 2, Dense(5, 1)" in message and "learning rate" in message
    )


def test_a_probability_of_exactly_one_is_blamed_on_the_loss():
    """000-E10 as a training run: (x, y) = (50, 1), rate 0.1."""
    with pytest.raises(
        FloatingPointError, match=r"became nan in epoch 2.*the loss, BinaryCrossEntropy\(\).*loss with logits"
    ):
        run(
            bp.MLP(1, (), 1, output="sigmoid", init="zeros"),
            bp.BinaryCrossEntropy(),
            [[50.0]],
            [[1]],
            batch_size=None,
        )
    net, _ = run(
        bp.MLP(1, (), 1, init="zeros"),
        bp.BinaryCrossEntropyWithLogits(),
        [[50.0]],
        [[1]],
        batch_size=None,
        epochs=1,
    )
    assert (net.params["W1"].item(), net.params["b1"].item()) == (2.5, 0.05)


def test_progress_is_shown_only_when_asked(capsys):
    run()
    assert capsys.readouterr() == ("", "")
    run(progress=True)
    assert "epochs" in capsys.readouterr().err


def test_a_step_allocates_nothing_that_stays():
    net, loss, optimizer = (
        bp.MLP(64, (128, 64), 10, rng=0),
        bp.SoftmaxCrossEntropy(),
        bp.SGD(0.01, momentum=0.9),
    )
    X, Y = RNG.standard_normal((32, 64)), RNG.integers(0, 10, 32)

    def steps(count):
        for _ in range(count):
            loss.forward(net.forward(X), Y)
            net.backward(loss.backward())
            optimizer.step(net)
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        after_10, after_200 = steps(10), steps(190)
    finally:
        tracemalloc.stop()
    assert after_200 - after_10 < 2000


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"batch_size": 0}, "batch_size=0, but there are 30 examples; use 1 to 30, or None"),
        ({"loss": bp.SoftmaxCrossEntropy}, r"SoftmaxCrossEntropy is a class; write SoftmaxCrossEntropy\(…\)"),
        ({"batch_size": 2.5}, "batch_size=2.5"),
        ({"epochs": 0}, "epochs=0"),
        ({"epochs": 2.5}, "epochs=2.5"),
        ({"patience": 0, "validation": (X, Y)}, "patience=0"),
        ({"validation": X}, r"validation=\(X, Y\)"),
        ({"net": [bp.Dense(3, 2)]}, "net is a list, no network"),
        ({"patience": 3}, r"pass validation=\(X, Y\) too"),
        ({"Y": Y[:-1]}, r"X is \(30, 3\) and Y is \(29,\)"),
        ({"X": X[:0], "Y": Y[:0]}, "at least one"),
        ({"X": np.where(X > 2, np.nan, X)}, "nan or inf in 1 of its 30 rows"),
        (
            {"net": bp.MLP(3, 5, 2, output="softmax")},
            "the network ends in Softmax\\(\\) already; use output='identity'",
        ),
        (
            {"net": bp.MLP(3, 5, 1, output="sigmoid"), "loss": bp.BinaryCrossEntropyWithLogits()},
            "starts from logits",
        ),
        ({"Y": Y + 1}, "labels run from 1 to 2, but 2 logits"),
        ({"net": bp.MLP(4, 5, 2)}, r"Dense\(4, 5\): X is \(8, 3\)"),
    ],
)
def test_misuse_is_explained(arguments, message):
    with pytest.raises(ValueError, match=message):
        run(**arguments)


def test_lists_and_integers_are_promoted():
    _, history = run(X=np.round(X * 10).astype(int).tolist(), Y=Y.tolist(), optimizer=bp.SGD(0.01))
    assert all(math.isfinite(value) for value in history.loss)


def test_fewer_examples_than_a_batch_are_one_batch():
    """Higham's ten points with the default batch_size=32."""
    data = datasets.higham()
    net, other = datasets.higham_network(rng=0), datasets.higham_network(rng=0)
    bp.train(net, bp.HalfSquaredError(), *data, bp.SGD(0.5), epochs=3, progress=False)
    bp.train(other, bp.HalfSquaredError(), *data, bp.SGD(0.5), epochs=3, batch_size=None, progress=False)
    np.testing.assert_allclose(net.theta, other.theta, rtol=1e-12)
    assert [len(step) for step in steps(batch_size=100, replace=True)] == [30, 30]


def test_history_holds_python_numbers():
    class Doubled(bp.SoftmaxCrossEntropy):
        def forward(self, prediction, target):
            return np.float64(super().forward(prediction, target))

    _, history = run(loss=Doubled(), validation=(X, Y), optimizer=bp.SGD(0.1, weight_decay=0.1))
    record = history.to_dict()
    norms = record.pop("gradient_norms")
    for values in [*norms.values(), *(record[key] for key in record if key not in ("best_epoch", "stopped"))]:
        assert values and all(type(value) is float for value in values)


def test_no_accuracy_where_targets_are_no_classes():
    class Absolute(bp.HalfSquaredError):
        def forward(self, prediction, target):
            return super().forward(prediction, target[:, None])

    numbers = X[:, 0]
    _, history = run(bp.Dense(3, 1, rng=0), Absolute(), Y=numbers, validation=(X, numbers))
    assert not history.accuracy and not history.validation_accuracy
    _, history = run(bp.Dense(3, 1, rng=0), Absolute(), Y=Y.astype(float), validation=(X, Y))
    assert len(history.accuracy) == len(history.validation_accuracy) == 3


@pytest.mark.parametrize("wanted", [True, False])
def test_the_input_gradient_is_as_it_was(wanted):
    net = bp.MLP(3, (5,), 2, rng=0)
    net.input_gradient = wanted
    run(net)
    assert net.input_gradient is wanted
    with pytest.raises(FloatingPointError):
        run(net, optimizer=bp.SGD(1e300))
    assert net.input_gradient is wanted


# A loss and an optimizer of one's own: those of the docstrings, and the least that train asks for.


def examples(documented):
    """The classes that a docstring defines, by name: its indented lines are a program."""
    program = [line[4:] for line in inspect.getdoc(documented).splitlines() if line.startswith("    ")]
    found = {"bp": bp, "np": np}
    exec("\n".join(program), found)
    return found


def test_the_loss_in_the_docstring_is_right_and_trains():
    loss = examples(bp.Loss)["AbsoluteError"]()
    net, target = bp.MLP(3, (5,), 1, rng=0), X[:, :1]
    assert bp.check_gradients(net, loss, X, target).ok
    assert loss.forward([[1], [5]], [[3], [4]]) == 1.5
    _, history = run(net, loss, Y=target, optimizer=bp.SGD(0.1), epochs=20)
    assert history.loss[-1] < 0.5 * history.loss[0]
    with pytest.raises(ValueError, match=r"AbsoluteError\(\): backward before forward"):
        type(loss)().backward()


def test_the_optimizers_in_the_docstring_train():
    found = examples(bp.Optimizer)
    by_descent, by_sgd = run(optimizer=found["Descent"]())[0], run(optimizer=bp.SGD(0.1))[0]
    assert np.array_equal(by_descent.theta, by_sgd.theta)
    net, history = run(optimizer=found["SignDescent"](0.01, weight_decay=0.1), epochs=20)
    assert history.loss[-1] < 0.8 * history.loss[0]
    before = net.theta.copy()
    found["SignDescent"](0.01).step(net)
    np.testing.assert_allclose(np.abs(net.theta - before), 0.01, rtol=1e-10)


class LeastLoss:
    def forward(self, prediction, target):
        self.error = prediction - np.eye(2)[target]
        return np.square(self.error).sum() / 2 / len(target)

    def backward(self):
        return self.error / len(self.error)


class LeastOptimizer:
    def step(self, net):
        for name, P in net.params.items():
            P -= 0.1 * net.grads[name]


def test_the_least_loss_and_the_least_optimizer_train():
    net, history = run(
        loss=LeastLoss(), optimizer=LeastOptimizer(), validation=(X, Y), epochs=20, patience=20
    )
    other, reference = run(
        loss=HalfOneHot(), optimizer=bp.SGD(0.1), validation=(X, Y), epochs=20, patience=20
    )
    np.testing.assert_allclose(history.loss, reference.loss, rtol=1e-12)
    np.testing.assert_allclose(net.theta, other.theta, rtol=1e-12)
    assert history.accuracy == reference.accuracy and len(history.validation_accuracy) == 20
    assert bp.check_gradients(net, LeastLoss(), X, Y, optimizer=LeastOptimizer()).ok


class HalfOneHot(bp.HalfSquaredError):
    def forward(self, prediction, target):
        return super().forward(prediction, np.eye(2)[target])


@pytest.mark.parametrize("given, missing", [("loss", "backward"), ("loss", "forward"), ("optimizer", "step")])
def test_a_loss_or_an_optimizer_without_a_method_gets_a_sentence(given, missing):
    class Half:
        forward = backward = step = staticmethod(lambda *args: 0.0)

        def __repr__(self):
            return "Half()"

    setattr(Half, missing, None)
    with pytest.raises(
        ValueError, match=rf"train: Half\(\) has no method {missing}; .*bp.Loss and bp.Optimizer"
    ):
        run(**{given: Half()})
