// SPDX-License-Identifier: BSD-3-Clause
#include "tests/faults/walk.h"

#include <descry/descry.h>
#include <stdlib.h>
#include <string.h>

#include "tests/faults/steps.h"
#include "tests/life/walk_types.h"

static const Py_ssize_t kThree = 3;

// dtype.h

static int register_types(const walk_inputs* in) {
  (void)in;
  return descry_register(DESCRY_TYPE(walk_sample)) < 0 ? -1
                                                       : descry_register(DESCRY_TYPE(walk_named));
}

static int find_type(const walk_inputs* in) {
  (void)in;
  const descry_type* found = descry_find("walk_sample");
  if (!found && !PyErr_Occurred()) PyErr_SetString(PyExc_AssertionError, "walk_sample is lost");
  return found ? 0 : -1;
}

static int add_dtype(const walk_inputs* in) {
  (void)in;
  PyObject* module = PyModule_New("walked");
  const int result = module ? descry_module_add_dtype(module, DESCRY_TYPE(walk_point)) : -1;
  Py_XDECREF(module);
  return result;
}

static int draw_layout(const walk_inputs* in) {
  (void)in;
  return drop(descry_layout(DESCRY_TYPE(walk_sample)));
}

static int inspect(const walk_inputs* in) {
  PyObject *name, *dtype, *base, *shape;
  if (descry_dtype_field(in->same, 1, &name, NULL, &dtype, NULL) < 0) return -1;
  const int is_subarray = descry_dtype_subarray(dtype, &base, &shape);
  Py_DECREF(name);
  Py_DECREF(dtype);
  if (descry_dtype_alignment(in->same) < 0 || descry_dtype_byteorder(in->same) < 0 ||
      descry_dtype_char(in->same) < 0 || descry_dtype_field_count(in->same) < 0 ||
      descry_dtype_flags(in->same) < 0 || descry_dtype_has_object(in->same) < 0 ||
      descry_dtype_is_aligned(in->same) < 0 || descry_dtype_kind(in->same) < 0 ||
      descry_dtype_num(in->same) < 0 || is_subarray <= 0) {
    return -1;
  }
  Py_DECREF(base);
  Py_DECREF(shape);
  if (refused(descry_dtype_field(in->same, 99, NULL, NULL, NULL, NULL), PyExc_IndexError) < 0) {
    return -1;
  }
  return refused((int)descry_dtype_itemsize(Py_None), PyExc_TypeError);
}

// match.h

static int match_equal(const walk_inputs* in) {
  if (descry_matches(DESCRY_TYPE(walk_sample), in->same, DESCRY_EQUIVALENT) < 0) return -1;
  return descry_matches(DESCRY_TYPE(walk_sample), in->other, DESCRY_EQUIVALENT) < 0 ? -1 : 0;
}

static int match_layout(const walk_inputs* in) {
  if (descry_matches(DESCRY_TYPE(walk_sample), in->renamed, DESCRY_LAYOUT) < 0) return -1;
  return descry_matches(DESCRY_TYPE(walk_sample), in->other, DESCRY_LAYOUT) < 0 ? -1 : 0;
}

static int explain(const walk_inputs* in) {
  if (drop(descry_mismatch(DESCRY_TYPE(walk_sample), in->other, DESCRY_EQUIVALENT)) < 0) return -1;
  return drop(descry_mismatch(DESCRY_TYPE(walk_sample), in->other, DESCRY_LAYOUT));
}

// array.h

static int fresh_arrays(const walk_inputs* in) {
  (void)in;
  if (drop(descry_zeros(DESCRY_TYPE(walk_sample), 1, &kThree, DESCRY_C_ORDER)) < 0) return -1;
  if (drop(descry_zeros(DESCRY_TYPE(walk_named), 1, &kThree, DESCRY_F_ORDER)) < 0) return -1;
  return drop(descry_empty(DESCRY_TYPE(walk_named), 1, &kThree, DESCRY_C_ORDER));
}

static int fill(const walk_inputs* in) {
  (void)in;
  const walk_named value = {.object = Py_None, .pair = {Py_None, NULL}};
  return drop(descry_full(DESCRY_TYPE(walk_named), 1, &kThree, DESCRY_C_ORDER, &value));
}

static int copy(const walk_inputs* in) {
  (void)in;
  walk_named values[3];
  memset(values, 0, sizeof values);
  values[1].object = Py_None;
  return drop(descry_copy(DESCRY_TYPE(walk_named), values, 1, &kThree, NULL));
}

static int wrap(const walk_inputs* in) {
  void* data = PyByteArray_AsString(in->bytes);
  if (drop(descry_wrap(DESCRY_TYPE(walk_point), data, 1, &kThree, NULL, in->bytes, DESCRY_READ)) <
      0) {
    return -1;
  }
  return drop(
      descry_wrap(DESCRY_TYPE(walk_point), data, 1, &kThree, NULL, in->samples, DESCRY_WRITE));
}

static void free_data(void* data, void* context) {
  ++*(int*)context;
  free(data);
}

static int adopt(const walk_inputs* in) {
  (void)in;
  int released = 0;
  walk_named* data = calloc(3, sizeof *data);
  if (!data) {
    PyErr_NoMemory();
    return -1;
  }
  data[2].object = PyList_New(0);
  if (!data[2].object) {
    free(data);
    return -1;
  }
  PyObject* array = descry_adopt(DESCRY_TYPE(walk_named), data, 1, &kThree, NULL, free_data,
                                 &released, DESCRY_WRITE);
  if (!array) {
    const int early = released;
    if (!early) {
      Py_XDECREF(data[2].object);
      free(data);
    }
    if (early) PyErr_SetString(PyExc_AssertionError, "released, although adopt failed");
    return -1;
  }
  Py_DECREF(array);
  if (released != 1) PyErr_SetString(PyExc_AssertionError, "released more or less than once");
  return released == 1 ? 0 : -1;
}

static int next_of_twenty(void* element, void* context) {
  walk_named* made = element;
  made->count = ++*(int*)context;
  return made->count <= 20;
}

static int generate(const walk_inputs* in) {
  (void)in;
  int count = 0;
  return drop(descry_generate(DESCRY_TYPE(walk_named), -1, next_of_twenty, &count));
}

static int refuse_shapes(const walk_inputs* in) {
  (void)in;
  const Py_ssize_t negative = -1, huge = PY_SSIZE_T_MAX;
  PyObject* made = descry_zeros(DESCRY_TYPE(walk_sample), 1, &negative, DESCRY_C_ORDER);
  if (refused(drop(made), PyExc_ValueError) < 0) return -1;
  made = descry_zeros(DESCRY_TYPE(walk_sample), 1, &huge, DESCRY_C_ORDER);
  return refused(drop(made), PyExc_ValueError);
}

static int wrap_buffer(const walk_inputs* in) {
  const descry_type* type = DESCRY_TYPE(walk_point);
  if (drop(descry_wrap_buffer(type, in->bytes, 0, 1, NULL, NULL, DESCRY_WRITE)) < 0) return -1;
  PyObject* made = descry_wrap_buffer(type, Py_None, 0, 1, NULL, NULL, DESCRY_READ);
  return refused(drop(made), PyExc_TypeError);
}

// borrow.h

static int borrow(const walk_inputs* in) {
  descry_borrow one = {0}, two = {0};
  int result = descry_borrow_exclusive(&one, in->samples);
  if (result == 0) result = refused(descry_borrow_shared(&two, in->samples), PyExc_BufferError);
  if (result == 0) result = descry_borrow_downgrade(&one);
  if (result == 0) result = descry_borrow_shared(&two, in->samples);
  if (result == 0) result = drop(descry_borrows());
  descry_borrow_release(&one);
  descry_borrow_release(&two);
  return result;
}

// More axes than an entry of the table has room for.
static int borrow_grid(const walk_inputs* in) {
  descry_borrow taken = {0};
  const int result = descry_borrow_shared(&taken, in->grid);
  descry_borrow_release(&taken);
  return result;
}

// view.h

static int view(const walk_inputs* in) {
  descry_view open, again, field;
  memset(&open, 0, sizeof open);
  memset(&again, 0, sizeof again);
  memset(&field, 0, sizeof field);
  int result = descry_view_acquire(&open, in->samples, DESCRY_TYPE(walk_sample), 1, DESCRY_READ);
  if (result == 0) {
    result = descry_view_acquire(&again, in->samples, DESCRY_TYPE(walk_sample), 1, DESCRY_READ);
  }
  if (result == 0) result = descry_view_field(&open, "at.x", &field);
  descry_view_release(&open);
  descry_view_release(&field);
  descry_view_release(&again);
  return result;
}

static int view_grid(const walk_inputs* in) {
  descry_view open;
  memset(&open, 0, sizeof open);
  const int result = descry_view_acquire(&open, in->grid, DESCRY_TYPE(walk_sample), DESCRY_ANY_NDIM,
                                         DESCRY_WRITE | DESCRY_BY_LAYOUT);
  descry_view_release(&open);
  return result;
}

static int view_converted(const walk_inputs* in) {
  descry_view open;
  memset(&open, 0, sizeof open);
  if (descry_view_acquire(&open, in->swapped, DESCRY_TYPE(walk_sample), 1,
                          DESCRY_READ | DESCRY_CONVERT) < 0) {
    return -1;
  }
  descry_view_release(&open);
  return refused(descry_view_acquire(&open, in->floats, DESCRY_TYPE(walk_sample), 1,
                                     DESCRY_READ | DESCRY_CONVERT),
                 PyExc_TypeError);
}

// What fails on release is reported elsewhere and leaves the array as it was.
static int view_written_back(const walk_inputs* in) {
  descry_view open;
  memset(&open, 0, sizeof open);
  if (descry_view_acquire(&open, in->swapped, DESCRY_TYPE(walk_sample), 1,
                          DESCRY_WRITE | DESCRY_CONVERT) < 0) {
    return -1;
  }
  descry_view_release(&open);
  return 0;
}

static int view_scalar(const walk_inputs* in) {
  descry_view open;
  memset(&open, 0, sizeof open);
  PyObject* scalar = PySequence_GetItem(in->samples, 1);
  if (!scalar) return -1;
  const int result = descry_view_acquire(&open, scalar, DESCRY_TYPE(walk_sample), 0, DESCRY_WRITE);
  descry_view_release(&open);
  Py_DECREF(scalar);
  return result;
}

static int view_refused(const walk_inputs* in) {
  descry_view open;
  memset(&open, 0, sizeof open);
  if (refused(descry_view_acquire(&open, in->floats, DESCRY_TYPE(walk_sample), 1, DESCRY_READ),
              PyExc_TypeError) < 0) {
    return -1;
  }
  if (refused(descry_view_acquire(&open, in->samples, DESCRY_TYPE(walk_sample), 2, DESCRY_READ),
              PyExc_TypeError) < 0) {
    return -1;
  }
  return refused(descry_view_acquire(&open, Py_None, DESCRY_TYPE(walk_sample), 1, DESCRY_READ),
                 PyExc_TypeError);
}

static int view_element(const walk_inputs* in) {
  descry_view open;
  memset(&open, 0, sizeof open);
  int result = descry_view_acquire(&open, in->samples, DESCRY_TYPE(walk_sample), 1, DESCRY_READ);
  if (result == 0 && !DESCRY_GET(walk_sample, &open, -1)) result = -1;
  if (result == 0) {
    result = refused(DESCRY_GET(walk_sample, &open, 4) ? 0 : -1, PyExc_IndexError);
  }
  descry_view_release(&open);
  return result;
}

// To read and write the same elements, and by a converted copy.
static int views_together(const walk_inputs* in) {
  descry_view one = DESCRY_VIEW(walk_sample, 1, DESCRY_READ);
  descry_view other = DESCRY_VIEW(walk_sample, 1, DESCRY_WRITE);
  descry_view converted = DESCRY_VIEW(walk_sample, 1, DESCRY_READ | DESCRY_CONVERT);
  descry_view* const views[] = {&one, &other, &converted};
  PyObject* const objects[] = {in->samples, in->samples, in->swapped};
  PyObject* const wrong[] = {in->samples, in->samples, in->floats};
  int result = refused(descry_views_open(3, views, wrong), PyExc_TypeError);
  if (result == 0) result = descry_views_open(3, views, objects);
  for (int i = 0; i < 3; ++i) descry_view_release(views[i]);
  if (result == 0 && !descry_view_converter(in->samples, &one)) result = -1;
  descry_view_release(&one);
  return result;
}

// loop.h

static int loop(const walk_inputs* in) {
  descry_view one, grid;
  descry_loop walk_through;
  memset(&one, 0, sizeof one);
  memset(&grid, 0, sizeof grid);
  const descry_view* views[] = {&one, &grid};
  int result = descry_view_acquire(&one, in->samples, DESCRY_TYPE(walk_sample), 1, DESCRY_READ);
  if (result == 0) {
    result = descry_view_acquire(&grid, in->grid, DESCRY_TYPE(walk_sample), DESCRY_ANY_NDIM,
                                 DESCRY_WRITE);
  }
  if (result == 0) result = descry_loop_begin(&walk_through, 1, views, 0);
  if (result == 0) {
    result = refused(descry_loop_begin(&walk_through, 2, views, 0), PyExc_ValueError);
  }
  int ndim;
  Py_ssize_t shape[DESCRY_LOOP_NDIM];
  if (result == 0) result = descry_broadcast(2, views, &ndim, shape);
  if (result == 0) result = drop(descry_empty_like(2, views, DESCRY_TYPE(walk_named)));
  descry_view_release(&one);
  descry_view_release(&grid);
  return result;
}

// operate.h

static int join(const walk_inputs* in) {
  PyObject* const parts[] = {in->samples, in->samples};
  const descry_type* type = DESCRY_TYPE(walk_sample);
  if (drop(descry_concatenate(type, 2, parts, 0)) < 0) return -1;
  if (drop(descry_concatenate(type, 2, parts, DESCRY_RAVEL_AXIS)) < 0) return -1;
  if (drop(descry_stack(type, 2, parts, 1)) < 0) return -1;
  if (drop(descry_where(type, Py_True, in->samples, in->samples)) < 0) return -1;
  if (refused(drop(descry_stack(type, 1, &in->floats, 0)), PyExc_TypeError) < 0) return -1;
  return refused(drop(descry_concatenate(type, 1, parts, 1)), PyExc_ValueError);
}

// Not einsum: NumPy's own crashes where it gets no memory (1.24).
static int select_elements(const walk_inputs* in) {
  const Py_ssize_t shape[] = {2, -1};
  PyObject* one = PyLong_FromLong(1);
  int result = one ? drop(descry_take(in->samples, one, 0)) : -1;
  if (result == 0) result = drop(descry_repeat(in->samples, one, 0));
  if (result == 0) result = drop(descry_compress(in->floats, in->floats, 0));
  if (result == 0) result = drop(descry_reshape(in->samples, 2, shape, 0));
  if (result == 0) result = drop(descry_transpose(in->grid, NULL));
  if (result == 0) result = drop(descry_ravel(in->samples, 0));
  if (result == 0) result = drop(descry_cast(DESCRY_TYPE(float32), in->floats));
  if (result == 0) result = drop(descry_dot(in->floats, in->floats));
  if (result == 0) result = drop(descry_inner(in->floats, in->floats));
  if (result == 0) result = drop(descry_swapaxes(in->grid, 0, 1));
  if (result == 0) result = refused(drop(descry_squeeze(Py_None)), PyExc_TypeError);
  if (result == 0) result = refused(drop(descry_take(in->floats, in->floats, 0)), PyExc_TypeError);
  Py_XDECREF(one);
  return result;
}

static int put_in_order(const walk_inputs* in) {
  descry_view samples = {0}, floats = {0};
  const descry_view* all = &samples;
  int result =
      descry_view_acquire(&samples, in->samples, DESCRY_TYPE(walk_sample), 1, DESCRY_WRITE);
  if (result == 0) {
    result = descry_view_acquire(&floats, in->floats, DESCRY_TYPE(float64), 1, DESCRY_READ);
  }
  if (result == 0) result = drop(descry_argsort(all, "at.x", 0));
  if (result == 0) result = descry_sort(all, "at.x, at.y", DESCRY_DESCENDING);
  if (result == 0) result = drop(descry_searchsorted(&floats, NULL, &floats, DESCRY_RIGHT));
  if (result == 0) {
    result = drop(descry_unique(all, "at.x", DESCRY_INDICES | DESCRY_INVERSE | DESCRY_COUNTS));
  }
  if (result == 0) result = refused(drop(descry_argsort(all, "none", 0)), PyExc_KeyError);
  descry_view_release(&samples);
  descry_view_release(&floats);
  return result;
}

// function.h

DESCRY_KERNEL(walk_add, (double, a, double, b), (double, c), *c = *a + *b)
DESCRY_KERNEL(walk_pick, (walk_sample, a), (double, c), *c = a->at[0].x)

static const descry_type* const kAddTypes[] = {DESCRY_TYPE(float64), DESCRY_TYPE(float64),
                                               DESCRY_TYPE(float64)};
static const descry_type* const kPickTypes[] = {DESCRY_TYPE(walk_sample), DESCRY_TYPE(float64)};

// Ends a call of a method: drops its value.
static int call(PyObject* function, const char* method, const char* format, PyObject* one,
                PyObject* other) {
  return drop(PyObject_CallMethod(function, method, format, one, other));
}

static int call_methods(PyObject* add, const walk_inputs* in) {
  if (call(add, "__call__", "OO", in->floats, in->floats) < 0) return -1;
  if (call(add, "reduce", "(O)", in->floats, NULL) < 0) return -1;
  if (call(add, "accumulate", "(O)", in->floats, NULL) < 0) return -1;
  if (call(add, "outer", "OO", in->floats, in->floats) < 0) return -1;
  if (drop(PyObject_CallMethod(add, "at", "O[i]d", in->floats, 0, 0.0)) < 0) return -1;
  return refused(call(add, "__call__", "OO", in->samples, in->floats), PyExc_TypeError);
}

// Puts arithmetic onto a module, and onto NumPy's ufuncs where that can be, and computes by it.
// What NumPy took once stays: the next walk finds it there.
static int arithmetic(const walk_inputs* in) {
  (void)in;
  const Py_ssize_t count = 3;
  PyObject* module = PyModule_New("walked");
  PyObject* points = module ? descry_zeros(DESCRY_TYPE(walk_point), 1, &count, 0) : NULL;
  const int added = points ? descry_module_add_arithmetic(module, DESCRY_TYPE(walk_point)) : -1;
  int result = added;
  const char* const binary[] = {"add", "subtract", "equal"};
  for (size_t i = 0; result == 0 && i < sizeof binary / sizeof *binary; ++i) {
    result = call(module, binary[i], "OO", points, points);
  }
  if (result == 0) result = drop(PyObject_CallMethod(module, "multiply", "Od", points, 2.0));
  if (result == 0) {
    result =
        refused(descry_module_add_arithmetic(module, DESCRY_TYPE(walk_sample)), PyExc_TypeError);
  }
  Py_XDECREF(points);
  Py_XDECREF(module);
  return result;
}

DESCRY_KERNEL(walk_middle, (walk_point, a, walk_point, b), (walk_point, c),
              c->x = (a->x + b->x) / 2;
              c->y = (a->y + b->y) / 2)

static int extended(const walk_inputs* in) {
  const descry_type* const point = DESCRY_TYPE(walk_point);
  const descry_type* const types[] = {point, point, point};
  const Py_ssize_t count = 3;
  const descry_function_spec spec = {NULL, NULL, 2, 1, types, walk_middle, NULL, NULL, 0};
  const int answer = descry_extend_ufunc("hypot", &spec);
  if (answer < 0) return -1;
  PyObject* numpy = answer ? PyImport_ImportModule("numpy") : NULL;
  PyObject* points = numpy ? descry_zeros(point, 1, &count, 0) : NULL;
  int result = answer ? -1 : 0;
  if (points) result = call(numpy, "hypot", "OO", points, points);
  if (points && result == 0) {
    result = refused(call(numpy, "hypot", "OO", points, in->samples), PyExc_TypeError);
  }
  Py_XDECREF(points);
  Py_XDECREF(numpy);
  if (result < 0) return -1;
  return refused(descry_extend_ufunc("no such ufunc", &spec), PyExc_ValueError);
}

static int functions(const walk_inputs* in) {
  const double zero = 0;
  const descry_function_spec add = {"add", "Adds.", 2, 1, kAddTypes, walk_add, NULL, &zero, 0};
  const descry_function_spec pick = {"pick", NULL, 1, 1, kPickTypes, walk_pick, NULL, NULL, 0};
  PyObject* module = PyModule_New("walked");
  int result = module ? descry_module_add_function(module, &add) : -1;
  if (result == 0) result = descry_module_add_function(module, &add);
  PyObject* function = result == 0 ? PyObject_GetAttrString(module, "add") : NULL;
  result = function ? call_methods(function, in) : -1;
  if (result == 0) result = descry_function_add(function, &add);
  if (result == 0) result = refused(descry_function_add(Py_None, &add), PyExc_TypeError);
  if (result == 0) result = descry_module_add_arithmetic(module, DESCRY_TYPE(walk_point));
  Py_XDECREF(function);
  Py_XDECREF(module);
  function = result == 0 ? descry_function_new(&pick) : NULL;
  result = function ? call(function, "__call__", "(O)", in->samples, NULL) : -1;
  Py_XDECREF(function);
  return result;
}

// schema.h, field.h

// Returns a new type with a variant, or NULL with an exception set.
static const descry_type* make_type(void) {
  const char* const names[] = {NULL, "number", "object"};
  const descry_type* const elements[] = {NULL, DESCRY_TYPE(int64), DESCRY_TYPE(object_)};
  descry_schema* schema = descry_schema_new("walk_made", 0);
  descry_schema_add_optional(schema, "x", DESCRY_TYPE(float64), 0, NULL);
  descry_schema_add_variant(schema, "v", 3, names, elements, 0);
  const descry_type* type = descry_schema_build(schema);
  if (!type) PyErr_NoMemory();
  return type;
}

static int set_variant(const descry_type* type, PyObject* array) {
  PyObject* object = Py_None;
  descry_view view = {0};
  if (descry_view_acquire(&view, array, type, 1, DESCRY_WRITE) < 0) return -1;
  const descry_field* x = descry_view_field_checked(&view, "x", DESCRY_TYPE(float64));
  const int result =
      x ? descry_variant_set(&view, descry_type_field_named(type, "v_tag"), 1, 2, &object) : -1;
  descry_view_release(&view);
  return result;
}

static int made_at_run_time(const walk_inputs* in) {
  (void)in;
  const descry_type* type = make_type();
  PyObject* array = type ? descry_zeros(type, 1, &kThree, DESCRY_C_ORDER) : NULL;
  const int result = array ? set_variant(type, array) : -1;
  Py_XDECREF(array);
  descry_type_release(type);
  return result;
}

static int type_of_dtype(const walk_inputs* in) {
  const descry_type* type = descry_type_from_dtype(in->same);
  descry_type_release(type);
  return type ? 0 : -1;
}

// arrow.h

static int arrow(const walk_inputs* in) {
  descry_view view = {0};
  if (descry_view_acquire(&view, in->samples, DESCRY_TYPE(walk_sample), 1, DESCRY_READ) < 0) {
    return -1;
  }
  struct ArrowSchema schema;
  struct ArrowArrayStream stream;
  if (descry_arrow_schema(DESCRY_TYPE(walk_sample), &schema, 0) == 0) schema.release(&schema);
  if (!PyErr_Occurred() && descry_arrow_stream(&view, &stream, 0) == 0) stream.release(&stream);
  PyObject* sent = PyErr_Occurred() ? NULL : descry_to_arrow(&view, 0);
  descry_view_release(&view);
  PyObject* pair = sent ? PyObject_CallMethod(sent, "__arrow_c_array__", NULL) : NULL;
  PyObject* back = pair ? descry_from_arrow(DESCRY_TYPE(walk_sample), sent, 0) : NULL;
  Py_XDECREF(pair);
  Py_XDECREF(sent);
  return drop(back);
}

static const walk_step dtypes[] = {
    {"register types", register_types},
    {"find a type", find_type},
    {"add a dtype to a module", add_dtype},
    {"draw a layout", draw_layout},
    {"inspect a dtype", inspect},
    {"match by equality", match_equal},
    {"match by layout", match_layout},
    {"explain a mismatch", explain},
    {"use a type made at run time", made_at_run_time},
    {"make a type of a dtype", type_of_dtype},
    {NULL, NULL},
};

static const walk_step arrays[] = {
    {"make fresh arrays", fresh_arrays},
    {"fill an array", fill},
    {"copy", copy},
    {"wrap", wrap},
    {"adopt", adopt},
    {"generate", generate},
    {"refuse shapes", refuse_shapes},
    {"borrow", borrow},
    {"borrow with many axes", borrow_grid},
    {"wrap a buffer", wrap_buffer},
    {NULL, NULL},
};

static const walk_step views[] = {
    {"view and view a field", view},
    {"view many axes", view_grid},
    {"view a converted copy", view_converted},
    {"write a converted copy back", view_written_back},
    {"view a scalar", view_scalar},
    {"refuse views", view_refused},
    {"get an element", view_element},
    {"open views together", views_together},
    {"loop over views", loop},
    {NULL, NULL},
};

static const walk_step values[] = {
    {"read rows", read_rows},
    {"read values", read_values},
    {"write values", write_values},
    {"read columns", read_columns},
    {"write columns", write_columns},
    {"take anything", take_anything},
    {NULL, NULL},
};

static const walk_step operations[] = {
    {"join arrays", join},
    {"select elements", select_elements},
    {"put elements in order", put_in_order},
    {"make and call functions", functions},
    {"compute with structs of numbers", arithmetic},
    {"extend a ufunc", extended},
    {"hand to Arrow and take back", arrow},
    {NULL, NULL},
};

const walk_group walk_groups[] = {
    {"dtypes and matching", dtypes},
    {"arrays and borrows", arrays},
    {"views and loops", views},
    {"values and columns", values},
    {"operations, functions and Arrow", operations},
    {NULL, NULL},
};

const char* walk(const walk_inputs* in) {
  for (const walk_step* step = in->steps; step->name; ++step) {
    if (step->take(in) < 0) return step->name;
  }
  return NULL;
}
