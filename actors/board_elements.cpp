// Elements of a whiteboard as text: cutting them out of a change, spelling a scene, turning one
// into a tombstone. An element stays the bytes that its client sent (compact); of duplicate members
// the last one counts, as in JavaScript, here as well as in the merge.
#include "actors/board.hpp"

#include <algorithm>

namespace atrium {

namespace {

struct element_members {
  std::optional<json::slice> id, version, nonce, index, is_deleted;
};

/// `past`: where the object ends, which is not known before.
element_members find_members(json::slice open_object, const char** past = nullptr) {
  element_members found;
  json::object_reader members{open_object};
  for (json::member m; members.next(m);) {
    // By length first: an element has some 25 members, of which these are five.
    switch (m.key.size()) {
    case 2:
      if (m.key == "id") found.id = m.value;
      break;
    case 5:
      if (m.key == "index") found.index = m.value;
      break;
    case 7:
      if (m.key == "version") found.version = m.value;
      break;
    case 9:
      if (m.key == "isDeleted") found.is_deleted = m.value;
      break;
    case 12:
      if (m.key == "versionNonce") found.nonce = m.value;
      break;
    default: break;
    }
  }
  if (past != nullptr) *past = members.end();
  return found;
}

enum class key_kind { none, whole, malformed };

/// Fills in what merging needs; malformed without a string id and an integer version.
key_kind read_key(const element_members& found, board_element& e) {
  if (!found.id && !found.version) return key_kind::none;
  // Half a key is a mistake, not a scene without keys, which would replace everybody's.
  if (!found.id || !found.id->is(json::kind::string) || !found.version) return key_kind::malformed;
  const std::optional<std::int64_t> version = json::to_integer(*found.version);
  if (!version) return key_kind::malformed;
  e.id = json::to_text(*found.id);
  e.version = *version;
  if (found.nonce) e.nonce = json::to_integer(*found.nonce).value_or(0);
  if (found.index && found.index->is(json::kind::string)) e.index = json::to_text(*found.index);
  e.is_deleted = found.is_deleted && found.is_deleted->raw == "true";
  return key_kind::whole;
}

failure refuse(const char* sentence) {
  return {errc::bad_request, sentence};
}

} // namespace

std::variant<board_change, failure> read_elements(json::slice elements) {
  if (!elements.is(json::kind::array)) return refuse("elements must be an array");
  board_change change;
  std::size_t keyed = 0;
  const bool is_compact = json::is_compact(elements);
  json::array_reader items{elements};
  for (json::slice item; items.begin_item(item);) {
    if (!item.is(json::kind::object)) return refuse("each element must be an object");
    board_element& e = change.elements.emplace_back();
    const char* past = nullptr;
    const element_members members = find_members(item, &past);
    items.end_item(past);
    item.raw = item.raw.substr(0, static_cast<std::size_t>(past - item.raw.data()));
    const key_kind key = read_key(members, e);
    if (key == key_kind::whole) ++keyed;
    if (key == key_kind::malformed || (keyed != 0 && keyed != change.elements.size()))
      return refuse("either all elements have a string id and an integer version, or none has");
    e.json = std::make_shared<const std::string>(is_compact ? std::string{item.raw}
                                                            : json::compact(item));
  }
  change.keyed = keyed != 0;
  return change;
}

board_element make_tombstone(const board_element& e) {
  constexpr std::int64_t version_limit = std::int64_t{1} << 53;
  const std::string& before = *e.json;
  const element_members found = find_members(json::slice{before});
  board_element dead = e;
  dead.version = std::min(e.version + 1, version_limit);
  dead.is_deleted = true;

  struct edit {
    std::string_view old;
    std::string text;
  };
  const std::string_view brace = std::string_view{before}.substr(before.size() - 1);
  std::vector<edit> edits{{found.version->raw, std::to_string(dead.version)}};
  if (found.is_deleted)
    edits.push_back({found.is_deleted->raw, "true"});
  else
    edits.push_back({brace, ",\"isDeleted\":true}"});
  std::sort(edits.begin(), edits.end(),
            [](const edit& a, const edit& b) { return a.old.data() < b.old.data(); });
  std::string after;
  const char* at = before.data();
  for (const edit& change : edits) {
    after.append(at, change.old.data()).append(change.text);
    at = change.old.data() + change.old.size();
  }
  after.append(at, before.data() + before.size());
  dead.json = std::make_shared<const std::string>(std::move(after));
  return dead;
}

std::string to_json(const board_view& b) {
  std::string out;
  const std::size_t count = b.elements ? b.elements->size() : 0;
  out.reserve(b.bytes + count + 48);
  json::object_writer w{out};
  std::string& elements = w.key("elements");
  if (b.elements)
    append_elements(elements, *b.elements);
  else
    elements += "[]";
  w.number("version", b.version).end();
  return out;
}

void append_elements(std::string& out, const std::vector<shared_text>& elements) {
  out += '[';
  for (const shared_text& element : elements) {
    if (&element != &elements.front()) out += ',';
    out += *element;
  }
  out += ']';
}

} // namespace atrium
