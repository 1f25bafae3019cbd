// The store and the keeper of passwords as a scenario plays them: writes are recorded and confirmed or
// lost as the scenario wishes, reads are answered from what it put there.
#pragma once

#include "actors/password_port.hpp"
#include "actors/store_port.hpp"

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include <map>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace atrium::test {

/// What the played store does with the writes that it gets.
enum class store_mood {
  /// Confirms each write at once.
  confirming,
  /// Keeps silent until `confirm_writes`.
  silent,
  /// Loses each write as a store that is away does.
  away,
};

/// The played store: rooms that can be loaded, writes that came.
struct played_store {
  store_mood mood = store_mood::confirming;
  std::vector<room_write> writes;
  /// Every room that ever wrote, to be ended with the scenario.
  std::set<caf::actor_addr> writing_rooms;
  /// By id and, for own ids, by code.
  std::map<std::string, loaded_room> rooms;
  /// Oldest first.
  std::map<std::string, std::vector<stored_message>> archive;
  /// By key, without `cache:`.
  std::map<std::string, std::string> cache;
  /// Pages of archives that were read, whatever came of it.
  std::vector<read_messages> pages;
  /// What it says about itself.
  std::vector<std::pair<std::string, std::string>> info;
  /// Portions that were asked to be cleaned.
  std::vector<clean_keys> cleanings;
  std::set<std::string> claimed;
  std::size_t loads = 0;
  std::uint64_t last_code = 100'000;

  /// What a confirmed write leaves in the archive.
  void keep(const room_write& w);

  template <class Change>
  [[nodiscard]] std::vector<Change> changes() const {
    std::vector<Change> out;
    for (const auto& w : writes)
      if (auto* c = std::get_if<Change>(&w.change)) out.push_back(*c);
    return out;
  }
};

/// Tells the room that wrote what became of it.
void confirm(const room_write& w);
void lose(const room_write& w, bool transient);

/// The played keeper of passwords: the hash of "x" is "hash:x".
struct played_passwords {
  /// Answers that too many wait.
  bool busy = false;
  std::size_t hashed = 0;
  std::size_t verified = 0;
  /// Checks are not answered until one comes when this is false.
  bool holds = false;
  std::vector<std::pair<caf::typed_response_promise<password_verified>, password_verdict>> held;

  void answer() {
    for (auto& [promise, verdict] : held) promise.deliver(password_verified{verdict});
    held.clear();
  }
};

/// The behaviours to spawn; what they play with outlives the actors.
[[nodiscard]] store_writer::behavior_type play_writer(store_writer::pointer, played_store* store);
[[nodiscard]] store_reader::behavior_type play_reader(store_reader::pointer, played_store* store);
[[nodiscard]] password_actor::behavior_type play_passwords(password_actor::pointer self,
                                                           played_passwords* passwords);

} // namespace atrium::test
