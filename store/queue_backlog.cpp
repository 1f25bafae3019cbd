// Changes to queues that wait for Redis.
//
// Order: a user's changes leave in their order; those of different users in any. A drop takes what
// it names out of the messages that wait and goes before them, so drops melt together however many
// come. A message of which it is not known whether Redis has it (`may_be_stored`) is dropped there
// as well, because a drop is always sent. Bounds: 100 messages a user, and `most_bytes` together,
// where a text counts once however many users it waits for. Nothing here blocks or fails.
#include "store/queue_backlog.hpp"

#include <algorithm>

namespace atrium::store {

namespace {

constexpr std::size_t user_overhead_bytes = 300;
constexpr std::size_t step_overhead_bytes = 100;

std::size_t cost_of(const queue_entry& entry) {
  return step_overhead_bytes + entry.message.json->size() + entry.message.id.size();
}

} // namespace

queue_changes& queue_backlog::open(const user_id& user) {
  const auto [at, is_new] = users_.try_emplace(user);
  if (is_new) bytes_ += user_overhead_bytes + user.value.size();
  return at->second;
}

// The last user that it waits for takes its text along.
void queue_backlog::let_go(std::shared_ptr<const queue_entry>& message) {
  bytes_ -= step_overhead_bytes;
  if (message.use_count() == 1) bytes_ -= cost_of(*message);
  message.reset();
  --message_count_;
}

std::size_t queue_backlog::push(const queue_message& request) {
  if (is_full()) return request.users->size();
  auto message = std::make_shared<const queue_entry>(make_queue_entry(request.message));
  bytes_ += cost_of(*message);
  std::size_t refused = 0;
  for (const auto& user : *request.users) {
    if (is_full()) {
      ++refused;
      continue;
    }
    auto& messages = open(user).messages;
    messages.push_back(message);
    bytes_ += step_overhead_bytes;
    ++message_count_;
    if (messages.size() <= queued_messages_count) continue;
    let_go(messages.front());
    messages.pop_front();
  }
  if (message.use_count() == 1) bytes_ -= cost_of(*message);
  return refused;
}

template <class Which>
void queue_backlog::erase_messages(queue_changes& changes, Which which) {
  for (auto& message : changes.messages) {
    if (which(*message)) let_go(message);
  }
  std::erase(changes.messages, nullptr);
}

template <class Which>
void queue_backlog::erase_waiting(const user_id& user, Which which) {
  if (const auto at = users_.find(user); at != users_.end()) erase_messages(at->second, which);
}

void queue_backlog::drop(const drop_queued& request) {
  const std::set<std::string> ids(request.ids.begin(), request.ids.end());
  erase_waiting(request.user,
                [&](const queue_entry& entry) { return ids.contains(entry.message.id); });
  if (ids.empty() || is_full()) return;
  auto& changes = open(request.user);
  for (const auto& id : ids) {
    if (changes.dropped.insert(id).second) bytes_ += step_overhead_bytes + id.size();
  }
}

void queue_backlog::drop(const drop_queued_room& request) {
  erase_waiting(request.user, [&](const queue_entry& entry) {
    return entry.room == request.room && entry.message.seq >= request.from;
  });
  if (is_full()) return;
  auto& changes = open(request.user);
  const auto [at, is_new] = changes.dropped_rooms.try_emplace(request.room, request.from);
  if (is_new) bytes_ += step_overhead_bytes + request.room.value.size();
  at->second = std::min(at->second, request.from);
}

const queue_changes* queue_backlog::of(const user_id& user) const {
  const auto at = users_.find(user);
  return at == users_.end() ? nullptr : &at->second;
}

std::vector<user_id> queue_backlog::users(std::size_t count) const {
  std::vector<user_id> some;
  for (auto at = users_.begin(); at != users_.end() && some.size() < count; ++at) {
    some.push_back(at->first);
  }
  return some;
}

void queue_backlog::mark_sent(const user_id& user) {
  const auto at = users_.find(user);
  if (at != users_.end()) at->second.may_be_stored = true;
}

std::size_t queue_backlog::settle(const user_id& user) {
  const auto at = users_.find(user);
  if (at == users_.end()) return 0;
  auto& changes = at->second;
  const auto count = changes.messages.size();
  erase_messages(changes, [](const queue_entry&) { return true; });
  for (const auto& id : changes.dropped) bytes_ -= step_overhead_bytes + id.size();
  for (const auto& [room, from] : changes.dropped_rooms) {
    bytes_ -= step_overhead_bytes + room.value.size();
  }
  bytes_ -= user_overhead_bytes + user.value.size();
  users_.erase(at);
  return count;
}

} // namespace atrium::store
