// What an open view holds, and gives back. GIL held, NumPy loaded.
#ifndef DESCRY_SRC_VIEW_HOLD_H_
#define DESCRY_SRC_VIEW_HOLD_H_

#include <descry/view.h>

#include "src/base/numpy.h"

// What several views hold together.
typedef struct descryi_lease {
  size_t views;  // atomic
  descry_view_hold hold;
} descryi_lease;

// Keeps the memory of `array` where it is and, unless `view->flags` say no, borrows the view's
// elements. Returns 0, or -1 with an exception set and nothing held.
int descryi_hold_take(descry_view_hold* hold, const descry_view* view, PyObject* array);

// Gives back what is held. Does not fail.
void descryi_hold_give_back(descry_view_hold* hold);

// Returns what `view` holds as a lease, which `view` then has, with one more view counted; or NULL
// with MemoryError.
descryi_lease* descryi_lease_share(descry_view* view);

#endif  // DESCRY_SRC_VIEW_HOLD_H_
