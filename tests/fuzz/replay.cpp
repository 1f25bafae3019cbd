// Runs a fuzz target over files without libFuzzer: replay [--mutants N] FILE-OR-FOLDER… With --mutants
// each file is followed by N changed copies, fewer of a long one, other ones each time. A finding ends
// the process; the last lines of the output name its file, and the seed that makes the same changes
// again (REPLAY_SEED). No file at all is a failure as well.
#include "support/fuzz_input.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string_view>
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

using bytes = std::vector<std::uint8_t>;

/// Copies of one file are as many bytes as this at most: a target's time goes by bytes, and a few long
/// files would take most of it.
constexpr std::size_t mutated_bytes = 200'000;

/// Changes one place as fuzzers do: a bit, a byte that means something, a piece less, a piece twice.
class mutator {
public:
  explicit mutator(unsigned seed) : random_{seed} {}

  void change(bytes& in) {
    static constexpr std::string_view telling = "0123456789-,[]{}\":/b\x1e\\ \x80\xff";
    auto at = below(in.size() + 1);
    auto place = in.begin() + static_cast<std::ptrdiff_t>(at);
    auto length = static_cast<std::ptrdiff_t>(below(std::min<std::size_t>(in.size() - at, 16) + 1));
    switch (below(4)) {
    case 0:
      if (place != in.end()) *place ^= static_cast<std::uint8_t>(1U << below(8));
      return;
    case 1: in.insert(place, static_cast<std::uint8_t>(telling[below(telling.size())])); return;
    case 2: in.erase(place, place + length); return;
    default:
      const bytes piece{place, place + length};
      in.insert(in.begin() + static_cast<std::ptrdiff_t>(below(in.size() + 1)), piece.begin(),
                piece.end());
    }
  }
  std::size_t below(std::size_t n) {
    return std::uniform_int_distribution<std::size_t>{0, n - 1}(random_);
  }

private:
  std::mt19937 random_;
};

/// False if the file can't be read.
bool run(const fs::path& file, std::size_t mutant_count, mutator& random) {
  std::printf("%s\n", file.c_str());
  std::fflush(stdout);
  std::ifstream in{file, std::ios::binary};
  if (!in) return false;
  const bytes input{std::istreambuf_iterator<char>{in}, {}};
  LLVMFuzzerTestOneInput(input.data(), input.size());
  mutant_count = std::min(mutant_count, mutated_bytes / std::max<std::size_t>(input.size(), 1));
  for (std::size_t i = 0; i < mutant_count; ++i) {
    auto mutant = input;
    for (auto changes = random.below(4) + 1; changes > 0; --changes) random.change(mutant);
    LLVMFuzzerTestOneInput(mutant.data(), mutant.size());
  }
  return true;
}

} // namespace

int main(int argc, char** argv) {
  std::size_t file_count = 0;
  int first = 1;
  std::size_t mutant_count = 0;
  if (argc > 2 && std::strcmp(argv[1], "--mutants") == 0) {
    mutant_count = std::strtoul(argv[2], nullptr, 10);
    first = 3;
  }
  const auto* given = std::getenv("REPLAY_SEED");
  auto seed = given == nullptr ? std::random_device{}()
                               : static_cast<unsigned>(std::strtoul(given, nullptr, 10));
  std::printf("REPLAY_SEED=%u\n", seed);
  mutator random{seed};
  for (int i = first; i < argc; ++i)
    for (const auto& file : files_of(argv[i])) {
      if (!run(file, mutant_count, random))
        return std::fprintf(stderr, "replay: can't read %s\n", file.c_str()), 1;
      ++file_count;
    }
  std::printf("%zu inputs\n", file_count);
  return file_count == 0 ? 1 : 0;
}
