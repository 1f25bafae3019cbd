// Bringing memory closer before it is needed. A broadcast walks over hundreds of sessions that no
// cache holds; while one is served the next ones are on their way.
#pragma once

#include <cstddef>

namespace atrium::net {

/// So many elements ahead of a walk.
inline constexpr std::size_t prefetch_distance = 3;

/// Asks for the `bytes` bytes at `at`, which are going to be read and written. Any address will do.
inline void prefetch(const void* at, std::size_t bytes) noexcept {
  constexpr std::size_t cache_line = 64;
  for (std::size_t i = 0; i < bytes; i += cache_line)
    __builtin_prefetch(static_cast<const char*>(at) + i, 1);
}

} // namespace atrium::net
