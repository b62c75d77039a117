#include <descry/view.h>

// It compiled, and gave the element at the first eight.
double* element(descry_view* view) { return DESCRY_AT(double, view, 0, 0, 0, 0, 0, 0, 0, 0, 0); }
