// Brings the settings together: defaults, file, environment, flags, in this order; the later wins.
// The first problem ends it, and the server then does not start: a half-understood configuration
// never runs. Reads one file at most, changes nothing, and nothing is read again later.
#include "config/loader.hpp"

#include "config/sources.hpp"

#include <CLI/CLI.hpp>

#include <array>

namespace atrium::config {
namespace {

/// The flags, as they were given.
struct flags {
  std::optional<std::string> file;
  /// Parallel to `names` below.
  std::array<std::optional<std::string>, 5> values;
  bool check_only = false;
};

struct flag {
  const char* name;
  std::string_view section;
  std::string_view key;
  const char* help;
};
constexpr std::array<flag, 5> names{{
    {"--port", "server", "port", "TCP port to listen on (4000; 0: a free one)"},
    {"--host", "server", "host", "Address to listen on (127.0.0.1)"},
    {"--redis", "redis", "url", "redis://[user:password@]host:port/db or unix:///path?db=0"},
    {"--store", "store", "kind", "Where rooms are kept: redis or memory"},
    {"--log-level", "log", "level", "trace, debug, info, warn, error or off"},
}};

constexpr const char* footer
    = "Every setting stands in config/atrium.toml, and may also be given as a variable:\n"
      "ATRIUM_<SECTION>_<KEY>, for example ATRIUM_LIMITS_EVENTS_PER_SECOND=0.";

void declare(CLI::App& app, flags& into) {
  for (std::size_t i = 0; i < names.size(); ++i)
    app.add_option(names[i].name, into.values[i], names[i].help);
  app.add_option("--config", into.file, "TOML file with settings (else ATRIUM_CONFIG)");
  app.add_flag("--check-config", into.check_only, "Print the effective settings and exit");
  app.set_version_flag("--version", std::string{"atriumd "} + ATRIUM_VERSION);
  app.footer(footer);
}

std::optional<problem> read_flags(const flags& given, collected& into) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!given.values[i]) continue;
    const setting& s = *find(names[i].section, names[i].key);
    if (auto p = into.put_text(s, *given.values[i], names[i].name)) return p;
  }
  return std::nullopt;
}

/// The effective settings as a file that could be given back; what is not a default says why.
std::string spell(const collected& all) {
  std::string out;
  std::string_view section;
  for (const setting& s : table()) {
    if (s.section != section) {
      section = s.section;
      out += out.empty() ? "[" : "\n[";
      out += section;
      out += "]\n";
    }
    out += s.key;
    out += " = " + to_toml(s, all.values(), true);
    if (const auto where = all.where(s); !where.empty()) (out += "  # from ") += where;
    out += '\n';
  }
  return out;
}

std::variant<loaded, problem> collect(const flags& given, const variables& environment) {
  collected all;
  auto file = given.file;
  if (const auto found = environment.find("ATRIUM_CONFIG");
      !file && found != environment.end() && !found->second.empty())
    file = found->second;
  if (file)
    if (auto p = read_file(*file, all)) return *p;
  if (auto p = read_environment(environment, all)) return *p;
  if (auto p = read_flags(given, all)) return *p;
  if (auto p = check_together(all)) return *p;
  loaded result{all.values(), std::nullopt};
  if (given.check_only) result.answer = spell(all);
  return result;
}

} // namespace

std::variant<loaded, problem> load(int argc, const char* const* argv,
                                   const char* const* environment) {
  flags given;
  try {
    CLI::App app{"Atrium, a server for rooms: chat, whiteboard and presence in real time",
                 "atriumd"};
    declare(app, given);
    try {
      app.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
      return loaded{{}, app.help()};
    } catch (const CLI::CallForVersion&) {
      return loaded{{}, app.version() + '\n'};
    } catch (const CLI::Error& e) {
      return problem{"arguments", std::string{e.what()} + " (--help lists them)"};
    }
    return collect(given, to_variables(environment));
  } catch (const std::exception& e) {
    return problem{"configuration", e.what()};
  }
}

} // namespace atrium::config
