// The recording room is an event-based actor on the system's scheduler; the test's thread waits on
// a condition variable, never on time alone. The bench ends writers and readers by their own
// messages before the actor system goes, because CAF waits for all actors.
// Nothing here hides what the store does: every notice is kept, in order.
#include "support/store_bench.hpp"

#include "store/store.hpp"

#include <algorithm>
#include <stdexcept>

namespace atrium::test {

void told_log::add(entry e) {
  const std::scoped_lock guard{lock_};
  entries_.push_back(e);
  if (on_returned_ && e.what == entry::kind::returned) on_returned_();
  changed_.notify_all();
}

void told_log::on_returned(std::function<void()> answer) {
  const std::scoped_lock guard{lock_};
  on_returned_ = std::move(answer);
  for (const auto& e : entries_) {
    if (on_returned_ && e.what == entry::kind::returned) on_returned_();
  }
}

bool told_log::wait(const std::function<bool(const std::vector<entry>&)>& reached,
                    std::chrono::milliseconds limit) {
  std::unique_lock guard{lock_};
  return changed_.wait_for(guard, limit, [&] { return reached(entries_); });
}

std::vector<told_log::entry> told_log::entries() {
  const std::scoped_lock guard{lock_};
  return entries_;
}

void told_log::clear() {
  const std::scoped_lock guard{lock_};
  entries_.clear();
}

namespace {

using kind = told_log::entry::kind;

store_client::behavior_type record(std::shared_ptr<told_log> told) {
  return {
      [told](const persisted& p) {
        told->add({kind::persisted, p.ticket});
      },
      [told](const write_lost& l) {
        told->add({l.transient ? kind::lost : kind::defect, l.ticket});
      },
      [told](const store_returned&) {
        told->add({kind::returned, 0});
      },
  };
}

bool has(const std::vector<told_log::entry>& entries, kind what) {
  return std::any_of(entries.begin(), entries.end(), [&](auto& e) { return e.what == what; });
}

} // namespace

void records_log::add() {
  const std::scoped_lock guard{lock_};
  ++count_;
  changed_.notify_all();
}

bool records_log::wait(std::size_t count, std::chrono::milliseconds limit) {
  std::unique_lock guard{lock_};
  return changed_.wait_for(guard, limit, [&] { return count_ >= count; });
}

std::size_t records_log::count() {
  const std::scoped_lock guard{lock_};
  return count_;
}

fake_room::fake_room(caf::actor_system& system, store_writer writer, room_meta meta,
                     std::string epoch)
    : writer_{std::move(writer)}, meta_{std::make_shared<const room_meta>(std::move(meta))},
      epoch_{std::make_shared<const std::string>(std::move(epoch))},
      told_{std::make_shared<told_log>()}, client_{system.spawn(record, told_)} {}

fake_room::~fake_room() {
  told_->on_returned({});
  caf::anon_send_exit(client_, caf::exit_reason::user_shutdown);
}

write_ticket fake_room::write(room_change change) {
  room_write w{meta_, epoch_, ++last_, std::move(change),
               caf::actor_cast<caf::actor_addr>(client_)};
  caf::anon_send(writer_, std::move(w));
  return last_;
}

write_ticket fake_room::say(seq_t seq, const std::string& text) {
  said_.push_back(make_message(*meta_, seq, *epoch_, text));
  return write(append_message{said_.back()});
}

write_ticket fake_room::rewrite() {
  rewrite_room whole;
  whole.seq = said_.empty() ? 0 : said_.back().seq;
  whole.messages = said_;
  whole.last_activity = meta_->last_activity;
  return write(std::move(whole));
}

void fake_room::rewrite_when_asked() {
  told_->on_returned([this] { rewrite(); });
}

bool fake_room::wait_persisted(write_ticket ticket, std::chrono::milliseconds limit) {
  return told_->wait(
      [&](const auto& entries) {
        return std::any_of(entries.begin(), entries.end(), [&](auto& e) {
          return e.what == kind::persisted && e.ticket >= ticket;
        });
      },
      limit);
}

bool fake_room::wait_lost(std::chrono::milliseconds limit) {
  return told_->wait([](const auto& entries) { return has(entries, kind::lost); }, limit);
}

bool fake_room::wait_returned(std::chrono::milliseconds limit) {
  return told_->wait([](const auto& entries) { return has(entries, kind::returned); }, limit);
}

store_bench::store_bench(const settings& config)
    : system_{caf_config_}, store_{open_store(system_, config, counts_)}, self_{system_} {}

store_bench::store_bench(const settings& config, std::function<unix_ms()> now)
    : system_{caf_config_}, store_{open_memory_store(system_, config, counts_, std::move(now))},
      self_{system_} {}

store_bench::~store_bench() {
  for (const auto& writer : store_.writers) {
    self_->request(writer, std::chrono::seconds{10}, finish_writes{})
        .receive([](const writes_finished&) {}, [](const caf::error&) {});
  }
  finish_queues_now();
  finish_records_now();
  for (const auto& listener : listeners_) {
    caf::anon_send_exit(listener, caf::exit_reason::user_shutdown);
  }
  for (const auto& reader : store_.readers) {
    self_->request(reader, std::chrono::seconds{10}, finish_reads{})
        .receive([](const reads_finished&) {}, [](const caf::error&) {});
  }
  // The last handles: closed actors end with them.
  store_ = {};
}

void store_bench::queue_for(const std::vector<std::string>& users, const room_meta& room,
                            const stored_message& message) {
  std::vector<user_id> ids;
  for (const auto& user : users) ids.push_back(user_id{user});
  caf::anon_send(queue(),
                 queue_message{std::make_shared<const std::vector<user_id>>(std::move(ids)),
                               message, room.id});
}

queued_messages store_bench::queue_of(const std::string& user) {
  queued_messages answer{store_status::unavailable, {}};
  self_->request(queue(), std::chrono::seconds{20}, read_queue{user_id{user}})
      .receive([&](queued_messages& found) { answer = std::move(found); },
               [](const caf::error&) { throw std::runtime_error("the queue did not answer"); });
  return answer;
}

void store_bench::finish_queues_now() {
  for (const auto& queue : store_.queues) {
    self_->request(queue, std::chrono::seconds{10}, finish_queues{})
        .receive([](const queues_finished&) {}, [](const caf::error&) {});
  }
}

loaded_user store_bench::user(const std::string& id) {
  loaded_user answer{};
  self_->request(records(), std::chrono::seconds{20}, load_user{user_id{id}})
      .receive([&](loaded_user& found) { answer = std::move(found); },
               [](const caf::error&) { throw std::runtime_error("the records did not answer"); });
  return answer;
}

std::shared_ptr<records_log> store_bench::listen(std::function<void()> answer) {
  auto log = std::make_shared<records_log>();
  listeners_.push_back(system_.spawn([log, answer]() -> records_client::behavior_type {
    return {
        [log, answer](const records_wanted&) {
          if (answer) answer();
          log->add();
        },
    };
  }));
  tell(listen_to_records{caf::actor_cast<caf::actor_addr>(listeners_.back())});
  return log;
}

user_erased store_bench::erase(const std::string& id) {
  user_erased answer{store_status::unavailable};
  self_->request(records(), std::chrono::seconds{20}, erase_user{user_id{id}})
      .receive([&](const user_erased& e) { answer = e; }, [](const caf::error&) {});
  return answer;
}

audit_entries store_bench::audit(const read_audit& page) {
  audit_entries answer{store_status::unavailable, {}, false};
  self_->request(records(), std::chrono::seconds{20}, read_audit{page})
      .receive([&](audit_entries& e) { answer = std::move(e); }, [](const caf::error&) {});
  return answer;
}

void store_bench::finish_records_now() {
  for (const auto& records : store_.records) {
    self_->request(records, std::chrono::seconds{10}, finish_records{})
        .receive([](const records_finished&) {}, [](const caf::error&) {});
  }
}

writer_status store_bench::status() {
  writer_status status{};
  self_->request(writer(), std::chrono::seconds{20}, get_writer_status{})
      .receive([&](const writer_status& s) { status = s; }, [](const caf::error&) {});
  return status;
}

writes_finished store_bench::finish_writes_now() {
  writes_finished finished{};
  self_->request(writer(), std::chrono::seconds{20}, finish_writes{})
      .receive([&](const writes_finished& f) { finished = f; }, [](const caf::error&) {});
  return finished;
}

room_meta store_bench::create(const std::string& id, const std::string& epoch,
                              std::function<void(room_meta&)> change) {
  room_meta meta;
  meta.id.value = id;
  meta.name = "A room";
  meta.created_by = "ann";
  meta.created_at = 1'700'000'000'000;
  meta.last_activity = meta.created_at;
  if (change) change(meta);
  const auto reply = ask<claim_reply>(claim_room{meta, epoch, false});
  if (reply.outcome != claim_outcome::created) throw std::runtime_error("room was not created");
  return reply.meta;
}

std::optional<loaded_room> store_bench::load(const std::string& name) {
  return ask<load_reply>(load_room{name}).room;
}

std::unique_ptr<fake_room> store_bench::open(const room_meta& meta, const std::string& epoch) {
  return std::make_unique<fake_room>(system_, writer(), meta, epoch);
}

stored_message make_message(const room_meta& room, seq_t seq, const std::string& epoch,
                            const std::string& text) {
  auto id = make_message_id(seq, epoch);
  chat_message m;
  m.id = id;
  m.room = room.id.value;
  m.seq = seq;
  m.user = "ann";
  m.username = "Ann";
  m.text = text;
  m.timestamp = 1'700'000'000'000 + seq;
  auto json = std::make_shared<const std::string>(to_json(m));
  return {std::move(id), seq, user_id{"ann"}, {}, std::move(json)};
}

board_view make_board(std::int64_t version) {
  auto element = std::make_shared<const std::string>(R"({"id":"a","version":)"
                                                     + std::to_string(version) + "}");
  const auto bytes = element->size();
  auto elements = std::make_shared<const std::vector<shared_text>>(1, std::move(element));
  return {std::move(elements), version, bytes};
}

} // namespace atrium::test
