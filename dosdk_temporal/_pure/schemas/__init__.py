"""Pure: schemas: one inner form, JSON Schema 2020-12, and the doors to it.

``doors.as_schema`` takes what people write: ``z`` (``z_type`` and its neighbours), property maps with shorthand
(``shorthand``), JSON Schema itself (``raw``) and pydantic models (``models``). It gives a ``schema.Schema``, whose
``check`` names every fault of a value and fills in the defaults.
"""
