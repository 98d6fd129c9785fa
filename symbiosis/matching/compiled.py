"""The one place where functions become machine code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numba


def kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function at its first call, keep the result on disk, and free the interpreter.

    Kernels are called from several threads at once, each on rows of its own.
    """
    compiled = numba.njit(cache=True, nogil=True)(function)
    return cast("Callable[..., Any]", compiled)
