// Spells and reads what an operator did. What is read may have been written by hand or by another
// version: what cannot be made out is no entry, and members that are not known are passed over.
// Values in, values out.
#include "store/audit_entry.hpp"

#include "json/json.hpp"

namespace atrium::store {

namespace {

constexpr std::size_t entry_depth = 8;

} // namespace

std::string to_json(const operator_action& action) {
  std::string out;
  json::object_writer w{out};
  w.number("at", action.at).text("who", action.who).text("action", action.action);
  if (!action.target.empty()) w.text("target", action.target);
  if (!action.detail.empty()) w.text("detail", action.detail);
  w.text("from", action.from).text("outcome", action.outcome);
  w.end();
  return out;
}

std::optional<operator_action> read_action(std::string_view text) {
  json::slice object;
  if (json::check(text, entry_depth, object)) return std::nullopt;
  if (!object.is(json::kind::object)) return std::nullopt;
  const auto at = json::find(object, "at");
  if (!at || !at->is(json::kind::number)) return std::nullopt;
  const auto text_of = [&](std::string_view name) {
    const auto found = json::find(object, name);
    return found && found->is(json::kind::string) ? json::to_text(*found) : std::string{};
  };
  operator_action action{json::to_integer(*at).value_or(0),
                         text_of("who"),
                         text_of("action"),
                         text_of("target"),
                         text_of("detail"),
                         text_of("from"),
                         text_of("outcome")};
  if (action.action.empty()) return std::nullopt;
  return action;
}

} // namespace atrium::store
