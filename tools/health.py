"""Write backprop_lib/widgets/health.json: what `bp.gradient_health` shows for each of its own choices.

python -m tools.health
"""

import json
from pathlib import Path

from backprop_lib.widgets.health import ACTIVATIONS, INITIALISERS, every_depth

FILE = Path(__file__).parents[1] / "backprop_lib" / "widgets" / "health.json"


def main():
    sizes = {}
    for activation in ACTIVATIONS:
        sizes[activation] = {name: every_depth(activation, init) for name, init in INITIALISERS.items()}
    FILE.write_text(json.dumps(sizes, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
