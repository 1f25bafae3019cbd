// What two boards are compared by without sending them: how many elements live, and a sum over what
// each of them is. Pure. Clients compute the same (web/client), so none of this can change alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace atrium {

/// Of the elements of a board that are not deleted; their order plays no part.
struct board_digest {
  std::size_t count = 0;
  /// The hashes of all of them, added up modulo 2^32; 0 on a board without ids.
  std::uint32_t hash = 0;
};

/// MurmurHash3's finalizer over the 32-bit FNV-1a of `<id>\n<version>\n<nonce>`, numbers in decimal.
/// Without the finalizer similar elements would have similar hashes, whose sums meet too easily.
[[nodiscard]] std::uint32_t element_hash(std::string_view id, std::int64_t version,
                                         std::int64_t nonce) noexcept;
/// Eight lower-case hexadecimal digits.
[[nodiscard]] std::string spell_hash(std::uint32_t hash);

} // namespace atrium
