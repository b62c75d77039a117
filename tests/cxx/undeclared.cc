#include <descry/descry.hpp>

struct item {
  double price;
};

PyObject* wanted();

PyObject* wanted() { return descry::dtype<item>().release(); }
