"""Pure: the language of conditions and templates: a subset of JavaScript's expressions, with exactly its results."""
