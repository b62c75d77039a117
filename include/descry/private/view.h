// SPDX-License-Identifier: BSD-3-Clause
// The library's own part of a view: what it holds, and where it was opened.
#ifndef DESCRY_PRIVATE_VIEW_H_
#define DESCRY_PRIVATE_VIEW_H_

#include <Python.h>
#include <descry/borrow.h>
#include <descry/type.h>

// Views of up to this rank allocate nothing.
enum { DESCRYI_VIEW_INLINE_NDIM = 8 };

// What a view holds and gives back at its end.
typedef struct descryi_view_hold {
  PyObject* owner;   // whose memory it is
  void* owndata;     // memory that `owner`, an array, may not give away meanwhile, or NULL
  PyObject* keeper;  // what frees that memory where the array has other memory by now, or NULL
  struct descryi_held_buffer* buffers;    // buffers that may not be given back meanwhile, or NULL
  struct descryi_copy_pairs* copy_pairs;  // what a converted copy is written back to, or NULL
  struct descryi_common_borrow* common;   // a borrow that several views have together, or NULL
  descry_borrow borrow;                   // its own
  // Whether the array owns the memory and nothing is held but that and `borrow`. The reference to
  // `owner` is the view's own then, and the members between `owndata` and `borrow` are not set.
  int is_row;
} descryi_view_hold;

// What DESCRY_VIEW() asked for. A view keeps it over its release, to be opened again.
typedef struct descryi_view_request {
  const descry_type* type;
  int ndim;
  unsigned flags;
} descryi_view_request;

typedef struct descryi_view_state {
  const char* file;  // where it was opened, for DESCRY_BORROW_TRACE, or NULL
  int line;
  descryi_view_request request;
  struct descryi_shared_hold* shared_hold;  // what it holds together with other views, or NULL
  descryi_view_hold hold;                   // what it holds by itself
  Py_ssize_t* dimensions;                   // shape and strides of a view of higher rank, or NULL
  Py_ssize_t inline_dimensions[2 * DESCRYI_VIEW_INLINE_NDIM];
} descryi_view_state;

#endif  // DESCRY_PRIVATE_VIEW_H_
