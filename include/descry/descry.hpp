// SPDX-License-Identifier: BSD-3-Clause
// The same for C++17: owned references, views that close themselves, arrays that take a
// std::vector over, and failures as exceptions. All of it is one call of the C functions, whose
// comments say what happens; here stands what is different.
//
//   static PyObject* total_x(PyObject*, PyObject* arg) {
//     return descry::call([&] {
//       double sum = 0;
//       for (const particle& each : descry::view<particle>(arg, 1)) sum += each.pos.x;
//       return PyFloat_FromDouble(sum);
//     });
//   }
//
// GIL held (or thread state attached), unless a comment says otherwise. Where a `T` stands, descry
// has to find its declaration by the C++ type: built-in numbers, std::complex, PyObject *, and
// every class or enum after its DESCRY_DECLARE(T); `T *` for the instances of DESCRY_OBJECT(T,
// ...). For any other name of a built-in type pass the last parameter:
// DESCRY_TYPE(datetime64_ns).
#ifndef DESCRY_DESCRY_HPP_
#define DESCRY_DESCRY_HPP_

#include <descry/descry.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <new>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#if __has_include(<span>) && __cplusplus >= 202002L
#include <span>
#endif
#if __has_include(<mdspan>) && __cplusplus > 202002L
#include <mdspan>
#endif

namespace descry {

// A Python exception on its way through C++: it is pending no longer, until restore() or call()
// hand it back. May be copied, and destroyed by any thread, without the GIL.
class error : public std::exception {
 public:
  // Takes the pending exception. REQUIRES: there is one.
  error() : taken_(std::make_shared<taken>()) {}

  // "TypeError: what Python says", valid as long as a copy of this error lives.
  const char* what() const noexcept override { return taken_->text.c_str(); }

  // Whether it is an instance of `raised`, a class such as PyExc_TypeError.
  bool matches(PyObject* raised) const noexcept {
    return PyErr_GivenExceptionMatches(taken_->type, raised) != 0;
  }

  // The exception object, a borrowed reference.
  PyObject* value() const noexcept { return taken_->value; }

  // Makes it the pending exception again.
  void restore() const noexcept {
    Py_XINCREF(taken_->type);
    Py_XINCREF(taken_->value);
    Py_XINCREF(taken_->traceback);
    PyErr_Restore(taken_->type, taken_->value, taken_->traceback);
  }

 private:
  struct taken {
    taken() {
      PyErr_Fetch(&type, &value, &traceback);
      PyErr_NormalizeException(&type, &value, &traceback);
      text = name_of(type) + ": " + text_of(PyObject_Str(value));
    }
    taken(const taken&) = delete;
    taken& operator=(const taken&) = delete;
    ~taken() {
      if (!Py_IsInitialized()) return;
      const PyGILState_STATE state = PyGILState_Ensure();
      Py_XDECREF(type);
      Py_XDECREF(value);
      Py_XDECREF(traceback);
      PyGILState_Release(state);
    }

    PyObject *type = nullptr, *value = nullptr, *traceback = nullptr;
    std::string text;
  };

  // Steals a reference to `string`, a str or NULL.
  static std::string text_of(PyObject* string) {
    PyObject* const bytes = string ? PyUnicode_AsUTF8String(string) : nullptr;
    const char* const chars = bytes ? PyBytes_AsString(bytes) : nullptr;
    const std::string text = chars ? chars : "?";
    Py_XDECREF(string);
    Py_XDECREF(bytes);
    PyErr_Clear();
    return text;
  }

  static std::string name_of(PyObject* type) {
    return text_of(type ? PyObject_GetAttrString(type, "__name__") : nullptr);
  }

  std::shared_ptr<const taken> taken_;
};

// An owned reference, dropped at the end of its scope, or none.
class object {
 public:
  object() = default;
  object(const object& other) : held_(other.held_) { Py_XINCREF(held_); }
  object(object&& other) noexcept : held_(std::exchange(other.held_, nullptr)) {}
  object& operator=(object other) noexcept {
    std::swap(held_, other.held_);
    return *this;
  }
  ~object() { Py_XDECREF(held_); }

  // Steals a reference to `result`; where it is NULL, throws the pending exception.
  static object steal(PyObject* result) {
    if (!result) throw error();
    return object(result);
  }

  // Returns a borrowed reference, or NULL.
  PyObject* get() const noexcept { return held_; }
  // Returns the reference, which is then the caller's.
  PyObject* release() noexcept { return std::exchange(held_, nullptr); }
  explicit operator bool() const noexcept { return held_ != nullptr; }

 protected:
  explicit object(PyObject* stolen) noexcept : held_(stolen) {}

 private:
  PyObject* held_ = nullptr;
};

namespace priv {

// Whether T itself is declared or built in, and whether it points to what was declared as an
// object.
template <class T>
constexpr bool is_element() {
  return descry_priv::known<std::remove_cv_t<T>>(false);
}
template <class T>
using pointee = std::remove_cv_t<std::remove_pointer_t<T>>;
template <class T>
constexpr bool is_instance() {
  return std::is_pointer_v<T> && descry_priv::declared<pointee<T>>::found;
}

inline PyObject* give(PyObject* result) { return result; }
inline PyObject* give(object result) { return result.release(); }
inline int give(int result) { return result; }

// Throws a TypeError where elements of `itemsize` bytes are no T of `size` bytes.
inline void check_size(const descry_type* type, std::size_t itemsize, std::size_t size) {
  if (itemsize == size) return;
  descry_view stand_in = {};
  stand_in.type = type;
  stand_in.itemsize = static_cast<Py_ssize_t>(itemsize);
  descry_view_get(&stand_in, size, 0, nullptr);
  throw error();
}

}  // namespace priv

// Calls `body` and returns what it returns, a PyObject *, an object or an int. What it throws
// becomes the pending Python exception, with NULL or -1 returned: an error the one that it carries,
// std::bad_alloc a MemoryError, anything else a RuntimeError.
template <class Body>
auto call(Body&& body) noexcept -> decltype(priv::give(body())) {
  try {
    return priv::give(body());
  } catch (const error& raised) {
    raised.restore();
  } catch (const std::bad_alloc&) {
    PyErr_NoMemory();
  } catch (const std::exception& raised) {
    PyErr_SetString(PyExc_RuntimeError, raised.what());
  } catch (...) {
    PyErr_SetString(PyExc_RuntimeError, "a C++ exception that is no std::exception");
  }
  if constexpr (std::is_pointer_v<decltype(priv::give(body()))>) {
    return nullptr;
  } else {
    return -1;
  }
}

// Returns T's declaration, a constant. Needs no Python.
template <class T>
constexpr const descry_type* type_of() {
  static_assert(priv::is_element<T>() || priv::is_instance<T>(),
                "descry: this type is not declared here: DESCRY_DECLARE(T) has to come first");
  if constexpr (priv::is_element<T>()) {
    return descry_priv::deduce<std::remove_cv_t<T>>(false);
  } else {
    return descry_priv::declared<priv::pointee<T>>::value;
  }
}

// Returns the dtype of T.
template <class T>
object dtype() {
  return object::steal(descry_dtype(type_of<T>()));
}

// Lengths: a number, a list, or what has data() and size(). Lives no longer than what it is made
// of.
class shape {
 public:
  shape(Py_ssize_t length) : length_(length), ndim_(1) {}
  shape(std::initializer_list<Py_ssize_t> lengths) : ndim_(static_cast<int>(lengths.size())) {
    lengths_ = lengths.begin();
  }
  template <class Lengths, class = decltype(std::declval<const Lengths&>().data())>
  shape(const Lengths& lengths)
      : lengths_(lengths.data()), ndim_(static_cast<int>(lengths.size())) {}

  // As the C functions take it.
  int ndim() const { return ndim_; }
  const Py_ssize_t* data() const { return lengths_ ? lengths_ : &length_; }

 private:
  const Py_ssize_t* lengths_ = nullptr;
  Py_ssize_t length_ = 0;
  int ndim_;
};

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

  // The same, checked: throws an IndexError; negative indices count from the end.
  template <class... Index>
  Element& at(Index... index) const {
    const Py_ssize_t at[sizeof...(Index) + 1] = {static_cast<Py_ssize_t>(index)...};
    void* const found = descry_view_get(&view_, sizeof(Element), sizeof...(Index), at);
    if (!found) throw error();
    return *static_cast<Element*>(found);
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
  // negative or 0, or no multiple of the element, as those of a packed record's members may be.
  // REQUIRES: no two indices lead to the same element, as they can in an as_strided array.
  template <std::size_t ndim>
  std::mdspan<Element, std::dextents<Py_ssize_t, ndim>, std::layout_stride> mdspan() const {
    if (view_.ndim != static_cast<int>(ndim)) {
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
    if (descry_view_field(outer.get(), path, &view_) < 0) throw error();
    check();
  }

 private:
#ifdef __cpp_lib_mdspan
  // In elements. No step is ever taken along a dimension of one element, nor in an empty array.
  Py_ssize_t mdspan_stride(int axis) const {
    const Py_ssize_t bytes = view_.strides[axis];
    const Py_ssize_t element = static_cast<Py_ssize_t>(sizeof(Element));
    if (view_.size == 0 || view_.shape[axis] == 1) return 1;
    if (bytes > 0 && bytes % element == 0) return bytes / element;
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

// A new array of T. It is an object: give it to Python by release(), or return it from call().
template <class T>
class array : public object {
 public:
  static_assert(std::is_trivially_copyable_v<T>, "descry: NumPy copies elements byte by byte");

  // Takes the vector's memory over, without a copy. On failure `elements` is as it was. References
  // in object slots go to the array.
  explicit array(std::vector<T>&& elements, unsigned flags = DESCRY_WRITE,
                 const descry_type* type = type_of<T>()) {
    static_assert(!std::is_same_v<T, bool>, "descry: a std::vector<bool> holds no array of bool");
    priv::check_size(type, descry_type_size(type), sizeof(T));
    auto kept = std::make_unique<std::vector<T>>(std::move(elements));
    const Py_ssize_t count = static_cast<Py_ssize_t>(kept->size());
    PyObject* const made = descry_adopt(
        type, kept->data(), 1, &count, nullptr,
        [](void*, void* vector) { delete static_cast<std::vector<T>*>(vector); }, kept.get(),
        flags);
    if (!made) {
      elements = std::move(*kept);
      throw error();
    }
    kept.release();
    object::operator=(object::steal(made));
  }

  // Of the elements of a range, each copied once.
  template <class Iterator>
  array(Iterator begin, Iterator end) : array(std::vector<T>(begin, end)) {}
  template <class Range>
  static array from(const Range& range) {
    return array(std::begin(range), std::end(range));
  }

  // As descry_empty(), descry_zeros(), descry_full(), and descry_copy() in C order.
  static array empty(const shape& shape, int order = DESCRY_C_ORDER,
                     const descry_type* type = type_of<T>()) {
    return array(descry_empty(type, shape.ndim(), shape.data(), order));
  }
  static array zeros(const shape& shape, int order = DESCRY_C_ORDER,
                     const descry_type* type = type_of<T>()) {
    return array(descry_zeros(type, shape.ndim(), shape.data(), order));
  }
  static array full(const shape& shape, const T& value, int order = DESCRY_C_ORDER,
                    const descry_type* type = type_of<T>()) {
    priv::check_size(type, descry_type_size(type), sizeof(T));
    return array(descry_full(type, shape.ndim(), shape.data(), order, &value));
  }
  static array copy(const T* data, const shape& shape, const descry_type* type = type_of<T>()) {
    priv::check_size(type, descry_type_size(type), sizeof(T));
    return array(descry_copy(type, data, shape.ndim(), shape.data(), nullptr));
  }

  // An array over memory that `owner` keeps alive, in C order; read-only where `data` is.
  static array wrap(T* data, const shape& shape, PyObject* owner,
                    const descry_type* type = type_of<T>()) {
    return wrap_as(DESCRY_WRITE, data, shape, owner, type);
  }
  static array wrap(const T* data, const shape& shape, PyObject* owner,
                    const descry_type* type = type_of<T>()) {
    return wrap_as(DESCRY_READ, const_cast<T*>(data), shape, owner, type);
  }

 private:
  explicit array(PyObject* made) : object(object::steal(made)) {}

  static array wrap_as(unsigned flags, T* data, const shape& shape, PyObject* owner,
                       const descry_type* type) {
    priv::check_size(type, descry_type_size(type), sizeof(T));
    return array(descry_wrap(type, data, shape.ndim(), shape.data(), nullptr, owner, flags));
  }
};

}  // namespace descry

#endif  // DESCRY_DESCRY_HPP_
