// SPDX-License-Identifier: BSD-3-Clause
// The module `flock`: birds that fly straight on.

#include <pybind11/stl.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <descry/pybind11.hpp>
#include <optional>
#include <vector>

namespace py = pybind11;

namespace flock {

using Vector = std::array<double, 3>;

struct Bird {
  std::int64_t ring;
  Vector position;  // metres
  Vector velocity;  // metres a second
  float weight;     // kilograms
};

DESCRY_RECORD(Bird, ring, position, velocity, weight);

}  // namespace flock

// A Bird may be a parameter and a result, not just descry::element<Bird>: no class_<Bird> binds it.
template <>
inline constexpr bool descry::by_value<flock::Bird> = true;

namespace flock {

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

// Birds in a row: what has another rank is refused before the function is called. By value: the
// view goes to the function, which closes it at its end, without the GIL if the binding released
// it. cppcheck-suppress passedByValue
std::int64_t fastest(descry::view<Bird, 1> birds) {
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

// None, or birds.
double weigh_some(const std::optional<descry::view<Bird>>& birds) {
  return birds ? weigh(*birds) : 0;
}
bool is_given(const descry::view<Bird>* birds) { return birds != nullptr; }

// A list of arrays.
Py_ssize_t count(const std::vector<descry::view<Bird>>& flocks) {
  Py_ssize_t sum = 0;
  for (const descry::view<Bird>& birds : flocks) sum += birds.size();
  return sum;
}

// One bird: a dict, a tuple or a np.void comes, a np.void goes.
descry::element<Bird> fatten(descry::element<Bird> bird, float kilograms) {
  bird->weight += kilograms;
  return bird;
}

// The same without a word of descry's, by value, by reference, as a pointer.
Bird turn(Bird bird) {
  for (double& each : bird.velocity) each = -each;
  return bird;
}
bool is_faster(const Bird& bird, const Bird* other) { return speed(bird) > speed(*other); }

// None, or one bird; a list of birds, which may be rows. By value, as the binding makes them.
// cppcheck-suppress passedByValue
std::optional<Bird> heaviest(std::vector<Bird> birds) {
  const auto lighter = [](const Bird& a, const Bird& b) { return a.weight < b.weight; };
  const auto found = std::max_element(birds.begin(), birds.end(), lighter);
  return found == birds.end() ? std::nullopt : std::optional<Bird>(*found);
}

// Whatever holds birds: rows, columns, a data frame, an array. In rows, by speed.
descry::object in_order(const py::object& birds) {
  auto own = descry::to_vector<Bird>(descry::argument(birds.ptr(), "birds"), DESCRY_SAME_KIND);
  std::sort(own.begin(), own.end(),
            [](const Bird& a, const Bird& b) { return speed(a) < speed(b); });
  return descry::to_rows(own);
}

// What Python raises in a callback, as descry's error and back.
void watch(const descry::view<Bird>& birds, const py::object& callback) {
  try {
    for (const Bird& bird : birds) callback(bird.ring);
  } catch (py::error_already_set& raised) {
    throw descry::from_pybind11(raised);
  }
}

// A class that owns its birds. Python sees them, and while it does nothing moves them.
class Roost {
 public:
  // A BufferError where that needs more room, and arrays of the birds exist.
  void settle(const descry::view<Bird, 1>& birds) {
    for (const Bird& bird : birds) birds_.push_back(bird);
    distances_ = std::vector<double>(birds_.size());
  }
  void empty() { birds_.clear(); }

  descry::array<Bird> birds() { return birds_.array(); }

  // No array of the birds may be written, or read, by anybody else meanwhile.
  void feed(float kilograms) {
    const descry::borrow writing = descry::borrow::exclusive(birds_);
    for (Bird& bird : birds_) bird.weight += kilograms;
  }

  // Of a vector that stays where it is as long as the roost lives, if nobody settles.
  static descry::array<double> distances(const py::object& self) {
    const Roost& roost = py::cast<const Roost&>(self);
    return descry::array<double>::over(self.ptr(), roost.distances_);
  }

 private:
  descry::owned_vector<Bird> birds_;
  std::vector<double> distances_;
};

}  // namespace flock

PYBIND11_MODULE(flock, m) {
  using flock::Bird;
  descry::translate_errors(m);
  m.attr("Bird") = descry::dtype<Bird>();
  m.def("hatch", &flock::hatch);
  m.def("weigh", &flock::weigh);
  m.def("fly", &flock::fly);
  m.def("fastest", &flock::fastest, py::call_guard<py::gil_scoped_release>());
  m.def("address", &flock::address);
  m.def("average", [](const descry::view<Bird>& birds) { return flock::average(birds); });
  m.def("average", [](const descry::view<double>& numbers) { return flock::average(numbers); });
  m.def("ring", &flock::ring);
  m.def("weigh_some", &flock::weigh_some, py::arg("birds"));
  m.def("is_given", &flock::is_given, py::arg("birds"));
  m.def("count", &flock::count);
  m.def("fatten", &flock::fatten);
  m.def("turn", &flock::turn);
  m.def("is_faster", &flock::is_faster);
  m.def("heaviest", &flock::heaviest);
  m.def("in_order", &flock::in_order);
  m.def("watch", &flock::watch);
  py::class_<flock::Roost>(m, "Roost")
      .def(py::init<>())
      .def("settle", &flock::Roost::settle)
      .def("empty", &flock::Roost::empty)
      .def("feed", &flock::Roost::feed)
      .def_property_readonly("birds", &flock::Roost::birds)
      .def_property_readonly("distances", &flock::Roost::distances);
}
