// Senders take turns, and neighbours in the schedule are in different rooms.
#include "bench/load/traffic.hpp"

#include "bench/load/clock.hpp"

#include <algorithm>

namespace atrium::bench {

namespace {

constexpr std::uint64_t idle_ns = ns_per_second / 100;
/// At most so many are handed over at once, so that arrivals are read in between.
constexpr int burst = 1024;

std::string_view form_of(const load_options& o) {
  if (o.kind == traffic_kind::whiteboard) return o.speaks->board;
  if (o.kind == traffic_kind::space) return o.speaks->move;
  if (o.durable) return o.speaks->durable_chat;
  return o.acks ? o.speaks->acknowledged_chat : o.speaks->chat;
}

} // namespace

traffic::traffic(const load_options& options, const population& who, swarm& clients, ledger& books,
                 walk* steps)
    : options_{options}, clients_{clients}, books_{books}, steps_{steps} {
  for (std::uint32_t i = 0; i < who.connection_count(); ++i) {
    if (!who.sends(i)) continue;
    auto user = clients.user_name(i);
    const auto& room = clients.room_name(who.seat_of(i).room);
    senders_.push_back({i, message{form_of(options), {room, user, options.payload_bytes}}});
  }
  if (steps_ == nullptr) return;
  std::sort(senders_.begin(), senders_.end(), [steps](const sender& a, const sender& b) {
    return steps->phase(a.connection) < steps->phase(b.connection);
  });
}

void traffic::begin(std::uint64_t now, std::uint64_t from_ns) noexcept {
  began_ns_ = now;
  if (steps_ != nullptr) steps_->begin(now);
  lags_from_ns_ = from_ns;
}

void traffic::send(sender& from, std::uint64_t due_ns) {
  auto sequence = books_.send(from.connection);
  if (steps_ != nullptr)
    return clients_.send(from.connection, from.text.with(*steps_, from.connection, sequence));
  clients_.send(from.connection, from.text.with({from.connection, sequence, due_ns}));
}

std::uint64_t traffic::due_of(std::uint64_t scheduled) const noexcept {
  if (steps_ == nullptr) return began_ns_ + to_ns(static_cast<double>(scheduled) / options_.rate);
  const auto& who = senders_[scheduled % senders_.size()];
  return steps_->due_ns(who.connection,
                        static_cast<std::uint32_t>(scheduled / senders_.size()) + 1);
}

std::uint64_t traffic::send_due(std::uint64_t now) {
  if (options_.rate > 0) return send_scheduled(now);
  fill_windows(now);
  return 0;
}

std::uint64_t traffic::send_scheduled(std::uint64_t now) {
  for (int i = 0; i < burst; ++i) {
    auto due = due_of(scheduled_);
    if (due > now) return std::min(due - now, idle_ns);
    send(senders_[scheduled_ % senders_.size()], due);
    if (due >= lags_from_ns_) lags_.add(now - due);
    ++scheduled_;
  }
  return 0;
}

void traffic::fill_windows(std::uint64_t now) {
  for (auto& s : senders_) {
    for (auto i = books_.in_flight(s.connection); i < options_.window; ++i) send(s, now);
  }
}

} // namespace atrium::bench
