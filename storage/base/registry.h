#pragma once

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace shiqu {

/// An explicit, ordered list of implementations of one interface. Filled once at start-up by the
/// composition root, then only read: safe from every thread. Interface needs `name()`.
template <class Interface>
class Registry {
 public:
  void add(std::unique_ptr<Interface> entry) { entries_.push_back(std::move(entry)); }

  /// nullptr when no entry has that name.
  [[nodiscard]] Interface* find(std::string_view name) const {
    for (const auto& entry : entries_) {
      if (entry->name() == name) {
        return entry.get();
      }
    }
    return nullptr;
  }

  [[nodiscard]] auto begin() const { return entries_.begin(); }
  [[nodiscard]] auto end() const { return entries_.end(); }
  [[nodiscard]] bool empty() const { return entries_.empty(); }

 private:
  std::vector<std::unique_ptr<Interface>> entries_;
};

}  // namespace shiqu
