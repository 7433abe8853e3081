"""The front door: command line, configuration, and the pipeline that wires the rooms together."""

__version__ = "0.1.0"
