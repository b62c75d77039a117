// SPDX-License-Identifier: BSD-3-Clause
#include "src/arrow/stream.h"

#include <descry/schema.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "src/arrow/messages.h"
#include "src/arrow/pack.h"
#include "src/arrow/schema.h"
#include "src/base/numpy.h"
#include "src/view/hold.h"

// Chunks of so many elements are quicker than one array: the allocator gives the memory of the one
// before again where the consumer is done with it, and fewer pages are touched at a time.
enum { CHUNK = 65536 };

int descryi_arrow_export_begin(descryi_arrow_export* out, const descry_view* view, unsigned flags) {
  memset(out, 0, sizeof *out);
  if (descryi_arrow_check_flags(flags) < 0) return -1;
  if (view->ndim != 1) return descryi_raise_arrow_rank(view->ndim);
  if (view->flags & DESCRY_WRITE) return descryi_raise_arrow_writes(view->type->name);
  if (descryi_arrow_column_init(&out->column, view->type, flags) < 0) return -1;
  if (descryi_view_share(view, &out->view) < 0) {
    descryi_arrow_column_clear(&out->column);
    return -1;
  }
  out->type = descry_type_retain(view->type);
  return 0;
}

void descryi_arrow_export_end(descryi_arrow_export* out) {
  descryi_arrow_column_clear(&out->column);
  descry_view_release(&out->view);
  descry_type_release(out->type);
}

// What a stream points at. Not of Python's memory: it may be freed after Python has ended.
typedef struct stream {
  descryi_arrow_export from;
  int64_t chunk;  // elements of one array
  int64_t next;   // atomic: the first element of the next array
  char problem[512];
} stream;

static int stream_schema(struct ArrowArrayStream* of, struct ArrowSchema* out) {
  stream* const self = of->private_data;
  return descryi_arrow_schema_of(out, &self->from.column) < 0 ? ENOMEM : 0;
}

// Some consumers ask from several threads at once.
static int stream_next(struct ArrowArrayStream* of, struct ArrowArray* out) {
  stream* const self = of->private_data;
  const descry_view* const view = &self->from.view;
  memset(out, 0, sizeof *out);
  if (descryi_numpy_has_ended()) {
    (void)strcpy(self->problem, "the interpreter has ended, and the elements with it");
    return EINVAL;
  }
  const int64_t first = __atomic_fetch_add(&self->next, self->chunk, __ATOMIC_RELAXED);
  if (first >= view->shape[0]) {
    __atomic_store_n(&self->next, view->shape[0], __ATOMIC_RELAXED);
    return 0;
  }
  const int64_t left = view->shape[0] - first;
  descryi_arrow_problem problem = {0};
  if (descryi_arrow_pack(out, &self->from.column, view->data + first * view->strides[0],
                         view->strides[0], left < self->chunk ? left : self->chunk,
                         &problem) == 0) {
    return 0;
  }
  if (problem.row >= 0) problem.row += first;
  descryi_arrow_describe(&problem, self->problem, sizeof self->problem);
  return problem.error == DESCRYI_ARROW_MEMORY_ERROR ? ENOMEM : EINVAL;
}

static const char* get_last_error(struct ArrowArrayStream* of) {
  const stream* const self = of->private_data;
  return *self->problem ? self->problem : NULL;
}

static void release_stream(struct ArrowArrayStream* of) {
  stream* const self = of->private_data;
  descryi_arrow_export_end(&self->from);
  free(self);
  of->release = NULL;
}

int descryi_arrow_stream_new(struct ArrowArrayStream* out, const descry_view* view,
                             unsigned flags) {
  memset(out, 0, sizeof *out);
  stream* const self = calloc(1, sizeof *self);
  if (!self) {
    PyErr_NoMemory();
    return -1;
  }
  if (descryi_arrow_export_begin(&self->from, view, flags) < 0) {
    free(self);
    return -1;
  }
  const size_t text = descryi_arrow_text_size(&self->from.column);
  self->chunk = text > INT32_MAX / CHUNK ? (int64_t)(INT32_MAX / text) : CHUNK;
  if (self->chunk == 0) {
    descryi_arrow_export_end(&self->from);
    free(self);
    return descryi_raise_arrow_text(text);
  }
  out->private_data = self;
  out->get_schema = stream_schema;
  out->get_next = stream_next;
  out->get_last_error = get_last_error;
  out->release = release_stream;
  return 0;
}

int descry_arrow_stream(const descry_view* view, struct ArrowArrayStream* out, unsigned flags) {
  return descryi_arrow_stream_new(out, view, flags);
}
