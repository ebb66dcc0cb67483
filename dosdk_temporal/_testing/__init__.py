"""Outside: what pytest is given beside fixtures."""
