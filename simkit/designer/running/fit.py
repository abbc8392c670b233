"""The fit of the practice to an own return, a step at a time: to stop is to ask for no more."""

from __future__ import annotations

import time

from simkit.common.steps import Steps
from simkit.designer.running.turn import PAUSE, Turn
from simkit.model.inputs.calibration import Calibration
from simkit.returns.result import Return
from simkit.study.calibrate.calibrate import WORK_OF_ONE
from simkit.study.calibrate.own_numbers import calibrate_to_return_in_steps, steps_of_return
from simkit.study.pulled import Engines

_SEED = 1  # as `read-return --calibrate` has it
_ENGINE = "auto"


class Fit:
    """A fit that goes on only while it is asked to. ``practice``: what was found, None until then.

    Where the fast engine has to be compiled, another process does that first. ``done`` and ``expected``:
    steps, 0 of both until it is.
    """

    def __init__(self, counts: Return) -> None:
        self.counts = counts
        self.practice: Calibration | None = None
        self.done = self.expected = 0
        self.stopped = False
        self._engines: Engines | None = None
        self._steps: Steps[Calibration] | None = None
        self._turn = Turn()

    @property
    def going(self) -> bool:
        """Whether there is something left to do that nobody has stopped."""
        return not self.stopped and self.practice is None

    @property
    def prepares(self) -> bool:
        """Whether the fast engine is still being compiled."""
        return self._engines is not None and self._engines.process is not None

    def work(self, seconds: float) -> None:
        """Fit for so long, at least one step. Raises CalibrationError where too little is known."""
        self._turn.take(self._step, seconds)

    def _step(self) -> bool:
        """Do a little; whether there is more to do."""
        if not self.going:
            return False
        if self._steps is None:
            self._prepare()
            return self.going
        try:
            next(self._steps)
            self.done += 1
        except StopIteration as end:
            self.practice = end.value
        return self.going

    def _prepare(self) -> None:
        """Begin to fit as soon as the engine is there."""
        engines = self._engines = self._engines or Engines(_ENGINE, WORK_OF_ONE)
        engine = engines.now()
        if self.stopped or engines.process is not None:
            time.sleep(PAUSE)
            return
        self.expected = steps_of_return(self.counts, seed=_SEED, engine=engine)
        self._steps = calibrate_to_return_in_steps(self.counts, seed=_SEED, engine=engine)

    def stop(self) -> None:
        """Fit no more, and end the process that compiles. What there is stays, to go on with."""
        self.stopped = True
        if self._engines is not None:
            self._engines.close()
            if self._steps is None:
                self._engines = None

    def more(self) -> None:
        """Go on after a stop."""
        self.stopped = False
