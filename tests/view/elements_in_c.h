// SPDX-License-Identifier: BSD-3-Clause
// A C program's use of a view of particles.
#ifndef DESCRY_TESTS_VIEW_ELEMENTS_IN_C_H_
#define DESCRY_TESTS_VIEW_ELEMENTS_IN_C_H_

#include <descry/view.h>

#ifdef __cplusplus
extern "C" {
#endif

int64_t sum_of_ids(const descry_view* view);
int64_t last_id(const descry_view* view);
void* data_of(const descry_view* view);

#ifdef __cplusplus
}
#endif

#endif  // DESCRY_TESTS_VIEW_ELEMENTS_IN_C_H_
