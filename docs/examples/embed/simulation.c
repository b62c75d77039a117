// SPDX-License-Identifier: BSD-3-Clause
#include "docs/examples/embed/simulation.h"

#include <stdint.h>
#include <stdlib.h>

// A number from 0 to 1.
static double next_random(uint32_t* state) {
  *state = *state * 1664525u + 1013904223u;
  return (double)*state / UINT32_MAX;
}

int simulation_start(simulation* s, size_t count) {
  uint32_t random = 1;
  s->time = 0;
  s->count = count;
  s->particles = calloc(count, sizeof *s->particles);
  if (!s->particles) return -1;
  for (size_t i = 0; i < count; ++i) {
    for (int axis = 0; axis < 2; ++axis) {
      s->particles[i].position[axis] = next_random(&random);
      s->particles[i].velocity[axis] = next_random(&random) - 0.5;
    }
  }
  return 0;
}

static void move_along(particle* p, int axis, double seconds) {
  double* at = &p->position[axis];
  *at += p->velocity[axis] * seconds;
  if (*at >= 0 && *at <= 1) return;
  *at = *at < 0 ? -*at : 2 - *at;
  p->velocity[axis] = -p->velocity[axis];
  ++p->bounces;
}

void simulation_advance(simulation* s, double seconds) {
  for (size_t i = 0; i < s->count; ++i) {
    for (int axis = 0; axis < 2; ++axis) move_along(&s->particles[i], axis, seconds);
  }
  s->time += seconds;
}

void simulation_end(simulation* s) { free(s->particles); }
