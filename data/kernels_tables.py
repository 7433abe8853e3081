# mypy: disable-error-code="no-untyped-def,no-untyped-call,no-any-return"
# mypy: disable-error-code="misc,import-untyped,override,assignment"
"""Tuples of many arrays, handed from kernel to kernel as one pointer; code, optimised once.

Numba passes a NamedTuple by value: pointer, shape and strides of every array of it are arguments
of every call, some 360 where a kernel takes a problem and a state of forty arrays. Each call
pushes them, and each kernel is compiled with the code for it. A class marked `by_reference` is
passed instead as the address of a table in memory that holds the same numbers, made when Python
calls a kernel and not written to while it runs, so the compiler may read them when and as often
as it likes. Kernels and Python code read as before, and with the compiler off nothing differs.

Measured in `routing.rounds`: 31 CPU s to compile cold before, see docs/en/rounds.md for after.

Numba compiles every function to machine code with all that it calls, so what stands ten calls deep
is optimised ten times over, and thrown away nine. A `data.kernels.bare_kernel` that another kernel
calls is therefore typed and lowered only; its code is linked, optimised and kept where Python calls
the outermost: of a search 25.6 CPU s before, 14.9 after. ``HEMRUNDA_LINKING=each`` compiles as
Numba does.

What of Numba's own is leant on: `JITCodeLibrary`, the flags of a compilation, `compile_extra` and
`insert_user_function`.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Flags, compile_extra
from numba.core.typing.templates import AttributeTemplate
from numba.extending import (
    NativeValue,
    infer_getattr,
    lower_getattr_generic,
    models,
    register_model,
    typeof_impl,
    unbox,
)

C = TypeVar("C", bound=type[tuple[Any, ...]])

WORD = ir.IntType(64)
WORDS = types.Array(types.int64, 1, "C")


class Tables(types.Type):
    """The compiled kind of one `by_reference` class, with the kinds of its arrays."""

    def __init__(self, name: str, kinds: tuple[tuple[str, types.Array], ...]) -> None:
        self.kinds = dict(kinds)
        self.first_word: dict[str, int] = {}
        n_words = 0
        for field, kind in kinds:
            self.first_word[field] = n_words
            n_words += 2 + 2 * kind.ndim
        super().__init__(name=f"Tables({name}, {kinds})")


def by_reference(named_tuple: C) -> C:
    """Let kernels take this NamedTuple, all of whose fields are arrays, as one pointer.

    A kernel must not return such an array or keep it in one that outlives the call.
    """
    if os.environ.get("HEMRUNDA_TABLES") == "by_value":
        return named_tuple
    fields = named_tuple._fields  # type: ignore[attr-defined]
    name = f"{named_tuple.__module__}.{named_tuple.__qualname__}"

    known: dict[tuple[Any, ...], Tables] = {}

    @typeof_impl.register(named_tuple)
    def kind_of(value, c):
        try:
            key = tuple([(a.dtype, a.ndim, a.flags.num) for a in value])
        except AttributeError:
            raise TypeError(f"{name}: every field must be an array") from None
        if key not in known:
            kinds = tuple((f, typeof_impl(a, c)) for f, a in zip(fields, value, strict=True))
            known[key] = Tables(name, kinds)
        return known[key]

    return named_tuple


def kinds_of(table: Any) -> Any:
    """The arrays of a table by name, or the compiled kinds of them of the kind of a table."""
    if isinstance(table, tuple):
        return table._asdict()  # type: ignore[attr-defined]
    return table.kinds if isinstance(table, Tables) else dict(zip(table.fields, table, strict=True))


def table_of(value: tuple[np.ndarray, ...]) -> np.ndarray:
    """Address, size, shape and strides of every array, one after another."""
    words: list[int] = []
    for array in value:
        words.append(array.__array_interface__["data"][0])
        words.append(array.size)
        words += array.shape
        words += array.strides
    return np.array(words, dtype=np.int64)


@register_model(Tables)
class TablesModel(models.PrimitiveModel):
    """A pointer to the words of `table_of`."""

    def __init__(self, manager, kind):
        super().__init__(manager, kind, WORD.as_pointer())


@infer_getattr
class TablesFields(AttributeTemplate):
    """Which kind of array a field is."""

    key = Tables

    def generic_resolve(self, kind, field):
        """The kind of the array, or None where there is no such field."""
        return kind.kinds.get(field)


@lower_getattr_generic(Tables)
def lower_field(context, builder, kind, pointer, field):
    """An array without owner, read from its words."""
    array_kind, first_word = kind.kinds[field], kind.first_word[field]
    array = context.make_array(array_kind)(context, builder)
    unchanging = builder.module.add_metadata([])

    def word(i, value_type=WORD):
        place = builder.gep(pointer, [ir.Constant(WORD, first_word + i)], inbounds=True)
        place = builder.bitcast(place, value_type.as_pointer())
        loaded = builder.load(place, typ=value_type)
        loaded.set_metadata("invariant.load", unchanging)
        return loaded

    n = array_kind.ndim
    array.meminfo = cgutils.get_null_value(array.meminfo.type)
    array.parent = cgutils.get_null_value(array.parent.type)
    array.data = word(0, array.data.type)
    array.nitems = word(1)
    array.itemsize = ir.Constant(WORD, context.get_abi_sizeof(array.data.type.pointee))
    array.shape = cgutils.pack_array(builder, [word(2 + i) for i in range(n)])
    array.strides = cgutils.pack_array(builder, [word(2 + n + i) for i in range(n)])
    return array._getvalue()


@unbox(Tables)
def unbox_tables(_, value, c):
    """Have the words written, and hold them until the kernel returns."""
    make = c.pyapi.unserialize(c.pyapi.serialize_object(table_of))
    table = c.pyapi.call_function_objargs(make, [value])
    c.pyapi.decref(make)
    native = c.unbox(WORDS, table)
    words = c.context.make_array(WORDS)(c.context, c.builder, native.value)

    def cleanup():
        if native.cleanup is not None:
            native.cleanup()
        c.pyapi.decref(table)

    return NativeValue(words.data, is_error=native.is_error, cleanup=cleanup)


IS_LINKED = os.environ.get("HEMRUNDA_LINKING") != "each"
_CALLER = threading.local()


def is_for_kernel() -> bool:
    """Whether the compilation under way is for another kernel, not for Python."""
    return getattr(_CALLER, "is_kernel", False)


@contextmanager
def for_kernel(is_kernel: bool = True) -> Iterator[None]:
    """Compile for another kernel, or for Python, inside."""
    before = is_for_kernel()
    _CALLER.is_kernel = is_kernel
    try:
        yield
    finally:
        _CALLER.is_kernel = before


class InnerLibrary(JITCodeLibrary):
    """One function's code, neither optimised nor compiled: whoever is linked with it does that."""

    def finalize(self) -> None:
        """Leave it as it is."""
        self._raise_if_finalized()
        self._finalized = True


class OuterLibrary(JITCodeLibrary):
    """As Numba's, with what the inner ones that it is linked with call."""

    def finalize(self) -> None:
        """Link, optimise, compile."""
        libraries, known = list(self._linking_libraries), set()
        self._linking_libraries = []
        while libraries:
            library = libraries.pop()
            if library in known:
                continue
            known.add(library)
            self._linking_libraries.append(library)
            if isinstance(library, InnerLibrary):
                libraries += library._linking_libraries
        super().finalize()


def link_inside(compiled: Any) -> None:
    """Let a kernel be compiled for its callers, where kernels call it."""
    compiler, compile_own, add_own = compiled._compiler, compiled.compile, compiled.add_overload

    def compile_core(kinds: Any, returned: Any) -> Any:
        flags = Flags()
        compiler.targetdescr.options.parse_as_flags(flags, compiler.targetoptions)
        codegen, name = compiled.targetctx.codegen(), compiled.py_func.__qualname__
        if is_for_kernel():
            flags.no_compile = flags.no_cpython_wrapper = flags.no_cfunc_wrapper = True
            library: Any = InnerLibrary(codegen, name)
        else:
            library = OuterLibrary(codegen, name)
            library.enable_object_caching()
        result = compile_extra(
            compiled.typingctx, compiled.targetctx, compiled.py_func, kinds, returned, flags,
            compiler.locals, library, compiler.pipeline_class,
        )  # fmt: skip
        if result.typing_error is not None:
            raise result.typing_error
        return result

    def add_overload(result: Any) -> None:
        if isinstance(result.library, InnerLibrary):
            result = result._replace(entry_point=InnerEntry())
            compiled.targetctx.insert_user_function(
                result.entry_point, result.fndesc, [result.library]
            )
            compiled.overloads[tuple(result.signature.args)] = result
        else:
            add_own(result)

    def compile_for(signature: Any) -> Any:
        kinds = tuple(getattr(signature, "args", signature))
        had = compiled.overloads.get(kinds)
        if not is_for_kernel() and had is not None and isinstance(had.library, InnerLibrary):
            del compiled.overloads[kinds]
        return compile_own(signature)

    compiler._compile_core = compile_core
    compiled.add_overload, compiled.compile = add_overload, compile_for


class InnerEntry:
    """What Numba finds the code of an inner kernel by."""
