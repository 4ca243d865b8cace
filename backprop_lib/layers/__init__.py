"""Layers with their gradients written by hand, in numpy: the lectures' Lemma 1, for a batch at a time.

    base              what every layer has in common
    vector            θ: all parameters in one vector, of which W and b are views
    dense             Z = X Wᵀ + b, where the weights are
    activations       A = f(Z) and f'(Z); Softmax, Dropout
    losses            the number to make small, and its gradient
    initialisers      how weights begin
    optimisers        what to do with a gradient
    network           Sequential and MLP
    storage           a network in a file
    training          the loop over epochs and batches, and its history
    metrics           accuracy, confusion matrix
    cost              multiply-adds, forward and backward
    scalar_network    Lecture 003's network: one node per number

Only numpy is needed; tqdm and matplotlib are imported where they are used.
"""

from .activations import GELU, Dropout, LeakyReLU, ReLU, Sigmoid, Softmax, Softplus, Tanh
from .base import Layer
from .cost import count_operations
from .dense import Dense
from .initialisers import glorot, he, normal, zeros
from .losses import (
    BinaryCrossEntropy,
    BinaryCrossEntropyWithLogits,
    HalfSquaredError,
    Loss,
    SoftmaxCrossEntropy,
)
from .metrics import accuracy, confusion_matrix
from .network import MLP, Sequential
from .optimisers import SGD, Adam, Optimizer
from .scalar_network import ScalarNetwork
from .storage import load
from .training import History, train
