"""Pure: the templates that come with the package, a folder each: what it is in template.yaml, the definition beside it."""
