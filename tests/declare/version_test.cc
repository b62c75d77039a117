// SPDX-License-Identifier: BSD-3-Clause
// The version in its three forms.

#include <descry/version.h>

#include <string>

#include "gtest/gtest.h"

namespace {

TEST(VersionTest, IsTheSameInHeadersAndLibrary) { EXPECT_STREQ(descry_version(), DESCRY_VERSION); }

TEST(VersionTest, IsMadeOfItsParts) {
  EXPECT_EQ(DESCRY_VERSION, std::to_string(DESCRY_VERSION_MAJOR) + "." +
                                std::to_string(DESCRY_VERSION_MINOR) + "." +
                                std::to_string(DESCRY_VERSION_PATCH));
}

TEST(VersionTest, IsANumberThatThePreprocessorCompares) {
#if DESCRY_VERSION_NUMBER < 0x000100 || DESCRY_VERSION_NUMBER >= 0x10000000
  FAIL() << DESCRY_VERSION_NUMBER;
#endif
  EXPECT_EQ(DESCRY_VERSION_NUMBER >> 16, DESCRY_VERSION_MAJOR);
  EXPECT_EQ(DESCRY_VERSION_NUMBER >> 8 & 0xff, DESCRY_VERSION_MINOR);
  EXPECT_EQ(DESCRY_VERSION_NUMBER & 0xff, DESCRY_VERSION_PATCH);
}

}  // namespace
