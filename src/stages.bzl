# SPDX-License-Identifier: BSD-3-Clause
"""The stages of descry, each a folder here, in the order in which data flows."""

# (stage, its public header or None). A stage includes only what comes before it. Those before "base"
# know no Python.
STAGES = [
    ("declare", "declare.h"),
    ("schema", "schema.h"),
    ("npy", "npy.h"),
    ("base", None),
    ("dtype", "dtype.h"),
    ("match", "match.h"),
    ("borrow", "borrow.h"),
    ("array", "array.h"),
    ("view", "view.h"),
    ("arrow", "arrow.h"),
    ("convert", "convert.h"),
    ("loop", "loop.h"),
    ("operate", "operate.h"),
    ("function", "function.h"),
]

# The libraries of all stages.
LIBRARIES = ["//src/" + stage for stage, _ in STAGES]

# The same against the limited C-API.
LIBRARIES_ABI3 = [
    "//src/%s:%s_abi3" % (stage, stage)
    for stage, _ in STAGES
]
