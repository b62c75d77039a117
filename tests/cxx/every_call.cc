// SPDX-License-Identifier: BSD-3-Clause
// Everything in descry.hpp, against the limited C-API of 3.9.
#define Py_LIMITED_API 0x03090000

#include <array>
#include <descry/descry.hpp>

namespace shop {

struct item {
  std::int64_t number;
  double price;
};

DESCRY_RECORD(item, number, price);

}  // namespace shop

using shop::item;

PyObject* everything(PyObject* argument);

PyObject* everything(PyObject* argument) {
  return descry::call([&]() -> descry::object {
    const descry::view<item> items(argument, 2, DESCRY_C_CONTIGUOUS);
    descry::writable_view<double> prices(argument);
    prices = descry::writable_view<double>(argument);
    for (double& each : prices)
      each += items(0, 1).price + items.at(0, 1).price + items.data()->price;
    const auto numbers = items.field<std::int64_t>("number");
    std::array<Py_ssize_t, 2> lengths = {items.shape(0), numbers.stride(0)};
    auto made = descry::array<item>::zeros(lengths);
    made = descry::array<item>(std::vector<item>(items.begin(), items.end()));
    made = descry::array<item>::from(items);
    made = descry::array<item>::wrap(items.data(), {items.size(), 1}, made.get());
    const descry::view<item, 2, DESCRY_C_CONTIGUOUS> typed(descry::argument(argument, "items"));
    const descry::writable_view<double, 1> price(argument);
    const auto copied = descry::array<std::int64_t>::from(typed.field<&item::number>());
    price[0] = price.field<double>("number").at(0) + typed(0, 1).price;
    descry::owned_vector<item> owned(3);
    owned.push_back({1, 2});
    owned.reserve(owned.exports() + owned.capacity());
    const descry::borrow reading = descry::borrow::shared(owned);
    descry::borrow writing = descry::borrow::exclusive(copied.get());
    writing.downgrade();
    made = descry::array<item>::over(argument, owned);
    owned.assign(owned.take());
    const descry::element<item> one(argument);
    const descry::object texts[] = {one.scalar(), one.tuple(), one.dict()};
    if (!texts[0] || (*one).number != one->number) return descry::dtype<item>();
    descry::for_each(items, price, [](const item& each, double& out) { out = each.price; });
    for (auto [each, out] : descry::zip(items, price)) out += each.price;
    descry::sort(price, "number", DESCRY_DESCENDING);
    const descry::object selections[] = {descry::argsort(items, "number, price"),
                                         descry::searchsorted(typed, "price", price),
                                         descry::unique(items, "number", DESCRY_COUNTS),
                                         descry::concatenate<item>({argument, made.get()}),
                                         descry::stack<item>({argument, argument}, 1),
                                         descry::where<item>(Py_True, argument, made.get())};
    const descry::object numbers_of[] = {descry::reshape(argument, {2, -1}),
                                         descry::ravel(argument),
                                         descry::transpose(argument),
                                         descry::transpose(argument, {1, 0}),
                                         descry::swapaxes(argument, 0, 1),
                                         descry::squeeze(argument),
                                         descry::take(argument, selections[0].get(), 0),
                                         descry::compress(argument, Py_None),
                                         descry::repeat(argument, Py_None),
                                         descry::cast<float>(argument),
                                         descry::inner(argument, argument),
                                         descry::dot(argument, argument),
                                         descry::einsum("ij,jk", {argument, argument})};
    if (!numbers_of[0]) return made;
    std::vector<item> own = descry::to_vector<item>(descry::argument(argument, "all"));
    own.push_back(descry::view<item>::of_any(argument).at(0));
    made = descry::from_rows<item>(argument, DESCRY_MISSING_IS_ZERO);
    made = descry::from_columns<item>(descry::to_columns(own).get());
    made = descry::array_from<item>(descry::to_dicts(items).get());
    made = descry::convert<item>(descry::to_rows(items).get(), 2);
    made = descry::array<item>::steal(descry_from_rows(descry::type_of<item>(), argument, 0));
    const descry::object columns = descry::to_arrow(descry::view<item>(argument, 1));
    if (columns) return descry::from_arrow<item>(columns.get());
    descry::add_function(argument, "double", [](double number) noexcept { return 2 * number; });
    descry::add_arithmetic<item>(argument);
    if (descry::extend_ufunc("add", [](const item& a, const item&) { return a; })) return made;
    return descry::function("price", [](const item& each) { return each.price; });
  });
}
