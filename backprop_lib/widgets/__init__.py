"""The widgets room: what moves, and what asks. Nothing in the rest of the library imports it."""

from .activations import activations
from .branches import branches
from .descent import descent
from .differences import difference_error
from .explorer import explore
from .fill import fill
from .gates import gates
from .health import gradient_health
from .logistic import logistic
from .perturbation import perturb
from .player import play
from .playground import playground
from .practice import practice
from .prediction import predict, predictions, reveal
from .rosetta import rosetta
from .scalar_net import scalar_net
from .shapes import shapes
from .softmax import softmax_jacobian
from .training_panel import training_panel
