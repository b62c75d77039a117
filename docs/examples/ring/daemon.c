// SPDX-License-Identifier: BSD-3-Clause
// Writes readings into a ring until it is stopped. No Python. Killed at any point and started
// again, it goes on behind the last reading that was whole.
//
//   ringd FILE [MICROSECONDS [COUNT]]
#define _POSIX_C_SOURCE 200809L  // NOLINT(bugprone-reserved-identifier): POSIX's own
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ring.h"

enum { CAPACITY = 4096 };

static volatile sig_atomic_t stopped;

static void stop(int signal) {
  (void)signal;
  stopped = 1;
}

// Returns a number of the command line, or -1 where it is not one.
static long argument(const char* text) {
  char* end;
  const long number = strtol(text, &end, 10);
  return *text && !*end && number >= 0 ? number : -1;
}

static int64_t now(void) {
  struct timespec time;
  (void)clock_gettime(CLOCK_REALTIME, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

// Moves a body on a spring by one step: where an instrument would be read.
static void take(reading* value) {
  value->when = now();
  for (int i = 0; i < 3; ++i) {
    value->velocity[i] -= 0.001 * (i + 1) * value->position[i];
    value->position[i] += 0.001 * value->velocity[i];
  }
}

// Goes on until it is stopped, or has written `count` readings where that is not 0.
static void write_on(ring* r, long microseconds, long count) {
  reading value = {.position = {1, 1, 1}};
  const struct timespec pause = {microseconds / 1000000, microseconds % 1000000 * 1000};
  for (long i = 0; !stopped && (count == 0 || i < count); ++i) {
    take(&value);
    ring_write(r, &value);
    if (microseconds > 0) (void)nanosleep(&pause, NULL);
  }
}

int main(int count, char** arguments) {
  if (count < 2 || count > 4) {
    (void)fprintf(stderr, "usage: ringd FILE [MICROSECONDS [COUNT]]\n");
    return 2;
  }
  const long microseconds = count > 2 ? argument(arguments[2]) : 1000;
  const long readings = count > 3 ? argument(arguments[3]) : 0;
  if (microseconds < 0 || readings < 0) {
    (void)fprintf(stderr, "ringd: expected a number\n");
    return 2;
  }
  ring r;
  if (ring_create(&r, arguments[1], CAPACITY) < 0) {
    (void)fprintf(stderr, "ringd: %s: %s\n", arguments[1],
                  errno == EWOULDBLOCK ? "another process writes to it" : strerror(errno));
    return 1;
  }
  (void)sigaction(SIGTERM, &(struct sigaction){.sa_handler = stop}, NULL);
  (void)sigaction(SIGINT, &(struct sigaction){.sa_handler = stop}, NULL);
  write_on(&r, microseconds, readings);
  ring_close(&r);
  return 0;
}
