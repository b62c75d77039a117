// SPDX-License-Identifier: BSD-3-Clause
// Schemas where memory runs out, at every allocation once; many of them, and many threads.
#include <descry/schema.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace {

std::atomic<long> allocations{0};
std::atomic<long> live{0};
std::atomic<long> failing{0};  // the allocation that fails, counted from 1; 0 for none

bool Fails() { return ++allocations == failing; }

}  // namespace

extern "C" {
void* __real_malloc(size_t size);
void* __real_calloc(size_t count, size_t size);
void* __real_realloc(void* block, size_t size);
void __real_free(void* block);

void* __wrap_malloc(size_t size) {
  if (Fails()) return nullptr;
  ++live;
  return __real_malloc(size);
}
void* __wrap_calloc(size_t count, size_t size) {
  if (Fails()) return nullptr;
  ++live;
  return __real_calloc(count, size);
}
void* __wrap_realloc(void* block, size_t size) {
  if (Fails()) return nullptr;
  if (!block) ++live;
  return __real_realloc(block, size);
}
void __wrap_free(void* block) {
  if (block) --live;
  __real_free(block);
}
}

namespace {

// Everything that a schema can have. Allocates nothing by itself.
const descry_type* Build() {
  const size_t two[] = {2}, twelve[] = {12};
  const descry_type* text = descry_type_array(DESCRY_TYPE(bytes), 1, twelve);
  if (!text) return nullptr;
  descry_schema* inner = descry_schema_new("inner", DESCRY_PACKED);
  descry_schema_add(inner, "a", DESCRY_TYPE(int8), 0, nullptr);
  descry_schema_add_optional(inner, "b", DESCRY_TYPE(float64), 1, two);
  const descry_type* nested = descry_schema_build(inner);
  if (!nested) {
    descry_type_release(text);
    return nullptr;
  }
  const char* names[] = {nullptr, "number", "text", "record"};
  const descry_type* elements[] = {nullptr, DESCRY_TYPE(int64), text, nested};
  descry_schema* schema = descry_schema_new("outer", 0);
  descry_schema_title(schema, "a title");
  descry_schema_add(schema, "first", nested, 1, two);
  for (const char* name : {"c", "d", "e", "f", "g"}) {
    descry_schema_add(schema, name, DESCRY_TYPE(int32), 0, nullptr);
  }
  descry_schema_add_variant(schema, "v", 4, names, elements, 0);
  descry_type_release(text);
  descry_type_release(nested);
  return descry_schema_build(schema);
}

TEST(SchemaMemoryTest, FailsAtEveryAllocationAndLeavesNothing) {
  const long before = live;
  allocations = 0;
  const descry_type* type = Build();
  const long all = allocations;
  descry_type_release(type);
  ASSERT_NE(type, nullptr);
  ASSERT_GT(all, 30);
  for (long at = 1; at <= all; ++at) {
    allocations = 0;
    failing = at;
    type = Build();
    failing = 0;
    ASSERT_EQ(type, nullptr) << at;
    ASSERT_STREQ(descry_schema_problem(nullptr), "out of memory") << at;
    ASSERT_EQ(live, before) << at;
  }
}

TEST(SchemaMemoryTest, LeavesNothingOfAMillionTypes) {
  const long before = live;
  for (int i = 0; i < 1'000'000; ++i) {
    const size_t length[] = {1 + static_cast<size_t>(i) % 100};
    descry_schema* schema = descry_schema_new("sample", 0);
    descry_schema_add(schema, "id", DESCRY_TYPE(int64), 0, nullptr);
    descry_schema_add(schema, "label", DESCRY_TYPE(bytes), 1, length);
    const descry_type* type = descry_schema_build(schema);
    ASSERT_NE(type, nullptr);
    descry_type_release(type);
  }
  EXPECT_EQ(live, before);
}

TEST(SchemaMemoryTest, CountsReferencesOfManyThreads) {
  const long before = live;
  const descry_type* type = Build();
  {
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([type] {
        for (int n = 0; n < 20'000; ++n) {
          descry_schema* schema = descry_schema_new("holder", 0);
          descry_schema_add(schema, "held", type, 0, nullptr);
          const descry_type* holder = descry_schema_build(schema);
          descry_type_release(descry_type_retain(type));
          descry_type_release(holder);
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  EXPECT_STREQ(descry_type_name(type), "outer");
  descry_type_release(type);
  EXPECT_EQ(live, before);
}

TEST(SchemaMemoryTest, KeepsTheProblemsOfThreadsApart) {
  EXPECT_EQ(descry_schema_build(nullptr), nullptr);
  std::thread([] { EXPECT_EQ(descry_schema_problem(nullptr), nullptr); }).join();
  EXPECT_STREQ(descry_schema_problem(nullptr), "out of memory");
}

}  // namespace
