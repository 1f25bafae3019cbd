// atriumctl: reads the command line, runs one command against the server, says by its exit code how
// it went.
#include "console/command_line.hpp"

#include <clocale>

namespace console = atrium::console;

namespace {

console::exit_status run(std::vector<std::string> words) {
  console::terminal screen;
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
  return static_cast<int>(run({argv + 1, argv + argc}));
}
