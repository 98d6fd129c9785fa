"""Kernels compile wherever the package is installed."""

import numba.core.caching

from symbiosis.matching.compiled import kernel


def test_where_no_folder_can_be_written_a_kernel_works_without_being_kept(monkeypatch):
    monkeypatch.setattr(numba.core.caching.CacheImpl, "_locator_classes", [])
    twice = kernel(lambda number: 2 * number)
    assert twice(21) == 42
