"""Networks: their layers, their live parameters, their files; and what a pass costs."""

import zipfile

import numpy as np
import pytest

import backprop_lib as bp


def net():
    return bp.Sequential(
        bp.Dense(4, 6, rng=0), bp.LeakyReLU(0.2), bp.Dropout(0.1, rng=1),
        bp.Sequential(bp.Softplus(3.0), bp.Dense(6, 3, rng=2)), bp.Softmax(),
    )  # fmt: skip


def test_an_mlp_is_dense_and_activation_for_each_hidden_size():
    assert (
        repr(bp.MLP(4, (7, 6), 3, activation="tanh"))
        == "MLP(Dense(4, 7), Tanh(), Dense(7, 6), Tanh(), Dense(6, 3))"
    )
    assert repr(bp.MLP(4, 7, 1, output="sigmoid")) == "MLP(Dense(4, 7), ReLU(), Dense(7, 1), Sigmoid())"
    assert repr(bp.MLP(4, (), 3)) == "MLP(Dense(4, 3))"
    network = bp.MLP(4, (7,), 3, activation=bp.GELU)
    assert [type(layer).__name__ for layer in network] == ["Dense", "GELU", "Dense"]
    assert len(network) == 3 and network[-1] is network.layers[2]


def test_parameters_are_numbered_and_live():
    network, X = net(), np.ones((2, 4))
    before = network.forward(X)
    assert list(network.params) == list(network.grads) == ["W1", "b1", "W2", "b2"]
    network.params["b2"][0] += 1
    edited = network.forward(X)
    network.params["b2"] = [0, 0, 0]
    assert not np.allclose(edited, before)
    np.testing.assert_array_equal(network[3][1].params["b"], 0)
    with pytest.raises(ValueError, match=r"W1 is \(6, 4\), but the new values are \(4, 6\)"):
        network.params["W1"] = np.ones((4, 6))


def test_modes_reach_the_layers_inside():
    network = net()
    assert network.eval() is network and not any(layer.training for layer in network.leaves())
    assert network.train() is network and all(layer.training for layer in network.leaves())


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_an_x_that_is_not_finite_is_an_error(value, dtype):
    X = np.ones((5, 4), dtype)
    X[2, 1] = value
    for given in (X, np.asfortranarray(X)):
        with pytest.raises(ValueError, match=rf"X holds {value} at \(2, 1\)"):
            net().forward(given)


def test_a_large_x_is_no_error():
    X = np.full((5, 4), 1e30, np.float32)
    assert np.isfinite(bp.Sequential(bp.Tanh()).forward(X)).all(), "though its squares are not finite"


def test_only_layers_make_a_network():
    with pytest.raises(TypeError, match="item 0 is a list, no layer"):
        bp.Sequential([bp.ReLU()])
    with pytest.raises(TypeError, match="item 1 is the class ReLU, no layer"):
        bp.Sequential(bp.Dense(2, 3), bp.ReLU)
    with pytest.raises(ValueError, match="at least one layer"):
        bp.Sequential()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_saved_network_comes_back_the_same(tmp_path, dtype):
    network, X = net().eval(), np.random.default_rng(0).standard_normal((5, 4)).astype(dtype)
    for layer in network.leaves():
        layer.params = {key: P.astype(dtype) for key, P in layer.params.items()}
    network.save(tmp_path / "net")
    loaded = bp.load(tmp_path / "net").eval()
    assert [path.name for path in tmp_path.iterdir()] == ["net"]
    assert str([layer for layer in loaded]) == str(network.leaves())
    assert all(P.dtype == dtype for P in loaded.params.values())
    np.testing.assert_array_equal(loaded.forward(X), network.forward(X))
    assert np.shares_memory(loaded[0].params["W"], loaded.theta), "and lies in one vector"


def test_a_wrong_or_damaged_file_is_a_clear_error(tmp_path):
    path = tmp_path / "net.npz"
    net().save(path)
    whole = path.read_bytes()
    damaged = [
        b"",
        b"hello",
        whole[:40],
        whole[:-30],
        whole[: len(whole) // 2],
        whole[:300] + b"\0" * 40 + whole[340:],
    ]
    for content in damaged:
        path.write_bytes(content)
        with pytest.raises(ValueError, match="is not a network written by net.save, or only a part of one"):
            bp.load(path)
    np.savez(path, a=1)
    with pytest.raises(ValueError, match="is not a network"):
        bp.load(path)
    np.savez(path, layers='[["Dense", {"n_in": 4, "n_out": 6}]]', W1=np.ones((3, 4)), b1=np.ones(6))
    with pytest.raises(ValueError, match="do not fit the layers"):
        bp.load(path)
    np.savez(path, layers='[["eval", {"source": "1"}]]')
    with pytest.raises(ValueError, match="is not a network"):
        bp.load(path)
    with pytest.raises(FileNotFoundError):
        bp.load(tmp_path / "missing.npz")


def test_saving_is_all_or_nothing(tmp_path, monkeypatch):
    path = tmp_path / "net.npz"
    net().save(path)
    before = path.read_bytes()

    def fail(*args, **kwargs):
        raise OSError("disk full")

    monkeypatch.setattr(zipfile.ZipFile, "open", fail)
    with pytest.raises(OSError, match="disk full"):
        net().save(path)
    assert path.read_bytes() == before and [file.name for file in tmp_path.iterdir()] == ["net.npz"]


def test_a_layer_of_your_own_is_not_saved_silently(tmp_path):
    class Mine(bp.ReLU):
        pass

    with pytest.raises(TypeError, match=r"Mine\(\) is no layer of the course"):
        bp.Sequential(Mine()).save(tmp_path / "net")


def test_backward_costs_less_than_two_forward_passes():
    """Lecture 002 claims 2; without the input gradient 100-100-100-100 gives 1.67, 784-30-10 gives 1.01
    (LECTURES).
    """
    cost = bp.count_operations(bp.MLP(100, (100, 100), 100), batch=1)
    assert (cost.forward, cost.backward, cost.input_gradient) == (30_000, 50_000, 10_000) and round(
        cost.ratio, 2
    ) == 1.67
    cost = bp.count_operations(bp.MLP(784, 30, 10), batch=64)
    assert cost.forward == 64 * 23_820 and round(cost.ratio, 2) == 1.01
    assert cost.backward + cost.input_gradient == 2 * cost.forward
    with pytest.raises(ValueError, match="nothing to count"):
        bp.count_operations(bp.ReLU(), batch=1)


def test_accuracy_and_confusion_matrix_by_hand():
    scores, labels = np.array([[3, 1, 0], [0, 2, 1], [0, 2, 1], [5, 0, 6.0]]), np.array([0, 1, 2, 2])
    assert bp.accuracy(scores, labels) == bp.accuracy(scores, np.eye(3)[labels]) == 0.75
    assert bp.confusion_matrix(scores, labels).tolist() == [[1, 0, 0], [0, 1, 0], [0, 1, 1]]
    probabilities, binary = np.array([[0.2], [0.7], [0.6]]), np.array([[0], [1], [0]])
    assert bp.accuracy(probabilities, binary) == pytest.approx(2 / 3)
    assert bp.accuracy(np.log(probabilities / (1 - probabilities)), binary, threshold=0) == pytest.approx(
        2 / 3
    )
    assert len(bp.plot_confusion_matrix(bp.confusion_matrix(scores, labels)).axes[0].texts) == 9
    with pytest.raises(ValueError, match="4 predictions and 3 targets"):
        bp.accuracy(scores, labels[:3])


@pytest.mark.parametrize("kind", [int, float, np.uint8, np.float32])
@pytest.mark.parametrize("column", [False, True])
def test_labels_are_labels_when_they_are_whole_numbers(kind, column):
    labels = np.array([0, 1, 2, 2], kind)
    target = labels[:, None] if column else labels
    assert bp.accuracy(np.eye(3)[[0, 1, 2, 2]], target) == 1
    assert bp.accuracy(np.array([2, 2], kind), np.array([1, 1], kind)) == 0
    assert bp.accuracy(target, labels) == bp.accuracy(target, target) == 1
    assert bp.confusion_matrix(np.array([0, 2, 2, 1], kind), target).tolist() == [
        [1, 0, 0],
        [0, 0, 1],
        [0, 1, 1],
    ]


@pytest.mark.parametrize("column", [False, True])
def test_probabilities_are_compared_with_one_half_and_logits_with_their_threshold(column):
    def shaped(*scores):
        return np.array(scores)[:, None] if column else np.array(scores)

    assert bp.accuracy(shaped(0.3, 0.8, 0.5), [0.0, 1.0, 0.0]) == 1
    assert bp.accuracy(shaped(0.0, 1.0, 1.0), [0, 1, 0]) == pytest.approx(2 / 3), (
        "saturated, but probabilities"
    )
    assert bp.accuracy(shaped(2.0, -3.0, 4.0), [1, 0, 1], threshold=0) == 1, (
        "whole, but logits: they have a threshold"
    )
    assert bp.accuracy(shaped(0.3, 0.8), [True, True], threshold=0.2) == 1


@pytest.mark.parametrize("target", [[0.3, 1.0], [-1, 1], [np.nan, 1]])
def test_targets_that_are_no_classes_are_refused(target):
    with pytest.raises(ValueError, match="labels are the whole numbers 0, 1, 2, …; the target holds"):
        bp.accuracy([0, 1], target)
