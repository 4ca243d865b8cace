"""Side-by-side timings. One thread for everyone, said before any of them is imported."""

import os

for _library in ("OMP_NUM", "OPENBLAS_NUM", "MKL_NUM", "VECLIB_MAXIMUM"):
    os.environ[f"{_library}_THREADS"] = "1"
