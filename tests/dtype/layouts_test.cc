// SPDX-License-Identifier: BSD-3-Clause
// Every layout against what NumPy makes of the same description, and against the C compiler's
// offsets.

#include "tests/declare/layouts.h"

#include <descry/dtype.h>
#include <gtest/gtest.h>

#include "tests/support/python.h"
#include "tests/support/python_test.h"

namespace descry_test {
namespace {

const char kSimple[] = "np.dtype([('b', '?'), ('u', 'u4'), ('f', 'f4'), ('l', 'g')], align=True)";
const char kPacked[] = "np.dtype([('b', '?'), ('u', 'u4'), ('f', 'f4'), ('l', 'g')])";
const char kPartial[] =
    "np.dtype({'names': ['b', 'u', 'f', 'l'], 'formats': ['?', 'u4', 'f4', 'g'],"
    " 'offsets': [0, 4, 8, 32], 'itemsize': 48}, align=True)";
const char kVariant[] =
    "np.dtype({'names': ['i', 'f', 'raw'], 'formats': ['i4', 'f4', ('u1', (4,))],"
    " 'offsets': [0, 0, 0], 'itemsize': 4}, align=True)";
const char kTrailing[] = "np.dtype([('i', 'i4'), ('c', 'b')], align=True)";
const char kName12[] = "np.dtype('S12')";

struct Layout {
  const char* name;
  const descry_type* c;
  const descry_type* cc;
  std::string expected;
};

#define LAYOUT(name, expected) \
  { #name, &descry_type_of_c_##name, &descry_type_of_cc_##name, expected }

std::vector<Layout> AllLayouts() {
  const std::string simple = kSimple, packed = kPacked, partial = kPartial, variant = kVariant,
                    trailing = kTrailing;
  return {
      LAYOUT(simple, simple),
      LAYOUT(packed, packed),
      LAYOUT(reordered, simple),
      LAYOUT(nested, "np.dtype([('a', " + simple + "), ('b', " + packed + ")])"),
      LAYOUT(partial, partial),
      LAYOUT(partial_nested, "np.dtype({'names': ['a'], 'formats': [" + partial +
                                 "], 'offsets': [16], 'itemsize': 80}, align=True)"),
      LAYOUT(strings, "np.dtype([('a', 'S3'), ('b', 'S3')], align=True)"),
      LAYOUT(arrays,
             "np.dtype([('a', 'S4', (3,)), ('b', 'i4', (2,)), ('c', 'u1', (3,)),"
             " ('d', 'f4', (4, 2))], align=True)"),
      LAYOUT(enums, "np.dtype([('e1', 'i8'), ('e2', 'u1')])"),
      LAYOUT(renamed, "np.dtype([('x', 'i4'), ('y', 'f8')], align=True)"),
      LAYOUT(complexes, "np.dtype([('c8', 'c8'), ('c16', 'c16')], align=True)"),
      LAYOUT(trailing, trailing),
      LAYOUT(variant, variant),
      LAYOUT(tagged, "np.dtype([('tag', 'u1'), ('value', " + variant + ")], align=True)"),
      LAYOUT(network, "np.dtype([('port', '>u2'), ('addr', '>u4')])"),
      LAYOUT(none, "np.dtype({'names': [], 'formats': [], 'itemsize': 4})"),
      LAYOUT(scalars,
             "np.dtype([('c', 'b'), ('sc', 'b'), ('uc', 'B'), ('s', 'h'), ('us', 'H'), ('i', 'i'),"
             " ('ui', 'I'), ('li', 'l'), ('ul', 'L'), ('ll', 'i8'), ('ull', 'u8'), ('d', 'd'),"
             " ('n', 'P')], align=True)"),
      LAYOUT(qualified,
             "np.dtype([('cd', 'f8'), ('vb', '?'), ('a', 'i4', (2,)), ('s', 'S5')], align=True)"),
      LAYOUT(one_long,
             "np.dtype([('one', 'i4', (1,)), ('c', 'S1'), ('two', 'f4', (1, 1))], align=True)"),
      LAYOUT(overaligned,
             "np.dtype({'names': ['a', 'v'], 'formats': ['i4', ('f4', (4,))], 'offsets': [0, 32],"
             " 'itemsize': 64}, align=True)"),
      LAYOUT(gappy,
             "np.dtype({'names': ['a', 'b', 'c'], 'formats': ['b', 'b', 'f8'],"
             " 'offsets': [0, 16, 24], 'itemsize': 32}, align=True)"),
      LAYOUT(titled, "np.dtype([(('the first', 'first'), 'i4'), ('b', 'f8')], align=True)"),
      LAYOUT(times,
             "np.dtype([('at', 'M8[ns]'), ('took', 'm8[us]', (3,)), ('day_be', '>M8[D]')],"
             " align=True)"),
      LAYOUT(raw,
             "np.dtype({'names': ['a', 'b', 'u', 'letter', 'half', 'opaque'],"
             " 'formats': ['V6', ('V3', (2,)), 'U5', 'U1', 'f2', ('V8', (2,))],"
             " 'offsets': [0, 6, 12, 32, 36, 40], 'itemsize': 56}, align=True)"),
      LAYOUT(wrapped_double, "np.dtype('f8')"),
      LAYOUT(wrapped_record, simple),
      LAYOUT(wrapped_array, "np.dtype(('f4', (3,)))"),
      LAYOUT(wrapper_member,
             "np.dtype([('d', 'f8'), ('a', ('f4', (3,))), ('many', (('f4', (3,)), (2,)))],"
             " align=True)"),
      LAYOUT(unit, "np.dtype('<u2')"),
      LAYOUT(name12, kName12),
      LAYOUT(aliases,
             "np.dtype([('u', 'u2'), ('n', 'S12'), ('all', 'S12', (2,)), ('grid', 'u2', (2, 2))],"
             " align=True)"),
      LAYOUT(cube, "np.dtype([('cell', " + trailing +
                       ", (2, 3, 4)), ('deep', 'f8', (1, 2, 1, 2, 1))], align=True)"),
  };
}

class LayoutsTest : public PythonTest {
 protected:
  static void ExpectDtype(const descry_type* type, const std::string& expected) {
    const Ref dtype(descry_dtype(type));
    ASSERT_TRUE(dtype) << TakeException();
    EXPECT_TRUE(SameDtype(dtype, Eval(expected)));
    EXPECT_EQ(static_cast<size_t>(descry_dtype_itemsize(dtype.get())), descry_type_size(type));
  }
};

TEST_F(LayoutsTest, HaveTheDtypeThatNumPyMakes) {
  for (const Layout& layout : AllLayouts()) {
    SCOPED_TRACE(layout.name);
    ExpectDtype(layout.c, layout.expected);
    ExpectDtype(layout.cc, layout.expected);
  }
}

TEST_F(LayoutsTest, AreAllTested) {
  size_t count = 0;
#define COUNT(name) ++count;
  LAYOUTS(COUNT)
#undef COUNT
  EXPECT_EQ(AllLayouts().size(), count);
}

TEST_F(LayoutsTest, HaveTheCompilersOffsets) {
  for (const Layout& layout : AllLayouts()) {
    SCOPED_TRACE(layout.name);
    const Ref dtype(descry_dtype(layout.c));
    for (size_t i = 0; i < descry_type_field_count(layout.c); ++i) {
      const descry_field* field = descry_type_field(layout.c, i);
      SetGlobal("dtype", dtype);
      const std::string entry = std::string("dtype.fields['") + descry_field_name(field) + "']";
      EXPECT_EQ(static_cast<size_t>(Int(Eval(entry + "[1]"))), descry_field_offset(field));
      EXPECT_EQ(static_cast<size_t>(Int(Eval(entry + "[0].itemsize"))), descry_field_size(field));
    }
  }
}

// The flag that makes NumPy 2.5 copy field by field comes with offsets that were given.
TEST_F(LayoutsTest, CopyInOnePieceWhenTheyAreNatural) {
  const Ref dtype(descry_dtype(&descry_type_of_c_simple));
  SetGlobal("ours", dtype);
  SetGlobal("theirs", Eval(kSimple));
  EXPECT_EQ(Int(Eval("ours.flags")), Int(Eval("theirs.flags")));
}

}  // namespace
}  // namespace descry_test
