// SPDX-License-Identifier: BSD-3-Clause
// .npz files, written and mapped. No Python.
#include <descry/declare.h>
#include <descry/npy.h>
#include <dirent.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/rounds.h"

extern "C" {
#include "src/npy/crc.h"
#include "src/npy/file.h"
#include "src/npy/header.h"
#include "src/npy/zip.h"
}

struct npz_sample {
  char head;
  int64_t id;
};
DESCRY_DECLARE(npz_sample);
DESCRY_RECORD(npz_sample, head, id);

namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;

const size_t kNothing[] = {0};

class NpzTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = testing::TempDir() + "/npz_" +
              testing::UnitTest::GetInstance()->current_test_info()->name();
    ASSERT_EQ(mkdir(folder_.c_str(), 0777), 0);
    path_ = folder_ + "/run.npz";
  }
  void TearDown() override {
    for (const std::string& name : Files()) unlink((folder_ + "/" + name).c_str());
    rmdir(folder_.c_str());
  }

  std::vector<std::string> Files() const {
    std::vector<std::string> names;
    DIR* const folder = opendir(folder_.c_str());
    while (const dirent* entry = readdir(folder)) {
      if (entry->d_name[0] != '.') names.emplace_back(entry->d_name);
    }
    closedir(folder);
    return names;
  }

  static std::string Problem(const descry_npz* npz = nullptr) {
    const char* problem = descry_npz_problem(npz);
    return problem ? problem : "";
  }

  // What Python's zipfile says of the file as `z`, where there is a Python.
  void ExpectZipfileSays(const std::string& what) const {
    if (std::system("python3 -c '' 2>/dev/null") != 0) return;
    const std::string command =
        "python3 -c \"import zipfile; z = zipfile.ZipFile('" + path_ + "'); assert " + what + "\"";
    EXPECT_EQ(std::system(command.c_str()), 0) << what;
  }

  std::string Bytes() const {
    std::ifstream file(path_, std::ios::binary);
    std::stringstream bytes;
    bytes << file.rdbuf();
    return bytes.str();
  }

  void SetBytes(const std::string& bytes) const {
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << bytes;
  }

  static void AddDoubles(descry_npz* npz, const char* name, size_t count, double first = 0) {
    descry_npy* npy = descry_npz_add(npz, name, DESCRY_TYPE(float64), 1, kNothing);
    ASSERT_NE(npy, nullptr) << Problem(npz);
    for (size_t i = 0; i < count; ++i) {
      const double value = first + static_cast<double>(i);
      ASSERT_EQ(descry_npy_write(npy, &value, 1), 0);
    }
    ASSERT_EQ(descry_npy_close(npy), 0) << Problem();
  }

  // A file of members a, of 3 elements, b, of none, and c, of 9 000.
  void WriteThree() const {
    descry_npz* npz = descry_npz_create(path_.c_str(), 0);
    ASSERT_NE(npz, nullptr) << Problem();
    AddDoubles(npz, "a", 3);
    AddDoubles(npz, "b", 0);
    AddDoubles(npz, "c", 9000, 7);
    ASSERT_EQ(descry_npz_close(npz), 0) << Problem();
  }

  void ExpectThree() const {
    descry_npz* npz = descry_npz_open(path_.c_str());
    ASSERT_NE(npz, nullptr) << Problem();
    EXPECT_EQ(descry_npz_count(npz), 3u);
    for (const auto& member : {std::make_pair("a", 3u), {"b", 0u}, {"c", 9000u}}) {
      descry_npy* npy = descry_npz_map(npz, member.first, DESCRY_TYPE(float64), DESCRY_READ);
      ASSERT_NE(npy, nullptr) << Problem(npz);
      EXPECT_EQ(descry_npy_size(npy), member.second);
      EXPECT_EQ(reinterpret_cast<uintptr_t>(descry_npy_data(npy)) % 64, 0u);
      const auto* values = static_cast<const double*>(descry_npy_data(npy));
      for (size_t i = 0; i < member.second; ++i) {
        ASSERT_EQ(values[i], static_cast<double>(i) + (*member.first == 'c' ? 7 : 0));
      }
      EXPECT_EQ(descry_npz_check(npz, member.first), 0) << Problem(npz);
      EXPECT_EQ(descry_npy_close(npy), 0);
    }
    EXPECT_EQ(descry_npz_close(npz), 0);
  }

  std::string folder_, path_;
};

TEST_F(NpzTest, MapsWhatItWrote) {
  WriteThree();
  ExpectThree();
  EXPECT_THAT(Files(), ElementsAre("run.npz"));
}

TEST_F(NpzTest, NamesItsMembers) {
  WriteThree();
  descry_npz* npz = descry_npz_open(path_.c_str());
  EXPECT_STREQ(descry_npz_name(npz, 0), "a");
  EXPECT_STREQ(descry_npz_name(npz, 2), "c");
  EXPECT_EQ(descry_npz_name(npz, 3), nullptr);
  descry_npy* npy = descry_npz_map(npz, "a.npy", nullptr, DESCRY_READ);
  EXPECT_NE(npy, nullptr) << "by the name that it has in the file";
  descry_npy_close(npy);
  EXPECT_EQ(descry_npz_map(npz, "d", nullptr, DESCRY_READ), nullptr);
  EXPECT_EQ(Problem(npz), "there is no member 'd'");
  EXPECT_EQ(Problem(), path_ + ": d: there is no member 'd'");
  descry_npz_close(npz);
}

TEST_F(NpzTest, IsTheSameFileEachTime) {
  WriteThree();
  const std::string bytes = Bytes();
  WriteThree();
  EXPECT_EQ(Bytes(), bytes);
}

TEST_F(NpzTest, HasNoMembers) {
  ASSERT_EQ(descry_npz_close(descry_npz_create(path_.c_str(), DESCRY_DURABLE)), 0);
  descry_npz* npz = descry_npz_open(path_.c_str());
  ASSERT_NE(npz, nullptr) << Problem();
  EXPECT_EQ(descry_npz_count(npz), 0u);
  EXPECT_EQ(descry_npz_close(npz), 0);
  EXPECT_EQ(descry_npz_close(nullptr), 0);
  descry_npz_discard(nullptr);
}

TEST_F(NpzTest, WritesPaddingAsZeros) {
  for (const int64_t count : {5, 9000}) {
    descry_npz* npz = descry_npz_create(path_.c_str(), 0);
    descry_npy* npy = descry_npz_add(npz, "padded", DESCRY_TYPE(npz_sample), 1, kNothing);
    std::vector<npz_sample> samples(static_cast<size_t>(count));
    std::memset(static_cast<void*>(samples.data()), 0x55, samples.size() * sizeof samples[0]);
    for (int64_t i = 0; i < count; ++i) samples[static_cast<size_t>(i)].id = i;
    ASSERT_EQ(descry_npy_write(npy, samples.data(), samples.size()), 0);
    ASSERT_EQ(descry_npy_close(npy), 0);
    ASSERT_EQ(descry_npz_close(npz), 0);
    npz = descry_npz_open(path_.c_str());
    npy = descry_npz_map(npz, "padded", DESCRY_TYPE(npz_sample), DESCRY_READ);
    EXPECT_EQ(descry_npz_check(npz, "padded"), 0) << Problem(npz);
    descry_npz_close(npz);
    ASSERT_NE(npy, nullptr);
    const auto* mapped = static_cast<const char*>(descry_npy_data(npy));
    for (size_t i = 0; i < samples.size(); ++i) {
      ASSERT_EQ(std::string(mapped + i * sizeof samples[0], 8),
                std::string("\x55\0\0\0\0\0\0\0", 8))
          << i;
    }
    descry_npy_close(npy);
  }
}

TEST_F(NpzTest, OutlivesItsFile) {
  WriteThree();
  descry_npz* npz = descry_npz_open(path_.c_str());
  descry_npy* npy = descry_npz_map(npz, "c", nullptr, DESCRY_READ);
  descry_npz_close(npz);
  unlink(path_.c_str());
  EXPECT_EQ(static_cast<const double*>(descry_npy_data(npy))[8999], 9006);
  EXPECT_EQ(descry_npy_close(npy), 0);
}

TEST_F(NpzTest, LeavesThePathAloneUntilItIsClosed) {
  SetBytes("what was there");
  descry_npz* npz = descry_npz_create(path_.c_str(), 0);
  AddDoubles(npz, "a", 30000);
  EXPECT_EQ(Bytes(), "what was there");
  descry_npz_discard(npz);
  EXPECT_EQ(Bytes(), "what was there");
  EXPECT_THAT(Files(), ElementsAre("run.npz"));
}

TEST_F(NpzTest, KeepsThePermissionsOfWhatItReplaces) {
  SetBytes("what was there");
  chmod(path_.c_str(), 0640);
  WriteThree();
  struct stat status;
  ASSERT_EQ(stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0640u);
}

TEST_F(NpzTest, LeavesNothingWhereAMemberIsNotClosed) {
  descry_npz* npz = descry_npz_create(path_.c_str(), 0);
  descry_npy* npy = descry_npz_add(npz, "open", DESCRY_TYPE(float64), 1, kNothing);
  EXPECT_EQ(descry_npz_close(npz), -1);
  EXPECT_EQ(Problem(), path_ + ": its member 'open' is not closed");
  EXPECT_THAT(Files(), ElementsAre());
  const double value = 1;
  EXPECT_EQ(descry_npy_write(npy, &value, 1), -1);
  EXPECT_STREQ(descry_npy_problem(npy), "the .npz file that it is a member of is closed");
  EXPECT_EQ(descry_npy_flush(npy, 0), -1);
  EXPECT_EQ(descry_npy_close(npy), -1);
}

TEST_F(NpzTest, AddsOneMemberAtATime) {
  descry_npz* npz = descry_npz_create(path_.c_str(), 0);
  descry_npy* npy = descry_npz_add(npz, "a", DESCRY_TYPE(float64), 1, kNothing);
  EXPECT_EQ(descry_npz_add(npz, "b", DESCRY_TYPE(float64), 1, kNothing), nullptr);
  EXPECT_EQ(Problem(npz), "the member before is not closed yet");
  EXPECT_EQ(descry_npy_close(npy), 0);
  AddDoubles(npz, "b", 2);
  EXPECT_EQ(descry_npz_map(npz, "b", nullptr, DESCRY_READ), nullptr);
  EXPECT_EQ(Problem(npz), "the file is open to be written");
  EXPECT_EQ(descry_npz_close(npz), 0) << Problem();
}

TEST_F(NpzTest, RefusesNames) {
  descry_npz* npz = descry_npz_create(path_.c_str(), 0);
  AddDoubles(npz, "a", 1);
  for (const char* name : {"/etc/passwd", "..", "../a", "a/../b", "a/..", "a\\b"}) {
    EXPECT_EQ(descry_npz_add(npz, name, DESCRY_TYPE(float64), 1, kNothing), nullptr);
    EXPECT_EQ(Problem(npz), "the name '" + std::string(name) + "' is a path");
  }
  for (const std::string& name : {std::string(), std::string("\xff"), std::string(65532, 'a')}) {
    EXPECT_EQ(descry_npz_add(npz, name.c_str(), DESCRY_TYPE(float64), 1, kNothing), nullptr);
    EXPECT_EQ(Problem(npz), "a name must be UTF-8, of 1 to 65531 bytes");
  }
  for (const char* name : {"a", "a.npy"}) {
    EXPECT_EQ(descry_npz_add(npz, name, DESCRY_TYPE(float64), 1, kNothing), nullptr);
    EXPECT_EQ(Problem(npz), "there is a member '" + std::string(name) + "' already");
  }
  AddDoubles(npz, std::string(65531, 'a').c_str(), 1);
  AddDoubles(npz, "folder/..a", 1);
  AddDoubles(npz, "\u6e29", 1);
  ASSERT_EQ(descry_npz_close(npz), 0) << Problem();
  npz = descry_npz_open(path_.c_str());
  EXPECT_STREQ(descry_npz_name(npz, 3), "\u6e29");
  EXPECT_EQ(std::string(descry_npz_name(npz, 1)).size(), 65531u);
  descry_npz_close(npz);
}

// What is refused leaves the file as it is: it can be gone on with.
TEST_F(NpzTest, GoesOnAfterARefusal) {
  descry_npz* npz = descry_npz_create(path_.c_str(), 0);
  EXPECT_EQ(descry_npz_add(npz, "a", DESCRY_TYPE(object_), 1, kNothing), nullptr);
  EXPECT_EQ(descry_npz_add(npz, "a", DESCRY_TYPE(float64), 0, kNothing), nullptr);
  EXPECT_EQ(Problem(npz), "expected a type and 1 to 64 dimensions, got 0");
  EXPECT_EQ(Problem(), path_ + ": a: expected a type and 1 to 64 dimensions, got 0");
  AddDoubles(npz, "a", 2);
  EXPECT_EQ(descry_npz_close(npz), 0) << Problem();
  EXPECT_EQ(descry_npz_create(path_.c_str(), DESCRY_APPEND), nullptr);
  EXPECT_EQ(Problem(), path_ + ": flags must be DESCRY_DURABLE or 0, got 0x4000000");
  EXPECT_EQ(descry_npz_create((folder_ + "/none/run.npz").c_str(), 0), nullptr);
  EXPECT_EQ(errno, ENOENT);
}

TEST_F(NpzTest, RefusesToWriteToAMember) {
  WriteThree();
  descry_npz* npz = descry_npz_open(path_.c_str());
  EXPECT_EQ(descry_npz_map(npz, "a", nullptr, DESCRY_WRITE), nullptr);
  EXPECT_EQ(Problem(npz), "a member can only be read: its check sum would be wrong afterwards");
  EXPECT_EQ(descry_npz_map(npz, "a", nullptr, 0), nullptr);
  EXPECT_EQ(descry_npz_map(npz, "a", DESCRY_TYPE(float32), DESCRY_READ), nullptr);
  EXPECT_EQ(Problem(npz), "expected float32, got float64");
  EXPECT_EQ(descry_npz_add(npz, "d", DESCRY_TYPE(float64), 1, kNothing), nullptr);
  EXPECT_EQ(Problem(npz), "the file is open to be read");
  EXPECT_EQ(descry_npz_close(npz), 0);
}

TEST_F(NpzTest, FindsEachFlippedBit) {
  WriteThree();
  const std::string good = Bytes();
  const size_t header = good.find("\x93NUMPY", good.find("c.npy"));
  for (size_t at : {header + 20, header + 64, header + 12345, header + 128 + 9000 * 8 - 1}) {
    std::string bytes = good;
    bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
    SetBytes(bytes);
    descry_npz* npz = descry_npz_open(path_.c_str());
    ASSERT_NE(npz, nullptr) << Problem();
    EXPECT_EQ(descry_npz_check(npz, "a"), 0);
    EXPECT_EQ(descry_npz_check(npz, "c"), -1);
    EXPECT_THAT(Problem(npz), HasSubstr("member 'c' has the check sum "));
    descry_npz_close(npz);
  }
}

// Whatever is cut off, it is said.
TEST_F(NpzTest, RefusesTruncatedFiles) {
  WriteThree();
  const std::string good = Bytes();
  std::vector<size_t> sizes;
  for (size_t size = 0; size < 400; ++size) sizes.push_back(size);
  for (size_t size = good.size() - 300; size < good.size(); ++size) sizes.push_back(size);
  for (size_t size : sizes) {
    SetBytes(good.substr(0, size));
    ASSERT_EQ(descry_npz_open(path_.c_str()), nullptr) << size;
    EXPECT_THAT(Problem(), HasSubstr("run.npz: it is not a zip file"));
  }
  SetBytes(good + "x");
  EXPECT_EQ(descry_npz_open(path_.c_str()), nullptr);
}

// Reads all that a damaged file lets one read.
void ReadAll(const std::string& path) {
  descry_npz* npz = descry_npz_open(path.c_str());
  if (!npz) return;
  for (size_t i = 0; i < descry_npz_count(npz); ++i) {
    const std::string name = descry_npz_name(npz, i);
    descry_npz_check(npz, name.c_str());
    for (const int flags : {DESCRY_READ + 0, DESCRY_READ | DESCRY_UNALIGNED | DESCRY_CONTIGUOUS}) {
      descry_npy* npy = descry_npz_map(npz, name.c_str(), nullptr, static_cast<unsigned>(flags));
      if (!npy) continue;
      const size_t size = descry_npy_size(npy) * descry_type_size(descry_npy_type(npy));
      ASSERT_LE(size, 1u << 20);
      volatile unsigned sum = 0;
      for (size_t at = 0; at < size; at += 64) {
        sum = sum + static_cast<const unsigned char*>(descry_npy_data(npy))[at];
      }
      EXPECT_EQ(descry_npy_close(npy), 0);
    }
  }
  EXPECT_EQ(descry_npz_close(npz), 0);
}

TEST_F(NpzTest, ReadsDamagedFilesWithoutHarm) {
  WriteThree();
  const std::string good = Bytes();
  const size_t directory = good.find("PK\1\2"), headers = good.find("\x93NUMPY");
  std::mt19937 random(5);
  for (unsigned round = 0; round < descry_test::Rounds(500, 50000); ++round) {
    std::string bytes = good;
    for (unsigned edits = 1 + random() % 3; edits > 0; --edits) {
      // Mostly where something is said about the rest.
      const size_t from = random() % 4 ? directory : 0, to = random() % 4 ? bytes.size() : headers;
      const size_t at = from < to ? from + random() % (to - from) : random() % bytes.size();
      bytes[at] = static_cast<char>(random() % 3 ? random() : random() % 2 ? 0xff : 0);
    }
    SetBytes(bytes);
    ReadAll(path_);
  }
}

// Members beyond 4 GiB, in a file with a hole: a, of 5 GiB of zeros, b behind it, and no real
// bytes between.
TEST_F(NpzTest, HoldsMoreThan4GiB) {
  const size_t count = size_t{5} << 27;
  descryi_npy_problem problem = {""};
  descryi_npy_arena arena = {};
  descryi_crc_tables tables;
  descryi_crc_start(&tables);
  const int file = open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  descryi_zip_member members[2] = {};
  uint64_t end = 0;
  for (int i = 0; i < 2; ++i) {
    descryi_npy_header header = {};
    header.ndim = 1;
    header.shape[0] = i == 0 ? count : 2;
    ASSERT_EQ(descryi_npy_layout_of_type(&header.layout, DESCRY_TYPE(float64), &arena, &problem),
              0);
    size_t size, done;
    const char* bytes = descryi_npy_header_write(&header, &size, &arena, &problem);
    members[i].name = i == 0 ? "a.npy" : "b.npy";
    members[i].name_length = 5;
    members[i].header = end;
    const size_t data = header.shape[0] * 8, start = end + descryi_zip_header_size(&members[i]);
    members[i].size = members[i].stored = size + data;
    const uint32_t zeros = ~descryi_crc_join(~0u, 0, data);
    members[i].crc = descryi_crc_join(descryi_crc_update(&tables, 0, bytes, size), zeros, data);
    ASSERT_EQ(descryi_zip_write_header(file, &members[i], &problem), 0) << problem.text;
    ASSERT_EQ(descryi_npy_write_at(file, bytes, size, start, &done, &problem), 0);
    end = start + members[i].size;
    ASSERT_EQ(ftruncate(file, static_cast<off_t>(end)), 0);
  }
  const descryi_zip_directory directory = {members, 2, end};
  ASSERT_EQ(descryi_zip_write_directory(file, &directory, &problem), 0) << problem.text;
  close(file);
  descryi_npy_free_all(&arena);

  descry_npz* npz = descry_npz_open(path_.c_str());
  ASSERT_NE(npz, nullptr) << Problem();
  for (const auto& member : {std::make_pair("a", count), {"b", size_t{2}}}) {
    descry_npy* npy = descry_npz_map(npz, member.first, DESCRY_TYPE(float64), DESCRY_READ);
    ASSERT_NE(npy, nullptr) << Problem(npz);
    EXPECT_EQ(descry_npy_size(npy), member.second);
    EXPECT_EQ(static_cast<const double*>(descry_npy_data(npy))[member.second - 1], 0);
    EXPECT_EQ(descry_npy_close(npy), 0);
  }
  EXPECT_EQ(descry_npz_check(npz, "b"), 0) << Problem(npz);
  if (descry_test::Rounds(0, 1)) {
    EXPECT_EQ(descry_npz_check(npz, "a"), 0) << Problem(npz);
  }
  descry_npz_close(npz);
  ExpectZipfileSays(
      "[(i.filename, i.file_size) for i in z.infolist()] == "
      "[('a.npy', 5 * 2**30 + 128), ('b.npy', 144)] and "
      "len(z.read('b.npy')) + len(z.open('a.npy').read(200)) == 344");
}

TEST_F(NpzTest, HasMoreThan65535Members) {
  const size_t count = 66000;
  std::vector<std::string> names;
  for (size_t i = 0; i < count; ++i) names.push_back(std::to_string(i) + ".npy");
  std::vector<descryi_zip_member> members(count);
  for (size_t i = 0; i < count; ++i) {
    members[i] = {};
    members[i].name = names[i].c_str();
    members[i].name_length = names[i].size();
  }
  descryi_npy_problem problem = {""};
  const int file = open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  ASSERT_EQ(descryi_zip_write_header(file, &members[0], &problem), 0);
  const descryi_zip_directory directory = {members.data(), count,
                                           descryi_zip_header_size(&members[0])};
  ASSERT_EQ(descryi_zip_write_directory(file, &directory, &problem), 0) << problem.text;
  close(file);
  descry_npz* npz = descry_npz_open(path_.c_str());
  ASSERT_NE(npz, nullptr) << Problem();
  EXPECT_EQ(descry_npz_count(npz), count);
  EXPECT_STREQ(descry_npz_name(npz, count - 1), "65999");
  descry_npz_close(npz);
  ExpectZipfileSays("len(z.infolist()) == 66000");
}

TEST_F(NpzTest, KilledLeavesWhatWasThere) {
  WriteThree();
  std::mt19937 random(11);
  for (unsigned round = 0; round < descry_test::Rounds(50, 1000); ++round) {
    const pid_t child = fork();
    if (child == 0) {
      while (true) WriteThree();
    }
    usleep(static_cast<useconds_t>(random() % 5000));
    ASSERT_EQ(kill(child, SIGKILL), 0);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ExpectThree();
    ASSERT_FALSE(HasFailure()) << round;
  }
}

TEST(CrcTest, IsTheOneOfZipFiles) {
  descryi_crc_tables tables;
  descryi_crc_start(&tables);
  EXPECT_EQ(descryi_crc_update(&tables, 0, "", 0), 0u);
  EXPECT_EQ(descryi_crc_update(&tables, 0, "123456789", 9), 0xcbf43926u);
  const std::string text = "The quick brown fox jumps over the lazy dog";
  EXPECT_EQ(descryi_crc_update(&tables, 0, text.data(), text.size()), 0x414fa339u);
  for (size_t i = 0; i <= text.size(); ++i) {
    const uint32_t first = descryi_crc_update(&tables, 0, text.data(), i);
    const uint32_t rest = descryi_crc_update(&tables, 0, text.data() + i, text.size() - i);
    EXPECT_EQ(descryi_crc_update(&tables, first, text.data() + i, text.size() - i), 0x414fa339u);
    EXPECT_EQ(descryi_crc_join(first, rest, text.size() - i), 0x414fa339u) << i;
  }
}

}  // namespace
