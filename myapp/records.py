"""Classes of named values for what every start loads: `dataclasses`, which loads `inspect`, costs 10 ms."""

from __future__ import annotations

__all__ = ["record"]

TYPE_CHECKING = False  # what type checkers take for true; `typing`, which has it, costs a start 3 ms
if TYPE_CHECKING:
    from dataclasses import dataclass as record
else:

    def record(decorated=None, /, **_promises):
        """Give a class an `__init__` that takes its annotated names, by place or by name, and a `repr`.

        To a type checker it is `dataclass`, so it checks what is passed, and `frozen`. Names without an
        annotation are the class's own. Instances are equal only to themselves.
        """
        if decorated is None:
            return record
        names = tuple(decorated.__annotations__)
        defaults = {name: vars(decorated)[name] for name in names if name in vars(decorated)}

        def __init__(self, *values, **named):  # noqa: N807
            given = defaults | dict(zip(names, values, strict=False)) | named
            if len(values) > len(names) or given.keys() != set(names):
                raise TypeError(f"{decorated.__name__} takes {', '.join(names)}, not {values} and {named}")
            vars(self).update(given)

        def __repr__(self):  # noqa: N807
            values = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
            return f"{decorated.__name__}({values})"

        decorated.__init__, decorated.__repr__ = __init__, __repr__
        return decorated
