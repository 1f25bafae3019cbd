// Which form of a file a client wants: as it is, or compressed beforehand. Pure. RFC 9110, 12.5.3.
#pragma once

#include <string_view>

namespace atrium::net {

enum class content_coding { identity, gzip, brotli };

/// The codings that a file is at hand in beside identity.
struct codings_at_hand {
  bool gzip = false;
  bool brotli = false;
};

/// What `accept_encoding`, the value of the header, prefers among those at hand; of two that it likes
/// the same, the smaller one. A client that wants nothing that is at hand gets identity. An item that
/// can't be read counts as not wanted.
[[nodiscard]] content_coding choose_coding(std::string_view accept_encoding,
                                           codings_at_hand files) noexcept;
/// As `Content-Encoding` spells it.
[[nodiscard]] std::string_view name_of(content_coding c) noexcept;

} // namespace atrium::net
