// Asio's operations, waited for one at a time on a loop of the connection's own. The loop wakes ten
// times a second to see whether the operator has had enough.
//
// Never trusts a certificate that the system (or --ca-file) does not vouch for, or of another name.
#include "console/http_connection.hpp"

#include "console/interruption.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>

namespace atrium::console {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;

namespace {

constexpr auto look_up_every = std::chrono::milliseconds{100};
/// Heads of answers: more is no Atrium.
constexpr std::uint32_t head_bytes = 64 * 1024;

std::string sentence(std::string_view what, const boost::system::error_code& e) {
  if (e == asio::error::operation_aborted) return std::string{what} + ": interrupted";
  if (e == asio::error::timed_out) return std::string{what} + ": no answer in time";
  if (e == http::error::end_of_stream || e == asio::error::eof)
    return std::string{what} + ": the server closed the connection";
  return std::string{what} + ": " + e.message();
}

} // namespace

template <class Use>
void http_client::connection::with_stream(Use use) {
  if (tls_)
    use(*tls_);
  else
    use(socket_);
}

http_client::connection::error_code
http_client::connection::wait(const std::function<void(std::function<void(error_code)>)>& start,
                              duration timeout) {
  auto deadline = std::chrono::steady_clock::now() + timeout;
  bool is_done = false;
  error_code result;
  error_code why_ended;
  start([&](error_code e) {
    is_done = true;
    result = e;
  });
  io_.restart();
  while (!is_done) {
    io_.run_one_for(look_up_every);
    if (is_done || why_ended) continue;
    if (is_interrupted()) why_ended = asio::error::operation_aborted;
    if (std::chrono::steady_clock::now() >= deadline) why_ended = asio::error::timed_out;
    error_code ignored;
    if (why_ended) socket_.close(ignored);
  }
  return why_ended ? why_ended : result;
}

std::optional<std::string>
http_client::connection::open(const server_url& url, const std::string& ca_file, duration timeout) {
  auto what = "cannot connect to " + authority(url);
  tcp::resolver resolver{io_};
  tcp::resolver::results_type found;
  error_code resolved;
  // Asio looks names up on a thread of its own that can't be called back; the C library has a
  // timeout.
  found = resolver.resolve(url.host, url.port, resolved);
  if (resolved) return sentence(what, resolved);
  auto e = wait(
      [&](auto done) {
        asio::async_connect(socket_, found,
                            [done](error_code e, const tcp::endpoint&) { done(e); });
      },
      timeout);
  if (e) return sentence(what, e);
  error_code ignored;
  socket_.set_option(tcp::no_delay{true}, ignored);
  return url.is_tls ? begin_tls(url, ca_file, timeout) : std::nullopt;
}

std::optional<std::string> http_client::connection::begin_tls(const server_url& url,
                                                              const std::string& ca_file,
                                                              duration timeout) {
  namespace ssl = asio::ssl;
  tls_context_ = std::make_unique<ssl::context>(ssl::context::tls_client);
  error_code e;
  if (ca_file.empty())
    tls_context_->set_default_verify_paths(e);
  else
    tls_context_->load_verify_file(ca_file, e);
  if (e) return sentence("cannot read the certificates to trust", e);
  SSL_CTX_set_min_proto_version(tls_context_->native_handle(), TLS1_2_VERSION);
  tls_ = std::make_unique<ssl::stream<tcp::socket&>>(socket_, *tls_context_);
  tls_->set_verify_mode(ssl::verify_peer, e);
  tls_->set_verify_callback(ssl::host_name_verification{url.host}, e);
  // An address is no server name; OpenSSL takes it, servers need not.
  error_code is_name;
  asio::ip::make_address(url.host, is_name);
  if (is_name) SSL_set_tlsext_host_name(tls_->native_handle(), url.host.c_str());
  e = wait([&](auto done) { tls_->async_handshake(ssl::stream_base::client, done); }, timeout);
  if (e) return sentence("no trusted connection to " + authority(url), e);
  return std::nullopt;
}

std::optional<std::string>
http_client::connection::write(const http::request<http::string_body>& request, duration timeout) {
  error_code e;
  with_stream([&](auto& stream) {
    e = wait(
        [&](auto done) {
          http::async_write(stream, request, [done](error_code e, std::size_t) { done(e); });
        },
        timeout);
  });
  return e ? std::optional{sentence("cannot send", e)} : std::nullopt;
}

std::optional<std::string> http_client::connection::read_head(duration timeout) {
  parser_.emplace();
  parser_->body_limit(boost::none);
  parser_->header_limit(head_bytes);
  error_code e;
  with_stream([&](auto& stream) {
    e = wait(
        [&](auto done) {
          http::async_read_header(stream, buffer_, *parser_,
                                  [done](error_code e, std::size_t) { done(e); });
        },
        timeout);
  });
  return e ? std::optional{sentence("no answer", e)} : std::nullopt;
}

std::optional<std::string> http_client::connection::read_whole(duration timeout) {
  error_code e;
  with_stream([&](auto& stream) {
    e = wait(
        [&](auto done) {
          http::async_read(stream, buffer_, *parser_,
                           [done](error_code e, std::size_t) { done(e); });
        },
        timeout);
  });
  return e ? std::optional{sentence("the answer breaks off", e)} : std::nullopt;
}

http_client::connection::error_code http_client::connection::read_some(duration timeout) {
  error_code e;
  with_stream([&](auto& stream) {
    e = wait(
        [&](auto done) {
          http::async_read_some(stream, buffer_, *parser_,
                                [done](error_code e, std::size_t) { done(e); });
        },
        timeout);
  });
  return e;
}

} // namespace atrium::console
