"""Outside: ``do.databases``: a project's own databases, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dosdk_temporal._pure.databases import check_database_name

if TYPE_CHECKING:
    from dosdk_temporal._client.do import Do

__all__ = ["Databases"]


class Databases:
    """``do.databases``: the databases that actions with a transaction write, where it is not the SDK's own.

    An action says which by ``create(..., database="orders")``; the worker that runs it finds the address here, or in
    ``DO_DATABASE_<NAME>_URL``. Names go where the client's definitions go: to all that share its registry.
    """

    def __init__(self, do: Do) -> None:
        self._do = do

    def __repr__(self) -> str:
        return f"<databases {', '.join(self._do.registry.databases) or 'none'}>"

    def add(self, name: str, url: str) -> None:
        """Say where a database is, over what the environment says; again says it anew. Nothing is opened.

        Args:
            name: a letter, then up to 62 letters, digits, ``-`` and ``_``.
            url: ``sqlite:///path`` or ``postgresql://user:password@host/database``; never shown with its password.

        Raises:
            DefinitionError: when the name cannot be one, or the address is none.
        """
        from dosdk_temporal._outside.database.address import url_of  # noqa: PLC0415 - SQLAlchemy, only when it is needed

        url_of(url, f"do.databases.add({check_database_name(name)!r}, ...)")
        self._do.registry.databases[name] = url
