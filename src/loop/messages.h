// SPDX-License-Identifier: BSD-3-Clause
// What the loop stage says; src/base/errors.h tells how.
#ifndef DESCRY_SRC_LOOP_MESSAGES_H_
#define DESCRY_SRC_LOOP_MESSAGES_H_

#include "src/base/errors.h"

DESCRYI_MESSAGE(loop_operands, ValueError, (int least, int most, int actual),
                "a loop takes %d to %d operands, got %d", least, most, actual)
DESCRYI_MESSAGE(loop_order, ValueError, (unsigned actual),
                "expected DESCRY_C_ORDER, DESCRY_F_ORDER or 0 as flags of a loop, got 0x%x", actual)
DESCRYI_MESSAGE(broadcast_shapes, ValueError,
                (int one, int other, PyObject* shape, PyObject* other_shape),
                "operands %d and %d cannot be broadcast together: their shapes are %R and %R", one,
                other, shape, other_shape)
DESCRYI_MESSAGE(broadcast_too_large, ValueError, (PyObject * shape),
                "the operands' common shape %R has more elements than can be counted", shape)
DESCRYI_MESSAGE(broadcast_written, ValueError,
                (int operand, PyObject* shape, PyObject* common_shape),
                "operand %d is written, so its shape %R cannot be broadcast to %R", operand, shape,
                common_shape)
DESCRYI_MESSAGE(loop_repeats, ValueError, (int operand, PyObject* shape, PyObject* strides),
                "operand %d is written, but has elements more than once: its shape is %R, its "
                "strides are %R",
                operand, shape, strides)

#endif  // DESCRY_SRC_LOOP_MESSAGES_H_
