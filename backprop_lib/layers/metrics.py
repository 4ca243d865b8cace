"""How good are the predictions? The share that is right, and which class is taken for which."""

import numpy as np


def predicted_classes(prediction, threshold=None):
    """Class numbers: of several scores the place of the largest, of one whether it is above the threshold.

    Without a threshold whole numbers are labels, and anything else is a probability, with threshold 0.5.
    """
    P = np.asarray(prediction)
    if P.ndim == 2 and P.shape[1] > 1:
        return P.argmax(axis=1)
    if threshold is None and are_labels(P):
        return P.ravel().astype(int)
    return (P.ravel() > (0.5 if threshold is None else threshold)).astype(int)


def true_classes(target):
    """Class numbers from labels, which may be floats and may stand in a column, or from one-hot rows."""
    Y = np.asarray(target)
    if Y.ndim == 2 and Y.shape[1] > 1:
        return Y.argmax(axis=1)
    if not are_labels(Y):
        raise ValueError(f"labels are the whole numbers 0, 1, 2, …; the target holds {Y.min()} to {Y.max()}")
    return Y.ravel().astype(int)


def are_labels(values):
    """Are these whole numbers, and none below 0?"""
    return bool(((values >= 0) & (values % 1 == 0)).all())


def predicted_and_true(prediction, target, threshold):
    predicted, true = predicted_classes(prediction, threshold), true_classes(target)
    if len(true) == 0 or len(predicted) != len(true):
        found = f"{len(predicted)} predictions and {len(true)} targets"
        raise ValueError(f"{found}; expected one of each for every example")
    return predicted, true


def accuracy(prediction, target, threshold=None):
    """The share of examples whose predicted class is the true one. Targets are class numbers or one-hot rows;
    predictions are class numbers, scores for each class, or one score: a probability, compared with 0.5, or,
    with threshold=0, a logit.
    """
    predicted, true = predicted_and_true(prediction, target, threshold)
    return float((predicted == true).mean())


def confusion_matrix(prediction, target, threshold=None):
    """Counts: entry (i, j) is the number of examples of class i that were taken for class j."""
    predicted, true = predicted_and_true(prediction, target, threshold)
    columns = np.shape(prediction)[1] if np.ndim(prediction) > 1 else 0
    K = max(int(predicted.max()) + 1, int(true.max()) + 1, columns)
    counts = np.zeros((K, K), int)
    np.add.at(counts, (true, predicted), 1)
    return counts
