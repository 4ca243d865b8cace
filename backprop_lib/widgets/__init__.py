"""The widgets room: what moves, and what asks. Nothing in the rest of the library imports it."""

from .explorer import explore
from .panel import figure
from .player import play
from .prediction import predict, predictions, reveal
from .rosetta import rosetta
from .shapes import shapes
