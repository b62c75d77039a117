// SPDX-License-Identifier: BSD-3-Clause
#include "src/view/scalar.h"

PyObject* descryi_scalar_array(PyObject* scalar) {
  const descryi_void_scalar* parts = descryi_as_void(scalar);
  Py_INCREF(parts->descr);
  PyObject* array =
      descryi_np.new_from_descr(descryi_np.array_type, parts->descr, 0, NULL, NULL, parts->data,
                                parts->flags & DESCRYI_ARRAY_WRITEABLE, NULL);
  if (!array) return NULL;
  Py_INCREF(scalar);
  if (descryi_np.set_base_object(array, scalar) < 0) Py_CLEAR(array);
  return array;
}
