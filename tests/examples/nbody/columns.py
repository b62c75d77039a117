# SPDX-License-Identifier: BSD-3-Clause
"""The simulation of docs/examples/nbody with NumPy alone: an array for each field."""

import numpy as np

SOFTENING = 1e-6


class Columns:
    def __init__(self, bodies):
        self.mass = bodies["mass"].copy()
        self.x, self.y, self.z = (bodies["at"][name].copy() for name in "xyz")
        self.u, self.v, self.w = (bodies["velocity"][name].copy() for name in "xyz")

    def drift(self, dt):
        self.x += self.u * dt
        self.y += self.v * dt
        self.z += self.w * dt

    def pulls(self):
        dx = self.x[:, None] - self.x
        dy = self.y[:, None] - self.y
        dz = self.z[:, None] - self.z
        r2 = dx * dx + dy * dy + dz * dz + SOFTENING
        strength = self.mass[:, None] / (r2 * np.sqrt(r2))
        return (dx * strength).sum(0), (dy * strength).sum(0), (dz * strength).sum(0)

    def step(self, dt):
        self.drift(dt / 2)
        a, b, c = self.pulls()
        self.u += a * dt
        self.v += b * dt
        self.w += c * dt
        self.drift(dt / 2)
