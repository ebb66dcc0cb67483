"""Outside: the SDK's own database: SQLite in the project's folder, or PostgreSQL."""
