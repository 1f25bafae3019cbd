// One delivery costs two cache lines of its own (the receiver's trail and position) and a few that
// all members share. The order of a room is kept for its last 4,096 messages: a member that is
// further behind is not compared, only counted per sender. Nothing here allocates during a run,
// except a room's order at its first message.
#include "bench/load/ledger.hpp"

#include <algorithm>

namespace atrium::bench {

namespace {

constexpr std::uint64_t order_length = 4096;

} // namespace

ledger::ledger(const population& who, bool echo, bool only_last)
    : who_{who}, echo_{echo}, only_last_{only_last}, senders_(who.connection_count()),
      trails_(std::size_t{who.connection_count()} * who.senders_per_room()),
      positions_(who.connection_count()), orders_(who.room_count()) {
  for (std::uint32_t i = 0; i < who.connection_count(); ++i)
    senders_[i].receivers = who.member_count(who.seat_of(i).room) - (echo ? 0 : 1);
}

void ledger::measure(std::uint64_t from_ns, std::uint64_t to_ns) noexcept {
  from_ns_ = from_ns;
  to_ns_ = to_ns;
}

ledger::step ledger::follow(trail& t, std::uint32_t sequence) noexcept {
  if (sequence > t.newest) {
    auto ahead = sequence - t.newest;
    t.seen = ahead < 64 ? t.seen << ahead | 1 : 1;
    t.newest = sequence;
    return step::next;
  }
  auto behind = t.newest - sequence;
  if (behind >= 64 || (t.seen >> behind & 1) != 0) return step::again;
  t.seen |= std::uint64_t{1} << behind;
  return step::late;
}

void ledger::deliver(std::uint32_t receiver, const stamp& s, std::uint64_t now) noexcept {
  auto here = who_.seat_of(receiver);
  if (s.sender >= who_.connection_count() || who_.seat_of(s.sender).room != here.room
      || !who_.sends(s.sender)) {
    ++(s.sender == prefill_sender ? tally_.prefilled : tally_.misrouted);
    return;
  }
  auto place = who_.seat_of(s.sender).place;
  auto& t = trails_[std::size_t{receiver} * who_.senders_per_room() + place];
  auto found = follow(t, s.sequence);
  if (found == step::again) {
    ++tally_.doubled;
    return;
  }
  if (found == step::late) ++tally_.out_of_order;
  ++tally_.deliveries;
  ++senders_[s.sender].delivered;
  if (s.due_ns >= from_ns_ && s.due_ns < to_ns_)
    latencies_.add(now > s.due_ns ? now - s.due_ns : 0);
  if (echo_) check_order(receiver, here.room, s);
}

void ledger::see(std::uint32_t receiver, const taken_step& from, std::uint64_t due_ns,
                 std::uint64_t now) noexcept {
  if (from.user >= who_.connection_count() || from.user == receiver
      || who_.seat_of(from.user).room != who_.seat_of(receiver).room
      || from.step > senders_[from.user].sent) {
    ++tally_.misrouted;
    return;
  }
  auto place = who_.seat_of(from.user).place;
  auto& newest = trails_[std::size_t{receiver} * who_.senders_per_room() + place].newest;
  // The last one may be told twice: to those around, and to everybody.
  if (from.step < newest) ++tally_.out_of_order;
  newest = std::max(newest, from.step);
  ++tally_.deliveries;
  if (due_ns >= from_ns_ && due_ns < to_ns_) latencies_.add(now > due_ns ? now - due_ns : 0);
}

std::uint64_t ledger::unseen() const noexcept {
  std::uint64_t count = 0;
  for (std::uint32_t i = 0; i < who_.connection_count(); ++i) {
    auto here = who_.seat_of(i).room;
    for (std::uint32_t j = here; j < who_.connection_count(); j += who_.room_count()) {
      auto place = who_.seat_of(j).place;
      if (j == i || !who_.sends(j)) continue;
      count += trails_[std::size_t{i} * who_.senders_per_room() + place].newest != senders_[j].sent;
    }
  }
  return count;
}

void ledger::check_order(std::uint32_t receiver, std::uint32_t room, const stamp& s) noexcept {
  auto& order = orders_[room];
  if (order.recent.empty()) order.recent.resize(order_length);
  auto message = std::uint64_t{s.sender} << 32 | s.sequence;
  auto at = positions_[receiver]++;
  auto& slot = order.recent[at % order_length];
  if (at == order.length) {
    slot = message;
    ++order.length;
  } else if (at + order_length > order.length && slot != message) {
    ++tally_.order_differs;
  }
}

void ledger::acknowledge(std::uint32_t receiver, std::uint32_t sequence, std::uint64_t due_ns,
                         std::uint64_t now) noexcept {
  auto& account = senders_[receiver];
  if (follow(account.acks, sequence) == step::again) {
    ++tally_.acks_doubled;
    return;
  }
  ++account.acknowledged;
  ++tally_.acks;
  if (due_ns >= from_ns_ && due_ns < to_ns_) ack_latencies_.add(now > due_ns ? now - due_ns : 0);
}

std::uint32_t ledger::in_flight(std::uint32_t sender) const noexcept {
  const auto& account = senders_[sender];
  if (account.receivers == 0) return 0;
  return account.sent - static_cast<std::uint32_t>(account.delivered / account.receivers);
}

bool ledger::is_settled(bool acks) const noexcept {
  auto now = close(acks);
  return now.lost == 0 && now.acks_lost == 0;
}

std::uint64_t ledger::sent() const noexcept {
  std::uint64_t sum = 0;
  for (const auto& account : senders_) sum += account.sent;
  return sum;
}

tally ledger::close(bool acks) const noexcept {
  auto result = tally_;
  if (only_last_) {
    result.lost = unseen();
    return result;
  }
  for (const auto& account : senders_) {
    result.lost += std::uint64_t{account.sent} * account.receivers - account.delivered;
    if (acks) result.acks_lost += account.sent - account.acknowledged;
  }
  return result;
}

} // namespace atrium::bench
