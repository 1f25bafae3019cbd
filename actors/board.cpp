// Merging whiteboards. A keyed element is replaced only by one that ranks higher (version, then the
// lower nonce, then the lower bytes), which is a total order, so it doesn't matter in what order
// changes come, nor whether one comes twice. An element that a scene lacks stays.
//
// A change is staged against the board first and put only when it keeps the limits; a refused
// change leaves no trace. What a board holds is bounded by those limits, its tombstones by their
// age too. Nothing here parses a scene: elements come cut out and stay shared bytes.
#include "actors/board.hpp"

#include <algorithm>
#include <tuple>

namespace atrium {

namespace {

enum class rank { higher, same, lower };

/// How `a` stands against `b`, two elements of the same id.
rank compare(const board_element& a, const board_element& b) noexcept {
  if (a.version != b.version) return a.version > b.version ? rank::higher : rank::lower;
  if (a.nonce != b.nonce) return a.nonce < b.nonce ? rank::higher : rank::lower;
  if (a.json == b.json) return rank::same;
  const int order = a.json->compare(*b.json);
  return order == 0 ? rank::same : order < 0 ? rank::higher : rank::lower;
}

/// A limit stops a board from growing, not from shrinking once it is above.
bool outgrows(std::size_t before, std::size_t after, std::size_t limit) noexcept {
  return limit != 0 && after > limit && after > before;
}

std::optional<failure> check_limits(std::size_t count_before, std::size_t count_after,
                                    std::size_t bytes_before, std::size_t bytes_after,
                                    const board_limits& limits) {
  if (outgrows(count_before, count_after, limits.elements))
    return over(limit::board_elements, errc::payload_too_large,
                "the whiteboard would have more than " + std::to_string(limits.elements)
                    + " elements");
  if (outgrows(bytes_before, bytes_after, limits.bytes))
    return over(limit::board_bytes, errc::payload_too_large,
                "the whiteboard would be larger than " + std::to_string(limits.bytes) + " bytes");
  return std::nullopt;
}

std::size_t total_bytes(const std::vector<board_element>& elements) noexcept {
  std::size_t sum = 0;
  for (const board_element& e : elements) sum += e.json->size();
  return sum;
}

/// Places of two scenes at which they differ.
std::size_t count_differences(const std::vector<shared_text>& before,
                              const std::vector<board_element>& after) noexcept {
  const std::size_t common = std::min(before.size(), after.size());
  std::size_t count = std::max(before.size(), after.size()) - common;
  for (std::size_t i = 0; i < common; ++i)
    if (*before[i] != *after[i].json) ++count;
  return count;
}

/// A stored scene that the rules of a change would refuse: its objects, as they stand.
board_change read_tolerantly(json::slice elements) {
  board_change change;
  json::array_reader items{elements};
  for (json::slice item; items.next(item);) {
    if (!item.is(json::kind::object)) continue;
    change.elements.emplace_back().json = std::make_shared<const std::string>(json::compact(item));
  }
  return change;
}

} // namespace

/// Which elements of a change beat what is there, and what the board would hold then.
struct board::staged_change {
  std::unordered_map<std::string_view, const board_element*> winners;
  /// Ids in the order of the change.
  std::vector<std::string_view> won;
  std::vector<std::string_view> lost;
  std::size_t count = 0;
  std::size_t bytes = 0;
};

bool board::scene_order::operator()(const kept_element* a, const kept_element* b) const noexcept {
  const board_element& x = a->element;
  const board_element& y = b->element;
  return std::forward_as_tuple(x.index.empty(), x.index, x.id)
         < std::forward_as_tuple(y.index.empty(), y.index, y.id);
}

bool board::load(std::string_view text, unix_ms now) {
  constexpr std::size_t stored_depth = 1'024;
  *this = board{};
  json::slice root;
  if (json::check(text, stored_depth, root) || !root.is(json::kind::object)) return false;
  const std::optional<json::slice> elements = json::find(root, "elements");
  if (!elements || !elements->is(json::kind::array)) return false;
  auto read = read_elements(*elements);
  const board_change change = std::holds_alternative<board_change>(read)
                                  ? std::get<board_change>(std::move(read))
                                  : read_tolerantly(*elements);
  if (change.keyed)
    merge(change, now, board_limits{0, 0});
  else
    put_plain(change);
  const std::optional<json::slice> version = json::find(root, "version");
  version_ = std::max<std::int64_t>(0, version ? json::to_integer(*version).value_or(0) : 0);
  return true;
}

board_outcome board::apply(const board_change& change, bool whole_scene, unix_ms now,
                           const board_limits& limits) {
  if (change.elements.empty()) {
    if (!whole_scene || plain_.empty()) return board_merged{};
    return replace(change, now, limits);
  }
  if (!change.keyed) {
    if (!whole_scene)
      return failure{errc::bad_request, "a patch needs elements with id and version"};
    return replace(change, now, limits);
  }
  return plain_.empty() ? merge(change, now, limits) : replace(change, now, limits);
}

board_merged board::clear(unix_ms now) {
  board_merged done;
  if (!plain_.empty()) {
    done.changed = plain_.size();
    done.replaced = true;
    put_plain({});
  } else {
    std::vector<board_element> dead;
    for (const kept_element* kept : order_)
      if (!kept->element.is_deleted) dead.push_back(make_tombstone(kept->element));
    done.changed = dead.size();
    for (board_element& e : dead) {
      done.winners.push_back(e.json);
      put(std::move(e), now);
    }
  }
  if (done.changed != 0) touch();
  return done;
}

bool board::prune(unix_ms now, std::chrono::milliseconds ttl) {
  bool pruned = false;
  while (!tombstones_.empty() && tombstones_.begin()->first + ttl.count() <= now) {
    const kept_element* const kept = tombstones_.begin()->second;
    tombstones_.erase(tombstones_.begin());
    order_.erase(kept);
    bytes_ -= kept->element.json->size();
    // By iterator: the key points into what is erased.
    keyed_.erase(keyed_.find(kept->element.id));
    pruned = true;
  }
  if (pruned) cached_.reset();
  return pruned;
}

std::optional<unix_ms> board::oldest_tombstone() const noexcept {
  if (tombstones_.empty()) return std::nullopt;
  return tombstones_.begin()->first;
}

board_view board::view() const {
  if (!cached_) {
    auto elements = std::make_shared<std::vector<shared_text>>(plain_);
    elements->reserve(size());
    for (const kept_element* kept : order_) elements->push_back(kept->element.json);
    cached_ = std::move(elements);
  }
  return {cached_, version_, bytes_};
}

// A millisecond for 10,000 elements, now and then: less to get wrong than a sum kept with each change.
board_digest board::digest() const {
  board_digest all{plain_.size(), 0};
  for (const auto& [id, kept] : keyed_) {
    const board_element& e = kept->element;
    if (e.is_deleted) continue;
    ++all.count;
    all.hash += element_hash(id, e.version, e.nonce);
  }
  return all;
}

bool board::drawn() const noexcept {
  return version_ > 0 || size() > 0;
}

const board_element* board::find(std::string_view id) const {
  const auto found = keyed_.find(id);
  return found == keyed_.end() ? nullptr : &found->second->element;
}

board::staged_change board::stage(const board_change& change) const {
  staged_change staged;
  staged.count = size();
  staged.bytes = bytes_;
  for (const board_element& e : change.elements) {
    const auto earlier = staged.winners.find(e.id);
    const board_element* const mine = earlier != staged.winners.end() ? earlier->second
                                                                      : find(e.id);
    const rank r = mine == nullptr ? rank::higher : compare(e, *mine);
    if (r == rank::lower) staged.lost.push_back(e.id);
    if (r != rank::higher) continue;
    if (earlier == staged.winners.end()) staged.won.push_back(e.id);
    staged.winners.insert_or_assign(e.id, &e);
    staged.count += mine == nullptr ? 1 : 0;
    staged.bytes += e.json->size() - (mine == nullptr ? 0 : mine->json->size());
  }
  return staged;
}

board_outcome board::merge(const board_change& change, unix_ms now, const board_limits& limits) {
  staged_change staged = stage(change);
  if (auto refused = check_limits(size(), staged.count, bytes_, staged.bytes, limits))
    return std::move(*refused);
  board_merged done;
  for (const std::string_view id : staged.won) {
    const board_element& winner = *staged.winners.at(id);
    done.winners.push_back(winner.json);
    put(winner, now);
  }
  std::sort(staged.lost.begin(), staged.lost.end());
  staged.lost.erase(std::unique(staged.lost.begin(), staged.lost.end()), staged.lost.end());
  for (const std::string_view id : staged.lost) done.lost.push_back(find(id)->json);
  done.changed = staged.won.size();
  if (done.changed != 0) touch();
  return done;
}

/// The whole scene anew: everything that was there goes, tombstones too.
board_outcome board::replace(const board_change& change, unix_ms now, const board_limits& limits) {
  board_merged done;
  // Keyed elements that go are changes as well.
  done.changed = std::max(keyed_.size(), count_differences(plain_, change.elements));
  if (done.changed == 0) return done;
  if (auto refused = check_limits(size(), change.elements.size(), bytes_,
                                  total_bytes(change.elements), limits))
    return std::move(*refused);
  board next;
  if (change.keyed)
    next.merge(change, now, board_limits{0, 0});
  else
    next.put_plain(change);
  next.version_ = version_;
  done.replaced = true;
  *this = std::move(next);
  touch();
  done.winners = *view().elements;
  return done;
}

void board::put(board_element element, unix_ms now) {
  auto found = keyed_.find(element.id);
  if (found == keyed_.end()) {
    auto fresh = std::make_unique<kept_element>();
    fresh->element.id = element.id;
    const std::string_view id = fresh->element.id;
    found = keyed_.emplace(id, std::move(fresh)).first;
  } else {
    kept_element* const old = found->second.get();
    order_.erase(old);
    if (old->element.is_deleted) tombstones_.erase({old->deleted_at, old});
    bytes_ -= old->element.json->size();
  }
  kept_element* const kept = found->second.get();
  // The id is left alone: the map's key points to it.
  kept->element.version = element.version;
  kept->element.nonce = element.nonce;
  kept->element.index = std::move(element.index);
  kept->element.is_deleted = element.is_deleted;
  kept->element.json = std::move(element.json);
  bytes_ += kept->element.json->size();
  order_.insert(kept);
  if (!kept->element.is_deleted) return;
  kept->deleted_at = now;
  tombstones_.emplace(now, kept);
}

void board::put_plain(const board_change& change) {
  plain_.clear();
  bytes_ = total_bytes(change.elements);
  plain_.reserve(change.elements.size());
  for (const board_element& e : change.elements) plain_.push_back(e.json);
}

void board::touch() {
  ++version_;
  cached_.reset();
}

} // namespace atrium
