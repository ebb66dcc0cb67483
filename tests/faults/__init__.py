"""What must not happen under faults, counted: ``make faults`` runs the long form, the test suite a short one."""
