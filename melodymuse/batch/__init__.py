"""Many pieces in one run: items in, files and a manifest out, on one machine or on many.

`items` reads what is to be made, `making` makes it (a pure function), `manifest` writes down what
became of each item, `running` spreads the work over processes and `cluster` over machines.
"""
