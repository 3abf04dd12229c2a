"""Much read at once without the collector of circular garbage, which would look through it all again and again."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def not_collecting() -> Iterator[None]:
    """While hundreds of thousands of values are made that refer to nothing but words, nothing is looked for."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()
