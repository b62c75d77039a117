// SPDX-License-Identifier: BSD-3-Clause
// Headers from anywhere: what is read, what is refused with which words, and what is only survived.
#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <string>

extern "C" {
#include "src/npy/header.h"
#include "tests/support/rounds.h"
}

namespace {

// One header, read.
struct Read {
  explicit Read(const std::string& literal, char version = 1) {
    std::string bytes("\x93NUMPY", 6);
    bytes += version;
    bytes += '\0';
    bytes += static_cast<char>(literal.size() & 0xff);
    bytes += static_cast<char>(literal.size() >> 8 & 0xff);
    if (version > 1) bytes += std::string(2, '\0');
    const size_t size = descryi_npy_header_size((bytes + std::string(4, ' ')).data(), &problem);
    if (size == 0) return;
    bytes = (bytes + literal).substr(0, size);
    // Exactly as long as it is, for AddressSanitizer.
    copy = new char[bytes.size()];
    std::memcpy(copy, bytes.data(), bytes.size());
    result = descryi_npy_header_read(&header, copy, bytes.size(), &arena, &problem);
  }
  ~Read() {
    descryi_npy_free_all(&arena);
    delete[] copy;
  }

  descryi_npy_arena arena = {};
  descryi_npy_problem problem = {};
  descryi_npy_header header = {};
  char* copy = nullptr;
  int result = -1;
};

std::string Literal(const std::string& descr) {
  return "{'descr': " + descr + ", 'fortran_order': False, 'shape': (3, 4), }";
}

TEST(HeaderTest, ReadsEveryWayToWriteIt) {
  for (const char* literal : {
           "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }",
           "{'shape':(3,4),'fortran_order':False,'descr':'f8'}",
           " { \"shape\" : ( +3 , 4L , ) ,\n\t'descr' : '=f8' , 'fortran_order' : False } \n",
       }) {
    Read read(literal);
    ASSERT_EQ(read.result, 0) << literal << read.problem.text;
    EXPECT_STREQ(read.header.layout.code, "<f8");
    ASSERT_EQ(read.header.ndim, 2u);
    EXPECT_EQ(read.header.shape[0], 3u);
    EXPECT_EQ(read.header.shape[1], 4u);
  }
}

TEST(HeaderTest, ReadsStringsWithEscapesInBothEncodings) {
  const Read latin(Literal("[('\xe9', '<f8'), ('\\'\\x41\\u6e29', '|S3')]"));
  ASSERT_EQ(latin.result, 0) << latin.problem.text;
  EXPECT_STREQ(latin.header.layout.fields[0].name, "\u00e9");
  EXPECT_STREQ(latin.header.layout.fields[1].name, "'A\u6e29");
  const Read utf8(Literal("[('\u6e29', '<f8')]"), 3);
  ASSERT_EQ(utf8.result, 0) << utf8.problem.text;
  EXPECT_STREQ(utf8.header.layout.fields[0].name, "\u6e29");
  EXPECT_EQ(Read(Literal("[('\xe9', '<f8')]"), 3).result, -1) << "not UTF-8";
}

TEST(HeaderTest, NormalisesCodes) {
  const struct {
    const char* code;
    const char* normal;
    size_t itemsize;
  } cases[] = {{"?", "|b1", 1},         {"|b1", "|b1", 1},    {"<i1", "|i1", 1},
               {"u2", "<u2", 2},        {">c16", ">c16", 16}, {"|S0", "|S0", 0},
               {"<U4", "<U4", 16},      {"V7", "|V7", 7},     {"<M8[25s]", "<M8[25s]", 8},
               {"<m8[Y]", "<m8[Y]", 8}, {"<M8", "<M8", 8},    {"<f2", "<f2", 2}};
  for (const auto& one : cases) {
    const Read read(Literal("'" + std::string(one.code) + "'"));
    ASSERT_EQ(read.result, 0) << one.code << read.problem.text;
    EXPECT_STREQ(read.header.layout.code, one.normal);
    EXPECT_EQ(read.header.layout.itemsize, one.itemsize);
  }
  for (const char* code : {"", "<", "i3", "f", "<i8 ", "M8[", "M8[]", "M8[xs]", "M8[0s]", "x4",
                           "S99999999999999999999999", "U9223372036854775807", "b2", "<i8\\x41",
                           "i8i8i8i8i8i8i8i8i8i8i8i8i8i8i8i8"}) {
    EXPECT_EQ(Read(Literal("'" + std::string(code) + "'")).result, -1) << code;
  }
}

TEST(HeaderTest, RefusesWhatIsMalformedInWords) {
  const struct {
    const char* literal;
    const char* problem;
  } cases[] = {
      {"", "its header is malformed: expected '{' at byte 10"},
      {"{'descr': '<f8', 'fortran_order': 0, 'shape': (3,)}",
       "its header is malformed: expected True or False at byte 44"},
      {"{'descr': '<f8', 'fortran_order': False, 'shape': [3]}",
       "its header is malformed: expected '(' at byte 60"},
      {"{'descr': '<f8', 'fortran_order': False, 'shape': (3)}",
       "its header is malformed: expected ',' at byte 62"},
      {"{'descr': '<f8', 'fortran_order': False, 'shape': (-3,)}",
       "its header is malformed: expected a length of 0 or more at byte 61"},
      {"{'descr': '<f8', 'fortran_order': False, 'shape': (03,)}",
       "its header is malformed: expected a number without leading zeros at byte 61"},
      {"{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999,)}",
       "its header is malformed: expected a smaller number at byte 80"},
      {"{'descr': '<f8', 'fortran_order': False}",
       "its header is malformed: expected the keys descr, fortran_order and shape at byte 50"},
      {"{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': ()}",
       "its header is malformed: expected one each of the keys descr, fortran_order and shape at "
       "byte 35"},
      {"{'descr': '<f8', 'fortran_order': False, 'shape': (), 'x': 1}",
       "its header is malformed: expected one each of the keys descr, fortran_order and shape at "
       "byte 68"},
      {"{'descr': '<f8', 'fortran_order': False, 'shape': ()} x",
       "its header is malformed: expected the end at byte 64"},
      {"{'descr': '|O', 'fortran_order': False, 'shape': ()}", "it holds Python objects"},
      {"{'descr': '<f8", "its header is malformed: expected the end of a string at byte 21"},
      {"{'descr': [('', '<f8')], 'fortran_order': False, 'shape': ()}",
       "its header has a field without a name"},
      {"{'descr': [('a', '<f8'), ('b', '<f8'), ('a', '<f8')], 'fortran_order': False, 'shape': ()}",
       "its header has the name 'a' twice"},
      {"{'descr': [('a', '<f8'), (('a', 'b'), '<f8')], 'fortran_order': False, 'shape': ()}",
       "its header has the name 'a' twice"},
  };
  for (const auto& one : cases) {
    const Read read(one.literal);
    EXPECT_EQ(read.result, -1) << one.literal;
    EXPECT_STREQ(read.problem.text, one.problem) << one.literal;
  }
}

TEST(HeaderTest, LimitsDepthAndDimensions) {
  std::string deep = "'<f8'", shape;
  for (int i = 0; i < 64; ++i) deep = "[('a', " + deep + ")]";
  EXPECT_EQ(Read(Literal(deep)).result, 0);
  EXPECT_EQ(Read(Literal("[('a', " + deep + ")]")).result, -1);
  for (int i = 0; i < 5000; ++i) deep = "[('a', " + deep;
  EXPECT_EQ(Read(Literal(deep)).result, -1);
  for (int i = 0; i < 65; ++i) shape += "1, ";
  EXPECT_EQ(Read("{'descr': '<f8', 'fortran_order': False, 'shape': (" + shape + ")}").result, -1);
  EXPECT_EQ(Read(Literal("[('a', '<f8', (4611686018427387904, 4))]")).result, -1);
  EXPECT_EQ(Read(Literal("'<f8'"), 4).result, -1);
  char start[12] = {'\x93', 'N', 'U', 'M', 'P', 'Y', 2, 0, '\xff', '\xff', '\xff', '\x7f'};
  descryi_npy_problem problem;
  EXPECT_EQ(descryi_npy_header_size(start, &problem), 0u);
  EXPECT_STREQ(problem.text, "its header has 2147483647 bytes, more than 1048576");
}

// Whatever changes, nothing worse than a refusal; and what is read can be written and read again.
TEST(HeaderTest, SurvivesMutations) {
  std::mt19937 random(20240229);
  const std::string whole = Literal(
      "[('id', '<i8'), (('T\\x41', 'x'), '>f4', (2, 3)), ('', '|V4'), ('n', [('s', '|S12'), "
      "('t', '<M8[25s]')]), ('u', '<U3')]");
  const std::string alphabet = "'\"\\[](){},:<>|=0123456789LxuUSVMm+- TrueFalse\n\t\xe9";
  unsigned accepted = 0;
  const unsigned rounds = descry_test::Rounds(20000, 1000000);
  for (unsigned i = 0; i < rounds; ++i) {
    std::string literal = whole;
    for (unsigned changes = random() % 4 + 1; changes > 0; --changes) {
      const size_t at = random() % literal.size();
      switch (random() % 4) {
        case 0:
          literal.erase(at, random() % 5);
          break;
        case 1:
          literal.insert(at, 1, alphabet[random() % alphabet.size()]);
          break;
        case 2:
          literal[at] = static_cast<char>(random());
          break;
        default:
          literal.insert(at, literal.substr(random() % literal.size(), random() % 12));
      }
      if (literal.empty()) literal = " ";
    }
    Read read(literal, static_cast<char>(random() % 3 + 1));
    if (read.result < 0) {
      ASSERT_NE(read.problem.text[0], '\0') << literal;
      continue;
    }
    ++accepted;
    size_t size = 0;
    descryi_npy_arena arena = {};
    const char* bytes = descryi_npy_header_write(&read.header, &size, &arena, &read.problem);
    ASSERT_NE(bytes, nullptr) << read.problem.text << literal;
    descryi_npy_header again;
    ASSERT_EQ(descryi_npy_header_read(&again, bytes, size, &arena, &read.problem), 0)
        << read.problem.text << literal;
    EXPECT_EQ(descryi_npy_compare(&read.header.layout, &again.layout, &read.problem), 0)
        << read.problem.text << literal;
    descryi_npy_free_all(&arena);
  }
  EXPECT_GT(accepted, rounds / 200);
}

}  // namespace
