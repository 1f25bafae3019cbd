// What the memory store holds: the same rooms, codes and archives as Redis, in maps with times of
// expiry. Thread-safe; the clock is the caller's, so that scenarios decide what time it is.
#pragma once

#include "actors/store_port.hpp"
#include "config/settings.hpp"
#include "store/queue_entry.hpp"

#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <unordered_map>

namespace atrium::store {

using unix_clock = std::function<unix_ms()>;

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

  [[nodiscard]] unix_ms now() const { return now_(); }
  /// The message of a queue as it is to be delivered now; nothing if it is to leave the queue.
  [[nodiscard]] std::optional<stored_message> requeued(const queue_entry& entry);

private:
  struct archived_message {
    stored_message message;
    unix_ms expires_at;
  };
  struct stored {
    room_meta meta;
    std::string epoch;
    seq_t seq = 0;
    bool is_loaded = false;
    std::map<seq_t, archived_message> archive;
    std::set<user_id> members;
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
  [[nodiscard]] static const stored_message* find_in(const stored& room, const std::string& id);
  void remove_aged(stored& room) const;
  void remove(const std::string& id);

  std::mutex lock_;
  room_settings config_;
  chat_settings chat_;
  unix_clock now_;
  rooms_map rooms_;
  /// By createdAt and id, as `rooms:active`.
  std::set<std::pair<unix_ms, std::string>> active_;
  std::unordered_map<std::string, held_code> codes_;
  /// `cache:<key>`
  std::unordered_map<std::string, held_text> cache_;
};

} // namespace atrium::store
