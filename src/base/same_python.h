// SPDX-License-Identifier: BSD-3-Clause
// Whether this is the Python that the module was built for. GIL held.
#ifndef DESCRY_SRC_BASE_SAME_PYTHON_H_
#define DESCRY_SRC_BASE_SAME_PYTHON_H_

// Returns 0, or -1 with an ImportError that names both. A module with the limited API is built for
// all of them.
int descryi_check_same_python(void);

#endif  // DESCRY_SRC_BASE_SAME_PYTHON_H_
