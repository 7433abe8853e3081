"""The plan store: everything a run leaves in ``out/``, written whole or not at all."""

from data.store.folder_locks import writing
from data.store.manifest import adding, file_hash, read_manifest, renewing
from data.store.named_files import named_file, write_named_table
from data.store.outputs import (
    PLAN_FILE,
    Look,
    input_hashes,
    read_outputs,
    stage_outputs,
    write_layers,
    write_outputs,
    write_plan_alone,
)
from data.store.probing import probe

__all__ = [
    "PLAN_FILE",
    "Look",
    "adding",
    "file_hash",
    "input_hashes",
    "named_file",
    "probe",
    "read_manifest",
    "read_outputs",
    "renewing",
    "stage_outputs",
    "write_layers",
    "write_named_table",
    "write_outputs",
    "write_plan_alone",
    "writing",
]
