// SPDX-License-Identifier: BSD-3-Clause
// Types made at run time in C++, without Python: a builder that chains, and a handle that counts.
//
//   const descry::made_type type = descry::schema("sample")
//                                      .add("id", DESCRY_TYPE(int64))
//                                      .add("rgb", DESCRY_TYPE(float32), {3})
//                                      .optional("weight", DESCRY_TYPE(float64))
//                                      .build();
//
// What goes wrong is thrown by build(). Thread rule and all else are those of schema.h.
#ifndef DESCRY_SCHEMA_HPP_
#define DESCRY_SCHEMA_HPP_

#include <descry/schema.h>

#include <cstddef>
#include <initializer_list>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace descry {

// One reference to a type, or none. Copies count; a declared type may be held, too.
class made_type {
 public:
  made_type() noexcept = default;
  made_type(const made_type& other) noexcept : type_(descry_type_retain(other.type_)) {}
  made_type(made_type&& other) noexcept : type_(std::exchange(other.type_, nullptr)) {}
  made_type& operator=(made_type other) noexcept {
    std::swap(type_, other.type_);
    return *this;
  }
  ~made_type() { descry_type_release(type_); }

  // Takes over the caller's reference, such as that of descry_type_from_dtype(); NULL is fine.
  static made_type steal(const descry_type* type) noexcept {
    made_type made;
    made.type_ = type;
    return made;
  }

  // Keeps a reference of its own.
  static made_type borrow(const descry_type* type) noexcept {
    return steal(descry_type_retain(type));
  }

  // Returns the type, valid as long as a handle of it is, or NULL.
  const descry_type* get() const noexcept { return type_; }

  // The same, wherever a `const descry_type*` is wanted.
  operator const descry_type*() const noexcept { return type_; }

 private:
  const descry_type* type_ = nullptr;
};

namespace priv {

// Returns the type, or throws what went wrong.
inline made_type checked(const descry_type* type) {
  if (type) return made_type::steal(type);
  const std::string problem = descry_schema_problem(nullptr);
  if (problem == "out of memory") throw std::bad_alloc();
  throw std::invalid_argument(problem);
}

}  // namespace priv

// A branch of a variant.
class branch {
 public:
  // One without a value.
  branch() noexcept = default;
  branch(const char* name, const descry_type* element) noexcept : name_(name), element_(element) {}

  // Both are NULL where there is no value.
  const char* name() const noexcept { return name_; }
  const descry_type* element() const noexcept { return element_; }

 private:
  const char* name_ = nullptr;
  const descry_type* element_ = nullptr;
};

// A record that is being put together. May be moved, not copied.
class schema {
 public:
  // `flags` is 0 or DESCRY_PACKED.
  explicit schema(const std::string& name, unsigned flags = 0)
      : made_(descry_schema_new(name.c_str(), flags)) {}
  schema(schema&& other) noexcept : made_(std::exchange(other.made_, nullptr)) {}
  schema& operator=(schema&& other) noexcept {
    std::swap(made_, other.made_);
    return *this;
  }
  ~schema() { descry_schema_free(made_); }

  // Adds a field: descry_schema_add().
  schema& add(const std::string& name, const descry_type* element,
              const std::vector<std::size_t>& shape = {}) {
    descry_schema_add(made_, name.c_str(), element, shape.size(), shape.data());
    return *this;
  }

  // Adds a field that need not have a value: descry_schema_add_optional().
  schema& optional(const std::string& name, const descry_type* element,
                   const std::vector<std::size_t>& shape = {}) {
    descry_schema_add_optional(made_, name.c_str(), element, shape.size(), shape.data());
    return *this;
  }

  // Adds a field of one of several kinds: descry_schema_add_variant(). `flags` is 0 or
  // DESCRY_OVERLAP.
  schema& variant(const std::string& name, std::initializer_list<branch> branches,
                  unsigned flags = 0) {
    return variant(name, std::vector<branch>(branches), flags);
  }
  schema& variant(const std::string& name, const std::vector<branch>& branches,
                  unsigned flags = 0) {
    std::vector<const char*> names;
    std::vector<const descry_type*> elements;
    for (const branch& each : branches) {
      names.push_back(each.name());
      elements.push_back(each.element());
    }
    descry_schema_add_variant(made_, name.c_str(), names.size(), names.data(), elements.data(),
                              flags);
    return *this;
  }

  // Sets the offset of the next field: descry_schema_place().
  schema& place(std::size_t offset) {
    descry_schema_place(made_, offset);
    return *this;
  }

  // Sets the title of the next field: descry_schema_title().
  schema& title(const std::string& text) {
    descry_schema_title(made_, text.c_str());
    return *this;
  }

  // Sets the size of the whole: descry_schema_resize().
  schema& resize(std::size_t size) {
    descry_schema_resize(made_, size);
    return *this;
  }

  // Returns what was wrong first, or NULL: descry_schema_problem().
  const char* problem() const noexcept {
    return made_ ? descry_schema_problem(made_) : "out of memory";
  }

  // Returns the finished type and leaves the schema empty. Throws std::invalid_argument with the
  // problem, or std::bad_alloc.
  made_type build() { return priv::checked(descry_schema_build(std::exchange(made_, nullptr))); }

 private:
  descry_schema* made_;
};

// Returns the type of a text of a certain length, or of an array: descry_type_array(). Throws as
// schema::build().
inline made_type array_type(const descry_type* element, const std::vector<std::size_t>& shape) {
  return priv::checked(descry_type_array(element, shape.size(), shape.data()));
}

}  // namespace descry

#endif  // DESCRY_SCHEMA_HPP_
