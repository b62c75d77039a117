// SPDX-License-Identifier: BSD-3-Clause
// Everything that descry offers to a C extension, in the order in which data flows.
#ifndef DESCRY_DESCRY_H_
#define DESCRY_DESCRY_H_

#include <Python.h>
#include <descry/array.h>
#include <descry/arrow.h>
#include <descry/borrow.h>
#include <descry/convert.h>
#include <descry/declare.h>
#include <descry/dtype.h>
#include <descry/field.h>
#include <descry/function.h>
#include <descry/loop.h>
#include <descry/match.h>
#include <descry/npy.h>
#include <descry/operate.h>
#include <descry/schema.h>
#include <descry/view.h>

#endif  // DESCRY_DESCRY_H_
