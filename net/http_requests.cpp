// What one HTTP connection is asked, and who answers: refusals here, /metrics here, everything else
// by the directory and the rooms, whose result comes back through the thread's inbox. The upgrade
// to a WebSocket hands the socket over and ends this session.
#include "net/http_session_impl.hpp"
#include "net/metrics.hpp"
#include "net/token_identity.hpp"

#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

namespace atrium::net {
namespace {

namespace http = boost::beast::http;

/// Longer than anything behind the directory may take.
constexpr std::chrono::seconds answer_patience{30};

template <class... Ts>
struct overloaded : Ts... {
  using Ts::operator()...;
};
template <class... Ts>
overloaded(Ts...) -> overloaded<Ts...>;

std::string_view view(boost::beast::string_view s) noexcept {
  return {s.data(), s.size()};
}

const websocket_route* websocket_route_of(const routes& ways, const request_target& target) {
  std::string path;
  for (const auto& segment : target.segments) path += '/' + segment;
  if (path.empty()) path = "/";
  auto found = std::find_if(ways.websockets.begin(), ways.websockets.end(),
                            [&](const websocket_route& r) { return r.path == path; });
  return found == ways.websockets.end() ? nullptr : &*found;
}

/// Endpoints of the operator's own machinery: never limited, and answered while draining.
bool is_vital(const rest_call& call) noexcept {
  return std::holds_alternative<health_call>(call) || std::holds_alternative<metrics_call>(call);
}

/// The room that is asked for, as the client named it; null: none is.
const std::string* room_of(const rest_call& call) noexcept {
  if (const auto* r = std::get_if<room_call>(&call)) return &r->room;
  if (const auto* e = std::get_if<export_call>(&call)) return &e->room;
  return nullptr;
}

} // namespace

std::string_view http_session::target_text() const {
  return view(parser_->get().target());
}

std::string_view http_session::method_text() const {
  return view(parser_->get().method_string());
}

std::string_view http_session::header(http::field name) const {
  return view(parser_->get()[name]);
}

std::string http_session::address() const {
  std::string forwarded;
  auto all = parser_->get().equal_range("X-Forwarded-For");
  for (auto f = all.first; f != all.second; ++f) {
    forwarded += forwarded.empty() ? "" : ",";
    forwarded += view(f->value());
  }
  return thread_->shared().admitted.address_of(peer_, forwarded);
}

std::optional<head_refusal> http_session::check() const {
  const auto& request = parser_->get();
  request_head head;
  head.version = request.version();
  for (const auto& f : request) {
    if (f.name() == http::field::host)
      head.host.push_back(view(f.value()));
    else if (f.name() == http::field::transfer_encoding)
      head.transfer_encoding.push_back(view(f.value()));
    else if (f.name() == http::field::content_length)
      head.has_content_length = true;
  }
  return check_head(head);
}

void http_session::on_request() {
  counts().add(counter::http_requests);
  request_count_ = counted{thread_->shared().requests};
  ++request_;
  due_ = never;
  if (engine_) return answer_engine();
  const auto& request = parser_->get();
  if (!target_) return refuse(400, {errc::bad_request, "the request's target is no path"});
  if (boost::beast::websocket::is_upgrade(request)) return upgrade_to_websocket();
  if (answer_console_file() || answer_app_file()) return;
  who_ = asker();
  rest_request asked{method_text(), header(http::field::content_type), request.body(), *target_,
                     who_};
  if (auto name = request.find("X-Operator"); name != request.end())
    asked.operator_name = view(name->value());
  call_ = read_rest_call(asked, config());
  auto ip = address();
  weigh_token(asked, ip);
  if (!is_vital(call_) && !may_ask(ip)) return;
  if (const auto* room = room_of(call_); room != nullptr && !may_enter(ip, *room)) return;
  ask(call_);
}

bool http_session::may_ask(const std::string& ip) {
  auto& shared = thread_->shared();
  const auto* admin = std::get_if<admin_call>(&call_);
  bool is_overview = admin != nullptr && std::holds_alternative<look_over>(admin->command);
  if (shared.draining && !is_overview) {
    refuse(503, {errc::shutting_down, "the server is shutting down", config().server.retry_after});
    return false;
  }
  auto beyond = limit::requests_per_second;
  auto wait = admin != nullptr ? shared.admitted.take_operator_request(ip, thread_->now())
                               : shared.admitted.take_request(ip, thread_->now());
  if (wait.count() == 0 && std::holds_alternative<create_room>(call_)) {
    beyond = limit::rooms_created_per_minute;
    wait = shared.admitted.take_creation(ip, thread_->now());
  }
  if (wait.count() == 0) return true;
  refuse(429,
         over(beyond, errc::rate_limited, "too many requests from this address; slow down", wait));
  return false;
}

bool http_session::may_enter(const std::string& ip, const std::string& room) {
  if (who_.is_operator) return true;
  const auto& env = thread_->home().env;
  auto too_many = env.failures.refusal(ip, room, env.now());
  if (too_many) refuse(429, std::move(*too_many));
  return !too_many;
}

void http_session::weigh(command_result& outcome) {
  const auto* room = room_of(call_);
  // A room that goes while it is read was no guess.
  bool was_right = export_ && export_->has_begun;
  if (was_right || room == nullptr || who_.is_operator) return;
  auto& env = thread_->home().env;
  if (auto* why = std::get_if<failure>(&outcome)) {
    *why = env.failures.weigh(address(), *room, std::move(*why), env.now());
    return;
  }
  // Others of this address may have guessed meanwhile: then nothing is read, right or wrong.
  if (method_text() != "GET" && method_text() != "HEAD") return;
  if (auto too_many = env.failures.refusal(address(), *room, env.now()))
    outcome = std::move(*too_many);
}

void http_session::wait_for_answer() {
  is_waiting_ = true;
  set_deadline(answer_patience);
}

bool http_session::settle(std::uint32_t request) {
  if (request != request_ || has_ended_) return false;
  return std::exchange(is_waiting_, false);
}

caller http_session::caller_of(std::string room) {
  wait_for_answer();
  caller from;
  from.out = {thread_, id(), wire::native};
  from.request = request_;
  from.room_name = std::move(room);
  from.is_operator = who_.is_operator;
  if (who_.token) {
    from.user = who_.token->user;
    from.rooms = who_.token->rooms;
  }
  const auto& request = parser_->get();
  if (auto given = request.find("X-Room-Password"); given != request.end())
    from.password = std::make_shared<const std::string>(view(given->value()));
  return from;
}

void http_session::ask_room(room_call& call) {
  auto from = caller_of(call.room);
  if (!call.user.value.empty()) from.user = std::move(call.user);
  from.username = std::move(call.username);
  thread_->tell(thread_->home().directory,
                routed_request{std::move(from), std::move(call.command)});
}

void http_session::ask_user(user_call& call) {
  const auto& shards = thread_->home().shards;
  if (!shards) return refuse(404, {errc::bad_request, "there is nothing at this path"});
  auto from = caller_of({});
  from.user = std::move(call.user);
  const auto& shard = shards->of(from.user);
  if (call.friends)
    thread_->tell(shard, user_request{std::move(from), std::move(*call.friends)});
  else
    thread_->tell(shard, user_question{std::move(from)});
}

void http_session::ask_online_users(list_online_users& call) {
  const auto& shards = thread_->home().shards;
  if (!shards) return refuse(404, {errc::bad_request, "there is nothing at this path"});
  thread_->tell(shards->all().front(),
                online_users_question{caller_of({}), std::move(call), {}, 0});
}

void http_session::ask(rest_call& call) {
  const auto& directory = thread_->home().directory;
  std::visit(overloaded{
                 [&](room_call& c) { ask_room(c); },
                 [&](export_call& c) { begin_export(c); },
                 [&](create_room& c) {
                   thread_->tell(directory, create_request{caller_of({}), std::move(c)});
                 },
                 [&](list_rooms& c) {
                   thread_->tell(directory, list_request{caller_of({}), std::move(c)});
                 },
                 [&](user_call& c) { ask_user(c); },
                 [&](list_online_users& c) { ask_online_users(c); },
                 [&](stats_call&) { thread_->tell(directory, stats_request{caller_of({})}); },
                 [&](health_call&) { thread_->tell(directory, health_request{caller_of({})}); },
                 [&](metrics_call&) { answer_metrics(); },
                 [&](admin_call& c) { ask_admin(c); },
                 [&](options_call& c) {
                   rest_answer a;
                   a.status = 204;
                   answer(std::move(a), c.allow);
                 },
                 [&](rest_refusal& no) { refuse(no.status, std::move(no.why), no.allow); },
             },
             call);
}

std::string_view http_session::shown_token() const {
  if (thread_->home().tokens == nullptr) return {};
  return net::shown_token(*target_, header(http::field::authorization));
}

rest_asker http_session::asker() const {
  rest_asker who;
  who.is_operator = is_same_secret(bearer_token(header(http::field::authorization)),
                                   config().admin.token);
  if (who.is_operator || thread_->home().tokens == nullptr) return who;
  auto found = identify(thread_->home(), {}, shown_token());
  if (auto* why = std::get_if<failure>(&found)) {
    who.refused = std::move(*why);
  } else {
    who.token = std::get<identity_claim>(found).token;
    who.is_operator = who.token->is_operator;
  }
  return who;
}

void http_session::answer_metrics() {
  if (config().admin.metrics == "token" && config().admin.token.empty())
    return refuse(404, {errc::bad_request, "there is nothing at this path"});
  if (config().admin.metrics == "token" && !who_.is_operator)
    return refuse(401, {errc::unauthorized, "an operator's token is needed"});
  rest_answer a;
  a.content_type = "text/plain; version=0.0.4; charset=utf-8";
  const auto& shared = thread_->shared();
  const auto& shards = thread_->home().shards;
  a.body = spell_metrics(counts(), {shared.sockets, shards ? shards->online() : 0, shared.draining,
                                    read_resource_use(shared.sockets)});
  answer(std::move(a));
}

void http_session::on_result(std::uint32_t request, command_result&& outcome) {
  if (!settle(request)) return;
  weigh(outcome);
  if (const auto* why = std::get_if<failure>(&outcome)) counts().add(*why);
  if (export_) return on_export_result(std::move(outcome));
  if (std::holds_alternative<admin_call>(call_)) return on_admin_result(std::move(outcome));
  answer(answer_result(outcome, call_));
}

void http_session::refuse(unsigned status, failure why, std::string_view allow) {
  counts().add(why);
  record_deed(to_string(why.code));
  auto a = answer_failure(why);
  a.status = status;
  answer(std::move(a), allow);
}

answer_context http_session::context_of_answer() const {
  const auto& request = parser_->get();
  answer_context context;
  context.version = request.version() == 10 ? 10 : 11;
  context.is_head = request.method() == http::verb::head;
  context.keep_alive = !closes_after_;
  context.origin = header(http::field::origin);
  context.asked_headers = header(http::field::access_control_request_headers);
  context.is_engine = engine_.has_value();
  return context;
}

void http_session::answer(rest_answer a, std::string_view allow) {
  export_.reset();
  counts().add_http_answer(a.status);
  closes_after_ = closes_after_ || !parser_->get().keep_alive() || thread_->shared().draining;
  auto context = context_of_answer();
  const auto& origins = context.is_engine ? thread_->shared().engine_origins
                                          : config().cors.origins;
  write(spell_response(std::move(a), allow, context, origins));
}

void http_session::upgrade_to_websocket() {
  closes_after_ = true;
  const auto* route = websocket_route_of(thread_->shared().ways, *target_);
  if (route == nullptr)
    return refuse(404, {errc::bad_request, "there is no WebSocket at this path"});
  if (!is_allowed_origin(header(http::field::origin), header(http::field::host),
                         config().limits.allowed_origins))
    return refuse_connection(
        403, over(limit::allowed_origins, errc::forbidden, "pages of this origin may not connect"));
  auto identity = read_identity(*target_);
  if (auto* why = std::get_if<failure>(&identity)) return refuse_connection(400, std::move(*why));
  auto who = identify(thread_->home(), std::get<identity_claim>(std::move(identity)),
                      shown_token());
  if (auto* why = std::get_if<failure>(&who))
    return refuse_connection(status_of(why->code), std::move(*why));
  auto place = take_place();
  if (!place) return;
  auto u = hand_over(std::move(*place));
  u.claimed = std::get<identity_claim>(std::move(who));
  route->start(*thread_, std::move(u));
}

void http_session::refuse_connection(unsigned status, failure why) {
  counts().add(counter::connections_refused);
  refuse(status, std::move(why));
}

std::optional<connection_slot> http_session::take_place() {
  auto& shared = thread_->shared();
  auto ip = address();
  if (shared.draining) {
    refuse_connection(
        503, {errc::shutting_down, "the server is shutting down", config().server.retry_after});
    return std::nullopt;
  }
  switch (shared.admitted.enter(ip)) {
  case admission::verdict::server_full:
    refuse_connection(503,
                      over(limit::connections, errc::rate_limited, "the server has no place left"));
    return std::nullopt;
  case admission::verdict::address_full:
    refuse_connection(429, over(limit::connections_per_ip, errc::rate_limited,
                                "too many connections of this address"));
    return std::nullopt;
  case admission::verdict::admitted: break;
  }
  return std::optional<connection_slot>{std::in_place, shared.admitted, std::move(ip)};
}

upgrade http_session::hand_over(connection_slot place) {
  upgrade u{
      std::move(socket_), parser_->release(),       boost::beast::buffers_to_string(buffer_.data()),
      std::move(place),   std::move(socket_count_), {}};
  end();
  return u;
}

} // namespace atrium::net
