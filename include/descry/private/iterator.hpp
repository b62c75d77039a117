// SPDX-License-Identifier: BSD-3-Clause
// How the views of view.hpp are iterated over. No GIL needed. Nothing here for users.
#ifndef DESCRY_PRIVATE_ITERATOR_HPP_
#define DESCRY_PRIVATE_ITERATOR_HPP_

#include <descry/view.h>

#include <cstddef>
#include <iterator>
#include <type_traits>
#include <utility>

namespace descry {
namespace priv {

// Where elements lie that are one step apart: those of one dimension.
template <class Element>
class evenly_spaced {
 public:
  evenly_spaced() = default;
  explicit evenly_spaced(const descry_view* view)
      : data_(view->data), step_(view->ndim == 1 ? view->strides[0] : view->itemsize) {}

  Element* address(Py_ssize_t position) const {
    return reinterpret_cast<Element*>(data_ + position * step_);
  }

 private:
  char* data_ = nullptr;
  Py_ssize_t step_ = 0;  // bytes
};

// Where elements lie in any number of dimensions, the last index fastest.
template <class Element>
class anywhere {
 public:
  anywhere() = default;
  explicit anywhere(const descry_view* view) : view_(view), data_(view->data) {
    if (view->ndim == 1) {
      step_ = view->strides[0];
    } else if (view->flags & DESCRY_C_CONTIGUOUS) {
      step_ = view->itemsize;
    } else {
      walks_ = true;
    }
  }

  Element* address(Py_ssize_t position) const {
    char* at = data_;
    if (!walks_) return reinterpret_cast<Element*>(at + position * step_);
    for (int axis = view_->ndim - 1; axis >= 0; --axis) {
      at += position % view_->shape[axis] * view_->strides[axis];
      position /= view_->shape[axis];
    }
    return reinterpret_cast<Element*>(at);
  }

 private:
  const descry_view* view_ = nullptr;
  char* data_ = nullptr;
  Py_ssize_t step_ = 0;  // bytes from one element to the next,
  bool walks_ = false;   // unless that varies
};

// Goes over all elements by their position in C order. Valid as long as the view stays where it is.
template <class Element, class Placement>
class iterator {
 public:
  using iterator_category = std::random_access_iterator_tag;
  using value_type = std::remove_const_t<Element>;
  using difference_type = Py_ssize_t;
  using pointer = Element*;
  using reference = Element&;

  iterator() = default;
  iterator(const descry_view* view, Py_ssize_t position) : place_(view), position_(position) {}

  reference operator*() const { return *place_.address(position_); }
  pointer operator->() const { return place_.address(position_); }
  reference operator[](difference_type n) const { return *place_.address(position_ + n); }
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
  friend bool operator<(const iterator& a, const iterator& b) { return a.position_ < b.position_; }
  friend bool operator>(const iterator& a, const iterator& b) { return b < a; }
  friend bool operator<=(const iterator& a, const iterator& b) { return !(b < a); }
  friend bool operator>=(const iterator& a, const iterator& b) { return !(a < b); }

 private:
  Placement place_;
  Py_ssize_t position_ = 0;
};

// What goes over the elements of a view of this rank and these flags: a pointer, where they are
// known to be contiguous.
template <class Element, int ndim, unsigned flags>
using iterator_of = std::conditional_t<
    (flags & DESCRY_C_CONTIGUOUS) != 0, Element*,
    iterator<Element, std::conditional_t<ndim == 0 || ndim == 1, evenly_spaced<Element>,
                                         anywhere<Element>>>>;

}  // namespace priv
}  // namespace descry

#endif  // DESCRY_PRIVATE_ITERATOR_HPP_
