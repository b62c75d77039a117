# find_package(descry CONFIG): the target descry::descry, and descry::declare, descry::schema and
# descry::npy for what uses no Python, all of the one archive: what needs no Python links none of it.
# Python's headers are the caller's to find.
get_filename_component(_descry_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
set(descry_VERSION "@VERSION@")

if(NOT TARGET descry::descry)
  add_library(descry::descry STATIC IMPORTED)
  set_target_properties(descry::descry PROPERTIES
    IMPORTED_LOCATION "${_descry_prefix}/lib/libdescry.a"
    INTERFACE_INCLUDE_DIRECTORIES "${_descry_prefix}/include")
  foreach(_descry_name declare schema npy)
    add_library(descry::${_descry_name} INTERFACE IMPORTED)
    set_target_properties(descry::${_descry_name} PROPERTIES INTERFACE_LINK_LIBRARIES descry::descry)
  endforeach()
endif()

unset(_descry_prefix)
