// SPDX-License-Identifier: BSD-3-Clause
// Files of structs, written, appended to and mapped. No Python.
#include <descry/declare.h>
#include <descry/npy.h>
#include <descry/schema.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

struct npy_point {
  double x, y;
};
struct npy_sample {
  int64_t id;
  char flag;
  npy_point at;
  int16_t pair[2][3];
  char label[5];
  int64_t born;
};
struct npy_padded {
  char head;
  long double value;
  char tail;
};
struct npy_other {
  int64_t id;
  float x;
};
union npy_bits {
  float real;
  uint32_t word;
};
struct npy_union {
  int32_t before;
  npy_bits bits;
};
struct npy_large {
  char head;
  int32_t values[20000];
};
struct npy_object {
  int32_t id;
  void* what;
};

DESCRY_DECLARE(npy_point);
DESCRY_RECORD(npy_point, x, y);
DESCRY_DECLARE(npy_sample);
DESCRY_RECORD(npy_sample, id, flag, at, pair, label, DESCRY_AS(born, datetime64_ns));
DESCRY_DECLARE(npy_padded);
DESCRY_RECORD(npy_padded, head, value, tail);
DESCRY_DECLARE(npy_other);
DESCRY_RECORD(npy_other, id, x);
DESCRY_DECLARE(npy_bits);
DESCRY_RECORD(npy_bits, real, word);
DESCRY_DECLARE(npy_union);
DESCRY_RECORD(npy_union, before, bits);
DESCRY_DECLARE(npy_large);
DESCRY_RECORD(npy_large, head, values);
DESCRY_DECLARE(npy_object);
DESCRY_RECORD(npy_object, id, DESCRY_AS(what, object_));

namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

const size_t kNothing[] = {0};

class NpyTest : public testing::Test {
 protected:
  void SetUp() override {
    path_ = testing::TempDir() + "/" +
            testing::UnitTest::GetInstance()->current_test_info()->name() + ".npy";
    unlink(path_.c_str());
  }
  void TearDown() override { unlink(path_.c_str()); }

  descry_npy* Create(const descry_type* type, unsigned flags = 0) {
    return descry_npy_create(path_.c_str(), type, 1, kNothing, flags);
  }
  descry_npy* Open(const descry_type* type, unsigned flags = DESCRY_READ) {
    return descry_npy_open(path_.c_str(), type, flags);
  }
  std::string Contents() {
    std::ostringstream all;
    all << std::ifstream(path_, std::ios::binary).rdbuf();
    return all.str();
  }
  void Write(const std::string& contents) {
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << contents;
  }
  // A file with this text as its header, and this many bytes behind it.
  void WriteFile(const std::string& literal, size_t bytes, char version = 1) {
    std::string text = literal;
    while ((10 + text.size() + 1) % 64) text += ' ';
    text += '\n';
    std::string contents("\x93NUMPY", 6);
    contents += version;
    contents += '\0';
    contents += static_cast<char>(text.size() & 0xff);
    contents += static_cast<char>(text.size() >> 8);
    Write(contents + text + std::string(bytes, '\1'));
  }
  static std::string Problem(const descry_npy* npy = nullptr) {
    const char* problem = descry_npy_problem(npy);
    return problem ? problem : "";
  }

  std::string path_;
};

npy_sample Sample(int64_t id) {
  npy_sample sample;
  std::memset(&sample, 0xee, sizeof sample);
  sample.id = id;
  sample.flag = 1;
  sample.at = {1.0 * static_cast<double>(id), -1};
  for (auto& row : sample.pair) {
    for (auto& value : row) value = static_cast<int16_t>(id);
  }
  std::memcpy(sample.label, "abcd", 5);
  sample.born = -id;
  return sample;
}

void ExpectSamples(const descry_npy* npy, int64_t count) {
  ASSERT_EQ(descry_npy_size(npy), static_cast<size_t>(count));
  const auto* samples = static_cast<const npy_sample*>(descry_npy_data(npy));
  for (int64_t i = 0; i < count; ++i) {
    ASSERT_EQ(samples[i].id, i);
    ASSERT_EQ(samples[i].at.x, static_cast<double>(i));
    ASSERT_EQ(samples[i].pair[1][2], static_cast<int16_t>(i));
    ASSERT_STREQ(samples[i].label, "abcd");
    ASSERT_EQ(samples[i].born, -i);
  }
}

TEST_F(NpyTest, IsMappedAsItWasWritten) {
  descry_npy* npy = Create(DESCRY_TYPE(npy_sample));
  ASSERT_NE(npy, nullptr) << Problem();
  EXPECT_EQ(descry_npy_data(npy), nullptr);
  for (int64_t i = 0; i < 3000; ++i) {
    const npy_sample sample = Sample(i);
    ASSERT_EQ(descry_npy_write(npy, &sample, 1), 0) << Problem(npy);
  }
  EXPECT_EQ(descry_npy_shape(npy)[0], 3000u);
  ASSERT_EQ(descry_npy_close(npy), 0) << Problem();

  npy = Open(DESCRY_TYPE(npy_sample));
  ASSERT_NE(npy, nullptr) << Problem();
  EXPECT_EQ(descry_npy_ndim(npy), 1);
  EXPECT_EQ(descry_npy_type(npy), DESCRY_TYPE(npy_sample));
  EXPECT_FALSE(descry_npy_is_fortran(npy));
  ExpectSamples(npy, 3000);
  EXPECT_EQ(descry_npy_write(npy, nullptr, 0), -1) << "a mapped file";
  EXPECT_EQ(descry_npy_close(npy), 0);
}

TEST_F(NpyTest, HasThisHeader) {
  descry_npy* npy = Create(DESCRY_TYPE(npy_sample));
  ASSERT_EQ(descry_npy_close(npy), 0) << Problem();
  const std::string contents = Contents();
  EXPECT_EQ(contents.substr(0, 8), std::string("\x93NUMPY\1\0", 8));
  EXPECT_EQ(contents.size() % 64, 0u);
  EXPECT_THAT(
      contents.substr(10),
      StartsWith("{'descr': [('id', '<i8'), ('flag', '|i1'), ('', '|V7'), ('at', [('x', '<f8'), "
                 "('y', '<f8')]), ('pair', '<i2', (2, 3)), ('label', '|S5'), ('', '|V7'), "
                 "('born', '<M8[ns]')], 'fortran_order': False, "));
  EXPECT_THAT(contents, HasSubstr("'shape': (0,), }    "));
  EXPECT_THAT(contents, EndsWith(" \n"));
}

TEST_F(NpyTest, IsAppendedTo) {
  for (int64_t round = 0; round < 30; ++round) {
    descry_npy* npy = Create(DESCRY_TYPE(npy_sample), DESCRY_APPEND);
    ASSERT_NE(npy, nullptr) << Problem();
    EXPECT_EQ(descry_npy_shape(npy)[0], static_cast<size_t>(100 * round));
    std::vector<npy_sample> samples;
    for (int64_t i = 0; i < 100; ++i) samples.push_back(Sample(100 * round + i));
    ASSERT_EQ(descry_npy_write(npy, samples.data(), samples.size()), 0);
    ASSERT_EQ(descry_npy_close(npy), 0) << Problem();
  }
  descry_npy* npy = Open(DESCRY_TYPE(npy_sample));
  ASSERT_NE(npy, nullptr) << Problem();
  ExpectSamples(npy, 3000);
  descry_npy_close(npy);
}

TEST_F(NpyTest, IsReplacedWithoutAppend) {
  const npy_sample sample = Sample(0);
  for (int i = 0; i < 2; ++i) {
    descry_npy* npy = Create(DESCRY_TYPE(npy_sample), i ? DESCRY_DURABLE : 0);
    ASSERT_NE(npy, nullptr) << Problem();
    ASSERT_EQ(descry_npy_write(npy, &sample, 1), 0);
    ASSERT_EQ(descry_npy_flush(npy, DESCRY_DURABLE), 0) << Problem(npy);
    ASSERT_EQ(descry_npy_close(npy), 0);
  }
  descry_npy* npy = Open(DESCRY_TYPE(npy_sample));
  ExpectSamples(npy, 1);
  descry_npy_close(npy);
}

TEST_F(NpyTest, GrowsAlongTheFirstOfSeveralDimensions) {
  const size_t shape[] = {7, 2, 3};
  descry_npy* npy = descry_npy_create(path_.c_str(), DESCRY_TYPE(float64), 3, shape, 0);
  ASSERT_NE(npy, nullptr) << Problem();
  double values[12];
  for (int i = 0; i < 12; ++i) values[i] = i;
  ASSERT_EQ(descry_npy_write(npy, values, 2), 0);
  ASSERT_EQ(descry_npy_close(npy), 0) << Problem();
  npy = Open(DESCRY_TYPE(float64));
  ASSERT_NE(npy, nullptr) << Problem();
  ASSERT_EQ(descry_npy_ndim(npy), 3);
  EXPECT_THAT(std::vector<size_t>(descry_npy_shape(npy), descry_npy_shape(npy) + 3),
              testing::ElementsAre(2, 2, 3));
  EXPECT_EQ(static_cast<const double*>(descry_npy_data(npy))[11], 11);
  descry_npy_close(npy);
  const size_t other[] = {0, 2, 4};
  EXPECT_EQ(descry_npy_create(path_.c_str(), DESCRY_TYPE(float64), 3, other, DESCRY_APPEND),
            nullptr);
  EXPECT_EQ(Problem(), path_ + ": expected length 4 of dimension 2, got 3");
  EXPECT_EQ(descry_npy_create(path_.c_str(), DESCRY_TYPE(float64), 1, other, DESCRY_APPEND),
            nullptr);
  EXPECT_EQ(Problem(), path_ + ": expected an array of 1 dimensions, got 3");
}

TEST_F(NpyTest, ZeroesThePaddingOfAllElements) {
  npy_padded padded[3];
  std::memset(padded, 0xee, sizeof padded);
  for (auto& one : padded) {
    one.head = 'h';
    one.value = 1.5L;
    one.tail = 't';
  }
  descry_npy* npy = Create(DESCRY_TYPE(npy_padded));
  ASSERT_EQ(descry_npy_write(npy, padded, 3), 0);
  ASSERT_EQ(descry_npy_close(npy), 0);
  const std::string data = Contents().substr(Contents().size() - sizeof padded);
  EXPECT_EQ(data.find('\xee'), std::string::npos);
  EXPECT_EQ(static_cast<unsigned char>(reinterpret_cast<const char*>(padded)[1]), 0xee);
  npy = Open(DESCRY_TYPE(npy_padded));
  ASSERT_NE(npy, nullptr) << Problem();
  EXPECT_EQ(static_cast<const npy_padded*>(descry_npy_data(npy))[2].value, 1.5L);
  descry_npy_close(npy);
}

TEST_F(NpyTest, ZeroesThePaddingOfElementsLargerThanItsBuffer) {
  std::vector<npy_large> large(2);
  std::memset(static_cast<void*>(large.data()), 0xee, 2 * sizeof(npy_large));
  descry_npy* npy = Create(DESCRY_TYPE(npy_large));
  ASSERT_EQ(descry_npy_write(npy, large.data(), 2), 0) << Problem(npy);
  ASSERT_EQ(descry_npy_close(npy), 0);
  const std::string contents = Contents();
  const std::string data = contents.substr(contents.size() - 2 * sizeof(npy_large));
  for (size_t at : {size_t{0}, sizeof(npy_large)}) {
    EXPECT_EQ(data.substr(at, 6), std::string("\xee\0\0\0\xee\xee", 6));
  }
}

TEST_F(NpyTest, StoresUnionsAsOpaqueBytes) {
  npy_union value = {};
  value.before = 1;
  value.bits.real = 2;
  descry_npy* npy = Create(DESCRY_TYPE(npy_union));
  ASSERT_NE(npy, nullptr) << Problem();
  ASSERT_EQ(descry_npy_write(npy, &value, 1), 0);
  ASSERT_EQ(descry_npy_close(npy), 0);
  EXPECT_THAT(Contents(), HasSubstr("[('before', '<i4'), ('bits', [('real', '|V4')])]"));
  npy = Open(DESCRY_TYPE(npy_union));
  ASSERT_NE(npy, nullptr) << Problem();
  EXPECT_EQ(static_cast<const npy_union*>(descry_npy_data(npy))->bits.real, 2);
  descry_npy_close(npy);
}

TEST_F(NpyTest, IsChangedThroughAWriteableMap) {
  const npy_sample sample = Sample(0);
  descry_npy* npy = Create(DESCRY_TYPE(npy_sample));
  ASSERT_EQ(descry_npy_write(npy, &sample, 1), 0);
  ASSERT_EQ(descry_npy_close(npy), 0);
  npy = Open(DESCRY_TYPE(npy_sample), DESCRY_WRITE);
  ASSERT_NE(npy, nullptr) << Problem();
  static_cast<npy_sample*>(const_cast<void*>(descry_npy_data(npy)))->id = 77;
  EXPECT_EQ(descry_npy_flush(npy, DESCRY_DURABLE), 0);
  ASSERT_EQ(descry_npy_close(npy), 0);
  npy = Open(DESCRY_TYPE(npy_sample));
  EXPECT_EQ(static_cast<const npy_sample*>(descry_npy_data(npy))->id, 77);
  descry_npy_close(npy);
}

TEST_F(NpyTest, MapsAnEmptyArray) {
  ASSERT_EQ(descry_npy_close(Create(DESCRY_TYPE(npy_sample))), 0);
  descry_npy* npy = Open(DESCRY_TYPE(npy_sample));
  ASSERT_NE(npy, nullptr) << Problem();
  EXPECT_EQ(descry_npy_size(npy), 0u);
  descry_npy_close(npy);
}

TEST_F(NpyTest, TakesTheTypeFromTheFile) {
  const npy_sample sample = Sample(5);
  descry_npy* npy = Create(DESCRY_TYPE(npy_sample));
  ASSERT_EQ(descry_npy_write(npy, &sample, 1), 0);
  ASSERT_EQ(descry_npy_close(npy), 0);
  npy = Open(nullptr);
  ASSERT_NE(npy, nullptr) << Problem();
  const descry_type* type = descry_type_retain(descry_npy_type(npy));
  descry_npy_close(npy);
  EXPECT_EQ(descry_type_size(type), sizeof(npy_sample));
  EXPECT_EQ(descry_type_alignment(type), alignof(npy_sample));
  const descry_field* pair = descry_type_field_named(type, "pair");
  ASSERT_NE(pair, nullptr);
  EXPECT_EQ(descry_field_offset(pair), offsetof(npy_sample, pair));
  EXPECT_EQ(descry_field_ndim(pair), 2u);
  EXPECT_EQ(descry_field_element(descry_type_field_named(type, "born")),
            DESCRY_TYPE(datetime64_ns));
  npy = Create(type, DESCRY_APPEND);
  ASSERT_NE(npy, nullptr) << Problem();
  EXPECT_EQ(descry_npy_shape(npy)[0], 1u);
  EXPECT_EQ(descry_npy_close(npy), 0);
  descry_type_release(type);
}

TEST_F(NpyTest, RefusesASecondWriterInThisAndAnotherProcess) {
  descry_npy* npy = Create(DESCRY_TYPE(npy_sample), DESCRY_APPEND);
  ASSERT_NE(npy, nullptr) << Problem();
  for (unsigned flags : {0u, static_cast<unsigned>(DESCRY_APPEND)}) {
    EXPECT_EQ(Create(DESCRY_TYPE(npy_sample), flags), nullptr);
    EXPECT_EQ(errno, EWOULDBLOCK);
    EXPECT_EQ(Problem(), path_ + ": another writer has it open");
  }
  descry_npy* reader = Open(DESCRY_TYPE(npy_sample));
  EXPECT_NE(reader, nullptr) << Problem();
  descry_npy_close(reader);
  const pid_t child = fork();
  if (child == 0) _exit(Create(DESCRY_TYPE(npy_sample), DESCRY_APPEND) ? 1 : 0);
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  ASSERT_EQ(descry_npy_close(npy), 0);
  npy = Create(DESCRY_TYPE(npy_sample), DESCRY_APPEND);
  EXPECT_NE(npy, nullptr) << Problem();
  descry_npy_close(npy);
}

TEST_F(NpyTest, NamesTheFirstDifference) {
  const struct {
    const char* descr;
    const char* problem;
  } cases[] = {
      {"[('id', '<i8'), ('x', '<f4')]", "expected an itemsize of 16 bytes, got 12"},
      {"[('id', '<i8'), ('x', '<f8')]", "field 'x' at offset 8: expected float32, got float64"},
      {"[('id', '>i8'), ('x', '<f4'), ('', '|V4')]",
       "field 'id' at offset 0: expected int64, got >i8"},
      {"[('id', '<i8'), ('y', '<f4'), ('', '|V4')]",
       "field 'x' at offset 8: expected this name, got 'y'"},
      {"[('id', '<i8'), ('', '|V8')]",
       "field 'x' at offset 8: expected float32, got no such field"},
      {"[('id', '<i8'), ('x', '<f4'), ('z', '<u2'), ('', '|V2')]",
       "field 'z' at offset 12: expected no such field, got uint16"},
      {"[('id', '<i8'), ('', '|V4'), ('x', '<f4')]",
       "field 'x' at offset 8: expected it at this offset, got it at offset 12"},
      {"[('id', '<i8'), ('x', '<f4', (1,))]",
       "field 'x' at offset 8: expected float32, got float32 of shape (1,)"},
      {"[('id', '<i8'), (('t', 'x'), '<f4'), ('', '|V4')]",
       "field 'x' at offset 8: expected the title '', got 't'"},
      {"[('id', [('a', '<i8')]), ('x', '<f4')]",
       "field 'id' at offset 0: expected int64, got a record of 1 field"},
      {"'<M8[us]'", "expected a record of 2 fields, got datetime64[us]"},
  };
  for (const auto& one : cases) {
    WriteFile(std::string("{'descr': ") + one.descr + ", 'fortran_order': False, 'shape': (1,), }",
              64);
    EXPECT_EQ(Open(DESCRY_TYPE(npy_other)), nullptr);
    EXPECT_EQ(Problem(), path_ + ": " + one.problem);
    EXPECT_EQ(errno, 0);
    EXPECT_EQ(Create(DESCRY_TYPE(npy_other), DESCRY_APPEND), nullptr);
    EXPECT_EQ(Problem(), path_ + ": " + one.problem);
  }
}

TEST_F(NpyTest, RefusesWhatCannotBeStored) {
  EXPECT_EQ(Create(DESCRY_TYPE(npy_object)), nullptr);
  EXPECT_EQ(Problem(), path_ + ": object_ elements cannot be stored in an .npy file");
  EXPECT_EQ(Create(DESCRY_TYPE(bfloat16)), nullptr);
  EXPECT_EQ(descry_npy_create(path_.c_str(), DESCRY_TYPE(int8), 0, kNothing, 0), nullptr);
  EXPECT_EQ(descry_npy_create(path_.c_str(), DESCRY_TYPE(int8), 65, kNothing, 0), nullptr);
  EXPECT_EQ(Create(DESCRY_TYPE(int8), DESCRY_CONVERT), nullptr);
  const size_t three[] = {3};
  const descry_type* array = descry_type_array(DESCRY_TYPE(float64), 1, three);
  EXPECT_EQ(Create(array), nullptr);
  EXPECT_THAT(Problem(), EndsWith("is an array: use its elements and one more dimension"));
  descry_type_release(array);
  EXPECT_NE(access(path_.c_str(), F_OK), 0) << "nothing was made";
}

TEST_F(NpyTest, RefusesTruncatedDataAndWhatIsNoFile) {
  WriteFile("{'descr': '<f8', 'fortran_order': False, 'shape': (4,), }", 31);
  EXPECT_EQ(Open(nullptr), nullptr);
  EXPECT_EQ(Problem(), path_ + ": it has 31 bytes of data, and its shape says 32");
  EXPECT_EQ(Create(DESCRY_TYPE(float64), DESCRY_APPEND), nullptr);
  EXPECT_EQ(Problem(), path_ + ": it has 31 bytes of data, and its shape says 32");
  Write("something else, and long enough");
  EXPECT_EQ(Open(nullptr), nullptr);
  EXPECT_EQ(Problem(), path_ + ": it is not an .npy file");
  EXPECT_EQ(Create(DESCRY_TYPE(float64), DESCRY_APPEND), nullptr) << "it is not replaced";
  EXPECT_EQ(Contents(), "something else, and long enough");
  unlink(path_.c_str());
  EXPECT_EQ(Open(nullptr), nullptr);
  EXPECT_EQ(errno, ENOENT);
  EXPECT_EQ(Problem(), path_ + ": cannot open: No such file or directory");
  EXPECT_EQ(descry_npy_open("/dev/null", nullptr, DESCRY_READ), nullptr);
  EXPECT_EQ(Problem(), "/dev/null: it is not a regular file");
}

TEST_F(NpyTest, RefusesToAppendInFortranOrderAndBeforeAnotherArray) {
  WriteFile("{'descr': '<f8', 'fortran_order': True, 'shape': (2, 2), }", 32);
  const size_t shape[] = {0, 2};
  EXPECT_EQ(descry_npy_create(path_.c_str(), DESCRY_TYPE(float64), 2, shape, DESCRY_APPEND),
            nullptr);
  EXPECT_THAT(Problem(), HasSubstr("Fortran order"));
  EXPECT_EQ(Open(DESCRY_TYPE(float64)), nullptr) << "C order is what everyone expects";
  EXPECT_THAT(Problem(), HasSubstr("DESCRY_F_CONTIGUOUS"));
  descry_npy* npy = Open(DESCRY_TYPE(float64), DESCRY_READ | DESCRY_CONTIGUOUS);
  ASSERT_NE(npy, nullptr) << Problem();
  EXPECT_TRUE(descry_npy_is_fortran(npy));
  descry_npy_close(npy);

  WriteFile("{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }", 16);
  const std::string one = Contents();
  Write(one + one);
  EXPECT_EQ(Create(DESCRY_TYPE(float64), DESCRY_APPEND), nullptr);
  EXPECT_THAT(Problem(), EndsWith("another array follows in it"));
  EXPECT_EQ(Contents(), one + one);
}

// As NumPy 1.22 and 1.23 write it, and as nobody does.
TEST_F(NpyTest, MakesRoomInAHeaderThatHasNone) {
  for (const char* literal : {
           "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }                             ",
           "{\"shape\": (+2 ,), 'fortran_order': False, 'descr': 'f8'}                             "
           " ",
           "{'shape':(2L,),'fortran_order':True,'descr':'=f8'}",
       }) {
    WriteFile(literal, 16);
    descry_npy* npy = Create(DESCRY_TYPE(float64), DESCRY_APPEND);
    ASSERT_NE(npy, nullptr) << Problem();
    const double values[1000] = {1};
    ASSERT_EQ(descry_npy_write(npy, values, 1000), 0);
    ASSERT_EQ(descry_npy_close(npy), 0) << Problem();
    npy = Open(DESCRY_TYPE(float64));
    ASSERT_NE(npy, nullptr) << Problem();
    EXPECT_EQ(descry_npy_size(npy), 1002u);
    const double* data = static_cast<const double*>(descry_npy_data(npy));
    EXPECT_EQ(std::memcmp(data, "\1\1\1\1\1\1\1\1", 8), 0);
    EXPECT_EQ(data[2], 1);
    descry_npy_close(npy);
  }
}

TEST_F(NpyTest, RefusesMisalignedDataUnlessAsked) {
  std::string header = "{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }\n";
  std::string contents("\x93NUMPY\1\0", 8);
  contents += static_cast<char>(header.size());
  contents += '\0';
  Write(contents + header + std::string(8, '\1'));
  EXPECT_EQ(Open(DESCRY_TYPE(float64)), nullptr);
  EXPECT_THAT(Problem(), HasSubstr("and float64 needs a multiple of 8"));
  descry_npy* npy = Open(DESCRY_TYPE(float64), DESCRY_READ | DESCRY_UNALIGNED);
  EXPECT_NE(npy, nullptr) << Problem();
  descry_npy_close(npy);
}

// Every header that is written can grow in one sector, however long the names before it are.
TEST_F(NpyTest, GrowsWithinASectorWhateverStandsBefore) {
  for (size_t length = 1; length < 1200; length += 7) {
    descry_schema* schema = descry_schema_new("long", 0);
    descry_schema_add(schema, std::string(length, 'n').c_str(), DESCRY_TYPE(int8), 0, nullptr);
    const descry_type* type = descry_schema_build(schema);
    descry_npy* npy = Create(type);
    ASSERT_NE(npy, nullptr) << Problem() << length;
    ASSERT_EQ(descry_npy_write(npy, "abc", 3), 0);
    ASSERT_EQ(descry_npy_close(npy), 0);
    const size_t at = Contents().find("'shape': (3,), }");
    ASSERT_NE(at, std::string::npos);
    const size_t start = at + std::strlen("'shape': (");
    EXPECT_EQ(start / 512, (start + 20 + std::strlen(",), }") - 1) / 512) << length;
    npy = Open(type);
    EXPECT_NE(npy, nullptr) << Problem();
    descry_npy_close(npy);
    descry_type_release(type);
  }
}

TEST_F(NpyTest, IsSparseAndLargerThanFourGiB) {
  WriteFile("{'descr': '|i1', 'fortran_order': False, 'shape': (5000000000,), }", 0);
  const auto offset = static_cast<off_t>(Contents().size());
  ASSERT_EQ(truncate(path_.c_str(), offset + 5000000000), 0);
  descry_npy* npy = Create(DESCRY_TYPE(int8), DESCRY_APPEND);
  ASSERT_NE(npy, nullptr) << Problem();
  ASSERT_EQ(descry_npy_write(npy, "xyz", 3), 0);
  ASSERT_EQ(descry_npy_close(npy), 0) << Problem();
  npy = Open(DESCRY_TYPE(int8));
  ASSERT_NE(npy, nullptr) << Problem();
  EXPECT_EQ(descry_npy_size(npy), 5000000003u);
  EXPECT_EQ(static_cast<const char*>(descry_npy_data(npy))[5000000002], 'z');
  descry_npy_close(npy);
}

TEST_F(NpyTest, RefusesMoreBytesThanAnObjectMayHave) {
  const size_t shape[] = {0, SIZE_MAX / 2, 4};
  EXPECT_EQ(descry_npy_create(path_.c_str(), DESCRY_TYPE(float64), 3, shape, 0), nullptr);
  descry_npy* npy = Create(DESCRY_TYPE(float64));
  ASSERT_NE(npy, nullptr) << Problem();
  EXPECT_EQ(descry_npy_write(npy, "", SIZE_MAX / 8), -1);
  EXPECT_THAT(Problem(npy), HasSubstr("more bytes than an object may"));
  EXPECT_EQ(descry_npy_close(npy), 0);
}

TEST_F(NpyTest, RefusesMoreElementsWithoutBytesThanCanBeCounted) {
  const std::string most = "9223372036854775807";
  for (const char* descr : {"'|V0'", "'|S0'", "[('a', '<f8', (0,))]"}) {
    for (const std::string& shape :
         {most + ",", most + ", " + most, std::string("4294967296, 4294967296"), "2, " + most}) {
      WriteFile(std::string("{'descr': ") + descr + ", 'fortran_order': False, 'shape': (" + shape +
                    "), }",
                0);
      EXPECT_EQ(descry_npy_open(path_.c_str(), nullptr, DESCRY_READ), nullptr) << descr << shape;
      EXPECT_THAT(Problem(), HasSubstr("more bytes than an object may"));
    }
    WriteFile(std::string("{'descr': ") + descr +
                  ", 'fortran_order': False, 'shape': (3, 1099511627776), }",
              0);
    descry_npy* npy = descry_npy_open(path_.c_str(), nullptr, DESCRY_READ);
    ASSERT_NE(npy, nullptr) << Problem();
    EXPECT_EQ(descry_npy_size(npy), 3u * 1099511627776u);
    descry_npy_close(npy);
  }
}

}  // namespace
