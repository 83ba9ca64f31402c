"""Benchmarks: `make bench`, one JSON object a line. They inform; they gate nothing."""
