# What g++ is to know of the hot path: which way branches go, what is called often and what never. The
# counts are taken under load by scripts/profile and kept beside this file, by version of g++, because no
# other can read them; without counts for this compiler all is built as usual.
# See docs/decisions/0026-profile.md.
#
# atrium_profile_source(): compiles one source with its counts.
# atrium_profile_folder(): the sources of a folder's library.

set(ATRIUM_PROFILE "use" CACHE STRING "Counts of the hot path: use, generate or off")
set_property(CACHE ATRIUM_PROFILE PROPERTY STRINGS use generate off)

# The folders whose libraries have counts.
set(atrium_hot_folders json actors net store)
# What tells which counts were unpacked into this build tree.
set(atrium_profile_stamp ${CMAKE_BINARY_DIR}/profile.sha256)

# Puts the counts of each object beside it, where g++ looks for them. Once: other counts are a reason to
# compile anew.
function(atrium_unpack_profile archive)
  set(unpacked)
  if(EXISTS ${atrium_profile_stamp})
    file(READ ${atrium_profile_stamp} unpacked)
  endif()
  file(SHA256 ${archive} wanted)
  if(unpacked STREQUAL wanted)
    return()
  endif()
  list(TRANSFORM atrium_hot_folders REPLACE "(.+)" "${CMAKE_BINARY_DIR}/\\1/CMakeFiles/*.gcda"
       OUTPUT_VARIABLE patterns)
  file(GLOB_RECURSE old ${patterns})
  if(old)
    file(REMOVE ${old})
  endif()
  file(ARCHIVE_EXTRACT INPUT ${archive} DESTINATION ${CMAKE_BINARY_DIR})
  file(GLOB_RECURSE fresh ${patterns})
  if(fresh)
    file(TOUCH ${fresh})
  endif()
  file(WRITE ${atrium_profile_stamp} ${wanted})
endfunction()

set(atrium_profile_flags)
# Other generators don't compile in the build tree's root, which atrium_profile_folder() relies on.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_BUILD_TYPE STREQUAL "Release"
   AND CMAKE_GENERATOR STREQUAL "Ninja" AND NOT ATRIUM_SANITIZE)
  string(REGEX MATCH "^[0-9]+\\.[0-9]+" gcc_version "${CMAKE_CXX_COMPILER_VERSION}")
  file(GLOB archive CONFIGURE_DEPENDS
       ${CMAKE_CURRENT_LIST_DIR}/profile-gcc-${gcc_version}.tar.xz)
  if(ATRIUM_PROFILE STREQUAL "generate")
    set(atrium_profile_flags -fprofile-generate -fprofile-update=atomic)
    add_link_options(-fprofile-generate)
    file(REMOVE ${atrium_profile_stamp})
  elseif(ATRIUM_PROFILE STREQUAL "use" AND archive)
    # A function that has changed since counts as unknown, and so do those that the load did not reach.
    set(atrium_profile_flags -fprofile-use -fprofile-correction -fprofile-partial-training
                             -Wno-coverage-mismatch -Wno-missing-profile)
    atrium_unpack_profile(${archive})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${archive})
  endif()
endif()

# Compiles `source` with the counts of `object`: its path without ".o", from the directory CMakeFiles of the
# current build directory on. `out`: whether there are such, or are to be.
function(atrium_profile_source source object out)
  set(${out} FALSE PARENT_SCOPE)
  set(counts ${CMAKE_CURRENT_BINARY_DIR}/CMakeFiles/${object}.gcda)
  if(NOT atrium_profile_flags)
    return()
  elseif(NOT ATRIUM_PROFILE STREQUAL "generate")
    if(NOT EXISTS ${counts})
      return()
    endif()
    set_property(SOURCE ${source} PROPERTY OBJECT_DEPENDS ${counts})
  endif()
  set_property(SOURCE ${source} PROPERTY COMPILE_OPTIONS -I. ${atrium_profile_flags})
  set(${out} TRUE PARENT_SCOPE)
endfunction()

# Replaces, in the list called `list_name` of a folder's sources, those with counts. What only one source
# sees g++ tells apart by the source's path; so each is compiled through another that includes it by a path
# from the build tree's root on, which is the same wherever that lies.
function(atrium_profile_folder list_name folder)
  set(compiled)
  foreach(source IN LISTS ${list_name})
    get_filename_component(name ${source} NAME)
    set(counted ${CMAKE_BINARY_DIR}/counted/${folder}/${name})
    atrium_profile_source(${counted} atrium_${folder}.dir/__/counted/${folder}/${name} has_counts)
    if(has_counts)
      file(CONFIGURE OUTPUT ${counted} CONTENT "#include <include/${folder}/${folder}/${name}>\n")
      set(source ${counted})
    endif()
    list(APPEND compiled ${source})
  endforeach()
  set(${list_name} ${compiled} PARENT_SCOPE)
endfunction()
