"""Outside: the SDK as a plugin for a team's own Temporal clients, workers and replayers."""

from dosdk_temporal._worker.plugin import DoPlugin

__all__ = ["DoPlugin"]
