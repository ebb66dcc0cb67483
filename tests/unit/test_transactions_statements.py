"""Which statements a handler with a transaction may not send."""

from __future__ import annotations

import pytest

from dosdk_temporal._outside.transactions.statements import ends_transaction


@pytest.mark.parametrize(
    "statement",
    [
        "COMMIT",
        " commit;",
        "end transaction",
        "BEGIN IMMEDIATE",
        "START TRANSACTION",
        "ABORT",
        "rollback",
        "ROLLBACK AND CHAIN",
        "PREPARE TRANSACTION 'x'",
        "-- why\nCOMMIT",
        "-- why\rCOMMIT",  # PostgreSQL ends the comment there
        "/* x */ commit",
        "/* a */ /* b */\n-- c\n;COMMIT",
        "/* a /* b */ */ COMMIT",  # PostgreSQL nests comments
        "/* a /* b */ COMMIT",  # SQLite does not
        "/*/ a */ COMMIT",
        ";COMMIT",
        "\ufeffCOMMIT",
    ],
)
def test_what_ends_one(statement: str) -> None:
    """A statement that ends or begins a transaction is one whatever stands before its first word."""
    assert ends_transaction(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "",
        "/* COMMIT",
        "-- COMMIT",
        "SELECT 1 -- COMMIT",
        "SELECT 'COMMIT'",
        "UPDATE commits SET a = 1",
        "COMMITTED",
        "ROLLBACK TO SAVEPOINT a",
        "rollback transaction to a",
        "SAVEPOINT a",
        "RELEASE a",
        "PREPARE a AS SELECT 1",
        "/* COMMIT */ SELECT 1",
    ],
)
def test_what_does_not(statement: str) -> None:
    """Every other statement is the handler's to send, savepoints too."""
    assert not ends_transaction(statement)
