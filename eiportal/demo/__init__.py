"""The demo: a sample import, the agencies of an invented town, and its casework. No real person."""
