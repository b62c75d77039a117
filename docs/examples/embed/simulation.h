// SPDX-License-Identifier: BSD-3-Clause
// Particles in a box. No Python here.
#ifndef DESCRY_DOCS_EXAMPLES_EMBED_SIMULATION_H_
#define DESCRY_DOCS_EXAMPLES_EMBED_SIMULATION_H_

#include <stddef.h>

typedef struct {
  double position[2];  // each from 0 to 1
  double velocity[2];  // for one unit of time
  int bounces;         // off the walls
} particle;

typedef struct {
  particle* particles;
  size_t count;
  double time;
} simulation;

// Returns 0, or -1 when there is no memory. The same particles each time.
int simulation_start(simulation* s, size_t count);

// Lets `seconds` pass.
void simulation_advance(simulation* s, double seconds);

void simulation_end(simulation* s);

#endif  // DESCRY_DOCS_EXAMPLES_EMBED_SIMULATION_H_
