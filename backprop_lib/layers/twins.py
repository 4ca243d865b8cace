"""A layer in several places: a twin in all but the first, with its parameters and a memory of its own."""

from .base import Layer


def separate(layers, met):
    """Put a twin in the place of every layer that was met before, also in the networks among the layers."""
    for place, layer in enumerate(layers):
        if not isinstance(layer, Layer):
            kind = f"the class {layer.__name__}" if isinstance(layer, type) else f"a {type(layer).__name__}"
            fix = "write Sequential(Dense(2, 3), ReLU())"
            raise TypeError(f"Sequential: item {place} is {kind}, no layer; {fix}")
        inside = {id(part) for part in (layer, *layer.leaves())}
        if hasattr(layer, "layers") and id(layer) not in met:
            separate(layer.layers, met)
        elif inside & met:
            layers[place] = layer.twin()
        met |= inside
