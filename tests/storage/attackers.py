"""Someone who kept every publication, knows who stands in which, and solves for each firm."""

from itertools import combinations

import numpy as np

K = 3


def leaks(rows, k=K):
    """Return firms, fewer than k, of which a combination of the rows tells something; () if none.

    Parameters
    ----------
    rows
        For each publication, unknown → the firm that it is of.
    """
    owners = {unknown: firm for row in rows for unknown, firm in row.items()}
    unknowns = sorted(owners, key=str)
    matrix = np.array([[unknown in row for unknown in unknowns] for row in rows], dtype=float)
    if not unknowns:
        return ()
    full = np.linalg.matrix_rank(matrix)
    firms = sorted(set(owners.values()))
    for few in combinations(firms, min(k - 1, len(firms))):
        kept = [i for i, unknown in enumerate(unknowns) if owners[unknown] not in few]
        if (np.linalg.matrix_rank(matrix[:, kept]) if kept else 0) < full:
            return few
    return ()


def alike(quantity, others):
    """Return the least of the quantities that hang together with one, each a tenth apart."""
    least = quantity
    for other in sorted((q for q in others if q < quantity), reverse=True):
        if least - other > 0.1 * least:
            break
        least = other
    return least


def views(figures):
    """Return what may be taken for one unknown, from "all that a firm ever had" to "each value".

    Parameters
    ----------
    figures
        For each publication, (firm, material) → quantity.
    """
    ever = {}
    for row in figures:
        for key, quantity in row.items():
            ever.setdefault(key, set()).add(quantity)
    return {
        "a firm and a material": lambda key, quantity: key,
        "each quantity": lambda key, quantity: (*key, quantity),
        "what changed little": lambda key, quantity: (*key, alike(quantity, ever[key])),
        "a quantity that moved to another material": lambda key, quantity: (key[0], quantity),
    }


def attack(figures, known=lambda key, quantity: False):
    """Return what is taken for one unknown and the firms told of, or None when nobody is.

    Parameters
    ----------
    figures
        As for `views`.
    known
        Whether the attacker has read a quantity elsewhere.
    """
    for view, unknown in views(figures).items():
        rows = [
            {unknown(key, q): key[0] for key, q in row.items() if not known(key, q)}
            for row in figures
        ]
        few = leaks(rows)
        if few:
            return view, few
    return None
