"""The end of a run, when its files are written: a signal waits until they are whole."""

import signal
import threading
from types import FrameType
from typing import Any

_SIGNALS = tuple(signal.Signals[name] for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


class Finishing:
    """Holds back Ctrl-C, SIGTERM and SIGHUP from when it is made until `release`.

    `interrupted` says whether one came. One that is ignored stays so.
    """

    def __init__(self) -> None:
        self.interrupted = False
        self._before: dict[signal.Signals, Any] = {}
        if threading.current_thread() is threading.main_thread():  # no other one may do this
            heard = [one for one in _SIGNALS if signal.getsignal(one) is not signal.SIG_IGN]
            self._before = {one: signal.signal(one, self._note) for one in heard}

    def _note(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - a handler's signature
        self.interrupted = True

    def release(self) -> None:
        """Let signals do again what they did before."""
        for number, handler in self._before.items():
            signal.signal(number, handler if handler is not None else signal.SIG_DFL)
        self._before = {}
