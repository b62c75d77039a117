# descry_add_targets(SOURCES INCLUDE): the targets of descry, from descry.c and descry_plain.c in the
# folder SOURCES and the headers in the folder INCLUDE. What nobody links is not compiled.
#
#   descry::declare, descry::schema, descry::npy   without Python: what declares structs, makes types
#                                                  at run time, reads and writes .npy files
#   descry::descry                                 all of it, for extension modules and embedders
#   descry::descry_abi3                            the same by the limited C-API of CPython 3.9: for
#                                                  modules with USE_SABI, whatever minor version
#
# The last two are there where Python's headers are (CMake 3.18's Development.Module; ask for them
# before, where a certain Python is meant). The project has to have C among its languages.
function(descry_add_targets sources include)
  if(TARGET descry::descry OR TARGET descry::declare)
    return()
  endif()
  get_property(languages GLOBAL PROPERTY ENABLED_LANGUAGES)
  if(NOT "C" IN_LIST languages)
    message(FATAL_ERROR "descry is compiled from C: say project(... LANGUAGES C CXX)")
  endif()

  add_library(descry_plain STATIC EXCLUDE_FROM_ALL "${sources}/descry_plain.c")
  _descry_set_up(descry_plain "${include}")
  foreach(name declare schema npy)
    add_library(descry::${name} ALIAS descry_plain)
  endforeach()

  if(NOT TARGET Python::Module AND NOT TARGET Python3::Module)
    find_package(Python QUIET COMPONENTS Interpreter Development.Module)
  endif()
  foreach(name Python Python3)
    if(TARGET ${name}::Module)
      get_target_property(headers ${name}::Module INTERFACE_INCLUDE_DIRECTORIES)
      _descry_add_library(descry "${sources}" "${include}" "${headers}")
      _descry_add_library(descry_abi3 "${sources}" "${include}" "${headers}")
      target_compile_definitions(descry_abi3 PUBLIC Py_LIMITED_API=0x03090000)
      break()
    endif()
  endforeach()
endfunction()

function(_descry_set_up target include)
  target_include_directories(${target} SYSTEM PUBLIC "${include}")
  set_target_properties(${target} PROPERTIES
    POSITION_INDEPENDENT_CODE ON
    C_VISIBILITY_PRESET hidden
    C_STANDARD 11)
endfunction()

function(_descry_add_library name sources include headers)
  add_library(${name} STATIC EXCLUDE_FROM_ALL "${sources}/descry.c")
  _descry_set_up(${name} "${include}")
  target_include_directories(${name} SYSTEM PUBLIC "${headers}")
  target_compile_definitions(${name} PRIVATE DESCRY_PLAIN_APART)
  target_link_libraries(${name} PUBLIC descry_plain)
  add_library(descry::${name} ALIAS ${name})
endfunction()
