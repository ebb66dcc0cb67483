"""Inside: the handler's guard: clocks, randomness and I/O are refused in workflow code, with the call to use instead.

Nothing is executed twice. A handler runs as a copy of its function, made for the run, whose globals show guarded views of
modules such as ``time`` and ``random`` (``copies``, ``views``, ``refusals``); what reaches the network, a file or a process
by any other way, however deep in a library, is refused by an audit hook (``audit``).
"""

from dosdk_temporal._inside.guard.audit import install_audit_hook
from dosdk_temporal._inside.guard.copies import guarded, unguarded

__all__ = ["guarded", "install_audit_hook", "unguarded"]
