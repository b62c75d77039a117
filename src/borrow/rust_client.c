// SPDX-License-Identifier: BSD-3-Clause
#include "src/borrow/rust_client.h"

#include "src/base/numpy.h"

#define MAX_AXES (DESCRYI_MAX_AXES + 1)

// The same memory as Rust's rule understands it best. That rule knows a byte range, a starting
// point and the gcd of the strides, of which zero ends the process, and sees nothing at all in 0-d
// arrays. So: the region's axes, with the elements of a longer run as one axis more; and memory
// without gaps as bytes, which meet any array in their range.
typedef struct picture {
  Py_ssize_t shape[MAX_AXES];
  Py_ssize_t strides[MAX_AXES];
  int ndim;
  uint64_t itemsize;
} picture;

static void add_axis(picture* p, uint64_t length, uint64_t stride) {
  p->shape[p->ndim] = (Py_ssize_t)length;
  p->strides[p->ndim++] = (Py_ssize_t)stride;
}

static void draw(picture* p, const descryi_region* region, uint64_t itemsize) {
  bool is_whole = region->naxes == 0 || region->run % itemsize != 0;
  p->ndim = 0;
  p->itemsize = is_whole ? 1 : itemsize;
  for (int i = region->naxes - 1; i >= 0; --i) {
    add_axis(p, region->axes[i].count, region->axes[i].stride);
  }
  if (region->run > p->itemsize) add_axis(p, region->run / p->itemsize, p->itemsize);
  if (p->ndim == 0) add_axis(p, 1, 1);
}

// Returns a new dtype of that many opaque bytes, or NULL with an exception set.
static PyObject* opaque_dtype(uint64_t itemsize) {
  PyObject* spec = PyUnicode_FromFormat("V%llu", (unsigned long long)itemsize);
  PyObject* dtype = spec ? descryi_descr_convert(spec) : NULL;
  Py_XDECREF(spec);
  return dtype;
}

// Returns a new array over the region whose base is `array`, or NULL with an exception set.
static PyObject* array_over(PyObject* array, const descryi_region* region, size_t itemsize,
                            bool exclusive) {
  picture p;
  draw(&p, region, itemsize);
  PyObject* dtype = opaque_dtype(p.itemsize);
  if (!dtype) return NULL;
  int flags = exclusive ? DESCRYI_ARRAY_WRITEABLE : 0;
  void* data = (void*)(uintptr_t)region->lo;
  PyObject* made = descryi_np.new_from_descr(descryi_np.array_type, dtype, p.ndim, p.shape,
                                             p.strides, data, flags, NULL);
  if (!made) return NULL;
  Py_INCREF(array);
  if (descryi_np.set_base_object(made, array) == 0) return made;
  Py_DECREF(made);
  return NULL;
}

static int acquire(const descryi_rust_api* api, PyObject* borrowed, bool exclusive) {
  return (exclusive ? api->acquire_mut : api->acquire)(api->flags, borrowed);
}

static void release(const descryi_rust_api* api, PyObject* borrowed, bool exclusive) {
  (exclusive ? api->release_mut : api->release)(api->flags, borrowed);
}

int descryi_rust_borrow(const descryi_rust_api* api, PyObject* array, const descryi_memory* memory,
                        bool exclusive, PyObject** out) {
  *out = NULL;
  descryi_region region;
  descryi_region_set(&region, memory);
  if (descryi_region_is_empty(&region)) return 1;
  PyObject* made = array_over(array, &region, memory->itemsize, exclusive);
  if (!made) return -1;
  if (acquire(api, made, exclusive) == DESCRYI_RUST_TAKEN) {
    *out = made;
    return 1;
  }
  Py_DECREF(made);
  return 0;
}

void descryi_rust_give_back(const descryi_rust_api* api, PyObject* borrowed, bool exclusive) {
  release(api, borrowed, exclusive);
  PyObject* pending = descryi_error_take();
  Py_DECREF(borrowed);
  descryi_error_restore(pending);
}

bool descryi_rust_downgrade(const descryi_rust_api* api, PyObject* borrowed) {
  release(api, borrowed, true);
  if (acquire(api, borrowed, false) == DESCRYI_RUST_TAKEN) return true;
  Py_DECREF(borrowed);
  return false;
}
