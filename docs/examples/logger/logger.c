// SPDX-License-Identifier: BSD-3-Clause
// Samples /proc once in a while into an .npy file of structs, which it appends to for as long as it
// runs. No Python. Whenever it is killed, the file has every sample whose flush returned, and
// Python can load it.
//
//   logger FILE [MILLISECONDS [COUNT]]
#include <descry/declare.h>
#include <descry/npy.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct {
  int64_t when;                 // microseconds since 1970
  uint64_t user, system, idle;  // hundredths of a second, of all processors
  uint64_t total, available;    // memory, kB
  float load[3];                // processes that want to run, over 1, 5 and 15 minutes
  uint32_t running;
} sample;

DESCRY_RECORD(sample, DESCRY_AS(when, datetime64_us), user, system, idle, total, available, load,
              running);

static volatile sig_atomic_t stopped;

static void stop(int signal) {
  (void)signal;
  stopped = 1;
}

// Reads a file of /proc as a text. Returns 0, or -1.
static int read_text(const char* path, char* text, size_t size) {
  FILE* file = fopen(path, "r");
  if (!file) return -1;
  const size_t length = fread(text, 1, size - 1, file);
  text[length] = '\0';
  fclose(file);
  return length > 0 ? 0 : -1;
}

// Returns the number behind a name in a text, or 0.
static uint64_t number_of(const char* text, const char* name) {
  const char* found = strstr(text, name);
  return found ? strtoull(found + strlen(name), NULL, 10) : 0;
}

static int take(sample* out) {
  char text[4096];
  unsigned long long user, nice, system, idle;
  struct timespec now;
  memset(out, 0, sizeof *out);
  clock_gettime(CLOCK_REALTIME, &now);
  out->when = (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
  if (read_text("/proc/stat", text, sizeof text) < 0) return -1;
  if (sscanf(text, "cpu %llu %llu %llu %llu", &user, &nice, &system, &idle) != 4) return -1;
  out->user = user + nice;
  out->system = system;
  out->idle = idle;
  if (read_text("/proc/loadavg", text, sizeof text) < 0) return -1;
  if (sscanf(text, "%f %f %f %u/", &out->load[0], &out->load[1], &out->load[2], &out->running) !=
      4) {
    return -1;
  }
  if (read_text("/proc/meminfo", text, sizeof text) < 0) return -1;
  out->total = number_of(text, "MemTotal:");
  out->available = number_of(text, "MemAvailable:");
  return 0;
}

// Goes on until it is stopped, or has taken `count` samples where that is not 0.
static int record(descry_npy* file, long milliseconds, long count) {
  const struct timespec pause = {milliseconds / 1000, milliseconds % 1000 * 1000000};
  for (long i = 0; !stopped && (count == 0 || i < count); i++) {
    sample now;
    if (take(&now) < 0) return fprintf(stderr, "logger: cannot read /proc\n"), -1;
    // DESCRY_DURABLE instead of 0 would survive a power cut as well.
    if (descry_npy_write(file, &now, 1) < 0 || descry_npy_flush(file, 0) < 0) {
      return fprintf(stderr, "logger: %s\n", descry_npy_problem(file)), -1;
    }
    nanosleep(&pause, NULL);
  }
  return 0;
}

int main(int count, char** arguments) {
  if (count < 2) return fprintf(stderr, "usage: logger FILE [MILLISECONDS [COUNT]]\n"), 2;
  signal(SIGINT, stop);
  signal(SIGTERM, stop);
  const size_t shape[] = {0};
  descry_npy* file = descry_npy_create(arguments[1], DESCRY_TYPE(sample), 1, shape, DESCRY_APPEND);
  if (!file) return fprintf(stderr, "logger: %s\n", descry_npy_problem(NULL)), 1;
  const long milliseconds = count > 2 ? atol(arguments[2]) : 1000;
  int result = record(file, milliseconds, count > 3 ? atol(arguments[3]) : 0);
  if (descry_npy_close(file) < 0) {
    fprintf(stderr, "logger: %s\n", descry_npy_problem(NULL));
    result = -1;
  }
  return result < 0 ? 1 : 0;
}
