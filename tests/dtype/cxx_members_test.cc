// SPDX-License-Identifier: BSD-3-Clause
// Members of classes of the standard library, and of glm and Eigen by their real headers.

#include <descry/declare.h>
#include <descry/dtype.h>

#include <array>
#include <chrono>
#include <complex>
#include <cstddef>
#include <utility>

#if __has_include(<glm/glm.hpp>)
#include <glm/glm.hpp>
#define HAS_GLM
#endif
#if __has_include(<eigen3/Eigen/Core>)
#include <eigen3/Eigen/Core>
#define HAS_EIGEN
#endif

#include "tests/support/python.h"
#include "tests/support/python_test.h"

typedef std::pair<int32_t, double> cm_pair;
DESCRY_RECORD(cm_pair, first, second);

struct cm_standard {
  cm_pair pair;
  std::array<float, 300> many;
  std::array<std::array<cm_pair, 2>, 3> pairs;
  std::chrono::nanoseconds nanoseconds;
  std::chrono::duration<int64_t, std::ratio<86400>> days;
  std::chrono::milliseconds waits[2];
  std::byte byte;
  std::byte bytes[3];
  std::complex<float> signal[2][2];
  std::array<std::complex<double>, 4> spectrum;
};
DESCRY_RECORD(cm_standard, pair, many, pairs, nanoseconds, days, waits, byte, bytes, signal,
              spectrum);

#ifdef HAS_GLM
typedef glm::vec3 cm_vec3;
typedef glm::mat4 cm_mat4;
DESCRY_ALIAS_ARRAY(cm_vec3, float32, 3);
DESCRY_ALIAS_ARRAY(cm_mat4, float32, 4, 4);
struct cm_model {
  int32_t id;
  glm::vec3 at;
  glm::vec3 corners[8];
  glm::mat4 turn;
};
DESCRY_RECORD(cm_model, id, at, corners, turn);
#endif

#ifdef HAS_EIGEN
typedef Eigen::Vector3d cm_vector3d;
typedef Eigen::Matrix<float, 2, 3> cm_matrix23;
typedef Eigen::Vector4f cm_vector4f;
DESCRY_ALIAS_ARRAY(cm_vector3d, float64, 3);
DESCRY_ALIAS_ARRAY(cm_matrix23, float32, 3, 2);
DESCRY_ALIAS_ARRAY(cm_vector4f, float32, 4);
struct cm_state {
  Eigen::Vector3d at;
  cm_matrix23 map;
  int8_t flag;
  Eigen::Vector4f wide;  // aligned to 16 bytes
};
DESCRY_RECORD(cm_state, at, map, flag, wide);
#endif

namespace descry_test {
namespace {

class CxxMembersTest : public PythonTest {
 protected:
  static void ExpectDtype(const descry_type* type, const std::string& expected) {
    const Ref dtype(descry_dtype(type));
    ASSERT_TRUE(dtype) << TakeException();
    EXPECT_TRUE(SameDtype(dtype, Eval(expected)));
  }
};

TEST_F(CxxMembersTest, OfTheStandardLibrary) {
  const std::string pair = "np.dtype([('first', 'i4'), ('second', 'f8')], align=True)";
  ExpectDtype(DESCRY_TYPE(cm_standard),
              "np.dtype([('pair', " + pair + "), ('many', 'f4', (300,)), ('pairs', " + pair +
                  ", (3, 2)), ('nanoseconds', 'm8[ns]'), ('days', 'm8[D]'),"
                  " ('waits', 'm8[ms]', (2,)), ('byte', 'u1'), ('bytes', 'u1', (3,)),"
                  " ('signal', 'c8', (2, 2)), ('spectrum', 'c16', (4,))], align=True)");
}

TEST_F(CxxMembersTest, OfGlm) {
#ifdef HAS_GLM
  ExpectDtype(DESCRY_TYPE(cm_model),
              "np.dtype([('id', 'i4'), ('at', 'f4', (3,)), ('corners', ('f4', (3,)), (8,)),"
              " ('turn', 'f4', (4, 4))], align=True)");
  cm_model model = {};
  model.turn[2][1] = 5;  // column 2, row 1
  EXPECT_EQ(reinterpret_cast<const float*>(&model.turn)[2 * 4 + 1], 5);
#else
  GTEST_SKIP() << "skipped: there is no glm/glm.hpp (Debian: libglm-dev)";
#endif
}

TEST_F(CxxMembersTest, OfEigen) {
#ifdef HAS_EIGEN
  ExpectDtype(DESCRY_TYPE(cm_state),
              "np.dtype({'names': ['at', 'map', 'flag', 'wide'], 'formats': [('f8', (3,)),"
              " ('f4', (3, 2)), 'i1', ('f4', (4,))], 'offsets': [0, 24, 48, 64],"
              " 'itemsize': 80}, align=True)");
  cm_state state;
  state.map.setZero();
  state.map(1, 2) = 5;  // row 1, column 2
  EXPECT_EQ(reinterpret_cast<const float*>(&state.map)[2 * 2 + 1], 5);
#else
  GTEST_SKIP() << "skipped: there is no eigen3/Eigen/Core (Debian: libeigen3-dev)";
#endif
}

}  // namespace
}  // namespace descry_test
