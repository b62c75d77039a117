#include "src/array/elements.h"
#include "src/array/raise.h"
#include "src/base/errors.h"

// Whether an array of this rank can be, with the dimensions that the dtype adds.
static bool rank_fits(PyObject* descr, int ndim) {
  const int limit = descryi_np.max_dims;
  return ndim >= 0 && ndim <= limit && descryi_inner_ndim(descr) <= limit - ndim;
}

// Says why a shape was refused, of which the bytes were already counted past what fits.
static Py_ssize_t refuse_lengths(const descry_type* type, int ndim, const Py_ssize_t* shape) {
  for (int axis = 0; axis < ndim; ++axis) {
    if (shape[axis] < 0) return descryi_raise(DESCRYI_SHAPE_NEGATIVE, axis, shape[axis]);
  }
  return descryi_raise_shape(DESCRYI_SHAPE_TOO_BIG, type, ndim, shape);
}

Py_ssize_t descryi_shape_size(const descry_type* type, PyObject* descr, int ndim,
                              const Py_ssize_t* shape) {
  if (!rank_fits(descr, ndim)) {
    return descryi_raise(DESCRYI_SHAPE_RANK, type->name,
                         descryi_np.max_dims - descryi_inner_ndim(descr), ndim);
  }
  if (ndim > 0 && !shape) return descryi_raise(DESCRYI_SHAPE_MISSING, ndim);
  Py_ssize_t bytes = descryi_descr_itemsize(descr);
  Py_ssize_t size = 1;
  for (int axis = 0; axis < ndim; ++axis) {
    const Py_ssize_t length = shape[axis];
    // NumPy, too, counts a length of 0 as 1 here: an empty array must not be one that its slices
    // could not be.
    if (length < 0 || __builtin_mul_overflow(bytes, length ? length : 1, &bytes)) {
      return refuse_lengths(type, ndim, shape);
    }
    if (__builtin_mul_overflow(size, length, &size)) return refuse_lengths(type, ndim, shape);
  }
  return size;
}
