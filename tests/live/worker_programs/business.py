"""The whole business."""

import activities
import workflows

__all__ = ["activities", "workflows"]
