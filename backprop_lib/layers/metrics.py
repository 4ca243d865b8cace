"""How good are the predictions? The share that is right, and which class is taken for which."""

import numpy as np


def classes(values, threshold=0.5):
    """Class numbers: labels are themselves, one score above `threshold` means class 1, several scores the
    largest.
    """
    values = np.asarray(values)
    if values.ndim < 2:
        return values if values.dtype.kind in "iu" else (values > threshold).astype(int)
    return values.argmax(axis=1) if values.shape[1] > 1 else (values[:, 0] > threshold).astype(int)


def predicted_and_true(prediction, target, threshold):
    predicted, true = classes(prediction, threshold), classes(target)
    if len(true) == 0 or len(predicted) != len(true):
        raise ValueError(
            f"{len(predicted)} predictions and {len(true)} targets; expected one of each for every example"
        )
    return predicted, true


def accuracy(prediction, target, threshold=0.5):
    """The share of examples whose predicted class is the true one. Targets are class numbers or one-hot rows;
    a single probability is compared with the threshold 0.5, and a single logit needs threshold=0.
    """
    predicted, true = predicted_and_true(prediction, target, threshold)
    return float((predicted == true).mean())


def confusion_matrix(prediction, target, threshold=0.5):
    """Counts: entry (i, j) is the number of examples of class i that were taken for class j."""
    predicted, true = predicted_and_true(prediction, target, threshold)
    K = (
        max(
            int(predicted.max()),
            int(true.max()),
            np.shape(prediction)[1] - 1 if np.ndim(prediction) > 1 else 0,
        )
        + 1
    )
    counts = np.zeros((K, K), int)
    np.add.at(counts, (true, predicted), 1)
    return counts
