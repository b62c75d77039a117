// SPDX-License-Identifier: BSD-3-Clause
#include "src/borrow/trace.h"

#include <stdlib.h>

descryi_trace* descryi_trace_add(descryi_trace** list, const descryi_table_entry* entry,
                                 const char* file, int line) {
  descryi_trace* trace = malloc(sizeof(*trace));
  if (!trace) return NULL;
  *trace = (descryi_trace){.next = *list, .entry = entry, .file = file, .line = line};
  if (*list) (*list)->previous = trace;
  *list = trace;
  return trace;
}

void descryi_trace_remove(descryi_trace** list, descryi_trace* trace) {
  if (!trace) return;
  if (trace->next) trace->next->previous = trace->previous;
  *(trace->previous ? &trace->previous->next : list) = trace->next;
  free(trace);
}

const descryi_trace* descryi_trace_find(const descryi_trace* list,
                                        const descryi_table_entry* entry) {
  while (list && list->entry != entry) list = list->next;
  return list;
}
