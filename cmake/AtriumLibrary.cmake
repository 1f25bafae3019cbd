# atrium_options: the flags that every target of ours is compiled with.
# atrium_include_root(): the include directory through which others see a folder.
# atrium_library(): the static library of a folder.

include(AtriumProfile)

add_library(atrium_options INTERFACE)
target_compile_options(atrium_options INTERFACE -Wall -Wextra -Wpedantic
                       $<$<BOOL:${ATRIUM_WERROR}>:-Werror>)
target_compile_definitions(atrium_options INTERFACE ATRIUM_VERSION="${PROJECT_VERSION}")
target_link_libraries(atrium_options INTERFACE Threads::Threads)

if(ATRIUM_SANITIZE)
  # CAF calls members through null pointers that it never reads from: -fno-sanitize=null.
  # g++ 12 sees uninitialised values in libstdc++ where the sanitizers add code.
  add_compile_options(-fsanitize=${ATRIUM_SANITIZE} -fno-omit-frame-pointer
                      -Wno-maybe-uninitialized)
  add_link_options(-fsanitize=${ATRIUM_SANITIZE})
  if(ATRIUM_SANITIZE MATCHES "thread")
    # Asio's fences are not modelled; g++ says so wherever one is inlined.
    add_compile_options(-Wno-tsan)
  endif()
  if(ATRIUM_SANITIZE MATCHES "undefined")
    add_compile_options(-fno-sanitize=null -fno-sanitize-recover=undefined)
  endif()
endif()

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Without the sloppiness a source that uses a precompiled header is never taken from the cache.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      ${CCACHE})
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)
endif()

# Makes <build>/include/<root>/<link> point to `target_path` and sets `out` to <build>/include/<root>.
function(atrium_include_root out root link target_path)
  set(directory ${CMAKE_BINARY_DIR}/include/${root})
  get_filename_component(parent ${directory}/${link} DIRECTORY)
  file(MAKE_DIRECTORY ${parent})
  file(CREATE_LINK ${target_path} ${directory}/${link} SYMBOLIC)
  set(${out} ${directory} PARENT_SCOPE)
endfunction()

# atrium_library(<folder> SOURCES <file>... LINK <target>... PRECOMPILE <header>...)
# Makes atrium_<folder>. A folder without sources becomes a library of headers only.
function(atrium_library folder)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINK;PRECOMPILE")
  atrium_include_root(root ${folder} ${folder} ${CMAKE_CURRENT_SOURCE_DIR})
  set(target atrium_${folder})
  if(arg_SOURCES)
    if(folder IN_LIST atrium_hot_folders)
      atrium_profile_folder(arg_SOURCES ${folder})
    endif()
    add_library(${target} STATIC ${arg_SOURCES})
    target_include_directories(${target} PUBLIC ${root})
    target_link_libraries(${target} PUBLIC ${arg_LINK} PRIVATE atrium_options)
    if(arg_PRECOMPILE)
      target_precompile_headers(${target} PRIVATE ${arg_PRECOMPILE})
    endif()
  else()
    add_library(${target} INTERFACE)
    target_include_directories(${target} INTERFACE ${root})
    target_link_libraries(${target} INTERFACE ${arg_LINK})
  endif()
endfunction()
