"""``python -m benchmarks`` measures everything, ``python -m benchmarks graph`` or ``layers`` one room."""

import sys
from importlib import import_module

# The graph first: its scalar benchmark wants a process without large libraries in it.
ROOMS = ("graph", "program", "layers")

wanted = sys.argv[1:] or ROOMS
unknown = set(wanted) - set(ROOMS)
if unknown:
    sys.exit(f"no benchmark called {', '.join(sorted(unknown))}: choose from {', '.join(ROOMS)}")
for room in wanted:
    print(f"━━ {room} " + "━" * (96 - len(room)), flush=True)
    import_module(f"benchmarks.{room}").main()
    print(flush=True)
