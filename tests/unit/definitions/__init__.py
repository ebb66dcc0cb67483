"""The documented definitions, as people write them."""
