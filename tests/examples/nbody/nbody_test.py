# SPDX-License-Identifier: BSD-3-Clause
"""docs/examples/nbody against the same simulation on columns, and what has to be conserved."""

import contextlib
import gc
import io
import os
import tempfile
import unittest
from unittest import mock

import numpy as np

import columns
import nbody
import simulate


class NbodyTest(unittest.TestCase):
    def test_moves_as_columns_do(self):
        for count in (0, 1, 2, 7, 60):
            bodies = simulate.disc(count)
            expected = columns.Columns(bodies)
            for _ in range(50):
                simulate.step(bodies, 0.01)
                expected.step(0.01)
            for field, names, values in [("at", "xyz", (expected.x, expected.y, expected.z)),
                                         ("velocity", "xyz", (expected.u, expected.v, expected.w))]:
                for name, column in zip(names, values):
                    np.testing.assert_allclose(bodies[field][name], column, rtol=1e-9, atol=1e-12)
            np.testing.assert_array_equal(bodies["mass"], expected.mass)

    def test_conserves_energy_and_momentum(self):
        bodies = simulate.disc(30)
        energy, momentum = simulate.energy(bodies), self.momentum(bodies)
        for _ in range(1000):
            simulate.step(bodies, 0.005)
        self.assertLess(abs(simulate.energy(bodies) / energy - 1), 1e-3)
        for one, other in zip(momentum, self.momentum(bodies)):
            self.assertLess(abs(one - other), 1e-12)

    def momentum(self, bodies):
        return nbody.add.reduce(nbody.multiply(bodies["velocity"], bodies["mass"])).tolist()

    def test_knows_the_energy_of_two_bodies(self):
        bodies = nbody.allocate(2)
        bodies["mass"] = [2, 3]
        bodies["at"]["x"] = [0, 4]
        bodies["velocity"]["y"] = [1, -2]
        self.assertAlmostEqual(simulate.energy(bodies), 1 + 6 - 6 / 4, places=6)
        acceleration = simulate.acceleration(bodies)
        np.testing.assert_allclose(acceleration["x"], [3 / 16, -2 / 16], rtol=1e-6)

    def test_goes_round_in_a_circle(self):
        bodies = nbody.allocate(2)
        bodies["mass"] = [1, 0]
        bodies["at"]["x"] = [0, 1]
        bodies["velocity"]["y"] = [0, 1]
        for _ in range(1000):
            simulate.step(bodies, 2 * np.pi / 1000)
        np.testing.assert_allclose(bodies["at"][1].tolist(), (1, 0, 0), atol=1e-3)

    def test_works_in_memory_of_c(self):
        bodies = simulate.disc(5)
        place = bodies.ctypes.data
        self.assertFalse(bodies.flags.owndata)
        before = bodies.copy()
        simulate.step(bodies, 0.1)
        self.assertEqual(bodies.ctypes.data, place)
        self.assertNotEqual(before.tobytes(), bodies.tobytes())
        view = bodies[1:]["at"]
        del bodies
        gc.collect()
        self.assertTrue(np.isfinite(view["x"]).all())  # the memory stays for whoever looks at it
        self.assertRaises(ValueError, nbody.allocate, -1)
        self.assertRaises(MemoryError, nbody.allocate, 2 ** 60)

    def test_shows_progress_and_orbits(self):
        with tempfile.TemporaryDirectory() as folder:
            png = os.path.join(folder, "orbits.png")
            said, bar = io.StringIO(), io.StringIO()
            bar.isatty = lambda: True
            with contextlib.redirect_stdout(said), mock.patch("sys.stderr", bar):
                simulate.main(["--bodies", "10", "--steps", "20", "--png", png])
            self.assertIn("energy -", said.getvalue())
            self.assertIn("[" + "#" * 40 + "] 20 of 20", bar.getvalue())
            self.assertTrue(bar.getvalue().endswith("\n"))
            self.assertTrue(os.path.exists(png) or "no matplotlib" in said.getvalue())
