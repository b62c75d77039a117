// SPDX-License-Identifier: BSD-3-Clause
#include "tests/faults/allocator.h"

#include <Python.h>
#include <execinfo.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

extern "C" {
void* __real_malloc(size_t size);
void* __real_calloc(size_t count, size_t size);
void* __real_realloc(void* pointer, size_t size);
int __real_posix_memalign(void** out, size_t alignment, size_t size);
void __real_free(void* pointer);
void* __wrap_malloc(size_t size);
void* __wrap_calloc(size_t count, size_t size);
void* __wrap_realloc(void* pointer, size_t size);
int __wrap_posix_memalign(void** out, size_t alignment, size_t size);
void __wrap_free(void* pointer);
}

namespace descry_test {
namespace {

bool installed;
long first_failure, last_failure;
long allocations;
long live;

// Who asked for the last allocation that failed.
void* callers[48];
int caller_count;

// Counts an allocation. Returns whether it has to fail.
bool Fails() {
  if (!installed) return false;
  ++allocations;
  if (!first_failure || allocations < first_failure || allocations > last_failure) return false;
  caller_count = backtrace(callers, sizeof callers / sizeof *callers);
  return true;
}

// Counts a block that came to be.
void* Counted(void* made) {
  if (made && installed) ++live;
  return made;
}

void Forget(void* pointer) {
  if (pointer && installed) --live;
}

PyMemAllocatorEx below[3];

void* Malloc(void* context, size_t size) {
  auto* next = static_cast<PyMemAllocatorEx*>(context);
  return Fails() ? nullptr : Counted(next->malloc(next->ctx, size));
}

void* Calloc(void* context, size_t count, size_t size) {
  auto* next = static_cast<PyMemAllocatorEx*>(context);
  return Fails() ? nullptr : Counted(next->calloc(next->ctx, count, size));
}

void* Realloc(void* context, void* pointer, size_t size) {
  auto* next = static_cast<PyMemAllocatorEx*>(context);
  if (Fails()) return nullptr;
  void* made = next->realloc(next->ctx, pointer, size);
  return pointer ? made : Counted(made);
}

void Free(void* context, void* pointer) {
  auto* next = static_cast<PyMemAllocatorEx*>(context);
  Forget(pointer);
  next->free(next->ctx, pointer);
}

}  // namespace

void InstallAllocator() {
  backtrace(callers, 1);  // the first call allocates
  const PyMemAllocatorDomain domains[] = {PYMEM_DOMAIN_RAW, PYMEM_DOMAIN_MEM, PYMEM_DOMAIN_OBJ};
  for (int i = 0; i < 3; ++i) {
    PyMem_GetAllocator(domains[i], &below[i]);
    PyMemAllocatorEx ours = {&below[i], Malloc, Calloc, Realloc, Free};
    PyMem_SetAllocator(domains[i], &ours);
  }
  installed = true;
}

void FailAllocation(long n, long more) {
  allocations = 0;
  first_failure = n;
  last_failure = n + more;
}

void PrintFailedAllocation() { backtrace_symbols_fd(callers, caller_count, STDERR_FILENO); }

bool FailedUnder(const char* name) {
  char** symbols = backtrace_symbols(callers, caller_count);
  bool found = false;
  for (int i = 0; symbols && i < caller_count; ++i)
    found |= std::strstr(symbols[i], name) != nullptr;
  std::free(symbols);
  return found;
}

bool AskedByNumPy() {
  char** symbols = backtrace_symbols(callers, caller_count);
  // First come Fails() and the function that called it.
  const bool asked =
      symbols && caller_count > 2 && std::strstr(symbols[2], "_multiarray_umath") != nullptr;
  std::free(symbols);
  return asked;
}

long Allocations() { return allocations; }

long LiveBlocks() { return live; }

}  // namespace descry_test

using descry_test::Counted;
using descry_test::Fails;
using descry_test::Forget;

void* __wrap_malloc(size_t size) { return Fails() ? nullptr : Counted(__real_malloc(size)); }

void* __wrap_calloc(size_t count, size_t size) {
  return Fails() ? nullptr : Counted(__real_calloc(count, size));
}

void* __wrap_realloc(void* pointer, size_t size) {
  if (Fails()) return nullptr;
  void* made = __real_realloc(pointer, size);
  return pointer ? made : Counted(made);
}

int __wrap_posix_memalign(void** out, size_t alignment, size_t size) {
  if (Fails()) return ENOMEM;
  const int result = __real_posix_memalign(out, alignment, size);
  if (result == 0) Counted(*out);
  return result;
}

void __wrap_free(void* pointer) {
  Forget(pointer);
  __real_free(pointer);
}
