"""Outside: templates: definitions that are ready to be used, found among the packages that are installed."""
