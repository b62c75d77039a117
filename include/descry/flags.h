// SPDX-License-Identifier: BSD-3-Clause
// All flags of descry, in one enumeration, so that any of them can be combined (C++20 deprecates
// mixing two). Each function says which ones it takes; any other is a ValueError. Three flags of
// operate.h share their bits with flags of convert.h and arrow.h, which no function takes beside
// them. Plain C, no Python.
#ifndef DESCRY_FLAGS_H_
#define DESCRY_FLAGS_H_

// Every flag that there is.
typedef enum descry_flags {
  // What may be done to the elements of an array or a view.
  DESCRY_READ = 0x1,
  DESCRY_WRITE = 0x2,

  // What a view asks of an array, or accepts of it (view.h).
  DESCRY_C_CONTIGUOUS = 0x4,
  DESCRY_F_CONTIGUOUS = 0x8,
  DESCRY_CONTIGUOUS = 0x10,      // in either order
  DESCRY_BY_LAYOUT = 0x20,       // accept a dtype that matches by DESCRY_LAYOUT
  DESCRY_CONVERT = 0x40,         // else a private converted copy
  DESCRY_UNALIGNED = 0x80,       // data and strides need not fit the type's alignment
  DESCRY_CHECK_OBJECTS = 0x100,  // every object is an instance of its class
  DESCRY_UNBORROWED = 0x200,     // do not take part in borrow checking
  DESCRY_MASKED = 0x400,         // accept a masked array: its mask is ignored
  DESCRY_SAME_KIND = 0x800,      // convert from wider elements too, whose values are all checked

  // What a conversion from Python lets pass (convert.h).
  DESCRY_NONE_IS_NAN = 0x10000,      // None for floats
  DESCRY_TRUNCATE_TEXT = 0x20000,    // text that is too long is cut
  DESCRY_INTEGRAL_FLOATS = 0x40000,  // floats without a fraction for integers
  DESCRY_MISSING_IS_ZERO = 0x80000,  // fields that a mapping or an object lacks become zeros
  DESCRY_EXTRA_IGNORED = 0x100000,   // values for which there is no field are left alone

  // How columns come out (convert.h).
  DESCRY_FLAT = 0x200000,  // one for each member of a nested record, "pos.x"

  // The order of a fresh array (0 is C order), or of a walk.
  DESCRY_C_ORDER = 0x1000,
  DESCRY_F_ORDER = 0x2000,

  // The layout of a type that is made at run time (schema.h).
  DESCRY_PACKED = 0x4000,   // no padding, alignment 1
  DESCRY_OVERLAP = 0x8000,  // the branches of a variant share their bytes

  // What a kernel is like (function.h).
  DESCRY_NEEDS_GIL = 0x1000000,  // it uses Python, and may raise
  DESCRY_IN_PLACE = 0x2000000,   // it reads all of an element before it writes any of its results

  // How elements are put in order, and what is told about them (operate.h).
  DESCRY_DESCENDING = 0x200000,  // the largest first
  DESCRY_RIGHT = 0x400000,       // behind elements that are equal, not before them
  DESCRY_INDICES = 0x800000,     // where each one was found first
  DESCRY_INVERSE = 0x10000000,   // which one each element is
  DESCRY_COUNTS = 0x20000000,    // how many there are of each

  // How a file is written (npy.h).
  DESCRY_APPEND = 0x4000000,   // keep what is there
  DESCRY_DURABLE = 0x8000000,  // on the disk when the call returns

  // What elements become in Arrow (arrow.h).
  DESCRY_TEXT_UTF8 = 0x10000000,      // `char[N]` is text in UTF-8, not bytes
  DESCRY_COMPLEX_STRUCT = 0x20000000  // complex numbers are structs {real, imag}
} descry_flags;

#endif  // DESCRY_FLAGS_H_
