// Reads the configuration file: TOML, one table per section. Every problem names file and line. The
// file is read once at the start and never watched.
#include "config/sources.hpp"

#include <toml++/toml.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

namespace atrium::config {
namespace {

std::string at_line(const std::string& path, const toml::source_region& source) {
  return path + ':' + std::to_string(source.begin.line);
}

written to_list(const toml::array& array) {
  std::vector<std::string> items;
  for (const toml::node& item : array) {
    const auto* text = item.as_string();
    if (!text) return foreign{"a list that holds more than text"};
    items.push_back(text->get());
  }
  return items;
}

written to_written(const toml::node& node) {
  if (const auto* number = node.as_integer()) return number->get();
  if (const auto* yes = node.as_boolean()) return yes->get();
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* array = node.as_array()) return to_list(*array);
  if (node.is_table()) return foreign{"a table"};
  return foreign{node.is_floating_point() ? "a fraction" : "a date or time"};
}

std::optional<problem> read_section(const std::string& path, std::string_view section,
                                    const toml::table& content, collected& into) {
  for (const auto& [key, node] : content) {
    const auto where = at_line(path, key.source());
    const setting* s = find(section, key.str());
    if (!s)
      return problem{where, "unknown key \"" + std::string{key.str()} + "\" in section ["
                                + std::string{section} + "]; expected one of " + keys_of(section)};
    if (auto p = into.put(*s, to_written(node), where)) return p;
  }
  return std::nullopt;
}

std::optional<problem> read_sections(const std::string& path, const toml::table& content,
                                     collected& into) {
  for (const auto& [key, node] : content) {
    const auto where = at_line(path, key.source());
    const std::string name{key.str()};
    if (!is_section(name)) return problem{where, "unknown section or key \"" + name + '"'};
    const toml::table* section = node.as_table();
    if (!section) return problem{where, "expected [" + name + "] to be a section"};
    if (auto p = read_section(path, name, *section, into)) return p;
  }
  return std::nullopt;
}

} // namespace

std::optional<problem> read_file(const std::string& path, collected& into) {
  std::ifstream file{path};
  std::ostringstream text;
  if (!file || !(text << file.rdbuf()) || file.bad())
    return problem{path, std::string{"can't be read: "} + std::strerror(errno)};
  try {
    return read_sections(path, toml::parse(text.str(), path), into);
  } catch (const toml::parse_error& e) {
    return problem{at_line(path, e.source()), "not TOML: " + std::string{e.description()}};
  }
}

} // namespace atrium::config
