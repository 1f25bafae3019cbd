// A room's way to the user shards: tells each what concerns its users among the room's members, in
// the order of the calls. A shard without a member here hears nothing, so a room without members
// costs nothing. Never waits.
#pragma once

#include "actors/messages.hpp"
#include "actors/room_meta.hpp"

#include <caf/fwd.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace atrium {

class room_shards {
public:
  /// `self` is the room's actor, `meta` the room's; both outlive this. `shards` may be null: nobody
  /// is told anything.
  room_shards(caf::local_actor& self, const room_meta& meta, shared_user_shards shards);

  /// The room was loaded with these members.
  void introduce(const std::vector<user_id>& members);
  /// Members came and went. Each user that is added was none, each that is removed was one.
  void change(const change_members& c);
  /// A session of a member is in the room (again: was shown more).
  void entered(const user_id& user, session_id session, std::optional<seq_t> shown_from) const;
  void left(const user_id& user, session_id session) const;
  /// `sender`: the session that gets no `message`; 0: none.
  void posted(const stored_message& m, session_id sender) const;
  /// Its text waits for nobody any more.
  void deleted(const std::string& id) const;
  void truth(const user_id& user, session_id session, std::vector<frame> events) const;
  /// No reason: the room leaves memory. Nothing is told afterwards.
  void ended(const std::string& reason);

  void on(const members_key& k) { keys_.at(k.shard) = k.key; }
  /// Under which key the user's sessions hear the room without being in it; 0: under none.
  [[nodiscard]] room_key key_of(const user_id& user) const;

private:
  template <class What>
  void tell_shard(std::size_t index, What&& what) const;
  void send_members(const change_members& c, bool is_whole);

  caf::local_actor& self_;
  const room_meta& meta_;
  shared_user_shards shards_;
  /// Members of each shard.
  std::vector<std::size_t> counts_;
  std::vector<room_key> keys_;
};

} // namespace atrium
