"""Inside: what a run waits for: people, events, signals."""

from dosdk_temporal._inside.waiting.waiting import Waiting

__all__ = ["Waiting"]
