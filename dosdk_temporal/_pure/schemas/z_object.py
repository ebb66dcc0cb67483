"""Pure: objects of ``z``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from dosdk_temporal._pure.schemas.z_choice import ZEnum
from dosdk_temporal._pure.schemas.z_type import ZType
from dosdk_temporal._pure.similar import did_you_mean
from dosdk_temporal.errors import DefinitionError

__all__ = ["ZObject", "z_type"]


class ZObject(ZType):
    """A mapping with named properties; others are kept unless it is ``strict()``.

    Args:
        shape: the properties' schemas, by name.
    """

    def __init__(self, shape: Mapping[str, ZType]) -> None:
        if not isinstance(shape, Mapping):
            raise DefinitionError(f"z.object() takes a mapping of names to schemas, not {shape!r}")
        self._shape = {_name(name): z_type(value, f"property {name!r} of z.object()") for name, value in shape.items()}
        super().__init__(_object(self._shape))

    @property
    def shape(self) -> dict[str, ZType]:
        """The properties' schemas, by name."""
        return dict(self._shape)

    def strict(self) -> Self:
        """No other properties."""
        return self._with(additionalProperties=False)

    def loose(self) -> Self:
        """Other properties are kept, as they are without saying so."""
        return self._with(additionalProperties={})

    passthrough = loose

    def catchall(self, schema: ZType) -> Self:
        """Other properties fit this."""
        return self._with(additionalProperties=z_type(schema, ".catchall()").json_schema())

    def extend(self, shape: Mapping[str, ZType]) -> Self:
        """With these properties too; one of the same name is replaced."""
        return self._shaped({**self._shape, **ZObject(shape)._shape})

    def merge(self, other: ZObject) -> Self:
        """With another object's properties too."""
        if not isinstance(other, ZObject):
            raise DefinitionError(f".merge() takes a z.object(...), not {other!r}")
        return self._shaped({**self._shape, **other._shape})

    def pick(self, names: Mapping[str, bool]) -> Self:
        """Only these properties: ``{"email": True}``."""
        chosen = self._chosen(names, "pick")
        return self._shaped({name: value for name, value in self._shape.items() if name in chosen})

    def omit(self, names: Mapping[str, bool]) -> Self:
        """Without these properties: ``{"email": True}``."""
        chosen = self._chosen(names, "omit")
        return self._shaped({name: value for name, value in self._shape.items() if name not in chosen})

    def partial(self, names: Mapping[str, bool] | None = None) -> Self:
        """All properties, or these, may be left out."""
        chosen = self._chosen(names, "partial")
        return self._shaped({n: value.optional() if n in chosen else value for n, value in self._shape.items()})

    def required(self, names: Mapping[str, bool] | None = None) -> Self:
        """No property, or none of these, may be left out."""
        chosen = self._chosen(names, "required")
        return self._shaped(
            {name: value._copy(omissible=False) if name in chosen else value for name, value in self._shape.items()}
        )

    def keyof(self) -> ZEnum:
        """One of the properties' names."""
        return ZEnum(list(self._shape))

    def _shaped(self, shape: Mapping[str, ZType]) -> Self:
        kept = {key: value for key, value in self._schema.items() if key not in {"properties", "required"}}
        made = self._copy({**_object(shape), **kept})
        made._shape = dict(shape)
        return made

    def _chosen(self, names: Mapping[str, bool] | None, method: str) -> set[str]:
        if names is None:
            return set(self._shape)
        if not isinstance(names, Mapping):
            raise DefinitionError(f".{method}() takes a mapping like {{'email': True}}, not {names!r}")
        for name in names:
            if name not in self._shape:
                advice = did_you_mean(str(name), self._shape) or f"it has {', '.join(self._shape) or 'none'}"
                raise DefinitionError(f".{method}() names {name!r}, which is no property of the object: {advice}")
        return {name for name, wanted in names.items() if wanted}


def z_type(value: Any, what: str) -> ZType:
    """The value, if it is a schema of ``z``.

    Raises:
        DefinitionError: when it is something else.
    """
    if isinstance(value, ZType):
        return value
    advice = "call it: z.string()" if callable(value) else "write z.string(), z.number(), z.object({...}) and the like"
    raise DefinitionError(f"{what} is {value!r}, which is no schema of z: {advice}")


def _object(shape: Mapping[str, ZType]) -> dict[str, Any]:
    required = [name for name, value in shape.items() if not value.is_optional]
    schema: dict[str, Any] = {"type": "object", "properties": {n: value.json_schema() for n, value in shape.items()}}
    return {**schema, "required": required} if required else schema


def _name(name: Any) -> str:
    if not isinstance(name, str):
        raise DefinitionError(f"a property of z.object() is named {name!r}: names are text")
    return name
