"""Pure: declarative workflows and services: from a text to a checked definition.

    text ── source ── yaml_text / json_text ──┐
                                              ├─ document ── shapes and their fields ── model ── checks ── canonical
    Python mapping ── python_mapping ─────────┘

``loading.load_definition`` is the door: it takes a path, a text or a mapping, and gives a ``model.Definition`` or raises a
``DefinitionError`` whose ``problems`` name every fault with its place.
"""
