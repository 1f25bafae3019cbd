// Order: commands reach the actor as they were sent; results come back in whatever order rooms
// answer. Every command is answered once. Never blocks.
#include "net/connection_link.hpp"

#include "net/token_identity.hpp"

#include <algorithm>

namespace atrium::net {
namespace {

/// What a larger message asks for is done on another thread.
constexpr std::size_t max_inline_bytes = 65'536;
/// Of commands whose results may be large so many may be without result, whatever `max_in_flight`.
constexpr std::size_t max_bulky_in_flight = 4;
/// How often the time of day is compared with the end of a token that is far away.
constexpr std::chrono::milliseconds token_look{3'600'000};

std::optional<vocabulary> words_after(const client_event& e) noexcept {
  if (e.of_user) return vocabulary::messenger;
  const auto* join = std::get_if<join_room>(&e.command);
  return join == nullptr ? std::nullopt : std::optional{join->words};
}

event_group group_of_event(const client_event& e, event_kind kind) noexcept {
  const auto* post = e.of_user ? nullptr : std::get_if<post_message>(&e.command);
  return post != nullptr && post->durable ? event_group::durable : group_of(kind);
}

std::size_t weight_of(const room_command& c, std::size_t max_in_flight) noexcept {
  bool is_bulky = std::holds_alternative<join_room>(c) || std::holds_alternative<get_history>(c)
                  || std::holds_alternative<search_messages>(c)
                  || std::holds_alternative<list_presence>(c);
  return is_bulky ? std::max<std::size_t>(1, max_in_flight / max_bulky_in_flight) : 1;
}

} // namespace

void connection_link::open(outlet out, identity_claim claimed, std::string address) {
  claimed_ = claimed;
  watch_token();
  heard_in_ = hearing(vocabulary::base);
  connection_ = open_connection(thread_.home(), out, std::move(claimed), std::move(address));
}

void connection_link::close() {
  if (connection_) thread_.tell(connection_, client_gone{});
  connection_ = nullptr;
  heard_in_ = {};
  token_due_ = time_point::max();
  owed_.clear();
  weight_ = 0;
}

std::size_t connection_link::max_in_flight() const noexcept {
  return std::max<std::size_t>(1, thread_.home().config.server.max_in_flight);
}

bool connection_link::is_full() const noexcept {
  return weight_ >= max_in_flight();
}

std::uint32_t connection_link::send(client_event&& event, std::string ref, std::size_t bytes) {
  if (auto why = renew_token(event))
    return refuse(std::move(*why), std::move(ref), std::string{event.event});
  auto kind = event.of_user ? kind_of(*event.of_user) : kind_of(event.command);
  auto request = owe({0, std::move(ref), std::string{event.event},
                      weight_of(event.command, max_in_flight()), kind, group_of_event(event, kind),
                      thread_.turn_began(), words_after(event)});
  name_messenger(event);
  if (event.of_user) {
    thread_.tell(connection_,
                 client_user_command{request, std::move(event.who), std::move(*event.of_user)});
    return request;
  }
  client_command command{request, std::move(event.room), std::move(event.who),
                         std::move(event.command)};
  // A large scene takes its time to merge: not the time of this thread's other sockets.
  if (bytes > max_inline_bytes)
    thread_.tell_elsewhere(connection_, std::move(command));
  else
    thread_.tell(connection_, std::move(command));
  return request;
}

std::uint32_t connection_link::send(relay_command command, std::string ref, socket_id socket) {
  auto kind = kind_of(command);
  auto request = owe({0, std::move(ref), std::string{event_name(command)}, 1, kind, group_of(kind),
                      thread_.turn_began()});
  thread_.tell(connection_, client_relay_command{request, std::move(socket), std::move(command)});
  return request;
}

std::uint32_t connection_link::refuse(failure why, std::string ref, std::string event) {
  // As an operator may see it.
  constexpr std::size_t shown_name_bytes = 64;
  auto shown = event.size() <= shown_name_bytes ? event : std::string{};
  auto kind = kind_named(event);
  auto request = owe(
      {0, std::move(ref), std::move(event), 1, kind, group_of(kind), thread_.turn_began()});
  thread_.tell(connection_, refused_command{request, std::move(why), std::move(shown)});
  return request;
}

std::optional<failure> connection_link::renew_token(client_event& e) {
  const auto& home = thread_.home();
  if (!e.token || home.tokens == nullptr) return std::nullopt;
  auto found = identify(home, {claimed_.user, {}}, *e.token);
  if (auto* why = std::get_if<failure>(&found)) {
    if (why->code == errc::identity_mismatch) why->sentence = "the token is another user's";
    return std::move(*why);
  }
  e.who.token = claimed_.token = std::get<identity_claim>(found).token;
  watch_token();
  return std::nullopt;
}

void connection_link::watch_token() {
  token_due_ = time_point::max();
  if (!claimed_.token || !claimed_.token->expires_at) return;
  auto left = *claimed_.token->expires_at - thread_.home().env.now();
  auto wait = std::clamp<unix_ms>(left, 0, token_look.count());
  token_due_ = thread_.now() + std::chrono::milliseconds{wait};
}

bool connection_link::has_expired() {
  if (thread_.now() < token_due_) return false;
  bool is_over = thread_.home().env.now() >= *claimed_.token->expires_at;
  if (is_over) thread_.home().counts.add(access_fault::expired);
  watch_token();
  if (is_over) token_due_ = time_point::max();
  return is_over;
}

void connection_link::ask_truth(room_key room, seq_t since) {
  if (connection_) thread_.tell(connection_, lane_drained{room, since});
}

void connection_link::tell_written(std::uint64_t receipt) {
  if (connection_) thread_.tell(connection_, frame_written{receipt});
}

// The name that the connection's actor knows is repeated: a join with another one would rename. Who gave
// none is called as its user is known.
void connection_link::name_messenger(client_event& e) {
  auto& who = e.who;
  if (who.user && claimed_.user && *who.user != *claimed_.user) return;
  if (who.user && !claimed_.user) claimed_.user = who.user;
  const auto* join = e.of_user ? nullptr : std::get_if<join_room>(&e.command);
  if (who.username && (join != nullptr || !claimed_.username)) claimed_.username = who.username;
  if (join != nullptr && join->words == vocabulary::messenger && !who.username)
    who.username = claimed_.username;
}

std::uint32_t connection_link::owe(owed_answer o) {
  auto request = o.request = next_request_;
  weight_ += o.weight;
  owed_.push_back(std::move(o));
  if (++next_request_ == 0) next_request_ = 1;
  return request;
}

const std::optional<std::string>& connection_link::username() const noexcept {
  bool is_named = claimed_.token && claimed_.token->username;
  return is_named ? claimed_.token->username : claimed_.username;
}

// A guest is told who it is.
void connection_link::learn_user(const command_result& outcome) {
  if (const auto* joined = std::get_if<joined_result>(&outcome))
    claimed_.user = joined->user.value;
  else if (const auto* entered = std::get_if<space_joined_result>(&outcome))
    claimed_.user = entered->user.value;
}

std::optional<connection_link::owed_answer> connection_link::settle(std::uint32_t request,
                                                                    const command_result& outcome) {
  auto found = std::find_if(owed_.begin(), owed_.end(),
                            [request](const owed_answer& o) { return o.request == request; });
  if (found == owed_.end()) return std::nullopt;
  auto settled = std::move(*found);
  weight_ -= settled.weight;
  // In no order: mostly the first is settled, and all others would move up.
  if (found != owed_.end() - 1) *found = std::move(owed_.back());
  owed_.pop_back();
  note_answer(settled, outcome);
  learn_user(outcome);
  return settled;
}

void connection_link::note_answer(const owed_answer& o, const command_result& outcome) {
  const auto* why = std::get_if<failure>(&outcome);
  thread_.home().counts.add_event(o.kind, why == nullptr ? std::nullopt : std::optional{why->code});
  thread_.note_answer(o.group, o.since);
  if (why == nullptr && o.words) heard_in_ = hearing(*o.words);
}

counted connection_link::hearing(vocabulary words) const {
  return counted{thread_.home().counts.measured.vocabularies[static_cast<std::size_t>(words)]};
}

} // namespace atrium::net
