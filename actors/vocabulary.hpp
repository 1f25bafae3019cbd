// In whose words a client hears a room: those of its last entry there (contract §3). The words that a
// vocabulary lacks are the base's.
#pragma once

#include <cstdint>
#include <initializer_list>

namespace atrium {

enum class vocabulary : std::uint8_t {
  /// `join`
  base,
  /// `joinRoom`; or a registered member that hears the room without being in
  messenger,
  /// `join-space`
  space,
};

/// A set of vocabularies.
class vocabularies_set {
public:
  constexpr vocabularies_set(std::initializer_list<vocabulary> all) noexcept {
    for (auto v : all) bits_ |= 1U << static_cast<unsigned>(v);
  }
  [[nodiscard]] constexpr bool contains(vocabulary v) const noexcept {
    return (bits_ >> static_cast<unsigned>(v) & 1U) != 0;
  }

private:
  unsigned bits_ = 0;
};

} // namespace atrium
