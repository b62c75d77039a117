#include <descry/array.h>
#include <descry/dtype.h>

#include "src/array/foreign.h"
#include "src/array/owner.h"

PyObject* descry_wrap(const descry_type* type, void* data, int ndim, const Py_ssize_t* shape,
                      const Py_ssize_t* strides, PyObject* owner, unsigned flags) {
  PyObject* descr = descry_dtype(type);
  if (!descr) return NULL;
  descryi_elements elements;
  PyObject* base = NULL;
  if (descryi_foreign_init(&elements, type, descr, data, ndim, shape, strides, flags) == 0) {
    base = descryi_owner_base(owner, &elements, type, flags);
  }
  if (base) return descryi_foreign_array(&elements, descr, base, flags);
  Py_DECREF(descr);
  return NULL;
}
