# mypy: disable-error-code="no-untyped-def,no-untyped-call,no-any-return"
# mypy: disable-error-code="misc,assignment"
"""Kernels that only kernels call are optimised once, inside each kernel that Python calls.

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
from typing import Any

from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Flags, compile_extra

IS_ON = os.environ.get("HEMRUNDA_LINKING") != "each"
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
