// Reads an operator's stream as it comes: status line, headers, then one JSON object a line. Every wait
// has a time limit and fails the test when it is over. Reads only while it waits.
#pragma once

#include "support/loopback_socket.hpp"
#include "support/operators.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

namespace atrium::test {

class tail_reader {
public:
  /// Sends the request; `path` is below `/api/admin/`. `receive_buffer_bytes` 0: what the system gives.
  tail_reader(std::uint16_t port, const std::string& path, int receive_buffer_bytes = 0,
              const std::string& version = "1.1")
      : socket_{port,
                "GET /api/admin/" + path + " HTTP/" + version
                    + "\r\nHost: localhost\r\nAuthorization: Bearer " + operator_token + "\r\n\r\n",
                receive_buffer_bytes} {}

  /// The status of the answer, whose head is waited for.
  unsigned status() {
    if (head_.empty()) {
      head_ = line();
      for (auto field = line(); field != "\r"; field = line()) head_ += field;
      is_chunked_ = head_.find("Transfer-Encoding: chunked") != std::string::npos;
    }
    return static_cast<unsigned>(std::stoul(head_.substr(head_.find(' ') + 1)));
  }
  [[nodiscard]] const std::string& head() const noexcept { return head_; }

  /// The next line; nothing: the stream has ended as it should.
  std::optional<nlohmann::json> next() {
    (void)status();
    while (lines_.find('\n') == std::string::npos)
      if (!take_more()) return std::nullopt;
    auto end = lines_.find('\n');
    auto text = lines_.substr(0, end);
    lines_.erase(0, end + 1);
    return nlohmann::json::parse(text);
  }
  /// The next line of this type; others are passed over.
  nlohmann::json expect(const std::string& type) {
    while (auto event = next())
      if ((*event)["type"] == type) return *event;
    throw std::runtime_error{"the stream ended before " + type};
  }
  /// Closes the socket without a word.
  void leave() { socket_.close(); }

private:
  bool take_more() {
    if (!is_chunked_) return receive_into(lines_);
    auto size = std::stoul(line(), nullptr, 16);
    auto chunk = exactly(size + 2);
    lines_.append(chunk, 0, size);
    return size > 0;
  }
  std::string line() {
    while (raw_.find('\n') == std::string::npos) need_more();
    auto out = raw_.substr(0, raw_.find('\n'));
    raw_.erase(0, out.size() + 1);
    return out;
  }
  std::string exactly(std::size_t count) {
    while (raw_.size() < count) need_more();
    auto out = raw_.substr(0, count);
    raw_.erase(0, count);
    return out;
  }
  void need_more() {
    if (!receive_into(raw_)) throw std::runtime_error{"the stream broke off"};
  }
  bool receive_into(std::string& out) {
    if (&out == &lines_ && !raw_.empty()) {
      out += std::exchange(raw_, {});
      return true;
    }
    char part[16'384];
    auto n = ::recv(socket_.descriptor(), part, sizeof part, 0);
    if (n < 0) throw std::runtime_error{"nothing came in time"};
    out.append(part, static_cast<std::size_t>(n));
    return n > 0;
  }

  loopback_socket socket_;
  std::string head_;
  bool is_chunked_ = false;
  /// Received and not decoded; decoded and not taken.
  std::string raw_;
  std::string lines_;
};

} // namespace atrium::test
