// SPDX-License-Identifier: BSD-3-Clause
#include "src/function/in_place.h"

#include <descry/array.h>
#include <string.h>

#include "src/array/object_slots.h"
#include "src/base/numpy.h"

// Moves the result to its place. References change places with those that were there, which the
// kernel gives up when it computes the next one.
static void move_result(const descryi_in_place* in_place, char* place, char* scratch) {
  if (!in_place->has_objects) {
    memcpy(place, scratch, in_place->itemsize);
    return;
  }
  for (size_t i = 0; i < in_place->itemsize; ++i) {
    const char byte = place[i];
    place[i] = scratch[i];
    scratch[i] = byte;
  }
}

static int run_in_scratch(Py_ssize_t count, char* const* data, const Py_ssize_t* strides,
                          void* context) {
  const descryi_in_place* in_place = context;
  const int result = in_place->operands;
  char* const scratch = descryi_as_array(in_place->scratch)->data;
  char* at[DESCRY_FUNCTION_OPERANDS];
  for (int k = 0; k < result; ++k) at[k] = data[k];
  char* place = data[result];
  at[result] = scratch;
  for (; count > 0; --count) {
    if (in_place->inner.kernel(1, at, strides, in_place->inner.context) < 0) return -1;
    move_result(in_place, place, scratch);
    for (int k = 0; k < result; ++k) at[k] += strides[k];
    place += strides[result];
  }
  return 0;
}

int descryi_in_place_begin(descryi_in_place* in_place, const descryi_signature* signature,
                           int nin) {
  const descry_type* type = signature->types[nin];
  in_place->call = in_place->inner = descryi_kernel_call_of(signature);
  in_place->scratch = NULL;
  if (signature->flags & DESCRY_IN_PLACE) return 0;
  in_place->scratch = descry_empty(type, 0, NULL, DESCRY_C_ORDER);
  if (!in_place->scratch) return -1;
  in_place->operands = nin;
  in_place->itemsize = type->size;
  in_place->has_objects = descryi_descr_has_objects(descryi_as_array(in_place->scratch)->descr);
  in_place->call.kernel = run_in_scratch;
  in_place->call.context = in_place;
  return 0;
}

void descryi_in_place_end(descryi_in_place* in_place) {
  if (in_place->scratch) descryi_drop(in_place->scratch);
}
