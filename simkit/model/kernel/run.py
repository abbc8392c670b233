"""The model compiled with numba: identical to the package ``engine``, under the same names.

Cases, tasks and workers are rows of tables in both. A SimPy event of the engine is one number here
(``events``), and its queues, heaps of keys, share one table of nodes (``heaps``). Read ``process``,
``queues`` and ``dispatch`` together with the engine.
"""

from __future__ import annotations

from simkit.model import event_order
from simkit.model.kernel import tables
from simkit.model.kernel.process import run_to_end
from simkit.model.outcome import Ending, Outcome
from simkit.model.workload.workload import Workload


def simulate(workload: Workload) -> Outcome:
    """Run a workload to its end. Raises ValueError where its tables cannot be run."""
    event_order.check_tables(workload)
    run, (columns, outcome) = tables.start(workload), tables.columns(workload)
    stopped, finished = run_to_end(run, columns, outcome)
    ending: Ending = "finished" if finished else "final minute"
    return Outcome(**outcome._asdict(), stopped=int(stopped), ending=ending)
