// SPDX-License-Identifier: BSD-3-Clause
#include <descry/view.h>

// The parser calls a second time with no object where a later argument fails.
int descry_view_converter(PyObject* object, void* view) {
  descry_view* const wanted = view;
  if (!object) {
    descry_view_release(wanted);
    return 0;
  }
  const int ndim = wanted->ndim;
  const int result = descry_view_acquire_at(wanted, object, wanted->type, ndim, wanted->flags,
                                            wanted->priv.file, wanted->priv.line);
  return result < 0 ? 0 : Py_CLEANUP_SUPPORTED;
}
