# find_package(descry CONFIG): the targets of descry-targets.cmake, compiled from the package's own
# sources. CMake finds this where scikit-build-core builds, and wherever CMAKE_PREFIX_PATH names the
# folder that `python -m descry --cmakedir` is in.
set(descry_VERSION "@VERSION@")
get_filename_component(_descry_include "${CMAKE_CURRENT_LIST_DIR}/../../../include" ABSOLUTE)
include("${CMAKE_CURRENT_LIST_DIR}/descry-targets.cmake")
descry_add_targets("${_descry_include}/descry" "${_descry_include}")
unset(_descry_include)
