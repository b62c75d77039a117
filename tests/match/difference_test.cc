// SPDX-License-Identifier: BSD-3-Clause
// How texts that are too long for a message are shortened.

#include <gtest/gtest.h>

#include <string>

#include "tests/support/python.h"
#include "tests/support/python_test.h"

extern "C" {
#include "src/match/difference.h"
}

namespace descry_test {
namespace {

using DifferenceTest = PythonTest;

std::string Shorten(const std::string& text, Py_ssize_t length) {
  const Ref whole(PyUnicode_FromString(text.c_str()));
  return Str(Ref(descryi_shorten(whole.get(), length)));
}

TEST_F(DifferenceTest, LeavesAShortTextAlone) {
  EXPECT_EQ(Shorten("", 3), "");
  EXPECT_EQ(Shorten("abc", 3), "abc");
}

TEST_F(DifferenceTest, CutsOutTheMiddle) {
  EXPECT_EQ(Shorten("abcdefghij", 5), "ab\u2026ij");
  EXPECT_EQ(Shorten("abcdefghij", 6), "abc\u2026ij");
}

TEST_F(DifferenceTest, CutsAtCommas) {
  EXPECT_EQ(Shorten("[one, two, three, four, five, six, seven, ten]", 27),
            "[one, two, \u2026, seven, ten]");
}

TEST_F(DifferenceTest, CutsBetweenFieldsRatherThanInOne) {
  EXPECT_EQ(Shorten("[('a', 1), ('b', 2), ('c', 3), ('d', 4), ('e', 5), ('f', 6)]", 40),
            "[('a', 1), \u2026, ('f', 6)]");
}

TEST_F(DifferenceTest, NeverGetsLongerThanAsked) {
  for (Py_ssize_t length = 1; length < 40; ++length) {
    const Ref text = Eval("', '.join('abcdefghijklmnopqrstuvwxyz')");
    const Ref shorter(descryi_shorten(text.get(), length));
    EXPECT_LE(PyUnicode_GetLength(shorter.get()), length);
  }
}

TEST_F(DifferenceTest, CountsCharactersNotBytes) {
  EXPECT_EQ(Shorten("\u00e4\u00f6\u00fc", 3), "\u00e4\u00f6\u00fc");
}

TEST_F(DifferenceTest, ShortensARepr) {
  EXPECT_EQ(Str(Ref(descryi_short_repr(Eval("'abcdefghij'").get(), 7))), "'ab\u2026ij'");
}

}  // namespace
}  // namespace descry_test
