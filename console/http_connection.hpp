// One connection of the HTTP client: TCP, with TLS around it where the URL says https. Each step
// waits for its end, a deadline or an interruption, whichever comes first, and then the connection
// is done.
#pragma once

#include "console/http_client.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <functional>

namespace atrium::console {

class http_client::connection {
public:
  using error_code = boost::system::error_code;
  using duration = std::chrono::milliseconds;
  using response_parser = boost::beast::http::response_parser<boost::beast::http::string_body>;

  /// Each of these returns a sentence when it failed.
  [[nodiscard]] std::optional<std::string> open(const server_url& url, const std::string& ca_file,
                                                duration timeout);
  [[nodiscard]] std::optional<std::string>
  write(const boost::beast::http::request<boost::beast::http::string_body>& request,
        duration timeout);
  [[nodiscard]] std::optional<std::string> read_whole(duration timeout);
  [[nodiscard]] std::optional<std::string> read_head(duration timeout);
  /// A further piece of the body, appended to what `parser()` holds.
  [[nodiscard]] error_code read_some(duration timeout);

  /// Of the answer that is being read; new with each `read_head`.
  response_parser& parser() { return *parser_; }
  /// Bytes of the stream that are no whole line yet.
  std::string rest;

private:
  /// Starts an operation and waits until it is done. `timed_out` and `operation_aborted`
  /// (interrupted) close the connection.
  error_code wait(const std::function<void(std::function<void(error_code)>)>& start,
                  duration timeout);
  [[nodiscard]] std::optional<std::string> begin_tls(const server_url& url,
                                                     const std::string& ca_file, duration timeout);
  template <class Use>
  void with_stream(Use use);

  boost::asio::io_context io_;
  boost::asio::ip::tcp::socket socket_{io_};
  std::unique_ptr<boost::asio::ssl::context> tls_context_;
  std::unique_ptr<boost::asio::ssl::stream<boost::asio::ip::tcp::socket&>> tls_;
  boost::beast::flat_buffer buffer_;
  std::optional<response_parser> parser_;
};

} // namespace atrium::console
