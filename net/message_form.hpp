// What a chat message of a client may carry: its type, what describes a picture or a file, the
// picture of its sender. Pure; the checks that keep script URLs and the like out of other people's
// browsers. Contract §3 ("A message is …").
#pragma once

#include "actors/commands.hpp"
#include "net/fields.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace atrium::net {

/// An `http` or `https` URL with a host, of at most 2,048 bytes: no white space, no control or
/// invisible characters, no quotes, angle brackets or backslashes, no user name or password.
[[nodiscard]] bool is_web_url(std::string_view text) noexcept;

/// What `userImage` may be: empty, a reference relative to the page (`avatar.jpg`), a URL as above,
/// or `data:image/…`; at most 2,048 bytes. Never a URL of another scheme, however it is disguised.
[[nodiscard]] bool is_picture_reference(std::string_view text) noexcept;

/// `type/subtype` of at most 127 characters, without parameters.
[[nodiscard]] bool is_media_type(std::string_view text) noexcept;

/// `text` without white space at its ends, if 1..256 characters are left.
[[nodiscard]] std::optional<std::string> read_query(std::string_view text);

/// The parts that `POST …/messages` shares with `chat:message`: everything but room and user.
/// `type_field` is what the wire calls the message's type. It may be "system": whether the sender may
/// say that is the caller's to decide.
[[nodiscard]] post_message read_post_message(fields& f, std::string_view type_field);

} // namespace atrium::net
