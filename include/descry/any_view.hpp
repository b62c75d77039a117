// SPDX-License-Identifier: BSD-3-Clause
// Views in C++ of arrays whose elements no struct describes: the type is that of the array, or one
// made at run time, and fields are reached by their names.
//
//   const descry::any_view view(array, 1);
//   for (Py_ssize_t i = 0; i < view.size(); ++i) sum += view.get<double>("pos.x", i);
//
// Each access is checked: the name, what the field holds, the indices. Where that is too slow,
// check once, and go over the field's elements:
//
//   for (double x : view.field<double>("pos.x")) sum += x;
//
// Thread rule: see object.hpp; every call needs the GIL.
#ifndef DESCRY_ANY_VIEW_HPP_
#define DESCRY_ANY_VIEW_HPP_

#include <descry/dtype.h>
#include <descry/view.h>

#include <cstddef>
#include <cstring>
#include <descry/object.hpp>
#include <descry/private/member.hpp>
#include <descry/schema.hpp>
#include <descry/view.hpp>
#include <memory>
#include <type_traits>
#include <utility>

namespace descry {

namespace priv {

inline bool holds_objects(const descry_type* type) {
  while (descry_type_target(type)) type = descry_type_target(type);
  if (descry_type_kind(type) == DESCRY_KIND_OBJECT) return true;
  for (std::size_t i = 0; i < descry_type_field_count(type); ++i) {
    if (holds_objects(descry_field_element(descry_type_field(type, i)))) return true;
  }
  return false;
}

}  // namespace priv

// An open view of an array of anything. It can be moved, which leaves the other one closed.
class any_view {
 public:
  // Opens an array as what its dtype says, with the flags of view.h, DESCRY_READ where they say
  // neither that nor DESCRY_WRITE. Throws as descry_view_acquire() and descry_type_from_dtype()
  // fail.
  explicit any_view(const argument& from, int ndim = DESCRY_ANY_NDIM, unsigned flags = 0)
      : any_view(from, type_of_array(from), ndim, flags) {}

  // Opens an array of a given type, which it keeps.
  any_view(const argument& from, made_type type, int ndim = DESCRY_ANY_NDIM, unsigned flags = 0)
      : type_(std::move(type)), view_(new descry_view{}) {
    if (!(flags & (DESCRY_READ | DESCRY_WRITE))) flags |= DESCRY_READ;
    writable_ = (flags & DESCRY_WRITE) != 0;
    if (descry_view_acquire(view_.get(), from.get(), type_.get(), ndim, flags) < 0) {
      throw priv::error_of_argument(from.name());
    }
  }

  // Closes the view before its end; any number of times.
  void close() noexcept { view_.reset(); }

  // Returns the value of a field, "pos" or "pos.x", in the element at these indices, one for each
  // dimension of the view and then of the field, where that is an array; negative ones count from
  // the end. Throws a KeyError where there is no such field, a TypeError where it does not hold a T
  // (an arithmetic type, a declared struct, a PyObject* that is borrowed), an IndexError.
  template <class T, class... Index>
  DESCRY_PRIV_LOCAL T get(const char* path, Index... index) const {
    static_assert(std::is_trivially_copyable_v<T>, "descry: fields are copied byte by byte");
    const member one(*this, path);
    T value;
    std::memcpy(&value, one.find<T>(index...), sizeof value);
    return value;
  }

  // Sets it, in a view to write; throws a ValueError in another. A TypeError also
  // where it holds Python objects, whose references would not be counted.
  template <class T, class... Index>
  DESCRY_PRIV_LOCAL void set(const char* path, const T& value, Index... index) const {
    static_assert(std::is_trivially_copyable_v<T> && !std::is_pointer_v<T>,
                  "descry: fields are copied byte by byte");
    check_writable();
    const member one(*this, path);
    if (priv::holds_objects(one.view.type)) {
      PyErr_Format(PyExc_TypeError, "field '%s' holds Python objects", path);
      throw error();
    }
    std::memcpy(one.find<T>(index...), &value, sizeof value);
  }

  // Returns a view of the elements of a field, all of which are then known to be a T; valid as long
  // as this is there.
  template <class T>
  view<T> field(const char* path) const {
    view<T> out;
    out.open_field(get(), path);
    return out;
  }
  template <class T>
  writable_view<T> writable_field(const char* path) const {
    check_writable();
    writable_view<T> out;
    out.open_field(get(), path);
    return out;
  }

  // How many elements there are, and along which axes. Valid while the view is open.
  Py_ssize_t size() const { return view_->size; }
  int ndim() const { return view_->ndim; }
  Py_ssize_t shape(int axis) const { return view_->shape[axis]; }
  // The type of the elements, valid while this is there.
  const descry_type* type() const { return type_.get(); }
  // What the C functions take; valid while the view is open.
  const descry_view* get() const { return view_.get(); }

 private:
  struct closer {
    void operator()(descry_view* view) const noexcept {
      descry_view_release(view);
      delete view;
    }
  };

  // A view of one field, for as long as an access takes.
  struct member {
    member(const any_view& outer, const char* path) {
      if (descry_view_field(outer.get(), path, &view) < 0) throw error();
    }
    ~member() { descry_view_release(&view); }
    member(const member&) = delete;
    member& operator=(const member&) = delete;

    template <class T, class... Index>
    DESCRY_PRIV_LOCAL char* find(Index... index) const {
      priv::check_holds<T>(view.type, static_cast<std::size_t>(view.itemsize));
      const Py_ssize_t at[sizeof...(Index) + 1] = {static_cast<Py_ssize_t>(index)...};
      void* const found = descry_view_get(&view, sizeof(T), static_cast<int>(sizeof...(Index)), at);
      if (!found) throw error();
      return static_cast<char*>(found);
    }

    descry_view view = {};
  };

  static made_type type_of_array(const argument& from) {
    PyObject* const dtype = PyObject_GetAttrString(from.get(), "dtype");
    if (!dtype) {
      PyErr_Format(PyExc_TypeError, "expected an array, got %R",
                   reinterpret_cast<PyObject*>(Py_TYPE(from.get())));
      throw priv::error_of_argument(from.name());
    }
    made_type type = made_type::steal(descry_type_from_dtype(dtype));
    Py_DECREF(dtype);
    if (!type) throw priv::error_of_argument(from.name());
    return type;
  }

  void check_writable() const {
    if (writable_) return;
    PyErr_SetString(PyExc_ValueError, "the view was opened to read");
    throw error();
  }

  made_type type_;  // outlives the view
  std::unique_ptr<descry_view, closer> view_;
  bool writable_ = false;
};

}  // namespace descry

#endif  // DESCRY_ANY_VIEW_HPP_
