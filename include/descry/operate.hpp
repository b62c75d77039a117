// SPDX-License-Identifier: BSD-3-Clause
// NumPy's operations on typed arrays from C++17: operate.h, whose comments say what happens.
//
//   const descry::view<particle> all(array);
//   return descry::take(array, descry::argsort(all, "born, id").get(), 0);
//
// Thread rule: see object.hpp. All throw as the C functions fail.
#ifndef DESCRY_OPERATE_HPP_
#define DESCRY_OPERATE_HPP_

#include <descry/operate.h>

#include <descry/array.hpp>
#include <descry/object.hpp>
#include <descry/view.hpp>
#include <initializer_list>
#include <type_traits>
#include <vector>

namespace descry {

// Arrays, as operations take several of them. Keeps no references.
class arrays {
 public:
  arrays(std::initializer_list<PyObject*> all) : all_(all) {}
  arrays(const std::vector<PyObject*>& all) : all_(all) {}

  // As the C functions take them.
  int count() const { return static_cast<int>(all_.size()); }
  PyObject* const* data() const { return all_.data(); }

 private:
  std::vector<PyObject*> all_;
};

// The same elements in another shape. REQUIRES: `axes` are as many as the array has.
inline object reshape(PyObject* array, const shape& shape, int order = DESCRY_C_ORDER) {
  return object::steal(descry_reshape(array, shape.ndim(), shape.data(), order));
}
inline object ravel(PyObject* array, int order = DESCRY_C_ORDER) {
  return object::steal(descry_ravel(array, order));
}
inline object transpose(PyObject* array) { return object::steal(descry_transpose(array, nullptr)); }
inline object transpose(PyObject* array, const std::vector<int>& axes) {
  return object::steal(descry_transpose(array, axes.data()));
}
inline object swapaxes(PyObject* array, int one, int other) {
  return object::steal(descry_swapaxes(array, one, other));
}
inline object squeeze(PyObject* array) { return object::steal(descry_squeeze(array)); }

// Some of the elements.
inline object take(PyObject* array, PyObject* indices, int axis = DESCRY_RAVEL_AXIS) {
  return object::steal(descry_take(array, indices, axis));
}
inline object compress(PyObject* array, PyObject* condition, int axis = DESCRY_RAVEL_AXIS) {
  return object::steal(descry_compress(array, condition, axis));
}
inline object repeat(PyObject* array, PyObject* counts, int axis = DESCRY_RAVEL_AXIS) {
  return object::steal(descry_repeat(array, counts, axis));
}

// Numbers.
template <class T>
object cast(PyObject* array, const descry_type* type = type_of<T>()) {
  return object::steal(descry_cast(type, array));
}
inline object inner(PyObject* one, PyObject* other) {
  return object::steal(descry_inner(one, other));
}
inline object dot(PyObject* one, PyObject* other) { return object::steal(descry_dot(one, other)); }
inline object einsum(const char* subscripts, const arrays& all) {
  return object::steal(descry_einsum(subscripts, all.count(), all.data()));
}

// Several arrays of T become one.
template <class T>
object concatenate(const arrays& all, int axis = 0, const descry_type* type = type_of<T>()) {
  return object::steal(descry_concatenate(type, all.count(), all.data(), axis));
}
template <class T>
object stack(const arrays& all, int axis = 0, const descry_type* type = type_of<T>()) {
  return object::steal(descry_stack(type, all.count(), all.data(), axis));
}
template <class T>
object where(PyObject* condition, PyObject* chosen, PyObject* other,
             const descry_type* type = type_of<T>()) {
  return object::steal(descry_where(type, condition, chosen, other));
}

// In order. `View` is a descry::view or writable_view; sort() takes a writable one only.
template <class View>
object argsort(const View& view, const char* path = nullptr, unsigned flags = 0) {
  return object::steal(descry_argsort(view.get(), path, flags));
}
template <class View>
void sort(const View& view, const char* path = nullptr, unsigned flags = 0) {
  static_assert(!std::is_const_v<std::remove_reference_t<typename View::reference>>,
                "descry: sort() puts the elements of a writable_view in order");
  if (descry_sort(view.get(), path, flags) < 0) throw error();
}
template <class View, class Values>
object searchsorted(const View& sorted, const char* path, const Values& values,
                    unsigned flags = 0) {
  return object::steal(descry_searchsorted(sorted.get(), path, values.get(), flags));
}
template <class View>
object unique(const View& view, const char* path = nullptr, unsigned flags = 0) {
  return object::steal(descry_unique(view.get(), path, flags));
}

}  // namespace descry

#endif  // DESCRY_OPERATE_HPP_
