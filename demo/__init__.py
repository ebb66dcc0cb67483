"""``make demo``: the documented onboarding on a Temporal server that the project brings."""
