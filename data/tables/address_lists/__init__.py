"""Lists of addresses as files: registers, and the review list that a planner fills in.

What is asked of them is `data.addresses`, which reads no file.
"""

from data.tables.address_lists.address_review import (
    load_decisions,
    read_review,
    save_decisions,
    write_review,
)
from data.tables.address_lists.registers import read_register

__all__ = ["load_decisions", "read_register", "read_review", "save_decisions", "write_review"]
