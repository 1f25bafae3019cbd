// What a Redis reader does, without its mailbox: each request of the port as one function that
// blocks for a few round trips. The results hold only if `link().failed()` is false afterwards.
#pragma once

#include "actors/store_port.hpp"
#include "config/settings.hpp"
#include "store/reader_link.hpp"

namespace atrium::store {

class reader_core {
public:
  reader_core(const settings& config, counters& counts);

  [[nodiscard]] reader_link& link() noexcept { return link_; }

  // reader_load.cpp
  [[nodiscard]] load_reply load(const load_room& request);
  // reader_claim.cpp
  [[nodiscard]] claim_reply claim(const claim_room& request);
  [[nodiscard]] reserved_codes reserve(const reserve_codes& request);
  // reader_archive.cpp
  [[nodiscard]] message_page page(const read_messages& request);
  [[nodiscard]] message_count count(const count_messages& request);
  // reader_rooms.cpp
  [[nodiscard]] room_page rooms(const read_rooms& request);
  [[nodiscard]] swept_rooms sweep(const sweep_rooms& request);
  [[nodiscard]] store_health ping();

private:
  [[nodiscard]] std::optional<stored_room> read_hash(const std::string& id);
  [[nodiscard]] std::optional<stored_room> find_room(const std::string& name);
  [[nodiscard]] std::optional<bool> mark_loaded(const std::string& id);
  void read_contents(loaded_room& room);
  void read_window(loaded_room& room);

  enum class claim_step { done, taken, failed };
  [[nodiscard]] claim_step claim_hash(const std::string& id);
  [[nodiscard]] claim_step claim_code_room(room_meta& meta, bool reserved);
  [[nodiscard]] claim_step claim_own_id(room_meta& meta, bool reserved);
  [[nodiscard]] claim_step claim_code(const room_meta& meta, const std::string& code,
                                      bool reserved);
  [[nodiscard]] bool store_new_room(const room_meta& meta, const std::string& epoch);
  void undo_claim(const room_meta& meta);
  /// Removes what an expired room of that id left; the hash stays.
  void remove_leftovers(const std::string& id);
  [[nodiscard]] std::vector<std::string> reserve_some(std::size_t count);

  /// Reads messages by id, in order; nothing where one aged out, and its entry is removed.
  [[nodiscard]] std::vector<std::optional<stored_message>>
  fetch(const std::string& room, const std::vector<std::string>& ids);
  /// Removes entries at the old end of the archive whose messages aged out.
  void remove_aged(const std::string& room);
  void remove_entries(const std::string& key, const std::vector<std::string>& members);

  room_settings rooms_;
  chat_settings chat_;
  key_space keys_;
  reader_link link_;
};

} // namespace atrium::store
