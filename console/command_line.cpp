// Builds the tree of commands with CLI11 and reads words by it. Options of all commands may stand
// before or behind a command's name.
#include "console/command_line.hpp"

#include "console/display.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <limits>
#include <sstream>

#include <pwd.h>
#include <unistd.h>

namespace atrium::console {

namespace {

constexpr auto footer = R"help(Exit codes:
  0  done
  1  the server said no (no such room, unhealthy, a field out of range)
  2  the command line is wrong, or a yes was needed and not given
  3  no connection, no answer in time, or what answers is no Atrium
  4  no token, a wrong one, or one that is no operator's

Codes and ids of rooms both name a room. Tables are for people, and what users wrote is shown
with its control characters spelled out; --json gives the server's own JSON, one document, and
tails give one document a line. Colours only on a terminal, and not with NO_COLOR. What removes
or interrupts something asks first; without a terminal it needs --yes.

Examples:
  export ATRIUM_URL=https://atrium.example ATRIUM_ADMIN_TOKEN=...
  atriumctl rooms --sort rate
  atriumctl tail 123456 --json | jq .type
  eval "$(atriumctl completion bash)"

`atriumctl COMMAND --help` says more about a command.)help";

/// Whoever is logged in acts, unless --operator says otherwise.
std::string login_name() {
  const auto* entry = getpwuid(geteuid());
  return entry != nullptr && entry->pw_name != nullptr ? entry->pw_name : "";
}

} // namespace

command_line::command_line(global_options& globals, place where)
    : app_{std::make_unique<CLI::App>("Looks at a running Atrium server and steers it.",
                                      "atriumctl")} {
  app_->footer(footer);
  app_->require_subcommand(1);
  app_->fallthrough();
  app_->set_version_flag("--version", "atriumctl " ATRIUM_VERSION);
  app_->get_formatter()->column_width(30);
  app_->get_formatter()->label("SUBCOMMAND", "COMMAND");
  if (globals.operator_name.empty()) globals.operator_name = login_name();
  add_global_options(globals, where);
  for (auto* add_commands : {add_room_commands, add_message_commands, add_people_commands,
                             add_server_commands, add_top_command, add_tail_command,
                             add_acting_commands, add_removing_commands, add_cleanup_command})
    add_commands(*this);
  if (where == place::shell) return;
  add_shell_command(*this);
  add_completion_command(*this);
}

command_line::~command_line() = default;

void command_line::add_global_options(global_options& g, place where) {
  auto add = [&](const char* name, std::string& value, const char* sentence, const char* type,
                 const char* variable) {
    auto* option = app_->add_option(name, value, sentence)->type_name(type);
    if (variable && where == place::program) option->envname(variable);
  };
  add("--url", g.url, "Where the server is: http://… or https://…", "URL", "ATRIUM_URL");
  add("--token", g.token, "The operator's token; other users of this machine may see it", "TOKEN",
      "ATRIUM_ADMIN_TOKEN");
  add("--token-file", g.token_file, "A file whose first line is the token", "FILE", nullptr);
  add("--ca-file", g.ca_file, "Certificates to trust (PEM) instead of the system's", "FILE",
      "ATRIUM_CA_FILE");
  add("--operator", g.operator_name, "Who acts, for the audit list; your login name", "NAME",
      "ATRIUM_OPERATOR");
  app_->add_option("--timeout", g.timeout_seconds, "Seconds to wait for an answer; 10")
      ->type_name("SECONDS");
  app_->add_flag("--json", g.is_json, "The server's JSON instead of tables");
  app_->add_flag("--yes,-y", g.is_yes, "Ask nothing");
}

CLI::App* command_line::add(std::string_view name, std::string_view group,
                            std::string_view sentence, std::string_view example) {
  auto* command = app_->add_subcommand(std::string{name}, std::string{sentence});
  command->group(std::string{group});
  command->footer("Example:\n  atriumctl " + std::string{example});
  return command;
}

void command_line::on_run(CLI::App* command, action run) {
  command->callback([this, run = std::move(run)] { chosen_ = run; });
}

command_line::outcome command_line::read(std::vector<std::string> words, const terminal& t) {
  if (!words.empty() && words.front() == "help") {
    words.erase(words.begin());
    words.resize(std::min<std::size_t>(words.size(), 1));
    words.push_back("--help");
  }
  if (words.empty()) {
    t.complain("which command? --help lists them");
    return {{}, exit_status::usage};
  }
  // CLI11 takes them from the back.
  std::reverse(words.begin(), words.end());
  try {
    app_->parse(std::move(words));
  } catch (const CLI::ParseError& e) {
    std::ostringstream out;
    std::ostringstream problem;
    if (app_->exit(e, out, problem) == 0) {
      t.print(out.str());
      return {{}, exit_status::ok};
    }
    t.complain(std::string{e.what()} + "; --help says more");
    return {{}, exit_status::usage};
  }
  return {chosen_, exit_status::ok};
}

CLI::Option* add_room_word(CLI::App& command, std::string& room) {
  return command.add_option("room", room, "The room's code or id")
      ->required()
      ->type_name(std::string{room_word});
}

CLI::Option* add_user_word(CLI::App& command, std::string& user) {
  return command.add_option("user", user, "The user's id")
      ->required()
      ->type_name(std::string{user_word});
}

std::size_t list_length::most() const {
  return is_all ? std::numeric_limits<std::size_t>::max() : limit;
}

void add_list_length(CLI::App& command, list_length& length) {
  auto* limit = command.add_option("--limit", length.limit, "How many at most; 50")
                    ->type_name("COUNT")
                    ->check(CLI::PositiveNumber);
  command.add_flag("--all", length.is_all, "All of them")->excludes(limit);
}

} // namespace atrium::console
