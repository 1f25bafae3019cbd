// What all threads of one server share: the house behind the doors, who is admitted, and whether
// the server is leaving. Lives as long as the server.
#pragma once

#include "actors/house.hpp"
#include "net/admission.hpp"

#include <atomic>
#include <cstddef>
#include <utility>

namespace atrium::net {

struct gate {
  explicit gate(const house& h)
      : home{h}, admitted{h.config.limits, h.config.server.trusted_proxies} {}

  const house& home;
  admission admitted;
  /// New work is refused with `shutting_down`.
  std::atomic<bool> draining{false};
  /// Sockets of any kind, those that never said a word too.
  std::atomic<std::size_t> sockets{0};
  /// HTTP requests that an answer is owed for.
  std::atomic<std::size_t> requests{0};
  /// Clients' sessions over WebSocket or long-polling, those that are closing too.
  std::atomic<std::size_t> sessions{0};
};

/// One more of what `count` counts, for as long as it lives.
class counted {
public:
  counted() = default;
  explicit counted(std::atomic<std::size_t>& count) noexcept : count_{&count} { ++*count_; }
  counted(counted&& other) noexcept : count_{std::exchange(other.count_, nullptr)} {}
  counted& operator=(counted&& other) noexcept {
    std::swap(count_, other.count_);
    return *this;
  }
  ~counted() {
    if (count_ != nullptr) --*count_;
  }

private:
  std::atomic<std::size_t>* count_ = nullptr;
};

} // namespace atrium::net
