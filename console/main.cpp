// atriumctl: reads the command line, runs one command against the server, says by its exit code how
// it went.
#include "console/command_line.hpp"

#include <algorithm>
#include <clocale>
#include <cstdio>

namespace console = atrium::console;

namespace {

console::exit_status run(std::vector<std::string> words) {
  console::terminal screen;
  // A script's variable that is not set: it names nothing.
  if (std::find(words.begin(), words.end(), std::string{}) != words.end()) {
    screen.complain("an argument is empty");
    return console::exit_status::usage;
  }
  console::global_options globals;
  console::command_line line{globals};
  auto outcome = line.read(std::move(words), screen);
  if (!outcome.run) return outcome.status;
  console::api_options options;
  if (auto problem = console::to_api_options(globals, options)) {
    screen.complain(*problem);
    return console::exit_status::usage;
  }
  console::context c{globals, console::api{std::move(options)}, screen};
  return outcome.run(c);
}

} // namespace

int main(int argc, char** argv) {
  std::setlocale(LC_CTYPE, "");
  auto status = run({argv + 1, argv + argc});
  bool is_written = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
  if (!is_written && status == console::exit_status::ok) {
    std::perror("atriumctl: standard output");
    status = console::exit_status::refused;
  }
  return static_cast<int>(status);
}
