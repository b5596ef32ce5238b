#pragma once

#include "storage/store/internal/database.h"
#include "storage/store/store.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace shiqu::store {

/// A list of a sidecar; empty where there is none.
inline const Json& list_of(const Json& content, const char* key) {
  static const Json none = Json::array();
  const auto found = content.find(key);
  return found != content.end() && found->is_array() ? *found : none;
}

inline std::string word(const Json& json, const char* key) {
  return get_or<std::string>(json, key, "");
}

/// Where a sidecar stands among the others; contents are read again in that order, one at a time.
struct Place {
  std::int64_t at = 0;  ///< first entry of a segment, entry of a capture
  std::string path;
};

/// Takes over what sidecars know: the work behind Store::replay(), inside its transaction. What
/// cannot be taken is named in `report`.
class Replayer {
 public:
  Replayer(Store& store, Database& db, const std::filesystem::path& folder)
      : store_(store), db_(db), folder_(folder) {}

  Status sort(const std::vector<std::string>& paths);
  Status segments();
  Status captures();
  Status settle_pages();
  /// Captures that no entry speaks of.
  [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& unjournalled() const {
    return unjournalled_;
  }
  ReplayReport report;

 private:
  void lose(std::string kind, std::string subject, std::string why) {
    report.lost.push_back({std::move(kind), std::move(subject), std::move(why)});
  }
  Result<int> count(const char* sql, const std::string& key);
  Status watch(const std::string& path, const std::string& kind, const std::string& capture,
               std::int64_t last_entry);
  Status take_event(const model::Event& event);
  Status take_item(const Json& item);
  Status take_page(const Json& page, bool in_force);
  Status take_account(const Json& account);
  Status take_text(const Json& text);
  Status take_review(const Json& review);
  Status take_records(const Json& content);
  Status take_capture(const Sidecar& sidecar);
  Status insert_capture(const Json& content);
  Result<bool> never_acknowledged(const Json& content);
  Status settle_text(const PageId& page, int revision);

  Store& store_;
  Database& db_;
  std::filesystem::path folder_;
  std::vector<Place> segments_;
  std::vector<Place> captures_;
  std::vector<std::pair<std::string, std::string>> unjournalled_;  ///< page, capture
  std::int64_t last_ = 0;
  std::string head_ = std::string(64, '0');
  bool chain_holds_ = true;
  std::string secret_;  ///< of accounts whose own is not known: nobody knows it
};

}  // namespace shiqu::store
