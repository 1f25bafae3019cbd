// Runs a fuzz target over files without libFuzzer: replay FILE-OR-FOLDER… A finding ends the process,
// and the last line of the output names its file. No file at all is a failure as well.
#include "support/fuzz_input.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> files_of(const fs::path& path) {
  if (!fs::is_directory(path)) return {path};
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator{path})
    if (entry.is_regular_file()) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

/// False if the file can't be read.
bool run(const fs::path& file) {
  std::printf("%s\n", file.c_str());
  std::fflush(stdout);
  std::ifstream in{file, std::ios::binary};
  if (!in) return false;
  const std::vector<char> bytes{std::istreambuf_iterator<char>{in}, {}};
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  return true;
}

} // namespace

int main(int argc, char** argv) {
  std::size_t file_count = 0;
  for (int i = 1; i < argc; ++i)
    for (const auto& file : files_of(argv[i])) {
      if (!run(file)) return std::fprintf(stderr, "replay: can't read %s\n", file.c_str()), 1;
      ++file_count;
    }
  std::printf("%zu inputs\n", file_count);
  return file_count == 0 ? 1 : 0;
}
