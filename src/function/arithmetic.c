// SPDX-License-Identifier: BSD-3-Clause
// descry_module_add_arithmetic().
#include "src/function/arithmetic.h"

#include <descry/declare.h>
#include <stdlib.h>
#include <string.h>

#include "src/base/numpy.h"
#include "src/base/threads.h"
#include "src/dtype/dtype.h"
#include "src/function/messages.h"
#include "src/schema/counted.h"

// The numbers while they are collected.
typedef struct collection {
  const descry_type* type;  // whose they are, for messages
  bool has_floats;
  size_t count;
  size_t capacity;
  descryi_number_run* runs;
} collection;

// Returns the number that a dtype is, or -1.
static int arithmetic_number(PyObject* descr) {
  static const struct {
    char kind;
    size_t size;
  } numbers[] = {
#define DESCRYI_NUMBER(name, c_type, kind) {#kind[0], sizeof(c_type)},
      DESCRYI_NUMBERS(DESCRYI_NUMBER)
#undef DESCRYI_NUMBER
  };
  char kind = descryi_descr_kind(descr);
  size_t size = (size_t)descryi_descr_itemsize(descr);
  if (kind == 'c') {
    kind = 'f';
    size /= 2;
  }
  for (int i = 0; i < (int)(sizeof numbers / sizeof *numbers); ++i) {
    const bool is_unsigned = i < DESCRYI_NUMBER_float32 && i % 2 == 1;
    const int expected = is_unsigned ? 'u' : numbers[i].kind;
    if (kind == expected && size == numbers[i].size) return i;
  }
  return -1;
}

static bool is_native(PyObject* descr) {
  const char order = descryi_head(descr)->byteorder;
  return order != (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? '>' : '<');
}

// Adds `count` numbers at `offset`, to the run before them where they go on with it.
static int add_run(collection* found, descryi_number number, size_t size, size_t offset,
                   size_t count) {
  descryi_number_run* const last =
      found->runs && found->count > 0 ? &found->runs[found->count - 1] : NULL;
  if (last && last->number == number && last->offset + last->count * size == offset) {
    last->count += count;
    return 0;
  }
  if (!found->runs || found->count == found->capacity) {
    const size_t capacity = found->capacity ? 2 * found->capacity : 8;
    descryi_number_run* grown = realloc(found->runs, capacity * sizeof *grown);
    if (!grown) {
      PyErr_NoMemory();
      return -1;
    }
    found->runs = grown;
    found->capacity = capacity;
  }
  found->runs[found->count++] =
      (descryi_number_run){.number = number, .offset = offset, .count = count};
  return 0;
}

static int collect_numbers(collection* found, const descry_type* type, size_t offset,
                           const char* member);

static int collect_number(collection* found, const descry_type* type, size_t offset,
                          const char* member) {
  PyObject* descr = descryi_dtype_borrow(type);
  if (!descr) return -1;
  const int number = is_native(descr) ? arithmetic_number(descr) : -1;
  if (number < 0) return descryi_raise_arithmetic_member(found->type->name, member, type->name);
  const bool is_complex = descryi_descr_kind(descr) == 'c';
  const size_t size = (size_t)descryi_descr_itemsize(descr) / (is_complex ? 2 : 1);
  found->has_floats = found->has_floats || number >= DESCRYI_NUMBER_float32;
  return add_run(found, (descryi_number)number, size, offset, is_complex ? 2 : 1);
}

static int collect_member(collection* found, const descry_field* field, size_t offset,
                          const char* member) {
  size_t count = 1;
  const size_t itemsize = descry_field_itemsize(field);
  if (field->name) member = field->name;
  if (field->flags != 0 || field->bit_count > 0) {
    return descryi_raise_arithmetic_member(found->type->name, member, field->element->name);
  }
  for (size_t axis = 0; axis < descry_field_ndim(field); ++axis) {
    count *= descry_field_shape(field)[axis];
  }
  for (size_t i = 0; i < count; ++i) {
    const size_t at = offset + descry_field_offset(field) + i * itemsize;
    if (collect_numbers(found, descry_field_element(field), at, member) < 0) return -1;
  }
  return 0;
}

// Collects the numbers of `type` at `offset`: of a record those of its fields.
static int collect_numbers(collection* found, const descry_type* type, size_t offset,
                           const char* member) {
  if (type->kind == DESCRY_KIND_ELEMENT) return collect_number(found, type, offset, member);
  if (type->kind == DESCRY_KIND_OBJECT) {
    return descryi_raise_arithmetic_member(found->type->name, member, type->name);
  }
  const size_t count = type->kind == DESCRY_KIND_RECORD ? type->field_count : 1;
  for (size_t i = 0; i < count; ++i) {
    if (collect_member(found, &type->fields[i], offset, member) < 0) return -1;
  }
  return 0;
}

// Returns the numbers of `type`, for free(); or NULL with an exception set.
static descryi_numbers* new_numbers(const descry_type* type) {
  collection found = {.type = type};
  descryi_numbers* numbers = NULL;
  if (type->kind != DESCRY_KIND_RECORD || type->field_count == 0) {
    descryi_raise_arithmetic_type(type->name);
  } else if (collect_numbers(&found, type, 0, "") == 0) {
    numbers = malloc(sizeof *numbers + found.count * sizeof *found.runs);
    if (!numbers) PyErr_NoMemory();
  }
  if (numbers) {
    numbers->size = type->size;
    numbers->has_floats = found.has_floats;
    numbers->count = found.count;
    if (found.count > 0) memcpy(numbers->runs, found.runs, found.count * sizeof *found.runs);
  }
  free(found.runs);
  return numbers;
}

// Returns the numbers that the type keeps, found on first use; or NULL with an exception set.
static descryi_numbers* numbers_of(const descry_type* type) {
  void** const place = &type->state->numbers;
  void* kept = descryi_load_acquire(place);
  if (kept) return kept;
  descryi_numbers* made = new_numbers(type);
  if (!made) return NULL;
  descryi_type_on_free(type, DESCRYI_STATE_NUMBERS, free);
  if (descryi_compare_exchange(place, &kept, made)) return made;
  free(made);
  return kept;
}

// One operation: what it is called, and of what kind its operands are.
typedef struct arithmetic_operation {
  const char* name;  // the ufunc's, too
  const char* doc;
  const char* operands;  // t: the type, n: a number, b: a bool; the result is the last one
  descry_kernel kernel;
} arithmetic_operation;

static int add_operation(PyObject* module, const descry_type* type, descryi_numbers* numbers,
                         const arithmetic_operation* wanted, const void* identity) {
  const descry_type* types[3];
  const int operands = (int)strlen(wanted->operands);
  for (int k = 0; k < operands; ++k) {
    const char kind = wanted->operands[k];
    const descry_type* const number =
        numbers->has_floats ? DESCRY_TYPE(float64) : DESCRY_TYPE(int64);
    types[k] = kind == 't' ? type : kind == 'n' ? number : DESCRY_TYPE(bool_);
  }
  const descry_function_spec spec = {.name = wanted->name,
                                     .doc = wanted->doc,
                                     .nin = operands - 1,
                                     .nout = 1,
                                     .types = types,
                                     .kernel = wanted->kernel,
                                     .context = numbers,
                                     .identity = identity,
                                     .flags = DESCRY_IN_PLACE};
  if (descry_module_add_function(module, &spec) < 0) return -1;
  return descry_extend_ufunc(wanted->name, &spec) < 0 ? -1 : 0;
}

int descry_module_add_arithmetic(PyObject* module, const descry_type* type) {
  static const arithmetic_operation operations[] = {
      {"add", "Adds, member by member.", "ttt", descryi_numbers_add},
      {"subtract", "Subtracts, member by member.", "ttt", descryi_numbers_subtract},
      {"negative", "The negative of each member.", "tt", descryi_numbers_negative},
      {"multiply", "Multiplies each member by a number.", "tnt", descryi_numbers_multiply},
      {"multiply", NULL, "ntt", descryi_numbers_multiplied},
      {"equal", "Whether all members are equal.", "ttb", descryi_numbers_equal},
  };
  static const arithmetic_operation divide[] = {
      {"floor_divide", "Divides each member by a number, and rounds down.", "tnt",
       descryi_numbers_divide},
      {"divide", "Divides each member by a number.", "tnt", descryi_numbers_divide},
  };
  if (descry_register(type) < 0) return -1;
  descryi_numbers* numbers = numbers_of(type);
  void* zero = numbers ? calloc(1, type->size) : NULL;
  if (!zero) return numbers ? (PyErr_NoMemory(), -1) : -1;
  int result = 0;
  for (size_t i = 0; result == 0 && i < sizeof operations / sizeof *operations; ++i) {
    result = add_operation(module, type, numbers, &operations[i], i == 0 ? zero : NULL);
  }
  if (result == 0) {
    result = add_operation(module, type, numbers, &divide[numbers->has_floats], NULL);
  }
  free(zero);
  return result;
}
