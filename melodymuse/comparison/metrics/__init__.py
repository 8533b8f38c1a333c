"""What can be measured on a piece, one metric (or one family) a module.

Each module opens with its conventions, then has `validate`, the metric's functions, and `evaluate`,
which gives a dict from metric name to value: the manner of mir_eval (Raffel et al., "mir_eval: a
transparent implementation of common MIR metrics", ISMIR 2014).
"""
