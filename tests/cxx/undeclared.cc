// SPDX-License-Identifier: BSD-3-Clause
#include <descry/descry.hpp>

struct item {
  double price;
};

PyObject* wanted();

PyObject* wanted() { return descry::dtype<item>().release(); }
