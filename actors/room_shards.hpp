// A room's way to the user shards: tells each what concerns its users among the room's members, in
// the order of the calls. A shard without a member here hears nothing, so a room without members
// costs nothing. Never waits.
#pragma once

#include "actors/messages.hpp"
#include "actors/room_meta.hpp"

#include <caf/fwd.hpp>

#include <cstddef>
#include <memory>
#include <set>
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
  /// `farewell`: told to registered sessions of those removed that are not in the room; null: nothing.
  void change(const change_members& c, const std::shared_ptr<const event>& farewell = nullptr);
  /// A session of a member is in the room (again: was shown more).
  void entered(const user_id& user, session_id session, std::optional<seq_t> shown_from) const;
  void left(const user_id& user, session_id session) const;
  /// `sender`: the session that gets no `message`; 0: none.
  void posted(const stored_message& m, session_id sender) const;
  /// Its text waits for nobody any more.
  void deleted(const std::string& id) const;
  /// Something else that members hear who are not in the room. `key`: with `delivery::latest` what
  /// replaces what; `except`: who does not hear it, 0: everybody does.
  void publish(const event& e, delivery how, session_id except = 0, std::uint64_t key = 0) const;
  /// The user's last connection here is gone: the room is told `member_offline` when it has none.
  void lost(const user_id& user) const;
  void truth(const user_id& user, session_id session, std::vector<frame> events) const;
  /// No reason: the room leaves memory. Nothing is told afterwards.
  void ended(const std::string& reason);

  void on(const members_key& k) { keys_.at(k.shard) = k.key; }
  /// False: of some members it is not known yet whether they are online. It will be soon.
  [[nodiscard]] bool is_introduced() const noexcept { return awaited_ == 0; }
  void on(const members_online& o);
  void on(const member_offline& o) { online_.erase(o.user); }
  /// Members who have a connection somewhere, by id.
  [[nodiscard]] const std::set<user_id>& online() const noexcept { return online_; }
  /// Under which key the user's sessions hear the room without being in it; 0: under none.
  [[nodiscard]] room_key key_of(const user_id& user) const;

private:
  template <class What>
  void tell_shard(std::size_t index, What&& what) const;
  void send_members(const change_members& c, bool is_whole,
                    const std::shared_ptr<const event>& farewell);

  caf::local_actor& self_;
  const room_meta& meta_;
  shared_user_shards shards_;
  /// Members of each shard.
  std::vector<std::size_t> counts_;
  std::vector<room_key> keys_;
  std::set<user_id> online_;
  /// Shards that were introduced to and have not answered.
  std::size_t awaited_ = 0;
};

} // namespace atrium
