// SPDX-License-Identifier: BSD-3-Clause
// descry_matches: what agrees at which level, with NumPy's dtypes on the other side.

#include <descry/declare.h>
#include <descry/dtype.h>
#include <descry/match.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/support/python.h"
#include "tests/support/python_test.h"
#include "tests/support/raises.h"

extern "C" {
#include "src/match/castable.h"
#include "src/match/compare.h"
#include "src/match/match.h"
}

struct mt_pair {
  int32_t a;
  float b;
};
struct mt_vec3 {
  double x, y, z;
};
struct mt_particle {
  int64_t id;
  mt_vec3 pos;
  float rgb[3];
  char label[12];
  int64_t born;
};
struct mt_nothing {};
union mt_word {
  int32_t number;
  float real;
};
struct mt_marked {
  int32_t a;
};
struct mt_class {
  int unused;
};
struct mt_unmade {
  mt_class* item;
};
typedef int64_t mt_time;
struct mt_text {
  char text[12];
  int32_t n;
};
struct mt_number {
  int64_t n;
};
union mt_level0 {
  int64_t a, b;
};
DESCRY_RECORD(mt_pair, a, b);
DESCRY_RECORD(mt_vec3, x, y, z);
DESCRY_RECORD(mt_particle, id, pos, rgb, label, DESCRY_AS(born, datetime64_ns));
DESCRY_RECORD_PARTIAL(mt_nothing);
DESCRY_RECORD(mt_word, number, real);
DESCRY_RECORD(mt_marked, DESCRY_FIELD(a, int32, "a", "Mark"));
static PyTypeObject* unmade_class;
DESCRY_OBJECT(mt_class, &unmade_class);
DESCRY_RECORD(mt_unmade, DESCRY_AS(item, mt_class));
DESCRY_RECORD(mt_text, text, n);
DESCRY_RECORD(mt_number, n);
DESCRY_RECORD(mt_level0, a, b);
DESCRY_ALIAS(mt_time, datetime64_ms);

namespace descry_test {
namespace {

// A dtype, as a Python expression, and what descry_matches() has to say of it.
struct Row {
  const char* dtype;
  int equivalent;
  int layout;
};

class MatchTest : public PythonTest {
 protected:
  // Asks for each row twice: the second answer may come from the cache.
  template <size_t kCount>
  static void ExpectRows(const descry_type* type, const Row (&rows)[kCount]) {
    for (const Row& row : rows) {
      const Ref dtype = Eval(row.dtype);
      for (int i = 0; i < 2; ++i) {
        EXPECT_EQ(descry_matches(type, dtype.get(), DESCRY_EQUIVALENT), row.equivalent)
            << row.dtype;
        EXPECT_EQ(descry_matches(type, dtype.get(), DESCRY_LAYOUT), row.layout) << row.dtype;
      }
    }
  }

  static int Matches(const descry_type* type, const std::string& dtype,
                     int level = DESCRY_EQUIVALENT) {
    return descry_matches(type, Eval(dtype).get(), level);
  }
};

TEST_F(MatchTest, FollowsItsAcceptanceTable) {
  ExpectRows(
      DESCRY_TYPE(mt_pair),
      {
          {"np.dtype([('a', 'i4'), ('b', 'f4')])", 1, 1},
          {"np.dtype([('a', 'i4'), ('b', 'f4')], align=True)", 1, 1},
          {"np.dtype([('a', 'i4'), ('b', 'f4')], metadata={'k': 1})", 1, 1},
          {"np.dtype((np.record, [('a', 'i4'), ('b', 'f4')]))", 1, 1},
          {"np.dtype([('a', np.intc), ('b', 'f4')])", 1, 1},
          {"np.dtype([('a', '=i4'), ('b', '<f4')])", 1, 1},
          {"np.rec.array([(1, 2)], dtype=[('a', 'i4'), ('b', 'f4')]).dtype", 1, 1},
          {"np.dtype([('a', 'i4'), ('b', 'f4')]).newbyteorder()", 0, 0},
          {"np.dtype([('b', 'i4'), ('a', 'f4')])", 0, 1},
          {"np.dtype({'names': ['b', 'a'], 'formats': ['f4', 'i4'], 'offsets': [4, 0]})", 0, 1},
          {"np.dtype({'names': ['a', 'b'], 'formats': ['i4', 'f4'], 'itemsize': 12})", 0, 0},
          {"np.dtype([(('A title', 'a'), 'i4'), ('b', 'f4')])", 0, 1},
          {"np.dtype([('a', 'u4'), ('b', 'f4')])", 0, 0},
          {"np.dtype([('a', 'i2'), ('b', 'f4')])", 0, 0},
          {"np.dtype([('a', 'i4', (1,)), ('b', 'f4')])", 0, 1},
          {"np.dtype('V8')", 0, 0},
          {"np.dtype([('a', 'i4'), ('b', 'f4'), ('c', 'i1')])", 0, 0},
          {"np.dtype([('a', 'i4')])", 0, 0},
          {"np.dtype([('a', 'i4'), ('b', 'f4')]).newbyteorder('<')", 1, 1},
      });
}

// What ctypes makes of char[n] is a sub-array of n strings of one byte.
TEST_F(MatchTest, TakesAStringForAsManyOfOneByte) {
  Exec(
      "import ctypes\n"
      "class Text(ctypes.Structure): _fields_ = [('text', ctypes.c_char * 12), ('n', "
      "ctypes.c_int)]\n"
      "def at(formats, offsets):\n"
      "  return np.dtype(dict(names=list('abcdefgh'[:len(formats)]), formats=formats,\n"
      "                       offsets=offsets, itemsize=16))");
  ExpectRows(DESCRY_TYPE(mt_text), {
                                       {"np.dtype(Text)", 0, 1},
                                       {"at(['S12', 'i4'], [0, 12])", 0, 1},
                                       {"at(['(12,)S1', 'i4'], [0, 12])", 0, 1},
                                       {"at(['(3,4)S1', 'i4'], [0, 12])", 0, 1},
                                       {"at(['(3,)S4', 'i4'], [0, 12])", 0, 1},
                                       {"at(['S5', '(7,)S1', 'i4'], [0, 5, 12])", 0, 1},
                                       {"at(['i4', '(12,)S1'], [12, 0])", 0, 1},
                                       {"at(['(6,)S1', '(6,)S1', 'i4'], [0, 6, 12])", 0, 1},
                                       {"at(['S11', 'i4'], [0, 12])", 0, 0},
                                       {"at(['(11,)S1', 'i4'], [0, 12])", 0, 0},
                                       {"at(['(12,)V1', 'i4'], [0, 12])", 0, 0},
                                       {"at(['(12,)i1', 'i4'], [0, 12])", 0, 0},
                                       {"at(['S6', 'S5', 'i4'], [0, 7, 12])", 0, 0},
                                       {"at(['S13', 'i4'], [0, 12])", 0, 0},
                                   });
}

// 40 levels, each with the one below it twice, at the same bytes: 2^40 ways to one element.
TEST_F(MatchTest, ComparesSharedDtypesOnce) {
  Exec(
      "def levels(element, n, offsets=(0, 0), shape=()):\n"
      "  dtype = np.dtype(element)\n"
      "  for _ in range(n):\n"
      "    dtype = np.dtype(dict(names=['a', 'b'], formats=[(dtype, shape) if shape else dtype] * "
      "2,\n"
      "                          offsets=[i * dtype.itemsize for i in offsets]))\n"
      "  return dtype\n"
      "def from_offset(dtype): return np.dtype(dict(names=['z'], formats=[dtype], offsets=[0]))");
  const descry_type* level = DESCRY_TYPE(mt_level0);
  const auto matches = [&](const descry_type* type, const char* dtype, int how) {
    return Matches(type, dtype, how);
  };
  EXPECT_EQ(matches(level, "levels('i8', 1)", DESCRY_EQUIVALENT), 1);
  for (const char* shape : {"()", "(1,)"}) {
    for (const char* element : {"i8", "f8"}) {
      const std::string dtype = std::string("levels('") + element + "', 40, shape=" + shape + ")";
      const int same = element[0] == 'i';
      EXPECT_EQ(Matches(DESCRY_TYPE(mt_number), dtype, DESCRY_EQUIVALENT), 0);
      EXPECT_EQ(Matches(DESCRY_TYPE(mt_number), dtype, DESCRY_LAYOUT), same) << TakeException();
      for (const int how : {DESCRY_EQUIVALENT, DESCRY_LAYOUT}) {
        EXPECT_TRUE(Ref(descry_mismatch(DESCRY_TYPE(mt_number), Eval(dtype).get(), how)));
      }
    }
  }
}

// Fields in another order are looked up, not gone through for each.
TEST_F(MatchTest, FindsManyFieldsInAnyOrder) {
  Exec(
      "import time\n"
      "n = 20000\n"
      "def shuffled(step):\n"
      "  order = [i * step % n for i in range(n)]\n"
      "  return np.dtype(dict(names=['f%d' % i for i in order], formats=['i4'] * n,\n"
      "                       offsets=[4 * i for i in order], itemsize=4 * n))");
  const Ref one = Eval("shuffled(1)"), other = Eval("shuffled(7919)");
  EXPECT_EQ(descryi_same_layout(one.get(), other.get(), nullptr, nullptr), 1) << TakeException();
  EXPECT_EQ(
      descryi_castable(one.get(), other.get(), DESCRYI_CASTABLE | DESCRYI_SAFE_CASTING, nullptr), 1)
      << TakeException();
  EXPECT_EQ(descryi_equivalent(one.get(), other.get(), nullptr), 0) << TakeException();
}

// Records side by side, 27 levels deep, have 2^27 elements: more than are compared while others
// wait for the GIL.
TEST_F(MatchTest, RefusesDtypesThatTakeTooLong) {
  Exec(
      "deep = np.dtype([('a', 'i4'), ('b', 'i4')])\n"
      "for _ in range(27): deep = np.dtype([('a', deep), ('b', deep)])");
  static const size_t kMany[] = {size_t{1} << 28};
  static descry_state state;
  static descry_field field;
  field = *descry_type_field(DESCRY_TYPE(mt_number), 0);
  field.ndim = 1;
  field.shape = kMany;
  field.element = DESCRY_TYPE(int32);
  field.unit = 4;
  static descry_type many = *DESCRY_TYPE(mt_number);
  many.name = "mt_many";
  many.size = size_t{1} << 30;
  many.alignment = 4;
  many.fields = &field;
  many.state = &state;
  many.flags = DESCRY_TYPE_PARTIAL;
  const Ref deep = Eval("deep");
  EXPECT_EQ(Matches(&many, "deep"), 0);
  EXPECT_THAT(descry_matches(&many, deep.get(), DESCRY_LAYOUT),
              RaisesPython(PyExc_TypeError,
                           "expected a dtype that can be compared by its layout, got one with too "
                           "many elements in too many nested records"));
}

TEST_F(MatchTest, TakesItsOwnDtype) {
  const Ref own(descry_dtype(DESCRY_TYPE(mt_pair)));
  EXPECT_EQ(descry_matches(DESCRY_TYPE(mt_pair), own.get(), DESCRY_EQUIVALENT), 1);
  EXPECT_EQ(descry_matches(DESCRY_TYPE(mt_pair), own.get(), DESCRY_LAYOUT), 1);
}

TEST_F(MatchTest, LooksIntoNestedRecordsAndSubArrays) {
  Exec(
      "def particle(pos='f8', rgb=(3,), label='S12', born='M8[ns]'):\n"
      "  pos = pos if pos == 'V24' else [(n, pos) for n in 'xyz']\n"
      "  return np.dtype([('id', 'i8'), ('pos', pos), ('rgb', 'f4', rgb), ('label', label),\n"
      "                   ('born', born)])");
  ExpectRows(DESCRY_TYPE(mt_particle),
             {
                 {"particle()", 1, 1},
                 {"particle(pos='>f8')", 0, 0},
                 {"particle(pos='i8')", 0, 0},
                 {"particle(pos='V24')", 0, 0},
                 {"particle(rgb=(3, 1))", 0, 1},
                 {"particle(rgb=(1, 3))", 0, 1},
                 {"particle(rgb=(4,))", 0, 0},
                 {"particle(label='V12')", 0, 0},
                 {"particle(label='(12,)S1')", 0, 1},
                 {"particle(label='U3')", 0, 0},
                 {"np.dtype([('i', 'i8'), ('p', 'f8', 3), ('r', 'f4'), ('gb', 'f4', 2),"
                  " ('label', 'S12'), ('born', 'M8[ns]')])",
                  0, 1},
             });
}

TEST_F(MatchTest, IsExactOnUnitsOfTime) {
  ExpectRows(DESCRY_TYPE(mt_time), {
                                       {"np.dtype('M8[ms]')", 1, 1},
                                       {"np.dtype('<M8[ms]')", 1, 1},
                                       {"np.dtype('>M8[ms]')", 0, 0},
                                       {"np.dtype('M8[us]')", 0, 0},
                                       {"np.dtype('M8[2ms]')", 0, 0},
                                       {"np.dtype('M8[1000us]')", 0, 0},
                                       {"np.dtype('M8')", 0, 0},
                                       {"np.dtype('m8[ms]')", 0, 0},
                                       {"np.dtype('i8')", 0, 0},
                                   });
}

// NumPy's own answer depends on the side from which it is asked.
TEST_F(MatchTest, RefusesAMultipleThatNumPyTakesForTheUnit) {
  ASSERT_EQ(Str(Eval("np.dtype('M8[2001us]') == np.dtype('M8[2ms]')")), "True");
  EXPECT_EQ(Matches(DESCRY_TYPE(datetime64_ms), "np.dtype('M8[1001us]')"), 0);
}

TEST_F(MatchTest, KnowsElementsByKindSizeAndByteOrder) {
  ExpectRows(DESCRY_TYPE(int64), {
                                     {"np.dtype('i8')", 1, 1},
                                     {"np.dtype('l')", 1, 1},
                                     {"np.dtype('q')", 1, 1},
                                     {"np.dtype('p')", 1, 1},
                                     {"np.dtype('u8')", 0, 0},
                                     {"np.dtype('f8')", 0, 0},
                                     {"np.dtype('V8')", 0, 0},
                                     {"np.dtype('O')", 0, 0},
                                     {"np.dtype('>i8')", 0, 0},
                                     {"np.dtype(('i8', (1,)))", 0, 1},
                                     {"np.dtype([('x', 'i8')])", 0, 1},
                                 });
  ExpectRows(DESCRY_TYPE(bool_), {
                                     {"np.dtype('?')", 1, 1},
                                     {"np.dtype('i1')", 0, 0},
                                     {"np.dtype('u1')", 0, 0},
                                     {"np.dtype('S1')", 0, 0},
                                 });
  ExpectRows(DESCRY_TYPE(complex64), {
                                         {"np.dtype('c8')", 1, 1},
                                         {"np.dtype(('f4', (2,)))", 0, 0},
                                         {"np.dtype([('re', 'f4'), ('im', 'f4')])", 0, 0},
                                     });
  ExpectRows(DESCRY_TYPE(object_), {
                                       {"np.dtype('O')", 1, 1},
                                       {"np.dtype('p')", 0, 0},
                                   });
}

// Such a dtype has fields, and is an int all the same.
TEST_F(MatchTest, TakesAnIntWithFieldsForAnInt) {
  ExpectRows(DESCRY_TYPE(int32), {{"np.dtype(('i4', [('x', 'i2'), ('y', 'i2')]))", 1, 1}});
  ExpectRows(DESCRY_TYPE(mt_pair), {{"np.dtype(('i8', [('a', 'i4'), ('b', 'f4')]))", 0, 0}});
}

TEST_F(MatchTest, TakesARecordWithoutFieldsForNoOpaqueBytes) {
  const Ref own(descry_dtype(DESCRY_TYPE(mt_nothing)));
  SetGlobal("nothing", own);
  ExpectRows(DESCRY_TYPE(mt_nothing),
             {
                 {"np.dtype({'names': [], 'formats': [], 'itemsize': nothing.itemsize})", 1, 1},
                 {"np.dtype('V%d' % nothing.itemsize)", 0, 0},
             });
}

TEST_F(MatchTest, KnowsTitles) {
  ExpectRows(DESCRY_TYPE(mt_marked), {
                                         {"np.dtype([(('Mark', 'a'), 'i4')])", 1, 1},
                                         {"np.dtype([(('mark', 'a'), 'i4')])", 0, 1},
                                         {"np.dtype([('a', 'i4')])", 0, 1},
                                         {"np.dtype([(('a', 'Mark'), 'i4')])", 0, 1},
                                         {"np.dtype({'names': ['a'], 'formats': ['i4'],"
                                          " 'titles': [('Mark',)]})",
                                          0, 1},
                                     });
}

TEST_F(MatchTest, ComparesOverlappingFields) {
  Exec(
      "def word(names, formats, offset=0):\n"
      "  return np.dtype({'names': names, 'formats': formats, 'offsets': [0, offset]})");
  ExpectRows(DESCRY_TYPE(mt_word), {
                                       {"word(['number', 'real'], ['i4', 'f4'])", 1, 1},
                                       {"word(['real', 'number'], ['f4', 'i4'])", 0, 1},
                                       {"word(['number', 'real'], ['i4', 'i4'])", 0, 0},
                                       {"word(['number', 'real'], ['i4', 'f4'], 4)", 0, 0},
                                       {"np.dtype([('number', 'i4')])", 0, 0},
                                       {"np.dtype([('real', 'f4')])", 0, 0},
                                   });
}

// Neither pickle nor a text that came from a file interns its strings.
TEST_F(MatchTest, ComparesNamesByContent) {
  Exec("import pickle");
  const char* dtype = "pickle.loads(pickle.dumps(np.dtype([('a', 'i4'), ('b', 'f4')])))";
  ExpectRows(DESCRY_TYPE(mt_pair), {{dtype, 1, 1}});
}

TEST_F(MatchTest, DoesNotRunTheCodeOfATitle) {
  Exec(
      "class Title:\n"
      "  def __eq__(self, other): raise RuntimeError('asked')\n"
      "  __hash__ = object.__hash__\n"
      "title = Title()");
  EXPECT_EQ(Matches(DESCRY_TYPE(mt_marked),
                    "np.dtype({'names': ['a'], 'formats': ['i4'], 'titles': [title]})"),
            0);
}

TEST_F(MatchTest, RaisesTypeErrorForWhatIsNoDtype) {
  EXPECT_THAT(Matches(DESCRY_TYPE(mt_pair), "'i4'"),
              RaisesPython(PyExc_TypeError, "expected a dtype, got an object of type str"));
  EXPECT_THAT(Matches(DESCRY_TYPE(mt_pair), "np.int32"),
              RaisesPython(PyExc_TypeError, "expected a dtype, got an object of type type"));
  EXPECT_THAT(descry_mismatch(DESCRY_TYPE(mt_pair), Py_None, DESCRY_LAYOUT),
              RaisesPython(PyExc_TypeError, "expected a dtype, got an object of type NoneType"));
}

TEST_F(MatchTest, RaisesValueErrorForAnotherLevel) {
  const char* text =
      "expected DESCRY_EQUIVALENT (0) or DESCRY_LAYOUT (1) as the level of a match, got 2";
  const Ref dtype = Eval("np.dtype('f8')");
  EXPECT_THAT(descry_matches(DESCRY_TYPE(mt_pair), dtype.get(), 2),
              RaisesPython(PyExc_ValueError, text));
  EXPECT_THAT(descry_mismatch(DESCRY_TYPE(mt_pair), dtype.get(), 2),
              RaisesPython(PyExc_ValueError, text));
}

TEST_F(MatchTest, FailsAsTheDtypeOfTheTypeDoes) {
  const Ref dtype = Eval("np.dtype('f8')");
  EXPECT_THAT(descry_matches(DESCRY_TYPE(mt_unmade), dtype.get(), DESCRY_LAYOUT),
              RaisesPython(PyExc_ImportError));
  EXPECT_THAT(descry_mismatch(DESCRY_TYPE(mt_unmade), dtype.get(), DESCRY_LAYOUT),
              RaisesPython(PyExc_ImportError));
}

}  // namespace
}  // namespace descry_test
