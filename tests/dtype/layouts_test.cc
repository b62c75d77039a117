// SPDX-License-Identifier: BSD-3-Clause
// Every layout against what NumPy makes of the same description, and against the C compiler's
// offsets.

#include "tests/declare/layouts.h"

#include <descry/dtype.h>
#include <gtest/gtest.h>
#include <net/if.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/stat.h>

#include <cstddef>
#include <string>
#include <vector>

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
  const descry_type* c_swapped;
  const descry_type* cc_swapped;
};

#define LAYOUT(name, expected)                                                   \
  {                                                                              \
#name, &descry_type_of_c_##name, &descry_type_of_cc_##name, expected,        \
        &descry_type_of_c_##name##_swapped, &descry_type_of_cc_##name##_swapped, \
  }

// A member of a system's struct, at the compiler's offset.
struct Member {
  const char* name;
  const char* format;
  size_t offset;
};
#define AT(T, member, format) AT_AS(T, member, #member, format)
#define AT_AS(T, member, name, format) \
  { name, format, offsetof(T, member) }

// Returns what np.dtype takes for a struct whose members are aligned as NumPy aligns them.
std::string Fields(size_t size, const std::vector<Member>& members) {
  std::string names, formats, offsets;
  for (const Member& member : members) {
    names += "'" + std::string(member.name) + "', ";
    formats += "'" + std::string(member.format) + "', ";
    offsets += std::to_string(member.offset) + ", ";
  }
  return "np.dtype({'names': [" + names + "], 'formats': [" + formats + "], 'offsets': [" +
         offsets + "], 'itemsize': " + std::to_string(size) + "}, align=True)";
}

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
      LAYOUT(orders,
             "np.dtype([('i', '>i2'), ('u', '<u4', (2,)), ('f', '>f4', (2, 2)), ('d', '<f8'),"
             " ('z', '>c16'), ('byte', 'u1'), ('flag', '?'), ('n', '>i8'), ('l', '>g'),"
             " ('text', 'S4')], align=True)"),
      LAYOUT(opaque,
             "np.dtype({'names': ['p', 'call', 'when', 'u', 'names', 'tail'],"
             " 'formats': ['V8', 'V8', 'V16', 'V4', 'V16', 'b'],"
             " 'offsets': [0, 8, 16, 32, 40, 56], 'itemsize': 64})"),
      LAYOUT(skipped,
             "np.dtype({'names': ['a', 'c'], 'formats': ['i4', 'b'], 'offsets': [0, 16],"
             " 'itemsize': 40}, align=True)"),
      LAYOUT(bits,
             "np.dtype([('xy', 'u1'), ('a', 'u2'), ('pq', 'u4'), ('b', 'u1'), ('rs', 'u8'),"
             " ('c', 'u1'), ('v', 'V3')])"),
      LAYOUT(bit_ends, "np.dtype([('all', 'u4')], align=True)"),
      LAYOUT(paths,
             "np.dtype([('pos.x', 'f8'), ('height', 'f8'), ('out.in[0].deep', 'i2'),"
             " ('out.in[1].deep', '>i2'), ('n', 'i4')], align=True)"),
      LAYOUT(macros,
             Fields(sizeof(siginfo_t), {AT(siginfo_t, si_signo, "i4"), AT(siginfo_t, si_pid, "i4"),
                                        AT_AS(siginfo_t, si_uid, "user", "u4")})),
      LAYOUT(address,
             Fields(sizeof(sockaddr_in6),
                    {AT(sockaddr_in6, sin6_family, "<u2"), AT(sockaddr_in6, sin6_port, ">u2"),
                     AT(sockaddr_in6, sin6_flowinfo, "u4"),
                     AT_AS(sockaddr_in6, sin6_addr, "sin6_addr.s6_addr", "(16,)u1"),
                     AT(sockaddr_in6, sin6_scope_id, "u4")})),
      LAYOUT(interface,
             Fields(sizeof(ifreq), {AT(ifreq, ifr_name, "S16"), AT(ifreq, ifr_mtu, "i4")})),
      LAYOUT(file_times, Fields(sizeof(struct stat),
                                {AT(struct stat, st_ino, "u8"), AT(struct stat, st_atime, "M8[s]"),
                                 AT(struct stat, st_mtim.tv_nsec, "i8")})),
      LAYOUT(regrouped,
             "np.dtype([('a', '<u4'), ('when', '>M8[s]'), ('pairs', '=u4', (2,)),"
             " ('deep', '>i2', (3, 2)), ('half', 'f2'), ('whole', 'c8')])"),
      LAYOUT(pairs, "np.dtype([('z', 'c16'), ('w', 'c8', (3,)), ('l', '>G')], align=True)"),
      LAYOUT(vec, "np.dtype(('f8', (3,)))"),
      LAYOUT(fftw, "np.dtype('c16')"),
      LAYOUT(mat4, "np.dtype(('f4', (4, 4)))"),
      LAYOUT(fixed, std::string("np.dtype({'names': ['v', 'more', 'z', 'series', 'm'],") +
                        " 'formats': [('f8', (3,)), (('f8', (3,)), (2,)), 'c16', ('c16', (4,)),"
                        " ('f4', (4, 4))], 'offsets': [0, 24, 72, 88, 160], 'itemsize': 224},"
                        " align=True)"),
      LAYOUT(letters,
             "np.dtype([('grade', 'S1'), ('sign', 'S1'), ('grid', 'S3', (2,)), ('number', 'i1')],"
             " align=True)"),
      LAYOUT(texts,
             "np.dtype([('name', 'u2', (5,)), ('wide', 'U6'), ('points', 'U3'),"
             " ('units', '>u2', (4,))], align=True)"),
      LAYOUT(three,
             "np.dtype([('rgb', 'u1', (3,)), ('count', 'V3'), ('list', 'V3', (4,))], align=True)"),
      LAYOUT(cased,
             "np.dtype({'names': ['what', 'u.i', 'u.f', 'u.at.x', 'last'], 'formats': ['u2', 'i4',"
             " ('f4', (2,)), '>i2', 'u1'], 'offsets': [0, 4, 4, 4, 12], 'itemsize': 16},"
             " align=True)"),
      LAYOUT(
          unnamed,
          "np.dtype({'names': ['kind', 'r', 'whole', 'g', 'low', 'high'], 'formats': ['i4', 'f4',"
          " 'u8', 'f4', 'u1', 'u1'], 'offsets': [0, 8, 8, 12, 16, 17], 'itemsize': 24},"
          " align=True)"),
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

TEST_F(LayoutsTest, HaveTheDtypeOfTheOtherByteOrderWhereTheyAreSwapped) {
  // Up to NumPy 1.22, newbyteorder() leaves out that a field is found by its title too.
  Exec(
      "def swapped(dtype):\n"
      "    dtype = dtype.newbyteorder('S')\n"
      "    if dtype.names is None or all(len(f) < 3 for f in dtype.fields.values()): return dtype\n"
      "    fields = [dtype.fields[name] for name in dtype.names]\n"
      "    return np.dtype({'names': dtype.names, 'formats': [f[0] for f in fields],\n"
      "                     'offsets': [f[1] for f in fields],\n"
      "                     'titles': [f[2] if len(f) > 2 else None for f in fields],\n"
      "                     'itemsize': dtype.itemsize}, align=dtype.isalignedstruct)\n");
  for (const Layout& layout : AllLayouts()) {
    SCOPED_TRACE(layout.name);
    const std::string expected = "swapped(" + layout.expected + ")";
    ExpectDtype(layout.c_swapped, expected);
    ExpectDtype(layout.cc_swapped, expected);
  }
}

// What both dtypes read from the same random bytes, by NumPy. Not every number is a code point.
TEST_F(LayoutsTest, ReadRandomBytesAsNumPyDoes) {
  Exec(
      "import warnings\n"
      "rng = np.random.RandomState(20)\n"
      "def same(ours, expected):\n"
      "    data = rng.bytes(8 * expected.itemsize)\n"
      "    actual = np.frombuffer(data, ours)\n"
      "    theirs = np.frombuffer(data, expected)\n"
      "    with warnings.catch_warnings():\n"
      "        warnings.simplefilter('ignore')\n"
      "        text = 'U' in str(expected)\n"
      "        return actual.tobytes() == data and (\n"
      "            text or repr(actual.tolist()) == repr(theirs.tolist()))\n");
  for (const Layout& layout : AllLayouts()) {
    SCOPED_TRACE(layout.name);
    SetGlobal("ours", Ref(descry_dtype(layout.c)));
    SetGlobal("swapped", Ref(descry_dtype(layout.cc_swapped)));
    EXPECT_EQ(Int(Eval("same(ours, " + layout.expected + ")")), 1);
    EXPECT_EQ(Int(Eval("same(swapped, (" + layout.expected + ").newbyteorder('S'))")), 1);
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
