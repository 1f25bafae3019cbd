// The layout of contract §5 as values: names of keys, fields of the room hash, and commands as the
// bytes that go to Redis. No socket, no hiredis, no CAF: everything here is tested as text.
#pragma once

#include "actors/room_meta.hpp"

#include <charconv>
#include <concepts>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace atrium::store {

/// Commands in the Redis protocol (RESP arrays of bulk strings), one after the other.
class command_buffer {
public:
  /// Begins a command of `argc` words; exactly so many `arg` must follow.
  void begin(std::size_t argc);
  void arg(std::string_view word);
  void arg(std::integral auto number) {
    char text[24];
    const auto end = std::to_chars(text, text + sizeof text, number).ptr;
    arg(std::string_view{text, static_cast<std::size_t>(end - text)});
  }
  /// A whole command: `add("EXPIRE", key, 60)`.
  template <class... Words>
  void add(const Words&... words) {
    begin(sizeof...(words));
    (arg(words), ...);
  }

  /// Commands in here, so replies to come.
  [[nodiscard]] std::size_t count() const noexcept { return count_; }
  [[nodiscard]] const std::string& bytes() const noexcept { return bytes_; }
  void clear() noexcept {
    bytes_.clear();
    count_ = 0;
  }

private:
  std::string bytes_;
  std::size_t count_ = 0;
};

/// Spells keys; `prefix` goes before every one. Contract §5.
class key_space {
public:
  explicit key_space(std::string prefix = {}) : prefix_{std::move(prefix)} {}

  [[nodiscard]] std::string room(std::string_view id) const;
  [[nodiscard]] std::string messages(std::string_view id) const;
  [[nodiscard]] std::string whiteboard(std::string_view id) const;
  [[nodiscard]] std::string participants(std::string_view id) const;
  [[nodiscard]] std::string rooms_active() const;
  [[nodiscard]] std::string room_code(std::string_view code) const;
  [[nodiscard]] std::string archive(std::string_view id) const;
  [[nodiscard]] std::string message(std::string_view message_id) const;
  [[nodiscard]] std::string space_users(std::string_view id) const;
  [[nodiscard]] std::string members(std::string_view id) const;
  [[nodiscard]] std::string connected_members(std::string_view id) const;
  [[nodiscard]] std::string user_rooms(std::string_view user) const;
  [[nodiscard]] std::string typing(std::string_view id, std::string_view user) const;
  [[nodiscard]] std::string queue(std::string_view user) const;
  [[nodiscard]] std::string clients() const;
  [[nodiscard]] std::string online_users() const;
  [[nodiscard]] std::string friends(std::string_view user) const;
  [[nodiscard]] std::string friend_of(std::string_view user) const;
  [[nodiscard]] std::string activity(std::string_view user) const;
  [[nodiscard]] std::string cache(std::string_view key) const;
  [[nodiscard]] std::string audit() const;

  [[nodiscard]] const std::string& prefix() const noexcept { return prefix_; }

  /// All keys of one room except its hash, its archive and its code.
  [[nodiscard]] std::vector<std::string> contents(std::string_view id) const;

private:
  [[nodiscard]] std::string spell(std::string_view before, std::string_view name,
                                  std::string_view after = {}) const;

  std::string prefix_;
};

/// How long `ws:user_rooms:<userId>` lives after the user's last change of membership. It may name
/// rooms that are no more: only who is in `ws:room_participants:<id>` is a member.
inline constexpr std::int64_t user_rooms_ttl_seconds = 2'592'000;

/// Appends what takes `room` out of the `ws:user_rooms` of `users`, and them out of its members.
/// Precondition: there are any.
void append_member_removal(command_buffer& out, const key_space& keys, std::string_view room,
                           const std::vector<std::string>& users);

/// What `room_code:<code>` holds while the code is kept for an outage.
inline constexpr std::string_view reserved_code = "reserved";

using hash_field = std::pair<std::string, std::string>;

/// The fields of `room:<id>` that follow from `meta`; those without a value are left out.
[[nodiscard]] std::vector<hash_field> room_fields(const room_meta& meta);
/// The names of the fields that `meta` has no value for, so that a rewrite can remove them.
[[nodiscard]] std::vector<std::string_view> missing_room_fields(const room_meta& meta);

/// `room:<id>` as it was read.
struct stored_room {
  room_meta meta;
  std::string epoch;
  seq_t seq = 0;
  /// Some server has it in memory, or died with it there.
  bool is_loaded = false;
};
/// Nothing if the fields are no whole room: a claim that was not finished, or what was left of one.
/// Fields that do not parse keep their defaults.
[[nodiscard]] std::optional<stored_room> read_room(std::span<const hash_field> fields);

/// Six random digits, from the operating system's source of randomness.
[[nodiscard]] std::string random_code();

} // namespace atrium::store
