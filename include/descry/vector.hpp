// SPDX-License-Identifier: BSD-3-Clause
// A vector whose elements Python may see: while it does, nothing moves them.
//
//   class catalogue {
//     descry::owned_vector<track> tracks_;
//
//    public:
//     void add(const track& one) { tracks_.push_back(one); }  // BufferError while Python looks
//     descry::array<track> tracks() { return tracks_.array(); }
//   };
//
// Any thread, with or without the GIL; array() needs the GIL. Arrays may come and go in other
// threads meanwhile. Everything else is as for a std::vector: whoever changes it does so alone.
#ifndef DESCRY_VECTOR_HPP_
#define DESCRY_VECTOR_HPP_

#include <descry/array.h>

#include <cstddef>
#include <descry/array.hpp>
#include <descry/object.hpp>
#include <memory>
#include <mutex>
#include <type_traits>
#include <utility>
#include <vector>

namespace descry {

// As a std::vector<T>, with a count of the arrays over its memory. What would move, free or drop
// elements throws a BufferError while there is one, and leaves the vector as it was, as a bytearray
// does. Arrays keep the memory alive, also beyond the vector. Object slots stay the vector's: no
// reference in them is dropped by an array.
template <class T>
class owned_vector {
 public:
  static_assert(std::is_trivially_copyable_v<T>, "descry: NumPy copies elements byte by byte");
  static_assert(!std::is_same_v<T, bool>, "descry: a std::vector<bool> holds no array of bool");

  using value_type = T;
  using iterator = T*;
  using const_iterator = const T*;

  owned_vector() : owned_vector(std::vector<T>()) {}
  explicit owned_vector(std::size_t count) : owned_vector(std::vector<T>(count)) {}
  // Takes the vector's memory over, without a copy.
  explicit owned_vector(std::vector<T>&& elements)
      : shared_(std::make_shared<shared>(std::move(elements))) {}

  // Copies the elements. The arrays stay those of the other.
  owned_vector(const owned_vector& other) : owned_vector(other.copied()) {}
  // The arrays come along: they are of the memory. Leaves the other empty.
  owned_vector(owned_vector&& other) : owned_vector() { shared_.swap(other.shared_); }
  // What this one held is let go, and lives as long as there are arrays over it.
  owned_vector& operator=(owned_vector other) noexcept {
    shared_.swap(other.shared_);
    return *this;
  }

  // Returns a new array over the elements that there are now; read-only with DESCRY_READ, or where
  // the vector is constant.
  descry::array<T> array(unsigned flags = DESCRY_WRITE, const descry_type* type = type_of<T>()) {
    return array_over(flags, type);
  }
  descry::array<T> array(const descry_type* type = type_of<T>()) const {
    return array_over(DESCRY_READ, type);
  }

  // How many arrays there are over the memory, those that view them not counted.
  std::size_t exports() const {
    const std::lock_guard<std::mutex> lock(shared_->mutex);
    return shared_->exports;
  }

  // What never moves an element.
  T* data() noexcept { return shared_->elements.data(); }
  const T* data() const noexcept { return shared_->elements.data(); }
  std::size_t size() const noexcept { return shared_->elements.size(); }
  std::size_t capacity() const noexcept { return shared_->elements.capacity(); }
  bool empty() const noexcept { return size() == 0; }
  T& operator[](std::size_t index) noexcept { return data()[index]; }
  const T& operator[](std::size_t index) const noexcept { return data()[index]; }
  iterator begin() noexcept { return data(); }
  iterator end() noexcept { return data() + size(); }
  const_iterator begin() const noexcept { return data(); }
  const_iterator end() const noexcept { return data() + size(); }

  // Adds an element at the end. BufferError where that needs more than the capacity and there are
  // arrays; within it, arrays that are there do not have the new element.
  void push_back(const T& element) {
    change([](const std::vector<T>& own) { return own.size() == own.capacity(); },
           [&](std::vector<T>& elements) { elements.push_back(element); });
  }
  // Makes room for `count` elements. BufferError where that is more than the capacity and there are
  // arrays.
  void reserve(std::size_t count) {
    change([&](const std::vector<T>& own) { return count > own.capacity(); },
           [&](std::vector<T>& elements) { elements.reserve(count); });
  }
  // Changes the size; new elements are zero. BufferError where there are arrays.
  void resize(std::size_t count) {
    change([&](const std::vector<T>& own) { return count != own.size(); },
           [&](std::vector<T>& elements) { elements.resize(count); });
  }
  // Removes all elements. BufferError where there are arrays.
  void clear() {
    change(always, [](std::vector<T>& elements) { elements.clear(); });
  }
  // Puts other elements in, without a copy. BufferError where there are arrays.
  void assign(std::vector<T>&& elements) {
    change(always, [&](std::vector<T>& own) { own = std::move(elements); });
  }
  // Returns the vector, without a copy, and is empty then. BufferError where there are arrays.
  std::vector<T> take() {
    std::vector<T> taken;
    change(always, [&](std::vector<T>& elements) { taken.swap(elements); });
    return taken;
  }

 private:
  // What the vector and its arrays hold together.
  struct shared {
    explicit shared(std::vector<T>&& given) : elements(std::move(given)) {}
    std::mutex mutex;
    std::size_t exports = 0;
    std::vector<T> elements;
  };

  // What one array holds.
  struct export_of {
    explicit export_of(std::shared_ptr<shared> held) : from(std::move(held)) {
      const std::lock_guard<std::mutex> lock(from->mutex);
      ++from->exports;
    }
    export_of(const export_of&) = delete;
    export_of& operator=(const export_of&) = delete;
    ~export_of() {
      const std::lock_guard<std::mutex> lock(from->mutex);
      --from->exports;
    }
    std::shared_ptr<shared> from;
  };

  static constexpr const char* kOwner = "descry.owned_vector";

  static void drop_export(PyObject* capsule) {
    delete static_cast<export_of*>(PyCapsule_GetPointer(capsule, kOwner));
  }

  std::vector<T> copied() const {
    const std::lock_guard<std::mutex> lock(shared_->mutex);
    return shared_->elements;
  }

  // Counted before it looks at the memory: from then on that stays where it is.
  descry::array<T> array_over(unsigned flags, const descry_type* type) const {
    auto held = std::make_unique<export_of>(shared_);
    const object owner = object::steal(PyCapsule_New(held.get(), kOwner, drop_export));
    std::vector<T>& elements = held.release()->from->elements;
    return descry::array<T>::wrap_as(flags, elements.data(), elements.size(), owner.get(), type);
  }

  static bool always(const std::vector<T>&) { return true; }

  // Applies a change, unless it moves or removes elements that arrays have.
  template <class Moves, class Change>
  void change(Moves moves, Change apply) {
    {
      const std::lock_guard<std::mutex> lock(shared_->mutex);
      if (shared_->exports == 0 || !moves(shared_->elements)) return apply(shared_->elements);
    }
    const priv::attached python;
    PyErr_SetString(PyExc_BufferError,
                    "arrays of the vector exist: its elements cannot be moved or removed");
    throw error();
  }

  std::shared_ptr<shared> shared_;
};

}  // namespace descry

#endif  // DESCRY_VECTOR_HPP_
