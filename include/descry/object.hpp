// SPDX-License-Identifier: BSD-3-Clause
// Failures and references in C++: Python's exceptions as C++ ones, owned references, and the way
// from a C++ type to its declaration.
//
// GIL held (or thread state attached), unless a comment says otherwise. Whatever is destroyed,
// closed or assigned over here and in the other headers for C++ may be so by any thread, with or
// without the GIL: a thread without one attaches itself for as long as that takes. Once the
// interpreter has ended it is a no-op, so that objects of static storage need no care.
#ifndef DESCRY_OBJECT_HPP_
#define DESCRY_OBJECT_HPP_

#include <descry/dtype.h>
#include <descry/private/attach.h>
#include <descry/view.h>

#include <cstddef>
#include <exception>
#include <initializer_list>
#include <memory>
#include <new>
#include <string>
#include <type_traits>
#include <utility>

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
      for (PyObject* const each : {type, value, traceback}) descry_priv_drop(each);
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

// An owned reference, dropped at the end of its scope, or none. Copying one needs the GIL; moving
// and dropping it does not.
class object {
 public:
  object() = default;
  object(const object& other) : held_(other.held_) { Py_XINCREF(held_); }
  object(object&& other) noexcept : held_(std::exchange(other.held_, nullptr)) {}
  object& operator=(object other) noexcept {
    std::swap(held_, other.held_);
    return *this;
  }
  ~object() { descry_priv_drop(held_); }

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

// Python, for a thread that may have released the GIL, until the end of a scope. For what raises:
// REQUIRES that there is an interpreter.
class attached {
 public:
  attached() noexcept : attached_(descry_priv_attach()) {}
  attached(const attached&) = delete;
  attached& operator=(const attached&) = delete;
  ~attached() { descry_priv_detach(attached_); }

 private:
  int attached_;
};

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

// Throws a TypeError where elements of `itemsize` bytes are not a T of `size` bytes.
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
    PyErr_SetString(PyExc_RuntimeError, "a C++ exception that is not a std::exception");
  }
  if constexpr (std::is_pointer_v<decltype(priv::give(body()))>) {
    return nullptr;
  } else {
    return -1;
  }
}

// Returns T's declaration, a constant. Needs no Python.
template <class T>
DESCRY_PRIV_LOCAL constexpr const descry_type* type_of() {
  static_assert(priv::is_element<T>() || priv::is_instance<T>(),
                "descry: this type is not declared here: DESCRY_DECLARE(T) has to come first, "
                "or DESCRY_DECLARE_FOREIGN(T) if its namespace is not yours");
  if constexpr (priv::is_element<T>()) {
    return descry_priv::deduce<std::remove_cv_t<T>>(false);
  } else {
    return descry_priv::declared<priv::pointee<T>>::value;
  }
}

// Returns the dtype of T.
template <class T>
DESCRY_PRIV_LOCAL object dtype() {
  return object::steal(descry_dtype(type_of<T>()));
}

}  // namespace descry

#endif  // DESCRY_OBJECT_HPP_
