// `GET /api/admin/overview` (docs/admin-api.md): the whole server on one screen.
#pragma once

#include "actors/counters.hpp"
#include "actors/results.hpp"
#include "net/resource_use.hpp"
#include "json/json.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <string_view>

namespace atrium::net {

struct gate;

struct overview {
  unix_ms started_at = 0;
  unix_ms now = 0;
  bool is_draining = false;
  std::string_view log_level;
  std::size_t io_threads = 0;
  resource_use used;
  /// Of clients, by `transport`.
  std::array<std::size_t, transport_count> connections{};
  std::size_t users_online = 0;
  health_view health;
  /// Age of the oldest write that no writer has confirmed.
  std::chrono::milliseconds lag{0};
  latency_view latency;
};

/// As it is now; `health` and `lag` are what the house said. Thread-safe.
[[nodiscard]] overview look_over_server(const gate& g, const health_view& health,
                                        std::chrono::milliseconds lag);
void append_members(json::object_writer& w, const overview& o, const counters& counts);

} // namespace atrium::net
