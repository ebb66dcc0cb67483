"""Outside: actions whose statements and completion are one transaction: done once, whatever dies or comes late."""
