// SPDX-License-Identifier: BSD-3-Clause
// np.load reads what descry wrote, and descry reads what np.save wrote: the same dtype, the same
// bytes.
#include <descry/descry.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "tests/support/python.h"
#include "tests/support/python_test.h"

struct numpy_pair {
  float a;
  double b;
};
struct numpy_all {
  int8_t one;
  uint16_t two[3];
  numpy_pair pair[2];
  char text[7];
  int64_t when;
  uint32_t wide[4];
  double swapped;
  bool yes;
  long double big;
};
DESCRY_DECLARE(numpy_pair);
DESCRY_RECORD(numpy_pair, a, b);
DESCRY_DECLARE(numpy_all);
DESCRY_RECORD(numpy_all, one, DESCRY_FIELD(two, uint16, "two", "Two"), DESCRY_AS(pair, numpy_pair),
              text, DESCRY_AS(when, timedelta64_ms), DESCRY_AS(wide, unicode),
              DESCRY_FIELD(swapped, float64_be, "\u6e29'\\", NULL), yes, big);

namespace descry_test {
namespace {

class NumpyTest : public PythonTest {
 protected:
  NumpyTest() : path_(testing::TempDir() + "/numpy_test.npy") {
    SetGlobal("path", Ref(PyUnicode_FromString(path_.c_str())));
  }
  ~NumpyTest() override { std::remove(path_.c_str()); }

  static std::string Problem() {
    const char* problem = descry_npy_problem(nullptr);
    return problem ? problem : "";
  }

  // Runs a check in a process of its own: what is made at run time has one name there.
  template <typename Check>
  static void InChild(const std::string& what, Check check) {
    const pid_t child = fork();
    if (child == 0) {
      try {
        check();
      } catch (const std::exception& error) {
        ADD_FAILURE() << error.what();
      }
      std::fflush(nullptr);
      _exit(HasFailure() ? 1 : 0);
    }
    int status = -1;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0) << what;
  }

  // Puts bytes that are all different into a new file of this type.
  void WriteBytes(const descry_type* type, size_t count) {
    const size_t nothing[] = {0};
    descry_npy* npy = descry_npy_create(path_.c_str(), type, 1, nothing, 0);
    ASSERT_NE(npy, nullptr) << Problem();
    std::string bytes(count * descry_type_size(type), '\0');
    for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i % 101);
    ASSERT_EQ(descry_npy_write(npy, bytes.data(), count), 0);
    ASSERT_EQ(descry_npy_close(npy), 0) << Problem();
  }

  void CheckElement(const descry_type* type) {
    const size_t two[] = {3};
    descry_schema* schema = descry_schema_new("one", 0);
    const bool is_text = type == DESCRY_TYPE(bytes) || type == DESCRY_TYPE(unicode) ||
                         type == DESCRY_TYPE(void_) || type == DESCRY_TYPE(unicode_be) ||
                         type == DESCRY_TYPE(unicode_le);
    descry_schema_add(schema, "x", type, is_text, two);
    descry_schema_add(schema, "y", DESCRY_TYPE(int8), 0, nullptr);
    const descry_type* record = descry_schema_build(schema);
    ASSERT_NE(record, nullptr);
    WriteBytes(record, 3);
    SetGlobal("dtype", Ref(descry_dtype(record)));
    EXPECT_EQ(Repr(Eval("np.load(path).dtype == dtype")), "True")
        << descry_type_name(type) << Repr(Eval("(np.load(path).dtype, dtype)"));
    descry_npy* npy = descry_npy_open(path_.c_str(), nullptr, DESCRY_READ);
    ASSERT_NE(npy, nullptr) << Problem();
    EXPECT_EQ(Repr(Ref(descry_dtype(descry_npy_type(npy)))), Repr(Eval("dtype")));
    descry_npy_close(npy);
    descry_type_release(record);
  }

  void CheckSaved(const std::string& dtype) {
    SetGlobal("d", Eval(("np.dtype(" + dtype + ")").c_str()));
    SetGlobal("a", Eval("np.frombuffer(bytes(i % 2 for i in range(6 * d.itemsize)), 'u1')"
                        ".view(d).reshape(2, 3)"));
    Eval("np.save(path, a)");
    descry_npy* npy = descry_npy_open(path_.c_str(), nullptr, DESCRY_READ);
    ASSERT_NE(npy, nullptr) << Problem() << dtype;
    EXPECT_EQ(descry_npy_ndim(npy), 2);
    EXPECT_EQ(descry_npy_size(npy), 6u);
    SetGlobal("made", Ref(descry_dtype(descry_npy_type(npy))));
    EXPECT_EQ(Repr(Eval("made == d")), "True") << Repr(Eval("(made, d)"));
    SetGlobal("data", Ref(PyBytes_FromStringAndSize(
                          static_cast<const char*>(descry_npy_data(npy)),
                          static_cast<Py_ssize_t>(6 * descry_type_size(descry_npy_type(npy))))));
    EXPECT_EQ(Repr(Eval("data == open(path, 'rb').read()[-len(data):]")), "True") << dtype;

    // And appends to it.
    const descry_type* type = descry_type_retain(descry_npy_type(npy));
    descry_npy_close(npy);
    const size_t shape[] = {0, 3};
    npy = descry_npy_create(path_.c_str(), type, 2, shape, DESCRY_APPEND);
    ASSERT_NE(npy, nullptr) << Problem() << dtype;
    const std::string row(3 * descry_type_size(type), '\1');
    ASSERT_EQ(descry_npy_write(npy, row.data(), 1), 0);
    ASSERT_EQ(descry_npy_close(npy), 0);
    SetGlobal("b", Eval("np.load(path, **({'max_header_size': 1 << 20} if np.lib.NumpyVersion("
                        "np.__version__) >= '1.24.0' else {}))"));
    EXPECT_EQ(Repr(Eval("(b.dtype == d, b.shape, b[:2].tobytes() == a.tobytes()"
                        " or d.names is not None)")),
              "(True, (3, 3), True)")
        << dtype;
    descry_type_release(type);
  }

  const std::string path_;
};

TEST_F(NumpyTest, LoadsWhatDescryWrote) {
  WriteBytes(DESCRY_TYPE(numpy_all), 5);
  SetGlobal("dtype", Ref(descry_dtype(DESCRY_TYPE(numpy_all))));
  for (const char* mode : {"None", "'r'", "'r+'", "'c'"}) {
    SetGlobal("a", Eval(("np.load(path, mmap_mode=" + std::string(mode) + ")")));
    EXPECT_EQ(
        Repr(Eval("(a.dtype == dtype, a.shape, a.dtype.names, a['two'].shape, int(a['one'][1]))")),
        Repr(Eval("(True, (5,), dtype.names, (5, 3), dtype.itemsize % 101)")));
  }
  EXPECT_EQ(Repr(Eval("a.dtype.fields['two'][2]")), "'Two'");
}

TEST_F(NumpyTest, LoadsEveryElement) {
#define DESCRY_ELEMENT(tag, c_type, dtype) DESCRY_TYPE(tag),
  for (const descry_type* type : {
#include <descry/elements.inc>
       }) {
    if (type == DESCRY_TYPE(object_) || type == DESCRY_TYPE(bfloat16)) continue;
    InChild(descry_type_name(type), [&] { CheckElement(type); });
  }
}

// What np.save writes, by its dtype.
TEST_F(NumpyTest, ReadsWhatNumpySaved) {
  for (const char* dtype : {
           "'f8'",
           "'>i2'",
           "'S5'",
           "'U3'",
           "'V6'",
           "'?'",
           "'M8[us]'",
           "'c16'",
           "'g'",
           "[('a', 'i4'), ('b', 'f8')]",
           "np.dtype([('a', 'i1'), ('b', 'f8'), ('c', 'S3')], align=True)",
           "[(('Title', 'a'), 'i4', (2, 3)), ('\\xe9', 'U2'), ('\\u6e29', '>f4')]",
           "[('n', [('m', [('x', 'i2')], (2,)), ('y', 'M8[ns]')])]",
           "{'names': ['a', 'b'], 'formats': ['i4', 'f8'], 'offsets': [4, 16], 'itemsize': 40}",
           "[('f%03d' % i, 'f8') for i in range(300)]",
           "[(\"it's\", 'i4'), ('back\\\\slash', 'i4'), ('quote\"', 'i4')]",
       }) {
    InChild(dtype, [&] { CheckSaved(dtype); });
  }
}

TEST_F(NumpyTest, RefusesWhatNumpySavedAndCCannotRead) {
  Eval("np.save(path, np.zeros((2, 3), order='F'))");
  EXPECT_EQ(descry_npy_open(path_.c_str(), nullptr, DESCRY_READ), nullptr);
  Eval("np.save(path, np.array([None]), allow_pickle=True)");
  EXPECT_EQ(descry_npy_open(path_.c_str(), nullptr, DESCRY_READ), nullptr);
  EXPECT_EQ(Problem(), path_ + ": it holds Python objects");
}

TEST_F(NumpyTest, IsLoadedWhileItGrows) {
  const size_t nothing[] = {0};
  descry_npy* npy = descry_npy_create(path_.c_str(), DESCRY_TYPE(float64), 1, nothing, 0);
  double value = 0;
  for (int i = 1; i <= 1200; ++i, ++value) {
    ASSERT_EQ(descry_npy_write(npy, &value, 1), 0);
    if (i % 100) continue;
    ASSERT_EQ(descry_npy_flush(npy, 0), 0);
    SetGlobal("n", Ref(PyLong_FromLong(i)));
    EXPECT_EQ(Repr(Eval("np.array_equal(np.load(path, mmap_mode='r'), np.arange(float(n)))")),
              "True");
  }
  EXPECT_EQ(descry_npy_close(npy), 0);
}

}  // namespace
}  // namespace descry_test
