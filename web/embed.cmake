# cmake -D OUTPUT=<pages.cpp> -D ROOT=<folder> -D FILES=<file;…> -P embed.cmake
#
# Writes the source that defines console_files(): every file byte for byte, with its type by its
# extension and an ETag that is a hash of what is in it. `index.html` is the folder itself.
set(type_html "text/html; charset=utf-8")
set(type_css "text/css; charset=utf-8")
set(type_js "text/javascript; charset=utf-8")
set(type_svg "image/svg+xml")

# Sorted, so that the same files always give the same source.
list(SORT FILES)
set(rows "")
foreach(file IN LISTS FILES)
  file(RELATIVE_PATH path ${ROOT} ${file})
  get_filename_component(extension ${file} LAST_EXT)
  string(SUBSTRING ${extension} 1 -1 extension)
  string(REGEX REPLACE "^index\\.html$" "" path ${path})
  file(SHA256 ${file} hash)
  string(SUBSTRING ${hash} 0 16 hash)
  file(SIZE ${file} size)
  file(READ ${file} bytes HEX)
  string(REGEX REPLACE "(..)" "\\\\x\\1" bytes "${bytes}")
  string(APPEND rows "    {\"/console/${path}\", \"${type_${extension}}\",\n"
                     "     {\"${bytes}\", ${size}},\n     R\"(\"${hash}\")\"},\n")
endforeach()

file(WRITE ${OUTPUT} "// Made by web/embed.cmake.
#include \"web/pages.hpp\"

namespace atrium::web {
namespace {

constexpr page_file files[] = {
${rows}};

} // namespace

std::span<const page_file> console_files() noexcept {
  return files;
}

} // namespace atrium::web
")
