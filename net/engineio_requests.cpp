// HTTP requests at a path of Engine.IO (protocols.md §3.4-§3.6, §3.11): handshakes, polls, payloads,
// upgrades. All requests of a session are carried out on the session's thread: a connection that
// speaks for a session of another thread moves there, once, when the head of its request has come.
//
// Origin: pages that may not connect are refused (403), whatever CORS would allow.
#include "net/http_session_impl.hpp"

#include <boost/asio/post.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

#include <algorithm>
#include <cerrno>

#include <sys/socket.h>

namespace atrium::net {
namespace {

namespace http = boost::beast::http;

std::string parameter(const request_target& target, std::string_view name) {
  const auto* value = target.parameter(name);
  return value == nullptr ? std::string{} : *value;
}

} // namespace

const engineio_route* http_session::engine_route() const {
  const auto& engines = thread_->shared().ways.engines;
  auto found = std::find_if(engines.begin(), engines.end(), [this](const engineio_route& r) {
    return target_ && target_text().starts_with(r.prefix);
  });
  return found == engines.end() ? nullptr : &*found;
}

void http_session::on_engine_head(const engineio_route& route) {
  auto transport = parameter(*target_, "transport");
  auto sid = parameter(*target_, "sid");
  auto version = parameter(*target_, "EIO");
  engineio::request_parts parts;
  parts.method = method_text();
  parts.transport = transport;
  parts.sid = sid;
  parts.eio = version;
  parts.origin = header(http::field::origin);
  parts.is_upgrade = boost::beast::websocket::is_upgrade(parser_->get());
  parts.is_admitted = is_allowed_origin(parts.origin, header(http::field::host),
                                        config().limits.allowed_origins);
  engine_ = engine_call{&route, engineio::read_request(parts), nullptr};
  const auto* r = std::get_if<engineio::request>(&engine_->asked);
  if (r != nullptr && !parts.is_admitted) {
    // Not even with an id that they heard of.
    engine_->asked = engineio::forbidden;
  } else if (r != nullptr && !r->is_handshake() && parts.method != "OPTIONS") {
    auto found = thread_->shared().engines.find(r->sid);
    if (found.thread != nullptr && found.thread != thread_) return move_to(*found.thread);
    find_engine_session(r->sid);
  }
  read_rest();
}

void http_session::move_to(io_thread& target) {
  thread_->remove(*this);
  boost_error ignored;
  auto protocol = socket_.local_endpoint(ignored).protocol();
  auto descriptor = socket_.release(ignored);
  boost::asio::post(target.context(), [me = self(), &target, protocol, descriptor] {
    me->socket_ = tcp_socket{target.context(), protocol, descriptor};
    me->thread_ = &target;
    target.add(me);
    me->find_engine_session(std::get<engineio::request>(me->engine_->asked).sid);
    me->read_rest();
  });
}

void http_session::find_engine_session(const std::string& sid) {
  auto session = thread_->shared().engines.find(sid).session.lock();
  if (session && !session->is_alive()) session = nullptr;
  const auto& r = std::get<engineio::request>(engine_->asked);
  auto current = session ? std::optional{session->current()} : std::nullopt;
  auto no = engineio::check_session(r, current);
  bool is_payload = !r.is_upgrade && r.method == engineio::verb::post;
  if (!no && is_payload) {
    if (session->begin_payload())
      owed_by_ = session;
    else
      no = engineio::bad_request;
  }
  if (no)
    engine_->asked = *no;
  else
    engine_->session = std::move(session);
}

void http_session::answer_engine() {
  if (method_text() == "OPTIONS") {
    rest_answer a;
    a.status = 204;
    return answer(std::move(a));
  }
  if (const auto* no = std::get_if<engineio::refusal>(&engine_->asked)) return refuse_engine(*no);
  const auto& r = std::get<engineio::request>(engine_->asked);
  if (r.is_handshake()) return shake_hands(r);
  auto session = engine_->session;
  // The body took its time.
  if (!session->is_alive()) {
    owed_by_ = nullptr;
    return refuse_engine(engineio::session_unknown);
  }
  if (r.is_upgrade) return upgrade_engine();
  hold(session);
  if (r.method == engineio::verb::post)
    return session->take_payload(as_held(), header(http::field::content_type),
                                 parser_->get().body());
  session->take_poll(as_held());
}

void http_session::refuse_engine(const engineio::refusal& no) {
  rest_answer a;
  a.status = no.status;
  if (boost::beast::websocket::is_upgrade(parser_->get())) {
    closes_after_ = true;
    a.content_type = "text/plain";
    a.body = no.message;
  } else {
    engineio::append_refusal(a.body, no);
  }
  if (no == engineio::forbidden) {
    counts().add(counter::connections_refused);
    counts().add(limit::allowed_origins);
  }
  answer(std::move(a));
}

void http_session::shake_hands(const engineio::request& r) {
  closes_after_ = closes_after_ || r.is_upgrade;
  auto place = take_place();
  if (!place) return;
  auto session = engine_->route->make(
      *thread_, {std::move(*place), read_identity(*target_), std::string{shown_token()}});
  if (r.is_upgrade) {
    auto u = hand_over({});
    return session->open(u);
  }
  hold(session);
  session->open(as_held());
}

void http_session::upgrade_engine() {
  auto session = engine_->session;
  auto u = hand_over({});
  session->take_websocket(u);
}

std::shared_ptr<held_request> http_session::as_held() {
  return {self(), static_cast<held_request*>(this)};
}

void http_session::hold(std::shared_ptr<engineio_session> session) {
  owed_by_ = std::move(session);
  due_ = never;
  watch_peer();
}

// A client that went away is noticed while its poll is held.
void http_session::watch_peer() {
  socket_.async_wait(tcp_socket::wait_read, [me = self(), held = request_](boost_error ec) {
    if (ec || me->has_ended_ || !me->owed_by_ || me->request_ != held) return;
    char next;
    auto n = ::recv(me->socket_.native_handle(), &next, 1, MSG_PEEK | MSG_DONTWAIT);
    bool is_gone = n == 0 || (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
    // Bytes of a next request say nothing: from here on the heartbeat watches.
    if (is_gone) me->end();
  });
}

void http_session::release_engine() {
  if (auto session = std::exchange(owed_by_, nullptr)) session->abandon_payload();
}

void http_session::answer(polling_answer a) {
  owed_by_ = nullptr;
  if (has_ended_) return;
  rest_answer out;
  out.status = a.status;
  out.body = std::move(a.body);
  out.content_type = a.content_type;
  when_written_ = std::move(a.on_written);
  answer(std::move(out));
}

} // namespace atrium::net
