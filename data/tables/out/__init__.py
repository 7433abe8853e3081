"""Tables to files: the template, workbooks, differences between two exports."""
