"""The plan store: everything a run leaves in ``out/``, written whole or not at all."""

from data.store.outputs import (
    file_hash,
    input_hashes,
    read_outputs,
    write_outputs,
    write_plan_alone,
)

__all__ = ["file_hash", "input_hashes", "read_outputs", "write_outputs", "write_plan_alone"]
