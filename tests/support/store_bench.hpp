// A store and a room in front of it, for tests that speak the port of actors/store_port.hpp: writes
// go in as the room's, what the store tells the room is recorded and can be waited for.
#pragma once

#include "actors/counters.hpp"
#include "actors/store_port.hpp"
#include "config/settings.hpp"

#include <caf/all.hpp>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace atrium::test {

/// What a store told a room, in order; filled by an actor, read by the test.
class told_log {
public:
  struct entry {
    enum class kind { persisted, lost, defect, returned } what;
    write_ticket ticket = 0;
  };

  void add(entry e);
  /// Calls `answer` for each `returned`, those included that were told already.
  void on_returned(std::function<void()> answer);
  /// Waits until `reached` holds for what was told; false when `limit` is over.
  bool wait(const std::function<bool(const std::vector<entry>&)>& reached,
            std::chrono::milliseconds limit = std::chrono::seconds{10});
  [[nodiscard]] std::vector<entry> entries();
  void clear();

private:
  std::mutex lock_;
  std::condition_variable changed_;
  std::vector<entry> entries_;
  std::function<void()> on_returned_;
};

/// A room without logic: numbers its writes and sends them.
class fake_room {
public:
  fake_room(caf::actor_system& system, store_writer writer, room_meta meta, std::string epoch);
  ~fake_room();
  fake_room(const fake_room&) = delete;
  fake_room& operator=(const fake_room&) = delete;

  write_ticket write(room_change change);
  /// A message with this seq and text; the seq is the room's last.
  write_ticket say(seq_t seq, const std::string& text = "hello");
  /// All that was said, as a rewrite.
  write_ticket rewrite();

  /// From now on the room answers `store_returned`, also one that came already, with a rewrite of
  /// what was said until now; `say` no more.
  void rewrite_when_asked();

  bool wait_persisted(write_ticket ticket,
                      std::chrono::milliseconds limit = std::chrono::seconds{10});
  bool wait_lost(std::chrono::milliseconds limit = std::chrono::seconds{10});
  bool wait_returned(std::chrono::milliseconds limit = std::chrono::seconds{10});

  [[nodiscard]] told_log& told() { return *told_; }
  [[nodiscard]] const room_meta& meta() const { return *meta_; }
  [[nodiscard]] const std::string& epoch() const { return *epoch_; }
  [[nodiscard]] std::vector<stored_message>& said() { return said_; }

private:
  store_writer writer_;
  std::shared_ptr<const room_meta> meta_;
  std::shared_ptr<const std::string> epoch_;
  std::shared_ptr<told_log> told_;
  store_client client_;
  write_ticket last_ = 0;
  std::vector<stored_message> said_;
};

/// What the shards of users are told by their records: how often everything was wanted.
class records_log {
public:
  void add();
  /// Waits until it was wanted so often, since the beginning; false when `limit` is over.
  bool wait(std::size_t count, std::chrono::milliseconds limit = std::chrono::seconds{10});
  [[nodiscard]] std::size_t count();

private:
  std::mutex lock_;
  std::condition_variable changed_;
  std::size_t count_ = 0;
};

/// An actor system with one store open in it; ends the store's actors in order.
class store_bench {
public:
  explicit store_bench(const settings& config);
  /// The memory store, on a clock that the test moves.
  store_bench(const settings& config, std::function<unix_ms()> now);
  ~store_bench();

  [[nodiscard]] caf::actor_system& system() { return system_; }
  [[nodiscard]] store_writer writer() const { return store_.writers.front(); }
  [[nodiscard]] counters& counts() { return counts_; }

  template <class Reply, class Request>
  Reply ask(Request request) {
    Reply answer{};
    self_->request(store_.readers.front(), std::chrono::seconds{20}, std::move(request))
        .receive([&](Reply& reply) { answer = std::move(reply); },
                 [](const caf::error&) { throw std::runtime_error("the reader did not answer"); });
    return answer;
  }
  [[nodiscard]] store_reader reader() const { return store_.readers.front(); }
  [[nodiscard]] message_queue queue() const { return store_.queues.front(); }
  /// Queues a message for users.
  void queue_for(const std::vector<std::string>& users, const room_meta& room,
                 const stored_message& message);
  queued_messages queue_of(const std::string& user);
  void finish_queues_now();
  [[nodiscard]] user_records records() const { return store_.records.front(); }
  /// Tells the records of users something.
  template <class Change>
  void tell(Change change) {
    caf::anon_send(records(), std::move(change));
  }
  loaded_user user(const std::string& id);
  user_erased erase(const std::string& id);
  audit_entries audit(const read_audit& page);
  /// Listens to the records from now on, as a shard would. `answer` is called each time that
  /// everything is wanted, by an actor.
  std::shared_ptr<records_log> listen(std::function<void()> answer = {});
  void finish_records_now();
  writer_status status();
  writes_finished finish_writes_now();

  /// Claims a room with this name (empty: a code is found) and returns it.
  room_meta create(const std::string& id, const std::string& epoch,
                   std::function<void(room_meta&)> change = {});
  std::optional<loaded_room> load(const std::string& name);
  std::unique_ptr<fake_room> open(const room_meta& meta, const std::string& epoch);

private:
  counters counts_;
  caf::actor_system_config caf_config_;
  caf::actor_system system_;
  store_actors store_;
  std::vector<records_client> listeners_;
  caf::scoped_actor self_;
};

/// A stored message as a room would make it.
[[nodiscard]] stored_message make_message(const room_meta& room, seq_t seq,
                                          const std::string& epoch, const std::string& text);
/// A board of one element.
[[nodiscard]] board_view make_board(std::int64_t version);

} // namespace atrium::test
