#include <descry/view.h>

// The parser calls a second time with no object where a later argument fails.
int descry_view_converter(PyObject* object, void* view) {
  descry_view* const wanted = view;
  if (!object) {
    descry_view_release(wanted);
    return 0;
  }
  const int ndim = wanted->ndim;
  if (descry_view_acquire(wanted, object, wanted->type, ndim, wanted->flags) < 0) return 0;
  return Py_CLEANUP_SUPPORTED;
}
