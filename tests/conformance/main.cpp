// The conformance server: Atrium's own WebSocket, Engine.IO and Socket.IO classes with the applications
// that the protocols' official test suites ask for. For tests; not shipped.
//
//   /engine.io/   sends every message back
//   /socket.io/   namespaces / and /custom; emits `auth` after CONNECT; `message` comes back as
//                 `message-back`, `message-with-ack` as its ack
//   /echo         a WebSocket that sends every message back, of up to 16 MiB
#include "conformance/echoes.hpp"
#include "daemon/daemon.hpp"
#include "log/log.hpp"

#include <CLI/CLI.hpp>

#include <csignal>
#include <iostream>

namespace {

int wait_for_signal() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  int which = 0;
  sigwait(&set, &which);
  return which;
}

void block_signals() {
  std::signal(SIGPIPE, SIG_IGN);
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

struct flags {
  std::uint16_t port = 3000;
  std::int64_t ping_interval = 25'000;
  std::int64_t ping_timeout = 20'000;
  std::int64_t connect_timeout = 45'000;
  std::size_t max_payload = 1'000'000;
  unsigned threads = 1;
  std::string cors = "*";
};

atrium::settings settings_of(const flags& f) {
  atrium::settings s;
  s.server.port = f.port;
  s.server.threads = f.threads;
  s.store.kind = atrium::store_kind::memory;
  s.heartbeat.interval = atrium::milliseconds{f.ping_interval};
  s.heartbeat.timeout = atrium::milliseconds{f.ping_timeout};
  s.socketio.recovery = "off";
  s.socketio.connect_timeout = atrium::milliseconds{f.connect_timeout};
  s.limits.payload_bytes = f.max_payload;
  s.limits.connections_per_ip = 0;
  s.limits.lane_bytes = 0;
  s.limits.json_depth = 1'000;
  s.limits.allowed_origins = {f.cors};
  s.cors.origins = {f.cors};
  return s;
}

} // namespace

int main(int argc, char** argv) {
  flags f;
  CLI::App app{"Atrium's conformance server: echoes over WebSocket, Engine.IO and Socket.IO"};
  app.add_option("--port", f.port, "TCP port on 127.0.0.1; 0 takes a free one");
  app.add_option("--pingInterval", f.ping_interval, "ms");
  app.add_option("--pingTimeout", f.ping_timeout, "ms");
  app.add_option("--connectTimeout", f.connect_timeout, "ms");
  app.add_option("--maxPayload", f.max_payload, "bytes");
  app.add_option("--threads", f.threads, "I/O threads");
  app.add_option("--cors", f.cors, "origin that may connect; * for every one");
  CLI11_PARSE(app, argc, argv);
  block_signals();
  auto s = settings_of(f);
  atrium::log::configure("warn", "text");
  atrium::daemon server{std::move(s), atrium::test::echo_routes()};
  if (auto error = server.start()) {
    std::cerr << *error << "\n";
    return 1;
  }
  std::cout << "listening on http://127.0.0.1:" << server.port() << std::endl;
  wait_for_signal();
  return server.drain() ? 0 : 1;
}
