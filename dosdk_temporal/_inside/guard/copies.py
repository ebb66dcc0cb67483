"""Inside: a handler as a copy of its own, made for one run."""

from __future__ import annotations

import builtins
import functools
import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import CellType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any, Final, cast

from dosdk_temporal._inside.guard.views import BUILTINS, module_view, quiet_on_replay, refused_view

__all__ = ["guarded", "unguarded"]

_ORIGINAL: Final = "_dosdk_unguarded"
"""The attribute of a copy that holds what it is a copy of."""

_CachedFunction = functools._lru_cache_wrapper  # noqa: SLF001 - the only name of what lru_cache makes


def guarded(handler: Callable[..., Any]) -> Callable[..., Any]:
    """A copy of the handler, and of every function of its own project it can reach, that sees guarded views.

    One copy a run: a global that the handler rebinds changes for this run alone, and one that a test has patched is seen.
    Classes keep their identity, and so their methods are not guarded; neither is code of other packages, but for the I/O
    that the audit hook sees.
    """
    return _Copies(handler).value(handler)  # type: ignore[no-any-return] # a function gives a function


def unguarded(function: Any) -> Any:
    """The function that workflow code sees a copy of; None for one that workflow code itself has made."""
    if type(function) is not FunctionType:
        return function
    is_workflow_code = cast(Any, function).__builtins__ is not vars(builtins)
    return function.__dict__.get(_ORIGINAL, None if is_workflow_code else function)


class _Copies:
    """The copies of one run: each function and each module's globals once."""

    def __init__(self, handler: Callable[..., Any]) -> None:
        function: Any = handler
        while isinstance(function, functools.partial):
            function = function.func
        self._top, self._root = _project_of(getattr(function, "__module__", None) or "")
        self._done: dict[int, Any] = {}
        self._spaces: dict[int, dict[str, Any]] = {}
        self._builtins = {**BUILTINS, "__import__": self._import}

    def value(self, value: Any) -> Any:
        """What the copy sees in place of a value."""
        kind = type(value)
        if kind is FunctionType:
            return self._function(value)
        if isinstance(value, ModuleType):
            return self._module(value)
        if isinstance(value, logging.Logger):
            quiet_on_replay(value)
        view = refused_view(value) if callable(value) or kind is type(os.environ) else None
        return self._wrapper(kind, value) if view is None else view

    def _wrapper(self, kind: type, value: Any) -> Any:
        """What wraps a function, around that function's copy; anything else as it is."""
        if kind is functools.partial:
            keywords = {name: self.value(argument) for name, argument in value.keywords.items()}
            return functools.partial(self.value(value.func), *map(self.value, value.args), **keywords)
        if kind is MethodType and type(value.__func__) is FunctionType:
            return MethodType(self._function(value.__func__), value.__self__)
        if kind is _CachedFunction:
            return functools.lru_cache(**value.cache_parameters())(self.value(value.__wrapped__))
        return value

    def _function(self, function: FunctionType) -> Any:
        if id(function) in self._done:
            return self._done[id(function)]
        view = refused_view(function)
        if view is not None:
            return view
        ours = self._is_ours(function.__globals__.get("__name__"))
        cells = [(index, cell) for index, cell in enumerate(function.__closure__ or ()) if _holds_code(cell)]
        if not ours and not cells:
            return function
        space = self._space(function.__globals__) if ours else function.__globals__
        closure = list(function.__closure__ or ())
        for index, _ in cells:
            closure[index] = CellType()
        copy = FunctionType(function.__code__, space, function.__name__, None, tuple(closure) or None)
        self._done[id(function)] = copy  # before what it refers to is copied: that may refer to it
        copy.__defaults__ = tuple(map(self.value, function.__defaults__)) if function.__defaults__ else None
        copy.__kwdefaults__ = (
            {k: self.value(v) for k, v in function.__kwdefaults__.items()} if function.__kwdefaults__ else None
        )
        copy.__annotations__, copy.__qualname__ = function.__annotations__, function.__qualname__
        copy.__module__ = function.__module__
        copy.__dict__.update({**function.__dict__, _ORIGINAL: function})
        for index, cell in cells:
            closure[index].cell_contents = self.value(cell.cell_contents)
        if ours:
            self._guard_names(function, space)
        return copy

    def _space(self, original: dict[str, Any]) -> dict[str, Any]:
        """The copied globals of a module: one copy for all its functions, so that they share what they rebind."""
        space = self._spaces.get(id(original))
        if space is None:
            space = self._spaces[id(original)] = {**original, "__builtins__": self._builtins}
        return space

    def _guard_names(self, function: FunctionType, space: dict[str, Any]) -> None:
        """Guard the globals that this function's code can name: most of a module it cannot."""
        original = function.__globals__
        for name in _names_in(function.__code__):
            value = original.get(name)
            if value is not None and space[name] is value:
                space[name] = self.value(value)

    def _module(self, module: ModuleType) -> ModuleType:
        if not self._is_ours(module.__name__):
            return module_view(module)
        if id(module) not in self._done:
            self._done[id(module)] = _ProjectModule(module, self._space(vars(module)), self.value)
        return self._done[id(module)]  # type: ignore[no-any-return] # put there two lines above

    def _import(self, *args: Any, **kwargs: Any) -> Any:
        """``import`` in workflow code: what it gives is guarded like a global."""
        return self._module(__import__(*args, **kwargs))

    def _is_ours(self, module: str | None) -> bool:
        return module is not None and _same_project(module, self._top, self._root)


class _ProjectModule(ModuleType):
    """A module of the handler's own project: the run's copy of its globals, guarded when they are asked for."""

    def __init__(self, module: ModuleType, space: dict[str, Any], guard: Callable[[Any], Any]) -> None:
        super().__init__(module.__name__)
        self.__dict__.update({"__module": module, "__space": space, "__guard": guard})

    def __getattr__(self, name: str) -> Any:
        space = self.__dict__["__space"]
        value = space[name] if name in space else getattr(self.__dict__["__module"], name)
        return self.__dict__["__guard"](value)

    def __setattr__(self, name: str, value: Any) -> None:
        self.__dict__["__space"][name] = value


def _holds_code(cell: CellType) -> bool:
    try:
        content = cell.cell_contents
    except ValueError:  # not yet filled
        return False
    return callable(content) or isinstance(content, ModuleType | logging.Logger)


@functools.lru_cache(maxsize=4096)
def _names_in(code: CodeType) -> frozenset[str]:
    """The names that a function's code, and the functions within it, may look up."""
    inner = (_names_in(constant) for constant in code.co_consts if isinstance(constant, CodeType))
    return frozenset(code.co_names).union(*inner)


@functools.lru_cache(maxsize=1024)
def _project_of(module: str) -> tuple[str, str | None]:
    """A module's top package, and the folder in which that stands; None where it has no file, or is installed."""
    top = module.partition(".")[0]
    file = getattr(sys.modules.get(top), "__file__", None) or getattr(sys.modules.get(module), "__file__", None)
    if file is None or "site-packages" in file:
        return top, None
    path = Path(file).resolve()
    return top, str(path.parent.parent if path.name == "__init__.py" else path.parent)


@functools.lru_cache(maxsize=4096)
def _same_project(module: str, top: str, root: str | None) -> bool:
    """Whether a module is of the same package, or of a file beside it; never the SDK's own."""
    own_top = module.partition(".")[0]
    if own_top == "dosdk_temporal" and top != own_top:
        return False
    if own_top == top:
        return True
    file = getattr(sys.modules.get(module), "__file__", None)
    if root is None or file is None or "site-packages" in file or own_top in sys.stdlib_module_names:
        return False
    return Path(file).resolve().is_relative_to(root)
