// SPDX-License-Identifier: BSD-3-Clause
// std::optional and std::variant: their dtypes against the objects, and their values in rows.

#include <gmock/gmock.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <descry/descry.hpp>
#include <descry/standard.hpp>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "tests/support/python.h"
#include "tests/support/python_test.h"
#include "tests/support/raises.h"

struct st_point {
  double x, y;
};
DESCRY_RECORD(st_point, x, y);

typedef std::optional<double> st_mass;
typedef std::optional<std::int8_t> st_small;
typedef std::optional<st_point> st_spot;
typedef std::optional<std::array<char, 5>> st_text;
typedef std::variant<std::monostate, std::int64_t, st_point, std::array<float, 3>> st_place;
typedef std::variant<bool, std::uint16_t> st_narrow;
DESCRY_STD_OPTIONAL(st_mass);
DESCRY_STD_OPTIONAL(st_small);
DESCRY_STD_OPTIONAL(st_spot);
DESCRY_STD_OPTIONAL(st_text);
DESCRY_STD_VARIANT(st_place, NULL, "cell", "at", "rgb");
DESCRY_STD_VARIANT(st_narrow, "yes", "count");
typedef std::optional<st_place> st_maybe_place;
typedef std::variant<st_mass, float> st_weight;
DESCRY_STD_OPTIONAL(st_maybe_place);
DESCRY_STD_VARIANT(st_weight, "mass", "weight");

struct st_body {
  std::int32_t id;
  st_mass mass;
  st_place places[2];
  st_small small;
  st_text text;
};
DESCRY_RECORD(st_body, id, mass, places, small, text);

struct st_holder {
  PyObject* object;
  double number;
};
DESCRY_RECORD(st_holder, object, number);
typedef std::optional<st_holder> st_maybe_holder;
typedef std::variant<std::monostate, st_holder> st_choice_holder;
DESCRY_STD_OPTIONAL(st_maybe_holder);
DESCRY_STD_VARIANT(st_choice_holder, NULL, "holder");

namespace descry_test {
namespace {

std::string Say(PyObject* made) {
  const Ref owned(made);
  return owned ? Repr(owned) : TakeException();
}

template <class T>
std::string Tuple(const T& value) {
  return Say(descry_to_tuple(descry::type_of<T>(), &value));
}
template <class T>
std::string Dict(const T& value) {
  return Say(descry_to_dict(descry::type_of<T>(), &value));
}

// What Python's value becomes, over memory that held something else.
template <class T>
T Read(const char* expression) {
  T value;
  std::memset(static_cast<void*>(&value), 0xa5, sizeof value);
  const Ref given = Eval(expression);
  const int result = descry_from_python(descry::type_of<T>(), given.get(), &value, 0);
  EXPECT_EQ(result, 0) << TakeException();
  return value;
}

class StandardTest : public PythonTest {};

// Both states over bytes of each kind: the parts are where the dtype has them, and nowhere else.
template <class T>
void ExpectOptional(const typename T::value_type& value) {
  const descry_type* type = descry::type_of<T>();
  const descry_field* held = descry_type_field_named(type, "value");
  const descry_field* valid = descry_type_field_named(type, "value_valid");
  ASSERT_EQ(descry_type_size(type), sizeof(T));
  ASSERT_EQ(descry_field_valid(type, held), valid);
  for (const int fill : {0, 0xff}) {
    alignas(T) unsigned char bytes[sizeof(T)];
    std::memset(bytes, fill, sizeof bytes);
    T* made = new (bytes) T(value);
    EXPECT_EQ(reinterpret_cast<unsigned char*>(&**made) - bytes,
              static_cast<std::ptrdiff_t>(descry_field_offset(held)));
    EXPECT_EQ(bytes[descry_field_offset(valid)], 1);
    bytes[descry_field_offset(valid)] = 0;
    EXPECT_FALSE(std::launder(made)->has_value());
    made->emplace(value);
    made->reset();
    EXPECT_EQ(bytes[descry_field_offset(valid)], 0);
  }
}

TEST_F(StandardTest, PartsOfOptionalsAreWhereTheLibraryHasThem) {
  ExpectOptional<st_mass>(1.5);
  ExpectOptional<st_small>(std::int8_t{-1});
  ExpectOptional<st_spot>({1, 2});
  ExpectOptional<st_text>({'a', 'b'});
  ExpectOptional<st_maybe_place>(std::int64_t{5});
}

template <std::size_t index, class T>
void ExpectAlternative(const char* name) {
  const descry_type* type = descry::type_of<T>();
  const descry_field* tag = descry_type_tag(type);
  alignas(T) unsigned char bytes[sizeof(T)];
  std::memset(bytes, 0xff, sizeof bytes);
  T* made = new (bytes) T(std::in_place_index<index>);
  std::uint64_t stored = 0;
  std::memcpy(&stored, bytes + descry_field_offset(tag), descry_field_size(tag));
  EXPECT_EQ(stored, index);
  if (!name) return;
  const descry_field* field = descry_type_field_named(type, name);
  long long live = -1;
  ASSERT_TRUE(descry_field_case(field, &live));
  EXPECT_EQ(live, static_cast<long long>(index));
  EXPECT_EQ(reinterpret_cast<unsigned char*>(&std::get<index>(*made)) - bytes,
            static_cast<std::ptrdiff_t>(descry_field_offset(field)));
  EXPECT_EQ(descry_field_size(field), sizeof std::get<index>(*made));
}

TEST_F(StandardTest, PartsOfVariantsAreWhereTheLibraryHasThem) {
  ExpectAlternative<0, st_place>(nullptr);
  ExpectAlternative<1, st_place>("cell");
  ExpectAlternative<2, st_place>("at");
  ExpectAlternative<3, st_place>("rgb");
  ExpectAlternative<0, st_narrow>("yes");
  ExpectAlternative<1, st_narrow>("count");
  ExpectAlternative<0, st_weight>("mass");
  ExpectAlternative<1, st_weight>("weight");
}

TEST_F(StandardTest, DtypeHasAllParts) {
  const Ref mass(descry_dtype(descry::type_of<st_mass>()));
  EXPECT_TRUE(
      SameDtype(mass, Eval("np.dtype([('value', 'f8'), ('value_valid', '?')], align=True)")));
  const Ref place(descry_dtype(descry::type_of<st_place>()));
  ASSERT_TRUE(place) << TakeException();
  SetGlobal("place", Ref(descry_dtype(descry::type_of<st_place>())));
  EXPECT_EQ(Repr(Eval("sorted(place.names), place.itemsize, place['cell'], place['rgb']")),
            "(['at', 'cell', 'index', 'rgb'], 24, dtype('int64'), dtype(('<f4', (3,))))");
}

TEST_F(StandardTest, OptionalsAreTheirValueOrNone) {
  EXPECT_EQ(Tuple(st_mass(2.5)), "2.5");
  EXPECT_EQ(Tuple(st_mass()), "None");
  EXPECT_EQ(Dict(st_spot({1, 2})), "{'x': 1.0, 'y': 2.0}");
  EXPECT_EQ(Tuple(st_text({{'a', 'b'}})), "b'ab'");
  EXPECT_EQ(Read<st_mass>("2.5"), st_mass(2.5));
  EXPECT_EQ(Read<st_mass>("None"), st_mass());
  EXPECT_EQ(Read<st_small>("-7"), st_small(std::int8_t{-7}));
  EXPECT_EQ(Read<st_spot>("{'x': 1, 'y': 2}")->y, 2);
  EXPECT_EQ(Read<st_spot>("(1, 2)")->x, 1);
}

TEST_F(StandardTest, VariantsAreTheLiveAlternative) {
  EXPECT_EQ(Tuple(st_place(std::int64_t{5})), "(1, 5)");
  EXPECT_EQ(Dict(st_place(std::int64_t{5})), "{'cell': 5}");
  EXPECT_EQ(Dict(st_place(st_point{1, 2})), "{'at': {'x': 1.0, 'y': 2.0}}");
  EXPECT_EQ(Tuple(st_place()), "(0, None)");
  EXPECT_EQ(Dict(st_place()), "{'index': 0}");
  EXPECT_EQ(std::get<std::int64_t>(Read<st_place>("{'cell': 5}")), 5);
  EXPECT_EQ(std::get<st_point>(Read<st_place>("(2, (1, 2))")).y, 2);
  EXPECT_EQ((std::get<std::array<float, 3>>(Read<st_place>("{'rgb': [1, 2, 3]}"))[2]), 3);
  EXPECT_EQ(Read<st_place>("(0, None)").index(), 0u);
  EXPECT_EQ(Read<st_place>("{'index': 0}").index(), 0u);
}

TEST_F(StandardTest, NestInEachOther) {
  EXPECT_EQ(Tuple(st_maybe_place()), "None");
  EXPECT_EQ(Dict(st_maybe_place(std::int64_t{5})), "{'cell': 5}");
  EXPECT_EQ(Dict(st_weight(st_mass())), "{'mass': None}");
  EXPECT_EQ(std::get<st_mass>(Read<st_weight>("{'mass': 2}")), st_mass(2));
  EXPECT_EQ(std::get<std::int64_t>(*Read<st_maybe_place>("{'cell': 9}")), 9);
}

TEST_F(StandardTest, RowsOfStructsGoThereAndBack) {
  std::vector<st_body> bodies(2);
  bodies[0] = {1, 2.5, {std::int64_t{5}, {}}, std::int8_t{3}, {{'a'}}};
  bodies[1] = {2, {}, {st_point{1, 2}, std::array<float, 3>{1, 2, 3}}, {}, {}};
  const std::string expected =
      "[(1, 2.5, [(1, 5), (0, None)], 3, b'a'), "
      "(2, None, [(2, (1.0, 2.0)), (3, [1.0, 2.0, 3.0])], None, None)]";
  EXPECT_EQ(Say(descry::to_rows(bodies).release()), expected);
  const char* const dicts =
      "[{'id': 1, 'mass': 2.5, 'places': [{'cell': 5}, {'index': 0}], 'small': 3, 'text': b'a'}, "
      "{'id': 2, 'mass': None, 'places': [{'at': {'x': 1.0, 'y': 2.0}}, {'rgb': [1.0, 2.0, 3.0]}], "
      "'small': None, 'text': None}]";
  EXPECT_EQ(Say(descry::to_dicts(bodies).release()), dicts);
  for (const char* rows : {expected.c_str(), dicts}) {
    const Ref given = Eval(rows);
    const std::vector<st_body> back = descry::to_vector<st_body>(given.get());
    ASSERT_EQ(back.size(), 2u);
    EXPECT_EQ(back[0].mass, st_mass(2.5));
    EXPECT_FALSE(back[1].mass || back[1].small || back[1].text);
    EXPECT_EQ(std::get<std::int64_t>(back[0].places[0]), 5);
    EXPECT_EQ(std::get<st_point>(back[1].places[0]).y, 2);
  }
}

TEST_F(StandardTest, ArraysOfOptionalsAreViewedAndConverted) {
  const std::vector<st_mass> masses = {1.5, {}, 2.5};
  EXPECT_EQ(Say(descry::to_rows(masses).release()), "[1.5, None, 2.5]");
  const auto made = descry::array_from<st_mass>(Eval("[1.5, None, 2]").get());
  const descry::view<st_mass> view(made.get(), 1);
  EXPECT_EQ(view(0), st_mass(1.5));
  EXPECT_EQ(view(1), st_mass());
  // An element of the array, a np.void of both parts, is taken as what it is.
  Py_INCREF(made.get());
  SetGlobal("masses", Ref(made.get()));
  EXPECT_EQ(Read<st_mass>("masses[1]"), st_mass());
  EXPECT_EQ(Read<st_mass>("masses[2]"), st_mass(2));
  Exec("del masses");
}

TEST_F(StandardTest, RefusesWhatIsNoValueByItsPath) {
  st_body body;
  const Ref text =
      Eval("{'id': 1, 'mass': 'x', 'places': [(0, None)] * 2, 'small': 1, 'text': None}");
  EXPECT_THAT(descry_from_python(descry::type_of<st_body>(), text.get(), &body, 0),
              RaisesPython(PyExc_TypeError, "field 'mass': expected float64, got str 'x'"));
  const Ref cell = Eval("(1, None, [(1, 'x'), (0, None)], None, None)");
  EXPECT_THAT(descry_from_python(descry::type_of<st_body>(), cell.get(), &body, 0),
              RaisesPython(PyExc_TypeError, "field 'places[0].cell': expected int64, got str 'x'"));
  const Ref none = Eval("(1, None, [(9, 1), (0, None)], None, None)");
  EXPECT_THAT(
      descry_from_python(descry::type_of<st_body>(), none.get(), &body, 0),
      RaisesPython(
          PyExc_ValueError,
          "field 'places[0]': expected None, since st_place has no case where 'index' is 9"));
}

TEST_F(StandardTest, RefusesObjects) {
  EXPECT_THAT(
      Ref(descry_dtype(descry::type_of<st_maybe_holder>())),
      RaisesPython(
          PyExc_TypeError,
          "st_maybe_holder: 'value' holds Python objects, of which there would be none where "
          "it has no value"));
  EXPECT_THAT(
      Ref(descry_dtype(descry::type_of<st_choice_holder>())),
      RaisesPython(PyExc_TypeError,
                   "st_choice_holder: 'holder' holds Python objects, of which there would be none "
                   "where it has no value"));
}

}  // namespace
}  // namespace descry_test
