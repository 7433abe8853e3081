"""File formats to cells: CSV, workbooks, columnar files."""
