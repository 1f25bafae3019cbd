// Events into commands, results into acks or errors, for clients of Socket.IO.
//
// Order: as on the native wire. Each CONNECT has a connection actor and a session id of its own: what
// rooms still say to the one before reaches nobody. Never blocks, never parses a message twice.
#include "net/socketio_client.hpp"

#include "net/event_spelling.hpp"
#include "net/json_spelling.hpp"
#include "net/messenger_decode.hpp"
#include "net/relay_decode.hpp"
#include "net/relay_spelling.hpp"
#include "net/socketio_vocabulary.hpp"
#include "net/space_decode.hpp"
#include "net/token_identity.hpp"

#include <algorithm>

namespace atrium::net {
namespace {

constexpr std::size_t max_id_bytes = 128;
constexpr std::string_view token_expired = "the token has expired";
// Contract §2, close codes.
constexpr std::uint16_t token_refused = 4401;
constexpr std::uint16_t kicked = 4403;
/// Time for a polling client to come once more.
constexpr std::chrono::seconds farewell_pause{2};
/// Rooms remembered after they were left, because the last event that the client saw may be theirs.
constexpr std::size_t max_left_rooms = 64;

/// A member that is no such text is as good as none.
std::string short_text(const fields& f, std::string_view name) {
  auto value = f.find(name);
  if (!value || !value->is(json::kind::string) || value->raw.size() > max_id_bytes) return {};
  return json::to_text(*value);
}

std::string failure_data(const failure& why) {
  std::string data;
  json::object_writer w{data};
  append_failure(w, why);
  w.end();
  return data;
}

} // namespace

socketio_client::socketio_client(io_thread& thread, engineio_opening o)
    : socketio_session{thread, std::move(o.place)}, claimed_{std::move(o.claimed)},
      token_{std::move(o.token)}, link_{thread} {}

std::variant<socketio_client::connect_request, failure>
socketio_client::read_connect(json::slice auth) const {
  if (const auto* why = std::get_if<failure>(&claimed_)) return *why;
  connect_request c;
  c.who = std::get<identity_claim>(claimed_);
  c.token = token_;
  if (!auth.raw.empty())
    if (auto why = read_auth(auth, c)) return std::move(*why);
  auto who = identify(thread_.home(), std::move(c.who), c.token);
  if (auto* why = std::get_if<failure>(&who)) return std::move(*why);
  c.who = std::get<identity_claim>(std::move(who));
  c.token = {};
  return c;
}

std::optional<failure> socketio_client::read_auth(json::slice auth, connect_request& c) const {
  fields f{auth};
  auto said = read_identity(f);
  // What older clients put here for their own use is nobody's fault.
  c.wants_recovery = f.find("recovery") && f.find("recovery")->raw == "true";
  c.pid = short_text(f, "pid");
  c.offset = short_text(f, "offset");
  if (thread_.home().tokens != nullptr)
    c.token = f.text("token", 0, std::size_t{0} - 1).value_or(std::move(c.token));
  if (f.problem()) return *f.problem();
  if (c.who.user && said.user && *c.who.user != *said.user)
    return failure{errc::identity_mismatch, "`auth` names another user than the address does"};
  if (said.user) c.who.user = std::move(said.user);
  if (said.username) c.who.username = std::move(said.username);
  return std::nullopt;
}

bool socketio_client::offers_recovery(const connect_request& c) const noexcept {
  const auto& mode = config().socketio.recovery;
  return mode == "always" || (mode == "on_request" && (c.wants_recovery || !c.pid.empty()));
}

void socketio_client::on_connect(const std::string& name, json::slice auth) {
  auto read = read_connect(auth);
  if (const auto* why = std::get_if<failure>(&read)) {
    counts().add(*why);
    return refuse_namespace(name, why->sentence, failure_data(*why));
  }
  auto& c = std::get<connect_request>(read);
  // Let in anew, or back: it stays.
  farewell_due_ = never;
  if (!c.pid.empty() && offers_recovery(c)) return come_back(std::move(c));
  connect(std::move(c));
}

void socketio_client::connect(connect_request c) {
  socket_id_ = engineio::make_sid();
  pid_ = offers_recovery(c) ? engineio::make_sid() : std::string{};
  who_ = c.who;
  rooms_.clear();
  own_.clear();
  log_.clear();
  is_registered_ = false;
  if (!pid_.empty()) {
    auto me = std::static_pointer_cast<socketio_client>(shared_from_this());
    thread_.shared().recoveries.add(pid_, {&thread_, std::move(me)});
  }
  link_.open({&thread_, id(), spelling()}, std::move(c.who), ip());
  welcome();
  arm();
}

void socketio_client::welcome() {
  accept_namespace("/", socket_id_, pid_);
  put(init_room_frame(spelling()), entry_kind::result);
}

void socketio_client::on_own_deadline() {
  if (thread_.now() >= socketio_session::own_deadline()) socketio_session::on_own_deadline();
  if (link_.has_expired()) on_token_expired();
  if (thread_.now() < farewell_due_) return;
  farewell_due_ = never;
  close(token_refused, token_expired);
}

void socketio_client::on_token_expired() {
  forget_recovery();
  if (is_connected("/")) {
    failure why{errc::unauthorized, std::string{token_expired}};
    put(encode_socketio_result(std::move(why), {}, "connect"), entry_kind::result);
  }
  dismiss(token_refused, token_expired);
}

// Stock clients that poll overlook a DISCONNECT with the close right behind it, and would come back.
void socketio_client::dismiss(std::uint16_t code, std::string_view reason) {
  if (is_sealed()) return;
  forget_recovery();
  bool is_told = is_connected("/");
  if (is_told) dismiss_namespace("/");
  if (!is_told || current() == engineio::transport::websocket)
    return socketio_session::close(code, reason);
  leave_namespace();
  resume_input();
  farewell_due_ = thread_.now() + farewell_pause;
  arm();
}

void socketio_client::close(std::uint16_t code, std::string_view reason) {
  if (code == kicked) return dismiss(code, reason);
  socketio_session::close(code, reason);
}

bool socketio_client::announce(const frames& all) {
  if (is_sealed() || !is_connected("/")) return false;
  deliver({id(), 0, all[static_cast<std::size_t>(wire::socketio)], delivery::reliable});
  return true;
}

void socketio_client::describe_user(connection_view& v) const {
  v.user = link_.user() ? link_.user() : who_.user;
  v.username = link_.username() ? link_.username() : who_.username;
}

void socketio_client::forget_recovery() {
  back_ = nullptr;
  if (!pid_.empty()) thread_.shared().recoveries.remove(std::exchange(pid_, {}));
}

void socketio_client::on_event(const std::string&, const socketio::packet& p) {
  auto bytes = p.payload.raw.size() + (p.parts ? p.parts->attachment_bytes : 0);
  note_received(bytes);
  if (take_relay_event(p)) return;
  auto read = read_socketio_command(p, config());
  if (auto* no = std::get_if<socketio_refusal>(&read)) {
    link_.refuse(std::move(no->why), std::move(no->ref), std::move(no->event));
    return;
  }
  auto& command = std::get<socketio_command>(read);
  if (auto* join = std::get_if<join_room>(&command.command)) {
    join->lists_participants = !command.ref.empty();
    if (command.who.username) who_.username = command.who.username;
  }
  auto ref = std::move(command.ref);
  bool brings_token = command.token.has_value();
  link_.send(std::move(command), std::move(ref), bytes);
  if (brings_token) arm();
}

bool socketio_client::take_relay_event(const socketio::packet& p) {
  auto read = read_relay_command(p, config());
  if (!read) return false;
  if (auto* no = std::get_if<socketio_refusal>(&*read)) {
    link_.refuse(std::move(no->why), std::move(no->ref), std::move(no->event));
    return true;
  }
  auto& relayed = std::get<socketio_relay_command>(*read);
  link_.send(std::move(relayed.command), std::move(relayed.ref), {socket_id_});
  return true;
}

void socketio_client::on_result(std::uint32_t request, command_result&& outcome) {
  auto owed = link_.settle(request, outcome);
  if (!owed) return;
  if (back_) return on_return_result(request, outcome);
  if (const auto* why = std::get_if<failure>(&outcome))
    counts().add(*why);
  else
    note_entry(owed->event);
  if (!pid_.empty()) note_room(outcome);
  if (auto bytes = encode_socketio_result(outcome, owed->ref, owed->event))
    put(std::move(bytes), entry_kind::result);
  resume_input();
}

void socketio_client::note_room(const command_result& outcome) {
  if (const auto* entered = std::get_if<space_joined_result>(&outcome))
    who_.user = entered->user.value;
  const auto* joined = std::get_if<joined_result>(&outcome);
  if (joined == nullptr) return;
  who_.user = joined->user.value;
  std::erase_if(rooms_, [&](const auto& r) { return r.id == joined->room.id.value; });
  if (rooms_.size() > config().limits.rooms_per_connection + max_left_rooms)
    std::erase_if(rooms_, [this](const auto& r) { return subscription_to(r.key) == nullptr; });
  rooms_.push_back({joined->key, joined->room.id.value, joined->epoch, joined->patch_board, true});
}

void socketio_client::note_entry(std::string_view event) {
  if (find_user_event(event) != nullptr) is_registered_ = true;
  // It is told of the room without offsets now: an earlier one says nothing about it any more.
  if (event == messenger_join_event || event == space_join_event) log_.clear();
}

bool socketio_client::has_no_offsets(const subscription* room) noexcept {
  return room != nullptr && words_of(room->group->spelling) != vocabulary::base;
}

void socketio_client::deliver(const op::event& e) {
  // Before it is queued: falling behind forgets it again.
  if (e.how == delivery::snapshot && e.seq != no_seq && !pid_.empty()) {
    thread_.rooms().catch_up(*this);
    if (!has_no_offsets(subscription_to(e.room))) log_.note(e.room, e.seq);
  }
  socketio_session::deliver(e);
}

bool socketio_client::deliver_batch(room_key room, const merged_frames& broadcasts) {
  if (broadcasts.seq != no_seq && !pid_.empty()) {
    const auto* s = subscription_to(room);
    if (s == nullptr || !(s->muted || has_no_offsets(s))) log_.note(room, broadcasts.seq);
  }
  return socketio_session::deliver_batch(room, broadcasts);
}

void socketio_client::offer_latest(room_key room, const frame& bytes, std::uint64_t key) {
  if (!back_) socketio_session::offer_latest(room, bytes, key);
}

void socketio_client::enqueue(const merged_frames& frames, entry_kind kind, lane_origin from) {
  if (!back_) return socketio_session::enqueue(frames, kind, from);
  back_->held_bytes += frames.bytes->size();
  back_->held.push_back(frames);
}

void socketio_client::leave_namespace() {
  thread_.rooms().leave_all(*this);
  link_.close();
  lanes_.forget_receipts();
  thread_.renew(*this);
}

void socketio_client::on_disconnect(const std::string&) {
  forget_recovery();
  leave_namespace();
  // What was owed is owed no more.
  resume_input();
}

void socketio_client::on_gone() {
  remember();
  thread_.rooms().leave_all(*this);
  link_.close();
}

void socketio_client::drain() {
  if (is_connected("/"))
    put(encode_shutdown(draw(config().server.retry_after), wire::socketio), entry_kind::result);
  close(1001, "the server is shutting down");
}

} // namespace atrium::net
