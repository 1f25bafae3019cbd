// The transport of one HTTP connection: heads and bodies in, answers out, deadlines.
//
// Order: one request at a time; what a client pipelines waits unread. Memory: one head and one
// body, both limited; bodies count as half-received bytes. A client that sends too slowly, reads
// nothing or asks nothing more is dropped at its deadline. After a refusal that leaves the request
// unread, the connection is closed so that the client still reads the answer.
#include "net/http_session_impl.hpp"

#include "log/log.hpp"

#include <boost/asio/write.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/rfc7230.hpp>

namespace atrium::net {
namespace {

namespace http = boost::beast::http;

/// Headers, trailers and the lines between chunks have to fit into this; a field beyond 65,533 bytes
/// would make Beast throw.
constexpr std::size_t max_header_bytes = 60'000;
/// A slow body gets more time with every so many bytes.
constexpr std::size_t body_step_bytes = 65'536;
constexpr std::chrono::seconds linger_patience{2};
constexpr std::chrono::seconds write_patience{60};

std::string address_text(const tcp_socket& socket) {
  boost::system::error_code ec;
  auto ip = socket.remote_endpoint(ec).address();
  if (ip.is_v6() && ip.to_v6().is_v4_mapped())
    return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, ip.to_v6()).to_string();
  return ip.to_string();
}

} // namespace

void start_http(io_thread& thread, tcp_socket socket, counted socket_count) {
  std::make_shared<http_session>(thread, std::move(socket), std::move(socket_count))->run();
}

http_session::http_session(io_thread& thread, tcp_socket socket, counted socket_count)
    : thread_{&thread}, socket_{std::move(socket)}, socket_count_{std::move(socket_count)},
      peer_{address_text(socket_)}, buffer_{max_header_bytes}, share_{thread.shared().admitted} {}

void http_session::run() {
  thread_->add(shared_from_this());
  boost_error ignored;
  socket_.set_option(boost::asio::ip::tcp::no_delay{true}, ignored);
  set_deadline(config().limits.handshake);
  begin_request();
}

void http_session::set_deadline(std::chrono::milliseconds from_now) {
  due_ = from_now.count() == 0 ? never : thread_->now() + from_now;
  if (due_ != never) thread_->arm(*this, due_);
}

void http_session::on_timer(time_point now) {
  if (now < due_) return due_ == never ? void() : thread_->arm(*this, due_);
  if (is_waiting_) {
    log::error("request_unanswered", {{"connection", id()}});
    is_waiting_ = false;
    if (export_ && export_->has_begun) return end();
    return refuse(500, {errc::internal, "the server did not find an answer in time"});
  }
  bool is_writing = !out_.empty();
  if (is_writing && (export_ || file_)) {
    counts().add(counter::slow_closed);
    counts().add(limit::stalled_ms);
  }
  if (!is_writing && (has_begun_ || request_ == 0)) {
    counts().add(counter::handshakes_timed_out);
    counts().add(limit::handshake_ms);
  }
  end();
}

void http_session::begin_request() {
  auto header_bytes = config().limits.header_bytes;
  engine_.reset();
  parser_.emplace();
  if (header_bytes == 0) header_bytes = max_header_bytes;
  parser_->header_limit(static_cast<std::uint32_t>(std::min(header_bytes, max_header_bytes)));
  if (config().limits.payload_bytes == 0)
    parser_->body_limit(boost::none);
  else
    parser_->body_limit(config().limits.payload_bytes);
  has_begun_ = buffer_.size() > 0;
  read_head();
}

void http_session::read_head() {
  http::async_read_some(socket_, buffer_, *parser_,
                        [me = self()](boost_error ec, std::size_t n) { me->on_head_bytes(ec, n); });
}

void http_session::on_head_bytes(boost_error ec, std::size_t) {
  if (has_ended_) return;
  if (ec) return on_read_error(ec);
  if (parser_->is_header_done()) return on_head();
  if (!std::exchange(has_begun_, true)) set_deadline(config().limits.handshake);
  read_head();
}

void http_session::on_read_error(boost_error ec) {
  parser_->get().keep_alive(false);
  closes_after_ = true;
  if (ec == http::error::header_limit || ec == http::error::buffer_overflow)
    return refuse(431, over(limit::header_bytes, errc::payload_too_large,
                            "the request's headers are too large"));
  if (ec == http::error::body_limit) {
    return refuse_body();
  }
  bool is_request = ec.category() == make_error_code(http::error::bad_version).category()
                    && ec != http::error::end_of_stream && ec != http::error::partial_message;
  if (!is_request) return end();
  if (ec == http::error::bad_version)
    return refuse(505, {errc::bad_request, "this server speaks HTTP/1.1 and HTTP/1.0"});
  refuse(400, {errc::bad_request, "this is no HTTP request: " + ec.message()});
}

void http_session::refuse_body() {
  release_engine();
  target_ = parse_target(target_text());
  if (engine_route() == nullptr)
    return refuse(413, over(limit::payload_bytes, errc::payload_too_large,
                            "the request's body is too large"));
  // As Engine.IO does it; the session goes on.
  counts().add(errc::payload_too_large);
  counts().add(limit::payload_bytes);
  rest_answer a;
  a.status = 413;
  answer(std::move(a));
}

void http_session::on_head() {
  has_begun_ = true;
  if (auto no = check()) {
    closes_after_ = true;
    return refuse(no->status, {errc::bad_request, std::move(no->sentence)});
  }
  target_ = parse_target(target_text());
  if (const auto* route = engine_route()) return on_engine_head(*route);
  read_rest();
}

void http_session::read_rest() {
  if (parser_->is_done()) return on_request();
  body_seen_ = 0;
  set_deadline(config().limits.handshake);
  if (boost::beast::iequals(header(http::field::expect), "100-continue")) return send_continue();
  read_body();
}

void http_session::send_continue() {
  static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
  boost::asio::async_write(socket_, boost::asio::buffer(go_on),
                           [me = self()](boost_error ec, std::size_t) {
                             if (me->has_ended_) return;
                             if (ec) return me->end();
                             me->read_body();
                           });
}

void http_session::read_body() {
  http::async_read_some(socket_, buffer_, *parser_,
                        [me = self()](boost_error ec, std::size_t) { me->on_body_bytes(ec); });
}

void http_session::on_body_bytes(boost_error ec) {
  if (has_ended_) return;
  if (ec) return on_read_error(ec);
  auto size = parser_->get().body().size();
  if (!share_.hold(size)) {
    closes_after_ = true;
    release_engine();
    return refuse(
        503, over(limit::inbound_bytes, errc::rate_limited, "too many requests are half received"));
  }
  if (parser_->is_done()) return on_request();
  if (size >= body_seen_ + body_step_bytes) {
    body_seen_ = size;
    set_deadline(config().limits.handshake);
  }
  read_body();
}

void http_session::write(std::string bytes) {
  out_ = std::move(bytes);
  set_deadline(write_patience);
  boost::asio::async_write(socket_, boost::asio::buffer(out_),
                           [me = self()](boost_error ec, std::size_t) { me->on_written(ec); });
}

void http_session::on_written(boost_error ec) {
  request_count_ = counted{};
  if (has_ended_) return;
  if (ec) return end();
  if (auto tell = std::exchange(when_written_, nullptr)) tell();
  out_ = {};
  share_.hold(0);
  if (closes_after_) {
    boost_error ignored;
    socket_.shutdown(tcp_socket::shutdown_send, ignored);
    set_deadline(linger_patience);
    return linger();
  }
  set_deadline(config().limits.keep_alive);
  begin_request();
}

void http_session::linger() {
  // Closing with unread input would reset the connection under the answer.
  out_.resize(4'096);
  socket_.async_read_some(boost::asio::buffer(out_), [me = self()](boost_error ec, std::size_t) {
    if (ec)
      me->end();
    else if (!me->has_ended_)
      me->linger();
  });
}

void http_session::end() {
  if (std::exchange(has_ended_, true)) return;
  boost_error ignored;
  // Half a download must not look like a whole one, not even where its end is the connection's.
  if (export_ && export_->has_begun)
    socket_.set_option(boost::asio::socket_base::linger{true, 0}, ignored);
  socket_.close(ignored);
  when_written_ = nullptr;
  record_deed(to_string(errc::internal));
  if (auto engine = std::exchange(owed_by_, nullptr)) engine->on_request_lost(*this);
  request_count_ = counted{};
  socket_count_ = counted{};
  thread_->remove(*this);
}

} // namespace atrium::net
