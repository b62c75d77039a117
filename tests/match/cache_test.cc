// SPDX-License-Identifier: BSD-3-Clause
// The cache of verdicts: what it remembers, when it has to look again, and what it holds on to.

#include <descry/declare.h>
#include <descry/dtype.h>
#include <descry/match.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/python.h"
#include "tests/support/python_test.h"

extern "C" {
#include "src/match/cache.h"
}

struct ct_pair {
  int32_t a;
  float b;
};
struct ct_outer {
  int64_t id;
  ct_pair first;
  ct_pair more[2];
};
typedef ct_pair ct_row[3];
struct ct_whole {
  ct_row m[2];
  char label[4];
  uint32_t big;
  int64_t at;
};
// Types of their own, for tests that begin with an empty cache.
struct ct_fresh {
  int32_t a;
};
struct ct_bounded {
  int32_t a;
};
struct ct_mutated {
  int32_t a;
};
struct ct_reentered {
  int32_t a;
};
struct ct_threads {
  int64_t id;
  ct_pair first;
};
DESCRY_RECORD(ct_pair, a, b);
DESCRY_RECORD(ct_outer, id, DESCRY_AS(first, ct_pair), DESCRY_AS(more, ct_pair));
DESCRY_ALIAS(ct_row, ct_pair);
DESCRY_RECORD(ct_whole, DESCRY_AS(m, ct_row), label, DESCRY_AS(big, uint32_be),
              DESCRY_AS(at, datetime64_ns));
DESCRY_RECORD(ct_fresh, a);
DESCRY_RECORD(ct_bounded, a);
DESCRY_RECORD(ct_mutated, a);
DESCRY_RECORD(ct_reentered, a);
DESCRY_RECORD(ct_threads, id, DESCRY_AS(first, ct_pair));

namespace descry_test {
namespace {

class CacheTest : public PythonTest {
 protected:
  static int Matches(const descry_type* type, const Ref& dtype, int level = DESCRY_EQUIVALENT) {
    return descry_matches(type, dtype.get(), level);
  }

  // Returns what the cache knows without a walk.
  static int Find(const descry_type* type, const Ref& dtype, int level = DESCRY_EQUIVALENT) {
    const Ref own(descry_dtype(type));
    return descryi_cache_find(type, own.get(), dtype.get(), level);
  }

  // Drives everything else out of the cache of a type.
  static void Flood(const descry_type* type) {
    for (int i = 0; i < 2 * DESCRYI_CACHE_WAYS; ++i) {
      Matches(type, Eval("np.dtype([('flood', 'i4')])"));
    }
  }
};

TEST_F(CacheTest, RemembersBothVerdictsAtEachLevel) {
  const descry_type* type = DESCRY_TYPE(ct_fresh);
  const Ref same = Eval("np.dtype([('a', 'i4')])"), renamed = Eval("np.dtype([('b', 'i4')])");
  EXPECT_EQ(Find(type, same), DESCRYI_CACHE_UNKNOWN);
  Matches(type, same);
  Matches(type, renamed);
  EXPECT_EQ(Find(type, same), 1);
  EXPECT_EQ(Find(type, renamed), 0);
  EXPECT_EQ(Find(type, renamed, DESCRY_LAYOUT), DESCRYI_CACHE_UNKNOWN);
  Matches(type, renamed, DESCRY_LAYOUT);
  EXPECT_EQ(Find(type, renamed), 0);
  EXPECT_EQ(Find(type, renamed, DESCRY_LAYOUT), 1);
}

TEST_F(CacheTest, LooksAgainOnceNamesWereAssigned) {
  const descry_type* type = DESCRY_TYPE(ct_pair);
  const Ref dtype = Eval("np.dtype([('a', 'i4'), ('b', 'f4')])");
  SetGlobal("dtype", dtype);
  EXPECT_EQ(Matches(type, dtype), 1);
  Exec("dtype.names = ('a', 'c')");
  EXPECT_EQ(Find(type, dtype), DESCRYI_CACHE_UNKNOWN);
  EXPECT_EQ(Matches(type, dtype), 0);
  EXPECT_EQ(Find(type, dtype), 0);
  Exec("dtype.names = ('a', 'b')");
  EXPECT_EQ(Matches(type, dtype), 1);
}

TEST_F(CacheTest, LooksAgainOnceNamesOfANestedRecordWereAssigned) {
  const descry_type* type = DESCRY_TYPE(ct_outer);
  Exec(
      "pair = [('a', 'i4'), ('b', 'f4')]\n"
      "dtype = np.dtype([('id', 'i8'), ('first', pair), ('more', pair, 2)])");
  const Ref dtype = Eval("dtype");
  for (const char* nested : {"dtype['first']", "dtype['more'].base"}) {
    EXPECT_EQ(Matches(type, dtype), 1);
    EXPECT_EQ(Find(type, dtype), 1);
    Exec(std::string(nested) + ".names = ('a', 'c')");
    EXPECT_EQ(Find(type, dtype), DESCRYI_CACHE_UNKNOWN);
    EXPECT_EQ(Matches(type, dtype), 0) << nested;
    Exec(std::string(nested) + ".names = ('a', 'b')");
  }
}

// `__setstate__` changes more than names.
TEST_F(CacheTest, LooksAgainOnceAStateWasSet) {
  const descry_type* type = DESCRY_TYPE(ct_pair);
  Exec("dtype, other = np.dtype([('a', 'i4'), ('b', 'f4')]), np.dtype([('a', 'i4'), ('b', 'i4')])");
  const Ref dtype = Eval("dtype");
  EXPECT_EQ(Matches(type, dtype, DESCRY_LAYOUT), 1);
  Exec("dtype.__setstate__(other.__reduce__()[2])");
  EXPECT_EQ(Matches(type, dtype, DESCRY_LAYOUT), 0);
}

// Every part of every dtype that __setstate__ can change, with the very names that it had.
TEST_F(CacheTest, LooksAgainWhateverChanged) {
  const descry_type* type = DESCRY_TYPE(ct_whole);
  Exec(
      "def change(dtype, **parts):\n"
      "  names = ['version', 'byteorder', 'subarray', 'names', 'fields', 'itemsize', 'alignment',\n"
      "           'flags', 'metadata']\n"
      "  state = list(dtype.__reduce__()[2])\n"
      "  for name, value in parts.items(): state[names.index(name)] = value\n"
      "  dtype.__setstate__(tuple(state))\n"
      "def made():\n"
      "  row = np.dtype((np.dtype([('a', 'i4'), ('b', 'f4')]), (3,)))\n"
      "  return np.dtype([('m', row, (2,)), ('label', 'S4'), ('big', '>u4'), ('at', 'M8[ns]')])");
  const char* const changes[] = {
      "dtype, itemsize=1",
      "dtype, flags=0x1f",
      "dtype, alignment=8",
      "dtype, subarray=(np.dtype('i1'), (3,))",
      "dtype, fields=dict(dtype.fields, big=(np.dtype('<u4'), 52))",
      "dtype['m'], itemsize=1",
      "dtype['m'], subarray=(np.dtype('i1'), (2, 3))",
      "dtype['m'], subarray=(dtype['m'].base, (2, 2))",
      "dtype['m'].base, itemsize=1",
      "dtype['m'].base.base, itemsize=1",
      "dtype['m'].base.base, fields=dict(a=(np.dtype('f4'), 0), b=(np.dtype('f4'), 4))",
      "dtype['label'], itemsize=400",
      "dtype['big'], byteorder='<'",
      "dtype['at'], metadata=({}, (b'us', 1, 1, 1))",
  };
  for (const int level : {DESCRY_EQUIVALENT, DESCRY_LAYOUT}) {
    for (const char* change : changes) {
      const Ref dtype = Eval("made()");
      SetGlobal("dtype", dtype);
      ASSERT_EQ(Matches(type, dtype, level), 1) << TakeException();
      ASSERT_EQ(Find(type, dtype, level), 1);
      Exec(std::string("change(") + change + ")");
      EXPECT_EQ(Find(type, dtype, level), DESCRYI_CACHE_UNKNOWN) << change;
    }
  }
}

TEST_F(CacheTest, ForgetsWhatWasSaidOfAnOwnDtypeThatSomeoneRenamed) {
  const descry_type* type = DESCRY_TYPE(ct_mutated);
  const Ref own(descry_dtype(type));
  const Ref renamed = Eval("np.dtype([('z', 'i4')])");
  EXPECT_EQ(Matches(type, renamed), 0);
  SetGlobal("own", own);
  Exec("own.names = ('z',)");
  EXPECT_EQ(Find(type, renamed), DESCRYI_CACHE_UNKNOWN);
  EXPECT_EQ(Matches(type, renamed), 0);
  EXPECT_EQ(Matches(type, own), 0);
  EXPECT_EQ(Matches(type, Eval("np.dtype([('a', 'i4')])")), 1);
}

TEST_F(CacheTest, HoldsABoundedNumberOfDtypes) {
  const descry_type* type = DESCRY_TYPE(ct_bounded);
  std::vector<Ref> dtypes;
  for (int i = 0; i < 5 * DESCRYI_CACHE_WAYS; ++i) {
    dtypes.push_back(Eval("np.dtype([('a', 'i4')])"));
    ASSERT_EQ(Py_REFCNT(dtypes.back().get()), 1);
    EXPECT_EQ(Matches(type, dtypes.back()), 1);
    EXPECT_EQ(Matches(type, dtypes.back()), 1);
  }
  int held = 0;
  for (const Ref& dtype : dtypes) held += Py_REFCNT(dtype.get()) > 1;
  EXPECT_EQ(held, DESCRYI_CACHE_WAYS);
  EXPECT_EQ(Matches(type, dtypes.front()), 1);
}

TEST_F(CacheTest, GivesBackEveryReference) {
  const descry_type* type = DESCRY_TYPE(ct_outer);
  Exec(
      "dtype = np.dtype([('id', 'i8'), ('first', [('a', 'i4'), ('b', 'f4')]),\n"
      "                  ('more', [('a', 'i4'), ('b', 'f4')], 2)])");
  const Ref own(descry_dtype(type));
  const Ref objects[] = {Eval("dtype"), Eval("dtype.names"), Eval("dtype['first']"),
                         Eval("dtype['first'].names"), own};
  std::vector<Py_ssize_t> before;
  Flood(type);
  for (const Ref& object : objects) before.push_back(Py_REFCNT(object.get()));
  EXPECT_EQ(Matches(type, objects[0]), 1);
  EXPECT_EQ(Matches(type, objects[0], DESCRY_LAYOUT), 1);
  EXPECT_GT(Py_REFCNT(objects[2].get()), before[2]);
  Flood(type);
  for (size_t i = 0; i < before.size(); ++i) {
    EXPECT_EQ(Py_REFCNT(objects[i].get()), before[i]) << i;
  }
}

TEST_F(CacheTest, KeepsNoReferenceToScalars) {
  const Ref dtype = Eval("np.dtype('M8[25s]')");
  const Py_ssize_t before = Py_REFCNT(dtype.get());
  EXPECT_EQ(Matches(DESCRY_TYPE(ct_pair), dtype), 0);
  EXPECT_EQ(Matches(DESCRY_TYPE(int64), dtype), 0);
  EXPECT_EQ(Py_REFCNT(dtype.get()), before);
}

TEST_F(CacheTest, WatchesAnyNumberOfNestedRecords) {
  const descry_type* type = DESCRY_TYPE(ct_pair);
  Exec(
      "dtype = np.dtype([('f%d' % i, [('a', 'V0')]) for i in range(100)]\n"
      "                 + [('p', 'i4'), ('q', 'f4')])");
  const Ref dtype = Eval("dtype");
  EXPECT_EQ(Matches(type, dtype, DESCRY_LAYOUT), 1);
  EXPECT_EQ(Find(type, dtype, DESCRY_LAYOUT), 1);
  for (const int i : {0, 14, 15, 30, 99}) {
    Exec("dtype['f" + std::to_string(i) + "'].names = ('b',)");
    EXPECT_EQ(Find(type, dtype, DESCRY_LAYOUT), DESCRYI_CACHE_UNKNOWN) << i;
    EXPECT_EQ(Matches(type, dtype, DESCRY_LAYOUT), 1) << i;
  }
  Flood(type);
}

// Called by a dtype's metadata as it dies.
PyObject* MatchAgain(PyObject*, PyObject* dtype) {
  return PyLong_FromLong(descry_matches(DESCRY_TYPE(ct_reentered), dtype, DESCRY_EQUIVALENT));
}
PyMethodDef kMatchAgain = {"match_again", MatchAgain, METH_O, nullptr};

TEST_F(CacheTest, MayBeEnteredAgainWhileItDropsADtype) {
  const descry_type* type = DESCRY_TYPE(ct_reentered);
  SetGlobal("match_again", Ref(PyCFunction_New(&kMatchAgain, nullptr)));
  Exec(
      "answers = []\n"
      "class Dying:\n"
      "  def __del__(self):\n"
      "    for _ in range(20): answers.append(match_again(np.dtype([('a', 'i4')])))\n"
      "def dying(): return np.dtype([('a', 'i4')], metadata={'at': Dying()})");
  for (int i = 0; i < 2 * DESCRYI_CACHE_WAYS; ++i) EXPECT_EQ(Matches(type, Eval("dying()")), 1);
  Flood(type);
  EXPECT_EQ(Int(Eval("len(answers)")), 2 * DESCRYI_CACHE_WAYS * 20);
  EXPECT_EQ(Str(Eval("set(answers)")), "{1}");
}

// Without a GIL readers meet the writer at any point of its work.
TEST_F(CacheTest, GivesNoWrongAnswerWhileAWayIsRewritten) {
  const descry_type* type = DESCRY_TYPE(ct_threads);
  Exec("def made(b): return np.dtype([('id', 'i8'), ('first', [('a', 'i4'), ('b', b)])])");
  std::vector<Ref> dtypes;
  for (int i = 0; i < 3 * DESCRYI_CACHE_WAYS; ++i) {
    dtypes.push_back(Eval(i % 2 ? "made('f4')" : "made('u4')"));
  }
  const Ref own(descry_dtype(type));
  std::atomic<bool> stop{false};
  std::atomic<int> wrong{0}, known{0};
  auto read = [&] {
    while (!stop) {
      const PyGILState_STATE state = PyGILState_Ensure();
      for (size_t i = 0; i < dtypes.size(); ++i) {
        const int answer = descryi_cache_find(type, own.get(), dtypes[i].get(), DESCRY_EQUIVALENT);
        if (answer == DESCRYI_CACHE_UNKNOWN) continue;
        ++known;
        wrong += answer != static_cast<int>(i % 2);
      }
      PyGILState_Release(state);
    }
  };
  std::thread one(read), two(read);
  for (int round = 0; round < 100 || (known < 100 && round < 1000000); ++round) {
    for (size_t i = 0; i < dtypes.size(); ++i) {
      if (Matches(type, dtypes[i]) != static_cast<int>(i % 2)) ++wrong;
    }
    PyEval_RestoreThread(PyEval_SaveThread());
  }
  stop = true;
  PyThreadState* saved = PyEval_SaveThread();
  one.join();
  two.join();
  PyEval_RestoreThread(saved);
  EXPECT_EQ(wrong, 0);
  EXPECT_GE(known, 100);
}

TEST_F(CacheTest, AnswersManyThreads) {
  const descry_type* type = DESCRY_TYPE(ct_outer);
  Exec(
      "def made(name):\n"
      "  pair = [('a', 'i4'), (name, 'f4')]\n"
      "  return np.dtype([('id', 'i8'), ('first', pair), ('more', pair, 2)])");
  std::atomic<int> wrong{0};
  auto work = [&] {
    const PyGILState_STATE state = PyGILState_Ensure();
    for (int i = 0; i < 300; ++i) {
      if (Matches(type, Eval("made('b')")) != 1) ++wrong;
      if (Matches(type, Eval("made('c')")) != 0) ++wrong;
    }
    PyGILState_Release(state);
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back(work);
  PyThreadState* saved = PyEval_SaveThread();
  for (std::thread& thread : threads) thread.join();
  PyEval_RestoreThread(saved);
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace descry_test
