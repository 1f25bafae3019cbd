// A message in the archive of the memory store: its texts lie one behind the other, and those of a
// room's messages lie in few large blocks. That takes less than five blocks of memory for each, and when
// thousands of them end, what they took goes back to the system whole.
#pragma once

#include "actors/chat_message.hpp"

#include <cstdint>
#include <memory>

namespace atrium::store {

class packed_message {
public:
  /// A copy of the message with memory of its own.
  explicit packed_message(const stored_message& m);

  /// Ends with this object.
  [[nodiscard]] std::string_view id() const noexcept { return {texts_.get(), id_bytes_}; }
  /// Of the text of the message; 0 without one.
  [[nodiscard]] std::size_t json_bytes() const noexcept { return json_bytes_; }
  [[nodiscard]] stored_message unpack() const;
  /// All but the JSON, which stays null.
  [[nodiscard]] stored_message unpack_rest() const;

private:
  friend class message_blocks;
  /// With the texts at a place that has `bytes_of(m)` of memory.
  packed_message(const stored_message& m, std::shared_ptr<char[]> place) noexcept;
  static std::size_t bytes_of(const stored_message& m) noexcept;

  /// id, user, client_message_id, json.
  std::shared_ptr<const char[]> texts_;
  seq_t seq_;
  unix_ms timestamp_;
  std::uint32_t id_bytes_;
  std::uint32_t user_bytes_;
  std::uint32_t client_message_id_bytes_;
  std::size_t json_bytes_;
  bool has_json_;
  bool is_text_;
  bool is_system_;
  bool is_deleted_;
};

/// Where a room's new messages are packed. A block of memory ends when all messages in it have ended
/// and no more come to it. Each has room for about as many as are kept when it is made, from 1 to
/// 256 KB, so that a room which keeps few has small ones; a message of more than 16 KB has a block of
/// its own.
class message_blocks {
public:
  /// `kept_count`: so many messages are kept before this one.
  [[nodiscard]] packed_message pack(const stored_message& m, std::size_t kept_count);
  /// Of the block that is being filled; 0: none.
  [[nodiscard]] std::size_t block_bytes() const noexcept { return block_bytes_; }

private:
  std::shared_ptr<char[]> block_;
  std::size_t block_bytes_ = 0;
  std::size_t used_bytes_ = 0;
};

} // namespace atrium::store
