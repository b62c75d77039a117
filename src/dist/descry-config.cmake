# find_package(descry CONFIG): the target descry::descry. Python's headers are the caller's to find.
get_filename_component(_descry_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
set(descry_VERSION "@VERSION@")

if(NOT TARGET descry::descry)
  add_library(descry::descry STATIC IMPORTED)
  set_target_properties(descry::descry PROPERTIES
    IMPORTED_LOCATION "${_descry_prefix}/lib/libdescry.a"
    INTERFACE_INCLUDE_DIRECTORIES "${_descry_prefix}/include")
endif()

unset(_descry_prefix)
