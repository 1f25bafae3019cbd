// Receipts: a session hears of a frame when its client's socket has taken the last byte of it, over a
// WebSocket and over long-polling, and never of one that was thrown away or that nobody fetched.
#include "support/http_client.hpp"
#include "support/kept_house.hpp"
#include "support/live_house.hpp"
#include "support/ws_client.hpp"

#include "net/engineio_session.hpp"
#include "net/websocket_frame.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <mutex>
#include <sstream>
#include <string>
#include <vector>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace atrium;
using namespace atrium::test;
using namespace std::chrono_literals;

namespace {

constexpr int small_buffer_bytes = 8'192;
/// More than the system takes for a client that doesn't read.
constexpr std::size_t huge_bytes = 30'000'000;

using receipts = std::vector<std::uint64_t>;

/// What the sessions of a test were asked for and told.
struct ledger {
  std::mutex mutex;
  receipts told;
  std::uint64_t asked = 0;
  std::atomic<bool> has_ended{false};

  std::uint64_t next() {
    std::lock_guard guard{mutex};
    return ++asked;
  }
  void note(std::uint64_t receipt) {
    std::lock_guard guard{mutex};
    told.push_back(receipt);
  }
  [[nodiscard]] bool is_asked(std::uint64_t n) {
    return eventually([&] {
      std::lock_guard guard{mutex};
      return asked == n;
    });
  }
  [[nodiscard]] receipts now() {
    std::lock_guard guard{mutex};
    return told;
  }
  [[nodiscard]] bool is_told(const receipts& expected) {
    return eventually([&] { return now() == expected; });
  }
};

/// For `<bytes>` an event of about that size comes back, a snapshot for `s<bytes>`.
op::event event_for(std::string_view asked, std::string_view packet_type, ledger& books) {
  bool is_snapshot = asked.starts_with("s");
  auto bytes = std::stoul(std::string{asked.substr(is_snapshot ? 1 : 0)});
  auto text = std::string{packet_type} + '"' + std::string(bytes, 'x') + '"';
  return {0,
          0,
          net::make_text_frame(text),
          is_snapshot ? delivery::snapshot : delivery::reliable,
          no_seq,
          books.next()};
}

class plain_session final : public net::queued_session, private net::websocket_user {
public:
  plain_session(net::io_thread& thread, net::upgrade& u, ledger& books)
      : queued_session{thread}, place_{std::move(u.place)}, books_{books},
        ws_{std::make_shared<net::websocket>(thread, static_cast<net::websocket_user&>(*this),
                                             lanes_, u, 0)} {}

  void run(const net::upgrade_request& request) {
    thread_.add(shared_from_this());
    if (ws_->accept(request)) ws_->start();
  }

  void on_result(std::uint32_t, command_result&&) override {}
  void close(std::uint16_t code, std::string_view reason) override { ws_->close(code, reason); }
  void drain() override { ws_->end("the test is over"); }
  void abort() override { ws_->end("aborted"); }
  void flush() override { ws_->write(); }
  void on_timer(time_point now) override { ws_->on_timer(now); }

private:
  net::session& owner() noexcept override { return *this; }
  bool may_read() const noexcept override { return true; }
  // Several by blanks: while a client leaves much unread, it is not read from.
  void on_message(net::websocket&, std::string_view text, bool) override {
    std::istringstream all{std::string{text}};
    for (std::string each; all >> each;) deliver(event_for(each, "", books_));
  }
  void on_receipts(net::websocket&) override { tell_receipts(); }
  void on_sealed(net::websocket&) override {}
  void on_end(net::websocket&, std::string_view) override {
    books_.has_ended = true;
    thread_.remove(*this);
  }
  bool is_sealed() const noexcept override { return ws_->is_sealed(); }
  bool is_blocked() const noexcept override { return ws_->is_blocked(); }
  void ask_truth(room_key, seq_t) override {}
  void on_stalled() override { ws_->end("stalled"); }
  void tell_written(std::uint64_t receipt) override { books_.note(receipt); }

  net::connection_slot place_;
  ledger& books_;
  std::shared_ptr<net::websocket> ws_;
};

class polled_session final : public net::engineio_session {
public:
  polled_session(net::io_thread& thread, net::engineio_opening o, ledger& books)
      : engineio_session{thread, std::move(o.place)}, books_{books} {}

  void on_result(std::uint32_t, command_result&&) override {}
  void drain() override { close(1001, {}); }

private:
  void on_data(std::string_view data, bool) override { deliver(event_for(data, "4", books_)); }
  void on_gone() override { books_.has_ended = true; }
  void ask_truth(room_key, seq_t) override {}
  void tell_written(std::uint64_t receipt) override { books_.note(receipt); }

  ledger& books_;
};

settings patient() {
  auto s = test_settings();
  s.limits.lane_bytes = 100'000;
  s.limits.lane = 0ms;
  s.limits.stalled = 0ms;
  return s;
}

struct counting_house {
  ledger books;
  atrium::daemon house{patient(), ways()};

  counting_house() { REQUIRE_FALSE(house.start()); }
  [[nodiscard]] std::uint16_t port() const { return house.port(); }

private:
  net::routes ways() {
    auto start = [this](net::io_thread& thread, net::upgrade u) {
      std::make_shared<plain_session>(thread, u, books)->run(u.request);
    };
    auto make = [this](net::io_thread& t,
                       net::engineio_opening o) -> std::shared_ptr<net::engineio_session> {
      return std::make_shared<polled_session>(t, std::move(o), books);
    };
    return {{{"/plain", start}}, {{"/polled/", make}}};
  }
};

/// A polling client, by hand.
struct poller {
  std::uint16_t port;
  std::string path = "/polled/?EIO=4&transport=polling";

  explicit poller(std::uint16_t p) : port{p} {
    auto open = http_get(port, path).body;
    REQUIRE(open.starts_with("0{"));
    path += "&sid=" + nlohmann::json::parse(open.substr(1))["sid"].get<std::string>();
  }
  void ask(const std::string& text) const {
    auto ok = http_request(port, "POST", path, "4" + text,
                           {{"Content-Type", "text/plain;charset=UTF-8"}});
    REQUIRE(ok.body == "ok");
  }
  [[nodiscard]] std::string poll() const { return http_get(port, path).body; }
};

/// A poll whose answer begins to come and is not read on.
class broken_poll {
public:
  broken_poll(std::uint16_t port, const std::string& path)
      : socket_{::socket(AF_INET, SOCK_STREAM, 0)} {
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &small_buffer_bytes, sizeof small_buffer_bytes);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0);
    auto request = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    REQUIRE(::send(socket_, request.data(), request.size(), MSG_NOSIGNAL)
            == static_cast<ssize_t>(request.size()));
    char first = 0;
    REQUIRE(::recv(socket_, &first, 1, 0) == 1);
  }
  ~broken_poll() { ::close(socket_); }
  broken_poll(const broken_poll&) = delete;
  broken_poll& operator=(const broken_poll&) = delete;

private:
  int socket_;
};

} // namespace

TEST_CASE("a WebSocket's receipts come when the frame is out whole", "[receipts]") {
  counting_house h;
  ws_client c{h.port(), "/plain", {}, small_buffer_bytes};
  c.send_text("10");
  // The client need not read what its system has taken.
  CHECK(h.books.is_told({1}));
  c.send_text("s" + std::to_string(huge_bytes) + " s10 10");
  REQUIRE(h.books.is_asked(4));
  CHECK(h.books.now() == receipts{1});
  for (int i = 0; i < 4; ++i) c.next();
  CHECK(h.books.is_told({1, 2, 3, 4}));
}

TEST_CASE("events that a slow reader loses have no receipt, those behind them have", "[receipts]") {
  counting_house h;
  ws_client c{h.port(), "/plain", {}, small_buffer_bytes};
  c.send_text(std::to_string(huge_bytes) + " s50 60000 60000 10");
  REQUIRE(h.books.is_asked(5));
  CHECK(h.books.now().empty());
  for (auto bytes : {huge_bytes, std::size_t{50}, std::size_t{10}})
    CHECK(c.next().get_ref<const std::string&>().size() == bytes);
  CHECK(h.books.is_told({1, 2, 5}));
}

TEST_CASE("a client that is gone took nothing more", "[receipts]") {
  counting_house h;
  {
    ws_client c{h.port(), "/plain", {}, small_buffer_bytes};
    c.send_text("s" + std::to_string(huge_bytes) + " s10");
    REQUIRE(h.books.is_asked(2));
    c.drop(true);
  }
  CHECK(eventually([&] { return h.books.has_ended.load(); }));
  CHECK(h.books.now().empty());
}

TEST_CASE("a poll's receipts come when its answer is written", "[receipts]") {
  counting_house h;
  poller c{h.port()};
  c.ask("10");
  c.ask("s20");
  REQUIRE(h.books.is_asked(2));
  CHECK(h.books.now().empty());
  CHECK(c.poll()
        == "4\"" + std::string(10, 'x')
               + "\"\x1e"
                 "4\""
               + std::string(20, 'x') + "\"");
  CHECK(h.books.is_told({1, 2}));
}

TEST_CASE("an answer that breaks off has no receipts", "[receipts]") {
  counting_house h;
  poller c{h.port()};
  c.ask("s" + std::to_string(huge_bytes));
  { broken_poll half{h.port(), c.path}; }
  c.ask("s10");
  CHECK(c.poll() == "4\"" + std::string(10, 'x') + "\"");
  CHECK(h.books.is_told({2}));
}

TEST_CASE("an upgrade leaves no receipt behind", "[receipts]") {
  counting_house h;
  poller c{h.port()};
  c.ask("s10");
  auto path = c.path;
  path.replace(path.find("transport=polling"), 17, "transport=websocket");
  // `3probe` and what follows are no JSON: it is not read by this client, only by its system.
  ws_client ws{h.port(), path};
  ws.send_text("2probe");
  CHECK(h.books.now().empty());
  ws.send_text("5");
  CHECK(h.books.is_told({1}));
  ws.send_text("4s20");
  CHECK(h.books.is_told({1, 2}));
}
