// SPDX-License-Identifier: BSD-3-Clause
// The module `flock`: birds that fly straight on.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <descry/pybind11.hpp>
#include <vector>

namespace flock {

using Vector = std::array<double, 3>;

struct Bird {
  std::int64_t ring;
  Vector position;  // metres
  Vector velocity;  // metres a second
  float weight;     // kilograms
};

DESCRY_RECORD(Bird, ring, position, velocity, weight);

double speed(const Bird& bird) {
  return std::hypot(bird.velocity[0], bird.velocity[1], bird.velocity[2]);
}

// The array takes the vector's memory over.
descry::array<Bird> hatch(std::size_t count) {
  std::vector<Bird> birds(count);
  for (std::size_t i = 0; i < count; ++i) {
    birds[i].ring = static_cast<std::int64_t>(i);
    birds[i].velocity = {static_cast<double>(i), 0, 0};
    birds[i].weight = 0.5F;
  }
  return descry::array<Bird>(std::move(birds));
}

// Any array of birds, whatever its rank and strides.
double weigh(const descry::view<Bird>& birds) {
  double sum = 0;
  for (const Bird& bird : birds) sum += static_cast<double>(bird.weight);
  return sum;
}

void fly(const descry::writable_view<Bird>& birds, double seconds) {
  for (Bird& bird : birds) {
    for (std::size_t axis = 0; axis < 3; ++axis) {
      bird.position[axis] += bird.velocity[axis] * seconds;
    }
  }
}

// A list of birds: what has another rank is refused before the function is called.
struct List : descry::view<Bird> {
  explicit List(PyObject* array) : view(array, 1) {}
};

// By value: the view goes to the function, which closes it at its end.
// cppcheck-suppress passedByValue
std::int64_t fastest(List birds) {
  const auto found = std::max_element(
      birds.begin(), birds.end(), [](const Bird& a, const Bird& b) { return speed(a) < speed(b); });
  return found == birds.end() ? -1 : found->ring;
}

// The address of the first bird: no copy stands between Python and C++.
std::uintptr_t address(const descry::view<Bird>& birds) {
  return reinterpret_cast<std::uintptr_t>(birds.get()->data);
}

// One name for two types of element: the first that fits is taken.
double average(const descry::view<Bird>& birds) {
  return weigh(birds) / static_cast<double>(birds.size());
}
double average(const descry::view<double>& numbers) {
  double sum = 0;
  for (const double number : numbers) sum += number;
  return sum / static_cast<double>(numbers.size());
}

// Throws an IndexError of Python's.
std::int64_t ring(const descry::view<Bird>& birds, std::ptrdiff_t index) {
  return birds.at(index).ring;
}

}  // namespace flock

PYBIND11_MODULE(flock, m) {
  using flock::Bird;
  descry::translate_errors(m);
  m.attr("Bird") = descry::dtype<Bird>();
  m.def("hatch", &flock::hatch);
  m.def("weigh", &flock::weigh);
  m.def("fly", &flock::fly);
  m.def("fastest", &flock::fastest);
  m.def("address", &flock::address);
  m.def("average", [](const descry::view<Bird>& birds) { return flock::average(birds); });
  m.def("average", [](const descry::view<double>& numbers) { return flock::average(numbers); });
  m.def("ring", &flock::ring);
}
