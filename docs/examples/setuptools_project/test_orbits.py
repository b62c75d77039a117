# SPDX-License-Identifier: BSD-3-Clause
import unittest

import orbits


class OrbitsTest(unittest.TestCase):
    def test_revolves_by_keplers_law(self):
        planets = orbits.make(3)
        planets["name"] = ["Earth", "Jupiter", "Pluto"]
        planets["radius"] = [1, 5.2, 39.5]
        orbits.revolve(planets)
        self.assertEqual(planets["period"].round(1).tolist(), [1.0, 11.9, 248.3])

    def test_serves_every_python(self):
        self.assertRegex(orbits.__file__, r"\.abi3\.so$")

    def test_refuses_other_arrays(self):
        with self.assertRaisesRegex(TypeError, "array of planet"):
            orbits.revolve(orbits.make(3)["radius"])


if __name__ == "__main__":
    unittest.main()
