// SPDX-License-Identifier: BSD-3-Clause
// What an array says of its memory. GIL held (or thread state attached).
#ifndef DESCRY_SRC_BORROW_MEMORY_H_
#define DESCRY_SRC_BORROW_MEMORY_H_

#include "src/base/numpy.h"
#include "src/borrow/region.h"

// Returns where the array's elements lie; shape and strides are the array's own, valid until
// someone changes it. REQUIRES: `array` is an array.
static inline descryi_memory descryi_memory_of_array(PyObject* array) {
  const descryi_array* own = descryi_as_array(array);
  return (descryi_memory){
      .data = own->data,
      .ndim = own->nd,
      .shape = own->dimensions,
      .strides = own->strides,
      .itemsize = (size_t)descryi_descr_itemsize(own->descr),
      .kind = descryi_descr_kind(own->descr),
  };
}

#endif  // DESCRY_SRC_BORROW_MEMORY_H_
