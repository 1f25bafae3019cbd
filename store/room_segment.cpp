// Coalescing. Messages keep their order; of boards, activity times, replaced texts, and of each
// user's presence, membership, place and typing only the newest is kept, because what was
// superseded before it was sent need not be sent. A message that is replaced while it waits is sent
// in its new text alone. Order: within a segment all changes belong to one incarnation of the room
// (one `from`), and a segment never crosses a rewrite, a hand-back or a removal, so that each of
// these sees exactly what came before it. Nothing here can fail or wait; the writer bounds what is
// held by the returned sizes.
#include "store/room_segment.hpp"

#include <algorithm>

namespace atrium::store {

namespace {

constexpr std::size_t write_overhead_bytes = 200;

template <class... Fs>
struct overloaded : Fs... {
  using Fs::operator()...;
};
template <class... Fs>
overloaded(Fs...) -> overloaded<Fs...>;

std::size_t cost_of(const stored_message& m) {
  return write_overhead_bytes + m.id.size() * 2 + (m.json ? m.json->size() * 2 : 0);
}

std::size_t cost_of(const placed_user& u) {
  return write_overhead_bytes + u.user.value.size() + u.username.size() + u.connection.size();
}

std::size_t cost_of(const put_places& c) {
  auto bytes = write_overhead_bytes * (1 + c.gone.size());
  for (const auto& u : c.placed) bytes += cost_of(u);
  return bytes;
}

std::size_t cost_of(const rewrite_room& whole) {
  const auto users = whole.participants.size() + 2 * whole.members.size();
  auto bytes = write_overhead_bytes * (4 + users);
  for (const auto& m : whole.messages) bytes += cost_of(m);
  for (const auto& m : whole.changed) bytes += cost_of(m);
  for (const auto& u : whole.places) bytes += cost_of(u);
  if (whole.board) bytes += whole.board->bytes;
  return bytes;
}

struct melter {
  room_segment& into;

  void operator()(append_message& c) {
    into.seq = std::max(into.seq, c.message.seq);
    into.appended.push_back(std::move(c.message));
  }
  // `enqueue` counted the new text, so the one that it supersedes is taken off.
  void replace(stored_message& old, stored_message& now) const {
    into.bytes -= std::min(into.bytes, cost_of(old));
    old = std::move(now);
  }
  void operator()(replace_message& c) {
    into.seq = std::max(into.seq, c.seq);
    const auto waiting = std::find_if(into.appended.rbegin(), into.appended.rend(),
                                      [&](const auto& m) { return m.id == c.message.id; });
    if (waiting != into.appended.rend()) return replace(*waiting, c.message);
    const auto [at, is_first] = into.replaced.try_emplace(c.message.id);
    if (!is_first) return replace(at->second, c.message);
    at->second = std::move(c.message);
  }
  void operator()(change_members& c) {
    for (auto& user : c.removed) into.members[std::move(user)] = false;
    for (auto& user : c.added) into.members[std::move(user)] = true;
  }
  void operator()(put_board& c) {
    into.seq = std::max(into.seq, c.seq);
    if (into.board) into.bytes -= std::min(into.bytes, into.board->bytes);
    into.board = std::move(c.board);
  }
  void operator()(put_participant& c) {
    into.participants[std::move(c.user)] = std::move(c.username);
    into.participant_count = c.count;
  }
  void operator()(drop_participant& c) {
    into.participants[std::move(c.user)] = std::nullopt;
    into.participant_count = c.count;
  }
  // Some hundred users that move all the time must not fill a segment by themselves.
  void place(user_id user, std::optional<placed_user> now) const {
    const auto [at, is_first] = into.places.try_emplace(std::move(user));
    if (!is_first) {
      const auto superseded = at->second ? cost_of(*at->second) : write_overhead_bytes;
      into.bytes -= std::min(into.bytes, superseded);
    }
    at->second = std::move(now);
  }
  void operator()(put_places& c) {
    for (auto& placed : c.placed) {
      auto user = placed.user;
      place(std::move(user), std::move(placed));
    }
    for (auto& user : c.gone) place(std::move(user), std::nullopt);
  }
  void operator()(put_typing& c) { into.typing[std::move(c.user)] = c.is_typing; }
  void operator()(put_lock& c) { into.is_locked = c.is_locked; }
  void operator()(refresh_ttl& c) { into.last_activity = c.when; }
  void operator()(rewrite_room& c) {
    into.what = room_segment::kind::rewrite;
    into.seq = c.seq;
    into.participant_count = c.participants.size();
    into.whole = std::move(c);
  }
  void operator()(hand_back& c) {
    into.what = room_segment::kind::hand_back;
    into.seq = c.seq;
  }
  void operator()(remove_room&) { into.what = room_segment::kind::removal; }
};

bool is_change(const room_change& change) {
  return !std::holds_alternative<rewrite_room>(change) && !std::holds_alternative<hand_back>(change)
         && !std::holds_alternative<remove_room>(change);
}

bool melts(const room_segment& last, const room_write& write) {
  return is_change(write.change) && last.what == room_segment::kind::changes
         && last.from == write.from && last.bytes < segment_bytes;
}

} // namespace

std::size_t cost_of(const room_change& change) {
  return std::visit(
      overloaded{[](const append_message& c) { return cost_of(c.message); },
                 [](const replace_message& c) { return cost_of(c.message); },
                 [](const change_members& c) {
                   return write_overhead_bytes * (1 + 2 * (c.added.size() + c.removed.size()));
                 },
                 [](const put_board& c) { return write_overhead_bytes + c.board.bytes; },
                 [](const put_places& c) { return cost_of(c); },
                 [](const rewrite_room& c) { return cost_of(c); },
                 [](const auto&) { return write_overhead_bytes; }},
      change);
}

std::ptrdiff_t enqueue(std::deque<room_segment>& queue, room_write write) {
  std::ptrdiff_t grown = 0;
  if (std::holds_alternative<remove_room>(write.change)) {
    for (const auto& segment : queue) grown -= static_cast<std::ptrdiff_t>(segment.bytes);
    queue.clear();
  }
  if (queue.empty() || !melts(queue.back(), write)) queue.emplace_back();
  auto& segment = queue.back();
  const auto before = static_cast<std::ptrdiff_t>(segment.bytes);
  segment.meta = std::move(write.meta);
  segment.epoch = std::move(write.epoch);
  segment.from = std::move(write.from);
  segment.last_ticket = write.ticket;
  ++segment.writes;
  segment.bytes += cost_of(write.change);
  std::visit(melter{segment}, write.change);
  return grown + static_cast<std::ptrdiff_t>(segment.bytes) - before;
}

} // namespace atrium::store
