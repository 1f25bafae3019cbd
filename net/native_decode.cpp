// Texts of native clients. Each is checked once (`json::check`), then read as slices.
#include "net/native_vocabulary.hpp"

namespace atrium::net {
namespace {

constexpr std::size_t max_ref_chars = 64;

/// JSON text of `ref`, empty without one.
std::string read_ref(fields& f) {
  auto ref = f.find("ref");
  if (!ref) return {};
  if (ref->is(json::kind::number)) {
    // Any integer: it is given back as it was spelled.
    bool is_integer = ref->raw.find_first_of(".eE") == std::string_view::npos;
    if (is_integer && ref->raw.size() <= max_ref_chars) return std::string{ref->raw};
    if (auto n = json::to_integer(*ref)) return std::to_string(*n);
  } else if (ref->is(json::kind::string)
             && json::count_characters(json::to_text(*ref)) <= max_ref_chars) {
    return json::compact(*ref);
  }
  f.fail("`ref` must be a string of at most 64 characters or an integer");
  return {};
}

/// The event's name, cut to what an answer repeats.
std::string read_event_name(fields& f) {
  auto type = f.find("type");
  if (!type) {
    f.fail("`type` is missing: the name of the event");
    return {};
  }
  if (!type->is(json::kind::string)) {
    f.fail("`type` must be a string: the name of the event");
    return {};
  }
  return shown_event_name(json::to_text(*type));
}

native_refusal malformed(errc code, std::string sentence) {
  return {{code, std::move(sentence)}, {}, {}, true};
}

/// Nothing if `text` is an object, which is `object` then.
std::optional<native_refusal> read_object(std::string_view text, const settings& config,
                                          json::slice& object) {
  auto depth = config.limits.json_depth;
  if (auto error = json::check(text, depth == 0 ? std::size_t{0} - 1 : depth, object)) {
    auto no = malformed(errc::invalid_json,
                        "not JSON at byte " + std::to_string(error->offset) + ": " + error->what);
    if (error->is_too_deep) no.why.beyond = limit::json_depth;
    return no;
  }
  if (!object.is(json::kind::object))
    return malformed(errc::invalid_json, "an event is a JSON object");
  return std::nullopt;
}

} // namespace

std::variant<native_command, native_refusal> read_native_command(std::string_view text,
                                                                 const settings& config) {
  std::variant<native_command, native_refusal> out;
  json::slice object;
  if (auto no = read_object(text, config, object)) {
    out = std::move(*no);
    return out;
  }
  fields f{object};
  auto ref = read_ref(f);
  auto name = read_event_name(f);
  auto event = f.problem() ? std::nullopt : read_command(f, {name, object, "messageType"}, config);
  if (!event) {
    out = native_refusal{*f.problem(), std::move(ref), std::move(name), false};
    return out;
  }
  auto& command = std::get<native_command>(out);
  static_cast<client_event&>(command) = std::move(*event);
  command.ref = std::move(ref);
  return out;
}

} // namespace atrium::net
