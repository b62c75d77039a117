// SPDX-License-Identifier: BSD-3-Clause
// Borrows in C++: memory that a class of its own reads or changes while Python, or another module,
// may hold arrays over it.
//
//   void fit() {  // what boost() of another module would change cannot change meanwhile
//     const descry::borrow reading = descry::borrow::shared(tracks_);
//     ...
//   }
//
// Taking one needs the GIL; it may be moved, used and released by any thread. See borrow.h.
#ifndef DESCRY_BORROW_HPP_
#define DESCRY_BORROW_HPP_

#include <descry/borrow.h>

#include <descry/array.hpp>
#include <descry/object.hpp>
#include <utility>

namespace descry {

// An open borrow, released at the end of its scope.
class borrow {
 public:
  // Holds nothing.
  borrow() = default;
  borrow(borrow&& other) noexcept : held_(std::exchange(other.held_, descry_borrow{})) {}
  borrow& operator=(borrow&& other) noexcept {
    std::swap(held_, other.held_);
    return *this;
  }
  ~borrow() { release(); }

  // Borrows the elements of an array for reading, or for writing. BufferError where somebody holds
  // them the other way. `file` and `line` are where: see descry_borrow_shared_at().
  static borrow shared(PyObject* array, const char* file = __builtin_FILE(),
                       int line = __builtin_LINE()) {
    borrow taken;
    if (descry_borrow_shared_at(&taken.held_, array, file, line) < 0) throw error();
    return taken;
  }
  static borrow exclusive(PyObject* array, const char* file = __builtin_FILE(),
                          int line = __builtin_LINE()) {
    borrow taken;
    if (descry_borrow_exclusive_at(&taken.held_, array, file, line) < 0) throw error();
    return taken;
  }

  // The same of what has data() and size(): a std::vector, an owned_vector, a std::span. It keeps
  // nothing alive and in place.
  template <class Elements, priv::if_contiguous<Elements> = 0>
  static borrow shared(const Elements& elements, const char* file = __builtin_FILE(),
                       int line = __builtin_LINE()) {
    return shared(priv::array_over(std::data(elements), elements.size()).get(), file, line);
  }
  template <class Elements, priv::if_contiguous<Elements> = 0>
  static borrow exclusive(Elements& elements, const char* file = __builtin_FILE(),
                          int line = __builtin_LINE()) {
    return exclusive(priv::array_over(std::data(elements), elements.size()).get(), file, line);
  }

  // Lets others read from now on: see descry_borrow_downgrade().
  void downgrade() {
    const priv::attached python;
    if (descry_borrow_downgrade(&held_) < 0) throw error();
  }

  // Gives it back before its end; any number of times. Any thread, with or without the GIL.
  void release() noexcept { descry_borrow_release(&held_); }

 private:
  descry_borrow held_ = {};
};

}  // namespace descry

#endif  // DESCRY_BORROW_HPP_
