// New rooms and their names, the list of rooms, and the sweep of expired ones.
//
// A name is claimed in the store before a room exists, so two servers or two clients never get the same
// one. While the store is away, rooms are created from codes that were claimed beforehand, live in
// memory, and write themselves whole when it is back; own ids cannot be had then.
// The password of a new room is hashed before its name is claimed, so no room is ever seen without it.
#include "actors/directory_impl.hpp"
#include "actors/space.hpp"

#include "log/log.hpp"

namespace atrium {

namespace {

constexpr std::chrono::seconds store_patience{30};
constexpr std::chrono::seconds reserve_interval{60};
/// How long a full queue of passwords takes to get shorter, roughly.
constexpr std::chrono::milliseconds hashing_pause{1'000};

const failure no_store{errc::store_unavailable, "the store cannot be reached; try again"};
const failure draining{errc::shutting_down, "the server is shutting down"};

bool is_space_size(double n) noexcept {
  // Not a number is no size.
  return n >= 1 && n <= 10'000;
}

std::optional<failure> check_space(const create_room& c) {
  if (c.kind != "space") return std::nullopt;
  auto width = c.width.value_or(usual_space_size);
  auto height = c.height.value_or(usual_space_size);
  if (!is_space_size(width) || !is_space_size(height))
    return failure{errc::bad_request, "`width` and `height` must be from 1 to 10000"};
  auto spawn = c.spawn.value_or(room_point{});
  if (!(spawn.x >= 0 && spawn.x < width && spawn.y >= 0 && spawn.y < height))
    return failure{errc::bad_request, "`spawn` must be inside of the space"};
  return std::nullopt;
}

} // namespace

std::optional<failure> directory::check(const create_room& c) const {
  auto most = env_.config.limits.members_per_room;
  if (c.max_participants && most != 0 && *c.max_participants > most)
    return failure{errc::bad_request, "`maxParticipants` is beyond what this server allows ("
                                          + std::to_string(most) + ")"};
  return check_space(c);
}

room_meta directory::meta_of(const create_room& c) const {
  room_meta m;
  if (c.id) m.id = room_id{*c.id};
  m.name = c.name;
  m.created_by = c.created_by;
  m.created_at = m.last_activity = env_.now();
  m.max_participants = c.max_participants.value_or(m.max_participants);
  m.kind = c.kind;
  m.is_private = c.is_private;
  m.ttl = c.ttl_seconds ? std::chrono::seconds{*c.ttl_seconds} : env_.config.rooms.ttl;
  if (m.kind == "space") {
    m.width = c.width.value_or(usual_space_size);
    m.height = c.height.value_or(usual_space_size);
    m.spawn = c.spawn.value_or(centre_of(*m.width, *m.height));
  }
  return m;
}

void directory::on(create_request& c) {
  if (draining_) return answer(c.from, draining);
  if (auto f = check(c.command)) return answer(c.from, std::move(*f));
  auto meta = meta_of(c.command);
  if (!meta.id.value.empty() && find(meta.id.value) != rooms_.end())
    return answer(c.from, failure{errc::room_exists, "a room of that id exists"});
  if (c.command.password)
    return hash_and_claim(c.from, std::move(meta), std::move(*c.command.password));
  claim(c.from, std::move(meta));
}

void directory::hash_and_claim(const caller& from, room_meta meta, std::string password) {
  auto busy = [this, from] {
    answer(from, failure{errc::rate_limited, "too many passwords are being hashed; try again",
                         hashing_pause});
  };
  self_->request(passwords_, caf::infinite, hash_password{std::move(password)})
      .then(
          [this, from, meta = std::move(meta), busy](hashed_password& hashed) mutable {
            if (draining_) return answer(from, draining);
            if (!hashed.hash) return busy();
            meta.password_hash = std::move(*hashed.hash);
            claim(from, std::move(meta));
          },
          [busy](const caf::error&) { busy(); });
}

void directory::claim(const caller& from, room_meta meta) {
  auto epoch = random_hex(8);
  self_->request(next_reader(), store_patience, claim_room{meta, epoch, false})
      .then(
          [this, from, epoch, meta](claim_reply& reply) {
            if (reply.outcome == claim_outcome::unavailable) return create_from_reserve(from, meta);
            on_claimed(from, reply, epoch);
          },
          [this, from, meta](const caf::error&) { create_from_reserve(from, meta); });
}

void directory::on_claimed(const caller& from, claim_reply& reply, const std::string& epoch) {
  store_answered_ = true;
  if (reply.outcome == claim_outcome::exists)
    return answer(from, failure{errc::room_exists, "a room of that id exists"});
  log::info("room_created", {{"room", reply.meta.id.value}, {"kind", reply.meta.kind}});
  env_.counts.add(counter::rooms_created);
  note_created(reply.meta);
  loaded_room fresh;
  fresh.meta = reply.meta;
  fresh.epoch = epoch;
  // Somebody may have guessed the name and loaded the room before this reply came.
  if (!draining_ && !rooms_.contains(fresh.meta.id)) start(std::move(fresh), false);
  answer(from, room_created{std::move(reply.meta)});
}

void directory::create_from_reserve(const caller& from, room_meta meta) {
  if (!meta.id.value.empty() || reserve_.empty() || draining_) return answer(from, no_store);
  meta.code = std::move(reserve_.back());
  reserve_.pop_back();
  meta.id = room_id{meta.code};
  log::warn("room_created_without_store",
            {{"room", meta.id.value}, {"codes_left", reserve_.size()}});
  env_.counts.add(counter::rooms_created);
  note_created(meta);
  loaded_room fresh;
  fresh.meta = meta;
  fresh.epoch = random_hex(8);
  start(std::move(fresh), true);
  answer(from, room_created{std::move(meta)});
}

void directory::create_for_join(std::deque<routed_request> waiting, const std::string& name) {
  create_room wish;
  wish.name = name;
  wish.created_by = waiting.front().from.user.value;
  auto meta = meta_of(wish);
  meta.id = room_id{name};
  if (is_room_code(name)) meta.code = name;
  auto epoch = random_hex(8);
  loading_[name] = std::move(waiting);
  self_->request(next_reader(), store_patience, claim_room{meta, epoch, false})
      .then(
          [this, name, epoch](claim_reply& reply) {
            load_reply made{store_status::ok, std::nullopt};
            if (reply.outcome == claim_outcome::created) {
              env_.counts.add(counter::rooms_created);
              note_created(reply.meta);
              made.room.emplace();
              made.room->meta = reply.meta;
              made.room->epoch = epoch;
            } else {
              made.status = store_status::unavailable;
            }
            on_loaded(name, made);
          },
          [this, name](const caf::error&) {
            load_reply none{store_status::unavailable, std::nullopt};
            on_loaded(name, none);
          });
}

void directory::on(list_request& l) {
  self_->request(next_reader(), store_patience, read_rooms{l.command.limit, l.command.cursor})
      .then(
          [this, from = l.from](room_page& page) {
            if (page.status == store_status::unavailable) return answer(from, no_store);
            room_list out;
            out.cursor = std::move(page.cursor);
            for (auto& meta : page.rooms) {
              auto e = rooms_.find(meta.id);
              auto count = e == rooms_.end() ? 0 : e->second.participants;
              out.rooms.push_back({std::move(meta), count});
            }
            answer(from, std::move(out));
          },
          [this, from = l.from](const caf::error&) { answer(from, no_store); });
}

void directory::arm(directory_timer::kind what, std::chrono::milliseconds delay) {
  self_->delayed_send(self_, delay, directory_timer{what});
}

void directory::on(const directory_timer& t) {
  if (draining_) return;
  switch (t.what) {
  case directory_timer::kind::sweep: return sweep();
  case directory_timer::kind::reserve: return refill_reserve();
  case directory_timer::kind::presence: return clear_presence_from(cleared_.value_or(0));
  }
}

void directory::sweep() {
  auto again = [this] { arm(directory_timer::kind::sweep, env_.config.rooms.sweep); };
  self_->request(next_reader(), store_patience, sweep_rooms{sweep_offset_})
      .then(
          [this, again](const swept_rooms& s) {
            sweep_offset_ = s.next_offset;
            if (s.removed > 0) log::debug("rooms_swept", {{"removed", s.removed}});
            count_now_and_then();
            again();
          },
          [again](const caf::error&) { again(); });
}

void directory::refill_reserve() {
  auto again = [this](bool answered) {
    // Until the store answers for the first time the server is not ready: look often.
    store_answered_ |= answered;
    if (answered && !cleared_) clear_presence_from(0);
    arm(directory_timer::kind::reserve, store_answered_
                                            ? std::chrono::milliseconds{reserve_interval}
                                            : std::chrono::milliseconds{500});
  };
  self_
      ->request(next_reader(), store_patience,
                reserve_codes{env_.config.rooms.reserved_codes, reserve_})
      .then(
          [this, again](reserved_codes& r) {
            bool answered = r.status == store_status::ok;
            if (answered) reserve_ = std::move(r.codes);
            again(answered);
          },
          [again](const caf::error&) { again(false); });
}

} // namespace atrium
