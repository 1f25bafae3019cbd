// One chat message and its one JSON spelling: the text that is broadcast, answered, kept in the hot
// list and in the archive is made once, here. Contract §3 ("A message is …").
#pragma once

#include "actors/ids.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace atrium {

/// Immutable bytes that many hold.
using shared_text = std::shared_ptr<const std::string>;

/// What a message says. All texts are others', which must outlive it: never assign what is just made.
struct chat_message {
  std::string_view id;
  std::string_view room;
  seq_t seq = 0;
  std::string_view user;
  std::string_view username;
  std::string_view text;
  std::string_view type = "text";
  unix_ms timestamp = 0;
  std::optional<std::string_view> user_image;
  std::optional<std::string_view> reply_to;
  /// JSON text of an object.
  std::optional<std::string_view> metadata;
  std::optional<std::string_view> client_message_id;
};

/// `type` always comes first: `{"type":"text","id":…}`. The native wire, where `type` names the
/// event, replaces that one member without reading the rest.
[[nodiscard]] std::string to_json(const chat_message& m);

/// A message as rooms keep it: the JSON and what is looked up by.
struct stored_message {
  std::string id;
  seq_t seq = 0;
  user_id user;
  /// Empty: none.
  std::string client_message_id;
  /// Null where only the rest is remembered.
  shared_text json;
  unix_ms timestamp = 0;
  /// Of type "text": its author may change it.
  bool is_text = true;
  /// Of type "system": nobody is its author.
  bool is_system = false;
  /// A tombstone.
  bool is_deleted = false;
};

/// Reads what `to_json` (or an older server) wrote; nothing if `json` is not a message.
[[nodiscard]] std::optional<stored_message> read_stored_message(std::string_view json);

/// The same message with another text, as its author changed it at `edited_at`.
[[nodiscard]] stored_message with_text(const stored_message& m, std::string_view text,
                                       unix_ms edited_at);
/// What stays of a message that was deleted at `deleted_at`: its text is empty, its metadata are gone.
[[nodiscard]] stored_message tombstone_of(const stored_message& m, unix_ms deleted_at);
/// The text of a message, unescaped; empty for a tombstone. `json` as rooms keep it.
[[nodiscard]] std::string text_of(std::string_view json);

/// The id of the message with number `seq` in the sequence `epoch`: sorts as text in the room's
/// order, and is unique for ever because an epoch is.
[[nodiscard]] std::string make_message_id(seq_t seq, std::string_view epoch);
/// The `seq` in an id that `make_message_id` made; nothing for any other text.
[[nodiscard]] std::optional<seq_t> seq_of_message_id(std::string_view id) noexcept;

} // namespace atrium
