// What the memory store holds: the same rooms, codes and archives as Redis, in maps with times of
// expiry. Thread-safe; the clock is the caller's, so that scenarios decide what time it is.
#pragma once

#include "actors/store_port.hpp"
#include "config/settings.hpp"
#include "store/memory_people.hpp"
#include "store/packed_message.hpp"
#include "store/queue_entry.hpp"

#include <map>
#include <mutex>
#include <set>
#include <unordered_map>

namespace atrium::store {

class memory_tables {
public:
  memory_tables(const settings& config, unix_clock now);

  /// Applies a write. False if the room is gone, so that only a rewrite makes it whole.
  [[nodiscard]] bool apply(const room_write& write);

  [[nodiscard]] load_reply load(const load_room& request);
  [[nodiscard]] claim_reply claim(const claim_room& request);
  [[nodiscard]] reserved_codes reserve(const reserve_codes& request);
  [[nodiscard]] message_page page(const read_messages& request);
  [[nodiscard]] room_page rooms(const read_rooms& request);
  [[nodiscard]] message_count count(const count_messages& request);
  [[nodiscard]] swept_rooms sweep(const sweep_rooms& request);
  [[nodiscard]] found_messages find(const find_messages& request);
  [[nodiscard]] cached_text cached(const read_cache& request);
  void cache(const write_cache& request);

  [[nodiscard]] room_totals totals();
  /// Rooms that the user is a member of, by id.
  [[nodiscard]] std::vector<loaded_user::member_room> rooms_of(const user_id& user);

  [[nodiscard]] unix_ms now() const { return now_(); }
  /// The message of a queue as it is to be delivered now; nothing if it is to leave the queue.
  [[nodiscard]] std::optional<stored_message> requeued(const queue_entry& entry);
  /// So many messages are queued for the user, until they expire.
  void note_queue(const user_id& user, std::size_t length, unix_ms expires_at);
  [[nodiscard]] std::size_t queue_length(const user_id& user);

  // memory_cleaning.cpp
  /// A portion; of people only what is queued for them.
  [[nodiscard]] keys_cleaned clean(const clean_keys& request);
  void describe(store_info& answer);
  /// The user is a member of no room any more.
  void end_memberships(const user_id& user);

private:
  struct archived_message {
    packed_message message;
    unix_ms expires_at;
  };
  struct stored {
    room_meta meta;
    std::string epoch;
    seq_t seq = 0;
    bool is_loaded = false;
    std::map<seq_t, archived_message> archive;
    message_blocks blocks;
    /// When the first of them expires, or before; looked up when that time has come.
    unix_ms first_ages_at = 0;
    std::set<user_id> members;
    /// `space:<id>:users`, with a time of its own.
    std::map<user_id, placed_user> places;
    unix_ms places_expire_at = 0;
    std::string board_json;
    unix_ms expires_at = 0;
  };
  /// `room_code:<code>`; without id: reserved.
  struct held_code {
    std::optional<std::string> id;
    unix_ms expires_at;
  };
  struct held_text {
    std::string text;
    unix_ms expires_at;
  };
  using rooms_map = std::unordered_map<std::string, stored>;

  struct applier;
  [[nodiscard]] stored* find(const std::string& id);
  [[nodiscard]] stored* find_named(const std::string& name);
  [[nodiscard]] held_code* find_code(const std::string& code);
  [[nodiscard]] bool is_free(const std::string& code, bool reserved);
  [[nodiscard]] bool choose_names(room_meta& meta, bool reserved);
  void keep_alive(stored& room);
  void add(stored& room, const stored_message& message);
  static void replace(stored& room, const stored_message& message);
  [[nodiscard]] static std::optional<stored_message> find_in(const stored& room,
                                                             const std::string& id);
  void remove_aged(stored& room) const;
  void add_member(stored& room, const user_id& user);
  void remove_member(stored& room, const user_id& user);
  void keep_places(stored& room) const;
  void remove_aged_places(stored& room) const;
  void remove(const std::string& id);
  static void count_keys_of(const stored& room, keys_cleaned& answer);
  void clean_shared(bool is_dry_run, keys_cleaned& answer);

  std::mutex lock_;
  room_settings config_;
  chat_settings chat_;
  unix_clock now_;
  rooms_map rooms_;
  /// By createdAt and id, as `rooms:active`.
  std::set<std::pair<unix_ms, std::string>> active_;
  std::unordered_map<std::string, held_code> codes_;
  /// By user, the rooms that it is a member of.
  std::unordered_map<user_id, std::set<std::string>> user_rooms_;
  /// Lengths of queues, and when they expire.
  std::unordered_map<user_id, std::pair<std::size_t, unix_ms>> queues_;
  /// `cache:<key>`
  std::unordered_map<std::string, held_text> cache_;
};

} // namespace atrium::store
