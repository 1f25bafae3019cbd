// Who may come in, and how often: connections in all and per address, REST requests and created
// rooms per address, bytes of half-received messages in all. One per server, used by all its
// threads; a mutex guards the tables, which are touched per handshake and per REST request, never
// per message. Contract §6. The tables are bounded: beyond 65,536 addresses full buckets are
// forgotten first.
#pragma once

#include "actors/token_bucket.hpp"
#include "config/settings.hpp"
#include "net/ip_network.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace atrium::net {

class admission;

/// One admitted connection; gives its place back when it goes.
class connection_slot {
public:
  connection_slot() = default;
  connection_slot(admission& owner, std::string ip) : owner_{&owner}, ip_{std::move(ip)} {}
  connection_slot(connection_slot&& other) noexcept
      : owner_{std::exchange(other.owner_, nullptr)}, ip_{std::move(other.ip_)} {}
  connection_slot& operator=(connection_slot&&) = delete;
  ~connection_slot();

  [[nodiscard]] const std::string& ip() const noexcept { return ip_; }

private:
  admission* owner_ = nullptr;
  std::string ip_;
};

class admission {
public:
  using time_point = std::chrono::steady_clock::time_point;
  enum class verdict { admitted, server_full, address_full };

  /// Entries of `trusted_proxies` that are no addresses are left out.
  admission(const limit_settings& limits, const std::vector<std::string>& trusted_proxies);

  /// The client's address, seen through trusted proxies.
  [[nodiscard]] std::string address_of(const std::string& peer,
                                       std::string_view forwarded_for) const;
  /// With `admitted` the caller owns one place and gives it back through a `connection_slot`.
  [[nodiscard]] verdict enter(const std::string& ip);
  /// Zero: go on. Otherwise when to ask again.
  [[nodiscard]] std::chrono::milliseconds take_request(const std::string& ip, time_point now);
  /// As `take_request`, for operators, who have requests of their own: what others of their address ask
  /// takes nothing away from a console that looks on, however few `requests_per_second` are.
  [[nodiscard]] std::chrono::milliseconds take_operator_request(const std::string& ip,
                                                                time_point now);
  [[nodiscard]] std::chrono::milliseconds take_creation(const std::string& ip, time_point now);
  /// Half-received messages hold `more` bytes more (or less). False: more than all may hold
  /// together.
  bool hold_inbound(std::ptrdiff_t more) noexcept;
  [[nodiscard]] std::size_t connections() const noexcept { return connections_; }

private:
  friend class connection_slot;
  using buckets = std::unordered_map<std::string, token_bucket>;

  void leave(const std::string& ip) noexcept;
  static std::chrono::milliseconds take(buckets& from, const std::string& ip, double rate,
                                        double burst, time_point now);

  const limit_settings& limits_;
  std::vector<ip_network> trusted_;
  std::atomic<std::size_t> connections_{0};
  std::atomic<std::ptrdiff_t> inbound_bytes_{0};
  std::mutex mutex_;
  std::unordered_map<std::string, std::size_t> per_address_;
  buckets requests_;
  buckets operator_requests_;
  buckets creations_;
};

/// The half-received bytes of one session; gives them back when it goes.
class inbound_share {
public:
  explicit inbound_share(admission& owner) noexcept : owner_{owner} {}
  inbound_share(const inbound_share&) = delete;
  inbound_share& operator=(const inbound_share&) = delete;
  ~inbound_share() { hold(0); }

  /// From now on `bytes` are held. False: that is more than all sessions together may hold.
  bool hold(std::size_t bytes) noexcept {
    auto more = static_cast<std::ptrdiff_t>(bytes) - static_cast<std::ptrdiff_t>(held_);
    held_ = bytes;
    return more == 0 || owner_.hold_inbound(more) || more < 0;
  }

private:
  admission& owner_;
  std::size_t held_ = 0;
};

} // namespace atrium::net
