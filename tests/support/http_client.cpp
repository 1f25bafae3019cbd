// Blocking sockets with receive and send time limits; Beast parses the answers.
#include "support/http_client.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <algorithm>
#include <cctype>
#include <stdexcept>

namespace atrium::test {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using error_code = boost::system::error_code;

/// Drives one asynchronous operation with a time limit.
class timed_socket {
public:
  timed_socket(std::uint16_t port, std::chrono::milliseconds timeout)
      : deadline_{std::chrono::steady_clock::now() + timeout} {
    run([&](auto done) {
      socket.async_connect({asio::ip::address_v4::loopback(), port}, std::move(done));
    });
  }

  template <class Start>
  error_code try_run(Start start) {
    bool is_done = false;
    error_code result;
    start([&](error_code ec, auto...) {
      is_done = true;
      result = ec;
    });
    context_.restart();
    context_.run_until(deadline_);
    if (is_done) return result;
    socket.close();
    context_.restart();
    context_.run();
    throw std::runtime_error{"HTTP: no answer in time"};
  }

  template <class Start>
  void run(Start start) {
    if (auto ec = try_run(std::move(start))) throw std::runtime_error{"HTTP: " + ec.message()};
  }

private:
  asio::io_context context_{1};
  std::chrono::steady_clock::time_point deadline_;

public:
  tcp::socket socket{context_};
};

} // namespace

nlohmann::json http_response::json() const {
  return nlohmann::json::parse(body, nullptr, false);
}

http_response http_request(std::uint16_t port, const std::string& method, const std::string& target,
                           const std::string& body, const headers& extra) {
  timed_socket s{port, std::chrono::seconds{15}};
  http::request<http::string_body> request;
  request.method_string(method);
  request.target(target);
  request.version(11);
  request.set(http::field::host, "127.0.0.1:" + std::to_string(port));
  request.set(http::field::connection, "close");
  if (!body.empty()) request.set(http::field::content_type, "application/json");
  for (const auto& [name, value] : extra) request.set(name, value);
  request.body() = body;
  request.prepare_payload();
  // An answer may come before the whole body was taken: then the rest need not be sent.
  s.try_run([&](auto done) { http::async_write(s.socket, request, std::move(done)); });
  boost::beast::flat_buffer buffer;
  http::response_parser<http::string_body> parser;
  parser.body_limit(boost::none);
  parser.skip(method == "HEAD");
  s.run([&](auto done) { http::async_read(s.socket, buffer, parser, std::move(done)); });
  http_response out;
  out.status = parser.get().result_int();
  for (const auto& f : parser.get()) {
    std::string name{f.name_string()};
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    out.headers[name] = std::string{f.value()};
  }
  out.body = parser.get().body();
  return out;
}

http_response http_get(std::uint16_t port, const std::string& target) {
  return http_request(port, "GET", target);
}

http_response http_post(std::uint16_t port, const std::string& target, const nlohmann::json& body) {
  return http_request(port, "POST", target, body.dump());
}

std::string create_room(std::uint16_t port, nlohmann::json fields) {
  nlohmann::json body{{"name", "a room"}, {"createdBy", "tester"}};
  body.update(fields);
  auto answer = http_post(port, "/api/rooms/create", body);
  if (answer.status != 201) throw std::runtime_error{"no room: " + answer.body};
  return answer.json()["room"]["id"];
}

std::string upgrade_request(std::string_view path) {
  return "GET " + std::string{path}
         + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
}

std::string raw_exchange(std::uint16_t port, std::string_view bytes,
                         std::chrono::milliseconds timeout) {
  timed_socket s{port, timeout};
  s.try_run([&](auto done) {
    asio::async_write(s.socket, asio::buffer(bytes.data(), bytes.size()), std::move(done));
  });
  std::string out;
  char part[4'096];
  while (true) {
    std::size_t count = 0;
    auto ec = s.try_run([&](auto done) {
      s.socket.async_read_some(asio::buffer(part),
                               [&count, done](error_code e, std::size_t n) mutable {
                                 count = n;
                                 done(e);
                               });
    });
    out.append(part, count);
    if (ec) return out;
  }
}

} // namespace atrium::test
