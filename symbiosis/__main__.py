"""``python -m symbiosis`` is the command ``symbiosis``."""

from __future__ import annotations

from symbiosis.cli import main

if __name__ == "__main__":
    main()
