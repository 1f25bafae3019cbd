// See room_shards.hpp.
#include "actors/room_shards.hpp"

#include "actors/tell.hpp"

#include <caf/local_actor.hpp>

namespace atrium {

room_shards::room_shards(caf::local_actor& self, const room_meta& meta, shared_user_shards shards)
    : self_{self}, meta_{meta}, shards_{std::move(shards)},
      counts_(shards_ ? shards_->all().size() : 0), keys_(counts_.size()) {}

template <class What>
void room_shards::tell_shard(std::size_t index, What&& what) const {
  tell(self_.context(), shards_->all()[index], std::forward<What>(what));
}

void room_shards::introduce(const std::vector<user_id>& members) {
  send_members({members, {}}, true, nullptr);
}

void room_shards::change(const change_members& c, const std::shared_ptr<const event>& farewell) {
  send_members(c, false, farewell);
}

void room_shards::send_members(const change_members& c, bool is_whole,
                               const std::shared_ptr<const event>& farewell) {
  if (!shards_) return;
  std::vector<change_members> parts(counts_.size());
  for (const auto& user : c.added) parts[shards_->index_of(user)].added.push_back(user);
  for (const auto& user : c.removed) parts[shards_->index_of(user)].removed.push_back(user);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    auto& part = parts[i];
    if (part.added.empty() && part.removed.empty()) continue;
    counts_[i] += part.added.size();
    counts_[i] -= part.removed.size();
    for (const auto& user : part.removed) online_.erase(user);
    awaited_ += is_whole ? 1 : 0;
    tell_shard(i, room_members{meta_.id, meta_.code, meta_.ttl, self_.address(),
                               std::move(part.added), std::move(part.removed), is_whole, farewell});
  }
}

void room_shards::on(const members_online& o) {
  if (o.is_whole && awaited_ > 0) --awaited_;
  online_.insert(o.users.begin(), o.users.end());
}

void room_shards::entered(const user_id& user, session_id session,
                          std::optional<seq_t> shown_from) const {
  if (shards_)
    tell_shard(shards_->index_of(user), member_entered{meta_.id, user, session, shown_from});
}

void room_shards::left(const user_id& user, session_id session) const {
  if (shards_) tell_shard(shards_->index_of(user), member_left{meta_.id, user, session});
}

void room_shards::posted(const stored_message& m, session_id sender) const {
  for (std::size_t i = 0; i < counts_.size(); ++i)
    if (counts_[i] > 0) tell_shard(i, member_message{meta_.id, m, sender});
}

void room_shards::deleted(const std::string& id) const {
  for (std::size_t i = 0; i < counts_.size(); ++i)
    if (counts_[i] > 0) tell_shard(i, member_message_deleted{meta_.id, id});
}

void room_shards::publish(const event& e, delivery how, session_id except,
                          std::uint64_t key) const {
  std::shared_ptr<const event> what;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    if (counts_[i] == 0) continue;
    if (!what) what = std::make_shared<const event>(e);
    tell_shard(i, member_event{meta_.id, what, how, key, except});
  }
}

void room_shards::lost(const user_id& user) const {
  if (shards_)
    tell_shard(shards_->index_of(user), participant_lost{meta_.id, self_.address(), user});
}

void room_shards::truth(const user_id& user, session_id session, std::vector<frame> events) const {
  if (shards_)
    tell_shard(shards_->index_of(user), member_truth{meta_.id, user, session, std::move(events)});
}

void room_shards::ended(const std::string& reason) {
  for (std::size_t i = 0; i < counts_.size(); ++i)
    if (std::exchange(counts_[i], 0) > 0) tell_shard(i, members_room_ended{meta_.id, reason});
  shards_ = nullptr;
}

room_key room_shards::key_of(const user_id& user) const {
  return shards_ ? keys_[shards_->index_of(user)] : 0;
}

} // namespace atrium
