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

#include <descry/view.h>

#include <array>
#include <cstddef>
#include <descry/object.hpp>
#include <iterator>
#include <type_traits>
#include <utility>

#if __has_include(<span>) && __cplusplus >= 202002L
#include <span>
#endif
#if __has_include(<mdspan>) && __cplusplus > 202002L
#include <mdspan>
#endif

namespace descry {

// What view and writable_view have in common; `Element` is T or const T.
template <class Element>
class basic_view {
 public:
  using value_type = std::remove_const_t<Element>;

  // Goes over all elements, the last index fastest. Valid as long as the view stays where it is.
  class iterator {
   public:
    using iterator_category = std::random_access_iterator_tag;
    using value_type = basic_view::value_type;
    using difference_type = Py_ssize_t;
    using pointer = Element*;
    using reference = Element&;

    iterator() = default;
    reference operator*() const { return *address(position_); }
    pointer operator->() const { return address(position_); }
    reference operator[](difference_type n) const { return *address(position_ + n); }
    iterator& operator++() { return *this += 1; }
    iterator& operator--() { return *this -= 1; }
    iterator operator++(int) { return std::exchange(*this, *this + 1); }
    iterator operator--(int) { return std::exchange(*this, *this - 1); }
    iterator& operator+=(difference_type n) {
      position_ += n;
      return *this;
    }
    iterator& operator-=(difference_type n) { return *this += -n; }
    friend iterator operator+(iterator at, difference_type n) { return at += n; }
    friend iterator operator+(difference_type n, iterator at) { return at += n; }
    friend iterator operator-(iterator at, difference_type n) { return at -= n; }
    friend difference_type operator-(const iterator& a, const iterator& b) {
      return a.position_ - b.position_;
    }
    friend bool operator==(const iterator& a, const iterator& b) {
      return a.position_ == b.position_;
    }
    friend bool operator!=(const iterator& a, const iterator& b) { return !(a == b); }
    friend bool operator<(const iterator& a, const iterator& b) {
      return a.position_ < b.position_;
    }
    friend bool operator>(const iterator& a, const iterator& b) { return b < a; }
    friend bool operator<=(const iterator& a, const iterator& b) { return !(b < a); }
    friend bool operator>=(const iterator& a, const iterator& b) { return !(a < b); }

   private:
    friend class basic_view;

    iterator(const descry_view* view, Py_ssize_t position)
        : view_(view), data_(view->data), position_(position) {
      if (view->ndim == 1) {
        step_ = view->strides[0];
      } else if (view->flags & DESCRY_C_CONTIGUOUS) {
        step_ = view->itemsize;
      } else {
        walks_ = true;
      }
    }

    pointer address(Py_ssize_t position) const {
      char* at = data_;
      if (!walks_) return reinterpret_cast<pointer>(at + position * step_);
      for (int axis = view_->ndim - 1; axis >= 0; --axis) {
        at += position % view_->shape[axis] * view_->strides[axis];
        position /= view_->shape[axis];
      }
      return reinterpret_cast<pointer>(at);
    }

    const descry_view* view_ = nullptr;
    char* data_ = nullptr;
    Py_ssize_t position_ = 0;
    Py_ssize_t step_ = 0;  // bytes from one element to the next,
    bool walks_ = false;   // unless that varies
  };

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
  Element& operator()(Index... index) const {
    static_assert(sizeof...(Index) <= 8, "descry: up to eight indices");
    const Py_ssize_t at[9] = {static_cast<Py_ssize_t>(index)...};
    return *static_cast<Element*>(descry_priv_at(&view_, sizeof(Element), sizeof...(Index), at[0],
                                                 at[1], at[2], at[3], at[4], at[5], at[6], at[7]));
  }

  // The same, checked: throws an IndexError; negative indices count from the end. No GIL needed.
  template <class... Index>
  Element& at(Index... index) const {
    const Py_ssize_t at[sizeof...(Index) + 1] = {static_cast<Py_ssize_t>(index)...};
    char* const found = find(static_cast<int>(sizeof...(Index)), at);
    if (!found) refuse_index(static_cast<int>(sizeof...(Index)), at);
    return *reinterpret_cast<Element*>(found);
  }

  // No GIL is needed from here to the elements.
  iterator begin() const { return iterator(&view_, 0); }
  iterator end() const { return iterator(&view_, view_.size); }
  Py_ssize_t size() const { return view_.size; }
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
  basic_view(PyObject* object, const descry_type* type, int ndim, unsigned flags, const char* file,
             int line) {
    if (descry_view_acquire_at(&view_, object, type, ndim, flags, file, line) < 0) throw error();
    check();
  }

  // Opens this view, which is closed, on a member of the other's elements.
  template <class Other>
  void open_field(const basic_view<Other>& outer, const char* path) {
    const priv::attached python;
    if (descry_view_field(outer.get(), path, &view_) < 0) throw error();
    check();
  }

 private:
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

  [[noreturn]] void refuse_index(int count, const Py_ssize_t* index) const {
    const priv::attached python;
    descry_view_get(&view_, sizeof(Element), count, index);
    throw error();
  }

#ifdef __cpp_lib_mdspan
  // In elements. No step is ever taken along a dimension of one element, nor in an empty array.
  Py_ssize_t mdspan_stride(int axis) const {
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

  void check() {
    try {
      priv::check_size(view_.type, static_cast<std::size_t>(view_.itemsize), sizeof(Element));
    } catch (...) {
      close();
      throw;
    }
  }

  // Completes a move. Shape and strides of up to DESCRY_VIEW_INLINE_NDIM dimensions are inside the
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

// An open view for reading. It can be moved, which leaves the other one closed.
template <class T>
class view : public basic_view<const T> {
 public:
  // Opens it, with the flags of view.h. `file` and `line` are where: see descry_view_acquire_at().
  explicit view(PyObject* object, int ndim = DESCRY_ANY_NDIM, unsigned flags = 0,
                const descry_type* type = type_of<T>(), const char* file = __builtin_FILE(),
                int line = __builtin_LINE())
      : basic_view<const T>(object, type, ndim, flags | DESCRY_READ, file, line) {}

  // Returns a view of one member of the elements, which is an M: see descry_view_field().
  template <class M>
  view<M> field(const char* path) const {
    view<M> out;
    out.open_field(*this, path);
    return out;
  }

 private:
  template <class>
  friend class view;
  view() = default;
};

// An open view for writing.
template <class T>
class writable_view : public basic_view<T> {
 public:
  // Opens it, with the flags of view.h.
  explicit writable_view(PyObject* object, int ndim = DESCRY_ANY_NDIM, unsigned flags = 0,
                         const descry_type* type = type_of<T>(),
                         const char* file = __builtin_FILE(), int line = __builtin_LINE())
      : basic_view<T>(object, type, ndim, flags | DESCRY_WRITE, file, line) {}

  // Returns a view of one member of the elements, which is an M: see descry_view_field().
  template <class M>
  writable_view<M> field(const char* path) const {
    writable_view<M> out;
    out.open_field(*this, path);
    return out;
  }

 private:
  template <class>
  friend class writable_view;
  writable_view() = default;
};

namespace priv {

template <class Element>
std::true_type is_some_view(const basic_view<Element>*);
std::false_type is_some_view(const void*);

// Whether V is a view or a class derived from one.
template <class V>
inline constexpr bool is_view = decltype(is_some_view(std::declval<V*>()))::value;

}  // namespace priv

}  // namespace descry

#endif  // DESCRY_VIEW_HPP_
