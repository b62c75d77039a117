// SPDX-License-Identifier: BSD-3-Clause
#include "tests/borrow/pairs.h"

#include <algorithm>
#include <bitset>
#include <numeric>
#include <sstream>

namespace descry_test {
namespace {

using Bytes = std::bitset<kBufferSize>;

// Calls `visit` with every element's address.
template <typename Visit>
void ForEachElement(const View& view, Visit visit) {
  for (ptrdiff_t length : view.shape) {
    if (length == 0) return;
  }
  std::vector<ptrdiff_t> index(view.shape.size(), 0);
  uint64_t address = view.data;
  while (true) {
    visit(address);
    size_t axis = view.shape.size();
    while (axis > 0) {
      --axis;
      address += static_cast<uint64_t>(view.strides[axis]);
      if (++index[axis] < view.shape[axis]) break;
      address -= static_cast<uint64_t>(view.strides[axis]) * static_cast<uint64_t>(index[axis]);
      index[axis] = 0;
      if (axis == 0) return;
    }
    if (view.shape.empty()) return;
  }
}

Bytes Mark(const View& view) {
  Bytes bytes;
  ForEachElement(view, [&](uint64_t address) {
    for (size_t i = 0; i < view.itemsize; ++i) bytes.set(address - kBufferAddress + i);
  });
  return bytes;
}

bool FitsBuffer(const View& view) {
  int64_t first = static_cast<int64_t>(view.data - kBufferAddress), last = first;
  for (size_t i = 0; i < view.shape.size(); ++i) {
    if (view.shape[i] == 0) return true;
    int64_t reach = static_cast<int64_t>(view.strides[i] * (view.shape[i] - 1));
    (reach < 0 ? first : last) += reach;
  }
  return first >= 0 &&
         last + static_cast<int64_t>(view.itemsize) <= static_cast<int64_t>(kBufferSize);
}

void SetCOrder(View& view) {
  view.strides.resize(view.shape.size());
  ptrdiff_t stride = static_cast<ptrdiff_t>(view.itemsize);
  for (size_t i = view.shape.size(); i-- > 0;) {
    view.strides[i] = stride;
    stride *= std::max<ptrdiff_t>(view.shape[i], 1);
  }
}

View FreshArray(Choices& choices) {
  static constexpr size_t kItemsizes[] = {1, 2, 4, 8, 16, 12, 24, 3};
  View view;
  view.itemsize = kItemsizes[choices.Below(8)];
  ptrdiff_t room = static_cast<ptrdiff_t>(kBufferSize / view.itemsize);
  for (int64_t ndim = choices.Between(0, 4); ndim > 0; --ndim) {
    ptrdiff_t length = choices.Between(1, std::min<ptrdiff_t>(room, ndim > 2 ? 5 : 12));
    view.shape.push_back(length);
    room /= length;
  }
  SetCOrder(view);
  if (choices.OneIn(4)) std::reverse(view.shape.begin(), view.shape.end());
  if (choices.OneIn(4)) std::reverse(view.strides.begin(), view.strides.end());
  view.data = kBufferAddress + (choices.OneIn(2) ? 0 : choices.Below(256));
  return view;
}

// a[..., start:stop:step, ...]
void Slice(View& view, Choices& choices) {
  if (view.shape.empty()) return;
  size_t axis = choices.Below(view.shape.size());
  ptrdiff_t length = view.shape[axis];
  if (length == 0) return;
  ptrdiff_t step = choices.Between(1, 4), first = choices.Between(0, length - 1);
  ptrdiff_t kept = choices.Between(choices.OneIn(16) ? 0 : 1, (length - first + step - 1) / step);
  view.data += static_cast<uint64_t>(first * view.strides[axis]);
  view.shape[axis] = kept;
  view.strides[axis] *= step;
}

// a[..., ::-1, ...]
void Flip(View& view, Choices& choices) {
  if (view.shape.empty()) return;
  size_t axis = choices.Below(view.shape.size());
  if (view.shape[axis] == 0) return;
  view.data += static_cast<uint64_t>((view.shape[axis] - 1) * view.strides[axis]);
  view.strides[axis] = -view.strides[axis];
}

// a[..., i, ...]
void Index(View& view, Choices& choices) {
  if (view.shape.empty()) return;
  size_t axis = choices.Below(view.shape.size());
  if (view.shape[axis] == 0) return;
  view.data += static_cast<uint64_t>(choices.Between(0, view.shape[axis] - 1) * view.strides[axis]);
  view.shape.erase(view.shape.begin() + static_cast<ptrdiff_t>(axis));
  view.strides.erase(view.strides.begin() + static_cast<ptrdiff_t>(axis));
}

// a['field'], a.real, a.imag
void Field(View& view, Choices& choices) {
  size_t offset = choices.Below(view.itemsize);
  view.data += offset;
  view.itemsize = 1 + choices.Below(view.itemsize - offset);
}

// np.broadcast_to
void Broadcast(View& view, Choices& choices) {
  view.shape.insert(view.shape.begin(), choices.Between(1, 3));
  view.strides.insert(view.strides.begin(), 0);
}

// sliding_window_view
void Window(View& view, Choices& choices) {
  if (view.shape.empty()) return;
  size_t axis = choices.Below(view.shape.size());
  if (view.shape[axis] == 0) return;
  ptrdiff_t window = choices.Between(1, view.shape[axis]);
  view.shape[axis] -= window - 1;
  view.shape.push_back(window);
  view.strides.push_back(view.strides[axis]);
}

// as_strided
void Restride(View& view, Choices& choices) {
  View other = view;
  for (auto& stride : other.strides) {
    if (choices.OneIn(2)) stride = choices.Between(-40, 40);
  }
  if (FitsBuffer(other)) view = other;
}

void Change(View& view, Choices& choices) {
  switch (choices.Below(9)) {
    case 0:
    case 1:
    case 2:
      return Slice(view, choices);
    case 3:
      return Flip(view, choices);
    case 4:
      return Index(view, choices);
    case 5:
      return Field(view, choices);
    case 6:
      return Restride(view, choices);
    case 7:
      return view.shape.size() < 6 ? Window(view, choices) : Slice(view, choices);
    default:
      return view.shape.size() < 6 ? Broadcast(view, choices) : Flip(view, choices);
  }
}

void ChangeSome(View& view, Choices& choices) {
  for (int64_t changes = choices.Between(0, 5); changes > 0; --changes) Change(view, choices);
}

void KeepSmall(View& view) {
  ptrdiff_t size = 1;
  for (auto& length : view.shape) {
    if (size * length > 4096) length = 1;
    size *= std::max<ptrdiff_t>(length, 1);
  }
}

}  // namespace

uint64_t SeededChoices::Below(uint64_t limit) {
  state_ ^= state_ << 13;
  state_ ^= state_ >> 7;
  state_ ^= state_ << 17;
  return (state_ * 0x2545f4914f6cdd1dull >> 11) % limit;
}

uint64_t BufferChoices::Below(uint64_t limit) {
  uint64_t value = 0;
  for (uint64_t bound = limit - 1; bound > 0; bound >>= 8) {
    value = value << 8 | (size_ > 0 ? *data_ : 0);
    if (size_ > 0) ++data_, --size_;
  }
  return value % limit;
}

descryi_memory View::Memory() const {
  return {reinterpret_cast<const void*>(data), ndim(), shape.data(), strides.data(), itemsize, 0};
}

descryi_region View::Region() const {
  descryi_region region;
  descryi_memory memory = Memory();
  descryi_region_set(&region, &memory);
  return region;
}

std::string View::Describe() const {
  std::ostringstream out;
  out << "data " << data << " itemsize " << itemsize << " (length, stride)";
  for (size_t i = 0; i < shape.size(); ++i) out << " (" << shape[i] << ", " << strides[i] << ")";
  return out.str();
}

View RandomView(Choices& choices) {
  View view = FreshArray(choices);
  while (!FitsBuffer(view)) view = FreshArray(choices);
  ChangeSome(view, choices);
  KeepSmall(view);
  return view;
}

View RelatedView(const View& other, Choices& choices) {
  View view = other;
  view.data += choices.Below(24);
  if (!FitsBuffer(view)) view.data = other.data;
  ChangeSome(view, choices);
  KeepSmall(view);
  return view;
}

View SparseView(Choices& choices, uint64_t address, int max_bits) {
  View view;
  view.itemsize = 1 + choices.Below(choices.OneIn(4) ? 5000 : 16);
  view.data = address + choices.Below(uint64_t{1} << choices.Between(0, max_bits));
  for (int64_t ndim = choices.Between(0, 3); ndim > 0; --ndim) {
    view.shape.push_back(choices.Between(1, 9));
    int64_t limit = int64_t{1} << choices.Between(0, max_bits);
    view.strides.push_back(choices.Between(-limit, limit));
  }
  return view;
}

bool ShareBytes(const View& a, const View& b) { return (Mark(a) & Mark(b)).any(); }

bool ShareBytesByElements(const View& a, const View& b) {
  bool shared = false;
  ForEachElement(a, [&](uint64_t p) {
    ForEachElement(b, [&](uint64_t q) { shared |= p < q + b.itemsize && q < p + a.itemsize; });
  });
  return shared;
}

bool GcdRuleConflicts(const View& a, const View& b) {
  int64_t lo[2], hi[2];
  uint64_t step = 0;
  const View* views[] = {&a, &b};
  for (int i = 0; i < 2; ++i) {
    const View& view = *views[i];
    lo[i] = hi[i] = static_cast<int64_t>(view.data);
    for (size_t axis = 0; axis < view.shape.size(); ++axis) {
      if (view.shape[axis] == 0) return false;
      if (view.shape[axis] == 1) continue;
      int64_t reach = static_cast<int64_t>(view.strides[axis] * (view.shape[axis] - 1));
      (reach < 0 ? lo[i] : hi[i]) += reach;
      step = std::gcd(step, static_cast<uint64_t>(std::abs(view.strides[axis])));
    }
    hi[i] += static_cast<int64_t>(view.itemsize);
  }
  if (lo[0] >= hi[1] || lo[1] >= hi[0]) return false;
  if (step == 0) return true;
  uint64_t distance =
      b.data >= a.data ? (b.data - a.data) % step : (step - (a.data - b.data) % step) % step;
  return distance < a.itemsize || step - distance < b.itemsize;
}

}  // namespace descry_test
