"""Synthetic packages: what `benchmarks/generate.py` is made of."""
