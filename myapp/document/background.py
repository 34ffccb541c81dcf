"""Runs a function in a thread of its own, or at once where the system gives no thread."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")


@contextmanager
def in_background(
    function: Callable[_Parameters, _Result], *arguments: _Parameters.args, **options: _Parameters.kwargs
) -> "Iterator[Future[_Result]]":
    """Give the future of a call that runs during the block, and has ended after it.

    A container may allow no further thread (pids.max): the call then has ended when the block begins.
    """
    with ThreadPoolExecutor(1) as helper:
        try:
            future = helper.submit(function, *arguments, **options)
        except RuntimeError:  # "can't start new thread"
            future = Future()
            try:
                future.set_result(function(*arguments, **options))
            except Exception as error:  # as in a thread: whoever asks for the result gets it
                future.set_exception(error)
        yield future
