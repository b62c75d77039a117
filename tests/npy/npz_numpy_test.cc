// SPDX-License-Identifier: BSD-3-Clause
// np.load reads the .npz files that descry wrote, and descry maps what np.savez wrote.
#include <descry/descry.h>

#include <cstdio>
#include <cstring>
#include <string>

#include "tests/support/python.h"
#include "tests/support/python_test.h"

struct npz_pair {
  int8_t small;
  double large;
};
DESCRY_DECLARE(npz_pair);
DESCRY_RECORD(npz_pair, small, large);

namespace descry_test {
namespace {

const size_t kNothing[] = {0};

class NpzNumpyTest : public PythonTest {
 protected:
  NpzNumpyTest() : path_(testing::TempDir() + "/npz_numpy_test.npz") {
    SetGlobal("path", Ref(PyUnicode_FromString(path_.c_str())));
  }
  ~NpzNumpyTest() override { std::remove(path_.c_str()); }

  static std::string Problem(const descry_npz* npz) {
    const char* problem = descry_npz_problem(npz);
    return problem ? problem : "";
  }

  // Adds `count` elements, bytes that are all different, padding among them.
  static void Add(descry_npz* npz, const char* name, const descry_type* type, size_t count) {
    descry_npy* npy = descry_npz_add(npz, name, type, 1, kNothing);
    ASSERT_NE(npy, nullptr) << Problem(npz);
    std::string bytes(count * descry_type_size(type), '\0');
    for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i % 101);
    ASSERT_EQ(descry_npy_write(npy, bytes.data(), count), 0);
    ASSERT_EQ(descry_npy_close(npy), 0) << Problem(nullptr);
  }

  // Has the global array `a` saved as the member `name`, maps it, and has its bytes compared.
  void CheckSaved(unsigned flags) {
    descry_npz* npz = descry_npz_open(path_.c_str());
    ASSERT_NE(npz, nullptr) << Problem(nullptr);
    ASSERT_EQ(descry_npz_count(npz), 2u);
    EXPECT_STREQ(descry_npz_name(npz, 1), "a");
    EXPECT_EQ(descry_npz_check(npz, "a"), 0) << Problem(npz);
    descry_npy* npy = descry_npz_map(npz, "a", nullptr, flags);
    ASSERT_NE(npy, nullptr) << Problem(npz) << Repr(Eval("a.dtype"));
    const descry_type* type = descry_npy_type(npy);
    const auto address = reinterpret_cast<uintptr_t>(descry_npy_data(npy));
    EXPECT_TRUE((flags & DESCRY_UNALIGNED) || address % descry_type_alignment(type) == 0);
    SetGlobal("dtype", Ref(descry_dtype(type)));
    SetGlobal("data", Ref(PyBytes_FromStringAndSize(
                          static_cast<const char*>(descry_npy_data(npy)),
                          static_cast<Py_ssize_t>(descry_npy_size(npy) * descry_type_size(type)))));
    EXPECT_EQ(Repr(Eval("(dtype == a.dtype, data == a.tobytes())")), "(True, True)")
        << Repr(Eval("a.dtype"));
    descry_npy_close(npy);
    descry_npz_close(npz);
  }

  const std::string path_;
};

TEST_F(NpzNumpyTest, LoadsWhatDescryWrote) {
  descry_npz* npz = descry_npz_create(path_.c_str(), 0);
  Add(npz, "pairs", DESCRY_TYPE(npz_pair), 10000);
  Add(npz, "\u6e29 \u00e9", DESCRY_TYPE(float32), 3);
  Add(npz, "folder/none", DESCRY_TYPE(int16), 0);
  ASSERT_EQ(descry_npz_close(npz), 0) << Problem(nullptr);
  SetGlobal("dtype", Ref(descry_dtype(DESCRY_TYPE(npz_pair))));
  SetGlobal("z", Eval("np.load(path)"));
  EXPECT_EQ(Repr(Eval("z.files")), "['pairs', '\u6e29 \u00e9', 'folder/none']");
  EXPECT_EQ(Repr(Eval("[(z[n].dtype == d, z[n].shape) for n, d in zip(z.files, (dtype, 'f4', "
                      "'i2'))]")),
            "[(True, (10000,)), (True, (3,)), (True, (0,))]");
  EXPECT_EQ(Repr(Eval("z['pairs']['large'].tobytes() == np.frombuffer(bytes(i % 101 for i in "
                      "range(160000)), dtype)['large'].tobytes()")),
            "True");
  Eval("z.close()");
  // No compression, no data descriptor, and sums and sizes that are right.
  EXPECT_EQ(Repr(Eval("(lambda z: (z.testzip(), {i.compress_type for i in z.infolist()}, "
                      "{i.flag_bits & 8 for i in z.infolist()}, z.infolist()[0].date_time, "
                      "z.close()))(__import__('zipfile').ZipFile(path))")),
            "(None, {0}, {0}, (1980, 1, 1, 0, 0, 0), None)");
}

TEST_F(NpzNumpyTest, MapsWhatNumpySaved) {
  for (const char* dtype : {"'f8'", "'>i2'", "'S5'", "'U3'", "'?'", "'M8[us]'", "'c16'", "'g'",
                            "[('a', 'i1'), ('b', 'f8')]",
                            "np.dtype([('x', 'i1'), ('y', 'f8'), ('z', 'S3')], align=True)"}) {
    SetGlobal("d", Eval(("np.dtype(" + std::string(dtype) + ")").c_str()));
    // A record array with padding is written without it where it goes through a Python file.
    SetGlobal("a", Eval("np.frombuffer(bytes(i % 2 for i in range(6 * d.itemsize)), 'u1')"
                        ".view(d).reshape(2, 3).copy()"));
    // Names of different lengths put what follows at different offsets.
    for (const char* name : {"f", "first", "the_first"}) {
      Eval(("np.savez(path, **{'" + std::string(name) + "': np.arange(3), 'a': a})").c_str());
      CheckSaved(DESCRY_READ);
      CheckSaved(DESCRY_READ | DESCRY_UNALIGNED);
    }
  }
}

TEST_F(NpzNumpyTest, MapsFortranOrderWhereAskedTo) {
  Eval("np.savez(path, a=np.arange(6.).reshape(2, 3).T)");
  descry_npz* npz = descry_npz_open(path_.c_str());
  EXPECT_EQ(descry_npz_map(npz, "a", nullptr, DESCRY_READ), nullptr);
  EXPECT_EQ(Problem(npz), "it is in Fortran order: ask for it with DESCRY_F_CONTIGUOUS");
  descry_npy* npy = descry_npz_map(npz, "a", nullptr, DESCRY_READ | DESCRY_F_CONTIGUOUS);
  ASSERT_NE(npy, nullptr);
  EXPECT_EQ(static_cast<const double*>(descry_npy_data(npy))[5], 5);
  EXPECT_EQ(descry_npy_is_fortran(npy), 1);
  descry_npy_close(npy);
  descry_npz_close(npz);
}

TEST_F(NpzNumpyTest, RefusesCompressedMembers) {
  Eval("np.savez_compressed(path, a=np.zeros(100))");
  descry_npz* npz = descry_npz_open(path_.c_str());
  ASSERT_NE(npz, nullptr);
  EXPECT_EQ(descry_npz_map(npz, "a", nullptr, DESCRY_READ), nullptr);
  EXPECT_EQ(Problem(npz),
            "it is compressed, as by np.savez_compressed: only members that are stored, as by "
            "np.savez, can be mapped");
  EXPECT_EQ(Problem(nullptr), path_ + ": a: " + Problem(npz));
  EXPECT_EQ(descry_npz_check(npz, "a"), -1);
  descry_npz_close(npz);
}

// What other programs put into a zip file.
TEST_F(NpzNumpyTest, ReadsZipFilesOfOthers) {
  Eval(
      "(lambda io, z: (np.save(io, np.arange(4)), z.writestr('a.npy', io.getvalue()), "
      "z.writestr('read me.txt', 'not an array'), setattr(z, 'comment', b'PK\\5\\6 comment'), "
      "z.close()))(__import__('io').BytesIO(), __import__('zipfile').ZipFile(path, 'w'))");
  descry_npz* npz = descry_npz_open(path_.c_str());
  ASSERT_NE(npz, nullptr) << Problem(nullptr);
  EXPECT_STREQ(descry_npz_name(npz, 1), "read me.txt");
  EXPECT_EQ(descry_npz_map(npz, "read me.txt", nullptr, DESCRY_READ), nullptr);
  EXPECT_EQ(Problem(npz), "it is not an .npy file");
  descry_npy* npy = descry_npz_map(npz, "a", DESCRY_TYPE(int64), DESCRY_READ);
  ASSERT_NE(npy, nullptr) << Problem(npz);
  EXPECT_EQ(static_cast<const int64_t*>(descry_npy_data(npy))[3], 3);
  descry_npy_close(npy);
  descry_npz_close(npz);
  Eval("open(path, 'wb').write(b'not a zip file, but long enough to be one')");
  EXPECT_EQ(descry_npz_open(path_.c_str()), nullptr);
  EXPECT_EQ(Problem(nullptr), path_ + ": it is not a zip file, or not all of one");
}

}  // namespace
}  // namespace descry_test
