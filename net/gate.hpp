// What all threads of one server share: the house behind the doors, who is admitted, and whether
// the server is leaving. Lives as long as the server.
#pragma once

#include "actors/gauges.hpp"
#include "actors/house.hpp"
#include "net/admission.hpp"
#include "net/engineio_registry.hpp"
#include "net/page_folder.hpp"
#include "net/recovery_table.hpp"
#include "net/static_files.hpp"

#include <atomic>
#include <cstddef>
#include <string>
#include <vector>

namespace atrium::net {

struct routes;
class io_thread;

struct gate {
  gate(const house& h, const routes& r)
      : home{h}, ways{r}, admitted{h.config.limits, h.config.server.trusted_proxies},
        operator_failures{h.config.limits.join_failures_per_minute},
        recoveries{h.config.socketio}, app_pages{load_app(h.config.server)},
        app{app_pages.files(), app_policy}, console{web::console_files(), console_policy},
        engine_origins{h.config.limits.allowed_origins}, started_at{h.env.now()} {
    engine_origins.insert(engine_origins.end(), h.config.cors.origins.begin(),
                          h.config.cors.origins.end());
  }

  const house& home;
  const routes& ways;
  admission admitted;
  /// Wrong tokens of operators, by address.
  entry_failures operator_failures;
  engineio_registry engines;
  recovery_table recoveries;
  /// Keeps what `app` shows.
  const page_folder app_pages;
  /// Files of the web app, and of the operators' page.
  const static_table app;
  const static_table console;
  /// Pages of these origins may read what Engine.IO answers.
  std::vector<std::string> engine_origins;
  /// New work is refused with `shutting_down`.
  std::atomic<bool> draining{false};
  /// Sockets of any kind, those that never said a word too.
  std::atomic<std::size_t> sockets{0};
  /// HTTP requests that an answer is owed for.
  std::atomic<std::size_t> requests{0};
  /// Clients' sessions over WebSocket or long-polling, those that are closing too.
  std::atomic<std::size_t> sessions{0};
  /// Operators' streams that are open.
  std::atomic<std::size_t> tails{0};
  /// An operator asked for the end of the server.
  std::atomic<bool> is_end_asked{false};
  const unix_ms started_at;
  /// All of them, from before the first runs.
  std::vector<io_thread*> threads;
};

} // namespace atrium::net
