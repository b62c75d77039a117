// SPDX-License-Identifier: BSD-3-Clause
// Several views at once in C++17, by NumPy's broadcasting rules (loop.h):
//
//   descry::view<vec3> from(a), to(b);
//   descry::writable_view<double> out(c);
//   descry::for_each(from, to, out, [](const vec3& p, const vec3& q, double& d) {
//     d = distance(p, q);
//   });
//   for (auto [p, q] : descry::zip(from, to)) total += distance(p, q);
//
// To begin needs the GIL (or an attached thread state); what follows needs none, unless the body
// does.
#ifndef DESCRY_LOOP_HPP_
#define DESCRY_LOOP_HPP_

#include <descry/loop.h>

#include <cstddef>
#include <descry/object.hpp>
#include <descry/view.hpp>
#include <iterator>
#include <tuple>
#include <type_traits>
#include <utility>

namespace descry {

namespace priv {

// What a loop over this view gives: `const T` of one to read, `T` of one to write.
template <class View>
using element_of = std::remove_reference_t<typename std::decay_t<View>::reference>;

template <class Element>
Element& loop_element(const descry_loop& loop, std::size_t operand, Py_ssize_t i) {
  void* const at = loop.data[operand] + i * loop.strides[operand];
  return *static_cast<Element*>(at);
}

template <class Arguments, std::size_t... k>
void for_each(const Arguments& arguments, std::index_sequence<k...>) {
  const descry_view* const views[] = {std::get<k>(arguments).get()...};
  auto&& body = std::get<sizeof...(k)>(arguments);
  descry_loop loop;
  if (descry_loop_begin(&loop, static_cast<int>(sizeof...(k)), views, 0) < 0) throw error();
  while (descry_loop_next(&loop)) {
    for (Py_ssize_t i = 0; i < loop.count; ++i) {
      body(loop_element<element_of<std::tuple_element_t<k, Arguments>>>(loop, k, i)...);
    }
  }
}

}  // namespace priv

// for_each(view, ..., body) calls `body` with one element of each view, in whatever order is
// quickest. Throws a ValueError where the shapes do not fit, or a view to write would be repeated.
template <class... Arguments>
void for_each(Arguments&&... arguments) {
  static_assert(sizeof...(Arguments) >= 2, "descry: for_each(view, ..., body)");
  priv::for_each(std::forward_as_tuple(arguments...),
                 std::make_index_sequence<sizeof...(Arguments) - 1>());
}

// The elements of several views, a tuple of references each, in C order. The views have to stay
// open.
template <class... Views>
class zip {
 public:
  using value_type = std::tuple<priv::element_of<Views>&...>;

  // The end of each.
  class sentinel {};

  // One pass over them; it may be copied, and each copy goes on by itself.
  class iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = zip::value_type;
    using difference_type = Py_ssize_t;
    using pointer = void;
    using reference = value_type;

    explicit iterator(const descry_loop& loop) : loop_(loop) { more_ = descry_loop_next(&loop_); }
    value_type operator*() const { return at(std::index_sequence_for<Views...>()); }
    iterator& operator++() {
      if (++i_ == loop_.count) {
        more_ = descry_loop_next(&loop_);
        i_ = 0;
      }
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const iterator& at, sentinel) { return !at.more_; }
    friend bool operator!=(const iterator& at, sentinel) { return at.more_; }

   private:
    template <std::size_t... k>
    value_type at(std::index_sequence<k...>) const {
      return value_type(priv::loop_element<priv::element_of<Views>>(loop_, k, i_)...);
    }

    descry_loop loop_;
    Py_ssize_t i_ = 0;
    bool more_;
  };

  // Throws as for_each().
  explicit zip(const Views&... views) {
    const descry_view* const all[] = {views.get()...};
    const int count = static_cast<int>(sizeof...(Views));
    if (descry_loop_begin(&loop_, count, all, DESCRY_C_ORDER) < 0) throw error();
  }

  // No GIL is needed from here to the elements.
  iterator begin() const { return iterator(loop_); }
  sentinel end() const { return {}; }
  Py_ssize_t size() const { return loop_.size; }

 private:
  descry_loop loop_;
};

}  // namespace descry

#endif  // DESCRY_LOOP_HPP_
