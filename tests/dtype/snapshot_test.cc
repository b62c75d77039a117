// SPDX-License-Identifier: BSD-3-Clause
// What is remembered of a dtype sees each change that Python makes to it in place. Here: the dict
// of fields, which is within Python's reach; dtype_test and match's cache_test change everything
// else.

#include <descry/declare.h>
#include <descry/dtype.h>
#include <descry/match.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/support/python.h"
#include "tests/support/python_test.h"

extern "C" {
#include "src/base/numpy.h"
}

struct sn_vec2 {
  double x, y;
};
struct sn_handle {
  int unused;
};
typedef sn_vec2 sn_row[3];
struct sn_whole {
  int64_t id;
  sn_vec2 pos;
  sn_row rows[2];
  sn_handle* item;
};
static PyTypeObject* handle_class = &PyDict_Type;
DESCRY_OBJECT(sn_handle, &handle_class);
DESCRY_RECORD(sn_vec2, x, y);
DESCRY_ALIAS(sn_row, sn_vec2);
DESCRY_RECORD(sn_whole, id, pos, DESCRY_AS(rows, sn_row), DESCRY_AS(item, sn_handle));

namespace descry_test {
namespace {

// Where Python gets the dict itself from.
const char* const kWaysToTheDict[] = {
    "d.__reduce__()[2][4]",
    "reflected(lambda other: d.fields | other)",
    "reflected(lambda other: d.fields == other)",
    "gc.get_referents(d.fields)[0]",
    "[o for o in gc.get_referrers(d.fields[k]) if type(o) is dict and o == d.fields][0]",
};

// The records inside of the dtype `own`, and an entry of each.
struct Place {
  const char* record;
  const char* name;
};
const Place kPlaces[] = {
    {"own", "id"}, {"own", "item"}, {"own['pos']", "y"}, {"own['rows'].base.base", "x"}};

// What can be done to a dict, `f`, that has an entry `k`.
const char* const kChanges[] = {
    "f[k] = (np.dtype('i4'), f[k][1])",
    "f[k] = (f[k][0], f[k][1] + 1000)",
    "f[k] = (np.dtype('V8'), f[k][1])",
    "f[k] = (f[k][0], f[k][1], 'title')",
    "f[k] = list(f[k])",
    "f[k] = None",
    "f.update({k: (np.dtype('V1'), 0)})",
    "f.__init__({k: (np.dtype('V1'), 0)})",
    "f |= {k: (np.dtype('V1'), 0)}",
    "dict.__setitem__(f, k, (np.dtype('V1'), 0))",
    "v = f.pop(k); f[k] = tuple(list(v))",
    "del f[k]",
    "f.clear()",
    "f.popitem()",
    "f['another'] = f[k]",
    "f.setdefault('another', f[k])",
    "g = dict(f); f.clear(); f.update(g); f[k] = (np.dtype('V1'), 0)",
};

// The parameter: whether dicts have versions. Where they have, everything is tried without, too.
class SnapshotTest : public PythonTest, public testing::WithParamInterface<bool> {
 protected:
  void SetUp() override {
    ASSERT_EQ(descry_register(DESCRY_TYPE(sn_vec2)), 0) << TakeException();
    versions_ = descryi_np.dict_versions;
    if (GetParam() && !versions_) GTEST_SKIP() << "dicts of this CPython have no versions";
    descryi_np.dict_versions = GetParam();
    Exec(
        "import gc\n"
        "def reflected(ask):\n"
        "  class Other:\n"
        "    def __ror__(self, seen): self.seen = seen; return self\n"
        "    def __eq__(self, seen): self.seen = seen; return True\n"
        "  other = Other(); ask(other); return other.seen\n"
        "def made(align=False):\n"
        "  vec = lambda: np.dtype([('x', 'f8'), ('y', 'f8')], align=align)\n"
        "  row = np.dtype((vec(), (3,)))\n"
        "  return np.dtype([('id', 'i8'), ('pos', vec()), ('rows', row, (2,)), ('item', 'O')],\n"
        "                  align=align)\n");
  }
  void TearDown() override {
    descryi_np.dict_versions = versions_;
    PythonTest::TearDown();
  }

  // Changes the dict of the record at `place` inside of `dtype`.
  static void Change(const Ref& dtype, const Place& place, const char* way, const char* change) {
    SetGlobal("own", dtype);
    Exec(std::string("d, k = ") + place.record + ", '" + place.name + "'\nf = " + way +
         "\nassert type(f) is dict\n" + change);
  }

 private:
  int versions_ = 0;
};

TEST_P(SnapshotTest, OfARegisteredDtypeSeesEachChangeOfADictOfFields) {
  for (const Place& place : kPlaces) {
    for (const char* change : kChanges) {
      const Ref before(descry_dtype(DESCRY_TYPE(sn_whole)));
      ASSERT_TRUE(before) << TakeException();
      ASSERT_EQ(Ref(descry_dtype(DESCRY_TYPE(sn_whole))), before);
      Change(before, place, kWaysToTheDict[0], change);
      const Ref after(descry_dtype(DESCRY_TYPE(sn_whole)));
      ASSERT_TRUE(after) << TakeException();
      EXPECT_NE(before, after) << place.record << " " << place.name << " " << change;
      EXPECT_TRUE(SameDtype(after, Eval("made(align=True)"))) << change;
    }
  }
}

TEST_P(SnapshotTest, OfAVerdictSeesEachChangeOfADictOfFields) {
  for (const int level : {DESCRY_EQUIVALENT, DESCRY_LAYOUT}) {
    for (const Place& place : kPlaces) {
      for (const char* change : kChanges) {
        const Ref dtype = Eval("made()");
        for (int i = 0; i < 2; ++i) {
          ASSERT_EQ(descry_matches(DESCRY_TYPE(sn_whole), dtype.get(), level), 1)
              << TakeException();
        }
        Change(dtype, place, kWaysToTheDict[0], change);
        const int matches = descry_matches(DESCRY_TYPE(sn_whole), dtype.get(), level);
        const bool is_same = std::string(change).find("tuple(list") != std::string::npos ||
                             std::string(change).find("another") != std::string::npos;
        const bool has_title = std::string(change).find("title") != std::string::npos;
        EXPECT_TRUE(matches != 1 || is_same || (has_title && level == DESCRY_LAYOUT))
            << place.record << " " << place.name << " " << change;
        EXPECT_EQ(matches < 0, TakeException() != "");
      }
    }
  }
}

TEST_P(SnapshotTest, SeesItWhereverPythonHadTheDictFrom) {
  for (const char* way : kWaysToTheDict) {
    const Ref before(descry_dtype(DESCRY_TYPE(sn_whole)));
    const Ref dtype = Eval("made()");
    ASSERT_EQ(descry_matches(DESCRY_TYPE(sn_whole), dtype.get(), DESCRY_EQUIVALENT), 1);
    Change(before, kPlaces[0], way, kChanges[0]);
    Change(dtype, kPlaces[0], way, kChanges[0]);
    EXPECT_NE(before, Ref(descry_dtype(DESCRY_TYPE(sn_whole)))) << way;
    EXPECT_EQ(descry_matches(DESCRY_TYPE(sn_whole), dtype.get(), DESCRY_EQUIVALENT), 0) << way;
  }
}

// Reading a dict, and putting the very same entry in it, is not a change.
TEST_P(SnapshotTest, DoesNotMindADictThatIsRead) {
  const Ref before(descry_dtype(DESCRY_TYPE(sn_whole)));
  Change(before, kPlaces[0], kWaysToTheDict[0], "f[k]; f.get(1); list(f.items()); dict(f)");
  EXPECT_EQ(before, Ref(descry_dtype(DESCRY_TYPE(sn_whole))));
}

// Names, and keys of the dict, that are of a class with an __eq__ or __hash__ of its own: it may be
// asked nothing, since it could free what a walk is just looking at.
TEST_P(SnapshotTest, RunsNoPythonWhateverTheNamesAre) {
  Exec(
      "asked = []\n"
      "class Name(str):\n"
      "  def __hash__(self): asked.append(self); return str.__hash__(self)\n"
      "  def __eq__(self, other): asked.append(self); f.clear(); return str.__eq__(self, other)\n"
      "def named(names, keys):\n"
      "  global f\n"
      "  d = made()\n"
      "  state = list(d['pos'].__reduce__()[2])\n"
      "  entries = list(state[4].values())\n"
      "  state[3] = tuple(names)\n"
      "  state[4] = dict(zip(keys, entries))\n"
      "  d['pos'].__setstate__(tuple(state))\n"
      "  f = d.__reduce__()[2][4]\n"
      "  asked.clear()\n"
      "  return d\n");
  const char* const dtypes[] = {
      "named(['x', 'y'], [Name('x'), Name('y')])", "named([Name('x'), Name('y')], ['x', 'y'])",
      "named([Name('x'), Name('y')], [Name('x'), Name('y')])",
      "named(*2 * [[Name('x'), Name('y')]])", "named([Name('y'), Name('x')], ['x', 'y'])"};
  for (const int level : {DESCRY_EQUIVALENT, DESCRY_LAYOUT}) {
    for (const char* text : dtypes) {
      const Ref dtype = Eval(text);
      const int matches = descry_matches(DESCRY_TYPE(sn_whole), dtype.get(), level);
      EXPECT_EQ(matches < 0, TakeException() != "") << text;
      EXPECT_EQ(Repr(Eval("asked")), "[]") << text;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Dicts, SnapshotTest, testing::Bool(),
                         [](const testing::TestParamInfo<bool>& info) {
                           return info.param ? "WithVersions" : "WithoutVersions";
                         });

}  // namespace
}  // namespace descry_test
