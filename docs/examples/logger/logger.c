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
  (void)fclose(file);
  return length > 0 ? 0 : -1;
}

// Returns the number behind a name in a text, or 0.
static uint64_t number_of(const char* text, const char* name) {
  const char* found = strstr(text, name);
  return found ? strtoull(found + strlen(name), NULL, 10) : 0;
}

// Reads `cpu USER NICE SYSTEM IDLE ...`. Returns 0, or -1.
static int take_cpu(const char* text, sample* out) {
  unsigned long long numbers[4];
  if (strncmp(text, "cpu ", 4) != 0) return -1;
  text += 4;
  for (int i = 0; i < 4; i++) {
    char* end;
    numbers[i] = strtoull(text, &end, 10);
    if (end == text) return -1;
    text = end;
  }
  out->user = numbers[0] + numbers[1];
  out->system = numbers[2];
  out->idle = numbers[3];
  return 0;
}

// Reads `LOAD LOAD LOAD RUNNING/ALL ...`. Returns 0, or -1.
static int take_load(const char* text, sample* out) {
  char* end;
  for (int i = 0; i < 3; i++) {
    out->load[i] = strtof(text, &end);
    if (end == text) return -1;
    text = end;
  }
  out->running = (uint32_t)strtoul(text, &end, 10);
  return *end == '/' ? 0 : -1;
}

// Returns a number of the command line, or -1 where it is none.
static long argument(const char* text) {
  char* end;
  const long number = strtol(text, &end, 10);
  return *text && !*end && number >= 0 ? number : -1;
}

static int take(sample* out) {
  char text[4096];
  struct timespec now;
  memset(out, 0, sizeof *out);
  clock_gettime(CLOCK_REALTIME, &now);
  out->when = (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
  if (read_text("/proc/stat", text, sizeof text) < 0) return -1;
  if (take_cpu(text, out) < 0) return -1;
  if (read_text("/proc/loadavg", text, sizeof text) < 0) return -1;
  if (take_load(text, out) < 0) return -1;
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
  (void)signal(SIGINT, stop);
  (void)signal(SIGTERM, stop);
  const long milliseconds = count > 2 ? argument(arguments[2]) : 1000;
  const long samples = count > 3 ? argument(arguments[3]) : 0;
  if (milliseconds < 0 || samples < 0) return fprintf(stderr, "logger: expected a number\n"), 2;
  const size_t shape[] = {0};
  descry_npy* file = descry_npy_create(arguments[1], DESCRY_TYPE(sample), 1, shape, DESCRY_APPEND);
  if (!file) return fprintf(stderr, "logger: %s\n", descry_npy_problem(NULL)), 1;
  int result = record(file, milliseconds, samples);
  if (descry_npy_close(file) < 0) {
    (void)fprintf(stderr, "logger: %s\n", descry_npy_problem(NULL));
    result = -1;
  }
  return result < 0 ? 1 : 0;
}
