"""Right answers written in another way than the reference: loops, other formulas, other engines. Each must get full points."""

import numpy as np

VARIANTS = {}
