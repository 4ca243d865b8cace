"""A network in a file: what its layers are, and their parameters, as npz without pickle."""

import json
import os
import zlib
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from .activations import ACTIVATION_BY_NAME, Dropout
from .dense import Dense
from .network import Sequential

KNOWN = {layer.__name__: layer for layer in (Dense, Dropout, *ACTIVATION_BY_NAME.values())}
DAMAGED = (OSError, EOFError, ValueError, TypeError, LookupError, AttributeError, BadZipFile, zlib.error)


def write(path, layers, arrays):
    """Write the layers, first to last, and these arrays by name. The file is complete or not there."""
    blueprint = []
    for place, layer in enumerate(layers):
        kind = type(layer).__name__
        if type(layer) is not KNOWN.get(kind):
            raise TypeError(f"save: {layer} is no layer of the course, so load could not build it again")
        first = [other.params is layer.params for other in layers].index(True)
        settings = {name: getattr(layer, name) for name in layer.settings}
        blueprint.append([kind, settings] if first == place else first)  # a twin is the place of the first
    path = Path(path)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with open(part, "wb") as file:
            np.savez(file, layers=np.array(json.dumps(blueprint)), **arrays)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def read(path):
    """The layers and the arrays that `write` wrote. ValueError if the file is something else, or damaged."""
    layers = []
    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as stored:
            arrays = dict(stored)
        for entry in json.loads(str(arrays.pop("layers"))):
            if isinstance(entry, int):
                layers.append(layers[entry].twin())
            else:
                layers.append(KNOWN[entry[0]](**entry[1]))
    except FileNotFoundError:
        raise
    except DAMAGED as error:
        raise ValueError(f"{path} is not a network written by net.save, or only a part of one") from error
    return layers, arrays


def load(path):
    """The network that `net.save(path)` wrote. ValueError if the file is something else, or damaged."""
    layers, arrays = read(path)
    net = Sequential(*layers)
    if {name: P.shape for name, P in net.params.items()} != {name: P.shape for name, P in arrays.items()}:
        raise ValueError(f"{path}: the parameters in it do not fit the layers in it")
    for name, layer, key in net.named():
        layer.params[key] = arrays[name]
    net.gather()
    return net
