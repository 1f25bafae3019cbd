# Finds jemalloc, which brings no CMake config: target jemalloc::jemalloc.
include(FindPackageHandleStandardArgs)

find_path(Jemalloc_INCLUDE_DIR jemalloc/jemalloc.h)
find_library(Jemalloc_LIBRARY jemalloc)
find_package_handle_standard_args(Jemalloc REQUIRED_VARS Jemalloc_LIBRARY Jemalloc_INCLUDE_DIR)

if(Jemalloc_FOUND AND NOT TARGET jemalloc::jemalloc)
  add_library(jemalloc::jemalloc UNKNOWN IMPORTED)
  set_target_properties(jemalloc::jemalloc PROPERTIES
    IMPORTED_LOCATION ${Jemalloc_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${Jemalloc_INCLUDE_DIR})
endif()
mark_as_advanced(Jemalloc_LIBRARY Jemalloc_INCLUDE_DIR)
