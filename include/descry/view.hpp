// SPDX-License-Identifier: BSD-3-Clause
// Views in C++: arrays taken apart by classes that close themselves. Everything else is as view.h
// says.
//
//   double sum = 0;
//   for (const particle& each : descry::view<particle>(array, 1)) sum += each.pos.x;
//
// Thread rule: see object.hpp.
#ifndef DESCRY_VIEW_HPP_
#define DESCRY_VIEW_HPP_

#include <descry/convert.h>
#include <descry/view.h>

#include <array>
#include <cstddef>
#include <descry/object.hpp>
#include <descry/private/iterator.hpp>
#include <descry/private/member.hpp>
#include <type_traits>
#include <utility>

#if __has_include(<span>) && __cplusplus >= 202002L
#include <span>
#endif
#if __has_include(<mdspan>) && __cplusplus > 202002L
#include <mdspan>
#endif

namespace descry {

namespace priv {

// The pending exception, about the argument of that name where there is one.
inline error error_of_argument(const char* name) {
  if (name) {
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    PyErr_Format(type, "argument '%s': %S", name, value);
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
  }
  return error();
}

template <int ndim>
using if_any_rank = std::enable_if_t<ndim == DESCRY_ANY_NDIM, int>;

}  // namespace priv

// An object that is one of several arguments of a function, with the name that errors give it:
//
//   const descry::view<track> tracks(descry::argument(object, "tracks"), 1);
//
// A failure says "argument 'tracks': " first. `name` has to live until the view is open.
class argument {
 public:
  argument(PyObject* object, const char* name = nullptr) : object_(object), name_(name) {}

  // Returns a borrowed reference.
  PyObject* get() const { return object_; }
  // Returns the name, or NULL for an object that has none.
  const char* name() const { return name_; }

 private:
  PyObject* object_;
  const char* name_ = nullptr;
};

// What view and writable_view have in common; `Element` is T or const T.
template <class Element, int rank = DESCRY_ANY_NDIM, unsigned asked = 0>
class basic_view {
 public:
  using element_type = Element;
  using value_type = std::remove_const_t<Element>;
  using difference_type = Py_ssize_t;
  using reference = Element&;

  // Goes over all elements, the last index fastest; random access. A pointer where the type of the
  // view says DESCRY_C_CONTIGUOUS. Valid as long as the view stays where it is.
  using iterator = priv::iterator_of<Element, rank, asked>;

  basic_view(basic_view&& other) noexcept : view_(other.view_) { leave(other); }
  basic_view& operator=(basic_view&& other) noexcept {
    if (this == &other) return *this;
    close();
    view_ = other.view_;
    leave(other);
    return *this;
  }
  ~basic_view() { close(); }

  // Closes the view before its end; any number of times.
  void close() noexcept { descry_view_release(&view_); }

  // The element at these indices, one for each dimension. Not checked, but for assertions in debug
  // builds. No GIL needed.
  template <class... Index>
  DESCRY_PRIV_LOCAL Element& operator()(Index... index) const {
    check_count<sizeof...(Index)>();
    const Py_ssize_t at[9] = {static_cast<Py_ssize_t>(index)...};
    return *static_cast<Element*>(descry_priv_at(&view_, sizeof(Element), sizeof...(Index), at[0],
                                                 at[1], at[2], at[3], at[4], at[5], at[6], at[7]));
  }

#ifdef __cpp_multidimensional_subscript
  // The same as view(i, j); before C++23 with one index only.
  template <class... Index>
  DESCRY_PRIV_LOCAL Element& operator[](Index... index) const {
    return (*this)(index...);
  }
#else
  DESCRY_PRIV_LOCAL Element& operator[](Py_ssize_t index) const { return (*this)(index); }
#endif

  // The same, checked: throws an IndexError; negative indices count from the end. No GIL needed.
  template <class... Index>
  DESCRY_PRIV_LOCAL Element& at(Index... index) const {
    check_count<sizeof...(Index)>();
    const Py_ssize_t at[sizeof...(Index) + 1] = {static_cast<Py_ssize_t>(index)...};
    char* const found = find(static_cast<int>(sizeof...(Index)), at);
    if (!found) refuse_index(static_cast<int>(sizeof...(Index)), at);
    return *reinterpret_cast<Element*>(found);
  }

  // No GIL is needed from here to the elements.
  iterator begin() const { return at_position(0); }
  iterator end() const { return at_position(view_.size); }
  Py_ssize_t size() const { return view_.size; }
  bool empty() const { return view_.size == 0; }
  int ndim() const { return view_.ndim; }
  Py_ssize_t shape(int axis) const { return view_.shape[axis]; }
  Py_ssize_t stride(int axis) const { return view_.strides[axis]; }  // bytes
  // REQUIRES, as span(): the view is contiguous (it was opened with DESCRY_C_CONTIGUOUS, say).
  Element* data() const { return DESCRY_DATA(Element, &view_); }
#ifdef __cpp_lib_span
  std::span<Element> span() const { return {data(), static_cast<std::size_t>(view_.size)}; }
#endif

#ifdef __cpp_lib_mdspan
  // The same memory for the standard library, whatever its order. Throws a ValueError where the
  // view has another number of dimensions, or a stride that an mdspan cannot have: one that is
  // negative or 0, or not a multiple of the element, as those of a packed record's members may be.
  // REQUIRES: no two indices lead to the same element, as they can in an as_strided array.
  template <std::size_t ndim>
  std::mdspan<Element, std::dextents<Py_ssize_t, ndim>, std::layout_stride> mdspan() const {
    if (view_.ndim != static_cast<int>(ndim)) {
      const priv::attached python;
      PyErr_Format(PyExc_ValueError, "an mdspan of %zu dimensions over a view of %d", ndim,
                   view_.ndim);
      throw error();
    }
    std::array<Py_ssize_t, ndim> lengths{}, strides{};
    for (std::size_t axis = 0; axis < ndim; ++axis) {
      lengths[axis] = view_.shape[axis];
      strides[axis] = mdspan_stride(static_cast<int>(axis));
    }
    const std::dextents<Py_ssize_t, ndim> extents(lengths);
    void* const data = view_.data;
    return {static_cast<Element*>(data), std::layout_stride::mapping(extents, strides)};
  }
#endif

  // The array, a borrowed reference, and what the C functions take; valid while the view is open.
  PyObject* array() const { return view_.array; }
  const descry_view* get() const { return &view_; }

 protected:
  basic_view() = default;
  DESCRY_PRIV_LOCAL basic_view(const argument& from, const descry_type* type, int ndim,
                               unsigned flags, const char* file, int line) {
    if (descry_view_acquire_at(&view_, from.get(), type, ndim, flags, file, line) < 0) {
      throw priv::error_of_argument(from.name());
    }
    check();
  }

  // Opens this view, which is closed, on a member of the other's elements.
  DESCRY_PRIV_LOCAL void open_field(const descry_view* outer, const char* path) {
    const priv::attached python;
    if (descry_view_field(outer, path, &view_) < 0) throw error();
    check();
  }

  // Opens this view, which is closed, on what an array can be made of.
  DESCRY_PRIV_LOCAL void open_any(const argument& from, const descry_type* type, int ndim,
                                  unsigned flags) {
    if (descry_view_acquire_any(&view_, from.get(), type, ndim, flags) < 0) {
      throw priv::error_of_argument(from.name());
    }
    check();
  }

 private:
  template <std::size_t count>
  static constexpr void check_count() {
    static_assert(count <= 8, "descry: up to eight indices");
    static_assert(rank == DESCRY_ANY_NDIM || count == static_cast<std::size_t>(rank),
                  "descry: one index for each dimension of the view");
  }

  iterator at_position(Py_ssize_t position) const {
    if constexpr (std::is_pointer_v<iterator>) {
      return reinterpret_cast<Element*>(view_.data) + position;
    } else {
      return iterator(&view_, position);
    }
  }

  // Returns the address of the element, or nullptr where an index is out of bounds.
  char* find(int count, const Py_ssize_t* index) const noexcept {
    if (count != view_.ndim) return nullptr;
    char* address = view_.data;
    for (int axis = 0; axis < count; ++axis) {
      const Py_ssize_t length = view_.shape[axis];
      const Py_ssize_t at = index[axis] < 0 ? index[axis] + length : index[axis];
      if (at < 0 || at >= length) return nullptr;
      address += at * view_.strides[axis];
    }
    return address;
  }

  [[noreturn]] DESCRY_PRIV_LOCAL void refuse_index(int count, const Py_ssize_t* index) const {
    const priv::attached python;
    descry_view_get(&view_, sizeof(Element), count, index);
    throw error();
  }

#ifdef __cpp_lib_mdspan
  // In elements. No step is ever taken along a dimension of one element, nor in an empty array.
  DESCRY_PRIV_LOCAL Py_ssize_t mdspan_stride(int axis) const {
    const Py_ssize_t bytes = view_.strides[axis];
    const Py_ssize_t element = static_cast<Py_ssize_t>(sizeof(Element));
    if (view_.size == 0 || view_.shape[axis] == 1) return 1;
    if (bytes > 0 && bytes % element == 0) return bytes / element;
    const priv::attached python;
    PyErr_Format(PyExc_ValueError,
                 "no mdspan has a stride of %zd bytes, in dimension %d, for elements of %zd bytes",
                 bytes, axis, element);
    throw error();
  }
#endif

  DESCRY_PRIV_LOCAL void check() {
    try {
      priv::check_holds<value_type>(view_.type, static_cast<std::size_t>(view_.itemsize));
    } catch (...) {
      close();
      throw;
    }
  }

  // Completes a move. Shape and strides of up to DESCRYI_VIEW_INLINE_NDIM dimensions are inside the
  // view that they belong to.
  void leave(basic_view& other) noexcept {
    if (view_.shape && !view_.priv.dimensions) {
      const Py_ssize_t* const old = other.view_.priv.inline_dimensions;
      view_.shape = view_.priv.inline_dimensions + (view_.shape - old);
      view_.strides = view_.priv.inline_dimensions + (view_.strides - old);
    }
    other.view_ = descry_view{};
  }

  descry_view view_ = {};
};

// An open view for reading. It can be moved, which leaves the other one closed. Rank and flags may
// be part of its type, so that a parameter says what it takes:
//
//   double total(const descry::view<track, 1>& tracks);
template <class T, int ndim = DESCRY_ANY_NDIM, unsigned flags = 0>
class view : public basic_view<const T, ndim, flags> {
 public:
  // Opens it, as its type says: the rank and the flags of view.h. `file` and `line` are where: see
  // descry_view_acquire_at().
  DESCRY_PRIV_LOCAL explicit view(const argument& from, const descry_type* type = type_of<T>(),
                                  const char* file = __builtin_FILE(), int line = __builtin_LINE())
      : base(from, type, ndim, flags | DESCRY_READ, file, line) {}

  // Opens it with a rank, and with more flags, that its type does not say.
  template <int rank = ndim, priv::if_any_rank<rank> = 0>
  DESCRY_PRIV_LOCAL view(const argument& from, int of_rank, unsigned more = 0,
                         const descry_type* type = type_of<T>(),
                         const char* file = __builtin_FILE(), int line = __builtin_LINE())
      : base(from, type, of_rank, flags | more | DESCRY_READ, file, line) {}

  // Opens a view of what descry_array_from() makes of an object: an array, a buffer, columns, rows.
  // `more` are flags of descry_view_acquire_any().
  DESCRY_PRIV_LOCAL static view of_any(const argument& from, unsigned more = 0,
                                       const descry_type* type = type_of<T>()) {
    view out;
    out.open_any(from, type, ndim, flags | more);
    return out;
  }

  // Returns a view of one member of the elements, which is an M: see descry_view_field(). A
  // TypeError where the field is of another kind or size.
  template <class M>
  DESCRY_PRIV_LOCAL view<M> field(const char* path) const {
    view<M> out;
    out.open_field(this->get(), path);
    return out;
  }

  // Returns a view of one member of the elements by its pointer, `view.field<&track::energy>()`; an
  // array adds its dimensions. The view has the type of the member.
  template <auto member>
  DESCRY_PRIV_LOCAL auto field() const {
    using elements = priv::member_elements<typename priv::member_pointer<decltype(member)>::type>;
    constexpr int rank = ndim == DESCRY_ANY_NDIM ? DESCRY_ANY_NDIM : ndim + elements::ndim;
    view<typename elements::element, rank> out;
    out.open_field(this->get(), priv::field_of<T>(this->get()->type, member));
    return out;
  }

 private:
  using base = basic_view<const T, ndim, flags>;
  template <class, int, unsigned>
  friend class view;
  friend class any_view;
  view() = default;
};

// An open view for writing.
template <class T, int ndim = DESCRY_ANY_NDIM, unsigned flags = 0>
class writable_view : public basic_view<T, ndim, flags> {
 public:
  // Opens it, as its type says: the rank and the flags of view.h. `file` and `line` are where: see
  // descry_view_acquire_at().
  DESCRY_PRIV_LOCAL explicit writable_view(const argument& from,
                                           const descry_type* type = type_of<T>(),
                                           const char* file = __builtin_FILE(),
                                           int line = __builtin_LINE())
      : base(from, type, ndim, flags | DESCRY_WRITE, file, line) {}

  // Opens it with a rank, and with more flags, that its type does not say.
  template <int rank = ndim, priv::if_any_rank<rank> = 0>
  DESCRY_PRIV_LOCAL writable_view(const argument& from, int of_rank, unsigned more = 0,
                                  const descry_type* type = type_of<T>(),
                                  const char* file = __builtin_FILE(), int line = __builtin_LINE())
      : base(from, type, of_rank, flags | more | DESCRY_WRITE, file, line) {}

  // Returns a view of one member of the elements, which is an M: see descry_view_field(). A
  // TypeError where the field is of another kind or size.
  template <class M>
  DESCRY_PRIV_LOCAL writable_view<M> field(const char* path) const {
    writable_view<M> out;
    out.open_field(this->get(), path);
    return out;
  }

  // Returns a view of one member of the elements by its pointer, `view.field<&track::energy>()`; an
  // array adds its dimensions. The view has the type of the member.
  template <auto member>
  DESCRY_PRIV_LOCAL auto field() const {
    using elements = priv::member_elements<typename priv::member_pointer<decltype(member)>::type>;
    constexpr int rank = ndim == DESCRY_ANY_NDIM ? DESCRY_ANY_NDIM : ndim + elements::ndim;
    writable_view<typename elements::element, rank> out;
    out.open_field(this->get(), priv::field_of<T>(this->get()->type, member));
    return out;
  }

 private:
  using base = basic_view<T, ndim, flags>;
  template <class, int, unsigned>
  friend class writable_view;
  friend class any_view;
  writable_view() = default;
};

namespace priv {

template <class Element, int ndim, unsigned flags>
std::true_type is_some_view(const basic_view<Element, ndim, flags>*);
std::false_type is_some_view(const void*);

// Whether V is a view or a class derived from one.
template <class V>
inline constexpr bool is_view = decltype(is_some_view(std::declval<V*>()))::value;

}  // namespace priv

}  // namespace descry

#endif  // DESCRY_VIEW_HPP_
