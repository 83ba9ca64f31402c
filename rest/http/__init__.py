"""The machinery that every app's api.py stands on: tokens, problems, limits, pages, second tries.

Nothing is imported here: DRF finds some of these modules by its settings while it is still loading.
"""
