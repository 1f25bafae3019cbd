#include "actors/environment.hpp"

#include <random>

namespace atrium {

std::string random_hex(std::size_t bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  // std::random_device reads the system's generator; not predictable from earlier values.
  thread_local std::random_device device;
  std::string out;
  out.reserve(bytes * 2);
  while (out.size() < bytes * 2) {
    auto word = device();
    for (int i = 0; i < 8 && out.size() < bytes * 2; ++i, word >>= 4) out += digits[word & 15];
  }
  return out;
}

} // namespace atrium
