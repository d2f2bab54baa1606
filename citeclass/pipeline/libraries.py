"""One library file for the threads of a server: open libraries, each used by one request at a time."""

import queue
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from citeclass.classifying import DEFAULT_MODEL, Classifier, load_classifier
from citeclass.pipeline.library import Library
from citeclass.records import OperatingPoint


class Libraries:
    """Libraries over one file, opened when needed and kept; the model is loaded once, when first asked for."""

    def __init__(self, path: str | Path, *, model: str = DEFAULT_MODEL, point: OperatingPoint | None = None) -> None:
        """Open the file once, so that one that is no library is told at once (:class:`~citeclass.errors.StoreError`)."""
        self._path, self._model, self._point = path, model, point
        self._idle: queue.LifoQueue[Library] = queue.LifoQueue()
        self._classifier: Classifier | None = None
        self._loading = Lock()
        with self.open():
            pass

    @contextmanager
    def open(self) -> Iterator[Library]:
        """A library for the time of one request."""
        try:
            library = self._idle.get_nowait()
        except queue.Empty:
            library = Library(self._path, model=self._model, point=self._point, must_exist=True)
        try:
            yield library
        finally:
            self._idle.put(library)

    @contextmanager
    def thinking(self) -> Iterator[Library]:
        """The same, with the model at hand."""
        with self._loading:
            if self._classifier is None:
                self._classifier = load_classifier(self._model)
        with self.open() as library:
            library.use(self._classifier)
            yield library

    def close(self) -> None:
        """Close what is idle."""
        while not self._idle.empty():
            self._idle.get_nowait().close()
