// The loop of one I/O thread.
//
// Order: operations of one actor are carried out as it posted them; what waits for a session goes
// out in one write when it is its turn. Never blocks but for waiting for work;
// never calls an actor synchronously. A slow socket costs its own queue only; a session that ended
// is found no more under its id, whose generation is never used again.
#include "net/io_thread.hpp"

#include "log/log.hpp"
#include "net/precedence.hpp"

#include <boost/asio/post.hpp>

#include <exception>
#include <type_traits>

namespace atrium::net {
namespace {

/// What a turn may do before actors run and sockets are written to: the more, the more broadcasts
/// leave in one write, and the longer the first of them waits, some 5 ms at most. A client that
/// always has something to read must not keep the others from being answered.
constexpr int max_handlers_per_turn = 1'024;
/// After so many actors take what was read, so that it is still in the cache, and so is the memory that
/// they free for what is read next.
constexpr int handlers_per_round = 32;
constexpr std::size_t max_read_bytes_per_turn = 262'144;
/// After a turn with so much to read more may have come while actors ran.
constexpr std::size_t busy_turn_bytes = 1'024;
/// A portion: so many sessions that were marked by themselves, and so many that rooms told something;
/// more after a turn that read more. Enough for a room to be written to in one turn.
constexpr int sessions_per_portion = 128;
/// Times that actors may wake each other before the flush.
constexpr int max_rounds_per_turn = 16;

/// The I/O thread that this thread is.
thread_local io_thread* current = nullptr;

/// How exactly sessions keep their deadlines: a heartbeat of fractions of a second needs more.
std::chrono::milliseconds tick_of(const heartbeat_settings& h) {
  constexpr std::chrono::milliseconds usual{250}, shortest{5};
  auto wanted = usual;
  for (auto each : {h.interval, h.timeout})
    if (each.count() != 0) wanted = std::min(wanted, each / 20);
  return std::max(wanted, shortest);
}

constexpr std::size_t read_buffer_bytes = 65'536;
/// A larger buffer than this is not kept for the next message.
constexpr std::size_t kept_message_bytes = 262'144;

constexpr unsigned slot_bits = 24;
constexpr session_id slot_mask = (session_id{1} << slot_bits) - 1;

} // namespace

io_thread::io_thread(gate& g, unsigned index)
    : gate_{g}, index_{index}, context_{1}, ticker_{context_}, actors_{g.home.system},
      wheel_{now(), tick_of(g.home.config.heartbeat)}, read_buffer_(read_buffer_bytes) {
  is_now_known_ = false;
}

io_thread::~io_thread() {
  stop();
}

void io_thread::post(outbound&& what) noexcept {
  if (stopped_.load(std::memory_order_relaxed)) return;
  if (!inbox_.put(std::move(what))) return;
  // What an actor says on this thread is taken when it has run. Another I/O thread is woken then,
  // too: awake at the first word, it would write that alone.
  if (current == nullptr)
    wake();
  else if (current != this)
    current->to_wake_.push_back(this);
}

void io_thread::wake() noexcept {
  boost::asio::post(context_, [this] { take_inbox(); });
}

void io_thread::start() {
  tick();
  thread_ = std::thread{[this] { run(); }};
}

void io_thread::run() {
  current = this;
  if (!take_precedence()) log::debug("io_thread_not_preferred", {{"thread", index_}});
  while (has_rest_ ? !context_.stopped() : run_handler([this] { return context_.run_one(); })) {
    is_now_known_ = false;
    handlers_left_ = max_handlers_per_turn;
    (void)poll();
    finish_turn();
    read_bytes_ = 0;
    is_now_known_ = false;
    is_turn_known_ = false;
  }
  current = nullptr;
}

// A handler that throws is a defect: it costs its session, whose deadline ends it, not the server.
template <class Run>
bool io_thread::run_handler(Run run) noexcept {
  try {
    return run() != 0;
  } catch (const std::exception& e) {
    log::error("handler_failed", {{"what", e.what()}});
    gate_.home.counts.add(errc::internal);
    return true;
  }
}

bool io_thread::poll() {
  bool has_run = false;
  while (handlers_left_ > 0 && read_bytes_ < max_read_bytes_per_turn
         && run_handler([this] { return context_.poll_one(); })) {
    has_run = true;
    is_now_known_ = false;
    if (--handlers_left_ % handlers_per_round == 0) run_actors();
  }
  return has_run;
}

void io_thread::finish_turn() {
  if (message_buffer_.size() > kept_message_bytes) message_buffer_ = {};
  run_actors();
  // What came in meanwhile leaves in the same writes.
  if (read_bytes_ >= busy_turn_bytes && poll()) run_actors();
  has_rest_ = flush_some();
  // A reader that caught up may have asked for more.
  if (actors_.has_ready()) boost::asio::post(context_, [] {});
  for (auto& portion : next_turn_) boost::asio::post(context_, std::move(portion));
  next_turn_.clear();
}

void io_thread::run_actors() {
  for (int n = 0; n < max_rounds_per_turn && actors_.has_ready(); ++n) {
    actors_.run_ready();
    for (auto* other : to_wake_) other->wake();
    to_wake_.clear();
    take_inbox();
  }
}

// What waits longest first. True: something still waits.
bool io_thread::flush_some() {
  note_turn_end();
  const auto portion = std::max(sessions_per_portion, max_handlers_per_turn - handlers_left_);
  const auto left = flush_marked(static_cast<std::size_t>(portion));
  flush_rooms(static_cast<std::size_t>(portion));
  ended_.clear();
  measure();
  return left > 0 || !told_.empty() || rooms_.has_pending();
}

// Those that mark themselves again wait for the next turn. Ids that sessions had before cost nothing.
std::size_t io_thread::flush_marked(std::size_t budget) {
  auto left = dirty_.size();
  for (; left > 0 && budget > 0; --left, ++flushed_)
    if (flush_first(dirty_)) --budget;
  return left;
}

void io_thread::flush_rooms(std::size_t budget) {
  for (; budget > 0; --budget) {
    if (!told_.empty()) {
      (void)flush_first(told_);
      continue;
    }
    // Whom a room tells something is flushed with the room, unless it was marked before.
    told_.swap(dirty_);
    told_wait_ = rooms_.deliver_next();
    told_.swap(dirty_);
    if (told_wait_ == 0) return;
  }
}

// False: the session is not there any more.
bool io_thread::flush_first(std::deque<session_id>& ids) {
  if (prefetch_distance < ids.size())
    if (const auto* s = find(ids[prefetch_distance])) s->prefetch_flush();
  auto* s = find(ids.front());
  ids.pop_front();
  if (s == nullptr) return false;
  rooms_.catch_up(*s);
  s->is_dirty_ = false;
  s->flush();
  return true;
}

void io_thread::note_turn_end() {
  const auto answers = answered_.size() - ended_answers_;
  const auto stamps = stamps_.size() - ended_stamps_;
  if (answers == 0 && stamps == 0) return;
  turn_ends_.push_back({flushed_ + dirty_.size(), rooms_.last_wait(), answers, stamps});
  ended_answers_ += answers;
  ended_stamps_ += stamps;
}

bool io_thread::is_written(const turn_end& turn) const noexcept {
  const auto first_room = told_.empty() ? rooms_.first_wait() : told_wait_;
  return flushed_ >= turn.sessions && first_room > turn.rooms;
}

void io_thread::measure() {
  auto& counts = gate_.home.counts;
  auto add = [&counts](counter c, std::size_t& n) {
    if (n != 0) counts.add(c, std::exchange(n, 0));
  };
  add(counter::frames_sent, sent_frames_);
  add(counter::bytes_sent, sent_bytes_);
  add(counter::bytes_received, received_bytes_);
  add(counter::deliveries, delivered_);
  measure_written();
}

void io_thread::measure_written() {
  if (turn_ends_.empty() || !is_written(turn_ends_.front())) return;
  const auto written = std::chrono::steady_clock::now();
  auto& latency = gate_.home.counts.measured.event_latency;
  for (; !turn_ends_.empty() && is_written(turn_ends_.front()); turn_ends_.pop_front()) {
    const auto& turn = turn_ends_.front();
    for (std::size_t i = 0; i < turn.answers; ++i, answered_.pop_front()) {
      const auto& a = answered_.front();
      auto us = std::chrono::duration_cast<std::chrono::microseconds>(written - a.since).count();
      latency[static_cast<std::size_t>(a.group)].observe(
          static_cast<std::uint64_t>(std::max<std::int64_t>(us, 0)));
    }
    for (std::size_t i = 0; i < turn.stamps; ++i) stamps_.pop_front();
    ended_answers_ -= turn.answers;
    ended_stamps_ -= turn.stamps;
  }
}

void io_thread::take_inbox() {
  std::size_t taken = 0;
  inbox_.take([this, &taken](outbound&& what) {
    ++taken;
    std::visit([this](auto& o) { on(o); }, what);
  });
  most_taken_ = std::max(most_taken_, taken);
}

void io_thread::tick() {
  auto t = now();
  wheel_.advance(t, [&](session_id id, session::time_point at) {
    auto* s = find(id);
    if (s == nullptr || s->armed_at_ != at) return;
    s->armed_at_ = session::time_point::max();
    s->on_timer(t);
  });
  std::vector<session_id> watched;
  watched.swap(watched_);
  for (auto id : watched) {
    auto* s = find(id);
    if (s == nullptr) continue;
    if (s->on_tick(t))
      watched_.push_back(id);
    else
      s->is_watched_ = false;
  }
  auto& measured = gate_.home.counts.measured;
  set(measured.lane_bytes.at(index_), std::exchange(waiting_bytes_, 0));
  set(measured.io_mailboxes.at(index_), std::exchange(most_taken_, 0));
  if (index_ == 0) measured.pass_time(t);
  ticker_.expires_after(wheel_.tick());
  ticker_.async_wait([this](boost::system::error_code ec) {
    if (!ec) tick();
  });
}

void io_thread::drain() {
  boost::asio::post(context_, [this] {
    auto all = slots_;
    for (auto& s : all)
      if (s.who) s.who->drain();
  });
}

void io_thread::stop() {
  if (!thread_.joinable()) return;
  boost::asio::post(context_, [this] {
    // What actors said before they ended still counts: results that sessions wait for, closes.
    take_inbox();
    while (flush_some()) {
    }
    auto all = slots_;
    for (auto& s : all)
      if (s.who) s.who->abort();
    stopped_ = true;
    ticker_.cancel();
    context_.stop();
  });
  thread_.join();
  // Handlers that never ran hold sessions: run them with their operations aborted.
  context_.restart();
  context_.poll();
  while (flush_some()) {
  }
  actors_.hand_over();
}

session_id io_thread::add(std::shared_ptr<session> s) {
  std::uint32_t at;
  if (free_slots_.empty()) {
    at = static_cast<std::uint32_t>(slots_.size());
    slots_.emplace_back();
  } else {
    at = free_slots_.back();
    free_slots_.pop_back();
  }
  auto& place = slots_[at];
  s->id_ = session_id{place.generation} << 32 | session_id{index_ & 0xff} << slot_bits | at;
  place.who = std::move(s);
  place.who->armed_at_ = session::time_point::max();
  return place.who->id_;
}

void io_thread::remove(const session& s) {
  if (find(s.id_) != &s) return;
  auto at = static_cast<std::uint32_t>(s.id_ & slot_mask);
  ++slots_[at].generation;
  free_slots_.push_back(at);
  // One of its own functions may be running: it goes at the end of the turn.
  ended_.push_back(std::move(slots_[at].who));
}

void io_thread::renew(session& s) {
  if (find(s.id_) != &s) return;
  auto at = static_cast<std::uint32_t>(s.id_ & slot_mask);
  auto generation = ++slots_[at].generation;
  s.id_ = session_id{generation} << 32 | (s.id_ & 0xffff'ffff);
  // What was noted under the old id is noted anew.
  if (std::exchange(s.is_dirty_, false)) mark_dirty(s);
  if (std::exchange(s.is_watched_, false)) watch(s);
  if (auto at_time = std::exchange(s.armed_at_, session::time_point::max());
      at_time != session::time_point::max())
    arm(s, at_time);
}

unsigned io_thread::index_of(session_id id) noexcept {
  return static_cast<unsigned>(id >> slot_bits & 0xff);
}

session* io_thread::find(session_id id) noexcept {
  auto at = id & slot_mask;
  if (at >= slots_.size() || slots_[at].generation != id >> 32) return nullptr;
  // Whom a broadcast leaves out may be a session of another thread.
  auto* s = slots_[at].who.get();
  return s != nullptr && s->id_ == id ? s : nullptr;
}

void io_thread::mark_dirty(session& s) {
  if (std::exchange(s.is_dirty_, true)) return;
  dirty_.push_back(s.id_);
}

void io_thread::arm(session& s, session::time_point at) {
  if (at >= s.armed_at_) return;
  s.armed_at_ = at;
  wheel_.arm(s.id_, at);
}

void io_thread::watch(session& s) {
  if (!std::exchange(s.is_watched_, true)) watched_.push_back(s.id_);
}

void io_thread::on(op::result& o) {
  if (auto* s = find(o.to)) s->on_result(o.request, std::move(o.outcome));
}

void io_thread::on(op::event& o) {
  if (auto* s = find(o.to); s != nullptr && o.bytes) s->deliver(o);
}

void io_thread::on(op::subscribe& o) {
  if (auto* s = find(o.who)) rooms_.subscribe(*s, o.room, o.spelling, o.board, o.seq);
}

void io_thread::on(op::unsubscribe& o) {
  if (auto* s = find(o.who)) rooms_.unsubscribe(*s, o.room);
}

void io_thread::on(op::resume& o) {
  auto* s = find(o.who);
  if (s == nullptr) return;
  // What was published before still passes it by.
  rooms_.catch_up(*s);
  s->resume(o.room);
  if (auto* resumed = s->subscription_to(o.room)) resumed->seq = o.seq;
}

void io_thread::on(op::publish& o) {
  rooms_.publish(o, o.except == 0 ? nullptr : find(o.except));
}

void io_thread::on(op::moves& o) {
  for (const auto& m : o.batch->movers)
    for (auto id : m.sessions)
      if (auto* s = find(id)) channels::see_from(*s, o.room, m.place, m.key);
  rooms_.publish(o);
}

void io_thread::on(op::view& o) {
  if (auto* s = find(o.who)) channels::see_from(*s, o.room, o.place);
}

void io_thread::on(op::forget& o) {
  rooms_.forget(o.room);
}

void io_thread::on(op::stamp& o) {
  stamps_.push_back(std::move(o.watch));
}

void io_thread::on(op::close& o) {
  if (auto* s = find(o.who)) s->close(o.code, o.reason);
}

} // namespace atrium::net
