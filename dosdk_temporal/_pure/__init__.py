"""Pure: what holds without Temporal: definitions, options, signatures, names, values. Imports no temporalio."""
