#include "ui/app/trusted_models.h"

#include "storage/base/digest.h"
#include "storage/base/file.h"
#include "storage/base/text.h"

#include <algorithm>

namespace shiqu::app {
namespace {

constexpr std::uint64_t kLargestList = 1U << 20U;
constexpr std::string_view kBeforeSignature = "signature\n";
constexpr std::size_t kDigestLetters = 64;

std::filesystem::path list_file(const store::Store& store) {
  return store.models() / "trusted.list";
}

bool is_digest(std::string_view text) {
  return text.size() == kDigestLetters && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

tl::unexpected<Error> bad(const char* why) {
  return fail(ErrorCode::Corrupt, "read list of trusted models", "trusted.list", why);
}

Result<std::vector<TrustedModel>> read_list(store::Store& store) {
  if (!std::filesystem::exists(list_file(store))) {
    return std::vector<TrustedModel>();
  }
  SHIQU_TRY_ASSIGN(const std::string text, read_file(list_file(store), kLargestList));
  SHIQU_TRY_ASSIGN(const auto keys, package::station_keys(store.keys()));
  return parse_trusted_list(text, keys);
}

}  // namespace

std::string trusted_list_text(const std::vector<TrustedModel>& models) {
  std::string out;
  for (const TrustedModel& model : models) {
    out.append(model.sha256).append("  ").append(model.name).append("\n");
  }
  return out;
}

Result<std::vector<TrustedModel>> parse_trusted_list(std::string_view text,
                                                     const std::vector<package::KnownKey>& keys) {
  const std::size_t at = text.find("\n" + std::string(kBeforeSignature));
  if (at == std::string_view::npos) {
    return bad("it bears no signature");
  }
  const std::string_view list = text.substr(0, at + 1);
  const std::string_view signature = text.substr(at + 1 + kBeforeSignature.size());
  const bool ours = std::any_of(keys.begin(), keys.end(), [&](const package::KnownKey& known) {
    return (known.current || known.handed_over) &&
           package::verify_text_signature(known.key, list, signature, "trusted.list");
  });
  if (!ours) {
    return bad("no key of this station signed it as it is");
  }
  std::vector<TrustedModel> out;
  for (const std::string& line : split(list.substr(0, list.size() - 1), '\n')) {
    if (line.size() < kDigestLetters + 2 || !is_digest(line.substr(0, kDigestLetters)) ||
        line.compare(kDigestLetters, 2, "  ") != 0) {
      return bad("a line is not a digest and a name");
    }
    out.push_back({line.substr(0, kDigestLetters), line.substr(kDigestLetters + 2)});
  }
  return out;
}

Result<std::vector<std::string>> trusted_models(store::Store& store) {
  SHIQU_TRY_ASSIGN(const std::vector<TrustedModel> models, read_list(store));
  std::vector<std::string> out;
  for (const TrustedModel& model : models) {
    out.push_back(model.sha256);
  }
  return out;
}

Result<TrustedModel> trust_model(store::Store& store, const store::Session& by,
                                 const package::AskPassphrase& ask,
                                 const std::filesystem::path& file) {
  SHIQU_TRY(store.require(by, model::Role::Administrator, "trust a model"));
  SHIQU_TRY_ASSIGN(std::vector<TrustedModel> models, read_list(store));
  TrustedModel fresh;
  SHIQU_TRY_ASSIGN(fresh.sha256, file_digest_hex(file, DigestKind::Sha256));
  for (const char c : file.filename().string()) {
    fresh.name += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '_' : c;
  }
  std::erase_if(models, [&](const TrustedModel& one) { return one.sha256 == fresh.sha256; });
  models.push_back(fresh);
  SHIQU_TRY_ASSIGN(const package::StationKey key, package::load_station_key(store.keys(), ask));
  const std::string list = trusted_list_text(models);
  SHIQU_TRY_ASSIGN(
      const std::string signature,
      package::sign_text(key, list, "models trusted by this station", "list of trusted models"));
  SHIQU_TRY(replace_file(list_file(store), list + std::string(kBeforeSignature) + signature));
  SHIQU_TRY(store.note_event(by, "model.trusted", fresh.sha256, {{"name", fresh.name}}));
  return fresh;
}

}  // namespace shiqu::app
