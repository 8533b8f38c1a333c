"""Pieces of several makers for the same pictures, side by side: takes, figures, one report.

    pictures ─ backends ─► takes ─ metrics ─► figures ─ report ─► a page and a table

Nothing here is imported by composing; the extra ``compare`` holds what it needs.
"""
