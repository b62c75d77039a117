#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# run.sh PYTHON FILE: runs FILE where it can import the extension modules.
PYTHONPATH=$PWD/survey:$PWD/assay exec "$@"
