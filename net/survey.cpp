// See survey.hpp. Order: each thread sees its sessions in the order of its slots; one that comes or goes
// meanwhile may be seen or not. Never waits, never holds a session beyond its portion.
#include "net/survey.hpp"

#include "net/thread_round.hpp"

#include <algorithm>

namespace atrium::net {
namespace {

/// Some 0.2 ms.
constexpr std::size_t portion = 500;
/// Contract §2, close codes.
constexpr std::uint16_t kicked = 4403;

struct list_part {
  connection_selection chosen;
  std::size_t at = 0;

  bool go_on(io_thread& t) {
    at = t.visit_slots(at, portion, [this](session& s) {
      if (auto v = s.describe()) chosen.add(std::move(*v));
    });
    return at < t.slot_count();
  }
  void merge(list_part&& other) { chosen.merge(std::move(other.chosen)); }
};

struct views_part {
  std::vector<session_id> wanted;
  connection_views found{};
  std::size_t at = 0;

  bool go_on(io_thread& t) {
    auto end = std::min(at + portion, wanted.size());
    for (; at < end; ++at) {
      auto* s = t.find(wanted[at]);
      auto v = s == nullptr ? std::nullopt : s->describe();
      if (v) found.emplace(wanted[at], std::move(*v));
    }
    return at < wanted.size();
  }
  void merge(views_part&& other) { found.merge(other.found); }
};

struct announcement_part {
  frames bytes;
  std::size_t told = 0;
  std::size_t at = 0;

  bool go_on(io_thread& t) {
    at = t.visit_slots(at, portion, [this](session& s) { told += s.announce(bytes) ? 1 : 0; });
    return at < t.slot_count();
  }
  void merge(announcement_part&& other) { told += other.told; }
};

/// A session that describes itself is a client's.
bool close_client(io_thread& t, session_id id, std::string_view reason) {
  auto* s = t.find(id);
  if (s == nullptr || !s->describe()) return false;
  s->close(kicked, reason);
  return true;
}

} // namespace

void survey_connections(io_thread& asker, list_connections wanted,
                        std::function<void(connections_page&&)> done) {
  ask_all_threads<list_part>(
      asker, {connection_selection{std::move(wanted)}},
      [done = std::move(done)](list_part&& all) { done(all.chosen.take()); });
}

void describe_connections(io_thread& asker, std::vector<session_id> wanted,
                          std::function<void(connection_views&&)> done) {
  ask_all_threads<views_part>(
      asker, {std::move(wanted)},
      [done = std::move(done)](views_part&& all) { done(std::move(all.found)); });
}

void announce_everywhere(io_thread& asker, frames bytes, std::function<void(std::size_t)> done) {
  ask_all_threads<announcement_part>(
      asker, {std::move(bytes)},
      [done = std::move(done)](announcement_part&& all) { done(all.told); });
}

void cut_off(io_thread& asker, session_id connection, std::string reason,
             std::function<void(bool)> done) {
  const auto& threads = asker.shared().threads;
  auto index = io_thread::index_of(connection);
  if (index >= threads.size()) return done(false);
  boost::asio::post(threads[index]->context(), [&asker, owner = threads[index], connection,
                                                reason = std::move(reason),
                                                done = std::move(done)]() mutable {
    bool was_there = close_client(*owner, connection, reason);
    boost::asio::post(asker.context(), [was_there, done = std::move(done)] { done(was_there); });
  });
}

} // namespace atrium::net
