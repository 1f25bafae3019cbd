// One outstanding read at most, driven by a private event loop while somebody waits.
#include "support/ws_client.hpp"

#include <catch2/catch.hpp>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>

#include <algorithm>
#include <deque>

namespace atrium::test {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;
using asio::ip::tcp;
using clock_type = std::chrono::steady_clock;
using error_code = boost::system::error_code;

} // namespace

handshake_refused::handshake_refused(unsigned s, std::string b)
    : std::runtime_error{"upgrade refused with " + std::to_string(s) + ": " + b}, status{s},
      body{std::move(b)} {}

struct ws_client::state {
  asio::io_context context{1};
  websocket::stream<tcp::socket> ws{context};
  beast::flat_buffer buffer;
  std::deque<json> received;
  std::uint64_t next_ref = 1;
  bool is_reading = false;
  bool is_closed = false;

  void read() {
    if (is_reading || is_closed) return;
    is_reading = true;
    ws.async_read(buffer, [this](error_code ec, std::size_t) {
      is_reading = false;
      if (ec) {
        is_closed = true;
        return;
      }
      received.push_back(json::parse(beast::buffers_to_string(buffer.data())));
      buffer.consume(buffer.size());
    });
  }

  /// Reads until `is_done` or the time is over; whether it was done.
  template <class Done>
  bool read_until(clock_type::time_point deadline, Done is_done) {
    while (!is_done()) {
      read();
      context.restart();
      if (context.run_one_until(deadline) == 0 && clock_type::now() >= deadline) return is_done();
      if (is_closed) return is_done();
    }
    return true;
  }

  /// Runs one operation to its end.
  template <class Start>
  error_code run(Start start) {
    bool is_done = false;
    error_code result = asio::error::timed_out;
    start([&](error_code ec, auto...) {
      is_done = true;
      result = ec;
    });
    auto deadline = clock_type::now() + patience;
    while (!is_done && clock_type::now() < deadline) {
      context.restart();
      context.run_one_until(deadline);
    }
    if (!is_done) {
      error_code ignored;
      ws.next_layer().close(ignored);
      context.restart();
      context.run();
    }
    return result;
  }
};

ws_client::ws_client(std::uint16_t port, const std::string& path, const headers& extra,
                     int receive_buffer_bytes)
    : state_{std::make_unique<state>()} {
  auto& s = *state_;
  auto& socket = s.ws.next_layer();
  socket.open(tcp::v4());
  if (receive_buffer_bytes != 0)
    socket.set_option(asio::socket_base::receive_buffer_size{receive_buffer_bytes});
  socket.connect({asio::ip::address_v4::loopback(), port});
  socket.set_option(tcp::no_delay{true});
  s.ws.read_message_max(64 * 1024 * 1024);
  s.ws.set_option(websocket::stream_base::decorator([&](websocket::request_type& request) {
    for (const auto& [name, value] : extra) request.set(name, value);
  }));
  websocket::response_type response;
  auto host = "127.0.0.1:" + std::to_string(port);
  auto ec = s.run([&](auto done) { s.ws.async_handshake(response, host, path, std::move(done)); });
  if (ec == websocket::error::upgrade_declined)
    throw handshake_refused{response.result_int(), response.body()};
  if (ec) throw std::runtime_error{"handshake: " + ec.message()};
}

ws_client::~ws_client() = default;
ws_client::ws_client(ws_client&&) noexcept = default;
ws_client& ws_client::operator=(ws_client&&) noexcept = default;

void ws_client::send(const json& event) {
  send_text(event.dump());
}

void ws_client::send_text(std::string_view text) {
  state_->ws.text(true);
  auto ec = state_->run([&](auto done) {
    state_->ws.async_write(asio::buffer(text.data(), text.size()), std::move(done));
  });
  INFO("send: " << ec.message());
  REQUIRE(!ec);
}

void ws_client::send_binary(std::string_view bytes) {
  state_->ws.binary(true);
  state_->run([&](auto done) {
    state_->ws.async_write(asio::buffer(bytes.data(), bytes.size()), std::move(done));
  });
}

void ws_client::send_raw(std::string_view bytes) {
  state_->run([&](auto done) {
    asio::async_write(state_->ws.next_layer(), asio::buffer(bytes.data(), bytes.size()),
                      std::move(done));
  });
}

void ws_client::ping() {
  state_->run([&](auto done) { state_->ws.async_ping({}, std::move(done)); });
}

ws_client::json ws_client::request(json event, std::chrono::milliseconds timeout) {
  auto ref = state_->next_ref++;
  event["ref"] = ref;
  send(event);
  return expect(
      [ref](const json& m) {
        return m.value("type", "") == "ack" && m.contains("ref") && m["ref"] == ref;
      },
      timeout);
}

ws_client::json ws_client::join(const std::string& room, const std::string& user, json more) {
  json event{{"type", "join"}, {"roomId", room}, {"userId", user}, {"username", user}};
  event.update(more);
  auto ack = request(std::move(event));
  INFO(ack.dump());
  REQUIRE(ack["success"] == true);
  return ack;
}

ws_client::json ws_client::expect(const std::string& type, const predicate& also,
                                  std::chrono::milliseconds timeout) {
  INFO("expecting " << type);
  return expect([&](const json& m) { return m.value("type", "") == type && (!also || also(m)); },
                timeout);
}

ws_client::json ws_client::expect(const predicate& wanted, std::chrono::milliseconds timeout) {
  auto& s = *state_;
  std::size_t seen = 0;
  auto found = [&] {
    while (seen < s.received.size() && !wanted(s.received[seen])) ++seen;
    return seen < s.received.size();
  };
  if (!s.read_until(clock_type::now() + timeout, found)) {
    std::string got;
    for (const auto& m : s.received) got += m.dump().substr(0, 200) + "\n";
    FAIL("expected message did not come" << (s.is_closed ? " (closed)" : "") << "; got:\n" << got);
  }
  auto at = s.received.begin() + static_cast<std::ptrdiff_t>(seen);
  json out = std::move(*at);
  s.received.erase(at);
  return out;
}

ws_client::json ws_client::next(std::chrono::milliseconds timeout) {
  return expect([](const json&) { return true; }, timeout);
}

void ws_client::refute(const std::string& type, std::chrono::milliseconds during) {
  read_for(during);
  for (const auto& m : state_->received) {
    INFO(m.dump());
    REQUIRE(m.value("type", "") != type);
  }
}

void ws_client::read_for(std::chrono::milliseconds during) {
  state_->read_until(clock_type::now() + during, [] { return false; });
}

std::vector<ws_client::json> ws_client::take_all() {
  std::vector<json> out{state_->received.begin(), state_->received.end()};
  state_->received.clear();
  return out;
}

std::uint16_t ws_client::expect_close(std::chrono::milliseconds timeout) {
  auto& s = *state_;
  if (!s.read_until(clock_type::now() + timeout, [&] { return s.is_closed; }))
    FAIL("the connection was not closed");
  return s.ws.reason().code;
}

bool ws_client::is_open() const {
  return !state_->is_closed;
}

void ws_client::close() {
  state_->run(
      [&](auto done) { state_->ws.async_close(websocket::close_code::normal, std::move(done)); });
  state_->is_closed = true;
}

void ws_client::drop(bool hard) {
  error_code ignored;
  auto& socket = state_->ws.next_layer();
  if (hard) socket.set_option(asio::socket_base::linger{true, 0}, ignored);
  socket.close(ignored);
  state_->is_closed = true;
  state_->context.restart();
  state_->context.poll();
}

} // namespace atrium::test
