// Sessions that registered, and the delivery of what was queued for their users.
//
// Order: everything about a user comes through one mailbox and its queue is one actor, so a message
// is either in the queue before it is read, or comes after the session is live; never in between
// and never both. A batch leaves the queue when a socket took it.
// Never waits: while the store is away a session is live at once and gets what is queued later.
// Knows sessions by their outlets only and keeps no connection alive.
#include "actors/user_shard_impl.hpp"

#include <caf/actor_system.hpp>

namespace atrium {

namespace {

/// Beyond what a queue's own time limits add up to: only a defect lets it run out.
constexpr std::chrono::seconds store_patience{30};

constexpr unsigned shard_shift = 48;

} // namespace

user_shard::user_shard(pointer self, user_shard_args args)
    : self_{self}, env_{args.env}, index_{args.index}, queues_{std::move(args.queues)},
      records_{std::move(args.records)}, ledger_{std::move(args.ledger)}, online_count_{std::move(
                                                                              args.online)} {}

void user_shard::on(directory_ready& d) {
  directory_ = d.directory;
  shards_ = std::move(d.shards);
  for (const auto& records : records_)
    tell(self_->context(), records, listen_to_records{self_->address()});
}

user_shard::user_entry* user_shard::find_user(const user_id& user) {
  auto u = users_.find(user);
  return u == users_.end() ? nullptr : &u->second;
}

user_shard::user_entry* user_shard::find_registered(const user_id& user) {
  auto* u = find_user(user);
  return u == nullptr || !u->registered ? nullptr : u;
}

user_shard::user_entry* user_shard::find_online(const user_id& user) {
  auto* u = find_user(user);
  return u == nullptr || !u->online ? nullptr : u;
}

bool user_shard::is_live(const user_id& user) const {
  auto u = users_.find(user);
  return u != users_.end() && u->second.registered && u->second.registered->is_live();
}

message_queue user_shard::queue_of(const user_id& user) const {
  return queues_.empty() ? message_queue{} : queues_[std::hash<user_id>{}(user) % queues_.size()];
}

room_key user_shard::next_key() {
  return members_key_bit | room_key{index_} << shard_shift | ++last_key_;
}

void user_shard::answer(const caller& from, command_result outcome) const {
  from.out.port->post(op::result{from.out.session, from.request, std::move(outcome)});
}

void user_shard::run(const caller& from, register_me&) {
  auto& u = users_[from.user];
  if (!u.registered) u.registered = std::make_unique<registered_user>();
  auto out = from.out;
  out.spelling = in_words(out.spelling, vocabulary::messenger);
  auto& s = u.registered->add(out);
  tell_registered(s, from.user);
  answer(from, done{});
  if (!s.is_live) delivered_to_.insert(from.user);
  if (!u.registered->batch().empty() && s.receipt == 0) send_batch(*u.registered, s);
  listen_to_friends(u, out);
  read_queue_of(from.user, u);
  look_up(from.user, u);
}

void user_shard::tell_registered(const session& s, const user_id& user) {
  auto bytes = env_.spelling.encode(user_registered{user}, s.out.spelling, {});
  s.out.port->post(op::event{s.out.session, 0, std::move(bytes), delivery::snapshot});
}

void user_shard::on(const registered_session_gone& g) {
  auto* u = find_registered(g.user);
  auto* s = u != nullptr ? u->registered->find(g.session) : nullptr;
  if (s == nullptr) return;
  for (auto* room : u->rooms)
    if (s->is_live && !room->members.is_inside(g.user, g.session))
      room->ports.unsubscribe(s->out, false);
  u->registered->remove(g.session);
  if (!u->registered->is_delivered_to()) delivered_to_.erase(g.user);
  if (!u->registered->is_live()) forget_absent(*u);
  if (!u->registered->sessions().empty()) return read_queue_of(g.user, *u);
  u->registered.reset();
  let_go_of(g.user);
}

void user_shard::forget_absent(const user_entry& u) {
  for (auto* room : u.rooms) room->members.forget_absent();
}

// ---- the queue -----------------------------------------------------------------------------------

void user_shard::read_queue_of(const user_id& user, user_entry& u) {
  if (!u.registered->start_read()) return;
  auto read = u.read = ++last_read_;
  queued_messages nothing{store_status::ok, {}};
  auto queue = queue_of(user);
  if (!queue) return on_read(user, read, nothing);
  self_->request(queue, store_patience, read_queue{user})
      .then([this, user, read](queued_messages& answer) { on_read(user, read, answer); },
            [this, user, read](const caf::error&) {
              queued_messages none{store_status::unavailable, {}};
              on_read(user, read, none);
            });
}

void user_shard::on_read(const user_id& user, std::uint64_t read, queued_messages& answer) {
  auto* u = find_registered(user);
  if (u == nullptr || u->read != read) return;
  if (answer.status == store_status::unavailable) {
    u->registered->on_unavailable();
    go_live(user, *u, false);
    return retry_later(user, *u);
  }
  switch (u->registered->on_read(std::move(answer.messages))) {
  case registered_user::next::nothing: return;
  case registered_user::next::read: return read_queue_of(user, *u);
  case registered_user::next::settle: return go_live(user, *u, true);
  case registered_user::next::send: break;
  }
  for (auto& [id, s] : u->registered->sessions())
    if (s.is_owed) send_batch(*u->registered, s);
}

void user_shard::send_batch(const registered_user& u, session& s) {
  offline_messages_sent batch;
  for (const auto& m : u.batch()) batch.messages.push_back(m.json);
  s.receipt = ++last_receipt_;
  auto bytes = env_.spelling.encode(batch, s.out.spelling, {});
  s.out.port->post(
      op::event{s.out.session, 0, std::move(bytes), delivery::snapshot, no_seq, s.receipt});
}

void user_shard::on(const queue_written& w) {
  auto* u = find_registered(w.user);
  if (u == nullptr) return;
  auto ids = u->registered->on_written(w.session, w.receipt);
  if (ids.empty()) return;
  tell(self_->context(), queue_of(w.user), drop_queued{w.user, std::move(ids)});
  read_queue_of(w.user, *u);
}

void user_shard::go_live(const user_id& user, user_entry& u, bool settled) {
  forget_absent(u);
  for (auto* s : u.registered->go_live(settled)) start_hearing(user, u, *s);
  delivered_to_.erase(user);
  if (u.registered->has_missed()) retry_later(user, u);
}

void user_shard::start_hearing(const user_id& user, user_entry& u, session& s) {
  auto held = std::exchange(s.held, {});
  for (auto* room : u.rooms) {
    if (room->members.is_inside(user, s.out.session)) continue;
    for (const auto& m : held)
      if (m.room == room->id) room->ports.send(s.out, *m.what, delivery::snapshot);
    room->ports.subscribe(s.out, false, no_seq);
    if (auto missed = s.missed.find(room->id); missed != s.missed.end())
      ask_truth(user, s, room->id, missed->second);
  }
}

// ---- trying again --------------------------------------------------------------------------------

void user_shard::retry_later(const user_id& user, user_entry& u) {
  if (std::exchange(u.retry_armed, true)) return;
  self_->delayed_send(self_, u.registered->next_pause(), user_retry{user});
}

void user_shard::on(const user_retry& r) {
  auto u = users_.find(r.user);
  if (u == users_.end()) return;
  u->second.retry_armed = false;
  if (!u->second.registered) return;
  auto& registered = *u->second.registered;
  for (auto& [id, s] : registered.sessions())
    for (const auto& [room, since] : s.missed) ask_truth(r.user, s, room, since);
  if (registered.has_missed()) retry_later(r.user, u->second);
  read_queue_of(r.user, u->second);
}

user_shard_actor::behavior_type
user_shard_behavior(gauged_pointer<user_shard_actor, user_shard_state> self, user_shard_args args) {
  self->gauge_mailbox(args.env.counts.measured.shard_mailboxes.at(args.index));
  self->state.self = std::make_shared<user_shard>(self, std::move(args));
  auto* me = self->state.self.get();
  return {
      [me](records_wanted w) { me->on(w); },
      [me](user_connected& c) { me->on(c); },
      [me](const user_renamed& r) { me->on(r); },
      [me](users_active a) { me->on(a); },
      [me](const registered_session_gone& g) { me->on(g); },
      [me](const user_disconnected& d) { me->on(d); },
      [me](user_request& r) { me->on(r); },
      [me](const queue_written& w) { me->on(w); },
      [me](const member_fell_behind& f) { me->on(f); },
      [me](join_as_member& j) { me->on(j); },
      [me](speak_as_member& s) { me->on(s); },
      [me](user_question& q) { me->on(q); },
      [me](online_users_question& q) { me->on(q); },
      [me](operator_user_request& r) { me->on(r); },
      [me](const watch_users& w) { me->on(w); },
      [me](const users_watched& w) { me->on(w); },
      [me](const watched_user_changed& w) { me->on(w); },
      [me](const friend_forgotten& f) { me->on(f); },
      [me](room_members& m) { me->on(m); },
      [me](const member_entered& e) { me->on(e); },
      [me](const member_left& l) { me->on(l); },
      [me](const member_message& m) { me->on(m); },
      [me](const member_event& e) { me->on(e); },
      [me](participant_lost& l) { me->on(l); },
      [me](const member_message_deleted& d) { me->on(d); },
      [me](const member_truth& t) { me->on(t); },
      [me](const members_room_ended& e) { me->on(e); },
      [me](directory_ready& d) { me->on(d); },
      [me](const user_retry& r) { me->on(r); },
      [me](const user_lookup_due& d) { me->on(d); },
      [me](activity_record_due d) { me->on(d); },
      [self, me](drain_users) {
        me->on_drain();
        self->quit();
        return users_drained{};
      },
  };
}

shared_user_shards spawn_user_shards(caf::actor_system& system, const environment& env,
                                     const std::vector<message_queue>& queues,
                                     const std::vector<user_records>& records) {
  auto online = std::make_shared<std::atomic<std::size_t>>(0);
  std::vector<user_shard_actor> all;
  std::vector<user_shards::shared_ledger> ledgers;
  for (std::size_t i = 0; i < std::max(env.config.server.user_shards, 1u); ++i) {
    ledgers.push_back(std::make_shared<activity_ledger>());
    all.push_back(system.spawn(user_shard_behavior,
                               user_shard_args{env, i, queues, records, ledgers.back(), online}));
  }
  return std::make_shared<const user_shards>(std::move(all), std::move(ledgers), std::move(online));
}

void introduce(const user_shards& shards, const directory_actor& directory) {
  std::vector<caf::actor_addr> all;
  for (const auto& shard : shards.all()) all.push_back(shard.address());
  for (const auto& shard : shards.all())
    tell(nullptr, shard, directory_ready{directory.address(), all});
}

} // namespace atrium
