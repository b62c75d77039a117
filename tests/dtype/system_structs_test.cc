// SPDX-License-Identifier: BSD-3-Clause
// Structs of the system's headers: every field that Python reads is the very bytes that C wrote.

#include "tests/dtype/system_structs.h"

#include <descry/dtype.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <time.h>

#include <string>
#include <vector>

#include "tests/support/python.h"
#include "tests/support/python_test.h"

namespace descry_test {
namespace {

std::vector<const descry_type*> AllStructs() {
  return {
#define ADDRESS(name) &descry_type_of_##name,
      SYSTEM_STRUCTS(ADDRESS)
#undef ADDRESS
  };
}

// Makes `record` the one element of that type at `data`.
void ReadIntoPython(const descry_type* type, const void* data) {
  SetGlobal("dtype", Ref(descry_dtype(type)));
  SetGlobal("memory", Ref(PyBytes_FromStringAndSize(static_cast<const char*>(data),
                                                    static_cast<Py_ssize_t>(type->size))));
  Exec("record = np.frombuffer(memory, dtype)[0]");
}

using SystemStructsTest = PythonTest;

TEST_F(SystemStructsTest, AreThirtyAtLeast) { EXPECT_GE(AllStructs().size(), 30u); }

TEST_F(SystemStructsTest, GiveEachFieldItsBytes) {
  for (const descry_type* type : AllStructs()) {
    SCOPED_TRACE(type->name);
    ASSERT_EQ(descry_register(type), 0) << TakeException();
    std::vector<unsigned char> memory(type->size);
    for (size_t i = 0; i < memory.size(); ++i) memory[i] = static_cast<unsigned char>(7 * i + 1);
    ReadIntoPython(type, memory.data());
    for (size_t i = 0; i < descry_type_field_count(type); ++i) {
      const descry_field* field = descry_type_field(type, i);
      const std::string name = descry_field_name(field);
      const Ref bytes =
          Eval("np.frombuffer(memory, dtype)[['" + name + "']]['" + name + "'].tobytes()");
      EXPECT_EQ(std::string(PyBytes_AsString(bytes.get()), descry_field_size(field)),
                std::string(reinterpret_cast<char*>(&memory[descry_field_offset(field)]),
                            descry_field_size(field)))
          << name;
    }
  }
}

TEST_F(SystemStructsTest, ReadWhatTheSystemFilledIn) {
  struct stat status;
  ASSERT_EQ(stat("/", &status), 0);
  ReadIntoPython(&descry_type_of_stat_t, &status);
  EXPECT_EQ(Int(Eval("record['st_ino']")), static_cast<long long>(status.st_ino));
  EXPECT_EQ(Int(Eval("record['st_mode']")), status.st_mode);
  EXPECT_EQ(Int(Eval("record['st_mtim']['tv_nsec']")), status.st_mtim.tv_nsec);

  const time_t moment = 1e9;
  struct tm broken;
  ASSERT_NE(gmtime_r(&moment, &broken), nullptr);
  ReadIntoPython(&descry_type_of_tm_t, &broken);
  EXPECT_EQ(Int(Eval("record['tm_year'] + 1900")), 2001);
  EXPECT_EQ(Int(Eval("record['tm_mon']")), 8);
  EXPECT_EQ(Int(Eval("record['tm_mday']")), 9);
}

}  // namespace
}  // namespace descry_test
