// The tree of commands: every command has its help, an example that it understands, and a place in
// completion.
#include "console/command_line.hpp"
#include "console/completion.hpp"
#include "console/words.hpp"

#include <CLI/CLI.hpp>
#include <catch2/catch.hpp>

#include <algorithm>

using namespace atrium::console;
using words = std::vector<std::string>;

namespace {

bool is_understood(const words& w) {
  terminal t;
  global_options globals;
  command_line line{globals};
  return static_cast<bool>(line.read(w, t).run);
}

word_tree tree() {
  global_options globals;
  command_line line{globals};
  return words_of(line.tree());
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("the example of every command is understood", "[commands]") {
  global_options globals;
  command_line line{globals};
  for (const auto* command : line.tree().get_subcommands([](const CLI::App*) { return true; })) {
    auto footer = command->get_footer();
    constexpr std::string_view before = "Example:\n  atriumctl ";
    INFO(footer);
    REQUIRE(footer.rfind(before, 0) == 0);
    auto example = footer.substr(before.size());
    // What the shell around does is no word of ours.
    example.erase(std::min(example.find(" > "), example.size()));
    words w;
    REQUIRE_FALSE(split_words(example, w));
    CHECK(w.front() == command->get_name());
    CHECK(is_understood(w));
    CHECK_FALSE(command->get_description().empty());
  }
}

TEST_CASE("options of all commands stand before or behind the command", "[commands]") {
  terminal t;
  for (const auto& w : {words{"--json", "--url", "http://h", "room", "1"},
                        words{"room", "1", "--url", "http://h", "--json"}}) {
    global_options globals;
    command_line line{globals, command_line::place::shell};
    CHECK(line.read(w, t).run);
    CHECK(globals.is_json);
    CHECK(globals.url == "http://h");
  }
}

TEST_CASE("names of commands can be names of things", "[commands]") {
  CHECK(is_understood({"room", "rooms"}));
  CHECK(is_understood({"kick", "room", "user"}));
  CHECK(is_understood({"user", "--", "-x"}));
}

TEST_CASE("what does not fit together is refused", "[commands]") {
  for (const auto& w : {words{}, words{"nonsense"}, words{"room"}, words{"room", "1", "2"},
                        words{"rooms", "--sort", "colour"}, words{"rooms", "--limit", "0"},
                        words{"rooms", "--limit", "3", "--all"}, words{"tail", "1", "--user", "a"},
                        words{"disconnect", "a", "--connection", "7"}, words{"--nonsense", "rooms"},
                        words{"messages", "1", "--follow", "--search", "x"}}) {
    terminal t;
    global_options globals;
    command_line line{globals};
    auto outcome = line.read(w, t);
    CHECK_FALSE(outcome.run);
    CHECK(outcome.status == exit_status::usage);
  }
}

TEST_CASE("the shell has no shell in it and no environment", "[commands]") {
  terminal t;
  global_options globals;
  command_line line{globals, command_line::place::shell};
  CHECK(line.read({"shell"}, t).status == exit_status::usage);
}

TEST_CASE("options are made into what the API needs", "[commands]") {
  global_options g;
  api_options out;
  CHECK_FALSE(to_api_options(g, out));
  CHECK(out.timeout == std::chrono::seconds{10});
  g.operator_name = "with\r\nline";
  CHECK_FALSE(to_api_options(g, out));
  CHECK(out.operator_name.empty());
  g.token = "a\r\nX: y";
  CHECK(to_api_options(g, out));
  g.token = "";
  g.token_file = "/nonexistent/token";
  CHECK(to_api_options(g, out));
  g.token_file = "";
  g.timeout_seconds = 0;
  CHECK(to_api_options(g, out));
  g.timeout_seconds = 1;
  g.url = "nonsense://";
  CHECK(to_api_options(g, out));
}

TEST_CASE("completion knows what can stand where", "[completion]") {
  auto t = tree();
  CHECK(complete(t, {}, "con").words == words{"connections"});
  CHECK(complete(t, {}, "roo").words == words{"room", "rooms"});
  CHECK(complete(t, {"rooms"}, "--so").words == words{"--sort"});
  CHECK(complete(t, {"rooms", "--sort"}, "ra").words == words{"rate"});
  CHECK(complete(t, {"rooms"}, "--js").words == words{"--json"});
  CHECK(complete(t, {"room"}, "12").kind == "CODE");
  CHECK(complete(t, {"--json", "--url", "rooms", "room"}, "").kind == "CODE");
  CHECK(complete(t, {"kick", "123456"}, "").kind == "USER");
  CHECK(complete(t, {"kick", "--reason", "x", "123456"}, "").kind == "USER");
  CHECK(complete(t, {"tail", "--user"}, "").kind == "USER");
  CHECK(complete(t, {"log-level"}, "d").words == words{"debug"});
  CHECK(complete(t, {"completion"}, "").words == words{"bash", "fish", "zsh"});
  CHECK(complete(t, {"room", "1"}, "").words.empty());
  CHECK(complete(t, {}, "words").words.empty());
}

TEST_CASE("scripts hold every command and option", "[completion]") {
  auto t = tree();
  auto scripts = {bash_script(t), zsh_script(t), fish_script(t)};
  for (const auto& c : t.commands)
    for (const auto& script : scripts) {
      CHECK(has(script, c.name));
      for (const auto& o : c.options) CHECK(has(script, o.names.front().substr(2)));
    }
  for (const auto& script : scripts) CHECK(has(script, "atriumctl words"));
}
