"""The one place where functions become machine code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numba


def kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function at its first call, keep the result on disk, and free the interpreter.

    Kernels are called from several threads at once, each on rows of its own. Where neither the
    package's folder nor the user's can be written, each process compiles for itself.
    """
    try:
        compiled = numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:  # numba: "cannot cache function", for no folder can be written
        compiled = numba.njit(nogil=True)(function)
    return cast("Callable[..., Any]", compiled)
