"""Wire: what both sides say to each other in Temporal's terms: payloads and failures."""
