"""Outside: ``python -m dosdk_temporal`` is ``dosdk``."""

from __future__ import annotations

from dosdk_temporal._cli.main import main

if __name__ == "__main__":
    main()
