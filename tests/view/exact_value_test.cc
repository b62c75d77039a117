// SPDX-License-Identifier: BSD-3-Clause
// Converted copies keep every value or say which one they cannot: each pair of element types, read
// and written, compared with exact arithmetic in Python.

#include <descry/dtype.h>
#include <descry/schema.h>
#include <descry/view.h>

#include <cstring>
#include <string>
#include <vector>

#include "tests/support/python.h"
#include "tests/support/python_test.h"
#include "tests/support/raises.h"
#include "tests/support/rounds.h"
#include "tests/view/converted.h"
#include "tests/view/scoped_view.h"

namespace descry_test {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

constexpr unsigned kRead = DESCRY_READ | DESCRY_CONVERT | DESCRY_C_CONTIGUOUS;
constexpr unsigned kWrite = DESCRY_WRITE | DESCRY_CONVERT | DESCRY_C_CONTIGUOUS;

const char kOracle[] = R"(
import sys, warnings
from fractions import Fraction
def number(x):
    if x != x: return 'nan'
    if x in (float('inf'), -float('inf')): return str(float(x))
    return Fraction(*x.as_integer_ratio()) if x.dtype.kind == 'f' else Fraction(int(x))
LENGTHS = dict(W=604800 * 10**18, D=86400 * 10**18, h=3600 * 10**18, m=60 * 10**18, s=10**18,
               ms=10**15, us=10**12, ns=10**9, ps=10**6, fs=1000)
LENGTHS['as'] = 1
def first_day(month):
    day = np.datetime64(month % 4800, 'M').astype('M8[D]').view('i8')
    return int(day) + month // 4800 * 146097
def in_months(dtype): return np.datetime_data(dtype)[0] in 'YM'
def step(dtype):
    unit, count = np.datetime_data(dtype)
    return count * (dict(Y=12, M=1)[unit] if unit in 'YM' else LENGTHS[unit])
# A datetime as attoseconds, a timedelta as that or months.
def moment(x):
    steps = int(x.view('i8'))
    if steps == -2**63: return 'nat'
    if not in_months(x.dtype): return steps * step(x.dtype)
    months = steps * step(x.dtype)
    return first_day(months) * LENGTHS['D'] if x.dtype.kind == 'M' else (months, 'months')
def exact(x):
    kind = x.dtype.kind
    if kind == 'c': return number(x.real), number(x.imag)
    if kind in 'biuf': return number(x), 0
    if kind in 'Mm': return moment(x)
    if kind == 'O': return x
    if kind == 'V': return x.tobytes().rstrip(b'\0')
    text = x.item()
    return text.decode('ascii', 'surrogateescape') if kind == 'S' else text
def time_fits(x, dtype):
    value = moment(x)
    if value == 'nat': return True
    if isinstance(value, tuple):
        steps, rest = divmod(value[0], step(dtype)) if in_months(dtype) else (0, value[0])
    elif not in_months(dtype):
        steps, rest = divmod(value, step(dtype))
    elif dtype.kind == 'm':
        steps, rest = 0, value
    else:
        days, rest = divmod(value, LENGTHS['D'])
        guess = days * 4800 // 146097
        months = [m for m in range(guess - 3, guess + 4) if first_day(m) == days]
        if rest or not months: return False
        steps, rest = divmod(months[0], step(dtype))
    return rest == 0 and -2**63 < steps < 2**63
def fits(x, dtype):
    if dtype.kind in 'Mm': return time_fits(x, dtype)
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')
        try: return bool(exact(np.array([x]).astype(dtype)[0]) == exact(x))
        except UnicodeError: return False
def group(dtype): return 'n' if dtype.kind in 'biufc' else 't' if dtype.kind in 'SU' else dtype.kind
def castable(a, v, casting='safe'):
    return group(a) == group(v) and np.can_cast(a, v, casting)
def samples(dtype):
    kind = dtype.kind
    if kind == 'b': return np.array([False, True], dtype)
    if kind in 'iu':
        info = np.iinfo(dtype)
        some = [0, 1, -1, info.min, info.max] + [s * 2**k + d for k in (7, 11, 15, 24, 31, 53, 62)
                                                 for d in (-1, 0, 1) for s in (1, -1)]
        return np.array([x for x in some if info.min <= x <= info.max], dtype)
    if kind in 'fc':
        some = [0., -0., 1., -1., 10.5, 255., 256., -128., -129., 65504., 65520., 0.1, 2.**-14,
                2.**-24, 2.**-25, 3 * 2.**-24, 2.**-149, 2.**-150, 5e-324, 1e300, 2.**31, 2.**63,
                2.**64, -2.**63, 2.**24 + 1, 2.**53, float('nan'), float('inf'), -float('inf')]
        if kind == 'c':
            some = some[:12] + some[-3:] + [1 + 2j, complex(1, -0.), complex(0.5, float('nan')),
                                            complex(0, 1e300)]
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')
            some = list(np.array(some).astype(dtype))
        if dtype.itemsize > 8 * (1 + (kind == 'c')):
            some += [np.longdouble(2**53) + 1, np.longdouble(2)**64 - 1, np.longdouble(1) / 3]
        return np.array(some, dtype)
    if kind in 'Mm':
        some = [-2**63, 0, 1, -1, 7, 12, 24, 59, 60, 365, 1000, 3600, 86400, -86400, 86400000,
                31 * 86400, 11323, 10**6, 10**12, 10**15, -10**15, 2**62, 2**63 - 1, -2**63 + 1,
                32503680000 * 10**6]
        return np.array(some, 'i8').view(dtype.newbyteorder('=')).astype(dtype)
    if kind == 'S': return np.array([b'', b'a', b'abcd', b'abcdefg', b'\xe9', b'a\0b'], dtype)
    if kind == 'U': return np.array(['', 'a', 'abcd', 'abcdefg', '\xe9', '\U0001f600', 'a\0b'], dtype)
    if kind == 'V':
        return np.array([b'', b'ab', b'abcd', b'abcdefg', b'\0a'], 'S7').astype(dtype)
    return np.array([None, 1, 'x', [], 2.5][:5] + [()], dtype)[:5]
def place(x, dtype):
    a = np.zeros(5, dtype)[::-2]
    a[1:2] = np.array([x], dtype)
    return a
def shown(a): return a.view('i8').tolist() if a.dtype.kind in 'Mm' else a
def same(a, b): return (a.tobytes() == b.tobytes()) if a.dtype.kind in 'Mm' else str(a) == str(b)
# Samples of a dtype that fit another one, and those that don't.
def sorted_out(x, dtype):
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')
        fitting = np.array([bool(fits(each, dtype)) for each in x], bool)
    return x[fitting], x[~fitting]
# The samples as the second ones of sub-arrays in records inside of records.
def nested(dtype):
    return np.dtype([('pad', 'i1'), ('in', [('k', '>i2'), ('x', dtype, (2,))])])
def nest(x):
    a = np.zeros(2 * len(x), nested(x.dtype))[::-2]
    a['in']['x'][:, 1] = x
    return a
def all_same(a, b): return [exact(x) for x in a] == [exact(x) for x in b]
told = []
sys.unraisablehook = lambda info: told.append(type(info.exc_value).__name__)
)";

class ExactValueTest : public PythonTest {
 protected:
  void SetUp() override { Exec(kOracle); }
  void TearDown() override {
    Exec("sys.unraisablehook = sys.__unraisablehook__");
    PythonTest::TearDown();
  }

  // NumPy 2.5 cannot print every time.
  static std::string Shown(const std::string& array) { return Repr(Eval("shown(" + array + ")")); }

  // Views each sample of `dtype`, in either byte order, as an element of `type`.
  static void ExpectExactRead(const std::string& dtype, const descry_type* type) {
    SCOPED_TRACE(dtype + " read as " + type->name);
    SetGlobal("v", Ref(descry_dtype(type)));
    for (const char* order : {"<", ">"}) {
      Exec("a_dtype = np.dtype('" + dtype + "').newbyteorder('" + order + "')");
      Exec("all = samples(a_dtype)");
      const bool castable = Int(Eval("castable(a_dtype, v)")) != 0;
      for (long long i = 0; i < Int(Eval("len(all)")); i += Rounds(3, 1)) {
        Exec("a = place(all[" + std::to_string(i) + "], a_dtype)");
        SCOPED_TRACE(Shown("a"));
        ScopedView view;
        const bool fits = castable && Int(Eval("fits(a[1], v)"));
        const int result = view.Open(Eval("a"), type, 1, kRead);
        if (!castable) {
          EXPECT_THAT(result, RaisesPython(PyExc_TypeError));
          break;
        }
        ++pairs_;
        if (!fits) {
          EXPECT_THAT(result, RaisesPython(PyExc_OverflowError, HasSubstr(" at index (1,)")));
          continue;
        }
        ASSERT_EQ(result, 0) << TakeException();
        SetGlobal("copy", Ref::Borrow(view.array));
        EXPECT_TRUE(Int(Eval("exact(copy[1]) == exact(a[1])"))) << Shown("copy");
      }
    }
  }

  // Writes each sample of `type` to an array of `dtype`, in either byte order.
  static void ExpectExactWrite(const std::string& dtype, const descry_type* type) {
    SCOPED_TRACE(dtype + " written as " + type->name);
    SetGlobal("v", Ref(descry_dtype(type)));
    Exec("all = samples(v)");
    for (const char* order : {"<", ">"}) {
      Exec("a_dtype = np.dtype('" + dtype + "').newbyteorder('" + order + "')");
      if (!Int(Eval("castable(a_dtype, v)"))) return;
      for (long long i = 0; i < Int(Eval("len(all)")); i += Rounds(3, 1)) {
        ExpectExactWriteOf(i, type);
      }
    }
  }

  static void ExpectExactWriteOf(long long i, const descry_type* type) {
    Exec("x = all[" + std::to_string(i) + ":" + std::to_string(i) +
         "+1].copy(); told.clear()\n"
         "a = place(samples(a_dtype)[1], a_dtype); before = a.copy(); is_zero = not "
         "x[0].tobytes().strip(b'\\0')");
    SCOPED_TRACE(Shown("x"));
    ScopedView view;
    ASSERT_EQ(view.Open(Eval("a"), type, 1, kWrite), 0) << TakeException();
    const Ref x = Eval("x.tobytes()");
    std::memcpy(view.data + 2 * type->size, PyBytes_AsString(x.get()), type->size);
    view.Close();
    ++pairs_;
    if (Int(Eval("fits(x[0], a_dtype)"))) {
      EXPECT_EQ(Repr(Eval("told")), "[]");
      EXPECT_TRUE(Int(Eval("exact(a[2]) == exact(x[0])"))) << Shown("a");
      EXPECT_TRUE(
          Int(Eval("bool(a_dtype.kind != 'f' or v.kind != 'f' or x[0] != 0 or is_zero or "
                   "np.signbit(a[2]) == np.signbit(x[0]))")));
      EXPECT_TRUE(Int(Eval("same(a[:2], before[:2])"))) << Shown("a");
    } else {
      EXPECT_EQ(Repr(Eval("told")), "['OverflowError']");
      EXPECT_TRUE(Int(Eval("same(a, before)"))) << Shown("a");
    }
  }

  static inline int pairs_ = 0;
};

// Returns a record, and in it a record with an int16 and two elements.
const descry_type* NestedType(const descry_type* element) {
  const size_t two[] = {2};
  descry_schema* inner = descry_schema_new("inner", 0);
  descry_schema_add(inner, "x", element, 1, two);
  descry_schema_add(inner, "k", DESCRY_TYPE(int16), 0, nullptr);
  const descry_type* in = descry_schema_build(inner);
  descry_schema* outer = descry_schema_new("outer", 0);
  descry_schema_add(outer, "in", in, 0, nullptr);
  descry_schema_add(outer, "pad", DESCRY_TYPE(int8), 0, nullptr);
  descry_type_release(in);
  return descry_schema_build(outer);
}

// Elements inside of nested records, in sub-arrays, in either byte order.
class ExactNestedTest : public ExactValueTest {
 protected:
  // All samples that fit at once, and one by one those that do not.
  static void ExpectExact(const std::string& dtype, const descry_type* element, unsigned more) {
    SCOPED_TRACE(dtype + " and " + element->name);
    const descry_type* type = NestedType(element);
    ASSERT_NE(type, nullptr);
    SetGlobal("v", Ref(descry_dtype(element)));
    SetGlobal("v_all", Ref(descry_dtype(type)));
    for (const char* order : {"<", ">"}) {
      Exec("a_dtype = np.dtype('" + dtype + "').newbyteorder('" + order + "')");
      const char* const casting = more & DESCRY_SAME_KIND ? "'same_kind'" : "'safe'";
      if (!Int(Eval(std::string("castable(a_dtype, v, ") + casting + ")"))) {
        ScopedView view;
        EXPECT_THAT(view.Open(Eval("nest(samples(a_dtype))"), type, 1, kRead | more),
                    RaisesPython(PyExc_TypeError));
        continue;
      }
      Exec("good, bad = sorted_out(samples(a_dtype), v)");
      ExpectExactReads(type, more);
      ExpectExactWrites(type, more);
    }
    descry_type_release(type);
  }

 private:
  static void ExpectExactReads(const descry_type* type, unsigned more) {
    ScopedView view;
    ASSERT_EQ(view.Open(Eval("nest(good)"), type, 1, kRead | more), 0) << TakeException();
    SetGlobal("copy", Ref::Borrow(view.array));
    EXPECT_TRUE(Int(Eval("all_same(copy['in']['x'][:, 1], good)")));
    ++pairs_;
    const long long count = Int(Eval("len(bad)"));
    for (long long i = 0; i < count; i += Rounds(3, 1)) {
      ScopedView refused;
      EXPECT_THAT(refused.Open(
                      Eval("nest(np.concatenate([good[:1], bad[" + std::to_string(i) + ":][:1]]))"),
                      type, 1, kRead | more),
                  RaisesPython(PyExc_OverflowError, HasSubstr("'in.x[1]'")));
    }
  }

  static void Write(const std::string& values, const descry_type* type, unsigned more) {
    Exec("told.clear(); x = " + values +
         "; a = nest(np.zeros(len(x), a_dtype)); before = a.copy()");
    ScopedView view;
    ASSERT_EQ(view.Open(Eval("a"), type, 1, kWrite | more), 0) << TakeException();
    SetGlobal("copy", Ref::Borrow(view.array));
    Exec("copy['in']['x'][:, 1] = x; copy = None");
    view.Close();
  }

  static void ExpectExactWrites(const descry_type* type, unsigned more) {
    Exec("good, bad = sorted_out(samples(v), a_dtype)");
    Write("good", type, more);
    EXPECT_EQ(Repr(Eval("told")), "[]");
    EXPECT_TRUE(Int(Eval("all_same(a['in']['x'][:, 1], x)")));
    const long long count = Int(Eval("len(bad)"));
    for (long long i = 0; i < count; i += Rounds(3, 1)) {
      Write("np.concatenate([good[:1], bad[" + std::to_string(i) + ":][:1]])", type, more);
      EXPECT_EQ(Repr(Eval("told")), "['OverflowError']");
      EXPECT_TRUE(Int(Eval("a.tobytes() == before.tobytes()")));
    }
  }
};

const std::vector<const descry_type*>& Numbers() {
  static const std::vector<const descry_type*> numbers = {
      DESCRY_TYPE(bool_),      DESCRY_TYPE(int8),      DESCRY_TYPE(int16),
      DESCRY_TYPE(int32),      DESCRY_TYPE(int64),     DESCRY_TYPE(uint8),
      DESCRY_TYPE(uint16),     DESCRY_TYPE(uint32),    DESCRY_TYPE(uint64),
      DESCRY_TYPE(float16),    DESCRY_TYPE(float32),   DESCRY_TYPE(float64),
      DESCRY_TYPE(longdouble), DESCRY_TYPE(complex64), DESCRY_TYPE(complex128),
      DESCRY_TYPE(clongdouble)};
  return numbers;
}
const char* const kNumbers[] = {"?",  "i1", "i2", "i4", "i8", "u1", "u2",  "u4",
                                "u8", "f2", "f4", "f8", "g",  "c8", "c16", "G"};

TEST_F(ExactValueTest, EveryPairOfNumbersToRead) {
  pairs_ = 0;
  for (const descry_type* type : Numbers()) {
    for (const char* dtype : kNumbers) ExpectExactRead(dtype, type);
  }
  EXPECT_GT(pairs_, 1000);
}

TEST_F(ExactValueTest, EveryPairOfNumbersToWrite) {
  pairs_ = 0;
  for (const descry_type* type : Numbers()) {
    for (const char* dtype : kNumbers) ExpectExactWrite(dtype, type);
  }
  EXPECT_GT(pairs_, 1000);
}

TEST_F(ExactNestedTest, EveryPairOfNumbers) {
  pairs_ = 0;
  for (const descry_type* type : Numbers()) {
    for (const char* dtype : kNumbers) ExpectExact(dtype, type, 0);
  }
  EXPECT_GT(pairs_, 200);
}

TEST_F(ExactNestedTest, EveryPairOfNumbersOfAKind) {
  pairs_ = 0;
  for (const descry_type* type : Numbers()) {
    for (const char* dtype : kNumbers) ExpectExact(dtype, type, DESCRY_SAME_KIND);
  }
  EXPECT_GT(pairs_, 300);
}

const char* const kUnits[] = {"Y",  "M",  "W",  "D",  "h",  "m", "s",
                              "ms", "us", "ns", "ps", "fs", "as"};

#define TYPES_OF(kind)                                                                          \
  {                                                                                             \
    DESCRY_TYPE(kind##_Y), DESCRY_TYPE(kind##_M), DESCRY_TYPE(kind##_W), DESCRY_TYPE(kind##_D), \
        DESCRY_TYPE(kind##_h), DESCRY_TYPE(kind##_m), DESCRY_TYPE(kind##_s),                    \
        DESCRY_TYPE(kind##_ms), DESCRY_TYPE(kind##_us), DESCRY_TYPE(kind##_ns),                 \
        DESCRY_TYPE(kind##_ps), DESCRY_TYPE(kind##_fs), DESCRY_TYPE(kind##_as)                  \
  }
const descry_type* const kDatetimes[] = TYPES_OF(datetime64);
const descry_type* const kTimedeltas[] = TYPES_OF(timedelta64);

TEST_F(ExactValueTest, EveryPairOfUnitsToReadAndWrite) {
  pairs_ = 0;
  for (const char* unit : kUnits) {
    for (const descry_type* type : kDatetimes) {
      ExpectExactRead("M8[" + std::string(unit) + "]", type);
      ExpectExactWrite("M8[" + std::string(unit) + "]", type);
    }
    for (const descry_type* type : kTimedeltas) {
      ExpectExactRead("m8[" + std::string(unit) + "]", type);
      ExpectExactWrite("m8[" + std::string(unit) + "]", type);
    }
  }
  for (const char* dtype : {"M8[25s]", "M8[3M]", "M8[2W]", "M8[7ms]"}) {
    for (const descry_type* type : kDatetimes) {
      ExpectExactRead(dtype, type);
      ExpectExactWrite(dtype, type);
    }
  }
  EXPECT_GT(pairs_, 1000);
}

TEST_F(ExactNestedTest, EveryPairOfUnits) {
  for (const unsigned more : {0u, unsigned{DESCRY_SAME_KIND}}) {
    for (size_t i = 0; i < 13; i += Rounds(2, 1)) {
      for (size_t k = i % 3; k < 13; k += Rounds(3, 1)) {
        ExpectExact("M8[" + std::string(kUnits[i]) + "]", kDatetimes[k], more);
        ExpectExact("m8[" + std::string(kUnits[i]) + "]", kTimedeltas[k], more);
      }
    }
  }
}

TEST_F(ExactNestedTest, TextAndBytes) {
  for (const unsigned more : {0u, unsigned{DESCRY_SAME_KIND}}) {
    for (const char* dtype : {"S1", "S4", "S7", "U1", "U4", "U7", "V4"}) {
      for (const descry_type* type :
           {DESCRY_TYPE(text4), DESCRY_TYPE(wide4), DESCRY_TYPE(bytes4)}) {
        ExpectExact(dtype, type, more);
      }
    }
  }
}

TEST_F(ExactValueTest, TextBytesAndObjects) {
  for (const char* dtype :
       {"S1", "S3", "S4", "S7", "U1", "U3", "U4", "U7", "V1", "V4", "V7", "O"}) {
    for (const descry_type* type : {DESCRY_TYPE(text4), DESCRY_TYPE(wide4), DESCRY_TYPE(bytes4)}) {
      ExpectExactRead(dtype, type);
      ExpectExactWrite(dtype, type);
    }
  }
}

// An outer record whose fields are all of other widths, orders and places.
class ExactRecordTest : public ExactValueTest {
 protected:
  void SetUp() override {
    ExactValueTest::SetUp();
    Exec(R"(
told = []
sys.unraisablehook = lambda info: told.append(str(info.exc_value))
other = np.dtype([('label', 'S2'), ('parts', [('real', '>f2', (2, 1)), ('hole', 'V3'), ('small', '?')],
                  (2,)), ('at', '>M8[D]'), ('x', '<f4')])
other = np.dtype(dict(names=['label', 'parts', 'at', 'x'], offsets=[1, 5, 40, 50], itemsize=60,
    formats=['S2', (np.dtype(dict(names=['real', 'small'], formats=[('>f2', (2, 1)), 'i1'],
                                  offsets=[0, 7], itemsize=9)), (2,)), '>M8[D]', '<f4']))
memory = bytearray(b'\xab' * 60 * 8)
raw = np.frombuffer(memory, other)[::2].reshape(2, 2).T
raw['x'], raw['at'], raw['label'] = 1.5, 20000, b'ab'
raw['parts']['real'], raw['parts']['small'] = 0.25, 7
before = bytes(memory)
)");
  }
};

TEST_F(ExactRecordTest, UntouchedElementsStayAsTheyAre) {
  ScopedView view;
  ASSERT_EQ(view.Open(Eval("raw"), DESCRY_TYPE(exact_outer), 2, kWrite), 0) << TakeException();
  EXPECT_EQ(DESCRY_AT(exact_outer, &view, 1, 0)->parts[1].real[1], 0.25f);
  DESCRY_AT(exact_outer, &view, 1, 0)->parts[1].real[1] = 0.5f;
  view.Close();
  EXPECT_EQ(Repr(Eval("told")), "[]");
  Exec(
      "raw['parts']['real'][1, 0, 1, 1, 0] = 0.25 if raw['parts']['real'][1, 0, 1, 1, 0] == 0.5 "
      "else 9");
  EXPECT_TRUE(Int(Eval("memory == before"))) << "holes too";
}

TEST_F(ExactRecordTest, OneThatDoesNotFitLeavesAllAsTheyAre) {
  const struct {
    void (*change)(exact_outer*);
    const char* words;
  } cases[] = {
      {[](exact_outer* o) { o->x = 0.1; },
       "a converted view has 0.1 at index \\(1, 0\\), field 'x', which float32 cannot hold "
       "exactly, "
       "and is not written back"},
      {[](exact_outer* o) { o->parts[1].real[1] = 1e-9f; },
       ".*at index \\(1, 0\\), field 'parts.real\\[1, 1\\]', which >f2 cannot hold.*"},
      {[](exact_outer* o) { o->parts[0].small = 128; },
       "a converted view has 128 at index \\(1, 0\\), field 'parts.small\\[0\\]', which int8 .*"},
      {[](exact_outer* o) { std::memcpy(o->label, "abc", 4); },
       "a converted view has b'abc' at index \\(1, 0\\), field 'label', which .*"},
      {[](exact_outer* o) { ++o->at; }, ".*at index \\(1, 0\\), field 'at', which .*"},
  };
  for (const auto& one : cases) {
    ScopedView view;
    Exec("told.clear()");
    ASSERT_EQ(view.Open(Eval("raw"), DESCRY_TYPE(exact_outer), 2, kWrite), 0) << TakeException();
    DESCRY_AT(exact_outer, &view, 0, 0)->x = 2.5;
    one.change(DESCRY_AT(exact_outer, &view, 1, 0));
    view.Close();
    EXPECT_EQ(Int(Eval("len(told)")), 1) << one.words;
    EXPECT_THAT(Str(Eval("told[0]")), MatchesRegex(one.words));
    EXPECT_TRUE(Int(Eval("memory == before"))) << one.words;
  }
}

TEST_F(ExactRecordTest, AValueThatDoesNotArriveIsNamed) {
  Exec(
      "late = np.zeros(2, [('x', 'i8'), ('parts', [('small', 'i2'), ('real', 'f4', 2)], 2),\n"
      "                    ('label', 'S4'), ('at', 'M8[Y]')])\n"
      "late['x'][1] = 2**53 + 1");
  ScopedView view;
  EXPECT_THAT(view.Open(Eval("late"), DESCRY_TYPE(exact_outer), 1, kRead),
              RaisesPython(PyExc_OverflowError,
                           testing::StrEq("expected an array of exact_outer (48 bytes), got "
                                          "9007199254740993 at index (1,), field 'x', which "
                                          "float64 cannot hold exactly")));
  Exec("late['x'][1] = 2**53; late['at'][0] = np.datetime64(400000000, 'Y')");
  EXPECT_THAT(view.Open(Eval("late"), DESCRY_TYPE(exact_outer), 1, kRead),
              RaisesPython(PyExc_OverflowError, HasSubstr("at index (0,), field 'at', which")));
  EXPECT_EQ(Repr(Ref(descry_borrows())), "[]");
}

}  // namespace
}  // namespace descry_test
