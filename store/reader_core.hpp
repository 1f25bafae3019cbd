// What a Redis reader does, without its mailbox: each request of the port as one function that
// blocks for a few round trips. The results hold only if `link().failed()` is false afterwards.
#pragma once

#include "actors/store_port.hpp"
#include "config/settings.hpp"
#include "store/redis_link.hpp"
#include "store/room_walk.hpp"

#include <functional>
#include <map>

namespace atrium::store {

class reader_core {
public:
  /// `process` is what marks rooms as loaded by this process. `counts` must outlive it.
  reader_core(const settings& config, counters& counts, std::string process);

  [[nodiscard]] redis_link& link() noexcept { return link_; }

  // reader_load.cpp
  [[nodiscard]] load_reply load(const load_room& request);
  // reader_claim.cpp
  [[nodiscard]] claim_reply claim(const claim_room& request);
  [[nodiscard]] reserved_codes reserve(const reserve_codes& request);
  // reader_archive.cpp
  [[nodiscard]] message_page page(const read_messages& request);
  [[nodiscard]] message_count count(const count_messages& request);
  [[nodiscard]] found_messages find(const find_messages& request);
  // reader_rooms.cpp
  [[nodiscard]] room_page rooms(const read_rooms& request);
  [[nodiscard]] swept_rooms sweep(const sweep_rooms& request);
  [[nodiscard]] cached_text cached(const read_cache& request);
  void cache(const write_cache& request);
  [[nodiscard]] store_health ping();
  /// Adds the next portion of rooms to `totals`. If the link failed, it did nothing.
  void count_portion(room_walk& walk, room_totals& totals);
  [[nodiscard]] presence_cleared clear(const clear_presence& request);
  // reader_operators.cpp
  [[nodiscard]] store_info info();
  [[nodiscard]] keys_cleaned clean(const clean_keys& request);

private:
  [[nodiscard]] std::optional<stored_room> read_hash(const std::string& id);
  [[nodiscard]] std::optional<stored_room> find_room(const std::string& name);
  [[nodiscard]] std::optional<bool> mark_loaded(const std::string& id);
  void read_contents(loaded_room& room);
  void read_places(loaded_room& room);
  using messages_by_seq = std::map<seq_t, stored_message, std::greater<>>;
  void read_window(loaded_room& room);
  /// The newest go to `messages` as far as their texts fit; the others to `older` without.
  void fill_window(loaded_room& room, messages_by_seq newest_first) const;

  enum class claim_step { done, taken, failed };
  [[nodiscard]] claim_step claim_hash(const std::string& id);
  [[nodiscard]] claim_step claim_code_room(room_meta& meta, bool reserved);
  [[nodiscard]] claim_step claim_own_id(room_meta& meta, bool reserved);
  [[nodiscard]] claim_step claim_code(const room_meta& meta, const std::string& code,
                                      bool reserved);
  [[nodiscard]] bool store_new_room(const room_meta& meta, const std::string& epoch);
  void undo_claim(const room_meta& meta);
  void remove_members(const std::string& id);
  /// Removes what an expired room of that id left; the hash stays.
  void remove_leftovers(const std::string& id);
  [[nodiscard]] std::vector<std::string> reserve_some(std::size_t count);

  /// Reads messages by id, in order; nothing where there is none, and its id is added to `missing`.
  [[nodiscard]] std::vector<std::optional<stored_message>>
  fetch(const std::vector<std::string>& ids, std::vector<std::string>& missing);
  /// The same for ids that the room's archive names: those that aged out leave it.
  [[nodiscard]] std::vector<std::optional<stored_message>>
  fetch_archived(const std::string& room, const std::vector<std::string>& ids);
  /// Removes entries at the old end of the archive whose messages aged out.
  void remove_aged(const std::string& room);
  void remove_entries(const std::string& key, const std::vector<std::string>& members);
  /// How many there were.
  [[nodiscard]] std::size_t unlink(const std::vector<std::string>& keys);

  room_settings rooms_;
  key_space keys_;
  std::string process_;
  redis_link link_;
};

} // namespace atrium::store
