"""The users' tables in and out: `read_input` is the gate, `write_input` its mirror.

``read_input(path)`` takes one XLSX or a folder of CSV and XLSX in Swedish or English, as they come
from care systems, and gives a validated `data.model.Municipality`; every fault is told at once.
"""

from data.tables.input_reading import ReadResult, address_queries, read_input
from data.tables.out.template import write_template
from data.tables.out.writing import write_input

__all__ = ["ReadResult", "address_queries", "read_input", "write_input", "write_template"]
