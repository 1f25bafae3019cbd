// atrium_writers REDIS_URL: how fast the writer pool brings chat into Redis. 200,000 messages of
// 200 bytes in 100 rooms are queued while Redis is held still; the clock runs from when it goes on
// until every room was told that everything is persisted. Then Redis is asked whether that is true.
// Prints one line of JSON. 0: it is; 1: something is missing; 2: it could not be tried.
#include "bench/writers/backlog.hpp"
#include "bench/writers/redis_probe.hpp"
#include "log/log.hpp"
#include "store/redis_url.hpp"
#include "store/store.hpp"

#include <caf/all.hpp>

#include <atomic>
#include <chrono>
#include <iostream>
#include <optional>
#include <semaphore>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

namespace {

using namespace atrium;
using clock = std::chrono::steady_clock;

constexpr std::size_t room_count = 100;
constexpr std::size_t messages_per_room = 2000;
constexpr std::size_t text_bytes = 200;
constexpr std::chrono::seconds patience{60};

/// What rooms report to the main thread.
struct outcome {
  std::counting_semaphore<> finished{0};
  std::atomic<bool> lost{false};
};

/// A room that only listens.
store_client::behavior_type listen(store_client::pointer, outcome* all) {
  return {
      [all](const persisted& p) {
        if (p.ticket == messages_per_room) all->finished.release();
      },
      [all](const write_lost&) {
        all->lost = true;
        all->finished.release();
      },
      [](const store_returned&) {},
  };
}

settings configured(const std::string& url) {
  settings config;
  config.redis.url = url;
  // The backlog is larger than what a server would hold, and Redis is silent while it is queued.
  config.redis.queue_bytes = std::size_t{1} << 30;
  config.redis.command_timeout = patience;
  return config;
}

/// The store with its actors, ended in order.
class open_pool {
public:
  explicit open_pool(const std::string& url)
      : config_{configured(url)}, system_{caf_config_},
        store_{open_store(system_, config_, counts_)}, self_{system_} {}

  ~open_pool() {
    for (const auto& c : clients_) caf::anon_send_exit(c, caf::exit_reason::user_shutdown);
    for (const auto& writer : store_.writers)
      self_->request(writer, std::chrono::seconds{10}, finish_writes{})
          .receive([](const writes_finished&) {}, [](const caf::error&) {});
    for (const auto& records : store_.records)
      self_->request(records, std::chrono::seconds{10}, finish_records{})
          .receive([](const records_finished&) {}, [](const caf::error&) {});
    for (const auto& reader : store_.readers)
      self_->request(reader, std::chrono::seconds{10}, finish_reads{})
          .receive([](const reads_finished&) {}, [](const caf::error&) {});
    clients_.clear();
    store_ = {};
  }

  bench::backlog_room claim(std::size_t i) {
    room_meta meta;
    meta.id.value = "bench-" + std::to_string(i);
    meta.name = "Bench";
    meta.created_by = "bench";
    meta.created_at = meta.last_activity = 1'700'000'000'000;
    // Ids of messages are made of it: no two rooms have the same.
    auto epoch = std::to_string(1'000'000'000'000'000 + i);
    claim_reply claimed{};
    self_->request(store_.readers.front(), std::chrono::seconds{20}, claim_room{meta, epoch, false})
        .receive([&](claim_reply& reply) { claimed = std::move(reply); }, [](const caf::error&) {});
    if (claimed.outcome != claim_outcome::created)
      throw std::runtime_error("a room was not created");
    return bench::make_backlog(claimed.meta, epoch, messages_per_room, text_bytes);
  }

  /// Gives all messages of the room to one writer; `heard` tells when they are persisted.
  void queue(const bench::backlog_room& room) {
    const auto& to = clients_.emplace_back(system_.spawn(listen, &heard_));
    const auto& writer = store_.writers[clients_.size() % store_.writers.size()];
    write_ticket ticket = 0;
    for (const auto& m : room.messages) {
      room_write w{};
      w.meta = room.meta;
      w.epoch = room.epoch;
      w.ticket = ++ticket;
      w.change = append_message{m};
      w.from = caf::actor_cast<caf::actor_addr>(to);
      caf::anon_send(writer, std::move(w));
    }
  }

  outcome& heard() { return heard_; }

private:
  settings config_;
  outcome heard_;
  counters counts_;
  caf::actor_system_config caf_config_;
  caf::actor_system system_;
  store_actors store_;
  std::vector<store_client> clients_;
  caf::scoped_actor self_;
};

/// Seconds until all rooms have their confirmation; nothing: it did not come.
std::optional<double> drain(open_pool& pool, const std::vector<bench::backlog_room>& rooms,
                            bench::redis_probe& probe) {
  auto& all = pool.heard();
  probe.pause();
  for (const auto& room : rooms) pool.queue(room);
  auto from = clock::now();
  probe.resume();
  for (std::size_t i = 0; i < rooms.size(); ++i)
    if (!all.finished.try_acquire_until(from + patience)) return std::nullopt;
  if (all.lost) return std::nullopt;
  return std::chrono::duration<double>(clock::now() - from).count();
}

/// The number of rooms that Redis does not have as it should.
std::size_t count_faults(const std::vector<bench::backlog_room>& rooms, bench::redis_probe& probe) {
  std::size_t faulty = 0;
  for (const auto& room : rooms) {
    auto fault = probe.find_fault(room);
    if (!fault) continue;
    if (faulty++ == 0) std::cerr << "atrium_writers: not as it should be: " << *fault << "\n";
  }
  return faulty;
}

int measure(const std::string& url) {
  open_pool pool{url};
  std::vector<bench::backlog_room> rooms;
  for (std::size_t i = 0; i < room_count; ++i) rooms.push_back(pool.claim(i));
  auto where = std::get<store::redis_address>(store::parse_redis_url(url));
  bench::redis_probe probe{where.host, where.port};
  auto seconds = drain(pool, rooms, probe);
  auto faulty = count_faults(rooms, probe);
  auto rate = seconds ? room_count * messages_per_room / *seconds : 0.0;
  std::cout << R"({"messages_per_s":)" << rate << R"(,"seconds":)" << seconds.value_or(0)
            << R"(,"faulty_rooms":)" << faulty << R"(,"is_drained":)" << seconds.has_value() << "}"
            << std::endl;
  return faulty > 0 || !seconds ? 1 : 0;
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: atrium_writers redis://127.0.0.1:PORT/0\n";
    return 2;
  }
  log::configure("warn", "text");
  try {
    return measure(argv[1]);
  } catch (const std::exception& e) {
    std::cerr << "atrium_writers: " << e.what() << "\n";
    return 2;
  }
}
