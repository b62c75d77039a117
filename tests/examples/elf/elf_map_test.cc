// SPDX-License-Identifier: BSD-3-Clause
#include "docs/examples/elf/elf_map.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>

namespace {

class ElfMapTest : public testing::Test {
 protected:
  ~ElfMapTest() override {
    elf_map_close(&map_);
    unlink(path_.c_str());
  }

  void Write(const std::string& bytes) { std::ofstream(path_, std::ios::binary) << bytes; }

  int Open(const std::string& path) { return elf_map_open(&map_, path.c_str(), &problem_); }

  const std::string path_ = testing::TempDir() + "elf_map_test." + std::to_string(getpid());
  elf_map map_ = {};
  elf_problem problem_ = {};
};

TEST_F(ElfMapTest, ShowsTheBytesOfTheFile) {
  Write("twelve bytes");
  ASSERT_EQ(Open(path_), 0);
  ASSERT_EQ(map_.size, 12u);
  EXPECT_EQ(std::memcmp(map_.data, "twelve bytes", 12), 0);
}

TEST_F(ElfMapTest, OutlivesTheFilesName) {
  Write("still here");
  ASSERT_EQ(Open(path_), 0);
  ASSERT_EQ(unlink(path_.c_str()), 0);
  EXPECT_EQ(std::memcmp(map_.data, "still here", 10), 0);
}

TEST_F(ElfMapTest, EmptyFileHasNoBytes) {
  Write("");
  ASSERT_EQ(Open(path_), 0);
  EXPECT_EQ(map_.data, nullptr);
  EXPECT_EQ(map_.size, 0u);
}

TEST_F(ElfMapTest, ClosesTwice) {
  Write("bytes");
  ASSERT_EQ(Open(path_), 0);
  elf_map_close(&map_);
  elf_map_close(&map_);
  EXPECT_EQ(map_.data, nullptr);
  EXPECT_EQ(map_.size, 0u);
}

TEST_F(ElfMapTest, ReportsErrnoForAMissingFile) {
  EXPECT_EQ(Open(path_), -1);
  EXPECT_EQ(problem_.error_number, ENOENT);
  EXPECT_STREQ(problem_.text, "");
  EXPECT_EQ(map_.data, nullptr);
}

TEST_F(ElfMapTest, RefusesADirectory) {
  EXPECT_EQ(Open("/"), -1);
  EXPECT_EQ(problem_.error_number, 0);
  EXPECT_STREQ(problem_.text, "is a directory, not a regular file");
}

TEST_F(ElfMapTest, RefusesADevice) {
  EXPECT_EQ(Open("/dev/null"), -1);
  EXPECT_STREQ(problem_.text, "is a device, not a regular file");
}

TEST_F(ElfMapTest, RefusesAPipeWithoutWaitingForAWriter) {
  ASSERT_EQ(mkfifo(path_.c_str(), 0600), 0);
  EXPECT_EQ(Open(path_), -1);
  EXPECT_STREQ(problem_.text, "is a pipe, not a regular file");
}

}  // namespace
