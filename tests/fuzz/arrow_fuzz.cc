// SPDX-License-Identifier: BSD-3-Clause
// Fuzz target: imports of Arrow structs that the input makes up, schemas and arrays that fit,
// nearly fit or contradict themselves. Buffers are exactly as large as lengths and offsets say, so
// that a sanitizer sees each byte that is read besides.
#include <descry/descry.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/start.h"

namespace {

// What is not small is so large that nothing can have it.
constexpr int64_t kSmall = 24;
constexpr int64_t kTextSize = 96;

// The input, byte by byte; zeroes at its end.
class Choices {
 public:
  Choices(const uint8_t* data, size_t size) : data_(data), end_(data + size) {}
  uint8_t Byte() { return data_ == end_ ? 0 : *data_++; }
  // Seldom true.
  bool Rarely() { return Byte() > 0xF4; }

  // Mostly `usual`.
  int64_t Count(int64_t usual) {
    static const int64_t kWild[] = {-1, -2, INT64_MIN, INT64_MAX, INT64_MAX / 8, INT64_MAX / 2};
    const uint8_t choice = Byte();
    if (choice < 0xE8) return usual;
    return choice < 0xF8 ? Byte() % kSmall : kWild[Byte() % 6];
  }

 private:
  const uint8_t* data_;
  const uint8_t* end_;
};

// Everything that the structs of one input point at.
struct Memory {
  std::vector<std::unique_ptr<char[]>> buffers;
  std::vector<std::unique_ptr<ArrowSchema>> schemas;
  std::vector<std::unique_ptr<ArrowArray>> arrays;
  std::vector<std::unique_ptr<ArrowSchema*[]>> schema_lists;
  std::vector<std::unique_ptr<ArrowArray*[]>> array_lists;
  std::vector<std::unique_ptr<const void*[]>> buffer_lists;
  std::vector<std::unique_ptr<std::string>> texts;

  char* Buffer(Choices& in, int64_t size, bool is_random = true) {
    buffers.push_back(std::make_unique<char[]>(static_cast<size_t>(size)));
    for (int64_t i = 0; is_random && i < size; ++i) {
      buffers.back()[static_cast<size_t>(i)] = static_cast<char>(in.Byte());
    }
    return buffers.back().get();
  }
};

void ReleaseSchema(ArrowSchema* schema) { schema->release = nullptr; }
void ReleaseArray(ArrowArray* array) { array->release = nullptr; }

bool IsSmall(int64_t value) { return value >= 0 && value <= 4 * kSmall; }

// Makes structs for one column after the other.
class Producer {
 public:
  Producer(Choices& in, Memory& memory) : in_(in), memory_(memory) {}

  // A schema of `format`, mostly, and an array for it of `length` elements, mostly.
  void Make(std::string format, const char* name, int64_t length, int depth, ArrowSchema** schema,
            ArrowArray** array) {
    static const char* const kFormats[] = {
        "n",   "b",   "c",   "C",    "s",    "S",    "i",    "I",       "l",
        "L",   "e",   "f",   "g",    "z",    "Z",    "u",    "U",       "vz",
        "vu",  "w:4", "w:5", "tdD",  "tdm",  "tss:", "tsm:", "tsu:UTC", "tsn:Mars",
        "tDs", "tDn", "+s",  "+w:2", "+w:3", "+l",   "+L",   "d:3,1",   ""};
    if (in_.Rarely()) format = kFormats[in_.Byte() % (sizeof kFormats / sizeof *kFormats)];
    const bool is_dictionary = depth < 3 && in_.Byte() > 0xE0;
    ArrowSchema* const s = NewSchema(is_dictionary ? "i" : format, name);
    ArrowArray* const a = NewArray(length);
    if (is_dictionary) {
      Make(format, "", in_.Byte() % kSmall, depth + 1, &s->dictionary, &a->dictionary);
      SetBuffers(a, "i", a->dictionary->length);
    } else {
      AddChildren(s, a, format, depth);
      SetBuffers(a, format, 0);
    }
    Spoil(s, a);
    *schema = s;
    *array = a;
  }

  void MakeRecord(int64_t length, ArrowSchema** schema, ArrowArray** array) {
    static const struct {
      const char* name;
      const char* format;
    } kColumns[] = {{"i", "i"},    {"f", "g"},    {"s", "z"},  {"u", "u"},  {"t", "tsm:"},
                    {"d", "tdD"},  {"l", "+w:2"}, {"m", "+l"}, {"r", "+s"}, {"o", "l"},
                    {"c", "+w:2"}, {"v", "w:4"},  {"x", "vu"}, {"b", "b"}};
    const size_t count = sizeof kColumns / sizeof *kColumns;
    ArrowSchema* const s = NewSchema("+s", "");
    ArrowArray* const a = NewArray(length);
    Children(s, a, count);
    const int64_t used = IsSmall(a->length) && IsSmall(a->offset) ? a->length + a->offset : length;
    for (size_t i = 0; i < count; ++i) {
      const char* const name = in_.Rarely() ? "other" : kColumns[i].name;
      Make(kColumns[i].format, name, used, 0, &s->children[i], &a->children[i]);
    }
    SetBuffers(a, "+s", 0);
    Spoil(s, a);
    *schema = s;
    *array = a;
  }

 private:
  ArrowSchema* NewSchema(const std::string& format, const char* name) {
    memory_.texts.push_back(std::make_unique<std::string>(format));
    memory_.schemas.push_back(std::make_unique<ArrowSchema>());
    ArrowSchema* const schema = memory_.schemas.back().get();
    *schema = ArrowSchema{};
    schema->format = memory_.texts.back()->c_str();
    schema->name = name;
    schema->release = ReleaseSchema;
    return schema;
  }

  ArrowArray* NewArray(int64_t length) {
    memory_.arrays.push_back(std::make_unique<ArrowArray>());
    ArrowArray* const array = memory_.arrays.back().get();
    *array = ArrowArray{};
    array->length = in_.Count(length);
    array->offset = in_.Count(in_.Byte() > 0xC0 ? in_.Byte() % 5 : 0);
    array->null_count = in_.Count(in_.Byte() > 0x80 ? -1 : 0);
    array->release = ReleaseArray;
    return array;
  }

  void Children(ArrowSchema* s, ArrowArray* a, size_t count) {
    memory_.schema_lists.push_back(std::make_unique<ArrowSchema*[]>(count));
    memory_.array_lists.push_back(std::make_unique<ArrowArray*[]>(count));
    s->children = memory_.schema_lists.back().get();
    a->children = memory_.array_lists.back().get();
    s->n_children = a->n_children = static_cast<int64_t>(count);
  }

  void AddChildren(ArrowSchema* s, ArrowArray* a, const std::string& format, int depth) {
    if (format.empty() || format[0] != '+' || depth > 4) return;
    const int64_t used = IsSmall(a->length) && IsSmall(a->offset) ? a->length + a->offset : kSmall;
    const bool is_struct = format == "+s";
    const int64_t items = is_struct ? 1 : format == "+w:3" ? 3 : 2;
    Children(s, a, 1);
    Make(is_struct ? "b" : "f", is_struct ? "b" : "item", used * items, depth + 1, &s->children[0],
         &a->children[0]);
  }

  // Text, mostly of ASCII.
  char* Text() {
    char* const buffer = memory_.Buffer(in_, kTextSize);
    const char mask = in_.Byte() > 0xC0 ? '\xFF' : '\x7F';
    for (int64_t i = 0; i < kTextSize; ++i) buffer[i] = static_cast<char>(buffer[i] & mask);
    return buffer;
  }

  // Offsets, mostly going up by `step`.
  template <class Offset>
  char* Offsets(int64_t count, Offset step, Offset most) {
    char* const buffer = memory_.Buffer(in_, (count + 1) * int64_t{sizeof(Offset)}, false);
    Offset at = 0;
    for (int64_t i = 0; i <= count; ++i) {
      const Offset stored = in_.Rarely() ? static_cast<Offset>(-in_.Byte()) : at;
      std::memcpy(buffer + i * int64_t{sizeof(Offset)}, &stored, sizeof stored);
      const Offset next = at + (step ? step : static_cast<Offset>(in_.Byte() % 7));
      at = next > most ? at : next;
    }
    return buffer;
  }

  char* Views(int64_t count) {
    char* const buffer = memory_.Buffer(in_, count * 16);
    for (int64_t i = 0; i < count; ++i) {
      const int32_t size = in_.Rarely() ? -in_.Byte() : in_.Byte() % 20;
      const int32_t where[] = {in_.Byte() % 3 - 1, in_.Byte() % 100};
      std::memcpy(buffer + 16 * i, &size, sizeof size);
      if (size > 12) std::memcpy(buffer + 16 * i + 8, where, sizeof where);
    }
    return buffer;
  }

  char* Indices(int64_t count, int64_t values) {
    char* const buffer = memory_.Buffer(in_, count * 4);
    for (int64_t i = 0; i < count; ++i) {
      const int32_t index = values > 0 && !in_.Rarely() ? static_cast<int32_t>(in_.Byte() % values)
                                                        : static_cast<int32_t>(in_.Byte()) - 20;
      std::memcpy(buffer + 4 * i, &index, sizeof index);
    }
    return buffer;
  }

  static int64_t Width(const std::string& format) {
    if (format == "tdD") return 4;
    if (format.compare(0, 2, "w:") == 0) return std::atoi(format.c_str() + 2);
    if (format.size() != 1) return 8;
    return std::strchr("cC", format[0])    ? 1
           : std::strchr("sSe", format[0]) ? 2
           : std::strchr("iIf", format[0]) ? 4
                                           : 8;
  }

  // Buffers as a format has them; `values` is how many a dictionary has, or 0.
  void SetBuffers(ArrowArray* a, const std::string& format, int64_t values) {
    const int64_t count = IsSmall(a->length) && IsSmall(a->offset) ? a->length + a->offset : kSmall;
    // As long as any count of them that is not wild: how long it is, only n_buffers says.
    memory_.buffer_lists.push_back(std::make_unique<const void*[]>(kSmall));
    const void** const buffers = memory_.buffer_lists.back().get();
    a->buffers = buffers;
    if (format == "n" || format.empty()) return;
    buffers[0] = in_.Byte() > 0x40 ? memory_.Buffer(in_, (count + 7) / 8) : nullptr;
    a->n_buffers = 2;
    if (format == "+s" || format.compare(0, 2, "+w") == 0) {
      a->n_buffers = 1;
    } else if (format == "+l") {
      buffers[1] = Offsets<int32_t>(count, 2, static_cast<int32_t>(2 * count));
    } else if (format == "+L") {
      buffers[1] = Offsets<int64_t>(count, 2, 2 * count);
    } else if (format == "z" || format == "u") {
      buffers[1] = Offsets<int32_t>(count, 0, kTextSize);
      buffers[a->n_buffers++] = Text();
    } else if (format == "Z" || format == "U") {
      buffers[1] = Offsets<int64_t>(count, 0, kTextSize);
      buffers[a->n_buffers++] = Text();
    } else if (format == "vz" || format == "vu") {
      buffers[1] = Views(count);
      buffers[2] = Text();
      buffers[3] = memory_.Buffer(in_, 8, false);
      std::memcpy(const_cast<void*>(buffers[3]), &kTextSize, sizeof kTextSize);
      a->n_buffers = 4;
    } else if (values > 0) {
      buffers[1] = Indices(count, values);
    } else {
      buffers[1] = memory_.Buffer(in_, format == "b" ? (count + 7) / 8 : count * Width(format));
    }
  }

  // Breaks a struct, seldom.
  void Spoil(ArrowSchema* s, ArrowArray* a) {
    if (!in_.Rarely()) return;
    switch (in_.Byte() % 11) {
      case 0:
        a->buffers = nullptr;
        return;
      case 1:
        a->buffers[0] = nullptr;
        return;
      case 2:
        a->buffers[1] = nullptr;
        return;
      case 3:
        a->n_buffers = in_.Count(a->n_buffers - 1);
        return;
      case 4:
        a->n_children = in_.Count(a->n_children + 1);
        return;
      case 5:
        s->n_children = in_.Count(0) % 2;
        return;
      case 6:
        a->children = nullptr;
        return;
      case 7:
        s->children = nullptr;
        return;
      case 8:
        a->release = nullptr;
        return;
      case 9:
        a->dictionary = nullptr;
        return;
      default:
        s->format = nullptr;
    }
  }

  Choices& in_;
  Memory& memory_;
};

const descry_type* MakeType() {
  const size_t two[] = {2}, three[] = {3}, four[] = {4}, five[] = {5};
  descry_schema* inner = descry_schema_new("inner", 0);
  descry_schema_add(inner, "b", DESCRY_TYPE(bool_), 0, nullptr);
  const descry_type* const record = descry_schema_build(inner);
  descry_schema* schema = descry_schema_new("fuzzed", 0);
  descry_schema_add(schema, "i", DESCRY_TYPE(int32), 0, nullptr);
  descry_schema_add(schema, "f", DESCRY_TYPE(float64), 0, nullptr);
  descry_schema_add(schema, "s", DESCRY_TYPE(bytes), 1, five);
  descry_schema_add(schema, "u", DESCRY_TYPE(unicode), 1, three);
  descry_schema_add(schema, "t", DESCRY_TYPE(datetime64_ms), 0, nullptr);
  descry_schema_add(schema, "d", DESCRY_TYPE(datetime64_M), 0, nullptr);
  descry_schema_add(schema, "l", DESCRY_TYPE(float32), 1, two);
  descry_schema_add(schema, "m", DESCRY_TYPE(float32), 1, two);
  descry_schema_add(schema, "r", record, 0, nullptr);
  descry_schema_add_optional(schema, "o", DESCRY_TYPE(int64), 0, nullptr);
  descry_schema_add(schema, "c", DESCRY_TYPE(complex64), 0, nullptr);
  descry_schema_add(schema, "v", DESCRY_TYPE(void_), 1, four);
  descry_schema_add(schema, "x", DESCRY_TYPE(bytes), 1, five);
  descry_schema_add(schema, "b", DESCRY_TYPE(bool_), 0, nullptr);
  const descry_type* const type = descry_schema_build(schema);
  descry_type_release(record);
  return type;
}

// A stream of the one array.
struct Stream {
  ArrowSchema* schema;
  std::vector<ArrowArray*> arrays;
  size_t next;
};

int GetSchema(ArrowArrayStream* stream, ArrowSchema* out) {
  *out = *static_cast<Stream*>(stream->private_data)->schema;
  return 0;
}

int GetNext(ArrowArrayStream* stream, ArrowArray* out) {
  auto* const self = static_cast<Stream*>(stream->private_data);
  *out = ArrowArray{};
  if (self->next < self->arrays.size()) *out = *self->arrays[self->next++];
  return 0;
}

const char* GetLastError(ArrowArrayStream*) { return nullptr; }
void Release(ArrowArrayStream* stream) { stream->release = nullptr; }

const descry_type* type;

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  descry_test::StartPython();
  type = MakeType();
  return type ? 0 : -1;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const unsigned kFlags = DESCRY_CONVERT | DESCRY_NONE_IS_NAN | DESCRY_MISSING_IS_ZERO |
                                 DESCRY_EXTRA_IGNORED | DESCRY_TRUNCATE_TEXT;
  Choices in(data, size);
  Memory memory;
  Producer producer(in, memory);
  const unsigned flags = in.Byte() > 0x60 ? kFlags : kFlags & (in.Byte() * 0x2040u | 0x10000u);
  Stream self = {};
  ArrowArray* array;
  producer.MakeRecord(in.Byte() % kSmall, &self.schema, &array);
  self.arrays.push_back(array);
  ArrowArrayStream stream = {GetSchema, GetNext, GetLastError, Release, &self};
  PyObject* const capsule = PyCapsule_New(&stream, "arrow_array_stream", nullptr);
  PyObject* const made = descry_from_arrow(type, capsule, flags);
  if ((made == nullptr) != (PyErr_Occurred() != nullptr)) {
    std::fprintf(stderr, "does not hold: an array or an exception\n");
    std::abort();
  }
  if (std::getenv("DESCRY_FUZZ_PRINT")) PyErr_Print();
  PyErr_Clear();
  Py_XDECREF(made);
  Py_XDECREF(capsule);
  return 0;
}
