// SPDX-License-Identifier: BSD-3-Clause
#define Py_LIMITED_API 0x03090000
#include <descry/pybind11.hpp>
