// SPDX-License-Identifier: BSD-3-Clause
// Each public function that takes flags refuses those that it does not know, each of them, and says
// so; and no function takes two flags that are the same bit. complete_test finds a function that is
// missing here.

#include <Python.h>
#include <descry/descry.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "tests/life/walk_types.h"
#include "tests/support/python.h"
#include "tests/support/python_test.h"

namespace descry_test {
namespace {

constexpr Py_ssize_t kTwo = 2;
constexpr unsigned kRead = DESCRY_READ, kWrite = DESCRY_WRITE;

// What a call that was refused says, or "" where it was not.
using Call = std::function<std::string(unsigned flags)>;

struct Row {
  const char* function;
  unsigned needed;                 // flags without which nothing goes
  std::vector<unsigned> accepted;  // one by one
  Call call;
};

std::string Said(int result) { return result < 0 ? TakeException() : ""; }
std::string Said(PyObject* made) { return Ref(made) ? "" : TakeException(); }

// A view of two points, in the flags that it wants; closed at the end of its scope.
class Points {
 public:
  explicit Points(unsigned flags = DESCRY_WRITE) : array_(Eval("np.zeros(2, point)")) {
    EXPECT_EQ(descry_view_acquire(&view_, array_.get(), DESCRY_TYPE(walk_point), 1, flags), 0);
  }
  ~Points() { descry_view_release(&view_); }
  Points(const Points&) = delete;
  Points& operator=(const Points&) = delete;

  const descry_view* view() const { return &view_; }
  const descry_view* const* views() {
    list_ = &view_;
    return &list_;
  }

 private:
  Ref array_;
  descry_view view_ = {};
  const descry_view* list_ = nullptr;
};

const std::vector<unsigned> kReading = {DESCRY_NONE_IS_NAN, DESCRY_TRUNCATE_TEXT,
                                        DESCRY_INTEGRAL_FLOATS, DESCRY_MISSING_IS_ZERO,
                                        DESCRY_EXTRA_IGNORED};
const std::vector<unsigned> kOfViews = {
    DESCRY_READ,          DESCRY_WRITE,      DESCRY_C_CONTIGUOUS, DESCRY_F_CONTIGUOUS,
    DESCRY_CONTIGUOUS,    DESCRY_BY_LAYOUT,  DESCRY_CONVERT,      DESCRY_UNALIGNED,
    DESCRY_CHECK_OBJECTS, DESCRY_UNBORROWED, DESCRY_MASKED,       DESCRY_SAME_KIND,
    DESCRY_EXTRA_IGNORED};

std::vector<unsigned> With(std::vector<unsigned> some, const std::vector<unsigned>& more) {
  some.insert(some.end(), more.begin(), more.end());
  return some;
}

std::string Acquire(unsigned flags, decltype(descry_view_acquire_any)* acquire, PyObject* object) {
  descry_view view = {};
  const std::string said = Said(acquire(&view, object, DESCRY_TYPE(walk_point), 1, flags));
  EXPECT_EQ(view.array == nullptr, said != "");
  descry_view_release(&view);
  return said;
}

std::string Wrap(unsigned flags, bool adopts) {
  static walk_point data[2];
  const descry_type* type = DESCRY_TYPE(walk_point);
  const auto leave = [](void*, void*) {};
  return Said(adopts ? descry_adopt(type, data, 1, &kTwo, nullptr, leave, nullptr, flags)
                     : descry_wrap(type, data, 1, &kTwo, nullptr, nullptr, flags));
}

std::string OpenAll(unsigned flags) {
  descry_view view = DESCRY_VIEW(walk_point, 1, flags);
  descry_view* const views[] = {&view};
  PyObject* const objects[] = {Eval("points").get()};
  const std::string said = Said(descry_views_open(1, views, objects));
  descry_view_release(&view);
  return said;
}

std::string Converter(unsigned flags) {
  descry_view view = DESCRY_VIEW(walk_point, 1, flags);
  const std::string said =
      descry_view_converter(Eval("points").get(), &view) ? "" : TakeException();
  descry_view_release(&view);
  return said;
}

std::string NewFunction(unsigned flags) {
  static const descry_type* const types[] = {DESCRY_TYPE(float64), DESCRY_TYPE(float64)};
  const auto nothing = [](Py_ssize_t, char* const*, const Py_ssize_t*, void*) { return 0; };
  const descry_function_spec spec = {"nothing", nullptr, 1,       1,    types,
                                     nothing,   nullptr, nullptr, flags};
  return Said(descry_function_new(&spec));
}

std::string Schema(unsigned flags) {
  descry_schema* schema = descry_schema_new("flagged", flags);
  const char* const problem = descry_schema_problem(schema);
  const std::string said = problem ? std::string("ValueError: ") + problem : "";
  descry_schema_free(schema);
  return said;
}

std::string Variant(unsigned flags) {
  const char* const names[] = {"a", "b"};
  const descry_type* const types[] = {DESCRY_TYPE(int32), DESCRY_TYPE(int64)};
  descry_schema* schema = descry_schema_new("flagged", 0);
  const int result = descry_schema_add_variant(schema, "v", 2, names, types, flags);
  const std::string said =
      result < 0 ? std::string("ValueError: ") + descry_schema_problem(schema) : "";
  descry_schema_free(schema);
  return said;
}

std::string Problem(const descry_npy* npy) {
  return std::string("ValueError: ") + descry_npy_problem(npy);
}

std::string PathOfFile() { return testing::TempDir() + "/flags_test.npy"; }

std::string CreateFile(unsigned flags) {
  std::remove(PathOfFile().c_str());
  const size_t shape = 0;
  descry_npy* npy =
      descry_npy_create(PathOfFile().c_str(), DESCRY_TYPE(walk_point), 1, &shape, flags);
  if (!npy) return Problem(nullptr);
  EXPECT_EQ(descry_npy_close(npy), 0);
  return "";
}

std::string FlushFile(unsigned flags) {
  std::remove(PathOfFile().c_str());
  const size_t shape = 0;
  descry_npy* npy = descry_npy_create(PathOfFile().c_str(), DESCRY_TYPE(walk_point), 1, &shape, 0);
  const std::string said = descry_npy_flush(npy, flags) < 0 ? Problem(npy) : "";
  descry_npy_close(npy);
  return said;
}

std::string OpenFile(unsigned flags) {
  EXPECT_EQ(CreateFile(0), "");
  descry_npy* npy = descry_npy_open(PathOfFile().c_str(), DESCRY_TYPE(walk_point), flags);
  if (!npy) return Problem(nullptr);
  descry_npy_close(npy);
  return "";
}

std::vector<Row> Rows() {
  const descry_type* const type = DESCRY_TYPE(walk_point);
  const std::vector<unsigned> access = {DESCRY_READ, DESCRY_WRITE, DESCRY_UNALIGNED};
  const std::vector<unsigned> arrow = {DESCRY_TEXT_UTF8, DESCRY_COMPLEX_STRUCT};
  return {
      {"descry_wrap", kRead, access, [](unsigned flags) { return Wrap(flags, false); }},
      {"descry_adopt", kRead, access, [](unsigned flags) { return Wrap(flags, true); }},
      {"descry_wrap_buffer", kRead, access,
       [=](unsigned flags) {
         return Said(
             descry_wrap_buffer(type, Eval("bytearray(32)").get(), 0, 1, nullptr, nullptr, flags));
       }},
      {"descry_view_acquire", kRead, kOfViews,
       [](unsigned flags) { return Acquire(flags, descry_view_acquire, Eval("points").get()); }},
      {"descry_view_acquire_at", kRead, kOfViews,
       [=](unsigned flags) {
         descry_view view = {};
         const std::string said = Said(
             descry_view_acquire_at(&view, Eval("points").get(), type, 1, flags, "flags_test", 1));
         descry_view_release(&view);
         return said;
       }},
      {"descry_view_acquire_any", 0,
       [] {
         std::vector<unsigned> accepted = With(kOfViews, kReading);
         accepted.erase(accepted.begin() + 1);  // DESCRY_WRITE
         accepted.pop_back();                   // DESCRY_EXTRA_IGNORED, which is there twice
         return accepted;
       }(),
       [](unsigned flags) {
         return Acquire(flags, descry_view_acquire_any, Eval("points").get());
       }},
      {"descry_views_open", kRead, kOfViews, OpenAll},
      {"descry_view_converter", kRead, kOfViews, Converter},
      {"descry_from_python", 0, kReading,
       [=](unsigned flags) {
         walk_point point;
         return Said(descry_from_python(type, Eval("(1., 2.)").get(), &point, flags));
       }},
      {"descry_from_rows", 0, kReading,
       [=](unsigned flags) { return Said(descry_from_rows(type, Eval("[]").get(), flags)); }},
      {"descry_from_columns", 0, With({DESCRY_SAME_KIND}, kReading),
       [=](unsigned flags) {
         return Said(descry_from_columns(type, Eval("dict(x=[1.], y=[2.])").get(), flags));
       }},
      {"descry_to_columns",
       0,
       {DESCRY_FLAT},
       [](unsigned flags) { return Said(descry_to_columns(Points().view(), flags)); }},
      {"descry_array_from", 0, With({DESCRY_SAME_KIND, DESCRY_MASKED}, kReading),
       [=](unsigned flags) { return Said(descry_array_from(type, Eval("points").get(), flags)); }},
      {"descry_function_new", 0, {DESCRY_NEEDS_GIL, DESCRY_IN_PLACE}, NewFunction},
      {"descry_loop_begin",
       0,
       {DESCRY_C_ORDER, DESCRY_F_ORDER},
       [](unsigned flags) {
         descry_loop loop;
         Points points;
         return Said(descry_loop_begin(&loop, 1, points.views(), flags));
       }},
      {"descry_argsort",
       0,
       {DESCRY_DESCENDING},
       [](unsigned flags) { return Said(descry_argsort(Points().view(), nullptr, flags)); }},
      {"descry_sort",
       0,
       {DESCRY_DESCENDING},
       [](unsigned flags) { return Said(descry_sort(Points().view(), nullptr, flags)); }},
      {"descry_searchsorted",
       0,
       {DESCRY_DESCENDING, DESCRY_RIGHT},
       [](unsigned flags) {
         Points points;
         return Said(descry_searchsorted(points.view(), nullptr, points.view(), flags));
       }},
      {"descry_unique",
       0,
       {DESCRY_DESCENDING, DESCRY_INDICES, DESCRY_INVERSE, DESCRY_COUNTS},
       [](unsigned flags) { return Said(descry_unique(Points().view(), nullptr, flags)); }},
      {"descry_schema_new", 0, {DESCRY_PACKED}, Schema},
      {"descry_schema_add_variant", 0, {DESCRY_OVERLAP}, Variant},
      {"descry_npy_create", 0, {DESCRY_APPEND, DESCRY_DURABLE}, CreateFile},
      {"descry_npy_flush", 0, {DESCRY_DURABLE}, FlushFile},
      {"descry_npy_open",
       kRead,
       {DESCRY_READ, DESCRY_WRITE, DESCRY_UNALIGNED, DESCRY_C_CONTIGUOUS, DESCRY_F_CONTIGUOUS,
        DESCRY_CONTIGUOUS},
       OpenFile},
      {"descry_arrow_schema", 0, arrow,
       [=](unsigned flags) {
         ArrowSchema schema;
         const std::string said = Said(descry_arrow_schema(type, &schema, flags));
         EXPECT_EQ(schema.release == nullptr, said != "");
         if (schema.release) schema.release(&schema);
         return said;
       }},
      {"descry_arrow_stream", 0, arrow,
       [](unsigned flags) {
         ArrowArrayStream stream;
         Points points(DESCRY_READ);
         const std::string said = Said(descry_arrow_stream(points.view(), &stream, flags));
         EXPECT_EQ(stream.release == nullptr, said != "");
         if (stream.release) stream.release(&stream);
         return said;
       }},
      {"descry_to_arrow", 0, arrow,
       [](unsigned flags) { return Said(descry_to_arrow(Points(DESCRY_READ).view(), flags)); }},
      {"descry_from_arrow",
       0,
       {DESCRY_CONVERT, DESCRY_NONE_IS_NAN, DESCRY_MISSING_IS_ZERO, DESCRY_EXTRA_IGNORED,
        DESCRY_TRUNCATE_TEXT},
       [=](unsigned flags) {
         const Ref sent(descry_to_arrow(Points(DESCRY_READ).view(), 0));
         return Said(descry_from_arrow(type, sent.get(), flags));
       }},
  };
}

class FlagsTest : public PythonTest {
 protected:
  void SetUp() override {
    SetGlobal("point", Ref(descry_dtype(DESCRY_TYPE(walk_point))));
    Exec("points = np.zeros(2, point)");
  }
};

// Whether a function says that it does not take these flags.
bool IsRefused(const std::string& said, unsigned flags) {
  char number[32];
  std::snprintf(number, sizeof number, "0x%x", flags);
  return said.find("ValueError: ") == 0 && said.find("flags") != std::string::npos &&
         said.find(number) != std::string::npos;
}

TEST_F(FlagsTest, TakesEachThatItKnows) {
  for (const Row& row : Rows()) {
    for (const unsigned flag : row.accepted) {
      const std::string said = row.call(row.needed | flag);
      EXPECT_FALSE(IsRefused(said, row.needed | flag)) << row.function << ": " << said;
    }
  }
}

TEST_F(FlagsTest, RefusesEachThatItDoesNotKnow) {
  for (const Row& row : Rows()) {
    unsigned known = row.needed;
    for (const unsigned flag : row.accepted) known |= flag;
    for (int bit = 0; bit < 32; ++bit) {
      const unsigned flag = 1u << bit;
      if (known & flag) continue;
      const std::string said = row.call(row.needed | flag);
      EXPECT_TRUE(IsRefused(said, row.needed | flag))
          << row.function << ", " << bit << ": " << said;
    }
    ASSERT_EQ(row.call(row.needed), "") << row.function;
  }
}

// DESCRY_FLAT is DESCRY_DESCENDING, DESCRY_TEXT_UTF8 is DESCRY_INVERSE, DESCRY_COMPLEX_STRUCT is
// DESCRY_COUNTS: whoever takes one of a pair must not take the other.
TEST_F(FlagsTest, TakesNoTwoThatAreOneBit) {
  for (const Row& row : Rows()) {
    unsigned known = 0;
    for (const unsigned flag : row.accepted) {
      EXPECT_EQ(flag & (flag - 1), 0u) << row.function;
      EXPECT_EQ(known & flag, 0u) << row.function << " takes two flags that are " << flag;
      known |= flag;
    }
  }
}

TEST_F(FlagsTest, NeedsToKnowWhetherToReadOrToWrite) {
  for (const Row& row : Rows()) {
    if (row.needed == 0) continue;
    EXPECT_TRUE(IsRefused(row.call(0), 0)) << row.function;
    EXPECT_EQ(row.call(kWrite), "") << row.function;
  }
}

}  // namespace
}  // namespace descry_test
