"""Pure: the interpreter of declarative workflows: it walks a definition, and lets an ``Effects`` do what a run does."""
