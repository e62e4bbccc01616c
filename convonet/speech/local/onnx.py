"""ONNX Runtime with types: one way to open a model, on this machine's CPU."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, cast

import numpy as np
import onnxruntime  # pyright: ignore[reportMissingTypeStubs]
from numpy.typing import NDArray

from convonet.errors import ProviderRefused

Array = NDArray[np.float32] | NDArray[np.int64]
_FATAL_ONLY = 4


class Session(Protocol):
    """A loaded model; `run` may be called by several threads at once."""

    def run(
        self, output_names: Sequence[str] | None, inputs: Mapping[str, Array]
    ) -> list[NDArray[np.float32]]:
        """Return the model's outputs, all of them for `output_names` None."""
        ...


def open_model(path: Path, *, threads: int) -> Session:
    """Load a model that computes on `threads` threads of its own; takes up to a second.

    Raises:
        ProviderRefused: the file is not a model that this runtime can run.
    """
    options = cast(Any, onnxruntime.SessionOptions())
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = _FATAL_ONLY
    # Waiting threads that spin would eat the core that another call's work needs.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        session: Any = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )
    except Exception as error:  # its exceptions have no base of their own
        raise ProviderRefused(f"{path} cannot be loaded as a speech model") from error
    return cast(Session, session)
