// SPDX-License-Identifier: BSD-3-Clause
#include "src/operate/operand.h"

#include <descry/operate.h>

#include "src/operate/messages.h"
#include "src/view/checks.h"

// What NumPy calls the axis of an array without its dimensions.
static int ravel_axis(void) { return descryi_np.major == 1 ? DESCRYI_MAXDIMS_1 : INT_MIN; }

static int refuse_operand(PyObject* object) {
  PyObject* name = descryi_class_name(object);
  if (name) descryi_raise_operate_array(name);
  Py_XDECREF(name);
  return -1;
}

int descryi_operand_check(PyObject* array) {
  if (descryi_numpy_ensure() < 0) return -1;
  if (!descryi_is_array(array)) return refuse_operand(array);
  if (Py_TYPE(array) == descryi_np.array_type) return 0;
  const int masked = descryi_has_masked(array);
  return masked > 0 ? descryi_raise_operate_masked() : masked;
}

int descryi_operand_open(PyObject* array, descry_borrow* borrow) {
  *borrow = (descry_borrow){0};
  if (descryi_operand_check(array) < 0) return -1;
  return descry_borrow_shared(borrow, array);
}

int descryi_axis_of(int axis, int ndim) {
  if (axis < -ndim || axis >= ndim) return descryi_raise_operate_axis(axis, ndim);
  return axis < 0 ? axis + ndim : axis;
}

// To NumPy an array without dimensions has one here.
int descryi_axis_set(int* axis, PyObject* array, bool may_ravel) {
  const int ndim = descryi_as_array(array)->nd;
  if (may_ravel && *axis == DESCRY_RAVEL_AXIS) {
    *axis = ravel_axis();
    return 0;
  }
  if (ndim == 0 && may_ravel && (*axis == 0 || *axis == -1)) return 0;
  *axis = descryi_axis_of(*axis, ndim);
  return *axis < 0 ? -1 : 0;
}
