// SPDX-License-Identifier: BSD-3-Clause
// Fuzz target: calls on schemas as the input says, and what holds of every type that comes out.
#include <descry/schema.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

// The input, byte by byte; zeroes at its end.
class Choices {
 public:
  Choices(const uint8_t* data, size_t size) : data_(data), end_(data + size) {}
  bool empty() const { return data_ == end_; }
  uint8_t Byte() { return empty() ? 0 : *data_++; }

  // Mostly small, at times as large as there is.
  size_t Size() {
    const uint8_t first = Byte();
    if (first < 0xF0) return first % 40;
    size_t value = 0;
    for (size_t i = 0; i < sizeof value; ++i) value = value << 8 | Byte();
    return value;
  }

  std::string Name() {
    std::string name;
    for (uint8_t length = Byte() % 6; length > 0; --length) {
      name += static_cast<char>(Byte() % 7 ? 'a' + Byte() % 3 : Byte());
    }
    return name;
  }

 private:
  const uint8_t* data_;
  const uint8_t* end_;
};

const descry_type* const kElements[] = {
    DESCRY_TYPE(bool_),   DESCRY_TYPE(int16_be),   DESCRY_TYPE(int64),
    DESCRY_TYPE(float32), DESCRY_TYPE(bytes),      DESCRY_TYPE(unicode),
    DESCRY_TYPE(object_), DESCRY_TYPE(longdouble), nullptr};

// The types that were built so far, each with a reference, oldest first.
using Types = std::vector<const descry_type*>;

const descry_type* Element(Choices& in, const Types& types) {
  const size_t index = in.Byte() % (sizeof kElements / sizeof kElements[0] + types.size());
  const size_t known = sizeof kElements / sizeof kElements[0];
  return index < known ? kElements[index] : types[index - known];
}

std::vector<size_t> Shape(Choices& in) {
  std::vector<size_t> shape(in.Byte() % 4);
  for (size_t& length : shape) length = in.Size();
  return shape;
}

void AddVariant(Choices& in, const Types& types, descry_schema* schema) {
  std::vector<std::string> texts(in.Byte() % 5);
  std::vector<const char*> names;
  std::vector<const descry_type*> elements;
  for (std::string& text : texts) {
    text = in.Name();
    names.push_back(in.Byte() % 4 ? text.c_str() : nullptr);
    elements.push_back(names.back() ? Element(in, types) : nullptr);
  }
  descry_schema_add_variant(schema, in.Name().c_str(), texts.size(), names.data(), elements.data(),
                            in.Byte() % 2 ? unsigned{DESCRY_OVERLAP} : 0u);
}

void Call(Choices& in, const Types& types, descry_schema* schema) {
  switch (in.Byte() % 8) {
    case 0:
      descry_schema_place(schema, in.Size());
      return;
    case 1:
      descry_schema_resize(schema, in.Size());
      return;
    case 2:
      descry_schema_title(schema, in.Name().c_str());
      return;
    case 3:
      AddVariant(in, types, schema);
      return;
    case 4: {
      const std::string name = in.Name();
      const descry_type* element = Element(in, types);
      const std::vector<size_t> shape = Shape(in);
      descry_schema_add_optional(schema, name.c_str(), element, shape.size(), shape.data());
      return;
    }
    default: {
      const std::string name = in.Name();
      const descry_type* element = Element(in, types);
      const std::vector<size_t> shape = Shape(in);
      descry_schema_add(schema, name.c_str(), element, shape.size(), shape.data());
    }
  }
}

void CheckField(const descry_type* type, const descry_field* field) {
  const size_t offset = descry_field_offset(field), size = descry_field_size(field);
  Require(offset <= descry_type_size(type) && size <= descry_type_size(type) - offset,
          "a field ends inside of its record");
  Require(offset % field->alignment == 0, "a field is aligned as it says");
  Require(descry_type_field_named(type, descry_field_name(field)) == field, "names are unique");
  size_t elements = descry_field_itemsize(field);
  for (size_t i = 0; i < descry_field_ndim(field); ++i) elements *= descry_field_shape(field)[i];
  Require(elements == size, "a field is as large as its elements");
  const descry_field* tag = descry_field_tag(type, field);
  Require((tag != nullptr) == (descry_field_case(field, nullptr) == 1), "cases have a tag");
  const descry_field* valid = descry_field_valid(type, field);
  Require(!valid || descry_field_offset(valid) == offset + size, "the flag follows at once");
}

void CheckType(const descry_type* type) {
  Require(descry_type_size(type) % descry_type_alignment(type) == 0, "size fits alignment");
  for (size_t i = 0; i < descry_type_field_count(type); ++i) {
    CheckField(type, descry_type_field(type, i));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Choices in(data, size);
  Types types;
  while (!in.empty()) {
    descry_schema* schema =
        descry_schema_new(in.Name().c_str(), in.Byte() % 2 ? unsigned{DESCRY_PACKED} : 0u);
    for (uint8_t calls = in.Byte() % 12; calls > 0; --calls) Call(in, types, schema);
    const bool failed = descry_schema_problem(schema) != nullptr;
    if (in.Byte() % 16 == 0) {
      descry_schema_free(schema);
      continue;
    }
    const descry_type* type = descry_schema_build(schema);
    Require(!failed || !type, "what failed is not built");
    Require((descry_schema_problem(nullptr) == nullptr) == (type != nullptr),
            "failures have words");
    if (!type) continue;
    CheckType(type);
    types.push_back(type);
    if (types.size() > 20) {
      descry_type_release(types.front());
      types.erase(types.begin());
    }
  }
  for (const descry_type* type : types) descry_type_release(type);
  return 0;
}
