// The command line by CLI11; what cannot be together is refused here, so that the rest need not
// ask.
#include "bench/load/options.hpp"

#include <CLI/CLI.hpp>

#include <map>

namespace atrium::bench {

namespace {

void add_target(CLI::App& app, load_options& o, std::string& dialect_name) {
  app.add_option("--dialect", dialect_name, "how the server is spoken to: " + dialect_names());
  app.add_option("--port", o.port, "where it listens on 127.0.0.1")->required();
  app.add_option("--pids", o.pids, "its process, then Redis': CPU and memory come from /proc")
      ->delimiter(',');
  app.add_option("--room-prefix", o.room_prefix, "begins the names of rooms that nobody creates");
  app.add_flag("--keep-rooms", o.keep_rooms, "do not delete created rooms afterwards");
}

void add_population(CLI::App& app, load_options& o) {
  app.add_option("--connections", o.connections, "clients, spread over the rooms");
  app.add_option("--rooms", o.rooms);
  app.add_option("--senders", o.senders_per_room, "members of each room that send");
  app.add_option("--connect-window", o.connect_window, "handshakes under way at once");
  app.add_option("--prefill", o.prefill, "messages in each room before the others join");
}

void add_traffic(CLI::App& app, load_options& o) {
  const std::map<std::string, traffic_kind> kinds{{"chat", traffic_kind::chat},
                                                  {"whiteboard", traffic_kind::whiteboard},
                                                  {"space", traffic_kind::space}};
  app.add_option("--kind", o.kind, "chat, whiteboard or space, whose users walk")
      ->transform(CLI::Transformer(kinds));
  app.add_option("--payload", o.payload_bytes, "bytes of a text, or of a scene");
  app.add_option("--rate", o.rate, "open loop: messages a second, all together");
  app.add_option("--window", o.window, "closed loop: messages of a sender in flight");
  app.add_flag("--acks", o.acks, "ask for a result of each message and time it");
  app.add_flag("--durable", o.durable, "ask for results after Redis confirmed");
}

void add_times(CLI::App& app, load_options& o) {
  app.add_option("--warmup", o.warmup_s, "seconds of traffic before what is measured");
  app.add_option("--duration", o.duration_s, "seconds measured; 0: connect and join only");
  app.add_option("--drain", o.drain_s, "seconds to wait for what is outstanding");
  app.add_option("--settle", o.settle_s, "seconds before memory is read");
  app.add_option("--limit", o.limit_s, "seconds after which the run is given up");
}

/// What is wrong with the options; empty: nothing.
std::string find_fault(const load_options& o, const std::string& dialect_name) {
  if (!o.speaks) return "unknown dialect " + dialect_name;
  if (o.rooms < 1 || o.connections < o.rooms) return "there must be 1 <= rooms <= connections";
  if (o.rate < 0 || o.warmup_s < 0 || o.duration_s < 0) return "times and rates are not negative";
  if (o.rate == 0 && o.window == 0) return "the window is empty";
  if (o.kind == traffic_kind::space && o.speaks->move.empty()) return "it knows no spaces";
  if (o.kind == traffic_kind::space && o.rate == 0) return "who walks needs a --rate";
  if (o.payload_bytes < 36) return "a payload has at least 36 bytes: the stamp";
  bool chat = o.kind == traffic_kind::chat;
  if (o.prefill > 0 && !chat) return "rooms are prefilled with chat";
  if (o.acks && (!chat || o.speaks->ack_arrives.empty())) return "this traffic is not answered";
  return {};
}

} // namespace

std::optional<load_options> read_options(int argc, char** argv, int& exit_code) {
  CLI::App app{"Loads a room server and checks and times every delivery. Prints one line of JSON."};
  load_options o;
  std::string dialect_name = "atrium";
  app.option_defaults()->always_capture_default();
  add_target(app, o, dialect_name);
  add_population(app, o);
  add_traffic(app, o);
  add_times(app, o);
  try {
    app.parse(argc, argv);
    o.speaks = find_dialect(dialect_name);
    o.acks = o.acks || o.durable;
    auto fault = find_fault(o, dialect_name);
    if (!fault.empty()) throw CLI::ValidationError(fault);
  } catch (const CLI::ParseError& e) {
    exit_code = app.exit(e);
    return std::nullopt;
  }
  return o;
}

} // namespace atrium::bench
