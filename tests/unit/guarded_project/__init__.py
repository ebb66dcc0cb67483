"""A small project as teams write them: models, tables, clients, helpers and handlers, in modules of one package."""
