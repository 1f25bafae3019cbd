// Commands that look at the server: writers, health, Redis; and how much it logs.
#include "console/command_line.hpp"
#include "console/display.hpp"
#include "console/field.hpp"
#include "console/views.hpp"

#include <CLI/CLI.hpp>

namespace atrium::console {

namespace {

void add_writers(command_line& line) {
  auto* command = line.add("writers", looking, "What writes to Redis, and how far behind it is",
                           "writers");
  line.on_run(command,
              [](context& c) { return c.show(c.server.get("/api/admin/writers"), writers_view); });
}

/// An unhealthy server says so with 503, and its answer is worth showing all the same.
exit_status show_health(context& c) {
  auto got = c.server.get("/health");
  auto status = text_in(got.value, "status");
  if (status.empty()) return c.show(got, health_view);
  if (c.options.is_json)
    c.screen.print_json(*got.body);
  else
    c.screen.print(health_view(got.value, c.screen.current_look()));
  return status == "unhealthy" ? exit_status::refused : exit_status::ok;
}

void add_health(command_line& line) {
  auto* command = line.add("health", looking, "How the server is; exit code 1 if unhealthy",
                           "health --json");
  line.on_run(command, show_health);
}

void add_redis_info(command_line& line) {
  auto* command = line.add("redis-info", looking, "What Redis says about itself",
                           "redis-info memory");
  auto section = std::make_shared<std::string>();
  command->add_option("section", *section, "A section of INFO, or a part of a name")
      ->type_name("SECTION");
  line.on_run(command, [section](context& c) {
    return c.show(c.server.get("/api/admin/redis"), [section](json::slice answer, const look& l) {
      return redis_view(answer, *section, l);
    });
  });
}

void add_log_level(command_line& line) {
  auto* command = line.add("log-level", acting, "How much the server logs, or from now on will",
                           "log-level debug");
  auto level = std::make_shared<std::string>();
  command->add_option("level", *level, "trace, debug, info, warn, error or off")
      ->check(CLI::IsMember({"trace", "debug", "info", "warn", "error", "off"}))
      ->type_name("LEVEL");
  line.on_run(command, [level](context& c) {
    auto show = [](json::slice answer, const look&) {
      return printable(text_in(answer, "level")) + "\n";
    };
    constexpr std::string_view path = "/api/admin/log-level";
    if (level->empty()) return c.show(c.server.get(path), show);
    std::string body;
    json::object_writer{body}.text("level", *level).end();
    return c.show(c.server.put(path, body), show);
  });
}

} // namespace

void add_server_commands(command_line& line) {
  add_writers(line);
  add_health(line);
  add_redis_info(line);
  add_log_level(line);
}

} // namespace atrium::console
