// SPDX-License-Identifier: BSD-3-Clause
#include "tests/loop/geometry.h"

#include <algorithm>
#include <numeric>

namespace descry_test {
namespace {

using Lengths = std::vector<Py_ssize_t>;

char* Address(int64_t number) { return reinterpret_cast<char*>(static_cast<uintptr_t>(number)); }

// Strides of an array without gaps whose axes lie in random order, some of them turned around,
// stepped or repeated.
Lengths RandomStrides(const Lengths& shape, Choices& choices) {
  std::vector<size_t> order(shape.size());
  std::iota(order.begin(), order.end(), size_t{0});
  const uint64_t how = choices.Below(4);
  if (how == 1) std::reverse(order.begin(), order.end());
  for (size_t i = order.size(); how > 1 && i > 1; --i) {
    std::swap(order[i - 1], order[choices.Below(i)]);
  }
  Lengths strides(shape.size());
  Py_ssize_t step = 8;
  for (size_t i = order.size(); i-- > 0;) {
    const size_t axis = order[i];
    if (choices.OneIn(6)) step *= 2;
    strides[axis] = choices.OneIn(4) ? -step : step;
    step *= std::max<Py_ssize_t>(shape[axis], 1);
    if (choices.OneIn(12)) strides[axis] = 0;
    if (shape[axis] == 1 && choices.OneIn(2)) strides[axis] = choices.Between(-9, 9);
  }
  return strides;
}

Lengths RandomShape(Choices& choices) {
  const int64_t ndim = choices.OneIn(20) ? choices.Between(0, 64) : choices.Between(0, 5);
  Lengths shape(static_cast<size_t>(ndim), 1);
  int64_t room = 200;
  for (auto& length : shape) {
    if (ndim > 8 && !choices.OneIn(8)) continue;
    length = choices.OneIn(25) ? 0 : choices.Between(1, 5);
    if (length > room) length = 1;
    if (length > 1) room /= length;
  }
  return shape;
}

Operand RandomOperand(const Lengths& common, Choices& choices) {
  Operand operand;
  operand.shape = common;
  operand.written = choices.OneIn(4);
  if (!operand.written || choices.OneIn(10)) {
    const size_t missing = choices.OneIn(3) ? choices.Below(common.size() + 1) : 0;
    operand.shape.erase(operand.shape.begin(),
                        operand.shape.begin() + static_cast<Py_ssize_t>(missing));
    for (auto& length : operand.shape) {
      if (choices.OneIn(4)) length = 1;
      if (choices.OneIn(150)) length = choices.Between(0, 6);
    }
  }
  operand.strides = RandomStrides(operand.shape, choices);
  operand.data = Address(int64_t{1} << 40);
  operand.data += choices.Between(0, 1000);
  return operand;
}

// Sets the address of each operand's element at `index` of the common shape.
Elements At(const Geometry& geometry, const Lengths& index) {
  Elements elements;
  for (const Operand& operand : geometry.operands) {
    char* at = operand.data;
    const size_t missing = index.size() - operand.shape.size();
    for (size_t axis = 0; axis < operand.shape.size(); ++axis) {
      if (operand.shape[axis] != 1) at += index[missing + axis] * operand.strides[axis];
    }
    elements.push_back(at);
  }
  return elements;
}

// Goes on to the next index. Returns false after the last one.
bool Increment(Lengths& index, const Lengths& shape, unsigned flags) {
  for (size_t i = 0; i < shape.size(); ++i) {
    const size_t axis = flags & DESCRY_F_ORDER ? i : shape.size() - 1 - i;
    if (++index[axis] < shape[axis]) return true;
    index[axis] = 0;
  }
  return false;
}

std::vector<Elements> Walk(descry_loop* loop, std::string* problem) {
  std::vector<Elements> seen;
  const size_t n = static_cast<size_t>(loop->priv.operands);
  while (descry_loop_next(loop)) {
    if (loop->count <= 0) *problem = "a run of nothing";
    for (Py_ssize_t i = 0; i < loop->count; ++i) {
      Elements elements(n);
      for (size_t k = 0; k < n; ++k) {
        elements[k] = loop->data[k] + i * loop->strides[k];
      }
      seen.push_back(elements);
    }
    std::fill_n(loop->data, n, nullptr);  // they are the caller's
  }
  if (descry_loop_next(loop)) *problem = "goes on after its end";
  if (static_cast<Py_ssize_t>(seen.size()) != loop->size) *problem = "another size than it says";
  return seen;
}

std::string Describe(const Lengths& numbers) {
  std::string text = "(";
  for (Py_ssize_t number : numbers) text += std::to_string(number) + ",";
  return text + ")";
}

// Walks in `parts` parts, the first of which was begun and split again.
std::vector<Elements> WalkInParts(const descry_loop& loop, int parts, std::string* problem) {
  std::vector<Elements> seen;
  Py_ssize_t least = loop.size, most = 0;
  for (int part = 0; part < parts; ++part) {
    descry_loop piece;
    if (descry_loop_split(&loop, part, parts, &piece) < 0) *problem = "is not split";
    least = std::min(least, piece.size);
    most = std::max(most, piece.size);
    for (int half = 0; half < 2; ++half) {
      descry_loop smaller = piece;
      descry_loop_split(&smaller, half, 2, &smaller);
      for (const Elements& each : Walk(&smaller, problem)) seen.push_back(each);
    }
  }
  if (most - least > 1) *problem = "the parts are uneven";
  return seen;
}

std::string CheckOrder(const Geometry& geometry, const std::vector<const descry_view*>& views,
                       unsigned flags, Choices& choices) {
  std::string problem;
  descry_loop loop;
  const int n = static_cast<int>(views.size());
  if (descry_loop_begin(&loop, n, views.data(), flags) < 0) return "is refused";
  const descry_loop whole = loop;
  std::vector<Elements> seen = Walk(&loop, &problem);
  if (WalkInParts(whole, static_cast<int>(choices.Between(1, 7)), &problem) != seen) {
    return "the parts are not the whole";
  }
  std::vector<Elements> expected =
      geometry.Count(flags == DESCRY_F_ORDER ? DESCRY_F_ORDER : DESCRY_C_ORDER);
  if (flags == 0) {
    std::sort(seen.begin(), seen.end());
    std::sort(expected.begin(), expected.end());
  }
  return seen == expected ? problem : "other elements, or in another order";
}

}  // namespace

descry_view Operand::AsView() const {
  descry_view view = {};
  view.data = data;
  view.ndim = static_cast<int>(shape.size());
  view.shape = shape.data();
  view.strides = strides.data();
  view.itemsize = 8;
  view.flags = written ? DESCRY_WRITE : DESCRY_READ;
  view.size = 1;
  for (Py_ssize_t length : shape) view.size *= length;
  Py_ssize_t c_step = 8, f_step = 8;
  bool c_order = true, f_order = true;
  for (size_t i = 0; i < shape.size(); ++i) {
    const size_t axis = shape.size() - 1 - i;
    c_order = c_order && (shape[axis] == 1 || strides[axis] == c_step);
    f_order = f_order && (shape[i] == 1 || strides[i] == f_step);
    c_step *= shape[axis];
    f_step *= shape[i];
  }
  if (c_order || view.size == 0) view.flags |= DESCRY_C_CONTIGUOUS;
  if (f_order || view.size == 0) view.flags |= DESCRY_F_CONTIGUOUS;
  return view;
}

bool Geometry::Broadcast(Lengths* shape) const {
  size_t ndim = 0;
  for (const Operand& each : operands) ndim = std::max(ndim, each.shape.size());
  shape->assign(ndim, 1);
  for (const Operand& each : operands) {
    for (size_t axis = 0; axis < each.shape.size(); ++axis) {
      Py_ssize_t& length = (*shape)[ndim - each.shape.size() + axis];
      if (each.shape[axis] == 1) continue;
      if (length != 1 && length != each.shape[axis]) return false;
      length = each.shape[axis];
    }
  }
  return true;
}

bool Geometry::IsAccepted() const {
  Lengths shape;
  if (!Broadcast(&shape)) return false;
  for (const Operand& each : operands) {
    if (!each.written) continue;
    if (each.shape != shape) return false;
    const bool empty = std::find(shape.begin(), shape.end(), 0) != shape.end();
    for (size_t axis = 0; axis < shape.size() && !empty; ++axis) {
      if (shape[axis] > 1 && each.strides[axis] == 0) return false;
    }
  }
  return true;
}

std::vector<Elements> Geometry::Count(unsigned flags) const {
  std::vector<Elements> result;
  Lengths shape;
  Broadcast(&shape);
  if (std::find(shape.begin(), shape.end(), 0) != shape.end()) return result;
  Lengths index(shape.size(), 0);
  do {
    result.push_back(At(*this, index));
  } while (Increment(index, shape, flags));
  return result;
}

std::string Geometry::Describe() const {
  std::string text;
  for (const Operand& each : operands) {
    text += (each.written ? " written" : " read") + descry_test::Describe(each.shape) +
            descry_test::Describe(each.strides);
  }
  return text;
}

Geometry RandomGeometry(Choices& choices) {
  Geometry geometry;
  const Lengths common = RandomShape(choices);
  const int64_t n = choices.OneIn(8) ? choices.Between(1, 16) : choices.Between(1, 4);
  for (int64_t k = 0; k < n; ++k) geometry.operands.push_back(RandomOperand(common, choices));
  return geometry;
}

std::string CheckLoops(const Geometry& geometry, Choices& choices) {
  std::vector<descry_view> storage;
  std::vector<const descry_view*> views;
  for (const Operand& each : geometry.operands) storage.push_back(each.AsView());
  for (const descry_view& each : storage) views.push_back(&each);
  if (!geometry.IsAccepted()) {
    descry_loop loop;
    const int n = static_cast<int>(views.size());
    const int result = descry_loop_begin(&loop, n, views.data(), 0);
    const bool raised = PyErr_Occurred() && PyErr_ExceptionMatches(PyExc_ValueError);
    PyErr_Clear();
    return result == -1 && raised ? "" : "is not refused";
  }
  for (const unsigned flags : {0u, unsigned{DESCRY_C_ORDER}, unsigned{DESCRY_F_ORDER}}) {
    const std::string problem = CheckOrder(geometry, views, flags, choices);
    if (!problem.empty()) return problem + ", with flags " + std::to_string(flags);
  }
  return "";
}

}  // namespace descry_test
